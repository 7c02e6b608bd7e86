"""Where the receiver's side ends: known fronts, the receiver's own word, gateways, forgers."""

# ruff: noqa: E501  # header fields as they stand in mail

import json
from datetime import UTC, datetime
from pathlib import Path

from mailscope.claims.read import read_claims
from mailscope.mail.message import parse_message
from mailscope.trace.address import same_address
from mailscope.trace.route import read_route

from .conftest import Read

OUTSIDE = (
    "Received: from out.example.org (out.example.org [192.0.2.9]) by mx.example.com (Postfix) with ESMTPS id A;"
    " Tue, 24 Nov 2026 10:00:02 +0000"
)
INSIDE = (
    "Received: from mx.example.com (mx.example.com [198.51.100.5]) by store.example.com (Postfix) with ESMTP id B;"
    " Tue, 24 Nov 2026 10:00:03 +0000"
)
CLAIMED = (
    "Received: from [10.0.0.3] (home.example.org [192.0.2.77]) by out.example.org (Postfix) with ESMTPSA id C;"
    " Tue, 24 Nov 2026 10:00:01 +0000"
)


def test_takes_the_first_client_from_outside_the_organization(read: Read) -> None:
    _, _, route = read("Return-Path: <anna@example.org>", INSIDE, OUTSIDE, CLAIMED)

    assert (route.border.hop, route.border.ip) == (1, "192.0.2.9")
    assert route.border.mail_from == "anna@example.org"
    assert [hop.claimed for hop in route.hops] == [True, False, False]


def test_does_not_let_a_stranger_greet_its_way_in(read: Read) -> None:
    forged = (
        "Received: from bank.example (bank.example [203.0.113.1]) by mx.example.com with ESMTP id X; "
        "Tue, 24 Nov 2026 09:59:00 +0000"
    )
    # It greets as the receiver's own host, but the receiver looked up another name.
    liar = OUTSIDE.replace("from out.example.org (out.example.org", "from mx.example.com (dsl-9.example.net")
    _, _, route = read(INSIDE, liar, forged)

    assert route.border.ip == "192.0.2.9"


def test_names_other_hops_where_only_the_greeting_says_inside(read: Read) -> None:
    unknown = INSIDE.replace("(mx.example.com [198.51.100.5])", "([198.51.100.5])")
    _, _, route = read(unknown.replace(" (Postfix)", ""), OUTSIDE)
    _, _, looked_up = read(unknown.replace("198.51.100.5", "209.85.220.41"), OUTSIDE)

    assert route.border.ip == "192.0.2.9"
    assert route.border.candidates == (1,)
    assert looked_up.border.ip == "209.85.220.41"


def test_believes_the_receivers_statement_over_its_own_guess(read: Read) -> None:
    spf = "Received-SPF: pass (mailfrom) identity=mailfrom; client-ip=198.51.100.5; envelope-from=anna@example.org"
    _, _, route = read(INSIDE.replace("store", "inner"), spf, INSIDE, OUTSIDE)

    assert route.border.ip == "198.51.100.5"
    assert route.border.mail_from == "anna@example.org"


def test_knows_the_fronts_of_large_services_even_for_their_own_clients(read: Read) -> None:
    google = (
        "Received: from mail-sor-f41.google.com (mail-sor-f41.google.com. [209.85.220.41]) by mx.google.com with SMTPS id"
        " d6sor44520lft.57.2026.11.24.02.00.00 for <x@example.com>; Tue, 24 Nov 2026 02:00:00 -0800 (PST)"
    )
    inner = (
        "Received: by 2002:a05:7300:538f:b0:7c:ab41:dfcf with SMTP id g15csp1; Tue, 24 Nov 2026 02:00:01 -0800 (PST)"
    )
    _, _, route = read(inner, google)

    assert route.border.ip == "209.85.220.41"
    assert "Gmail" in route.border.basis


def test_goes_by_the_host_that_let_it_into_exchange(read: Read) -> None:
    def hop(client: str, by: str) -> str:
        return f"Received: from {client} by {by} with Microsoft SMTP Server id 15.20.1; Tue, 24 Nov 2026 10:00:00 +0000"

    tenant = hop("out.example.org (192.0.2.9)", "AA1.mail.protection.outlook.com (10.1.1.1)")
    onward = hop("EU.outbound.protection.outlook.com (40.92.0.1)", "BB2.mail.protection.outlook.com (10.1.1.2)")
    _, _, route = read(onward, tenant, "X-MS-Exchange-Organization-AuthSource: BB2.eur01.prod.outlook.com")
    _, _, cut = read(tenant, "X-MS-Exchange-Organization-AuthSource: ZZ9.eur01.prod.outlook.com")

    assert route.border.ip == "40.92.0.1"
    assert cut.border.ip is None
    assert "ZZ9" in cut.border.basis


