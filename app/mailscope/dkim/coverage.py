"""Which fields and which bytes a signature vouches for (RFC 6376 sections 5.4 and 8.15)."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from mailscope.dkim.verdicts import DkimCheck
from mailscope.mail.message import Message


class Covered(StrEnum):
    """What a signature does for one field of the message."""

    SIGNED = "signed"
    """Vouched for; another field of the name could be added above it unnoticed."""
    SEALED = "sealed"
    """Vouched for, and h= names it once more than it occurs: none can be added."""
    UNSIGNED = "unsigned"
    """Not vouched for: the name is not in h=."""
    ADDED = "added"
    """The name is in h=, but the signature picked instances below this one: it was added after signing."""
    SIGNATURE = "signature"
    """The signature itself."""


class Weight(StrEnum):
    """How much it matters that a field is vouched for."""

    AUTHOR = "author"
    """From: RFC 6376 section 5.4 requires it, and DMARC judges by it."""
    SHOWN = "shown"
    """A reader sees it, answers to it, or sees the body by it (RFC 6376 section 5.4.1)."""
    THREAD = "thread"
    """Identifies the message or its place in a list or thread; a program acts on it."""
    TRACE = "trace"
    """Written or changed on the way by the hosts that carry mail; must not be signed or need not be."""
    OTHER = "other"
    """Whatever else a message holds."""


WEIGHTS: dict[str, Weight] = {
    "from": Weight.AUTHOR,
    **dict.fromkeys(
        ("subject", "to", "cc", "date", "reply-to", "sender", "content-type", "list-unsubscribe"), Weight.SHOWN
    ),
    **dict.fromkeys(
        (
            "message-id", "in-reply-to", "references", "mime-version", "content-transfer-encoding",
            "content-disposition", "content-id", "content-description", "list-unsubscribe-post", "list-id", "list-post",
            "list-help", "list-subscribe", "list-owner", "list-archive", "resent-from", "resent-to", "resent-cc",
            "resent-date", "resent-sender", "resent-message-id", "disposition-notification-to", "autocrypt",
        ),
        Weight.THREAD,
    ),
    **dict.fromkeys(
        (
            "received", "return-path", "delivered-to", "authentication-results", "received-spf", "dkim-signature",
            "arc-seal", "arc-message-signature", "arc-authentication-results", "domainkey-signature", "x-received",
            "x-original-to", "envelope-to", "delivery-date", "x-spam-status", "x-spam-score", "x-spam-level",
            "x-spam-checker-version", "x-spam-flag", "x-spam-report", "x-virus-scanned", "x-google-smtp-source",
            "x-google-dkim-signature", "x-gm-message-state", "comments", "keywords", "bcc", "resent-bcc", "status",
            "x-status", "x-uid", "x-mozilla-status", "x-mozilla-status2", "authentication-results-original",
        ),
        Weight.TRACE,
    ),
}  # fmt: skip
"""By name in lower case; a name that is not here is OTHER, or TRACE where weight_of() knows its family."""

INJECTABLE = tuple(name for name, weight in WEIGHTS.items() if weight in (Weight.AUTHOR, Weight.SHOWN))
"""Names of which a second field, or a first one, would deceive a reader."""

_TRACE_FAMILIES = ("x-ms-exchange-", "x-microsoft-antispam", "x-forefront-", "x-spam-", "x-amavis-", "x-rspamd-")


class BodyCover(StrEnum):
    """How much of the body a signature vouches for."""

    WHOLE = "whole"
    PART = "part"
    """The first l= bytes; there is more."""
    OPEN = "open"
    """All that is there, but l= lets more be appended."""
    NOTHING = "nothing"
    """l=0: not a byte."""
    UNKNOWN = "unknown"
    """The body is not at hand."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """A name that stands several times: what the signature picked, and what people see."""

    name: str
    """Lower case."""
    fields: tuple[int, ...]
    """Every instance by Field.index, topmost first."""
    picked: tuple[int, ...]
    """What the signature vouches for: the lowest ones (RFC 6376 section 5.4.2), lowest first."""
    shown: int
    """What most mail readers show: the topmost."""

    @property
    def deceives(self) -> bool:
        """Whether what is shown is not what is vouched for."""
        return self.shown not in self.picked


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one signature vouches for; meaningful as proof only while that signature passes."""

    index: int
    """Of the signature, as in DkimCheck.index."""
    fields: tuple[Covered, ...]
    """A word for each header field of the message, by Field.index."""
    signed: tuple[str, ...] = ()
    """Names (lower case) with at least one field vouched for."""
    unsigned: tuple[str, ...] = ()
    """Names (lower case) present in the message that h= does not name, trace fields apart."""
    injectable: tuple[str, ...] = ()
    """Names (lower case) of which a reader-visible field could be added without breaking the signature."""
    added: tuple[str, ...] = ()
    """Names (lower case) of fields that stand in the message beyond what the signature picked."""
    sealed: tuple[str, ...] = ()
    """Names (lower case), present or not, of which no field can be added without breaking the signature."""
    absent: tuple[str, ...] = ()
    """Those of the injectable names of which the message has no field at all."""
    repeated: tuple[Repeated, ...] = ()
    """Names in h= that stand more than once."""
    body: BodyCover = BodyCover.UNKNOWN
    body_signed: int | None = None
    """Bytes of the canonical body that are hashed; None where that is unknown."""
    body_unsigned: int = 0
    """Bytes of the canonical body beyond l=."""


