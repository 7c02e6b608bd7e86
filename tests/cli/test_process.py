"""The program as a process of its own: pipes that break, signals, what it loads."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = [sys.executable, "-m", "mailscope"]
HEAVY = (
    "textual",
    "rich",
    "dkim",
    "spf",
    "dns",
    "mailparser",
    "cryptography",
    "nacl",
    "mailscope.tui",
    "mailscope_widgets",
)


def loaded(code: str) -> set[str]:
    """Which of the heavy packages are there after running this in a fresh interpreter."""
    probe = f"{code}\nimport sys; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    return set(done.stdout.split("\n")[-2].split())


def test_importing_the_library_loads_nothing_heavy() -> None:
    assert loaded("import mailscope") == set()
    assert loaded("import mailscope; mailscope.parse_received; mailscope.Settings") <= set()


def test_the_command_line_loads_no_screen_and_packages_when_they_are_needed(samples: Path) -> None:
    message, bounce = samples / "messages" / "01-clean-and-aligned.eml", samples / "bounces" / "08-pasted-refusal.txt"
    start = "import mailscope.cli.main as m; m.main"

    assert loaded(f"{start}(['--help'])") == set()
    assert loaded(f"{start}(['explain', {str(bounce)!r}])") == set()
    assert not loaded(f"{start}(['report', '--dns=none', {str(message)!r}])") & {"textual", "rich", "mailscope_widgets"}


def test_a_reader_that_leaves_early_costs_no_traceback(samples: Path) -> None:
    writer = subprocess.Popen(
        [*PROGRAM, "scan", "--dns=none", *[str(samples / "messages")] * 8],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert writer.stdout is not None
    assert writer.stderr is not None
    writer.stdout.readline()
    writer.stdout.close()
    said = writer.stderr.read()
    writer.stderr.close()

    assert writer.wait(30) == 141
    assert said == b""


def test_a_scan_on_a_terminal_shows_how_far_it_is_and_takes_the_bar_away(samples: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [*PROGRAM, "scan", "--dns=none", "-o", str(tmp_path / "out"), *[str(samples / "messages")] * 3]
    child = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if select.select([ours], [], [], 1)[0]:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # the terminal's other side is closed
                break
            if not piece:
                break
            shown += piece
    child.wait(10)
    os.close(ours)

    assert b"%  " in shown
    assert b"%d examined in" % (3 * len(list((samples / "messages").iterdir()))) in shown.rpartition(b"\x1b[K")[2]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_ends_a_scan_at_once_and_quietly(samples: Path, jobs: str) -> None:
    many = [str(samples / "messages")] * 400
    child = subprocess.Popen(
        [*PROGRAM, "scan", "--dns=none", "--jobs", jobs, *many],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    assert child.stdout is not None
    child.stdout.readline()
    os.killpg(child.pid, signal.SIGINT)
    _, said = child.communicate(timeout=30)

    assert child.returncode == 130
    assert b"Traceback" not in said


def test_a_pipe_into_which_nobody_writes_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "config.toml").write_text("[limits]\npipe_seconds = 0.1\n")
    command = [*PROGRAM, "report", "--dns=none", "--config", str(tmp_path / "config.toml"), str(tmp_path / "pipe")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 2
    assert "nobody wrote" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("words", ["report --dns=none {}", "--help", "scan --dns=none {} -o /dev/full"])
def test_a_full_disk_and_closed_streams_are_one_line(samples: Path, words: str) -> None:
    command = " ".join([*PROGRAM, words.format(samples / "messages" / "01-clean-and-aligned.eml")])
    for where in ("> /dev/full", ">&-"):
        done = subprocess.run(f"{command} {where}", shell=True, capture_output=True, text=True, check=False)
        if done.returncode:
            assert done.returncode == 2
            assert "cannot be written" in done.stderr or "closed" in done.stderr
            assert done.stderr.count("\n") == 1
