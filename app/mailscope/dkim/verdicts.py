"""What a DKIM verification comes to: values only, no mathematics."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailscope.verdict import Verdict


class DkimReason(StrEnum):
    """Why a signature does not pass."""

    BODY_HASH = "body-hash"
    SIGNATURE = "signature"
    KEY_MISSING = "key-missing"
    KEY_REVOKED = "key-revoked"
    KEY_SYNTAX = "key-syntax"
    KEY_UNSUITABLE = "key-unsuitable"
    EXPIRED = "expired"
    FUTURE = "future"
    DOMAIN_MISMATCH = "domain-mismatch"
    SYNTAX = "syntax"
    UNSUPPORTED = "unsupported"
    DNS = "dns"


@dataclass(frozen=True, slots=True)
class Atps:
    """Whether an author's domain authorizes a third party to sign for it (RFC 6541)."""

    domain: str
    """The author's domain, as atps= claims it; lower case, A-labels."""
    result: Verdict | None
    """pass, fail, temperror, permerror; None where DNS was not asked."""
    name: str | None = None
    """Where the authorization was looked for."""
    problem: str = ""
    """One plain sentence."""


@dataclass(frozen=True, slots=True)
class DkimCheck:
    """One signature, verified (RFC 6376 section 6.1)."""

    index: int
    """Among the message's DKIM-Signature fields, from 0 at the top."""
    field_index: int
    """Which header field it is."""
    result: Verdict | None
    """None where it was not evaluated: DNS not allowed, or beyond the limit of signatures."""
    reason: DkimReason | None = None
    problem: str = ""
    """One plain sentence: what is wrong, or why it was not evaluated."""
    skipped: bool = False
    """A limit bit: the message bears more signatures than are verified."""
    domain: str | None = None
    """d=, lower case, A-labels."""
    selector: str | None = None
    identity: str | None = None
    """i=, or None where it is not given."""
    algorithm: str | None = None
    canonicalization: tuple[str, str] = ("simple", "simple")
    """Header, body."""
    key_type: str | None = None
    key_bits: int | None = None
    key_testing: bool = False
    """t=y in the key record (RFC 6376 section 3.6.1)."""
    key_name: str | None = None
    """Where the key was looked for: selector._domainkey.domain."""
    key_record: str | None = None
    """The key record that was used or refused, as text."""
    key_notes: tuple[str, ...] = ()
    """What its owner should mend about the key record, a short sentence each."""
    key_remarks: tuple[str, ...] = ()
    """What is allowed, but good to know about the key record, a short sentence each."""
    key_fingerprint: str | None = None
    """SHA-256 of the public key itself, in hex: the same under every selector and domain that publishes it."""
    key_validated: bool | None = None
    """Whether DNSSEC validated the key's answer."""
    signed_at: datetime | None = None
    expires_at: datetime | None = None
    body_length: int | None = None
    """l=, in bytes of the canonical body; None: all of it."""
    body_size: int | None = None
    """Bytes of the canonical body as it is now."""
    signed_headers: tuple[str, ...] = ()
    """h=, as written, in order, repetitions kept."""
    signed_fields: tuple[int, ...] = ()
    """The fields that h= picked, by RFC 6376 section 5.4.2, in h= order; absent ones left out."""
    body_hash_stated: str | None = None
    """bh=, base64."""
    body_hash_computed: str | None = None
    body_hash_ok: bool | None = None
    signature_ok: bool | None = None
    """Whether the mathematics of the header signature held, whatever policy said; None where not computed."""
    made_with_key: bool | None = None
    """Whether the published RSA key made the signature value, over whatever fields; None where that cannot be told."""
    line_ends_mended: bool = False
    """The message held bare LF or CR, and was verified as the CRLF message it was."""
    atps: Atps | None = None
    """What the author's domain says of this signer; None where the signature does not claim it."""
    second_opinion: Verdict | None = None
    """What dkimpy says, where it was asked and could say."""

    @property
    def void(self) -> bool:
        """Whether nothing can come of it: a limit left it out, or it names no key that could be asked for."""
        return self.skipped or (self.key_name is None and self.result is Verdict.PERMERROR)

    @property
    def name(self) -> str:
        """domain/selector: how reports refer to the signature."""
        return f"{self.domain or '?'}/{self.selector or '?'}"
