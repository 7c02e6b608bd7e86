"""The recipient's side of the DNS is asked where it may have caused the failure, and only then."""

from typing import Any

import pytest

import mailscope
from mailscope.bounce.failure import Bounce, Manner, Phase
from mailscope.bounce.recipient_side import look_at_recipients

ZONE: dict[str, Any] = {
    "null.example.": {"MX": ["0 ."]},
    "bare.example.": {"TXT": ["nothing for mail"]},
    "web.example.": {"A": ["198.51.100.1"]},
    "inner.example.": {"MX": ["10 mx.inner.example."]},
    "mx.inner.example.": {"A": ["10.1.2.3"]},
    "self.example.": {"MX": ["10 mx.self.example."]},
    "mx.self.example.": {"A": ["127.0.0.1"]},
    "literal.example.": {"MX": ["10 192.0.2.1."]},
    "gone.example.": {"MX": ["10 mx.nowhere.example."]},
    "half.example.": {"MX": ["10 mx.nowhere.example.", "20 mx.sound.example."]},
    "alias.example.": {"MX": ["10 www.alias.example."]},
    "www.alias.example.": {"CNAME": ["mx.sound.example."]},
    "broken.example.": {"MX": "SERVFAIL"},
    "nulls.example.": {"MX": ["0 .", "10 mx.sound.example."]},
    "sound.example.": {"MX": ["10 mx.sound.example."]},
    "mx.sound.example.": {"A": ["198.51.100.2"]},
    "_mta-sts.sound.example.": {"TXT": ["v=STSv1; id=20260101;"]},
    "_smtp._tls.sound.example.": {"TXT": ["v=TLSRPTv1; rua=mailto:tls@sound.example"]},
    "twice.example.": {"MX": ["10 mx.sound.example."]},
    "_mta-sts.twice.example.": {"TXT": ["v=STSv1; id=1;", "v=STSv1; id=2;"]},
}
DNS = mailscope.SnapshotDns(ZONE)


def failed(domain: str, **more: Any) -> Bounce:
    return Bounce(
        **({"recipient": f"bea@{domain}", "manner": Manner.DELAY, "phase": Phase.CONNECT, "category": "network"} | more)
    )


def found(domain: str, words: str = "connect to mx.example.net[192.0.2.1]:25: Connection timed out") -> set[str]:
    line = (
        f"Nov 22 01:39:32 mx postfix/smtp[4]: 547F22420BF: to=<bea@{domain}>, relay=none,"
        f" dsn=4.4.1, status=deferred ({words})\n"
    )
    report = mailscope.examine(line, dns=DNS)
    return {one.id for one in report.findings if one.id.startswith("recipient-")}


@pytest.mark.parametrize(
    ("domain", "ids"),
    [
        ("null.example", {"recipient-null-mx"}),
        ("absent.example", {"recipient-no-domain"}),
        ("bare.example", {"recipient-no-mail-host"}),
        ("web.example", {"recipient-no-mx"}),
        ("inner.example", {"recipient-mx-private"}),
        ("self.example", {"recipient-mx-private"}),
        ("literal.example", {"recipient-mx-literal"}),
        ("gone.example", {"recipient-mx-nowhere"}),
        ("half.example", {"recipient-mx-partly-nowhere"}),
        ("alias.example", {"recipient-mx-alias", "recipient-dns-sound"}),
        ("broken.example", {"recipient-dns-broken"}),
        ("sound.example", {"recipient-dns-sound"}),
        ("nulls.example", {"recipient-dns-sound"}),
    ],
)
def test_explains_what_the_recipients_dns_says(domain: str, ids: set[str]) -> None:
    assert found(domain) == ids


def test_asks_for_the_records_about_tls_where_tls_failed() -> None:
    assert found("sound.example", "Server certificate not verified") == {"recipient-mta-sts", "recipient-tls-reports"}
    assert found("twice.example", "Server certificate not verified") == {"recipient-mta-sts-broken"}


@pytest.mark.parametrize(
    "bounce",
    [
        failed("sound.example", category="user_unknown", phase=Phase.RCPT, manner=Manner.REJECTION),
        failed("sound.example", manner=Manner.DELIVERED),
        failed("sound.example", manner=Manner.REPORT),
        failed("[192.0.2.1]"),
        failed("no spaces.example"),
        failed("x" * 300 + ".example"),
        failed("sound.example", recipient=None),
    ],
)
def test_asks_nothing_where_the_dns_is_not_to_blame(bounce: Bounce) -> None:
    assert look_at_recipients((bounce,), DNS) == ()


def test_asks_nothing_without_dns() -> None:
    assert look_at_recipients((failed("sound.example"),), mailscope.NoDns()) == ()


def test_asks_for_few_domains_however_many_failed() -> None:
    sides = look_at_recipients(tuple(failed(f"d{number}.example") for number in range(100)), DNS)

    assert len(sides) == 5


def test_knows_whether_anybody_can_reach_the_domain() -> None:
    def reachable(domain: str) -> bool | None:
        return look_at_recipients((failed(domain),), DNS)[0].reachable

    assert (reachable("sound.example"), reachable("inner.example"), reachable("broken.example")) == (True, False, None)


@pytest.mark.parametrize(
    ("sts", "id_", "rpt", "to"),
    [
        (["v=STSv1; ext=1; id=20260101"], "20260101", ["v=TLSRPTv1; x=1; rua=mailto:a@b.example , https://c.example/t;"],
         "mailto:a@b.example, https://c.example/t"),
        (["v=STSv1;id=1;id=2", "other text", "v=STSv2; id=3"], "1", ["v=TLSRPTv1;rua=a:b", "v=TLSRPTv1;rua=c:d"], None),
        (["v=STSv1; id=" + "1" * 33], None, ["v=TLSRPTv1"], None),
        (["V=STSv1; id=1", "\xff" * 5_000, ";;=;"], None, ["v=tlsrptv1; rua=a:b"], None),
    ],
)  # fmt: skip
def test_reads_the_records_about_tls_by_their_fields(
    sts: list[str], id_: str | None, rpt: list[str], to: str | None
) -> None:
    zone = {"a.example.": {"MX": ["10 a.example."]}, "_mta-sts.a.example.": {"TXT": sts},
            "_smtp._tls.a.example.": {"TXT": rpt}}  # fmt: skip
    (side,) = look_at_recipients((failed("a.example", category="tls_failed"),), mailscope.SnapshotDns(zone))

    assert (side.mta_sts, side.tls_reports_to) == (id_, to)
