"""What is said of an ARC chain."""

import json
from pathlib import Path
from typing import Any

import pytest

import mailscope
from mailscope.findings.finding import Finding

SAMPLE = "messages/06-list-sealed-with-arc.eml"


@pytest.fixture(scope="module")
def zone(samples: Path) -> dict[str, Any]:
    """The DNS of the samples."""
    found: dict[str, Any] = json.loads((samples / "dns.json").read_text(encoding="utf-8"))
    return found


def _findings(raw: bytes, zone: dict[str, Any]) -> dict[str, Finding]:
    report = mailscope.examine(raw, dns=mailscope.SnapshotDns(zone), now="2026-09-18T12:00:00Z")
    return {finding.id: finding for finding in report.findings}


def test_a_whole_chain_tells_its_sets_and_what_arc_is_worth(samples: Path, zone: dict[str, Any]) -> None:
    found = _findings((samples / SAMPLE).read_bytes(), zone)

    assert {"arc-pass", "arc-sets", "arc-historic"} <= found.keys()
    assert "dmarc=pass" in found["arc-sets"].detail
    assert "its seal holds, its message signature holds" in found["arc-sets"].detail


def test_a_broken_chain_names_whom_to_ask(samples: Path, zone: dict[str, Any]) -> None:
    found = _findings((samples / SAMPLE).read_bytes() + b"more\r\n", zone)

    assert "message signature of instance 1 is broken: the body's hash" in found["arc-fail"].detail
    assert "lists.choir.example (instance 1)" in found["arc-fail"].remedy


def test_a_chain_without_keys_is_not_called_broken(samples: Path) -> None:
    found = _findings((samples / SAMPLE).read_bytes(), {"meta": {"absent": "NOT-RECORDED"}})

    assert "arc-unknown" in found
    assert "arc-fail" not in found


def test_mail_without_a_chain_says_nothing_of_arc(samples: Path, zone: dict[str, Any]) -> None:
    found = _findings((samples / "messages/01-clean-and-aligned.eml").read_bytes(), zone)

    assert not [ident for ident in found if ident.startswith("arc-")]
