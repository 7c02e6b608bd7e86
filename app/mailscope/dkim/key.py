"""A published key: its record read (RFC 6376 section 3.6.1), its public key taken out and used (RFC 8301, RFC 8463)."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from mailscope.dkim.signature import Fault, Signature, from_base64
from mailscope.dkim.verdicts import DkimReason
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.address import ascii_domain
from mailscope.mail.tags import TagList, parse_tags

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.hashes import HashAlgorithm

_RSA_OID = bytes.fromhex("2a864886f70d010101")
_ED25519_OID = bytes.fromhex("2b6570")
_QUOTE = 60
LEAST_BITS = 1024
"""RFC 8301 section 3.2: shorter RSA keys must not be believed."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What signatures are verified with."""

    type: str
    """rsa or ed25519."""
    bits: int
    modulus: int = 0
    exponent: int = 0
    raw: bytes = b""
    """Ed25519: the 32 bytes of the point."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the key itself in hex: the same key under two names has the same."""
        body = self.raw or f"{self.modulus:x}:{self.exponent:x}".encode()
        return hashlib.sha256(self.type.encode() + b":" + body).hexdigest()


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """One key record, read."""

    text: str
    tags: TagList
    type: str = "rsa"
    """k=."""
    public: PublicKey | None = None
    """None where there is none to use; fault says why."""
    hashes: tuple[str, ...] = ()
    """h=: the hashes that may be used; () for any."""
    services: tuple[str, ...] = ("*",)
    """s=."""
    flags: tuple[str, ...] = ()
    """t=."""
    fault: Fault | None = None
    """Why no signature can be verified with it."""
    bare: bool = False
    """The RSA key stands without its SubjectPublicKeyInfo wrapping, as the letter of RFC 6376 allows."""
    foreign: bool = False
    """It is a record of another kind (SPF, a site verification) that stands where a key is looked for."""

    @property
    def testing(self) -> bool:
        """t=y."""
        return "y" in self.flags

    def unsuitable(self, signature: Signature) -> Fault | None:
        """Why the key must not be used for this signature, though it is a good key (RFC 6376 section 6.1.2)."""
        wanted = signature.key_type
        if wanted and self.type != wanted:
            return _unsuitable(f"The signature says a={signature.algorithm}, but the key is for {self.type[:_QUOTE]}.")
        if self.hashes and signature.hash not in self.hashes:
            allowed = ":".join(self.hashes)[:_QUOTE]
            return _unsuitable(f"The key record allows only h={allowed}, the signature uses {signature.hash}.")
        if "*" not in self.services and "email" not in self.services:
            return _unsuitable(f"The key record says s={':'.join(self.services)[:_QUOTE]}: the key is not for mail.")
        if "s" in self.flags and signature.identity and signature.domain:
            host = ascii_domain(signature.identity.rpartition("@")[2])
            if host != signature.domain:
                return _unsuitable(f"The key record says t=s, so i= must name {signature.domain} itself, not {host}.")
        return None


def parse_key_record(text: str, limits: Limits = DEFAULT_LIMITS) -> KeyRecord:
    """A key record as DNS gives it (strings joined, Latin-1); never raises, and any text gives a KeyRecord."""
    if len(text) > limits.key_record_bytes:
        said = f"The key record has {len(text):,} bytes; more than {limits.key_record_bytes:,} are not read."
        return KeyRecord(text[: limits.key_record_bytes], TagList(), fault=_unsuitable(said))
    tags = parse_tags(text.encode("latin-1", "replace"))
    version = tags.get("v")
    # White space inside a value is no part of the words that are compared.
    kind = tags.get("k") or "rsa"
    hashes, services, flags = tags.list("h"), tags.list("s") or ("*",), tags.list("t")
    foreign = (version is not None and not version.upper().startswith("DKIM")) or (not tags.tags and bool(text.strip()))
    public, fault = _public(tags, kind, limits)
    if foreign:
        fault = _syntax("What stands where the key is looked for is no key record.")
    elif version is not None and version != "DKIM1":
        fault = _syntax(f"The key record says v={version[:_QUOTE]}, which is not DKIM1.{_hint(text)}")
    elif version is not None and tags.tags[0].name != "v":
        fault = _syntax("v= stands in the key record, but not first, which makes the record invalid.")
    elif tags.duplicates:
        fault = _syntax(f"{tags.duplicates[0]}= stands more than once in the key record.")
    elif tags.malformed:
        piece = tags.malformed[0][:_QUOTE]
        said = f"{piece!r} in the key record is no tag." if piece else "An empty piece stands between two semicolons."
        fault = _syntax(said + _hint(text))
    bare = public is not None and public.type == "rsa" and _RSA_OID not in (from_base64(tags.compact("p") or "") or b"")
    return KeyRecord(text, tags, kind, public, hashes, services, flags, fault, bare, foreign)


def verify(key: PublicKey, value: bytes, digest: bytes, algorithm: str) -> bool:
    """Whether value is the key's signature over the digest; algorithm is the name of the digest's hash.

    RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2), PureEdDSA over the digest (RFC 8463 section 3). Never raises.
    """
    # late: a heavy package, and mail without signatures never needs it
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import padding, utils  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    try:
        if key.type == "ed25519":
            Ed25519PublicKey.from_public_bytes(key.raw).verify(value, digest)
        else:
            _rsa(key).verify(value, digest, padding.PKCS1v15(), utils.Prehashed(_hash(algorithm)))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


