"""What a message still holds of what it was: kept copies of old values, addresses, times, part headers."""

import re
from dataclasses import dataclass

from mailscope.dkim.canonical import Material
from mailscope.dkim.signature import Signature
from mailscope.mail.address import Address, parse_addresses
from mailscope.mail.date import parse_date

_PREFIXES = (
    "x-original-", "old-", "x-old-", "original-", "x-spam-prev-", "x-prev-", "x-previous-", "prev-", "x-",
    "x-google-original-", "x-orig-", "orig-", "x-mailman-original-", "x-list-original-", "x-rewritten-", "x-real-",
    "x-authenticated-", "x-ms-exchange-original-", "resent-",
)  # fmt: skip
_SUFFIXES = ("-original", "-orig", "-old", "-prev")
_SENDERS = (
    "x-mailfrom", "x-original-from", "x-original-sender", "return-path", "x-envelope-from", "x-sender", "reply-to",
    "x-google-original-from", "x-original-mailfrom", "envelope-from", "x-mail-from", "x-env-sender", "sender",
    "errors-to", "disposition-notification-to", "x-authenticated-sender", "x-originating-email", "cc", "resent-from",
)  # fmt: skip
_AUTHORS = ("x-original-from", "reply-to", "x-google-original-from", "x-original-sender", "x-mailfrom", "cc",
            "sender", "resent-from")  # fmt: skip
_DELIVERED = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-rcpt-to", "x-delivered-to",
              "x-forwarded-to")  # fmt: skip
_FOR = re.compile(rb"\sfor\s{1,9}<?([^\s<>;,]{1,64}@[A-Za-z0-9.-]{1,255})")
_SPEC = re.compile(rb"([^\s<>;,]{1,64}@[A-Za-z0-9.-]{1,255})")
_TRACE = 2_000
"""Bytes of a trace field in which an address is looked for."""
_MOST = 12


@dataclass(frozen=True, slots=True)
class Clues:
    """Facts about one message and one of its signatures from which originals are built."""

    material: Material
    domain: str
    """d=."""
    identity: str
    """i= where it names a mailbox; else ""."""
    signed_at: int | None
    """t=."""
    written_at: int | None
    """As signed_at, or what Date says, in seconds since 1970."""
    authors: tuple[bytes, ...]
    """Values of other fields that may hold the author as From named them, best first."""
    addresses: tuple[str, ...]
    """Addresses that may have stood where another stands now, those of the signing domain first."""
    recipients: tuple[str, ...]
    """Addresses that the message was delivered to, as receivers wrote them into its trace."""
    listed: bool
    """Whether the marks of a list stand in the header, of one that is not the signer itself."""
    authored: bool
    """Whether From is of the signing domain: then gateways' marks came after the signature."""

    def values(self, name: str) -> tuple[bytes, ...]:
        """The values of every field of this name (lower case), topmost first, without the final line end."""
        return tuple(
            raw.partition(b":")[2].removesuffix(b"\r\n")
            for key, raw in zip(self.material.keys, self.material.fields, strict=True)
            if key == name
        )

    def copies(self, name: str) -> tuple[tuple[str, bytes], ...]:
        """Fields that keep an old value of this one (lower case), as programs call them: name and value."""
        wanted = {prefix + name for prefix in _PREFIXES} | {name + suffix for suffix in _SUFFIXES}
        wanted |= {f"x-{name}{suffix}" for suffix in _SUFFIXES}
        return tuple(
            (raw.partition(b":")[0].decode("latin-1"), raw.partition(b":")[2].removesuffix(b"\r\n"))
            for key, raw in zip(self.material.keys, self.material.fields, strict=True)
            if key in wanted and key != name
        )[:_MOST]


def read_clues(material: Material, signature: Signature) -> Clues:
    """What can be gathered before any search."""
    domain = signature.domain or ""
    identity = signature.identity or ""
    present = dict(zip(reversed(material.keys), reversed(material.fields), strict=True))
    authors = tuple(
        raw.partition(b":")[2].removesuffix(b"\r\n")
        for name in _AUTHORS
        for key, raw in zip(material.keys, material.fields, strict=True)
        if key == name
    )[:_MOST]
    found: dict[str, None] = {}
    for key in _SENDERS:
        for address in parse_addresses(present[key].partition(b":")[2])[:4] if key in present else ():
            if address.domain:
                found.setdefault(address.spec, None)
    if "@" in identity and not identity.startswith("@"):
        found.setdefault(identity, None)
    of_domain = [spec for spec in found if _within(spec, domain)]
    rest = [spec for spec in found if not _within(spec, domain)]
    listed = any(key.startswith("list-") for key in material.keys) or present.get("precedence", b"").endswith(
        b"list\r\n"
    )
    return Clues(
        material=material,
        domain=domain,
        identity=identity if not identity.startswith("@") else "",
        signed_at=signature.signed_at,
        written_at=signature.signed_at or _seconds(present.get("date", b"")),
        authors=authors,
        addresses=tuple((of_domain + rest)[:_MOST]),
        recipients=_recipients(material),
        listed=listed and not _own_list(present, domain),
        authored=any(_within(author.spec, domain) for author in _addresses(present.get("from", b""))),
    )


def _recipients(material: Material) -> tuple[str, ...]:
    """Whom it was delivered to, by the fields of receivers and what their Received fields say behind "for"."""
    found: dict[str, None] = {}
    for key, raw in zip(material.keys, material.fields, strict=True):
        value = raw.partition(b":")[2][:_TRACE]
        match = _FOR.search(value) if key == "received" else _SPEC.search(value) if key in _DELIVERED else None
        if match:
            found.setdefault(match[1].decode("utf-8", "surrogateescape"), None)
    return tuple(found)[:_MOST]


def _own_list(present: dict[str, bytes], domain: str) -> bool:
    """Whether the list that left its marks signed the message itself, after it had changed it."""
    text = b" ".join(present.get(key, b"") for key in ("list-id", "list-post")).decode("latin-1").lower()
    hosts = re.findall(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}", text)
    return any(host == domain or host.endswith("." + domain) or domain.endswith("." + host) for host in hosts if domain)


def _addresses(raw: bytes) -> tuple[Address, ...]:
    return parse_addresses(raw.partition(b":")[2])[:4]


def _within(spec: str, domain: str) -> bool:
    host = spec.rpartition("@")[2].lower()
    return host == domain or host.endswith("." + domain)


def _seconds(raw: bytes) -> int | None:
    """When a Date field says that the message was written."""
    moment = parse_date(raw.partition(b":")[2].decode("latin-1")) if raw else None
    return int(moment.timestamp()) if moment else None
