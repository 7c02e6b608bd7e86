"""Putting mail together: text to CRLF bytes, fields on top as hosts put them, signatures and seals by dkimpy."""

import base64
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from unittest import mock

import dkim
import nacl.signing
from cryptography.hazmat.primitives import serialization

KEYS = Path(__file__).resolve().parent.parent / "keys"
PLAIN = ("from", "to", "subject", "date", "message-id", "mime-version", "content-type")
"""Every field named once: another can be added above it unnoticed."""
OFTEN = ("from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "mime-version", "content-type",
         "list-unsubscribe")  # fmt: skip


def mail(text: str) -> bytes:
    """Text as it travels: UTF-8, CRLF, the first line feed (of the triple quote) taken off."""
    return text.removeprefix("\n").replace("\n", "\r\n").encode()


def above(message: bytes, *fields: str) -> bytes:
    """The message with fields put on top, the first given the topmost: what a host does that passes it on."""
    return b"".join(mail(field.strip("\n") + "\n") for field in fields) + message


def moment(at: str) -> datetime:
    """An ISO time with its zone."""
    return datetime.fromisoformat(at)


def sealing(message: bytes, names: Iterable[str] = OFTEN) -> tuple[str, ...]:
    """An h= that names every field once more than it occurs (oversigning)."""
    header = message.partition(b"\r\n\r\n")[0]
    found = [line.partition(b":")[0].lower().decode() for line in header.split(b"\r\n")]
    return tuple(name for name in names for _ in range(found.count(name) + 1))


class _Signer(dkim.DKIM):  # type: ignore[misc]  # dkimpy is untyped
    """dkimpy's signer, which knows no x=, with one."""

    expires: int | None = None

    def gen_header(self, fields, *rest, **more):  # type: ignore[no-untyped-def]  # dkimpy is untyped
        if self.expires is not None:
            place = next(index for index, (tag, _) in enumerate(fields) if tag == b"t") + 1
            fields.insert(place, (b"x", str(self.expires).encode()))
        return super().gen_header(fields, *rest, **more)


def sign(
    message: bytes,
    domain: str,
    selector: str,
    key: str,
    at: str,
    *,
    names: tuple[str, ...] | None = None,
    expires: str | None = None,
    length: bool = False,
) -> bytes:
    """The message with a DKIM-Signature on top; without names it is oversigned."""
    algorithm = b"ed25519-sha256" if key.startswith("ed25519") else b"rsa-sha256"
    seconds = int(moment(at).timestamp())
    signer = _Signer(message, signature_algorithm=algorithm, linesep=b"\r\n")
    signer.expires = int(moment(expires).timestamp()) if expires else None
    with mock.patch("dkim.time.time", return_value=seconds):
        field = signer.sign(
            selector.encode(),
            domain.encode(),
            private(key),
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[name.encode() for name in names or sealing(message)],
            length=length,
        )
    return bytes(field) + message


def seal(message: bytes, domain: str, selector: str, key: str, at: str, *, authserv: str) -> bytes:
    """The message with an ARC set on top, sealing what authserv stamped below (RFC 8617 section 5.1)."""
    fields = dkim.arc_sign(
        message,
        selector.encode(),
        domain.encode(),
        private(key),
        authserv.encode(),
        include_headers=[name.encode() for name in PLAIN],
        timestamp=int(moment(at).timestamp()),
        linesep=b"\r\n",
    )
    return b"".join(fields) + message


def tail(message: bytes, domain: str, nth: int = 0) -> str:
    """The first eight characters of b= of a domain's signature: how a stamp points to it (RFC 6008)."""
    header = re.sub(rb"\r\n[ \t]+", b"", message.partition(b"\r\n\r\n")[0])
    wanted = f"d={domain};".encode()
    found = [line for line in header.split(b"\r\n") if line.startswith(b"DKIM-Signature:") and wanted in line]
    return found[nth].rpartition(b"b=")[2][:8].decode()


def private(key: str) -> bytes:
    """The private key as dkimpy wants it: PEM, or base64 of an Ed25519 seed."""
    return (KEYS / key).read_bytes().strip()


def record(key: str) -> str:
    """The public half as a DKIM key record (RFC 6376 section 3.6.1, RFC 8463 section 4)."""
    if key.startswith("ed25519"):
        seed = nacl.signing.SigningKey(base64.b64decode(private(key)))
        return f"v=DKIM1; k=ed25519; p={base64.b64encode(bytes(seed.verify_key)).decode()}"
    public = serialization.load_pem_private_key(private(key), None).public_key()
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"