def signed_digest(key: PublicKey, value: bytes, algorithm: str) -> bytes | None:
    """The digest that the signer signed, taken out of an RSA signature; None where the key did not make it.

    With it a search over many changed messages costs a hash a candidate instead of a verification.
    """
    # late: a heavy package, and mail without signatures never needs it
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415

    if key.type != "rsa":
        return None
    try:
        return _rsa(key).recover_data_from_signature(value, padding.PKCS1v15(), _hash(algorithm))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return None


@lru_cache(maxsize=512)
def _rsa(key: PublicKey) -> "RSAPublicKey":
    # late: a heavy package, and mail without signatures never needs it
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers  # noqa: PLC0415

    return RSAPublicNumbers(key.exponent, key.modulus).public_key()


def _hash(algorithm: str) -> "HashAlgorithm":
    # late: a heavy package, and mail without signatures never needs it
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415

    return hashes.SHA1() if algorithm == "sha1" else hashes.SHA256()  # noqa: S303 - what was signed with it is said to be so


def _public(tags: TagList, kind: str, limits: Limits) -> tuple[PublicKey | None, Fault | None]:
    text = tags.compact("p")
    if text is None:
        return None, _syntax("The key record has no p= tag, so it holds no key.")
    if not text:
        return None, Fault(DkimReason.KEY_REVOKED, "The key record has an empty p=: the key was revoked.")
    data = from_base64(text)
    if data is None:
        return None, _syntax(f"p= of the key record is no base64.{_hint(text)}")
    if kind == "ed25519":
        return _ed25519(data)
    public, fault = _rsa_key(data, limits)
    if kind != "rsa":
        fault = _unsuitable(f"The key record says k={kind[:_QUOTE]}, a kind of key that DKIM does not know.")
    return public, fault


def _ed25519(data: bytes) -> tuple[PublicKey | None, Fault | None]:
    if len(data) == 32:
        return PublicKey("ed25519", 256, raw=data), None
    if _ED25519_OID in data[:16] and len(data) == 44:
        wrapped = "p= holds an Ed25519 key in its ASN.1 wrapping; DKIM wants the bare 32 bytes (RFC 8463 section 4.2)."
        return PublicKey("ed25519", 256, raw=data[-32:]), _syntax(wrapped)
    return None, _syntax(f"p= holds {len(data)} bytes, an Ed25519 key has 32.")


def _rsa_key(data: bytes, limits: Limits) -> tuple[PublicKey | None, Fault | None]:
    numbers = _rsa_numbers(data)
    if numbers is None:
        if len(data) == 32:
            return None, _syntax("p= holds 32 bytes, as an Ed25519 key has; the record lacks k=ed25519.")
        return None, _syntax("p= holds no RSA public key: the bytes are cut off or are something else.")
    modulus, exponent = numbers
    bits = modulus.bit_length()
    if bits > limits.rsa_bits:
        return None, _unsuitable(f"The key has {bits:,} bits; more than {limits.rsa_bits:,} are not used.")
    if exponent.bit_length() > limits.rsa_exponent_bits:
        size = exponent.bit_length()
        return None, _unsuitable(f"The key's exponent has {size:,} bits; more only cost time.")
    if bits < 128 or not modulus & 1 or exponent < 3 or not exponent & 1:
        return None, _syntax("p= holds numbers that make no RSA key.")
    return PublicKey("rsa", bits, modulus, exponent), None


def _rsa_numbers(data: bytes) -> tuple[int, int] | None:
    """Modulus and exponent of a SubjectPublicKeyInfo or a bare RSAPublicKey (RFC 8017 appendix A.1.1) in DER."""
    outer = _der(data, 0x30)
    if outer is None:
        return None
    inner, _ = outer
    algorithm = _der(inner, 0x30)
    if algorithm is not None:
        named, rest = algorithm
        bits = _der(rest, 0x03)
        if _RSA_OID not in named[:16] or bits is None:
            return None
        sequence = _der(bits[0][1:], 0x30)
        if sequence is None:
            return None
        inner = sequence[0]
    modulus = _der(inner, 0x02)
    exponent = _der(modulus[1], 0x02) if modulus else None
    if modulus is None or exponent is None:
        return None
    return int.from_bytes(modulus[0], "big"), int.from_bytes(exponent[0], "big")


def _der(data: bytes, tag: int) -> tuple[bytes, bytes] | None:
    """The content of the element of this tag that data begins with, and what follows it; None where there is none."""
    if len(data) < 2 or data[0] != tag:
        return None
    size, start = data[1], 2
    if size & 0x80:
        count = size & 0x7F
        if not 1 <= count <= 4:
            return None
        size, start = int.from_bytes(data[2 : 2 + count], "big"), 2 + count
    if start + size > len(data):
        return None
    return data[start : start + size], data[start + size :]


def _hint(text: str) -> str:
    """What probably happened to a record that cannot be read."""
    if "\\" in text:
        return " A backslash stands in it: it was escaped for a zone file once too often."
    if '"' in text or "'" in text:
        return " Quotation marks stand in it: they were typed into a form that adds its own."
    if "-----" in text:
        return " It holds the frame of a key file (BEGIN, END), which does not belong there."
    return ""


def _syntax(text: str) -> Fault:
    return Fault(DkimReason.KEY_SYNTAX, text)


def _unsuitable(text: str) -> Fault:
    return Fault(DkimReason.KEY_UNSUITABLE, text)
