"""Seconds for notices: a typical one of each dialect, one of 10,000 recipients, one of 50 MB, and what costs most.

python benchmarks/bounces.py [FILE…]   these notices; else those of samples/bounces
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

from mailscope.bounce.notices.message import read_message
from mailscope.bounce.notices.pasted import read_pasted
from mailscope.limits import DEFAULT_LIMITS
from mailscope.mail.message import parse_message

ROUNDS = 5
HEAD = b"From: MAILER-DAEMON@example.com\nTo: a@example.com\nSubject: Undelivered\nMIME-Version: 1.0\n"
REPORT = (
    HEAD
    + b"Content-Type: multipart/report; boundary=B\n\n--B\n\nfailed\n--B\nContent-Type: message/delivery-status\n\n"
)
ROW = (
    b"Final-Recipient: rfc822; u%d@example.net\nAction: failed\n"
    b"Diagnostic-Code: smtp; 550 5.1.1 <u%d@example.net> unknown\n\n"
)
NASTY = {
    "addresses on a line": b"a@b " * 500_000,
    "addresses in brackets": (b"<a@b" * 20 + b"\n") * 25_000,
    "sessions": b">>> DATA\n<<< 550 no\n" * 100_000,
    "reply codes": b"550-5.1.1 no " * 150_000,
    "frames": b"(in reply to " * 150_000,
}


def best(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The shortest of a few runs, in seconds of processor time."""
    runs = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        runs.append(time.process_time() - started)
    return min(runs)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    named: list[Path] = parser.parse_args().files
    raw = [path.read_bytes() for path in named or sorted(Path("samples/bounces").glob("*.eml"))]
    if not raw:
        parser.error("no notices")
    each = best(lambda: [read_message(parse_message(one), DEFAULT_LIMITS) for one in raw]) / len(raw)
    print(f"{f'one notice, of {len(raw):,}':<40} {each * 1e3:8.2f} ms")
    many = REPORT + b"".join(ROW % (n, n) for n in range(10_000)) + b"--B--\n"
    print(f"{'10,000 recipients, delivery report':<40} {notice(many):8.2f} s")
    people = HEAD + b"\n" + b"".join(b"<u%d@example.net>: 550 5.1.1 unknown\n\n" % n for n in range(10_000))
    print(f"{'10,000 recipients, in words':<40} {notice(people):8.2f} s")
    big = HEAD + b"\n" + (b"y" * 76 + b"\n") * 650_000
    print(f"{'50 MB of text':<40} {notice(big):8.2f} s")
    for name, text in NASTY.items():
        cost = best(lambda text=text: read_pasted(text, DEFAULT_LIMITS), 1)
        print(f"{'2 MB of ' + name:<40} {cost:8.2f} s")


def notice(raw: bytes) -> float:
    """Seconds for one notice."""
    return best(lambda: read_message(parse_message(raw), DEFAULT_LIMITS), 1)


if __name__ == "__main__":
    main()
