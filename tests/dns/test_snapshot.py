"""Recordings: their form, what they answer, and how they are made."""

import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailscope.dns.answer import Answer, Asked, DnsMode, Outcome, Question
from mailscope.dns.snapshot import NoDns, SnapshotDns, record

ZONE = {
    "example.org.": {
        "TXT": ["v=spf1 -all", ["two ", "strings"], "caf\xe9"],
        "MX": ["10 mx.example.org."],
        "AAAA": [],
        "A": "SERVFAIL",
    },
    "www.example.org.": {"CNAME": ["example.org."]},
    "gone.example.org.": {"CNAME": ["nowhere.example."]},
    "a.loop.example.": {"CNAME": ["b.loop.example."]},
    "b.loop.example.": {"CNAME": ["a.loop.example"]},
    "wild.example.": {"*": "TIMEOUT", "A": ["192.0.2.1"]},
    "XN--BCHER-KVA.example.": {"TXT": ["books"]},
    "deep.empty.example.": {"A": ["192.0.2.2"]},
    "never.void.example.": {"A": "NXDOMAIN"},
}


@pytest.mark.parametrize(
    ("name", "rdtype", "outcome", "records"),
    [
        ("example.org", "TXT", Outcome.ANSWER, ("v=spf1 -all", "two strings", "caf\xe9")),
        ("EXAMPLE.org.", "mx", Outcome.ANSWER, ("10 mx.example.org.",)),
        ("example.org", "AAAA", Outcome.NODATA, ()),
        ("example.org", "PTR", Outcome.NODATA, ()),
        ("example.org", "A", Outcome.SERVFAIL, ()),
        ("www.example.org", "MX", Outcome.ANSWER, ("10 mx.example.org.",)),
        ("www.example.org", "CNAME", Outcome.ANSWER, ("example.org.",)),
        ("gone.example.org", "A", Outcome.NXDOMAIN, ()),
        ("a.loop.example", "A", Outcome.SERVFAIL, ()),
        ("wild.example", "A", Outcome.ANSWER, ("192.0.2.1",)),
        ("wild.example", "TXT", Outcome.TIMEOUT, ()),
        ("bücher.example", "TXT", Outcome.ANSWER, ("books",)),
        ("empty.example", "A", Outcome.NODATA, ()),
        ("void.example", "A", Outcome.NXDOMAIN, ()),
        ("nowhere.example", "A", Outcome.NXDOMAIN, ()),
        ("a..example", "A", Outcome.INVALID, ()),
    ],
)
def test_answers_in_the_form_of_the_contract(
    name: str, rdtype: str, outcome: Outcome, records: tuple[str, ...]
) -> None:
    answer = SnapshotDns(ZONE).ask(name, rdtype)

    assert (answer.outcome, answer.records) == (outcome, records)


def test_keeps_the_boundaries_of_strings() -> None:
    answer = SnapshotDns({"a.example.": {"TXT": [["one", "two"], "x" * 300]}}).ask("a.example", "TXT")

    assert answer.strings == ((b"one", b"two"), (b"x" * 255, b"x" * 45))


def test_what_a_recording_was_never_asked_is_unknown() -> None:
    dns = SnapshotDns({"meta": {"absent": "NOT-RECORDED"}, "a.b.example.": {"A": ["192.0.2.1"]}})

    assert dns.ask("c.example", "A").outcome is Outcome.NOT_RECORDED
    assert dns.ask("b.example", "A").outcome is Outcome.NOT_RECORDED


def test_what_was_recorded_is_answered_again() -> None:
    asked = [
        Answer(
            Question("a.example.", "TXT"), Outcome.ANSWER, ("one",), ((b"o", b"ne"),), ("b.example.",), True, 60, 0.25
        ),
        Answer(Question("a.example.", "MX"), Outcome.NODATA, aliases=("b.example.",), validated=False),
        Answer(Question("c.example.", "A"), Outcome.NXDOMAIN),
        Answer(Question("d.example.", "A"), Outcome.TIMEOUT, note="no answer"),
        Answer(Question("e.example.", "A"), Outcome.TIMEOUT, limit="a limit"),
        Answer(Question("f.example.", "A"), Outcome.NOT_ASKED),
    ]
    again = SnapshotDns(json.loads(json.dumps(record(Asked(answer) for answer in asked))))

    assert [again.ask(each.question.name, each.question.type) for each in asked[:4]] == asked[:4]
    assert [again.ask(each.question.name, each.question.type).outcome for each in asked[4:]] == [
        Outcome.NOT_RECORDED,
        Outcome.NOT_RECORDED,
    ]
    assert again.ask("c.example", "TXT").outcome is Outcome.NXDOMAIN
    assert again.ask("d.example", "TXT").outcome is Outcome.NOT_RECORDED


def test_meta_may_list_what_was_validated() -> None:
    dns = SnapshotDns({"meta": {"validated": ["a.example. A"]}, "a.example.": {"A": ["192.0.2.1"], "MX": ["0 ."]}})

    assert dns.ask("a.example", "A").validated is True
    assert dns.ask("a.example", "MX").validated is None


@pytest.mark.parametrize(
    "data",
    [
        [],
        {"a.example.": ["192.0.2.1"]},
        {"a.example.": {"A": "GONE"}},
        {"a.example.": {"A": 5}},
        {"a.example.": {"A": [5]}},
        {"a.example.": {"TXT": ["–"]}},
        {"a..example.": {"A": ["192.0.2.1"]}},
        {"meta": []},
        {"meta": {"absent": "perhaps"}},
    ],
)
def test_says_in_one_line_why_a_file_is_no_snapshot(data: Any, tmp_path: Path) -> None:
    place = tmp_path / "dns.json"
    place.write_text(json.dumps(data))

    with pytest.raises(ValueError, match=r"\A[^\n]{10,200}\Z"):
        SnapshotDns(place)


@pytest.mark.parametrize("content", [b"", b"no json", b"\xff\xfe", b"[" * 100_000])
def test_refuses_what_is_no_json(content: bytes, tmp_path: Path) -> None:
    place = tmp_path / "dns.json"
    place.write_bytes(content)

    with pytest.raises(ValueError, match=r"\A[^\n]{10,200}\Z"):
        SnapshotDns(place)


def test_a_missing_file_is_the_system_error_it_is(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        SnapshotDns(tmp_path / "none.json")


def test_crosses_to_other_processes() -> None:
    assert pickle.loads(pickle.dumps(SnapshotDns(ZONE))).ask("example.org", "MX").records == ("10 mx.example.org.",)


def test_nobody_answers_where_dns_is_not_allowed() -> None:
    answer = NoDns().ask("example.org", "txt")

    assert (answer.outcome, answer.question) == (Outcome.NOT_ASKED, Question("example.org.", "TXT"))
    assert NoDns().mode is DnsMode.NONE


@given(st.text(max_size=80), st.sampled_from(["A", "TXT", "CNAME", "", "*", "é"]))
def test_any_question_has_an_answer(name: str, rdtype: str) -> None:
    for dns in (SnapshotDns(ZONE), NoDns()):
        assert dns.ask(name, rdtype).outcome in Outcome
