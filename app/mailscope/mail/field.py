"""One header field as it stands in the message: every byte kept, nothing decoded until shown."""

from dataclasses import dataclass

ONCE = ("From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Message-ID", "In-Reply-To", "References", "Subject", "Date")
"""The fields that may stand only once in a message (RFC 5322 section 3.6)."""


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of byte offsets into the examined content."""

    start: int
    stop: int

    def of(self, content: bytes) -> bytes:
        """The bytes in this range."""
        return content[self.start : self.stop]


@dataclass(frozen=True, slots=True)
class Field:
    """A header field (RFC 5322 section 2.2), or a line of the header block that is none (malformed)."""

    index: int
    """Place in the header block, from 0 at the top, malformed lines counted."""
    raw: bytes
    """Name, colon, value and folding, with the final line end."""
    span: Span
    name: str
    """As written, Latin-1; empty where the line is no field."""
    malformed: bool = False
    """No colon, an empty name, or characters in the name that RFC 5322 section 3.6.8 forbids."""

    @property
    def key(self) -> str:
        """The name in lower case: what fields are looked up by."""
        return self.name.lower()

    @property
    def value(self) -> bytes:
        """Everything after the colon, folding and final line end included; the whole line where there is no colon."""
        head, colon, rest = self.raw.partition(b":")
        return rest if colon else head

    @property
    def unfolded(self) -> str:
        """The value in one line, outer white space off; UTF-8 (RFC 6532), other bytes as surrogate escapes."""
        value = self.value.replace(b"\r", b"").replace(b"\n", b"")
        return value.decode("utf-8", "surrogateescape").strip(" \t")
