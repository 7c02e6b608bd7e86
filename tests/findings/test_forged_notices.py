"""A swindler's message does not hide from its verdict by calling itself a notice."""

from pathlib import Path

import pytest

from mailscope.dns.snapshot import SnapshotDns
from mailscope.report import examine
from mailscope.verdict import Severity


@pytest.mark.parametrize(
    "disguise",
    [
        b"Auto-Submitted: auto-replied\r\n",
        b"X-Failed-Recipients: somebody@example.org\r\nReturn-Path: <>\r\nSubject: Undelivered mail\r\n",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
    ],
)
def test_a_notice_that_its_domain_disowns_is_said_to_be_perhaps_forged(samples: Path, disguise: bytes) -> None:
    spoofed = (samples / "messages" / "08-spoofed-and-to-be-rejected.eml").read_bytes()
    dns = SnapshotDns(samples / "dns.json")
    report = examine(spoofed.replace(b"From:", disguise + b"From:", 1), dns=dns, now="2026-10-14T12:00:00Z")

    assert report.analysis.specimen.kind in ("bounce", "report")
    assert report.answer.severity is Severity.CRITICAL
    assert report.answer.headline.startswith("Perhaps forged, since DMARC fails for tideline-bank.example")
    assert "dmarc-fail-reject" in {found.id for found in report.findings}
