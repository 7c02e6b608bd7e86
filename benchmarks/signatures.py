"""Messages a CPU second through our DKIM verification and through dkimpy's, keys in memory, one signature each.

python benchmarks/signatures.py [--messages N] [--bytes N] [PATH…]  signs what it makes, or verifies what folders hold
"""

import argparse
import base64
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import dkim
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from mailscope.dkim.check import check_dkim
from mailscope.dkim.second import with_second_opinions
from mailscope.dns.snapshot import SnapshotDns
from mailscope.mail.message import parse_message
from mailscope.verdict import Verdict

NAME = "bench._domainkey.example.com."
HEADER = b"".join(
    b"Received: from host%d.example.net (host%d.example.net [192.0.2.%d])\r\n\tby mx.example.com with ESMTPS id %d\r\n"
    b"\tfor <ben@example.com>; Tue, 6 Oct 2026 10:00:%02d +0000\r\n" % (n, n, n, n, n)
    for n in range(8)
)
HEADER += b"From: Ann <ann@example.com>\r\nTo: ben@example.com\r\nSubject: The tide tables for October\r\n"
HEADER += b"Date: Tue, 6 Oct 2026 10:00:00 +0000\r\nMessage-ID: <1@example.com>\r\nMIME-Version: 1.0\r\n"
LINE = b'<td style=3D"padding: 0 12px">High water at ten, low water at four,  says the table.</td>=\r\n'


def signed(count: int, size: int) -> tuple[list[bytes], str]:
    """Messages of about this many bytes with a 2048-bit relaxed/relaxed signature, and the key record."""
    key = rsa.generate_private_key(65537, 2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    made = []
    for number in range(count):
        message = HEADER + b"\r\n" + b"message %d\r\n" % number + LINE * max(1, (size - len(HEADER)) // len(LINE))
        field = dkim.sign(
            message, b"bench", b"example.com", private, canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[b"from", b"to", b"subject", b"date", b"message-id", b"mime-version"],
        )  # fmt: skip
        made.append(field + message)
    return made, f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


def rate(what: str, messages: Sequence[bytes], verify: Callable[[bytes], bool]) -> None:
    """Print how many a CPU second."""
    verify(messages[0])
    started = time.process_time()
    passed = sum(map(verify, messages))
    seconds = time.process_time() - started
    print(f"{what:28} {len(messages) / seconds:8.0f} messages a CPU second, {passed} of {len(messages)} pass")


def main() -> None:
    """Measure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--messages", type=int, default=500)
    options.add_argument("--bytes", type=int, default=20_000)
    options.add_argument("paths", nargs="*", type=Path)
    given = options.parse_args()
    messages, record = signed(given.messages, given.bytes)
    if given.paths:
        messages = [path.read_bytes() for folder in given.paths for path in sorted(folder.iterdir()) if path.is_file()]
    dns = SnapshotDns({NAME: {"TXT": [record]}})

    def ours(raw: bytes) -> bool:
        return any(check.result is Verdict.PASS for check in check_dkim(raw, dns=dns))

    def both(raw: bytes) -> bool:
        message = parse_message(raw)
        return any(check.second_opinion for check in with_second_opinions(message, check_dkim(message, dns=dns)))

    def theirs(raw: bytes) -> bool:
        try:
            return bool(dkim.DKIM(raw).verify(dnsfunc=lambda *_, **__: record.encode()))
        except dkim.DKIMException:
            return False

    print(f"{len(messages)} messages, {sum(map(len, messages)) // len(messages):,} bytes on average")
    rate("mailscope", messages, ours)
    rate("dkimpy", messages, theirs)
    rate("mailscope, second opinion", messages, both)


if __name__ == "__main__":
    main()
