"""A signer of our own, free enough to sign badly, and the keys that the samples ship."""

import base64
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from mailscope.dkim.canonical import Canon, canonical_signature, header_digest, material, pick
from mailscope.dns.snapshot import SnapshotDns
from mailscope.mail.message import parse_message

KEYS = Path(__file__).resolve().parents[2] / "samples" / "keys"
MESSAGE = (
    b"From: Ann <ann@example.com>\r\nTo: ben@example.net\r\nSubject: A \t test\r\n"
    b"Date: Tue, 6 Oct 2026 10:00:00 +0000\r\n"
    b"\r\nHello  Ben,\r\nthe tide is \t at ten. \r\n\r\n\r\n"
)


class Weak:
    """A key of 512 bits, which no library makes any more."""

    p = 0xE02FDAA1AD864C44E049548E8A0A8C9632EA6928F6236BF2504B74BA4A0FE75D
    q = 0xC45DAB24E9813F745813987B92C1FC2DEF72C85372789150808E32C1AFEC042D

    def public_key(self) -> Any:
        """As of any key."""
        return RSAPublicNumbers(65537, self.p * self.q).public_key()

    def sign(self, digest: bytes) -> bytes:
        """RSASSA-PKCS1-v1_5 over a SHA-256 digest."""
        info = bytes.fromhex("3031300d060960864801650304020105000420") + digest
        padded = b"\0\1" + b"\xff" * (64 - 3 - len(info)) + b"\0" + info
        exponent = pow(65537, -1, (self.p - 1) * (self.q - 1))
        return pow(int.from_bytes(padded, "big"), exponent, self.p * self.q).to_bytes(64, "big")


class Workshop:
    """Signs, and publishes what it signed with."""

    def __init__(self) -> None:
        self.keys: dict[str, Any] = {
            "rsa": load_pem_private_key((KEYS / "rsa-2048-a.pem").read_bytes(), None),
            "short": load_pem_private_key((KEYS / "rsa-1024.pem").read_bytes(), None),
            "weak": Weak(),
            "ed25519": Ed25519PrivateKey.from_private_bytes(bytes(range(32))),
        }
        self.message = MESSAGE

    def public(self, key: str) -> str:
        """p= of a key."""
        public = self.keys[key].public_key()
        if key == "ed25519":
            return base64.b64encode(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
        return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()

    def record(self, key: str = "rsa") -> str:
        """The key record."""
        kind = "ed25519" if key == "ed25519" else "rsa"
        return f"v=DKIM1; k={kind}; p={self.public(key)}"

    def dns(self, *records: str, name: str = "s._domainkey.example.com.", **more: Any) -> SnapshotDns:
        """A DNS that holds the records at the usual name."""
        return SnapshotDns({name: {"TXT": list(records or (self.record(),))}, **more})

    def value(self, key: str, digest: bytes, algorithm: str = "sha256") -> bytes:
        """A signature value over a digest."""
        private = self.keys[key]
        if not isinstance(private, RSAPrivateKey):
            return bytes(private.sign(digest))
        from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

        digestion = hashes.SHA1() if algorithm == "sha1" else hashes.SHA256()
        return bytes(private.sign(digest, padding.PKCS1v15(), Prehashed(digestion)))

    def sign(
        self,
        message: bytes = MESSAGE,
        key: str = "rsa",
        canon: str = "relaxed/relaxed",
        names: str = "from:to:subject:date",
        extra: str = "",
        drop: tuple[str, ...] = (),
        name: bytes = b"DKIM-Signature",
        **tags: str,
    ) -> bytes:
        """The message with a signature on top: tags replace or add, drop leaves out, extra goes in raw before b=."""
        algorithm = tags.get("a") or ("ed25519-sha256" if key == "ed25519" else "rsa-sha256")
        hashed = algorithm.rpartition("-")[2]
        hashed = hashed if hashed in ("sha1", "sha256") else "sha256"
        header, _, body = canon.partition("/")
        stuff = material(parse_message(message))
        length = int(tags["l"]) if tags.get("l", "").isdigit() and len(tags["l"]) < 9 else None
        stated = base64.b64encode(stuff.body_digest(Canon(body or "simple"), hashed, length)).decode()
        made = {"v": "1", "a": algorithm, "c": canon, "d": "example.com", "s": "s", "h": names, "bh": stated} | tags
        text = "; ".join(f"{tag}={value}" for tag, value in made.items() if tag not in drop)
        field = name + b": " + text.encode() + b";" + extra.encode() + b"\r\n\tb=;\r\n"
        picked = pick(made["h"].split(":") if "h" not in drop else (), stuff.keys)
        fields = stuff.canonical_fields(picked, Canon(header))
        digest = header_digest(fields, canonical_signature(field, Canon(header)), hashed)
        value = base64.b64encode(self.value(key, digest, hashed)).decode()
        folded = "\r\n\t ".join(value[start : start + 60] for start in range(0, len(value), 60)).encode()
        return field.replace(b"\tb=;", b"\tb=" + folded + b";") + message


@pytest.fixture(scope="session")
def workshop() -> Workshop:
    """Keys, a signer and a DNS."""
    return Workshop()
