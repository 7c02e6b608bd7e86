"""Scans: in order, in bounded memory, whatever lies there, with one process or several."""

import importlib
from collections.abc import Callable, Iterator
from operator import attrgetter
from pathlib import Path

import pytest

from mailscope.batch.pool import in_order
from mailscope.batch.scan import Unread, gather, scan, sweep
from mailscope.batch.tally import Tally, mark
from mailscope.casefile import save_case
from mailscope.dns.snapshot import NoDns, SnapshotDns
from mailscope.errors import LoadError
from mailscope.report import Report, examine
from mailscope.settings import Settings
from mailscope.specimen import Specimen
from mailscope.verdict import Severity

QUIET = Settings(dns="none", forensics=False)


def mailbox(place: Path, count: int) -> Path:
    head = "From: ann@example.org\nTo: bea@example.net\nDate: Tue, 24 Nov 2026 12:00:00 +0000\n"
    with place.open("w") as file:
        for number in range(count):
            file.write(f"From ann Tue Nov 24 12:07:31 2026\n{head}Subject: {number}\n\ntext\n\n")
    return place


@pytest.mark.parametrize("jobs", [1, 2])
def test_rows_come_in_the_order_of_the_messages(tmp_path: Path, jobs: int) -> None:
    box = mailbox(tmp_path / "box", 40)
    (tmp_path / "z.jpg").write_bytes(b"\xff\xd8\xff")
    rows = list(sweep([box, tmp_path / "z.jpg"], attrgetter("error", "analysis.envelope.subject"), QUIET, jobs=jobs))

    assert rows[:-1] == [(None, str(number)) for number in range(40)]
    assert "JPEG" in rows[-1][0]


def test_messages_are_read_when_they_are_asked_for(tmp_path: Path) -> None:
    box = mailbox(tmp_path / "box", 3)
    rows = scan([box], settings=QUIET)
    next(rows)
    with box.open("a") as file:
        file.write("From ann Tue Nov 24 12:07:31 2026\nFrom: late@example.org\nSubject: late\n\nx\n")

    assert len(list(rows)) in (2, 3)  # it grew while it was read: no matter, and no error


def test_a_file_that_vanishes_is_a_row(tmp_path: Path) -> None:
    mailbox(tmp_path / "a", 1)
    mailbox(tmp_path / "b", 1)
    found = gather([tmp_path])
    first = next(found)
    (tmp_path / "b").unlink()
    second = next(found)

    assert isinstance(first, Specimen)
    assert isinstance(second, Unread)
    assert "meanwhile" in second.reason


def test_a_fault_of_ours_costs_its_row_and_says_that_it_is_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(specimen: Specimen, context: object) -> Report:
        raise RecursionError("too deep")

    monkeypatch.setattr("mailscope.batch.scan.examine_specimen", stumble)
    (row,) = scan([mailbox(tmp_path / "box", 1)], dns=NoDns())

    assert row.error == "a fault of mailscope while examining it, not of the message: RecursionError: too deep"


def test_wrong_arguments_are_told_before_the_first_row(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="nowhere"):
        scan([tmp_path / "nowhere"], dns=NoDns())
    with pytest.raises(TypeError):
        scan("one path", dns=NoDns())
    with pytest.raises(ValueError, match="jobs"):
        scan([tmp_path], dns=NoDns(), jobs=-1)
    with pytest.raises(TypeError, match="pickle"):
        sweep([tmp_path], lambda report: report, QUIET, jobs=2)


WORKER = """
import os, signal, threading

def double(item):
    if item == 13:
        os.kill(os.getpid(), signal.SIGKILL)
    return threading.Lock() if item == 7 else item * 2

def setup():
    return double
"""


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Callable[[int], object]]:
    """Makes a worker that doubles numbers, dies at 13, and answers 7 with what no pipe carries."""
    (tmp_path / "doubling_worker.py").write_text(WORKER)
    monkeypatch.syspath_prepend(str(tmp_path))
    worker: Callable[[], Callable[[int], object]] = importlib.import_module("doubling_worker").setup
    return worker


def test_a_worker_that_is_killed_costs_one_item(setup: Callable[[], Callable[[int], object]]) -> None:
    results = list(in_order(range(20), setup, jobs=2, lost=lambda item, why: f"{item}: {why}", weight=lambda _: 1))

    assert results[13] == "13: the process that examined it was killed by SIGKILL"
    assert "could not be sent" in str(results[7])
    assert [result for place, result in enumerate(results) if place not in (7, 13)] == [
        place * 2 for place in range(20) if place not in (7, 13)
    ]


def test_no_more_is_read_ahead_than_the_workers_can_use(setup: Callable[[], Callable[[int], object]]) -> None:
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for item in range(100, 1_100):
            taken += 1
            yield item

    results = in_order(items(), setup, jobs=2, lost=lambda item, why: why, weight=lambda _: 1)
    first = next(results)
    results.close()  # type: ignore[attr-defined]

    assert first == 200
    assert taken <= 20


def test_the_tally_counts_what_was_loudest(tmp_path: Path) -> None:
    (tmp_path / "x.jpg").write_bytes(b"\xff\xd8\xff")
    tally = Tally()
    for report in scan([mailbox(tmp_path / "box", 2), tmp_path / "x.jpg"], settings=QUIET):
        tally.add(mark(report))

    assert (tally.read, tally.unread) == (2, 1)
    assert tally.reaches(Severity.NOTICE)
    assert not tally.reaches(Severity.CRITICAL)
    assert "1 not readable as mail" in tally.line(1.0)


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_a_case_keeps_is_judged_by_what_lies_beside_it(samples: Path, tmp_path: Path, jobs: int) -> None:
    message = samples / "messages" / "14-signature-expired.eml"
    before = examine(message, dns=SnapshotDns(samples / "dns.json"), now="2026-09-02T00:00:00Z")
    save_case(tmp_path / "a.mailscope", [before])
    (tmp_path / "b.eml").write_bytes(message.read_bytes())
    kept, loose = sweep([tmp_path], attrgetter("answer.headline", "analysis.specimen.origin.path"), QUIET, jobs=jobs)

    assert kept == (before.answer.headline, str(message))
    assert "not evaluated" in loose[0]


def test_a_damaged_case_is_a_row_with_its_reason(samples: Path, tmp_path: Path) -> None:
    case = tmp_path / "a.mailscope"
    save_case(case, [examine(samples / "messages" / "01-clean-and-aligned.eml", dns=NoDns())] * 2)
    whole = case.read_bytes()
    at = whole.index(b"items/000001") + 60
    case.write_bytes(whole[:at] + bytes(40) + whole[at + 40 :])
    sound, damaged = scan([case], settings=QUIET)

    assert sound.error is None
    assert damaged.error
    assert "items/000001 was left out" in damaged.error

    case.write_bytes(whole[: len(whole) // 2])
    (cut,) = scan([case], settings=QUIET)

    assert cut.error
    assert "not a usable case file" in cut.error
