"""The whole way: times and clocks, loops and gaps, what happened on it, what protected it, the client's name."""

# ruff: noqa: E501  # header fields as they stand in mail

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailscope.claims.read import read_claims
from mailscope.dns.snapshot import NoDns, SnapshotDns
from mailscope.limits import Limits
from mailscope.mail.message import parse_message
from mailscope.trace.hop import Route
from mailscope.trace.protection import protection
from mailscope.trace.received import parse_received
from mailscope.trace.reverse import look_back
from mailscope.trace.route import read_route
from mailscope.trace.transport import line_of

from .conftest import Read


def hop(client: str, by: str, time: str, ip: str = "192.0.2.9", protocol: str = "ESMTP") -> str:
    return f"Received: from {client} ({client} [{ip}]) by {by} with {protocol} id A; Tue, 24 Nov 2026 {time} +0000"


def test_tells_skew_from_delay(read: Read) -> None:
    _, _, route = read(
        hop("c.example.net", "mx.example.com", "10:00:05"),
        hop("b.example.org", "c.example.net", "10:05:00"),
        hop("a.example.org", "b.example.org", "10:00:01"),
    )

    assert [each.delay_seconds for each in route.hops] == [None, 299.0, -295.0]
    assert [each.skew_seconds for each in route.hops] == [None, 295.0, None]
    assert route.hops[0].offset_seconds == -4.0


def test_calls_a_long_step_a_delay(read: Read) -> None:
    _, _, route = read(
        hop("b.example.org", "mx.example.com", "16:00:00"), hop("a.example.org", "b.example.org", "10:00:00")
    )

    assert route.hops[1].delay_seconds == 21_600
    assert [each.skew_seconds for each in route.hops] == [None, None]


def test_sees_a_hop_that_is_missing(read: Read) -> None:
    _, _, route = read(
        hop("b.example.org", "mx.example.com", "10:00:02"), hop("x.example.edu", "y.example.edu", "10:00:01")
    )

    assert any("y.example.edu" in problem for problem in route.hops[1].problems)


def test_sees_a_loop_and_a_copied_trace(read: Read) -> None:
    there, back = hop("a.example.org", "mx.example.com", "10:00:01"), hop("mx.example.com", "a.example.org", "10:00:02")
    _, _, route = read(*[back, there] * 3)

    assert any("loop" in problem for problem in route.problems)
    assert any("letter by letter" in problem for problem in route.problems)


def test_ends_after_as_many_fields_as_the_limit_allows() -> None:
    message = parse_message(f"{hop('a.example.org', 'b.example.com', '10:00:00')}\r\n".encode() * 5_000)
    route = read_route(message, (), limits=Limits(received=50))

    assert (len(route.hops), route.unread) == (50, 4_950)


def test_tells_forwarders_lists_and_tenants(read: Read) -> None:
    _, _, route = read(
        "Return-Path: <SRS0=Hx=Zz=example.org=anna@forward.example.net>",
        hop("EU.outbound.protection.outlook.com", "A1.mail.protection.outlook.com", "10:00:00", "40.92.0.1"),
        "List-Id: <birds.example.net>",
        "Resent-From: tom@example.net",
    )

    assert [passage.way for passage in route.passages] == ["forwarded", "list", "resent", "tenant"]


def test_names_the_organizations_in_turn(read: Read) -> None:
    _, _, route = read(
        hop("c.example.net", "mx.example.com", "10:00:03"),
        hop("b.example.net", "c.example.net", "10:00:02"),
        hop("a.example.org", "b.example.net", "10:00:01"),
    )

    assert route.organizations == ("example.net", "example.com")


@pytest.mark.parametrize(
    ("field", "encrypted", "weak"),
    [
        ("from a ([192.0.2.1]) by b with ESMTPS id 1 (version=TLSv1 cipher=ECDHE-RSA-RC4-SHA bits=128)", True, 2),
        ("from a ([192.0.2.1]) by b with ESMTPSA (version=TLSv1.3 cipher=TLS_AES_128_GCM_SHA256) id 1", True, 0),
        ("from a ([192.0.2.1]) by b with ESMTP (version=TLSv1/SSLv3 cipher=AES256-GCM-SHA384) id 1", True, 0),
        ("from a ([192.0.2.1]) by b over TLS secured channel with Microsoft SMTPSVC", True, 0),
        ("from a ([192.0.2.1]) by b with UTF8SMTPS id 1", True, 0),
        ("from a ([192.0.2.1]) by b (using TLSv1.2 with cipher ADH-AES256-SHA (256/256 bits)) with ESMTPS", True, 1),
        ("from a ([192.0.2.1]) by b with ESMTP id 1", False, 0),
        ("from a ([192.0.2.1]) by b with LMTP id 1", None, 0),
        ("from a ([192.0.2.1]) by b", None, 0),
    ],
)
def test_tells_how_each_line_was_encrypted(field: str, encrypted: bool | None, weak: int) -> None:
    line = line_of(parse_received(field))

    assert line.encrypted is encrypted
    assert len(line.weak) == weak


def test_tells_protection_in_transit_at_rest_and_end_to_end_apart(read: Read) -> None:
    _, _, route = read(hop("b.example.org", "mx.example.com", "10:00:02", protocol="ESMTPS"))
    plain = parse_message(b"Subject: x\r\n\r\nhello\r\n")
    smime = parse_message(
        b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=a.p7m\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n"
    )
    inline = parse_message(b"Subject: x\r\n\r\n-----BEGIN PGP SIGNED MESSAGE-----\r\n")

    assert [guard.encrypted for guard in protection(plain, route)] == [True, None, False]
    assert protection(smime, route)[2].encrypted is True
    assert "PGP signed" in protection(inline, route)[2].told


def test_confirms_a_name_that_leads_back() -> None:
    zone = {
        "9.2.0.192.in-addr.arpa.": {"PTR": ["mail.example.org."]},
        "mail.example.org.": {"A": ["192.0.2.8", "192.0.2.9"]},
        "8.2.0.192.in-addr.arpa.": {"PTR": ["mx.example.com."]},
        "mx.example.com.": {"A": ["198.51.100.1"]},
    }
    dns = SnapshotDns(zone)
    good, lie, none = look_back("192.0.2.9", dns), look_back("192.0.2.8", dns), look_back("192.0.2.7", dns)

    assert good is not None
    assert good.confirmed == "mail.example.org"
    assert lie is not None
    assert (lie.names, lie.confirmed, lie.known) == (("mx.example.com",), None, True)
    assert none is not None
    assert (none.names, none.known) == ((), True)
    assert look_back("192.0.2.9", NoDns()) is not None
    assert look_back("no address", dns) is None


LINES = st.sampled_from(
    [hop("a.example.org", "b.example.com", "10:00:00"), "Received: by x", "Received: ;", "Received: from a by b; 1 Jan 1",
     "Return-Path: <>", "Authentication-Results: b.example.com; spf=pass (sender IP is 192.0.2.9)", "From: a@b",
     "Received-SPF: pass client-ip=192.0.2.9", "X-MS-Exchange-Organization-AuthSource: b", "List-Id: x", "broken", " folded"]
)  # fmt: skip


@given(st.lists(LINES | st.text(max_size=60), max_size=12))
def test_gives_a_route_for_any_header_block(lines: list[str]) -> None:
    message = parse_message("\r\n".join(lines).encode("utf-8", "replace"))
    route = read_route(message, read_claims(message))

    assert isinstance(route, Route)
    assert route.border.hop is None or 0 <= route.border.hop < len(route.hops)
    assert (route.border.ip is None) or route.border.hop is not None
