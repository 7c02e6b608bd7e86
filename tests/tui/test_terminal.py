"""The real program in a real terminal: tmux holds it, sends what terminals send, and shows what stands there."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]
PROGRAM = """
import importlib.util, os, sys, time
spec = importlib.util.spec_from_file_location("given", {conftest!r})
given = importlib.util.module_from_spec(spec)
sys.modules["given"] = given
spec.loader.exec_module(given)
from mailscope.sources.drop import Drop
from pathlib import Path
app, fake = given.build_app({{"mail/minutes.eml": given.broken_report()}})
if os.environ.get("MAILSCOPE_TEST_HANG"):
    first = fake.examine
    slow = lambda one, context: first(one, context) if one.origin.path else time.sleep(600)
    from dataclasses import replace
    app.bench.engine = replace(app.bench.engine, examine=slow)
fake.drops["'mail/two words.eml' "] = Drop(paths=(Path("mail/two words.eml"),))
app.run()
print("LEFT", app.return_value, app.return_code)
"""


class Terminal:
    """A tmux session with one program in it."""

    def __init__(self, folder: Path, command: list[str], environment: dict[str, str]) -> None:
        self.socket = f"mailscope-test-{os.getpid()}-{folder.name}"
        self.folder = folder
        given = [argument for name, value in environment.items() for argument in ("-e", f"{name}={value}")]
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", "90", "-y", "28", *given, "sh")
        self.tmux("set-option", "-g", "escape-time", "10")
        self.pane = self.tmux("list-panes", "-F", "#{pane_pid}").strip()
        line = " ".join(f"'{word}'" for word in command)
        self.tmux("send-keys", "-l", f"clear; {line}; echo ENDED $?")
        self.tmux("send-keys", "Enter")

    def tmux(self, *words: str, given: bytes | None = None) -> str:
        done = subprocess.run(
            ["tmux", "-L", self.socket, *words], input=given, capture_output=True, check=True, timeout=60
        )
        return done.stdout.decode("utf-8", "replace")

    def screen(self) -> str:
        return self.tmux("capture-pane", "-p")

    def wait(self, words: str, seconds: float = 60.0) -> str:
        end = time.monotonic() + seconds
        while words not in (screen := self.screen()):
            assert time.monotonic() < end, f"{words!r} never came:\n{screen}"
            time.sleep(0.05)
        return screen

    def paste(self, data: bytes, *, brackets: bool = True) -> None:
        self.tmux("load-buffer", "-", given=data)
        self.tmux("paste-buffer", "-r", *(["-p"] if brackets else []))

    def program(self) -> int:
        children = subprocess.run(["ps", "--ppid", self.pane, "-o", "pid="], capture_output=True, text=True, check=True)
        return int(children.stdout.split()[0])


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def start(**environment: str) -> Terminal:
        script = tmp_path / "program.py"
        script.write_text(PROGRAM.format(conftest=str(Path(__file__).with_name("conftest.py"))))
        one = Terminal(
            tmp_path, [sys.executable, str(script)], {"PYTHONPATH": os.pathsep.join(sys.path), **environment}
        )
        opened.append(one)
        one.wait("CRITICAL")
        return one

    yield start
    for one in opened:
        subprocess.run(["tmux", "-L", one.socket, "kill-server"], capture_output=True, check=False)


def test_a_dropped_file_is_loaded(terminal: Callable[..., Terminal]) -> None:
    one = terminal()
    one.paste(b"'mail/two words.eml' ")

    one.wait("Dropped: mail/two words.eml")


def test_a_drop_without_brackets_types_no_keys(terminal: Callable[..., Terminal]) -> None:
    one = terminal()
    one.paste(b"'mail/two words.eml' ", brackets=False)

    one.wait("Dropped: mail/two words.eml")


def test_an_escape_inside_a_paste_types_no_keys(terminal: Callable[..., Terminal]) -> None:
    one = terminal()
    one.paste(b"X-Evil: \x1bqqq\x1b[31m\nSubject: q\n")

    screen = one.wait("Pasted headers")
    assert "ENDED" not in screen


def test_a_latin_1_byte_in_a_paste_kills_nothing(terminal: Callable[..., Terminal]) -> None:
    one = terminal()
    one.paste(b"Subject: caf\xe9\nFrom: a@example.com\n")

    one.wait("Pasted headers")
    one.tmux("send-keys", "6")
    one.wait("▸6 Raw")


def test_five_megabytes_can_be_pasted(terminal: Callable[..., Terminal]) -> None:
    one = terminal()
    one.paste(b"From: a@example.com\n" + b"X-Filler: " + (b"x" * 60 + b"\n ") * 80_000 + b"\n")

    one.wait("Pasted headers")


def test_terminating_restores_the_terminal(terminal: Callable[..., Terminal]) -> None:
    one = terminal()
    os.kill(one.program(), signal.SIGTERM)
    screen = one.wait("ENDED")

    assert "LEFT 143" in screen
    assert "CRITICAL" not in screen  # the alternate screen is gone
    one.tmux("send-keys", "-l", "echo typed-$((40+2))")
    one.tmux("send-keys", "Enter")
    one.wait("typed-42")
    assert one.tmux("display-message", "-p", "#{mouse_any_flag}#{alternate_on}").strip() == "00"


def test_nothing_is_left_behind_when_the_terminal_is_closed(terminal: Callable[..., Terminal]) -> None:
    one = terminal()
    program = one.program()
    subprocess.run(["tmux", "-L", one.socket, "kill-server"], capture_output=True, check=True)
    end = time.monotonic() + 30
    while Path(f"/proc/{program}").exists() or not Path("/proc/self").exists():
        assert time.monotonic() < end, "it is still there"
        time.sleep(0.05)


def test_q_leaves_at_once(terminal: Callable[..., Terminal]) -> None:
    one = terminal()
    one.tmux("send-keys", "q")

    one.wait("LEFT None 0")


def test_resizing_keeps_the_place(terminal: Callable[..., Terminal]) -> None:
    one = terminal()
    one.tmux("send-keys", "2")
    one.wait("▸2 Path")
    for width, height in ((40, 12), (160, 45), (80, 24)):
        one.tmux("resize-window", "-x", str(width), "-y", str(height))
        time.sleep(0.1)

    one.wait("▸2 Path")
    one.wait("store.example.org")


def test_ctrl_z_goes_to_the_shell_and_back(terminal: Callable[..., Terminal]) -> None:
    one = terminal()
    one.tmux("send-keys", "C-z")
    one.wait("topped")
    one.tmux("send-keys", "-l", "fg")
    one.tmux("send-keys", "Enter")

    one.wait("CRITICAL")


def test_without_colour_it_is_legible(terminal: Callable[..., Terminal]) -> None:
    one = terminal(NO_COLOR="1")

    one.wait("✗ CRITICAL  DMARC fails")
    assert "\x1b[38;2;255" not in one.tmux("capture-pane", "-p", "-e")


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """Starts `python -m mailscope`, or what a shell makes of a whole line."""
    opened: list[Terminal] = []

    def start(*words: str, before: str = "", **environment: str) -> Terminal:
        given = {
            "PYTHONPATH": os.pathsep.join(sys.path),
            "XDG_STATE_HOME": str(tmp_path / "state"),
            "MAILSCOPE_CONFIG": "none",
            **environment,
        }
        line = " ".join(f"'{word}'" for word in (sys.executable, "-m", "mailscope", *words))
        script = tmp_path / "line.sh"
        script.write_text(f"{before}{line}\n")
        one = Terminal(tmp_path, ["sh", str(script)], given)
        opened.append(one)
        return one

    yield start
    for one in opened:
        subprocess.run(["tmux", "-L", one.socket, "kill-server"], capture_output=True, check=False)


HEADERS = b"From: a@example.com\nTo: b@example.org\nSubject: early bird\nDate: Tue, 24 Nov 2026 12:00:00 +0000\n"


def test_what_is_pasted_before_the_engine_is_there_is_examined(real: Callable[..., Terminal]) -> None:
    one = real("--dns", "none")
    one.wait("every key that works here")
    one.paste(HEADERS)

    one.wait("early bird")
    one.tmux("send-keys", "q")
    one.wait("ENDED 0")


def test_standard_input_is_examined_and_keys_come_from_the_terminal(
    real: Callable[..., Terminal], tmp_path: Path
) -> None:
    (tmp_path / "given.txt").write_bytes(HEADERS)
    one = real("--dns", "none", "-", before=f"cat '{tmp_path / 'given.txt'}' | ")
    one.wait("early bird")
    one.tmux("send-keys", "2")
    one.wait("▸2 Path")
    one.tmux("send-keys", "q")

    one.wait("ENDED 0")


def test_sixteen_colours_are_the_terminals_own(real: Callable[..., Terminal], tmp_path: Path) -> None:
    (tmp_path / "given.eml").write_bytes(HEADERS + b"\nText.\n")
    one = real("--dns", "none", str(tmp_path / "given.eml"), before="env TERM=xterm COLORTERM= ")
    one.wait("▸1 Summary")

    assert not any(mark in one.tmux("capture-pane", "-p", "-e") for mark in ("38;2;", "48;2;", "38;5;"))


def test_a_mistake_in_the_configuration_is_one_line_and_the_terminal_stays_as_it_was(
    real: Callable[..., Terminal], tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text('[keys]\n"desk.exprot" = "x"\n')
    one = real("--dns", "none", MAILSCOPE_CONFIG=str(tmp_path / "config.toml"))

    screen = one.wait("ENDED 2")
    assert "did you mean desk.export?" in screen
    assert one.tmux("display-message", "-p", "#{alternate_on}").strip() == "0"


def test_quitting_waits_for_nobody(terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    one = terminal(MAILSCOPE_TEST_HANG="1")
    one.paste(HEADERS)
    one.wait("Examining")
    one.tmux("send-keys", "q")

    one.wait("LEFT None 0")  # long before the examination ends