def weight_of(name: str) -> Weight:
    """How much it matters that fields of this name (any case) are vouched for."""
    key = name.lower()
    known = WEIGHTS.get(key)
    if known is not None:
        return known
    return Weight.TRACE if key.startswith(_TRACE_FAMILIES) else Weight.OTHER


def cover(message: Message, check: DkimCheck) -> Coverage:
    """What a signature does for each field and for the body, whether or not it passes; linear in both.

    A signature that is void vouches for nothing.
    """
    if check.void:
        nothing = [Covered.UNSIGNED] * len(message.fields)
        nothing[check.field_index] = Covered.SIGNATURE
        return Coverage(check.index, tuple(nothing))
    named = Counter(name.strip().lower() for name in check.signed_headers)
    present = Counter(field.key for field in message.fields if not field.malformed and field.index != check.field_index)
    picked = frozenset(check.signed_fields)
    words = []
    for field in message.fields:
        if field.index == check.field_index:
            words.append(Covered.SIGNATURE)
        elif field.index in picked:
            words.append(Covered.SEALED if named[field.key] > present[field.key] else Covered.SIGNED)
        elif field.malformed or field.key not in named:
            words.append(Covered.UNSIGNED)
        else:
            words.append(Covered.ADDED)

    def names(*wanted: Covered) -> tuple[str, ...]:
        return tuple(dict.fromkeys(field.key for field in message.fields if words[field.index] in wanted and field.key))

    repeated = []
    for name in named:
        instances = tuple(
            field.index for field in message.all(name) if field.index != check.field_index
        ) if present[name] > 1 else ()  # fmt: skip
        if instances:
            chosen = tuple(place for place in reversed(instances) if place in picked)
            repeated.append(Repeated(name, instances, chosen, instances[0]))
    size = check.body_size
    hashed = size if check.body_length is None else check.body_length if size is None else min(check.body_length, size)
    return Coverage(
        index=check.index,
        fields=tuple(words),
        signed=names(Covered.SIGNED, Covered.SEALED),
        unsigned=tuple(name for name in names(Covered.UNSIGNED) if weight_of(name) is not Weight.TRACE),
        injectable=tuple(name for name in INJECTABLE if named[name] <= present[name]),
        added=names(Covered.ADDED),
        sealed=tuple(name for name in named if named[name] > present[name]),
        absent=tuple(name for name in INJECTABLE if named[name] <= present[name] == 0),
        repeated=tuple(repeated),
        body=_body(check.body_length, size),
        body_signed=hashed,
        body_unsigned=max(0, size - hashed) if size is not None and hashed is not None else 0,
    )


def _body(length: int | None, size: int | None) -> BodyCover:
    if size is None:
        return BodyCover.UNKNOWN
    if length is None:
        return BodyCover.WHOLE
    if length == 0:
        return BodyCover.NOTHING
    return BodyCover.PART if length < size else BodyCover.OPEN
