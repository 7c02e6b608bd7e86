"""What broke a signature, as far as that can be found out: values only."""

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """What no longer is as it was signed."""

    HEADER = "header"
    BODY = "body"
    BOTH = "both"


class Cause(StrEnum):
    """A change that mail systems make."""

    SUBJECT_TAG = "subject-tag"
    """A tag of a list, gateway or spam filter in the Subject."""
    FOOTER = "footer"
    """Text of a list, gateway or scanner at the end of the body or of a text part."""
    BANNER = "banner"
    """Text of a gateway at the beginning of the body or of a text part."""
    FROM_REWRITTEN = "from-rewritten"
    """The author replaced by a list or gateway, mostly for DMARC's sake."""
    ADDRESS_REWRITTEN = "address-rewritten"
    """Addresses mapped or masqueraded; in the body, links that a gateway made lead through itself."""
    HEADER_ADDED = "header-added"
    """A field that the signature says was not there."""
    HEADER_REMOVED = "header-removed"
    HEADER_REPLACED = "header-replaced"
    """A field with another value than the signed one."""
    HEADER_REFOLDED = "header-refolded"
    """The same value folded, spaced or quoted another way; only the simple canonicalization minds most of it."""
    HEADER_RECODED = "header-recoded"
    """Encoded words written another way."""
    MIME_REWRITTEN = "mime-rewritten"
    """Content-Type, boundary or part structure written anew."""
    RECODED = "recoded"
    """Another transfer encoding."""
    CHARSET_CONVERTED = "charset-converted"
    WHITESPACE = "whitespace"
    """Blanks, tabs or empty lines in the body."""
    LINE_ENDINGS = "line-endings"
    LINE_WRAPPED = "line-wrapped"
    """Long lines of the body broken."""
    FROM_ESCAPED = "from-escaped"
    """A ">" before lines that begin with "From "."""
    TRUNCATED = "truncated"
    ATTACHMENT_REMOVED = "attachment-removed"
    WRAPPED = "wrapped"
    """The whole message became an attachment of another."""


class Mark(StrEnum):
    """What a line of a difference is."""

    SIGNED = "-"
    """As it was signed; not in the message as it is now."""
    NOW = "+"
    """As it is now; not in what was signed."""
    SAME = " "
    PLACE = "@"
    """Where: the name of a field, or "body" with a line number."""


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a difference between what was signed and what is here."""

    mark: Mark
    text: str
    """Raw from the message, not made safe to show; cut where it is long."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What broke one signature."""

    index: int
    """Of the signature, as in DkimCheck.index."""
    part: Part
    causes: tuple[Cause, ...] = ()
    """Proved where undone, else named on evidence only; () where nothing speaks for any."""
    fields: tuple[str, ...] = ()
    """Header fields that the causes are about, as the message spells them."""
    detail: str = ""
    """Sentences for people: what was changed, how that is known, how far the search came."""
    undone: bool = False
    """Whether undoing the changes makes the signature verify: then the causes are proved."""
    header_undone: bool | None = None
    """The same for the header alone; None where it is not broken."""
    body_undone: bool | None = None
    """The same for the body alone; None where it is not broken."""
    diff: tuple[DiffLine, ...] = ()
    """What was signed against what is here, where that was found."""
    by: str = ""
    """Who may have done it, a short phrase with its basis; "" where the trace does not tell."""
    tried: int = 0
    """Messages that were tried."""
    cut_short: bool = False
    """Whether the time for the search ran out, or it was cancelled."""
