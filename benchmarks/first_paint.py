"""From exec to the first paint, and to the first report, of the real program in a pseudo-terminal.

python benchmarks/first_paint.py [--runs N] [ARGUMENT…]  arguments for mailscope; else --dns none samples/messages
"""

import argparse
import os
import pty
import select
import signal
import statistics
import struct
import sys
import termios
import time
from fcntl import ioctl

COLUMNS, LINES = 120, 40
FIRST = b"DNS:"
"""Stands in the top bar of the first paint."""
HOME = b"paste"
"""Stands on the first screen, when mailscope is called without anything to open."""
READY = "▸1".encode()
"""Stands in the tab bar once a report is shown."""
PATIENCE = 20.0


def once(arguments: list[str], first_words: bytes = FIRST) -> tuple[float, float | None]:
    """Seconds until the first paint, and until the first report (None: none came, or none was asked for)."""
    started = time.monotonic()
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", MAILSCOPE_CONFIG="none")
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.execv(sys.executable, [sys.executable, "-m", "mailscope", *arguments])
    ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    seen = b""
    first: float | None = None
    ready: float | None = None
    while ready is None and time.monotonic() - started < PATIENCE:
        if not select.select([terminal], [], [], 0.05)[0]:
            continue
        try:
            seen += os.read(terminal, 65_536)
        except OSError:
            break
        if first is None and first_words in seen:
            first = time.monotonic() - started
        if READY in seen:
            ready = time.monotonic() - started
        if first is not None and not arguments:
            break
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(terminal)
    if first is None:
        sys.exit("nothing was painted; what came:\n" + seen[-2_000:].decode("utf-8", "replace"))
    return first, ready


def main() -> None:
    """Run it some times and print minimum, median and maximum."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=11)
    given, arguments = parser.parse_known_args()
    arguments = arguments or ["--dns", "none", "samples/messages"]
    once(arguments)  # writes the byte code
    results = [once(arguments) for _ in range(given.runs)]
    homes = [once([], HOME)[0] for _ in range(given.runs)]
    for name, values in (
        ("home painted", homes),
        ("first paint", [first for first, _ in results]),
        ("first report", [ready for _, ready in results if ready is not None]),
    ):
        if values:
            low, middle, high = min(values), statistics.median(values), max(values)
            print(f"{name:<14} min {low:.3f}  median {middle:.3f}  max {high:.3f} s  (n={len(values)})")
        else:
            print(f"{name:<14} never within {PATIENCE:.0f} s")


if __name__ == "__main__":
    main()
