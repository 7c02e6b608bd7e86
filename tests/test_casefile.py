"""A case file gives the same reports again, anywhere, and a damaged one is a sentence."""

import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailscope.casefile import CaseFile, is_case, open_case, save_case
from mailscope.context import Context
from mailscope.dns.snapshot import NoDns, SnapshotDns
from mailscope.errors import LoadError, MailscopeError
from mailscope.limits import DEFAULT_LIMITS
from mailscope.report import Report, examine, examine_specimen

NOW = datetime(2026, 10, 6, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def reports() -> list[Report]:
    samples = Path(__file__).resolve().parent.parent / "samples"
    context = Context(SnapshotDns(samples / "dns.json"), NOW, own_hosts=(".inn.example",))
    names = ("messages/01-clean-and-aligned.eml", "messages/25-headers-only.txt", "bounces/01-postfix-user-unknown.eml")
    return [examine(samples / name, context=context) for name in names]


@pytest.fixture
def case(reports: list[Report], tmp_path: Path) -> Path:
    path = tmp_path / "a case.mailscope"
    save_case(path, reports, own_hosts=(".inn.example",))
    return path


def _same(report: Report) -> dict[str, object]:
    data = report.to_dict()
    del data["checked"]
    for asked in data["dns"]:
        asked.pop("seconds"), asked.pop("used_by")
    return data


def test_an_opened_case_gives_the_same_reports(case: Path, reports: list[Report]) -> None:
    opened = open_case(case)
    again = [examine_specimen(specimen, opened.context()) for specimen in opened.items]

    assert is_case(case)
    assert [specimen.raw for specimen in opened.items] == [report.analysis.specimen.raw for report in reports]
    assert (opened.now, opened.own_hosts) == (NOW, (".inn.example",))
    assert [_same(report) for report in again] == [_same(report) for report in reports]


def test_a_case_made_without_dns_asks_nobody_again(samples: Path, tmp_path: Path) -> None:
    report = examine(samples / "messages/01-clean-and-aligned.eml", dns=NoDns(), now=NOW)
    save_case(tmp_path / "c.mailscope", [report])

    assert isinstance(open_case(tmp_path / "c.mailscope").context().dns, NoDns)


def test_nothing_examined_is_no_case(tmp_path: Path, reports: list[Report]) -> None:
    with pytest.raises(ValueError, match="nothing was"):
        save_case(tmp_path / "c.mailscope", [replace(reports[0], error="unreadable")])


def test_a_place_that_cannot_be_written_is_one_line_and_leaves_nothing(reports: list[Report], tmp_path: Path) -> None:
    with pytest.raises(MailscopeError, match="cannot be written"):
        save_case(tmp_path / "no" / "c.mailscope", reports)

    assert list(tmp_path.iterdir()) == []


def _rewritten(case: Path, changed: dict[str, bytes | None]) -> Path:
    """The case with some members replaced, or gone."""
    path = case.with_suffix(".changed")
    with zipfile.ZipFile(case) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = changed.get(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return path


def test_a_missing_or_changed_item_is_told_and_the_others_are_there(case: Path) -> None:
    opened = open_case(_rewritten(case, {"items/000001": None, "items/000002": b"From: other@example.com\r\n\r\n"}))

    assert len(opened.items) == 2
    assert len(opened.problems) == 2
    assert "checksum" in opened.problems[1]


def test_an_item_over_the_limit_is_left_out_and_told(case: Path) -> None:
    opened = open_case(case, replace(DEFAULT_LIMITS, file_bytes=2_400))

    assert len(opened.items) < 3
    assert any("2,400 bytes" in problem for problem in opened.problems)


@pytest.mark.parametrize(
    "index",
    [b"", b"[]", b"{}", b'{"format": "mailscope-case/1"}', b"[" * 100_000, b'{"format": "mailscope-case/9"}',
     json.dumps({"format": "mailscope-case/1", "now": "x", "items": []}).encode(),
     b'{"format": "mailscope-case/1", "now": "2026-01-01", "items": [{"file": "dns.json", "kind": "ufo"}]}'],
)  # fmt: skip
def test_a_damaged_case_is_one_line(case: Path, index: bytes) -> None:
    with pytest.raises(LoadError) as raised:
        open_case(_rewritten(case, {"case.json": index}))

    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"From: a@example.com\r\n\r\n", b"PK\x03\x04" + b"\0" * 26 + b"case.json"]
)
def test_what_is_no_archive_is_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)

    with pytest.raises(LoadError):
        open_case(path)


def test_a_file_that_is_not_there_is_no_case(tmp_path: Path) -> None:
    assert not is_case(tmp_path / "none")
    with pytest.raises(LoadError, match="No such file"):
        open_case(tmp_path / "none")


def test_a_case_is_a_value() -> None:
    assert CaseFile.__slots__
