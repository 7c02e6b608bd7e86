"""One Received field: the dialects, the traps, and that any input gives a Hop."""

# ruff: noqa: E501  # header fields as they stand in mail

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailscope.mail.message import parse_message
from mailscope.trace.hop import Hop
from mailscope.trace.received import LONGEST, parse_received

DATE = "; Tue, 1 Jan 2019 12:34:56 +0100"

DIALECTS: list[tuple[str, dict[str, str | None]]] = [
    (
        ("from mail.example.org (rdns.example.org [192.0.2.1]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384"
        " (256/256 bits)) (No client certificate requested) by mx.example.com (Postfix) with ESMTPS id AB for <x@example.com>"),
        {"from_helo": "mail.example.org", "from_rdns": "rdns.example.org", "from_ip": "192.0.2.1", "with_": "ESMTPS",
         "id": "AB", "for_": "x@example.com", "tls_version": "TLSv1.3", "tls_cipher": "TLS_AES_256_GCM_SHA384",
         "family": "postfix"},
    ),
    (
        ("from mail.example.org ([192.0.2.1] helo=[198.51.100.9]) by mx.example.com with esmtps (TLS1.2) tls"
        " TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 (Exim 4.96) id 1xUwog-0001zv-1I"),
        {"from_helo": "[198.51.100.9]", "from_rdns": "mail.example.org", "from_ip": "192.0.2.1", "family": "exim",
         "tls_version": "TLSv1.2"},
    ),
    (
        "from unknown (HELO mail.example.org) (192.0.2.1 with plain) by mx.example.com with SMTP",
        {"from_helo": "mail.example.org", "from_rdns": None, "from_ip": "192.0.2.1", "with_": "SMTP"},
    ),
    (
        ("from mail.example.org (192.0.2.1) by EX.example.com (10.0.0.2) with Microsoft SMTP Server (TLS) id 15.0.1"
        " via Frontend Transport"),
        {"from_ip": "192.0.2.1", "via": "Frontend Transport", "with_": "Microsoft SMTP Server", "tls_version": None},
    ),
    (
        "from 127.0.0.1 (EHLO mail.example.org) (192.0.2.1) by mta1.mail.bf1.yahoo.com with SMTPS",
        {"from_helo": "mail.example.org", "from_ip": "192.0.2.1", "from_rdns": None},
    ),
    (
        "from mail.example.org (mail.example.org [IPv6:2001:db8:2:0:0:0:0:11]) by mx.example.com (8.17.1/8.17.1)",
        {"from_ip": "2001:db8:2:0:0:0:0:11", "family": "sendmail"},
    ),
    (
        "from [192.168.1.2] (account u@example.org [192.0.2.1] verified) by mx.example.com (CommuniGate Pro SMTP 6.2) id 1",
        {"from_helo": "[192.168.1.2]", "from_ip": "192.0.2.1", "family": "communigate"},
    ),
    (
        "from root (helo=localhost) by mx.example.com with local-bsmtp (Exim 4.72) id 1abcde-000123-AB",
        {"from_helo": "localhost", "from_rdns": None, "from_ip": None},
    ),
    ("by 2002:a05:7300:538f:b0:7c:ab41:dfcf with SMTP id g15csp950363dye", {"from_helo": None, "family": "gmail"}),
    ("from localhost by mx.example.com with SpamAssassin (version 3.4.0)", {"tls_version": None, "with_": "SpamAssassin"}),
    ("from mail pickup service by mx.example.com with Microsoft SMTPSVC", {"from_helo": "mail pickup service"}),
    (
        ("from mail.example.org (mail.example.org [192.0.2.1]) by mx.example.com ([192.0.2.2]) via tcp with ESMTPS id Xy"
        " (TLS1.3 TLS_AES_128_GCM_SHA256) for <x@example.com>"),
        {"tls_version": "TLSv1.3", "tls_cipher": "TLS_AES_128_GCM_SHA256", "via": "tcp", "by": "mx.example.com"},
    ),
    (
        'from a (unknown [192.0.2.1]) (Client CN "a; by evil.example id 1", Issuer "CA") by mx.example.com (Postfix) id Z',
        {"by": "mx.example.com", "id": "Z"},
    ),
    (
        ("from a.example (b.example [192.0.2.1]) by mx.example.com (chasquid) with ESMTPS tls TLS_AES_128_GCM_SHA256 "
        '(over SMTP, TLS-1.3, envelope from "s@example.org")'),
        {"tls_version": "TLSv1.3", "tls_cipher": "TLS_AES_128_GCM_SHA256"},
    ),
    (
        "from b.example (Not Verified[192.0.2.1]) by gw.example.com with MailMarshal (v6,8) id <B5>",
        {"from_ip": "192.0.2.1", "from_rdns": None},
    ),
    (
        ('from r.example.org ([192.0.2.1]:9499 "EHLO h.example.org" rhost-flags-OK-OK-OK-FAIL) by l.example.com with ESMTP id S1'
        " (ORCPT <rfc822;l@l.example.com>)"),
        {"from_helo": "h.example.org", "from_rdns": "r.example.org", "from_ip": "192.0.2.1", "id": "S1", "family": None},
    ),
    (
        "from mail.example.org ([192.0.2.1]) (envelope-sender <a@example.org>) by mx.example.com (qmail-ldap-1.03) with SMTP",
        {"from_rdns": "mail.example.org", "family": "qmail"},
    ),
    ("from mail.example.org (mail.example.org (192.0.2.1)) by mx.example.com (8.8.5/8.6.5) with SMTP id A",
     {"from_rdns": "mail.example.org", "from_ip": "192.0.2.1"}),
    ("from localhost (localhost [[UNIX: localhost]]) by mx.example.com (8.11.6/8.11.2) id j3", {"from_rdns": "localhost"}),
    ("from mx.example.com (anna@localhost) by mx.example.com (8.9.3/8.8.7) with ESMTP id K", {"from_rdns": "localhost"}),
    ("via spool by 7-submit@bugs.example.org id=B7.1545 (code B ref 7)", {"id": "B7.1545", "via": "spool"}),
    (
        "from a.example (a.example [192.0.2.1]) by mx.example.com with esmtps (Cipher TLS-1.0:RSA_AES_256_CBC_SHA1:32) id 1",
        {"tls_version": "TLSv1.0", "tls_cipher": "RSA_AES_256_CBC_SHA1"},
    ),
    (
        'from r.example.org(192.0.2.1), claiming to be "a.example.org" via SMTP by mx.example.com, id smtpdAAA1a08Ay',
        {"from_helo": "a.example.org", "from_rdns": "r.example.org", "from_ip": "192.0.2.1", "by": "mx.example.com"},
    ),
    ("from a.example.org (unknown 192.0.2.1) by mx.example.com with SMTP id 1", {"from_ip": "192.0.2.1", "from_rdns": None}),
]  # fmt: skip


