"""Which links are worth a word, how loud, and what explains those that lead elsewhere."""

import pytest

import mailscope
from mailscope.findings.finding import Finding
from mailscope.mail.links import Oddity, link_to, remark
from mailscope.tables import read_table

PASS = "Authentication-Results: mx.example.com; dmarc=pass header.from={0}; spf=pass smtp.mailfrom=a@{1}"


def found(body: str, author: str = "shop.example", client: str = "out.example.org", stamp: str = "") -> list[Finding]:
    """The findings about the links of an HTML message."""
    lines = [
        *([stamp] if stamp else []),
        (
            f"Received: from {client} ({client} [192.0.2.9]) by mx.example.com (Postfix) with ESMTPS id A;"
            " Tue, 24 Nov 2026 10:00:02 +0000"
        ),
        f"From: Anna <a@{author}>",
        "Date: Tue, 24 Nov 2026 10:00:00 +0000",
        "Content-Type: text/html; charset=utf-8",
    ]
    raw = "\r\n".join((*lines, "", body, "")).encode()
    report = mailscope.examine(raw, dns=mailscope.NoDns())
    return [finding for finding in report.findings if finding.area == "links"]


def told(body: str, **about: str) -> dict[str, str]:
    return {finding.id: finding.severity.value for finding in found(body, **about)}


def link(target: str, shown: str = "here") -> str:
    return f'<a href="{target}">{shown}</a>'


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (link("https://evil.example/", "bank.example"), {"link-shows-other-host": "warning"}),
        (link("https://bank.example@evil.example/"), {"link-user-part": "warning"}),
        (link("javascript:x()"), {"link-runs-code": "warning"}),
        (link("file://host/share"), {"link-opens-file": "notice"}),
        (link("http://192.0.2.7/"), {"link-bare-address": "warning"}),
        ("<img src='http://192.0.2.7/'>", {"image-bare-address": "notice"}),
        (link("https://m\u00fcnchen.example/"), {"link-other-script": "info"}),
        (link("https://b\u0430nk.example/"), {"link-mixed-scripts": "warning"}),
        (link("https://paypa1.com/"), {"link-lookalike": "warning"}),
        (link("https://evil .example/"), {"link-hides-characters": "warning"}),
        (link("https://go.example/?%68%74%74%70"), {"link-coded-letters": "notice"}),
        (link("https://a.example/?u=http://b.example/?u=http://c.example/"), {"link-chain": "notice"}),
        (link("https://news.shop.example/", "www.shop.example"), {}),
        (link("https://www.google.com/", "youtube.com"), {}),
        (link("https://a.example/?u=http://b.example/"), {}),
        ("<img src='cid:logo'><a href='mailto:a@b.example?subject=a b'>write</a><a href='#top'>up</a>", {}),
    ],
)
def test_each_disguise_has_its_word(body: str, wanted: dict[str, str]) -> None:
    assert told(body) == wanted


def test_a_tracker_is_no_alarm_where_the_service_sent_the_mail() -> None:
    tracker = link("https://u1.ct.sendgrid.net/ls/click?upn=x", "www.shop.example")
    stamp = PASS.format("shop.example", "em1.shop.example")

    assert told(tracker, client="o1.ptr1.sendgrid.net", stamp=stamp) == {"link-through-service": "info"}
    assert told(tracker) == {"link-shows-other-host": "warning"}


def test_a_tracker_that_shows_somebody_else_is_as_good_as_the_sender() -> None:
    tracker = link("https://u1.ct.sendgrid.net/ls/click?upn=x", "www.bank.example")

    assert told(tracker, client="o1.ptr1.sendgrid.net") == {"link-through-sender": "notice"}


def test_the_authenticated_sender_may_count_clicks_on_links_to_others() -> None:
    body = link("https://click.shop.example/7", "www.paper.example")

    stamps = (PASS.format("shop.example", "shop.example"), "")
    known, unknown = (found(body, stamp=stamp)[0] for stamp in stamps)

    assert (known.id, known.severity.value) == (unknown.id, unknown.severity.value) == ("link-through-sender", "notice")
    assert "which authenticated this message" in known.detail
    assert "which could not be checked" in unknown.detail
    assert told(link("https://click.other.example/7", "www.paper.example")) == {"link-shows-other-host": "warning"}


def test_filters_that_rewrite_links_are_looked_through() -> None:
    safe = "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2F{}%2F&data=05"

    assert told(link(safe.format("www.bank.example"), "bank.example")) == {"link-through-service": "info"}
    assert told(link(safe.format("evil.example"), "bank.example")) == {"link-shows-other-host": "warning"}


def test_links_of_a_kind_make_one_finding_with_the_first_few_quoted() -> None:
    body = " ".join(link(f"https://evil.example/{place}", "bank.example") for place in range(9))
    (finding,) = found(body)

    assert "8 more targets" in finding.detail
    assert [evidence.text for evidence in finding.evidence] == [
        f'<a href="https://evil.example/{place}">bank.example</a>' for place in range(4)
    ]


def test_every_oddity_has_a_sentence_and_every_sentence_an_oddity() -> None:
    table = read_table("links", "oddities.toml")

    assert set(table) == set(Oddity)
    assert all(remark(link_to("https://a.example/", "b.example", "a"), oddity) for oddity in Oddity)


def test_every_service_says_whose_it_is_and_where_that_is_described() -> None:
    table = read_table("links", "services.toml")

    assert all(row["name"] and row["hosts"] and row["source"] for row in (*table["rewriter"], *table["tracker"]))
    assert all(row["sends"] for row in table["tracker"])
