"""What is found about DMARC, in whole reports."""

from typing import Any

import pytest

import mailscope
from mailscope.findings.finding import Finding
from mailscope.verdict import Severity

MAIL = b"""Return-Path: <bea@example.com>\r
Received: from out.example.com (out.example.com [192.0.2.10])\r
\tby mx.example.org (Postfix) with ESMTPS id 4X1 for <ann@example.org>; Tue, 6 Oct 2026 10:00:00 +0000\r
From: Bea <bea@%b>\r
To: %b\r
Subject: %b\r
Date: Tue, 6 Oct 2026 10:00:00 +0000\r
Message-ID: <1@example.com>\r
\r
Hello\r
"""


def findings(
    zone: dict[str, Any], author: str = "example.com", to: str = "ann@example.org", subject: str = "Hello"
) -> dict[str, Finding]:
    raw = MAIL % (author.encode(), to.encode(), subject.encode())
    dns = mailscope.SnapshotDns({"example.com.": {"TXT": ["v=spf1 ip4:192.0.2.10 -all"]}, **zone})
    report = mailscope.examine(raw, dns=dns, now="2026-10-06T12:00:00Z")
    return {found.id: found for found in report.findings}


def record(text: str, domain: str = "example.com") -> dict[str, Any]:
    return {f"_dmarc.{domain}.": {"TXT": [text]}}


def test_a_good_record_is_passed_without_remark() -> None:
    found = findings(record("v=DMARC1; p=reject; rua=mailto:dmarc@example.com"))

    assert "dmarc-pass" in found
    assert not {ident for ident in found if ident.startswith("dmarc-")} - {"dmarc-pass"}


def test_faults_are_louder_than_advice() -> None:
    found = findings(record("v=DMARC1; p=reject; adkim=x; pct=100; rua=mailto:dmarc@example.com"))

    assert found["dmarc-record"].severity is Severity.NOTICE
    assert "adkim=x" in found["dmarc-record"].detail
    assert found["dmarc-record-advice"].severity is Severity.INFO
    assert "pct=100" in found["dmarc-record-advice"].detail


def test_a_text_that_is_meant_as_a_record_is_told_though_there_is_no_policy() -> None:
    found = findings(record('"v=DMARC1; p=reject"'))

    assert "dmarc-none" in found
    assert "quotes" in found["dmarc-record"].detail


def test_an_invented_subdomain_is_called_that() -> None:
    found = findings(record("v=DMARC1; p=none; np=reject; rua=mailto:d@example.com"), author="pay.example.com")

    assert found["dmarc-nonexistent"].severity is Severity.WARNING
    assert found["dmarc-pass"]


def test_tells_where_the_standards_part_and_whom_it_concerns() -> None:
    zone = {**record("v=DMARC1; p=reject; pct=0; rua=mailto:d@example.net", "example.net")}
    found = findings(zone, author="example.net")["dmarc-standards-differ"]

    assert found.severity is Severity.NOTICE
    assert "By RFC 9989: fail, reject. By RFC 7489: fail, quarantine." in found.detail
    assert "It concerns every message that fails." in found.detail


def test_a_report_address_whose_owner_does_not_agree_is_named_with_the_record_it_lacks() -> None:
    found = findings(record("v=DMARC1; p=reject; rua=mailto:d@reports.example"))["dmarc-report-refused"]

    assert "example.com._report._dmarc.reports.example" in found.remedy


def test_mail_to_the_authors_report_address_is_remarked() -> None:
    found = findings(record("v=DMARC1; p=reject; rua=mailto:dmarc@example.com"), to="dmarc@example.com")

    assert found["dmarc-report-own"].severity is Severity.NOTICE


def test_a_report_to_the_recipients_report_address_is_remarked() -> None:
    zone = {
        **record("v=DMARC1; p=reject; rua=mailto:dmarc@example.com"),
        **record("v=DMARC1; p=none; rua=mailto:in@example.org", "example.org"),
    }
    subject = "Report Domain: example.org Submitter: example.com Report-ID: <1@example.com>"

    assert "dmarc-report-about-report" in findings(zone, to="in@example.org", subject=subject)
    assert "dmarc-report-about-report" not in findings(zone, to="in@example.org")


@pytest.mark.parametrize(("word", "ident"), [("SERVFAIL", "dmarc-temperror"), ("NOT-RECORDED", "dmarc-unknown")])
def test_no_answer_is_told_as_what_it_is(word: str, ident: str) -> None:
    found = findings({"_dmarc.example.com.": {"TXT": word}})

    assert ident in found
    assert "_dmarc.example.com" in found[ident].detail


def test_each_of_several_authors_is_judged_by_itself() -> None:
    zone = {**record("v=DMARC1; p=reject; rua=mailto:d@example.com"), **record("v=DMARC1; p=reject", "example.net")}
    found = findings(zone, author="example.com>, Eve <eve@example.net")["dmarc-unknown"]

    assert "example.com pass, example.net fail" in found.detail


def test_what_a_record_holds_reaches_nobody_as_a_control_character() -> None:
    found = findings(record("v=DMARC1; p=reject\x1b[31m; x\u0085=1; \x9b=2"))

    assert all(text.isprintable() for each in found.values() for text in (each.title, each.detail, each.remedy))