@pytest.mark.parametrize(("field", "told"), DIALECTS, ids=[field[:40] for field, _ in DIALECTS])
def test_reads_each_dialect_by_its_own_rules(field: str, told: dict[str, str | None]) -> None:
    hop = parse_received(field + DATE)

    assert {name: getattr(hop, name) for name in told} == told
    assert hop.time is not None
    assert hop.time.isoformat() == "2019-01-01T11:34:56+00:00"


def test_reads_a_field_folded_anywhere_alike() -> None:
    field = "from mail.example.org (r.example.org [192.0.2.1]) by mx.example.com with ESMTP id A1" + DATE

    assert parse_received(field.replace(" ", "\r\n ")).from_ip == parse_received(field).from_ip == "192.0.2.1"
    assert parse_received(field.replace(" ", "\r\n\t")).id == "A1"


def test_reads_a_zone_that_lost_its_leading_zero() -> None:
    hop = parse_received("from a.example ([192.0.2.1]) by mx.example.com ; Tue, 1 Jan 2019 12:34:56 -500")

    assert str(hop.time) == "2019-01-01 17:34:56+00:00"


def test_says_what_is_wrong_instead_of_raising() -> None:
    damaged = parse_received("from a.example (a.example [somebody@mail.1.2]) by mx.example; Tue, 99 Foo 2019 99:99:99")

    assert damaged.from_ip is None
    assert damaged.problems
    assert parse_received("").problems == ("No date.",)


def test_reads_both_ends_of_a_field_that_is_far_too_long() -> None:
    hop = parse_received(f"from a.example ([192.0.2.1]) by mx.example {'(' * 1_000_000}" + DATE)

    assert hop.from_ip == "192.0.2.1"
    assert hop.time is not None
    assert any(f"{LONGEST:,}" in problem for problem in hop.problems)


JUDGED = ("from_helo", "from_rdns", "from_ip", "by", "tls_version")
FRAGMENTS = st.sampled_from(
    ["from", "by", "with", "id", "for", "via", "(", ")", "[", "]", ";", '"', "\\", "<", ">", "helo=", "HELO ", "192.0.2.1",
     "[192.0.2.1]", "2001:db8::1", "TLSv1.2", "cipher=", "Tue, 1 Jan 2019 12:34:56 +0100", "\ud800", "é", "\x00", "a.example"]
)  # fmt: skip


@given(st.lists(FRAGMENTS, max_size=60).map(" ".join) | st.text(max_size=400) | st.binary(max_size=400))
def test_gives_a_hop_for_anything(value: str | bytes) -> None:
    assert isinstance(parse_received(value), Hop)


def test_reads_the_fields_of_real_mail_as_people_did(shared: Path) -> None:
    wrong = []
    for line in (shared / "corpora/received.jsonl").read_text("utf-8").splitlines():
        case: dict[str, Any] = json.loads(line)
        hop = parse_received(case["raw"])
        told = {name: (getattr(hop, name) or "").lower() for name in JUDGED}
        wrong += [(case["n"], name) for name in JUDGED if told[name] != (case["expected"][name] or "").lower()]

    assert wrong == []


def test_finds_a_client_in_every_hop_of_real_chains(shared: Path) -> None:
    for path in sorted((shared / "corpora/chains").iterdir()):
        hops = [parse_received(field.value) for field in parse_message(path.read_bytes()).all("Received")]

        assert all(hop.by and hop.time for hop in hops), path.name
