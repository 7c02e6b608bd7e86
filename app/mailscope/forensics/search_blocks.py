"""Lines that were put into a body, found by hashing it line after line."""

import hashlib
from dataclasses import dataclass

from mailscope.forensics.diagnosis import Cause
from mailscope.forensics.patience import Patience
from mailscope.forensics.pieces import Piece
from mailscope.forensics.target import Target

_FIRST = 60
"""Lines of a banner."""
_LAST = 150
"""Lines of a footer within a part; at the end of the whole body there is no limit."""
_PARTS = 12
_ANYWHERE = 200
"""Lines of a body of which every block is taken out in turn."""
_BYTES = 48 * 1024 * 1024
"""How much is hashed at most."""


@dataclass(frozen=True, slots=True)
class FoundBlock:
    """A block of whole lines that was put in."""

    start: int
    """Its first byte in the body."""
    stop: int
    cause: Cause


class Lines:
    """A body line by line, with the hash of every beginning at hand."""

    def __init__(self, target: Target, pieces: tuple[Piece, ...]) -> None:
        body = target.material.body or b""
        self.body = body
        canonical = target.material.canonical_body(target.signature.body_canon)
        self.lines = canonical.split(b"\r\n")[:-1]
        """Canonical, without their ends; empty ones at the end of the body are none."""
        self.starts = _starts(body)
        """Where each line begins in the body, and its end."""
        self.places = [0]
        """Where each canonical line begins among the canonical bytes."""
        for line in self.lines:
            self.places.append(self.places[-1] + len(line) + 2)
        self.canonical = canonical
        self.parts = _parts(pieces, len(self.lines))

    def tail(self, line: int) -> memoryview:
        """Everything canonical from a line on."""
        return memoryview(self.canonical)[self.places[line] :]

    def offset(self, line: int) -> int:
        """Where a line begins in the body."""
        return self.starts[min(line, len(self.starts) - 1)]


def find_end_block(target: Target, pieces: tuple[Piece, ...], patience: Patience) -> FoundBlock | None:
    """The one block at an end of the body, or of a text part, without which the body is the signed one."""
    if target.signature.body_length is not None:
        return None
    lines = Lines(target, pieces)
    return _footer(lines, target, patience) or _banner(lines, target, patience) or _in_parts(lines, target, patience)


def _block(lines: Lines, start: int, stop: int, cause: Cause) -> FoundBlock:
    first, last = lines.offset(start), lines.offset(stop) if stop < len(lines.lines) else len(lines.body)
    removed = lines.body[first:last]
    return FoundBlock(first, last, cause if removed.strip() else Cause.WHITESPACE)


def _footer(lines: Lines, target: Target, patience: Patience) -> FoundBlock | None:
    """Every beginning of the body that ends with a line."""
    state = hashlib.new(target.signature.hash)
    if target.body_fits(state.digest()) and lines.lines:
        return _block(lines, 0, len(lines.lines), Cause.FOOTER)
    for number, line in enumerate(lines.lines[:-1]):
        state.update(line + b"\r\n")
        if not patience.lasts():
            return None
        if line and target.body_fits(state.digest()):
            return _block(lines, number + 1, len(lines.lines), Cause.FOOTER)
    return None


def _banner(lines: Lines, target: Target, patience: Patience) -> FoundBlock | None:
    """The body without its first lines."""
    for number in range(1, min(_FIRST, len(lines.lines))):
        if not patience.lasts():
            return None
        if target.body_fits(hashlib.new(target.signature.hash, lines.tail(number)).digest()):
            return _block(lines, 0, number, Cause.BANNER)
    return None


