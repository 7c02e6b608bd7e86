"""From a key to the change on the screen while 10,000 messages load, of the real program in a pseudo-terminal.

python benchmarks/loading_keys.py [--messages N] [--keys N]
"""

import argparse
import os
import pty
import re
import select
import shutil
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from fcntl import ioctl
from pathlib import Path

COLUMNS, LINES = 120, 40
SAMPLES = Path(__file__).resolve().parent.parent / "samples"
CURSOR = "▌".encode()
"""The bar beside the row under the cursor: it is drawn when the cursor moves, and by no batch that arrives."""
PATIENCE = 30.0
PAUSE = 0.13
"""Seconds between two keys: seven a second, as a key that is held down slowly; out of step with the batches."""


def many(folder: Path, number: int) -> None:
    """A folder of so many messages, copies of the samples under other names."""
    sources = [path.read_bytes() for path in sorted((SAMPLES / "messages").glob("*.eml"))]
    for place in range(number):
        (folder / f"{place:05}.eml").write_bytes(sources[place % len(sources)])


class Screen:
    """The program in its terminal."""

    def __init__(self, arguments: list[str]) -> None:
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", MAILSCOPE_CONFIG="none")
            os.environ["XDG_STATE_HOME"] = arguments[-1] + "-state"
            os.execv(sys.executable, [sys.executable, "-m", "mailscope", *arguments])
        ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self.seen = b""

    def wait(self, pattern: bytes, since: int, seconds: float = PATIENCE) -> float | None:
        """The moment at which the pattern had come, in what came since then; None: it never came."""
        end = time.monotonic() + seconds
        while True:
            now = time.monotonic()
            if re.search(pattern, self.seen[since:]):
                return now
            if now > end:
                return None
            if select.select([self.terminal], [], [], 0.05)[0]:
                self.seen += os.read(self.terminal, 65_536)

    def press(self, key: bytes) -> tuple[float, int]:
        """The moment of the key, and how much had come before."""
        os.write(self.terminal, key)
        return time.monotonic(), len(self.seen)

    def drain(self, seconds: float) -> None:
        """Take in what comes for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.terminal], [], [], left)[0]:
                self.seen += os.read(self.terminal, 65_536)

    def close(self) -> None:
        """End it."""
        os.kill(self.child, signal.SIGKILL)
        os.waitpid(self.child, 0)
        os.close(self.terminal)


def measured(arguments: list[str], keys: int, calm: float) -> tuple[list[float], list[float], bool]:
    """Seconds from each key to the cursor and to the title line; whether it was still loading at the last."""
    screen = Screen(arguments)
    try:
        if screen.wait(rb"\b1/\d", 0) is None:
            sys.exit("no list came; what came:\n" + screen.seen[-2_000:].decode("utf-8", "replace"))
        screen.drain(calm)
        times: list[float] = []
        titles: list[float] = []
        for place in range(2, keys + 2):
            pressed, since = screen.press(b"j")
            changed = screen.wait(CURSOR, since)
            times.append((changed or pressed + PATIENCE) - pressed)
            titled = screen.wait(rb"(?<![\d,])%d/" % place, since)  # the line above the list: the key was not lost
            titles.append((titled or pressed + PATIENCE) - pressed)
            screen.drain(PAUSE)
            screen.seen = screen.seen[-100_000:]
        return times, titles, b"%" in screen.seen
    finally:
        screen.close()


def main() -> None:
    """Load, press, and print the distribution."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--keys", type=int, default=200)
    given = parser.parse_args()
    for messages, words in ((given.keys + 20, "at rest"), (given.messages, "loading")):
        folder = Path(tempfile.mkdtemp(prefix="mailscope-benchmark-"))
        try:
            many(folder, messages)
            calm = 25.0 if words == "at rest" else 3.0
            times, titles, loading = measured(["--dns", str(SAMPLES / "dns.json"), str(folder)], given.keys, calm)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            shutil.rmtree(f"{folder}-state", ignore_errors=True)
        told(f"cursor, {words}", times, loading=loading)
        told(f"title, {words}", titles, loading=loading)


def told(words: str, times: list[float], *, loading: bool) -> None:
    """One line of the result; the first is what the machine gives with nothing to load."""
    cuts = statistics.quantiles(times, n=20)
    print(
        f"key to {words:<16} median {statistics.median(times) * 1000:.0f}  p95 {cuts[-1] * 1000:.0f}"
        f"  max {max(times) * 1000:.0f} ms  (n={len(times)}, {'still loading' if loading else 'loaded before the end'})"
    )


if __name__ == "__main__":
    main()
