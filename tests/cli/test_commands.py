"""open, report, scan and explain: what they write where, and how they end."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]
NOW = "--now=2026-10-20T12:00:00Z"


@pytest.fixture
def good(samples: Path) -> Path:
    return samples / "messages" / "01-clean-and-aligned.eml"


@pytest.fixture
def bad(samples: Path) -> Path:
    return samples / "messages" / "16-subject-added-above-signature.eml"


def test_report_gives_text_for_people_and_exits_well_whatever_was_found(call: Call, dns: str, bad: Path) -> None:
    called = call("report", dns, NOW, bad)

    assert (called.status, called.err) == (0, "")
    assert "Subject" in called.out.splitlines()[0]


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
def test_report_writes_several_reports_in_each_format(call: Call, dns: str, good: Path, bad: Path, form: str) -> None:
    called = call("report", dns, NOW, "--format", form, good, bad)

    assert called.status == 0
    assert all(each.name in called.out for each in (good, bad))


def test_report_of_one_message_is_one_object_of_the_schema(call: Call, dns: str, good: Path) -> None:
    report = json.loads(call("report", dns, "--format=json", good).out)

    assert report["schema"] == "mailscope/1"
    assert report["source"]["path"] == str(good)


def test_report_takes_a_kind_where_the_guess_is_wrong(call: Call, dns: str, good: Path) -> None:
    report = json.loads(call("report", dns, "--format=json", "--kind=headers", good).out)

    assert (report["source"]["kind"], report["source"]["kind_guessed"]) == ("headers", False)


def test_report_reads_what_is_piped_in(call: Call, good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(good.read_bytes())))
    report = json.loads(call("report", "--dns=none", "--format=json", "-").out)

    assert (report["source"]["path"], report["source"]["size"]) == (None, good.stat().st_size)


def test_scan_gives_a_row_a_file_and_counts_at_the_end(call: Call, dns: str, samples: Path) -> None:
    called = call("scan", dns, NOW, samples / "messages", samples / "mailboxes")
    rows = [json.loads(line) for line in called.out.splitlines()]

    assert called.status == 0
    count = len(list((samples / "messages").iterdir())) + 3
    assert [row["source"]["error"] for row in rows] == [None] * count
    assert [row["source"]["index"] for row in rows[-3:]] == [0, 1, 2]
    assert called.err.startswith(f"mailscope: {count} examined in ")


def test_scan_writes_a_table(call: Call, dns: str, samples: Path, tmp_path: Path) -> None:
    called = call("scan", dns, "--format=csv", "-o", tmp_path / "out.csv", samples / "messages")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8"))))

    assert called.out == ""
    assert len(rows) == len(list((samples / "messages").iterdir()))
    assert rows[0]["dmarc"] == "pass"


def test_a_file_that_cannot_be_read_is_a_row_and_not_the_end(call: Call, good: Path, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    (tmp_path / "b.eml").write_bytes(good.read_bytes())
    called = call("scan", "--dns=none", tmp_path)
    rows = [json.loads(line) for line in called.out.splitlines()]

    assert called.status == 0
    assert "JPEG" in rows[0]["source"]["error"]
    assert rows[1]["source"]["error"] is None


def test_a_scan_does_not_read_the_rows_that_it_writes(call: Call, good: Path, tmp_path: Path) -> None:
    (tmp_path / "b.eml").write_bytes(good.read_bytes())
    (tmp_path / "a.jsonl").write_text("old rows\n")
    call("scan", "--dns=none", "-o", tmp_path / "a.jsonl", tmp_path)

    assert len((tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()) == 1


@pytest.mark.parametrize(("threshold", "status"), [("critical", 0), ("info", 1)])
def test_fail_on_exits_with_1_where_a_finding_is_that_loud(
    call: Call, dns: str, good: Path, threshold: str, status: int
) -> None:
    assert call("report", dns, NOW, "--fail-on", threshold, good).status == status
    assert call("scan", dns, NOW, "--fail-on", threshold, good).status == status


def test_explain_says_what_a_refusal_means(call: Call) -> None:
    called = call("explain", "550", "5.1.1", "<ann@example.org>:", "user", "unknown")

    assert called.status == 0
    assert "ann@example.org" in called.out


def test_explain_answers_in_its_first_line(call: Call) -> None:
    called = call("explain", "452 4.2.2 <ann@example.org>: over quota")

    assert "mailbox full (452 4.2.2), ann@example.org" in called.out.splitlines()[0]


def test_explain_tells_how_the_sides_of_a_session_behaved(call: Call, samples: Path) -> None:
    called = call("explain", samples / "transcripts" / "04-data-after-every-refusal.txt")

    assert called.out.index("kim.old@valley.example") < called.out.index("NOTICE  DATA although nobody was accepted")


def test_explain_says_what_a_limit_kept_out(call: Call, tmp_path: Path) -> None:
    line = "Oct  5 09:00:01 mx postfix/smtp[1]: to=<a%d@example.org>, relay=mx.example.org[192.0.2.1]:25, dsn=5.1.1, "
    said = (
        "status=bounced (host mx.example.org[192.0.2.1] said: 550 5.1.1 no such user (in reply to RCPT TO command))\n"
    )
    log = tmp_path / "mail.log"
    log.write_text("".join(line % number + said for number in range(6_000)))
    config = tmp_path / "config.toml"
    config.write_text("[limits]\nfile_bytes = 1_000_000\nbounce_rows = 100\n")
    called = call("explain", "--config", config, log)

    assert called.status == 0
    assert "only 100 are in this answer" in called.err
    assert "the rest is not in this answer" in called.err


def test_explain_names_the_file_that_it_cannot_read(call: Call, tmp_path: Path) -> None:
    picture = tmp_path / "picture.eml"
    picture.write_bytes(bytes(range(256)) * 40)
    called = call("explain", picture)

    assert called.status == 2
    assert called.err.startswith(f"mailscope: {picture}: it is binary data")


def test_explain_reads_a_file_that_is_named(call: Call, samples: Path) -> None:
    rows = json.loads(call("explain", "--format=json", samples / "bounces" / "08-pasted-refusal.txt").out)

    assert [row["reply_code"] for row in rows] == ["554"]


def test_the_recording_of_a_run_answers_the_next_one(call: Call, dns: str, good: Path, tmp_path: Path) -> None:
    first = call("report", dns, NOW, "--format=json", "--record-dns", tmp_path / "dns.json", good)
    again = call("report", f"--dns={tmp_path / 'dns.json'}", NOW, "--format=json", good)

    assert json.loads(first.out)["authentication"] == json.loads(again.out)["authentication"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("report",), "PATH"),
        (("report", "nowhere.eml"), "nowhere.eml: No such file"),
        (("scan", "nowhere"), "nowhere: No such file"),
        (("report", "--format=docx", "."), "invalid choice: 'docx'"),
        (("report", "--kind=letter", "."), "'letter' is no kind"),
        (("report", "--dns=nowhere.json", "."), "nowhere.json cannot be read"),
        (("report", "--now=yesterday", "."), "yesterday"),
        (("scan", "--jobs=many", "."), "'many'"),
        (("scan", "--own-host=a b", "."), "own host"),
        (("report", "--dns=none", "--record-dns=x", "."), "nothing to record"),
        (("explain", "nowhere.eml"), "No such file"),
        (("explain", " "), "nothing to explain"),
        (("--no-such-option",), "--no-such-option"),
        (("nowhere.eml",), "nowhere.eml: No such file"),
    ],
)
def test_an_unusable_call_is_one_line_and_status_2(call: Call, words: tuple[str, ...], said: str) -> None:
    called = call(*words)

    assert called.status == 2
    assert said in called.err
    assert called.err.startswith("mailscope: ")
    assert called.err.count("\n") == 1


def test_nothing_to_read_is_one_line_and_status_2(call: Call, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes").write_text("hello\n")
    (tmp_path / "nothing.eml").touch()

    for place, said in (("empty", "no mail in"), ("other", "1 file could not be"), ("nothing.eml", "is empty")):
        called = call("report", "--dns=none", tmp_path / place)
        assert (called.status, called.out, called.err.count("\n")) == (2, "", 1)
        assert said in called.err


def test_the_message_itself_is_not_overwritten(call: Call, good: Path, tmp_path: Path) -> None:
    place = tmp_path / "m.eml"
    place.write_bytes(good.read_bytes())

    assert call("report", "--dns=none", "-o", place, place).status == 2
    assert place.read_bytes() == good.read_bytes()


def test_names_and_texts_from_outside_reach_no_terminal_as_they_are(call: Call, good: Path, tmp_path: Path) -> None:
    evil = "\x1b]52;c;UFdORUQ=\x07\x1b[2J\u202e\x9b31m"
    place = tmp_path / "name\x1b[31m.eml"
    place.write_bytes(good.read_bytes().replace(b"Subject: ", b"Subject: " + evil.encode()))
    (tmp_path / "\x1b[2Jempty.eml").touch()
    called = call("report", "--dns=none", place, tmp_path / "\x1b[2Jempty.eml")

    assert called.status == 2
    for text in (called.out, called.err):
        assert not {
            char for char in text if (ord(char) < 32 and char != "\n") or 127 <= ord(char) < 160 or char == "\u202e"
        }


def test_the_screen_needs_a_terminal(call: Call, good: Path) -> None:
    called = call(good)

    assert called.status == 2
    assert "needs a terminal" in called.err


def test_help_fits_a_screen_and_every_command_has_its_own(call: Call) -> None:
    text = call("--help").out

    assert text.count("\n") <= 24
    assert max(map(len, text.splitlines())) <= 79
    for command in ("open", "report", "scan", "explain"):
        assert call(command, "--help").out.startswith(f"usage: mailscope {command}")
        assert f"mailscope {command}" in text or f"mailscope [{command}]" in text


def test_options_may_stand_before_the_command(call: Call, good: Path) -> None:
    assert call("--dns", "none", "report", good).status == 0
