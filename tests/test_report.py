"""Reports as the library gives them: one call, one value, and an exception only for an unusable call."""

import pickle
from datetime import UTC, datetime
from pathlib import Path

import pytest

import mailscope
from mailscope.context import Context
from mailscope.dns.snapshot import NoDns, SnapshotDns
from mailscope.report import examine, explain, failed_report
from mailscope.specimen import Kind, Origin

PLAIN = b"From: ines@harbor.example\r\nSubject: [/] \x1b]52;c;cG93\x07\r\n\r\nHello\r\n"


def test_bytes_text_and_a_file_give_the_same_report(tmp_path: Path) -> None:
    place = tmp_path / "mail.eml"
    place.write_bytes(PLAIN)
    reports = [examine(source, dns=NoDns(), now="2026-10-01") for source in (PLAIN, PLAIN.decode(), place)]

    assert len({report.answer for report in reports}) == 1
    assert {report.analysis.specimen.sha256 for report in reports} == {reports[0].analysis.specimen.sha256}


def test_a_report_crosses_processes(samples: Path) -> None:
    dns = SnapshotDns(samples / "dns.json")
    report = examine(samples / "messages" / "06-list-sealed-with-arc.eml", dns=dns, now="2026-10-01")

    assert pickle.loads(pickle.dumps(report)) == report


def test_the_kind_may_be_said() -> None:
    report = examine(b"550 5.1.1 no such user here", dns=NoDns(), kind="bounce")

    assert report.analysis.specimen.kind is Kind.BOUNCE
    assert not report.analysis.specimen.guessed
    assert [bounce.category for bounce in report.bounces] == ["user_unknown"]


@pytest.mark.parametrize("source", [7, None, ["From: a"]])
def test_what_is_no_source_is_a_type_error(source: object) -> None:
    with pytest.raises(TypeError, match="a source is bytes, a str or a Path"):
        examine(source, dns=NoDns())  # type: ignore[arg-type]


def test_surroundings_are_given_once() -> None:
    with pytest.raises(TypeError, match="a context says"):
        examine(PLAIN, dns=NoDns(), context=Context(NoDns()))


@pytest.mark.parametrize("source", [b"", Path("/nonexistent/mail.eml")])
def test_what_cannot_be_read_is_one_line(source: bytes | Path) -> None:
    with pytest.raises(mailscope.LoadError) as raised:
        examine(source, dns=NoDns())

    assert "\n" not in str(raised.value)


def test_text_with_half_a_surrogate_pair_is_examined() -> None:
    assert examine("From: a@example.com\nSubject: \ud83d \udc80\n\nx", dns=NoDns()).error is None


@pytest.mark.parametrize(
    "text", ["hello world", "Lunch on Friday?\nSee you there.\n", "From: a@example.com\nSubject: x\n\nhi"]
)
def test_text_that_tells_of_no_failure_explains_nothing(text: str) -> None:
    assert explain(text) == ()


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("550 5.1.1 <jo@example.com>: Recipient address rejected: User unknown", "user_unknown"),
        ("sorry, that mailbox is full", "mailbox_full"),
        ("<jo@example.com>: host mx.example.com said: 452 4.2.2 over quota", "mailbox_full"),
    ],
)
def test_a_refusal_is_explained_however_it_was_pasted(text: str, category: str) -> None:
    assert [bounce.category for bounce in explain(text)] == [category]
    assert all(bounce.meaning and bounce.remedy and bounce.retry_advice for bounce in explain(text))


def test_a_row_that_could_not_be_read_says_so_and_nothing_else() -> None:
    report = failed_report(Origin("a\x1b.eml"), "no such\x1b file", Context(NoDns(), datetime(2026, 1, 1, tzinfo=UTC)))
    data = report.to_dict()

    assert "\x1b" not in report.answer.headline
    assert data["source"]["error"] == "no such\x1b file"
    assert (data["hops"], data["findings"], data["authentication"]["spf"]["result"]) == ([], [], None)
