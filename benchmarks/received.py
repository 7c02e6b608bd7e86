"""Seconds for Received fields: one of each dialect, one of a megabyte, a hundred thousand in one message.

python benchmarks/received.py [FILE…]   the Received fields of these messages; else of samples/messages
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

from mailscope.claims.read import read_claims
from mailscope.mail.message import parse_message
from mailscope.trace.received import parse_received
from mailscope.trace.route import read_route

ROUNDS = 7
HOP = b"Received: from a.example (b.example [192.0.2.1]) by c.example with ESMTP; Tue, 1 Jan 2019 12:34:56 +0100\r\n"
NASTY = {
    "parentheses": b"(" * 1_000_000,
    "angle brackets": b"<" * 1_000_000,
    "quotes": b'"' * 1_000_000,
    "semicolons": b";" * 1_000_000,
    "keywords": b"from by " * 125_000,
    "times": b"1:11 " * 200_000,
}


def best(work: Callable[[], object]) -> float:
    """The shortest of a few runs, in seconds of processor time."""
    runs = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        runs.append(time.process_time() - started)
    return min(runs)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    named: list[Path] = parser.parse_args().files
    files = named or sorted(Path("samples/messages").glob("*.eml"))
    messages = [parse_message(path.read_bytes()) for path in files]
    values = [field.value for message in messages for field in message.all("Received")]
    if not values:
        parser.error("these messages hold no Received field")
    each = best(lambda: [parse_received(value) for value in values]) / len(values)
    print(f"{f'one field, of {len(values):,}':<40} {each * 1e6:8.1f} µs")
    for name, text in NASTY.items():
        value = b"from a.example (b.example [192.0.2.1]) by c.example " + text
        print(f"{'1 MB of ' + name:<40} {best(lambda value=value: parse_received(value)) * 1e3:8.1f} ms")
    routes = best(lambda: [read_route(message, read_claims(message)) for message in messages]) / len(messages)
    print(f"{'claims and route of one message':<40} {routes * 1e3:8.2f} ms")
    many = HOP * 100_000 + b"\r\n"
    print(f"{'100,000 fields in one message':<40} {best(lambda: read_route(parse_message(many), ())) * 1e3:8.1f} ms")


if __name__ == "__main__":
    main()
