"""A body cut where its MIME parts begin and end, so that each can be changed alone (RFC 2046 section 5.1)."""

from dataclasses import dataclass

from mailscope.dkim.canonical import Canon, Material, canonical_body
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.field import Span
from mailscope.mail.message import parse_message
from mailscope.mail.parts import Part, walk_parts

_MOST = 40
"""Pieces; what follows is one more."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the body that ends with a line; all together are the body."""

    text: bytes
    part: Part | None = None
    """The leaf part that it holds; None for preambles, containers' headers and closing delimiters."""
    header: bytes = b""
    """The part's header with the blank line, as it stands in text; b"" for the message's own body."""
    delimiter: bytes = b""
    """The line before the header."""
    content: bytes = b""
    """The part's body."""
    gap: bytes = b""
    """The line end between the content and the next delimiter."""

    def around(self, header: bytes, content: bytes) -> bytes:
        """The piece with another header and content."""
        return self.delimiter + header + content + self.gap


def inner_multiparts(material: Material) -> tuple[tuple[bytes, bool], ...]:
    """The bodies of multiparts that stand directly in the outermost one, and whether each comes first in it."""
    raw, parts = _parts(material, DEFAULT_LIMITS)
    within = [part for part in parts[1:] if part.depth == 1]
    return tuple(
        (part.span.of(raw) + b"\r\n", number == 0) for number, part in enumerate(within[:4]) if part.is_container
    )


def _parts(material: Material, limits: Limits) -> tuple[bytes, tuple[Part, ...]]:
    """The bytes of a message with nothing but its MIME fields, and the parts in it; no parts where it is none."""
    body = material.body or b""
    head = b"".join(raw for key, raw in zip(material.keys, material.fields, strict=True) if key.startswith("content-"))
    raw = head + b"\r\n" + body
    message = parse_message(raw, limits)
    return raw, walk_parts(message, limits).parts if raw[message.body.start :] == body else ()


def cut_body(material: Material, limits: Limits = DEFAULT_LIMITS) -> tuple[Piece, ...]:
    """The pieces of a body; one piece where it is no multipart, or where its structure cannot be followed."""
    body = material.body or b""
    raw, parts = _parts(material, limits)
    if not parts:
        return (Piece(body, content=body),)
    start = len(raw) - len(body)
    root = parts[0]
    if len(parts) == 1 or not root.is_container:
        return (Piece(body, root if not root.is_container else None, content=body),)
    pieces: list[Piece] = []
    position = start
    for part in parts[1:]:
        line = raw.rfind(b"\n", start, max(part.header.start - 1, start)) + 1 or start
        if line < position or len(pieces) >= _MOST:
            continue  # inside an enclosed message, or beyond the limit
        if line > position:
            pieces.append(Piece(raw[position:line]))
        if part.is_container or part.type == "message/rfc822":
            position = line
            continue
        stop = part.span.stop
        gap = raw[stop : stop + 2] if raw[stop : stop + 2] == b"\r\n" else b""
        pieces.append(_leaf(raw, part, line, gap))
        position = stop + len(gap)
    if position < len(raw):
        pieces.append(Piece(raw[position:]))
    if pieces[:1] and pieces[0].part is not None:
        pieces.insert(0, Piece(b""))  # where a preamble would stand
    return tuple(pieces)


def _leaf(raw: bytes, part: Part, line: int, gap: bytes) -> Piece:
    span = Span(line, part.span.stop + len(gap))
    return Piece(
        text=span.of(raw),
        part=part,
        header=part.header.of(raw),
        delimiter=raw[line : part.header.start],
        content=part.span.of(raw),
        gap=gap,
    )


def canonical_piece(text: bytes, canon: Canon) -> bytes:
    """A stretch of whole lines within a body in canonical form: empty lines at its end count."""
    if not text:
        return b""
    # A last line of its own keeps the rule on empty lines at the end of a body away.
    return canonical_body(text + b"x\r\n", canon)[:-3] if text.endswith(b"\r\n") else canonical_body(text, canon)
