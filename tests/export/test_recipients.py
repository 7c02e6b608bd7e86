"""The recipients' side, as an export tells it."""

import pytest

import mailscope
from mailscope.export.write import render

REFUSED = "host mx.shop.example[192.0.2.7] said: 454 4.7.0 TLS not available (in reply to STARTTLS command)"


def told(zone: dict[str, dict[str, object]], text: str = REFUSED) -> str:
    notice = f"<ana@shop.example>: {text}"
    report = mailscope.examine(notice, dns=mailscope.SnapshotDns(zone), now="2026-10-01T00:00:00Z")
    return " ".join(render([report], "text").split())


def test_tells_where_mail_goes_and_what_is_asked_of_tls() -> None:
    zone: dict[str, dict[str, object]] = {
        "shop.example.": {"MX": ["10 mx.shop.example.", "20 old.shop.example."]},
        "mx.shop.example.": {"A": ["192.0.2.7"]},
        "_mta-sts.shop.example.": {"TXT": ["v=STSv1; id=20261001"]},
        "_smtp._tls.shop.example.": {"TXT": ["v=TLSRPTv1; rua=mailto:tls@shop.example"]},
    }
    text = told(zone)

    assert "shop.example: mail can arrive there" in text
    assert "Host: 10 mx.shop.example: 192.0.2.7" in text
    assert "Host: 20 old.shop.example: no address" in text
    assert "MTA-STS: policy 20261001" in text
    assert "TLS-RPT: mailto:tls@shop.example" in text


@pytest.mark.parametrize(
    ("zone", "wanted"),
    [
        ({"shop.example.": {"MX": ["0 ."]}}, "mail cannot arrive there MX: 0 . (null MX"),
        ({"shop.example.": {"A": ["192.0.2.7"]}}, "mail can arrive there MX: none: mail goes to the domain's own"),
        ({"shop.example.": {"MX": "SERVFAIL"}}, "whether mail can arrive there is not known MX: servfail"),
        ({}, "mail cannot arrive there MX: nxdomain"),
    ],
)
def test_says_why_mail_cannot_arrive(zone: dict[str, dict[str, object]], wanted: str) -> None:
    assert wanted in told(zone)


def test_is_left_out_where_no_dns_was_asked() -> None:
    assert "recipients' side" not in render([mailscope.examine(REFUSED, dns=mailscope.NoDns())], "text")
