"""The JSON of every sample: no key that outsiders rely on is missing, none is undescribed, and it is plain data."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mailscope.context import Context
from mailscope.dns.snapshot import SnapshotDns
from mailscope.report import examine_specimen, failed_report
from mailscope.sources.load import load_path
from mailscope.specimen import Origin

ROOT = Path(__file__).resolve().parents[2]
PROMISED = {
    "": "schema source checked message hops border authentication fields bounces enclosed dns findings",
    "source": "path index kind size sha256 error",
    "checked": "at now dns",
    "message": "from from_domain to subject date message_id return_path",
    "hops[]": "from_helo from_rdns from_ip by via with id for tls_version tls_cipher time delay_seconds family claimed"
    " problems raw",
    "border": "hop ip helo mail_from basis candidates",
    "authentication": "spf spf_by_hop dkim arc dmarc stamped",
    "authentication.spf": "result domain scope ip mechanism lookups void_lookups explanation problem",
    "authentication.spf_by_hop[]": "result domain scope ip mechanism lookups void_lookups explanation problem hop",
    "authentication.dkim[]": "result reason domain selector algorithm key_bits signed_at expires_at body_length aligned"
    " signed_headers unsigned_headers injectable_headers added_after_signing proofs diagnosis replay",
    "authentication.dkim[].diagnosis": "part causes fields detail undone",
    "authentication.arc": "result instances reason",
    "authentication.dmarc": "rfc9989 rfc7489",
    "authentication.dmarc.rfc9989": "result policy disposition record_domain organizational_domain spf_aligned"
    " dkim_aligned reason",
    "authentication.dmarc.rfc7489": "result policy disposition record_domain organizational_domain spf_aligned"
    " dkim_aligned reason",
    "authentication.stamped[]": "by field whose method result properties agrees",
    "fields[]": "name index coverage",
    "bounces[]": "recipient original_recipient action manner phase phase_basis reply_code enhanced_code permanent"
    " category provider remote_mta reporting_mta diagnostic meaning remedy retry_advice attempts",
    "dns[]": "name type outcome answers validated used_by",
    "findings[]": "id severity area title detail evidence remedy reference",
}
"""What outsiders rely on: no key of these may go."""
OPEN = ("coverage", "properties", "written_by", "facts")
"""Objects whose keys come from the message, or differ with what was seen."""


@pytest.fixture(scope="module")
def reports() -> list[dict[str, Any]]:
    samples = ROOT / "samples"
    context = Context(dns=SnapshotDns(samples / "dns.json"))
    folders = ("messages", "bounces", "transcripts", "logs", "mailboxes")
    files = [path for folder in folders for path in sorted((samples / folder).iterdir())]
    made = [examine_specimen(specimen, context).to_dict() for path in files for specimen in load_path(path)]
    return [*made, failed_report(Origin("x"), "no such file", context).to_dict()]


def _objects(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object with the path that leads to it."""
    if isinstance(value, dict):
        yield path, value
        for key, item in value.items():
            if key not in OPEN:
                yield from _objects(item, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for item in value:
            yield from _objects(item, f"{path}[]")


def test_every_promised_key_is_there(reports: list[dict[str, Any]]) -> None:
    met: set[str] = set()
    for report in reports:
        for path, found in _objects(report):
            if path in PROMISED:
                met.add(path)

                assert set(PROMISED[path].split()) <= set(found), path
    assert met == set(PROMISED)


def test_every_key_is_described(reports: list[dict[str, Any]]) -> None:
    page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    described = set(re.findall(r"`([a-z0-9_]+)`", page))
    keys = {key for report in reports for _, found in _objects(report) for key in found}

    assert keys - described == set()


def test_it_is_plain_data_that_prints_anywhere(reports: list[dict[str, Any]]) -> None:
    for report in reports:
        json.dumps(report, allow_nan=False).encode("ascii")
        json.dumps(report, ensure_ascii=False).encode("utf-8")
