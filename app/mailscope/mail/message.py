"""A message as bytes: its header fields in order, and where its body lies (RFC 5322 section 2.1)."""

from dataclasses import dataclass
from enum import StrEnum

from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.field import Field, Span

_TOKEN = frozenset(range(33, 127)) - {ord(":")}


class LineEnds(StrEnum):
    """How the lines of the content end."""

    CRLF = "CRLF"
    LF = "LF"
    CR = "CR"
    MIXED = "mixed"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Message:
    """A header block and a body; nothing is decoded and every byte is kept."""

    raw: bytes
    fields: tuple[Field, ...]
    body: Span
    line_ends: LineEnds
    has_body: bool
    """Whether a blank line ends the header block."""
    truncated_fields: bool = False
    """A limit bit: the last field holds the rest of the header block unread."""

    def all(self, name: str) -> tuple[Field, ...]:
        """Every field of this name (any case), topmost first."""
        key = name.lower()
        return tuple(field for field in self.fields if field.key == key and not field.malformed)

    def first(self, name: str) -> Field | None:
        """The topmost field of this name."""
        key = name.lower()
        return next((field for field in self.fields if field.key == key and not field.malformed), None)

    @property
    def body_bytes(self) -> bytes:
        """The body as it stands."""
        return self.body.of(self.raw)


def parse_message(raw: bytes, limits: Limits = DEFAULT_LIMITS) -> Message:
    """Take a message or header block apart; any bytes give a Message, in linear time."""
    newline = b"\n" if b"\n" in raw else b"\r"
    fields: list[Field] = []
    start = position = 0
    size = len(raw)
    body: int | None = None
    truncated = False
    while position < size:
        end = raw.find(newline, position)
        end = size if end < 0 else end + 1
        line_is_blank = raw[position:end].strip(b"\r\n") == b"" if end - position <= 3 else False
        continues = raw[position : position + 1] in (b" ", b"\t") and position > start
        if not continues and position > start:
            fields.append(_field(len(fields), raw, start, position))
            start = position
        if line_is_blank:
            body = end
            start = position
            break
        if len(fields) >= limits.fields - 1 or position > limits.header_bytes:
            truncated = True
            break
        position = end
    if truncated:
        end = _end_of_header(raw, start, newline)
        fields.append(Field(len(fields), raw[start:end], Span(start, end), "", malformed=True))
        body = _after_blank(raw, end, newline) if end < size else None
    elif body is None and start < size:
        fields.append(_field(len(fields), raw, start, size))
    stop = size if body is None else body
    return Message(
        raw=raw,
        fields=tuple(fields),
        body=Span(stop, size),
        line_ends=line_ends(raw),
        has_body=body is not None,
        truncated_fields=truncated,
    )


def line_ends(raw: bytes) -> LineEnds:
    """How the lines of these bytes end."""
    crlf = raw.count(b"\r\n")
    lf = raw.count(b"\n") - crlf
    cr = raw.count(b"\r") - crlf
    if not (crlf or lf or cr):
        return LineEnds.NONE
    if sum(1 for count in (crlf, lf, cr) if count) > 1:
        return LineEnds.MIXED
    return LineEnds.CRLF if crlf else LineEnds.LF if lf else LineEnds.CR


def _field(index: int, raw: bytes, start: int, stop: int) -> Field:
    line = raw[start:stop]
    head, colon, _ = line.partition(b":")
    name = head.rstrip(b" \t") if colon else b""
    if b"\n" in head or b"\r" in head:
        name = b""
    malformed = not name or not _TOKEN.issuperset(name)
    return Field(index, line, Span(start, stop), name.decode("latin-1"), malformed)


def _end_of_header(raw: bytes, start: int, newline: bytes) -> int:
    """Where the blank line after start begins, or the end."""
    marks = [b"\r\n\r\n", b"\n\n"] if newline == b"\n" else [b"\r\r"]
    found = [at + len(mark) // 2 for mark in marks if (at := raw.find(mark, start)) >= 0]
    return min(found, default=len(raw))


def _after_blank(raw: bytes, end: int, newline: bytes) -> int:
    """The first byte of the body, given where the blank line begins."""
    at = raw.find(newline, end)
    return len(raw) if at < 0 else at + 1
