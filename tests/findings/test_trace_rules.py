"""What is found about the way of a message, in whole reports."""

import mailscope

TIME = "Tue, 24 Nov 2026"


def hop(client: str, by: str, at: str, ip: str = "192.0.2.9", tls: str = "") -> str:
    return f"Received: from {client} ({client} [{ip}]){tls} by {by} (Postfix) with ESMTP id A; {TIME} {at} +0000"


def found(*lines: str) -> dict[str, str]:
    raw = "\r\n".join((*lines, "From: a@example.org", "", "hello", "")).encode()
    report = mailscope.examine(raw, dns=mailscope.NoDns(), now="2026-11-25T00:00:00Z")
    return {finding.id: finding.detail for finding in report.findings if finding.area == "trace"}


def test_says_that_the_receiver_judged_its_own_filter() -> None:
    told = found(
        "Received-SPF: fail (mailfrom) client-ip=203.0.113.4; envelope-from=anna@example.org",
        hop("mx1.ppe-hosted.com", "mx.example.com", "10:00:02", "203.0.113.4"),
        hop("out.example.org", "mx1-us1.ppe-hosted.com", "10:00:01"),
    )

    assert "Proofpoint" in told["border-is-gateway"]
    assert "192.0.2.9" in told["border-is-gateway"]


def test_tells_a_queue_from_a_clock() -> None:
    queue = found(hop("b.example.org", "mx.example.com", "16:00:00"), hop("a.example.org", "b.example.org", "10:00:00"))
    clock = found(
        hop("c.example.net", "mx.example.com", "10:00:05"),
        hop("b.example.org", "c.example.net", "12:05:00"),
        hop("a.example.org", "b.example.org", "10:00:01"),
    )

    assert "6 h" in queue["hop-slow"]
    assert "hop-slow" not in clock
    assert "c.example.net by 2 h 4 min" in clock["clock-skew"]


def test_names_weak_and_open_lines_at_the_border() -> None:
    tls = " (using TLSv1 with cipher RC4-SHA (128/128 bits))"
    weak = found(hop("a.example.org", "mx.example.com", "10:00:00", tls=tls))
    plain = found(hop("a.example.org", "mx.example.com", "10:00:00"))

    assert "RFC 8996" in weak["line-weak"]
    assert "RC4" in weak["line-weak"]
    assert "line-open" in plain


def test_tells_what_happened_on_the_way_once_a_kind() -> None:
    told = found(
        "Return-Path: <SRS0=Hx=Zz=example.org=anna@forward.example.net>",
        hop("forward.example.net", "mx.example.com", "10:00:00"),
        "X-Forwarded-To: anna@example.com",
        "List-Id: <birds.example.net>",
    )

    assert "SRS" in told["way-forwarded"]
    assert "X-Forwarded-To" in told["way-forwarded"]
    assert "birds" in told["way-list"]


def test_says_why_there_is_no_border() -> None:
    local = found(f"Received: by host.example.com (Postfix, from userid 0) id A; {TIME} 10:00:00 +0000")
    forged = found(hop("a.example.org", "mx.example.com", "10:00:00", "1.1.1.1").replace("2026", "2031"))

    assert "border-none" in local
    assert "future" in forged["border-missing"]
    assert "trace-missing" in found("Subject: x")


def test_names_a_field_that_no_server_wrote() -> None:
    made_up = (
        hop("bank.example", "mx.google.com", "09:00:00")
        .replace("+0000", "+0000 (EST)")
        .replace("[192.0.2.9]", "[8.8.8.8]")
    )
    told = found(hop("a.example.org", "mx.example.com", "10:00:00"), made_up)

    assert "8.8.8.8" in told["hop-by-hand"]


def test_says_how_many_fields_a_flood_leaves_unread() -> None:
    told = found(*[hop("a.example.org", "mx.example.com", "10:00:00")] * 300)

    assert "200" in told["trace-limit"]
    assert "letter by letter" in told["route-remark"]


def test_says_where_the_reading_of_verdicts_stopped() -> None:
    stamp = "Authentication-Results: mx.example.com; spf=none"

    assert "stamps-limit" not in found(stamp, hop("a.example.org", "mx.example.com", "10:00:00"))
    assert "1000" in found(*[stamp] * 1001, hop("a.example.org", "mx.example.com", "10:00:00"))["stamps-limit"]
