"""Traces that nobody should believe, each beside an honest one that looks like it."""

# ruff: noqa: E501  # header fields as they stand in mail

from datetime import UTC, datetime

import pytest

from mailscope.claims.read import read_claims
from mailscope.mail.message import parse_message
from mailscope.trace.hop import Border
from mailscope.trace.route import read_route

NOW = datetime(2026, 11, 25, tzinfo=UTC)
AUTHOR = ("From: Anna <anna@example.org>", "To: x@example.com", "Subject: x", "Date: Tue, 24 Nov 2026 10:00:00 +0000")
TEXT = (*AUTHOR, "Message-ID: <1@example.org>", "MIME-Version: 1.0")


def _at(zone: str = "+0000", day: str = "Tue, 24 Nov 2026 10:00:02") -> str:
    return f"; {day} {zone}"


MX = "Received: from out.example.org (out.example.org [192.0.2.9]) by mx.example.com (Postfix) with ESMTPS id 4DD2E6"
MAILBOX = ("Return-Path: <anna@example.org>", "Delivered-To: x@example.com")
LOGIN = "Received: from [10.0.0.3] (home.example.net [192.0.2.77]) by out.example.org (Postfix) with ESMTPSA id 4DD2E7"
GMAIL = "Received: from out.example.org (out.example.org. [192.0.2.9]) by mx.google.com with ESMTPS id ww2si1994abc.99.2026.11.24.02.00.02 for <x@example.com>"
GMAIL_STAMP = "Received-SPF: pass (google.com: domain of a@example.org designates 192.0.2.9 as permitted sender) client-ip=192.0.2.9;"
EXCHANGE = "Received: from out.example.org (192.0.2.9) by AA1.mail.protection.outlook.com (10.1.1.1) with Microsoft SMTP Server id 15.20.1.2 via Frontend Transport"
INSIDE = "Received: from mx.example.com (mx.example.com [10.0.0.5]) by store.example.com (Postfix) with ESMTP id 4DD2E8"
OF_ANOTHER = "Received-SPF: pass (mailfrom) client-ip={}; envelope-from=a@example.org; receiver=mx.example.com"


def border(*lines: str, body: str = "\r\nThe text.\r\n") -> Border:
    """The border of a message given as its header lines and body."""
    message = parse_message(("\r\n".join(lines) + "\r\n" + body).encode())
    return read_route(message, read_claims(message), now=NOW).border


HONEST = {
    "an ordinary receiver": (MX + _at(), *TEXT),
    "a receiver whose clock runs a year ahead": (MX + _at(day="Wed, 24 Nov 2027 10:00:02"), *TEXT),
    "a receiver that writes the wrong day of the week": (MX + _at(day="Mon, 24 Nov 2026 10:00:02"), *TEXT),
    "a receiver with ids of its own": (MX.replace("4DD2E6", "queue-77"), *TEXT),
    "a client that greets with a placeholder": (MX.replace("from out.example.org", "from %RNDHOST%") + _at(), *TEXT),
    "an Australian receiver": (MX + _at("+1000 (EST)"), *TEXT),
    "Gmail": (GMAIL + _at("-0800 (PST)", "Tue, 24 Nov 2026 02:00:02"), GMAIL_STAMP, *TEXT),
    "the trace alone of mail at Gmail": (GMAIL + _at("-0800 (PST)", "Tue, 24 Nov 2026 02:00:02"), *AUTHOR),
    "mail at Gmail, whose id was masked": (GMAIL.replace("ww2si1994abc", "xxxx") + _at("-0800 (PST)", "Tue, 24 Nov 2026 02:00:02"), GMAIL_STAMP, *TEXT),
    "Exchange Online": (EXCHANGE + _at(), "X-MS-Exchange-Organization-SCL: 1", *TEXT),
    "Exchange Online, exported with other names of fields": (EXCHANGE + _at(), *TEXT),
    "an archive that puts the author's fields first": (*TEXT, "Return-path: <anna@example.org>", "Envelope-to: x@example.com", MX + _at()),
    "a receiver that states the client": (OF_ANOTHER.format("192.0.2.9"), MX + _at(), *TEXT),
    "a user's mail in the mailbox of the same host": (*MAILBOX, LOGIN + _at(), *TEXT),
    "a user's mail that the same host filtered": ("X-Spam-Status: No, score=0.1 required=5", LOGIN + _at(), *TEXT),
    "a slow host inside": (INSIDE + _at(day="Mon, 23 Nov 2026 20:00:02"), MX + _at(), *TEXT),
}  # fmt: skip


@pytest.mark.parametrize("lines", HONEST.values(), ids=HONEST)
def test_believes_what_is_merely_odd(lines: tuple[str, ...]) -> None:
    found = border(*lines)

    assert found.ip in ("192.0.2.9", "192.0.2.77"), found.basis


