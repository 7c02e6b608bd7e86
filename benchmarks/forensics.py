"""How long injection proofs and diagnoses take on real messages that are signed anew with a key of our own.

python benchmarks/forensics.py [--messages N] [PATH…]  takes messages from files and folders, else the samples

Each is signed as it is (for proofs), then changed as lists and gateways do (for diagnoses): a tag, a footer, a banner,
both, another encoding, a change that nobody can undo.
"""

import argparse
import base64
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import dkim
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from mailscope.dkim.check import check_dkim
from mailscope.dkim.coverage import cover
from mailscope.dns.snapshot import SnapshotDns
from mailscope.forensics.diagnose import diagnose
from mailscope.forensics.inject import prove_injections
from mailscope.mail.message import parse_message
from mailscope.sources.load import walk

NAMES = [b"from", b"to", b"cc", b"reply-to", b"subject", b"date", b"message-id", b"mime-version", b"content-type",
         b"content-transfer-encoding"]  # fmt: skip
FOOTER = b"\r\n_______________________\r\nTides mailing list -- tides@lists.example.net\r\n"
SIGNATURE_FIELDS = (b"dkim-signature", b"arc-", b"authentication-results", b"x-google-dkim-signature")


def tagged(raw: bytes) -> bytes:
    """With a list's mark in the Subject."""
    at = raw.lower().find(b"\nsubject:")
    return raw if at < 0 else raw[: at + 9] + b" [Tides]" + raw[at + 9 :]


def footed(raw: bytes) -> bytes:
    """With text at the end."""
    return raw + FOOTER


def bannered(raw: bytes) -> bytes:
    """With text before the body."""
    head, blank, body = raw.partition(b"\r\n\r\n")
    return head + blank + b"CAUTION: external mail.\r\n\r\n" + body


def hopeless(raw: bytes) -> bytes:
    """Changed in a way that nobody can undo."""
    at = raw.lower().find(b"\nsubject:")
    raw = raw if at < 0 else raw[: at + 9] + b" Quite another subject\r\nX-Old:" + raw[at + 9 :]
    middle = raw.find(b"\r\n\r\n") + 4 + (len(raw) - raw.find(b"\r\n\r\n")) // 2
    return raw[:middle] + b"x" + raw[middle + 1 :]


CHANGES: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (
    ("as signed", bytes),
    ("Subject tag", tagged),
    ("footer", footed),
    ("banner", bannered),
    ("tag and footer", lambda raw: tagged(footed(raw))),
    ("not to be undone", hopeless),
)


def prepared(raw: bytes) -> bytes:
    """The message with CRLF line ends and without the signatures that it came with."""
    message = parse_message(raw)
    kept = (
        field.raw
        for field in message.fields
        if not field.malformed and not field.key.encode().startswith(SIGNATURE_FIELDS)
    )
    whole = b"".join(kept) + b"\n" + message.body_bytes
    return whole.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def signed(raws: Sequence[bytes]) -> tuple[list[bytes], str]:
    """Each with a relaxed/relaxed signature of 2048 bits on top, and the key record."""
    key = rsa.generate_private_key(65537, 2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    made = []
    for raw in raws:
        try:
            field = dkim.sign(raw, b"bench", b"example.com", private, canonicalize=(b"relaxed", b"relaxed"),
                              include_headers=NAMES)  # fmt: skip
        except dkim.DKIMException:
            continue
        made.append(field + raw)
    return made, f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


def main() -> None:
    """Print the median, the slowest tenth and the slowest, and how many were undone."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=150)
    parser.add_argument("paths", nargs="*", type=Path, default=[Path("samples/messages")])
    options = parser.parse_args()
    raws = [prepared(path.read_bytes()) for path in list(walk(options.paths))[: options.messages * 2]]
    raws = [raw for raw in raws if b"\nfrom:" in raw[:100_000].lower() or raw.lower().startswith(b"from:")]
    messages, record = signed(raws[: options.messages])
    dns = SnapshotDns({"bench._domainkey.example.com.": {"TXT": [record]}})
    print(f"{len(messages)} messages, median {statistics.median(map(len, messages)):,.0f} bytes")
    everything: list[float] = []
    for name, change in CHANGES:
        times, undone, asked = [], 0, 0
        for raw in messages:
            changed = change(raw)
            started = time.perf_counter()
            message = parse_message(changed)
            checks = check_dkim(message, dns=dns)
            for check in checks:
                cover(message, check)
            prove_injections(message, checks)
            found = diagnose(message, checks)
            times.append(time.perf_counter() - started)
            asked += found[0] is not None
            undone += found[0] is not None and found[0].undone
        everything += times
        times.sort()
        median, tenth, last = statistics.median(times), times[int(len(times) * 0.9)], times[-1]
        print(f"{name:18} median {median * 1000:7.1f} ms, 90 % {tenth * 1000:7.1f} ms, slowest {last * 1000:7.1f} ms, "
              f"{undone} of {asked} undone")  # fmt: skip
    print(f"{'all':18} median {statistics.median(everything) * 1000:7.1f} ms")


if __name__ == "__main__":
    main()
