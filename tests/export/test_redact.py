"""Nobody who occurs in a message is named in a redacted report of it, in any format."""

import base64

import pytest

import mailscope
from mailscope.context import Context
from mailscope.export.redact import SAID
from mailscope.export.write import Choice, render
from mailscope.report import Report, examine_specimen
from mailscope.sources.load import load_bytes
from mailscope.specimen import Origin

PAGE = '<a href="https://news.shop.example@evil.example/u/9f8e7d6c5b4a3021?to=greta%40home.example">shop.example</a>'
PAGE += '<a href="https://otto.k:hunter22@shop.example/">here</a>'
LETTER = (
    "Return-Path: <bounce-77@lists.example>\r\n"
    "Received: from [192.0.2.44] (unknown [192.0.2.44]) (Authenticated sender: ottoline)\r\n"
    "\tby mail.shop.example (Postfix) with ESMTPSA id 4cX for <greta@home.example>;\r\n"
    "\tTue, 24 Nov 2026 10:00:02 +0000\r\n"
    "From: Ottoline Kraus <ottoline@shop.example>\r\n"
    "To: Greta Lindqvist <greta@home.example>, \"Bruno, his dog\" <bruno@home.example>\r\n"
    "Reply-To: Agatha Poll <agatha@other.example>\r\n"
    "Subject: [Shop] Divorce papers\r\n"
    "Message-ID: <secret-77@shop.example>\r\n"
    "Date: Tue, 24 Nov 2026 10:00:00 +0000\r\n"
    "List-Unsubscribe: <https://lists.example/unsubscribe/greta@home.example>\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\n"
) + base64.encodebytes(PAGE.encode()).decode()  # fmt: skip
PEOPLE = ("ottoline", "Ottoline", "greta", "Greta", "Lindqvist", "Bruno", "bruno", "Agatha", "agatha", "Divorce",
          "secret-77", "bounce-77", "9f8e7d6c5b4a3021", "/home/otto", "otto.k", "hunter22")  # fmt: skip


@pytest.fixture(scope="module")
def report() -> Report:
    (specimen,) = load_bytes(LETTER.encode(), origin=Origin("/home/otto/Mail/letter.eml"))
    return examine_specimen(specimen, Context(dns=mailscope.NoDns()))


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json", "jsonl"])
def test_nobody_is_named(form: str, report: Report) -> None:
    text = render([report], form, Choice(redacted=True))

    assert [name for name in PEOPLE if name in text] == []
    assert "evil.example" in text
    assert "192.0.2.44" in text


def test_without_redacting_all_is_there(report: Report) -> None:
    text = render([report], "json")

    assert [name for name in PEOPLE if name not in text] == []


def test_one_person_keeps_one_name(report: Report) -> None:
    data = Choice(redacted=True).data(report)
    hop = data["hops"][0]

    assert data["message"]["to"].count("person") == 2
    assert hop["for"] in data["message"]["to"]
    assert f"Authenticated sender: {data['message']['from'].partition('<')[2].partition('@')[0]}" in hop["raw"]


def test_says_what_was_replaced(report: Report) -> None:
    assert SAID in " ".join(render([report], "text", Choice(redacted=True)).split())


def test_a_long_target_is_searched_once_and_loses_only_what_tells_the_reader() -> None:
    page = f"From: a@shop.example\r\n\r\nhttp://192.0.2.7/offers/{'x' * 3_000}/a=b/k9f8e7d6c5b4/end\r\n"
    (specimen,) = load_bytes(page.encode())
    (link,) = Choice(redacted=True).data(examine_specimen(specimen, Context(dns=mailscope.NoDns())))["links"]["odd"]

    assert link["target"] == f"http://192.0.2.7/offers/{'x' * 3_000}/[…]/[…]/end"