FAKE = {
    "a date ahead of us, and no id": (
        (MX.replace(" id 4DD2E6", "") + _at(day="Fri, 31 Jan 2031 10:00:02"), *TEXT), "dated in the future"
    ),
    "an address out of the air, and no id": (
        (MX.replace(" id 4DD2E6", "").replace("192.0.2.9", "1.2.3.4") + _at(), *TEXT), "sends no mail"
    ),
    "a placeholder in the id": ((MX.replace("4DD2E6", "{{hex}}") + _at(), *TEXT), "placeholder"),
    "a placeholder in the name of the host": ((MX.replace("mx.example.com", "mx.[rnd-word].example") + _at(), *TEXT), "placeholder"),
    "another software's id, and a recipient that is none": (
        (MX.replace("4DD2E6", "queue-77 for <imap.example.com>") + _at(), *TEXT), "is no address"
    ),
    "a zone that contradicts itself, and another software's id": (
        (MX.replace("4DD2E6", "queue-77") + _at("+0000 (EST)"), *TEXT), "contradicts itself"
    ),
    "Yahoo's own protocol elsewhere, at an impossible zone": (
        (MX.replace("ESMTPS", "NNFMP") + _at("+0300 (PST)"), *TEXT), "spoken by hosts of yahoo"
    ),
    "Gmail without a mark of Gmail, in another zone": (
        (GMAIL + _at("+0000", "Tue, 24 Nov 2026 10:00:02"), *TEXT), "nothing else that Gmail"
    ),
    "Gmail with the id of another day": (
        (GMAIL.replace("2026.11.24", "2019.02.12") + _at("-0800 (PST)", "Tue, 24 Nov 2026 02:00:02"), GMAIL_STAMP, *TEXT),
        "date within Google's id",
    ),
    "Exchange Online without a mark, in Postfix's hand": (
        (MX.replace("mx.example.com", "AA1.mail.protection.outlook.com") + _at(), *TEXT), "nothing else that Exchange Online"
    ),
    "Proton without a mark, ahead of us": (
        (MX.replace("mx.example.com", "mailin029.protonmail.ch") + _at(day="Fri, 31 Jan 2031 10:00:02"), *TEXT), "Proton Mail"
    ),
    "a trace pasted under the author's fields": ((*TEXT, MX + _at()), "below the message's own fields"),
    "a trace of another client": ((OF_ANOTHER.format("17.57.155.10"), MX.replace("192.0.2.9", "209.85.220.41") + _at(), *TEXT), "17.57.155.10"),
    "a trace without the host that let it in": (
        ("X-MS-Exchange-Organization-AuthSource: ZZ9.eur01.prod.outlook.com", EXCHANGE + _at(), *TEXT), "ZZ9"
    ),
    "a field that is days older than the one below it, and no id": (
        (INSIDE + _at(day="Fri, 20 Nov 2026 10:00:03"), MX.replace(" id 4DD2E6", "") + _at(), *TEXT), "a day older"
    ),
    "mail as it was sent": ((LOGIN + _at(), *TEXT), "Nobody has received it yet"),
    "mail sent through Gmail, from the folder of sent mail": (
        ("Received: from [10.0.0.3] (home.example.net. [192.0.2.77]) by smtp.gmail.com with ESMTPSA id a10sm9364800qkl.1.2026.11.24.02.00.02" + _at("-0800 (PST)"), *TEXT),
        "Nobody has received it yet",
    ),
    "mail sent through Gmail, with its own Return-Path": (
        ("Return-Path: <anna@gmail.com>", "Received: from [10.0.0.3] (home.example.net. [192.0.2.77]) by smtp.gmail.com with ESMTPSA id a10sm9364800qkl.1.2026.11.24.02.00.02" + _at("-0800 (PST)"), *TEXT),
        "Nobody has received it yet",
    ),
    "a Gmail field with the id and the clock of another program": (
        ("Received: from mail.example.net (mail.example.net. [192.0.2.9]) by mx.google.com with ESMTPS id 1iSJj3-0002iV-Ih" + _at(), *TEXT[:1]), "its id is not of the form"
    ),
    "mail that a program wrote": (("Received: from 77 named unknown by gmailapi.google.com with HTTPREST" + _at("-0800"), *TEXT), "began here"),
    "a draft": (TEXT, "no Received field"),
    "a trace whose top was cut off": (("Received: from a (a [10.0.0.9]) by relay.example.org (Postfix) with ESMTP id 4DD2E9" + _at(), *TEXT), "taken out"),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "why"), FAKE.values(), ids=FAKE)
def test_names_no_hop_where_none_can_be_trusted_and_says_why(lines: tuple[str, ...], why: str) -> None:
    found = border(*lines)

    assert (found.hop, found.ip, found.helo) == (None, None, None), found.basis
    assert why in found.basis
