"""Every sample comes to what the manifest says, and the manifest, the files and the recipes agree."""

import subprocess
import sys
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from mailscope.context import Context
from mailscope.dns.snapshot import SnapshotDns
from mailscope.report import Report, examine, examine_specimen
from mailscope.sources.load import load_path
from mailscope.verdict import Severity

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
FOLDERS = ("messages", "bounces", "transcripts", "logs", "mailboxes")
MANIFEST: list[dict[str, Any]] = tomllib.loads((SAMPLES / "MANIFEST.toml").read_text(encoding="utf-8"))["sample"]
MAIL = [sample for sample in MANIFEST if "spf" in sample]
BOUNCES = [sample for sample in MANIFEST if "bounces" in sample]


def name(sample: dict[str, Any]) -> str:
    return sample["file"] + (f"#{sample['index'] + 1}" if "index" in sample else "")


def report(sample: dict[str, Any], reports: dict[str, Report]) -> Report:
    """The report of a sample, made once."""
    key = name(sample)
    if key not in reports:
        place = SAMPLES / sample["file"]
        dns = SnapshotDns(SAMPLES / "dns.json")
        if "index" in sample:
            context = Context(dns=dns, now=datetime.fromisoformat(sample["now"]))
            reports[key] = examine_specimen(list(load_path(place))[sample["index"]], context)
        else:
            reports[key] = examine(place, dns=dns, now=sample["now"])
    return reports[key]


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    return {}


def every(samples: list[dict[str, Any]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("sample", samples, ids=name)


@every(MANIFEST)
def test_is_taken_for_what_it_is(sample: dict[str, Any], reports: dict[str, Report]) -> None:
    assert report(sample, reports).analysis.specimen.kind == sample["kind"]


@every(MANIFEST)
def test_answers_in_one_line(sample: dict[str, Any], reports: dict[str, Report]) -> None:
    assert report(sample, reports).answer.headline == sample["answer"]


@every(MANIFEST)
def test_finds_what_there_is_and_nothing_else(sample: dict[str, Any], reports: dict[str, Report]) -> None:
    findings = report(sample, reports).findings
    loud = {found.id for found in findings if found.severity.rank <= Severity.NOTICE.rank}
    told = {found.id: found.detail for found in findings}

    assert loud == set(sample["findings"]), told
    assert set(sample["also"]) <= {found.id for found in findings} - loud, told


@every(MAIL)
def test_knows_where_the_receiver_met_the_outside(sample: dict[str, Any], reports: dict[str, Report]) -> None:
    border = report(sample, reports).border

    assert (border.ip or "") == sample["border"], border


@every(MAIL)
def test_verdicts_are_right(sample: dict[str, Any], reports: dict[str, Report]) -> None:
    auth = report(sample, reports).authentication
    dmarc = auth.dmarc.rfc9989
    signatures = [" ".join([check.name, check.result or "-", *([check.reason] if check.reason else [])])
                  for check in auth.dkim]  # fmt: skip

    assert ((auth.spf and auth.spf.result) or "-") == sample["spf"], auth.spf
    assert signatures == sample["dkim"], auth.dkim
    assert (auth.arc.result or "-") == sample["arc"], auth.arc
    assert (dmarc.result or "-") == sample["dmarc"], dmarc
    assert (dmarc.policy or "-") == sample["policy"], dmarc


@every(BOUNCES)
def test_says_what_became_of_each_recipient(sample: dict[str, Any], reports: dict[str, Report]) -> None:
    rows = [
        {key: str(getattr(bounce, key) or "") for key in wanted}
        for bounce, wanted in zip(report(sample, reports).bounces, sample["bounces"], strict=True)
    ]

    assert rows == sample["bounces"]


@every(MANIFEST)
def test_today_is_no_worse_than_the_day_it_was_written_for(sample: dict[str, Any], reports: dict[str, Report]) -> None:
    """`make run` judges by today's clock."""
    if "index" in sample:
        pytest.skip("a part of a mailbox; its messages are like those that stand alone")
    today = examine(SAMPLES / sample["file"], dns=SnapshotDns(SAMPLES / "dns.json"))

    assert {found.id for found in today.findings} == {found.id for found in report(sample, reports).findings}


def test_the_snapshot_holds_every_name_that_is_asked(reports: dict[str, Report]) -> None:
    asked = [
        (asked.answer.question, asked.answer.outcome)
        for sample in MANIFEST
        for asked in report(sample, reports).analysis.questions
    ]

    assert asked
    assert {outcome for _, outcome in asked} <= {"answer", "nodata", "nxdomain"}, asked


def test_every_file_is_in_the_manifest_and_every_entry_is_a_file() -> None:
    files = {
        place.relative_to(SAMPLES).as_posix()
        for folder in FOLDERS
        for place in (SAMPLES / folder).rglob("*")
        if place.is_file()
    }

    assert {sample["file"] for sample in MANIFEST} == files


def test_the_recipes_make_the_same_bytes_again(tmp_path: Path) -> None:
    subprocess.run([sys.executable, SAMPLES / "build.py", "--into", tmp_path], check=True, capture_output=True)
    made = {
        place.relative_to(tmp_path).as_posix(): place.read_bytes() for place in tmp_path.rglob("*") if place.is_file()
    }
    page = made.pop("samples.md")

    assert page == (SAMPLES.parent / "docs" / "samples.md").read_bytes()
    assert {file for file in made if (SAMPLES / file).read_bytes() != made[file]} == set()
    assert set(made) == {"dns.json", *(sample["file"] for sample in MANIFEST)}


def test_only_example_names_and_documentation_addresses_occur() -> None:
    """RFC 2606, RFC 5737 and RFC 3849: nothing here points at anybody."""
    from ipaddress import ip_address, ip_network
    from re import findall

    quiet = [ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "127.0.0.0/8")]
    for sample in MANIFEST:
        text = (SAMPLES / sample["file"]).read_text(encoding="utf-8")
        for address in findall(r"(?<![\d.=])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])", text):
            assert any(ip_address(address) in net for net in quiet), (sample["file"], address)
        for domain in findall(r"@([\w.-]+\.\w+)", text):
            assert domain.endswith(".example"), (sample["file"], domain)