def _in_parts(lines: Lines, target: Target, patience: Patience) -> FoundBlock | None:
    """The same within each text part: what stands before it and behind it stays."""
    spent = 0
    for start, stop in lines.parts:
        before = hashlib.new(target.signature.hash, memoryview(lines.canonical)[: lines.places[start]])
        rest = lines.tail(stop)
        for cut in range(start + 1, min(start + _FIRST, stop)):
            state = before.copy()
            state.update(lines.tail(cut))
            spent += len(lines.canonical)
            if not patience.lasts() or spent > _BYTES:
                return None
            if target.body_fits(state.digest()):
                return _block(lines, start, cut, Cause.BANNER)
        low = max(start, stop - _LAST)
        state = hashlib.new(target.signature.hash, memoryview(lines.canonical)[: lines.places[low]])
        # The line end before the next delimiter belongs to the delimiter: cuts before it, and before the one above it.
        for cut in range(low, stop):
            for end in (stop, stop - 1, stop - 2):
                if end <= cut:
                    break
                whole = state.copy()
                whole.update(lines.tail(end) if end < stop else rest)
                spent += len(rest)
                if not patience.lasts() or spent > _BYTES:
                    return None
                if target.body_fits(whole.digest()):
                    return _block(lines, cut, end, Cause.FOOTER)
            state.update(lines.lines[cut] + b"\r\n")
    return None


def find_any_block(
    target: Target, pieces: tuple[Piece, ...], patience: Patience
) -> tuple[bytes, tuple[Cause, ...], str] | None:
    """The body without a block of lines that stood anywhere, or with one empty line more; causes and a phrase."""
    lines = Lines(target, pieces)
    number = len(lines.lines)
    if target.signature.body_length is not None or number > _ANYWHERE or number * len(lines.canonical) > _BYTES // 8:
        return None
    state = hashlib.new(target.signature.hash)
    for first in range(number):
        for stop in range(first + 1, number):
            after = state.copy()
            after.update(lines.tail(stop))
            if not patience.lasts():
                return None
            if target.body_fits(after.digest()):
                start, end = lines.offset(first), lines.offset(stop)
                removed = lines.body[start:end]
                count = stop - first
                note = (
                    f"{count} line{'s' if count > 1 else ''} were put in"
                    if removed.strip()
                    else "empty lines were put in"
                )
                return lines.body[:start] + lines.body[end:], _causes(removed, start, end, pieces), note
        blank = state.copy()
        blank.update(b"\r\n")
        blank.update(lines.tail(first))
        if target.body_fits(blank.digest()):
            at = lines.offset(first)
            return lines.body[:at] + b"\r\n" + lines.body[at:], (Cause.WHITESPACE,), "an empty line was taken out"
        state.update(lines.lines[first] + b"\r\n")
    return None


def _causes(removed: bytes, start: int, stop: int, pieces: tuple[Piece, ...]) -> tuple[Cause, ...]:
    """What a block was, by where it stood in a text; () outside of any."""
    if not removed.strip():
        return (Cause.WHITESPACE,)
    position = 0
    for piece in pieces:
        end = position + len(piece.text)
        if position <= start and stop <= end and piece.part is not None:
            content = len(piece.delimiter) + len(piece.header)
            if not piece.text[stop - position :].strip():
                return (Cause.FOOTER,)
            if not piece.text[content : start - position].strip():
                return (Cause.BANNER,)
            # In the midst of a text: told by the end that it stands nearer to.
            return (Cause.FOOTER if end - stop < start - position - content else Cause.BANNER,)
        position = end
    return (Cause.BANNER,) if start == 0 else ()


def _starts(body: bytes) -> list[int]:
    """Where each line begins, and the end."""
    starts = [0]
    at = body.find(b"\r\n")
    while at >= 0:
        starts.append(at + 2)
        at = body.find(b"\r\n", at + 2)
    return starts


def _parts(pieces: tuple[Piece, ...], lines: int) -> list[tuple[int, int]]:
    """For each text part of a multipart its first line and the line behind its last."""
    found = []
    line = 0
    for piece in pieces:
        number = piece.text.count(b"\r\n")
        if piece.part is not None and piece.header and piece.part.type.startswith("text/"):
            head = (piece.delimiter + piece.header).count(b"\r\n")
            if line + head < line + number <= lines:
                found.append((line + head, line + number))
        line += number
    return found[:_PARTS]
