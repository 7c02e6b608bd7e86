"""A sealer of our own, free enough to seal badly, and the keys that the samples ship."""

import base64
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from mailscope.dkim.canonical import Canon, canonical_field, canonical_signature, header_digest, material, pick
from mailscope.dns.snapshot import SnapshotDns
from mailscope.mail.message import parse_message

KEYS = Path(__file__).resolve().parents[2] / "samples" / "keys"
MESSAGE = (
    b"From: Ann <ann@example.com>\r\nTo: list@example.net\r\nSubject: A test\r\n"
    b"Date: Tue, 6 Oct 2026 10:00:00 +0000\r\n\r\nHello,\r\nthe tide is at ten.\r\n"
)


class Sealer:
    """Seals, and publishes what it sealed with."""

    def __init__(self) -> None:
        self.message = MESSAGE
        self.rsa: Any = load_pem_private_key((KEYS / "rsa-2048-a.pem").read_bytes(), None)
        self.edwards = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
        public = self.rsa.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        raw = self.edwards.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.records = {
            "rsa": f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}",
            "ed25519": f"v=DKIM1; k=ed25519; p={base64.b64encode(raw).decode()}",
        }

    def dns(self, hops: int = 60, **more: Any) -> SnapshotDns:
        """Every sealer's key: hopN.example, selectors rsa and ed25519."""
        names = {
            f"{key}._domainkey.hop{hop}.example.": {"TXT": [text]}
            for hop in range(hops)
            for key, text in self.records.items()
        }
        return SnapshotDns(names | more)

    def seal(
        self,
        message: bytes = MESSAGE,
        instance: int = 1,
        key: str = "rsa",
        cv: str | None = None,
        saw: str = "spf=pass; dkim=pass header.d=example.com",
        names: str = "from:to:subject:date",
        message_tags: str = "",
        seal_tags: str = "",
    ) -> bytes:
        """The message with one set more on top; tags go in raw before b=."""
        domain = f"hop{instance}.example"
        stuff = material(parse_message(message))
        algorithm = f"{key}-sha256"
        results = f"ARC-Authentication-Results: i={instance}; mx.{domain}; {saw}\r\n".encode()
        body = base64.b64encode(stuff.body_digest(Canon.RELAXED, "sha256")).decode()
        signature = (
            f"ARC-Message-Signature: i={instance}; a={algorithm}; c=relaxed/relaxed; d={domain}; s={key};\r\n"
            f"\th={names}; bh={body};{message_tags} b=\r\n"
        ).encode()
        picked = stuff.canonical_fields(pick(names.split(":"), stuff.keys), Canon.RELAXED)
        signature = self._filled(signature, key, picked)
        chain = cv or ("none" if instance == 1 else "pass")
        seal = (
            f"ARC-Seal: i={instance}; a={algorithm}; cv={chain}; d={domain}; s={key}; t=1790000000;{seal_tags} b=\r\n"
        ).encode()
        earlier = self._earlier(stuff.keys, stuff.fields)
        sealed = [canonical_field(field, Canon.RELAXED) for field in (*earlier, results, signature)]
        return self._filled(seal, key, sealed) + signature + results + message

    def chain(self, hops: int, message: bytes = MESSAGE, **options: Any) -> bytes:
        """A message sealed by that many hops."""
        for instance in range(1, hops + 1):
            message = self.seal(message, instance, **options)
        return message

    def _filled(self, field: bytes, key: str, fields: list[bytes]) -> bytes:
        digest = header_digest(fields, canonical_signature(field, Canon.RELAXED), "sha256")
        if key == "ed25519":
            value = self.edwards.sign(digest)
        else:
            value = self.rsa.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
        return field.removesuffix(b"\r\n") + base64.b64encode(value) + b"\r\n"

    def _earlier(self, keys: tuple[str, ...], fields: tuple[bytes, ...]) -> list[bytes]:
        """The sets that are there, oldest first, in the order in which they are sealed."""
        order = ("arc-authentication-results", "arc-message-signature", "arc-seal")
        found = [[field for name, field in zip(keys, fields, strict=True) if name == wanted] for wanted in order]
        return [field for one in zip(*(reversed(each) for each in found), strict=False) for field in one]


@pytest.fixture(scope="session")
def sealer() -> Sealer:
    """Keys, a sealer and a DNS."""
    return Sealer()
