"""How easily a signed message could be sent to strangers again."""

from typing import Any

from mailscope.forensics.replay import ReplayLevel
from mailscope.report import Report, examine

HEAD = (
    b"From: Ann <ann@example.com>\r\nTo: ben@example.net\r\nSubject: Tides\r\nDate: Tue, 06 Oct 2026 10:00:00 +0000\r\n"
)
SIGNED_AT = 1791280800  # 2026-10-06T10:00:00Z


def hop(recipient: str, when: str = "Tue, 6 Oct 2026 10:00:09 +0000") -> bytes:
    return (
        f"Received: from out.example.com (out.example.com [192.0.2.1])\r\n\tby mx.example.net with ESMTPS id 1\r\n"
        f"\tfor <{recipient}>; {when}\r\n"
    ).encode()


def looked_at(
    workshop: Any, top: bytes, head: bytes = HEAD, names: str = "from:to:to:cc:subject", **tags: str
) -> Report:
    signed = workshop.sign(head + b"\r\nHello.\r\n", names=names, **({"t": str(SIGNED_AT)} | tags))
    return examine(top + signed, dns=workshop.dns(), now="2026-10-30T00:00:00Z")


def words(report: Report) -> set[str]:
    (replay,) = report.authentication.forensics.replay
    assert replay is not None
    return {reason.word for reason in replay.reasons}


def test_mail_to_its_recipient_with_sealed_fields_is_low(workshop: Any) -> None:
    top = b"Return-Path: <ann@example.com>\r\nDelivered-To: ben@example.net\r\n" + hop("ben@example.net")
    report = looked_at(workshop, top, x=str(SIGNED_AT + 86_400 * 60))
    (replay,) = report.authentication.forensics.replay

    assert replay.level is ReplayLevel.LOW
    assert words(report) == {"long-lived"}


def test_a_stranger_a_week_later_from_elsewhere_is_high(workshop: Any) -> None:
    top = b"Return-Path: <x@bulk.example>\r\nDelivered-To: zoe@example.net\r\n"
    top += hop("zoe@example.net", "Fri, 16 Oct 2026 10:00:00 +0000").replace(b"out.example.com", b"bulk.example")
    report = looked_at(workshop, top, names="from:subject")
    (replay,) = report.authentication.forensics.replay

    assert replay.level is ReplayLevel.HIGH
    assert words(report) >= {"recipient-elsewhere", "late", "recipients-unsigned", "no-expiry"}
    assert [reason.weight for reason in replay.reasons] == sorted((r.weight for r in replay.reasons), reverse=True)
    assert any(finding.id == "dkim-replay-high" for finding in report.findings)


def test_a_list_member_is_no_stranger(workshop: Any) -> None:
    top = b"List-Id: <tides.lists.example.net>\r\nDelivered-To: zoe@example.net\r\n" + hop("zoe@example.net")
    report = looked_at(workshop, top)
    (replay,) = report.authentication.forensics.replay

    assert replay.level is not ReplayLevel.HIGH
    assert "recipient-elsewhere" in words(report)


def test_a_subaddress_is_the_same_recipient(workshop: Any) -> None:
    report = looked_at(workshop, b"Delivered-To: ben+tides@example.net\r\n")

    assert "recipient-elsewhere" not in words(report)


def test_recipients_that_could_be_added_are_told(workshop: Any) -> None:
    assert "recipients-open" in words(looked_at(workshop, b"", names="from:to:subject"))
    assert "recipients-open" not in words(looked_at(workshop, b""))


def test_a_broken_signature_cannot_be_replayed(workshop: Any) -> None:
    signed = workshop.sign(HEAD + b"\r\nHello.\r\n").replace(b"Hello", b"HELLO")

    assert examine(signed, dns=workshop.dns()).authentication.forensics.replay == (None,)
