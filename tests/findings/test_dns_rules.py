"""What is found about the DNS itself."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import mailscope
from mailscope.context import Context
from mailscope.dns.answer import BOGUS_NOTE, Answer, DnsMode, Outcome, Question
from mailscope.findings.finding import Finding
from mailscope.limits import DEFAULT_LIMITS
from mailscope.report import examine_specimen
from mailscope.sources.load import load_bytes
from mailscope.verdict import Severity

MAIL = b"""Return-Path: <bea@example.com>\r
Received: from out.example.com (out.example.com [192.0.2.10])\r
\tby mx.example.org (Postfix) with ESMTPS id 4X1 for <ann@example.org>; Tue, 6 Oct 2026 10:00:00 +0000\r
From: Bea <bea@example.com>\r
To: ann@example.org\r
Subject: Hello\r
\r
Hello\r
"""
ZONE = {
    "example.com.": {"TXT": ["v=spf1 ip4:192.0.2.10 -all"]},
    "_dmarc.example.com.": {"TXT": ["v=DMARC1; p=none; rua=mailto:d@example.com"]},
}


def findings(zone: dict[str, Any]) -> dict[str, Finding]:
    report = mailscope.examine(MAIL, dns=mailscope.SnapshotDns(zone), now="2026-10-06T12:00:00Z")
    return {found.id: found for found in report.findings}


def test_tells_how_far_dnssec_vouches() -> None:
    labels = {"example.com. TXT": True, "_dmarc.example.com. TXT": False}
    some = findings({"meta": {"validated": labels}, **ZONE})["dnssec"]
    every = findings({"meta": {"validated": list(labels)}, **ZONE})["dnssec-all"]

    assert "1 of 2" in some.title
    assert "_dmarc.example.com" in some.detail
    assert every.severity is Severity.OK
    assert not {"dnssec", "dnssec-all"} & set(findings(ZONE))


def test_what_a_recording_lacks_is_told() -> None:
    found = findings({"meta": {"absent": "NOT-RECORDED"}})["dns-not-recorded"]

    assert "_dmarc.example.com" in found.detail


def test_failures_are_told_with_their_kind() -> None:
    found = findings({**ZONE, "_dmarc.example.com.": {"TXT": "SERVFAIL"}})["dns-trouble"]

    assert "_dmarc.example.com (servfail)" in found.detail


class Bogus:
    """A resolver that finds every signature expired."""

    mode = DnsMode.LIVE

    def ask(self, name: str, rdtype: str) -> Answer:
        return Answer(Question(name, rdtype), Outcome.SERVFAIL, note=f"the server says: expired; {BOGUS_NOTE}")


def test_broken_dnssec_is_told_as_that_and_not_as_trouble() -> None:
    report = mailscope.examine(MAIL, dns=Bogus(), now="2026-10-06T12:00:00Z")
    found = {each.id for each in report.findings}

    assert "dns-bogus" in found
    assert "dns-trouble" not in found


def test_a_limit_that_bites_is_a_finding() -> None:
    limits = replace(DEFAULT_LIMITS, dns_questions=1)
    context = Context(mailscope.SnapshotDns(ZONE), now=datetime(2026, 10, 6, tzinfo=UTC), limits=limits)
    report = examine_specimen(load_bytes(MAIL)[0], context)
    found = {each.id: each for each in report.findings}

    assert "at most 1 questions" in found["dns-limit"].detail
