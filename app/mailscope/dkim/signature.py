"""A signature field as values: DKIM-Signature (RFC 6376 section 3.5), ARC-Message-Signature and ARC-Seal (RFC 8617)."""

import base64
import binascii
import re
from dataclasses import dataclass
from enum import StrEnum

from mailscope.dkim.canonical import Canon
from mailscope.dkim.verdicts import DkimReason
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.address import ascii_domain
from mailscope.mail.tags import TagList, parse_tags

_DIGITS = frozenset("0123456789")
_HOST = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")
_FTEXT = frozenset(map(chr, range(33, 127))) - {":", ";"}
_QUOTED = re.compile(rb"=([0-9A-F]{2})")
_MOST_DIGITS = 12
"""RFC 6376 section 3.5 asks for times up to 10^12 to be read; more are no time."""
_QUOTE = 60
_LONGEST = 1024


class Role(StrEnum):
    """Which of the three fields that carry a signature."""

    DKIM = "dkim-signature"
    MESSAGE = "arc-message-signature"
    SEAL = "arc-seal"


ALGORITHMS = {"rsa-sha256": ("rsa", "sha256"), "rsa-sha1": ("rsa", "sha1"), "ed25519-sha256": ("ed25519", "sha256")}
"""a=: key type and hash (RFC 6376 section 3.3, RFC 8463)."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why something cannot be used."""

    reason: DkimReason
    text: str
    """One plain sentence."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature's tags, read; what is missing or malformed is None or empty, and faults say so."""

    role: Role
    raw: bytes
    """The whole field with CRLF line ends."""
    tags: TagList
    algorithm: str | None = None
    """a=, as written."""
    key_type: str | None = None
    """What a= asks of the key: rsa or ed25519."""
    hash: str = "sha256"
    """hashlib's name."""
    value: bytes = b""
    """b=, decoded."""
    body_hash: bytes | None = None
    """bh=, decoded; None where it is missing or malformed."""
    body_hash_text: str | None = None
    """bh= without white space."""
    header_canon: Canon = Canon.SIMPLE
    body_canon: Canon = Canon.SIMPLE
    domain: str | None = None
    """d=, lower case, A-labels."""
    selector: str | None = None
    """s=, as written."""
    identity: str | None = None
    """i= of DKIM, decoded; None where it is not given."""
    instance: int | None = None
    """i= of ARC; None where it is missing or no number."""
    names: tuple[str, ...] = ()
    """h=, as written, in order."""
    body_length: int | None = None
    """l=."""
    signed_at: int | None = None
    """t=, seconds since 1970."""
    expires_at: int | None = None
    """x=, seconds since 1970."""
    chain: str | None = None
    """cv= of a seal."""
    faults: tuple[Fault, ...] = ()
    """Why the signature must not be accepted, whatever the mathematics says; the first counts."""

    @property
    def key_name(self) -> str | None:
        """Where its key is published: selector._domainkey.domain (RFC 6376 section 3.6.2.1)."""
        if not self.domain or not self.selector:
            return None
        return f"{self.selector}._domainkey.{self.domain}"


def parse_signature(raw: bytes, role: Role = Role.DKIM, limits: Limits = DEFAULT_LIMITS) -> Signature:
    """A signature of its whole field (CRLF line ends); never raises, and anything gives a Signature."""
    if len(raw) > limits.signature_bytes:
        text = f"The signature field has {len(raw):,} bytes; more than {limits.signature_bytes:,} are not read."
        return Signature(role, raw, TagList(), faults=(Fault(DkimReason.UNSUPPORTED, text),))
    _, _, value = raw.partition(b":")
    return _Reader(role, raw, parse_tags(value), limits).signature()