GATEWAY = (
    "Received: from mx1.ppe-hosted.com (mx1.ppe-hosted.com [203.0.113.4]) by mx.example.com (Postfix) with ESMTPS id G;"
    " Tue, 24 Nov 2026 10:00:02 +0000"
)
BEYOND = OUTSIDE.replace("by mx.example.com", "by mx1-us1.ppe-hosted.com").replace("10:00:02", "10:00:01")


def test_looks_past_a_filter_in_front_unless_the_receiver_judged_it(read: Read) -> None:
    _, _, route = read(GATEWAY, BEYOND)
    judged = (
        "Received-SPF: fail (mailfrom) client-ip=203.0.113.4; envelope-from=anna@example.org; receiver=mx.example.com"
    )
    _, _, stated = read(judged, GATEWAY, BEYOND)

    assert route.border.ip == "192.0.2.9"
    assert route.border.candidates == (1,)
    assert stated.border.ip == "203.0.113.4"
    assert stated.border.candidates == (0,)


def test_names_no_hop_where_the_trace_is_not_the_receivers(read: Read) -> None:
    pasted = parse_message(f"From: a@example.org\r\nSubject: x\r\nDate: y\r\n{OUTSIDE}\r\n\r\n".encode())
    below = read_route(pasted, read_claims(pasted))
    dated = OUTSIDE.replace("2026", "2031").replace("192.0.2.9", "1.1.1.1")
    _, _, future = read(dated, now=datetime(2026, 11, 25, tzinfo=UTC))
    forged = (
        "Received: from a.example (a.example. [192.0.2.1]) by relay.example.net with ESMTP id"
        " q1si12345.25.2019.02.12.06.38.06 for <imap.example.com>; Tue, 24 Nov 2026 09:59:48 +0000 (EST)"
    )
    _, _, made_up = read(forged)
    _, _, local = read("Received: by host.example.com (Postfix, from userid 0) id A; Tue, 24 Nov 2026 10:00:00 +0000")

    assert [route.border.hop for route in (below, future, made_up, local)] == [None] * 4
    assert all(route.border.basis for route in (below, future, made_up, local))
    assert all(hop.claimed for hop in below.hops)


def test_trusts_no_hop_where_the_receiver_met_a_client_of_which_none_tells(read: Read) -> None:
    public = OUTSIDE.replace("192.0.2.9", "209.85.220.41")
    stamp = "Received-SPF: pass (mailfrom) client-ip={}; envelope-from=anna@example.org"
    _, _, pasted = read(stamp.format("17.57.155.10"), public)
    _, _, told = read(stamp.format("209.85.220.41"), public)

    assert (pasted.border.hop, pasted.border.ip) == (None, None)
    assert "17.57.155.10" in pasted.border.basis
    assert told.border.ip == "209.85.220.41"


def test_lets_the_users_own_hosts_settle_it(read: Read) -> None:
    _, _, by_name = read(INSIDE, OUTSIDE, CLAIMED, own=("store.example.com", "mx.example.com", ".example.org"))
    _, _, by_network = read(INSIDE, OUTSIDE, CLAIMED, own=(".example.com", ".example.org", "192.0.2.0/28"))
    _, _, foreign = read(INSIDE, OUTSIDE, CLAIMED, own=(".example.edu",))

    inner = INSIDE.replace("[198.51.100.5]", "[10.0.0.5]")
    _, _, partly = read(inner, OUTSIDE, own=("store.example.com",))

    assert partly.border.ip == "192.0.2.9"
    assert by_name.border.ip == by_network.border.ip == "192.0.2.77"
    assert foreign.border.ip == "192.0.2.9"


def test_follows_fetched_mail_to_where_it_was_received(read: Read) -> None:
    fetched = (
        "Received: from pop.example.com [198.51.100.8] by laptop.example.net with POP3 (fetchmail-6.4);"
        " Tue, 24 Nov 2026 11:00:00 +0000"
    )
    _, _, route = read(fetched, INSIDE, OUTSIDE)

    assert route.border.ip == "192.0.2.9"
    assert [passage.way for passage in route.passages] == ["fetched"]


def test_finds_the_client_that_receivers_of_real_mail_state(shared: Path) -> None:
    wrong = []
    for name, key in (("border.jsonl", "mail"), ("handread.jsonl", "handread")):
        for line in (shared / "corpora" / name).read_text("utf-8").splitlines():
            case = json.loads(line)
            message = parse_message((shared / "corpora" / key / case["file"]).read_bytes())
            found = read_route(message, read_claims(message)).border.ip
            truth = case["stated_ip"] if key == "mail" else (case["border"] or {}).get("client_ip")
            if not (same_address(found, truth) or found is truth is None):
                wrong.append((case["file"], found, truth))

    assert wrong == []
