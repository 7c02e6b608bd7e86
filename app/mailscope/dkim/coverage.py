"""Which fields and which bytes a signature vouches for (RFC 6376 sections 5.4 and 8.15)."""

from dataclasses import dataclass
from enum import StrEnum


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
    body_signed: int | None = None
    """Bytes of the canonical body that are hashed; None where that is unknown."""
    body_unsigned: int = 0
    """Bytes of the canonical body beyond l=."""