class _Reader:
    """Reads the tags of one signature and gathers what is wrong with them."""

    def __init__(self, role: Role, raw: bytes, tags: TagList, limits: Limits) -> None:
        self.role = role
        self.raw = raw
        self.tags = tags
        self.limits = limits
        self.faults: list[Fault] = []

    def signature(self) -> Signature:
        """Everything that could be read."""
        self._list()
        if self.role is Role.DKIM:
            self._version()
        algorithm, key_type, hash_name = self._algorithm()
        value, _ = self._base64("b")
        sealed = self.role is Role.SEAL
        body_hash, body_hash_text = (None, None) if sealed else self._base64("bh")
        if body_hash is not None and len(body_hash) != _SIZES[hash_name]:
            self._fault(f"bh= holds {len(body_hash)} bytes, a {hash_name} hash has {_SIZES[hash_name]}.")
        header_canon, body_canon = (Canon.RELAXED, Canon.RELAXED) if sealed else self._canons()
        domain = self._domain()
        selector = self._selector()
        names = () if sealed else self._names()
        signed_at, expires_at = self._time("t"), self._time("x")
        if signed_at is not None and expires_at is not None and expires_at < signed_at:
            self._fault("x= lies before t=: the signature expired before it was made.")
        identity = self._identity(domain) if self.role is Role.DKIM else None
        if self.role is Role.DKIM:
            self._query()
        return Signature(
            role=self.role,
            raw=self.raw,
            tags=self.tags,
            algorithm=algorithm,
            key_type=key_type,
            hash=hash_name,
            value=value or b"",
            body_hash=body_hash,
            body_hash_text=body_hash_text,
            header_canon=header_canon,
            body_canon=body_canon,
            domain=domain,
            selector=selector,
            identity=identity,
            instance=None if self.role is Role.DKIM else self._instance(),
            names=names,
            body_length=None if sealed else self._length(),
            signed_at=signed_at,
            expires_at=expires_at,
            chain=self._chain() if sealed else None,
            faults=tuple(self.faults),
        )

    def _fault(self, text: str, reason: DkimReason = DkimReason.SYNTAX) -> None:
        self.faults.append(Fault(reason, text))

    def _need(self, name: str) -> str | None:
        """The value of a tag that must be there and must not be empty."""
        value = self.tags.get(name)
        if value is None:
            self._fault(f"The signature has no {name}= tag.")
        elif not value:
            self._fault(f"The {name}= tag is empty.")
        return value or None

    def _list(self) -> None:
        if self.tags.duplicates:
            names = ", ".join(f"{name}=" for name in self.tags.duplicates[:5])
            self._fault(f"{names} stands more than once, which makes the whole signature invalid.")
        if self.tags.malformed:
            piece = self.tags.malformed[0]
            self._fault(f"{piece[:_QUOTE]!r} is no tag." if piece else "An empty piece stands between two semicolons.")

    def _version(self) -> None:
        version = self._need("v")
        if version and version != "1":
            self._fault(f"v={version[:_QUOTE]} is a version that nobody has defined.", DkimReason.UNSUPPORTED)

    def _algorithm(self) -> tuple[str | None, str | None, str]:
        algorithm = self._need("a")
        if algorithm is None:
            return None, None, "sha256"
        known = ALGORITHMS.get(algorithm)
        if known is None:
            self._fault(f"a={algorithm[:_QUOTE]} is no algorithm that DKIM knows.", DkimReason.UNSUPPORTED)
            return algorithm[:_QUOTE], None, "sha256"
        if known[1] == "sha1" and self.role is not Role.DKIM:
            self._fault("ARC does not know rsa-sha1.", DkimReason.UNSUPPORTED)
        return algorithm, *known

    def _base64(self, name: str) -> tuple[bytes | None, str | None]:
        if self._need(name) is None:
            return None, None
        text = self.tags.compact(name) or ""
        data = from_base64(text)
        if data is None:
            self._fault(f"{name}= is no base64.")
        return data, text[:_LONGEST]

    def _canons(self) -> tuple[Canon, Canon]:
        value = self.tags.get("c")
        if value is None:
            # RFC 8617 leaves the default open; sealers and the public validation suite take relaxed for ARC.
            default = Canon.SIMPLE if self.role is Role.DKIM else Canon.RELAXED
            return default, default
        header, slash, body = value.partition("/")
        try:
            return Canon(header), Canon(body if slash else "simple")
        except ValueError:
            self._fault(f"c={value[:_QUOTE]} is no canonicalization that DKIM knows.", DkimReason.UNSUPPORTED)
            return Canon.SIMPLE, Canon.SIMPLE

    def _domain(self) -> str | None:
        value = self._need("d")
        if value is None or self._endless("d", value):
            return None
        domain = ascii_domain(value)
        if not domain or not _HOST.issuperset(domain) or not all(domain.split(".")):
            self._fault(f"d={value[:_QUOTE]} is no domain name.")
        return domain or None

    def _selector(self) -> str | None:
        value = self._need("s")
        if value is None or self._endless("s", value):
            return None
        if any(char in " \t\r\n;:@/" for char in value) or not all(value.split(".")):
            self._fault(f"s={value[:_QUOTE]} is no selector.")
        return value

    def _endless(self, name: str, value: str) -> bool:
        """Whether a name is longer than any that DNS carries, by far; such text is kept out of every report."""
        if len(value) <= _LONGEST:
            return False
        self._fault(f"{name}= has {len(value):,} characters; DNS carries no name of more than 253.")
        return True

    def _names(self) -> tuple[str, ...]:
        value = self.tags.get("h")
        if value is None:
            self._fault("The signature has no h= tag: it does not say what it signs.")
            return ()
        names = tuple(name.strip(" \t\r\n") for name in value.split(":")) if value else ()
        if self.role is Role.MESSAGE:
            # RFC 8617 section 4.1.2 forbids to sign seals; the public suite lets h= be empty and holds empty names.
            if any(name.lower() == Role.SEAL for name in names):
                self._fault("h= names ARC-Seal, which a message signature must not sign.")
        elif not any(name.lower() == "from" for name in names):
            self._fault("h= does not name From, so nothing ties the signature to the author.")
        elif not all(_FTEXT.issuperset(name) for name in names):
            self._fault("h= holds an entry that is no field name.")
        if len(names) > self.limits.signed_names:
            text = f"h= names {len(names):,} fields; more than {self.limits.signed_names:,} are not followed."
            self._fault(text, DkimReason.UNSUPPORTED)
            return names[: self.limits.signed_names]
        return names

    def _time(self, name: str) -> int | None:
        value = self.tags.get(name)
        if value is None:
            return None
        if not value or not _DIGITS.issuperset(value) or len(value) > _MOST_DIGITS:
            self._fault(f"{name}={value[:20]} is no time in seconds.")
            return None
        return int(value)

    def _identity(self, domain: str | None) -> str | None:
        value = self.tags.compact("i")
        if value is None:
            return None
        value = _unquoted(value[:_LONGEST])
        _, at, host = value.rpartition("@")
        host = ascii_domain(host)
        if not at:
            self._fault(f"i={value[:_QUOTE]} holds no @.")
        elif domain and host != domain and not host.endswith("." + domain):
            text = f"i= names {host[:_QUOTE] or 'nothing'}, which is neither d={domain[:_QUOTE]} nor below it."
            self._fault(text, DkimReason.DOMAIN_MISMATCH)
        return value

    def _query(self) -> None:
        methods = self.tags.list("q")
        if self.tags.get("q") is not None and "dns/txt" not in methods:
            self._fault(f"q={':'.join(methods)[:_QUOTE]} names no known way to fetch the key.", DkimReason.UNSUPPORTED)

    def _length(self) -> int | None:
        value = self.tags.get("l")
        if value is None:
            return None
        if not value or not _DIGITS.issuperset(value) or len(value) > 76:
            self._fault(f"l={value[:20]} is no number of bytes.")
            return None
        return int(value)

    def _instance(self) -> int | None:
        value = self.tags.get("i")
        return parse_instance(value) if value else None

    def _chain(self) -> str | None:
        value = self._need("cv")
        if value and value not in ("none", "pass", "fail"):
            self._fault(f"cv={value[:_QUOTE]} is none of none, pass and fail.")
        if self.tags.get("h") is not None:
            self._fault("The seal has an h= tag, which makes it invalid.")
        return value and value[:_QUOTE]


def from_base64(text: str) -> bytes | None:
    """Strictly decoded base64, white space out already; None where it is none."""
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError):
        return None


def _unquoted(text: str) -> str:
    """DKIM's quoted-printable (RFC 6376 section 2.11) decoded; what is none stays."""
    if "=" not in text:
        return text
    data = text.encode("utf-8", "surrogateescape")
    return _QUOTED.sub(lambda found: bytes.fromhex(found[1].decode()), data).decode("utf-8", "surrogateescape")


def parse_instance(text: str) -> int | None:
    """An ARC instance number (RFC 8617 section 4.2.1): 1 to 50; None for anything else."""
    if not text or not _DIGITS.issuperset(text) or len(text) > 2:
        return None
    number = int(text)
    return number if 1 <= number <= 50 else None


_SIZES = {"sha256": 32, "sha1": 20}
