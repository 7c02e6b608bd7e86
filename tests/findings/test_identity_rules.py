"""How people are fooled about who wrote, and what of it is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mailscope
from mailscope.findings.lookalike import (
    brand_named_in,
    brand_resembled_by,
    brand_worn_by,
    drawn_as,
    mixed_scripts,
    unicode_domain,
)
from mailscope.mail.address import ascii_domain
from mailscope.tables import read_table

HOP = (
    "Received: from out.example.org (out.example.org [192.0.2.9]) by mx.example.com (Postfix) with ESMTPS id A;"
    " Tue, 24 Nov 2026 10:00:02 +0000"
)


def found(*lines: str, dns: object = None) -> set[str]:
    above = [line for line in lines if line.startswith("Return-Path")]
    below = [line for line in lines if line not in above]
    raw = "\r\n".join((*above, HOP, *below, "Date: Tue, 24 Nov 2026 10:00:00 +0000", "", "hello", "")).encode()
    report = mailscope.examine(raw, dns=dns or mailscope.NoDns())
    return {finding.id for finding in report.findings}


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (["From: PayPal Service <service@example.org>"], "display-name-brand"),
        (["From: Norton Support Team <service@example.org>"], "display-name-brand"),
        (["From: P a y P a l <service@example.org>"], "display-name-brand"),
        (["From: Docu Sign <service@example.org>"], "display-name-brand"),
        (["From: WellsFargo Alerts <service@example.org>"], "display-name-brand"),
        (["From: Amazon\u30ab\u30b9\u30bf\u30de\u30fc <service@example.org>"], "display-name-brand"),
        (["From: \u30e1\u30eb\u30ab\u30ea\u4e8b\u52d9\u5c40 <service@example.org>"], "display-name-brand"),
        (["From: P\u0430yPa1 <service@example.org>"], "display-name-brand"),
        (["From: \"anna@bank.example\" <x@example.org>"], "display-name-address"),
        (["From: Anna <a@paypa1.com>"], "domain-lookalike"),
        (["From: Anna <a@p\u0430ypal.com>"], "domain-lookalike"),
        (["From: Anna <a@xn--80ak6aa92e.com>"], "domain-lookalike"),
        (["From: Anna <a@ebaysupport.example>"], "domain-wears-brand"),
        (["From: Anna <a@p\u0430n\u03c9.example>"], "domain-mixed-scripts"),
        (["From: Anna <a@m\u00fcnchen.example>"], "domain-international"),
        (["From: Anna <a@netflix-login.example>"], "domain-wears-brand"),
        (["From: Anna <a@paypalservice.example>"], "domain-wears-brand"),
        (["From: Anna <a@paypal.shop>"], "domain-wears-brand"),
        (["From: Anna <a@norton-support.com>"], "domain-wears-brand"),
        (["From: Anna <a@micro-soft.com>"], "domain-lookalike"),
        (["From: Anna <a@secure-paypa1.com>"], "domain-lookalike"),
        (["From: Anna <a@lnstagram.com>"], "domain-lookalike"),
        (["From: Royal Mail Delivery <a@example.org>"], "display-name-brand"),
        (["From: =?utf-8?b?5LiJ5LqV5L2P5Y+L44Kr44O844OJ?= <a@example.org>"], "display-name-brand"),
        (["From: Anna <a@example.org>", "Reply-To: b@gmail.com"], "reply-to-freemail"),
        (["From: Anna <a@example.org>", "Reply-To: b@example.net"], "reply-elsewhere"),
        (["From: Anna <a@example.org>", "Sender: list@example.net"], "sender-elsewhere"),
        (["Return-Path: <b@example.net>", "From: Anna <a@example.org>"], "return-elsewhere"),
        (["From: =?utf-8?b?4oCuQW5uYQ==?= <a@example.org>"], "name-hides-characters"),
    ],
)  # fmt: skip
def test_finds_what_fools_people(lines: list[str], wanted: str) -> None:
    assert wanted in found(*lines)


@pytest.mark.parametrize(
    "lines",
    [
        ["From: PayPal <service@mail.paypal.com>", "Reply-To: service@paypal.de"],
        ["Return-Path: <a@bounces.example.org>", "From: Anna Groups <a@example.org>", "Reply-To: b@news.example.org"],
        ["From: Anna \U0001f469\u200d\U0001f4bb\ufe0f <a@example.org>"],
        ["From: Anna <a@example.org>", "Sender: a@lists.example.org"],
        ["From: Peter Norton <p@example.org>"],
        ["From: Hotel Santander <a@example.org>"],
        ["From: J. P. Morgenstern <a@example.org>"],
        ["From: Sparkasse Musterstadt <info@sparkasse-musterstadt.example>"],
        ["From: Orange County Fair <a@orange-county.org>"],
        ["From: Chase Miller <a@chase.org>"],
        ["From: Apple Martin <a@apple-orchard.org>"],
        ["From: Amazonen-Werke <a@amazone.de>"],
        ["From: Discover Norway <a@revolt.tv>"],
    ],
)
def test_leaves_honest_names_alone(lines: list[str]) -> None:
    fooled = {"display-name-brand", "domain-lookalike", "domain-wears-brand", "domain-mixed-scripts", "reply-elsewhere",
              "reply-to-freemail", "return-elsewhere", "sender-elsewhere", "name-hides-characters"}  # fmt: skip

    assert found(*lines) & (fooled if "PayPal" not in lines[0] else {"display-name-brand", "domain-lookalike"}) == set()


def test_tells_a_name_that_leads_back_from_one_that_does_not() -> None:
    zone = {"9.2.0.192.in-addr.arpa.": {"PTR": ["out.example.org."]}, "out.example.org.": {"A": ["192.0.2.9"]}}
    lie = {"9.2.0.192.in-addr.arpa.": {"PTR": ["out.example.org."]}, "out.example.org.": {"A": ["192.0.2.1"]}}

    assert "reverse-confirmed" in found("From: a@example.org", dns=mailscope.SnapshotDns(zone))
    assert "reverse-unconfirmed" in found("From: a@example.org", dns=mailscope.SnapshotDns(lie))
    assert "reverse-missing" in found("From: a@example.org", dns=mailscope.SnapshotDns({"example.org.": {}}))
    assert not {name for name in found("From: a@example.org") if name.startswith("reverse-")}


@given(st.text(max_size=80))
def test_looks_at_any_name_without_stumbling(text: str) -> None:
    domain = ascii_domain(text)

    assert isinstance(drawn_as(text), str)
    assert isinstance(unicode_domain(domain), str)
    assert isinstance(mixed_scripts(domain), tuple)
    brand_named_in(text)
    brand_worn_by(domain)
    brand_resembled_by(domain)


def test_takes_no_brands_own_domain_for_an_imitation() -> None:
    for entry in read_table("identity", "brands.toml")["brand"]:
        for domain in entry["domains"]:
            assert brand_resembled_by(domain) is None, domain
            assert brand_worn_by(f"mail.{domain}") is None, domain
