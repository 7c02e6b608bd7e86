"""What is said of signatures and their keys: the right finding, filled with the right facts."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

import mailscope
from mailscope.findings.finding import Finding

MESSAGE = (
    b"From: Ann <ann@author.example>\r\nTo: ben@example.net\r\nSubject: A test\r\nDate: x\r\n"
    b"\r\nThe tide is at ten.\r\n"
)
# dkimpy signs with the machine's clock, so that is what is judged by.
YEAR = datetime.now(UTC).year


@pytest.fixture(scope="module")
def key(samples: Path) -> bytes:
    """A private key of 2048 bits."""
    return (samples / "keys" / "rsa-2048-a.pem").read_bytes()


def _record(private: bytes) -> str:
    public = load_pem_private_key(private, None).public_key()
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"


def _sign(message: bytes, private: bytes, domain: str = "author.example", selector: str = "s1") -> bytes:
    field: bytes = dkim.sign(
        message, selector.encode(), domain.encode(), private, include_headers=[b"from", b"to", b"subject", b"date"]
    )
    return field + message


def _findings(raw: bytes, dns: Any) -> dict[str, Finding]:
    found = mailscope.examine(raw, dns=mailscope.SnapshotDns(dns)).findings
    return {finding.id: finding for finding in found}


def _zone(record: Any, *names: str) -> dict[str, Any]:
    return {f"{name}.": {"TXT": record} for name in names or ("s1._domainkey.author.example",)}


def test_a_good_key_is_called_so(key: bytes) -> None:
    found = _findings(_sign(MESSAGE, key), _zone([_record(key)]))

    assert {"dkim-pass", "dkim-key-good"} <= found.keys()
    assert "2048" in found["dkim-key-good"].title


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (lambda record: record.replace("k=rsa", "k=rsa; t=y"), "dkim-key-testing"),
        (lambda record: record.replace("k=rsa", "k=rsa; g=ann"), "dkim-key-remark"),
        (lambda record: record.replace("k=rsa", "k=rsa; s=email"), "dkim-key-detail"),
        (lambda record: record.replace("k=rsa", "k=rsa; s=tlsrpt"), "dkim-key-bad"),
        (lambda record: record.replace("p=", 'p="'), "dkim-key-bad"),
        (lambda record: "v=DKIM1; p=", "dkim-key-revoked"),
    ],
)
def test_what_the_record_says_is_told(key: bytes, change: Any, finding: str) -> None:
    assert finding in _findings(_sign(MESSAGE, key), _zone([change(_record(key))]))


@pytest.mark.parametrize(
    ("answer", "finding", "remedy"),
    [
        ("NXDOMAIN", "dkim-key-missing", "Publish the key"),
        ("SERVFAIL", "dkim-unknown", "Ask again"),
        ("NOT-RECORDED", "dkim-unknown", "Ask live DNS"),
    ],
)
def test_what_dns_does_not_say_is_told(key: bytes, answer: str, finding: str, remedy: str) -> None:
    found = _findings(_sign(MESSAGE, key), _zone(answer))

    assert remedy in found[finding].remedy


def test_a_replaced_key_is_told_from_a_changed_field(key: bytes, samples: Path) -> None:
    raw = _sign(MESSAGE, key)
    other = _record((samples / "keys" / "rsa-1024.pem").read_bytes())

    assert "dkim-other-key" in _findings(raw, _zone([other]))
    assert "dkim-header-changed" in _findings(raw.replace(b"A test", b"[x] A test"), _zone([_record(key)]))


def test_one_key_under_two_names_is_seen(key: bytes) -> None:
    raw = _sign(_sign(MESSAGE, key), key, "service.example", "s2")
    found = _findings(raw, _zone([_record(key)], "s1._domainkey.author.example", "s2._domainkey.service.example"))

    assert "s2._domainkey.service.example, s1._domainkey.author.example" in found["dkim-key-shared"].detail


@pytest.mark.parametrize(("selector", "old"), [("20150601", True), (f"s{YEAR}", False), ("k1", False)])
def test_a_key_that_bears_an_old_date_should_be_replaced(key: bytes, selector: str, old: bool) -> None:
    raw = _sign(MESSAGE, key, selector=selector)
    found = _findings(raw, _zone([_record(key)], f"{selector}._domainkey.author.example"))

    assert ("dkim-key-old" in found) is old


def test_more_signatures_than_are_verified_are_counted(key: bytes) -> None:
    raw = _sign(MESSAGE, key)
    found = _findings(raw[: -len(MESSAGE)] * 30 + MESSAGE, _zone([_record(key)]))

    assert found["dkim-limit"].title.endswith(": 10")


def test_heaps_of_broken_signatures_are_counted_and_the_good_one_among_them_is_told(key: bytes) -> None:
    found = mailscope.examine(
        b"DKIM-Signature: x\r\n" * 100 + _sign(MESSAGE, key), dns=mailscope.SnapshotDns(_zone([_record(key)]))
    ).findings
    idents = [each.id for each in found]

    assert (idents.count("dkim-refused"), idents.count("dkim-pass"), idents.count("dkim-crowd")) == (25, 1, 1)


def test_a_third_party_that_claims_to_be_authorized_is_checked(key: bytes) -> None:
    class Claiming(dkim.DKIM):  # type: ignore[misc]
        def gen_header(self, fields: Any, *rest: Any, **more: Any) -> Any:
            fields[:0] = [(b"atps", b"author.example"), (b"atpsh", b"none")]
            return super().gen_header(fields, *rest, **more)

    field = Claiming(MESSAGE).sign(b"s1", b"service.example", key, include_headers=[b"from"])
    zone = _zone([_record(key)], "s1._domainkey.service.example")
    allowed = zone | _zone(["v=ATPS1"], "service.example._atps.author.example")

    assert {"dkim-third-party", "dkim-atps-fail"} <= _findings(field + MESSAGE, zone).keys()
    assert "dkim-atps-pass" in _findings(field + MESSAGE, allowed)


def test_a_header_block_alone_asks_for_its_body(samples: Path) -> None:
    zone = json.loads((samples / "dns.json").read_text(encoding="utf-8"))
    raw = (samples / "messages" / "25-headers-only.txt").read_bytes()
    found = _findings(raw, zone)

    assert "whole message" in found["dkim-unknown"].remedy


@pytest.mark.parametrize(
    ("sample", "now", "finding", "severity", "said"),
    [
        ("13-key-withdrawn-since", "2026-12-06T12:00:00Z", "dkim-key-missing", "notice", "no forgery"),
        ("13-key-withdrawn-since", None, "dkim-key-missing", "warning", "message is new"),
        ("14-signature-expired", "2026-12-06T12:00:00Z", "dkim-expired", "warning", "after that"),
    ],
)
def test_time_explains_what_it_can(
    samples: Path, sample: str, now: str | None, finding: str, severity: str, said: str
) -> None:
    zone = json.loads((samples / "dns.json").read_text(encoding="utf-8"))
    raw = (samples / "messages" / f"{sample}.eml").read_bytes()
    dns = mailscope.SnapshotDns(zone)
    received = mailscope.examine(raw, dns=dns, now=now or "2030-01-01T00:00:00Z").analysis.received_at
    found = mailscope.examine(raw, dns=dns, now=now or received).findings
    (one,) = [each for each in found if each.id == finding]

    assert (one.severity, said in one.detail) == (severity, True)
