"""The body that was signed, looked for by its hash."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from mailscope.dkim.canonical import Canon, canonical_body
from mailscope.dkim.diagnosis import Cause
from mailscope.dkim.patience import Patience
from mailscope.dkim.pieces import Piece, canonical_piece, cut_body
from mailscope.dkim.search import Hit, Original, Search, Slot
from mailscope.dkim.target import Target
from mailscope.dkim.undo_lines import line_originals
from mailscope.dkim.undo_part import piece_originals, wrapped_contents
from mailscope.dkim.undo_text import cuts, line_starts
from mailscope.limits import Limits

_BLOCK_LINES = 260
"""Lines of a body of which every block is taken out in turn."""
_WEIGHT = 8
"""How many small candidates a whole body counts for."""
_LARGEST = 4 * 1024 * 1024
"""Bodies beyond this are not searched."""


class FoundBody(tuple[bytes, tuple[Cause, ...], tuple[str, ...]]):
    """The body as it was signed (CRLF line ends), what changed it, and how in words."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class _Task:
    """What is searched, and how long."""

    target: Target
    body: bytes
    raw: bytes
    """The body with its line ends not mended."""
    pieces: tuple[Piece, ...]
    patience: Patience

    def fits(self, body: bytes) -> bool:
        """Whether this is the body that was signed."""
        signature = self.target.signature
        data = canonical_body(body, signature.body_canon)
        if signature.body_length is not None:
            data = data[: signature.body_length]
        return self.target.body_fits(hashlib.new(signature.hash, data).digest())


def find_body(target: Target, raw: bytes, patience: Patience, limits: Limits) -> FoundBody | None:
    """The body that bh= was made of; raw is the body as it stands, its line ends not mended."""
    body = target.material.body or b""
    if len(body) > _LARGEST:
        return None
    task = _Task(target, body, raw, cut_body(target.material, limits), patience)
    for step in (_whole, _by_pieces, _blocks):
        found = step(task)
        if found is not None or patience.over:
            return found
    return None


def _whole(task: _Task) -> FoundBody | None:
    """Changes of the whole body, and parts that were the whole of it."""
    for candidate, causes, note in _candidates(task.body, task.raw, task.pieces):
        if not task.patience.lasts(_WEIGHT):
            return None
        if task.fits(candidate):
            return FoundBody((candidate, causes, (note,)))
    return None


def _candidates(body: bytes, raw: bytes, pieces: tuple[Piece, ...]) -> Iterator[tuple[bytes, tuple[Cause, ...], str]]:
    if raw != body:
        yield raw, (Cause.LINE_ENDINGS,), "its line ends are not what they were"
    yield from line_originals(body)
    if len(pieces) > 1:
        texts = sum(1 for piece in pieces if piece.part is not None)
        for content, _, piece in wrapped_contents(pieces):
            if texts > 1:
                causes: tuple[Cause, ...] = (Cause.FOOTER, Cause.MIME_REWRITTEN)
                note = "a part with text of its own was added, and a multipart put around both"
            else:
                causes, note = (Cause.MIME_REWRITTEN,), "a multipart was put around the body"
            yield content, causes, note
            for cut in cuts(content, html=bool(piece.part and piece.part.type == "text/html")):
                if cut.likely:
                    yield cut.text, (cut.cause, Cause.MIME_REWRITTEN), f"{note}, and text was added"


def _by_pieces(task: _Task) -> FoundBody | None:
    """Parts changed, taken out, encoded anew: one, several, in pairs."""
    target, pieces, patience = task.target, task.pieces, task.patience
    canon = target.signature.body_canon
    alone = len(pieces) == 1
    if target.signature.body_length is not None:
        return _lengthy(task)
    slots = []
    for place, piece in enumerate(pieces):
        last = place == len(pieces) - 1
        slots.append(
            Slot(
                name="body",
                now=_canonical(piece.text, canon, last=last),
                canonical=lambda text, at_end=last: _canonical(text, canon, last=at_end),  # type: ignore[misc]
                originals=tuple(_bounded(piece_originals(piece, alone), patience)),
            )
        )
    search = Search(slots, target.body_fits, patience, target.signature.hash)
    hit = search.single() or search.several()
    return _joined(pieces, hit) if hit else None


def _bounded(originals: Iterator[Original], patience: Patience) -> Iterator[Original]:
    for original in originals:
        if not patience.lasts():
            return
        yield original


def _lengthy(task: _Task) -> FoundBody | None:
    """The same under l=, where only the beginning is hashed: one piece at a time."""
    for place, piece in enumerate(task.pieces):
        for original in piece_originals(piece, alone=len(task.pieces) == 1):
            if not task.patience.lasts(_WEIGHT):
                return None
            found = _joined(task.pieces, Hit(((place, original),)))
            if task.fits(found[0]):
                return found
    return None


def _canonical(text: bytes, canon: Canon, *, last: bool) -> bytes:
    return canonical_body(text, canon) if last else canonical_piece(text, canon)


def _joined(pieces: tuple[Piece, ...], hit: Hit) -> FoundBody:
    changed = dict(hit.changes)
    body = b"".join(changed[place].raw if place in changed else piece.text for place, piece in enumerate(pieces))
    causes = tuple(dict.fromkeys(cause for _, original in hit.changes for cause in original.causes))
    notes = tuple(dict.fromkeys(original.note for _, original in hit.changes))
    return FoundBody((body, causes, notes))


def _blocks(task: _Task) -> FoundBody | None:
    """Any block of whole lines taken out, wherever it stands; and one empty line put in anywhere."""
    target, body, pieces, patience = task.target, task.body, task.pieces, task.patience
    signature = target.signature
    starts = line_starts(body)
    if signature.body_length is not None or len(starts) > _BLOCK_LINES:
        return None
    canon = signature.body_canon
    bounds = [*starts, len(body)]
    lines = [canonical_piece(body[a:b], canon) for a, b in pairwise(bounds)]
    tails = [b""]
    for line in reversed(lines):
        tails.append(line + tails[-1])
    tails.reverse()
    tails = [_without_empty_end(tail, canon) for tail in tails]
    state = hashlib.new(signature.hash)
    for first in range(len(lines)):
        for stop in range(first + 1, len(lines) + 1):
            after = state.copy()
            after.update(tails[stop])
            if not patience.lasts():
                return None
            if tails[stop] and target.body_fits(after.digest()):
                removed = body[bounds[first] : bounds[stop]]
                rest = body[: bounds[first]] + body[bounds[stop] :]
                return FoundBody((rest, _block_causes(removed, first, pieces, body, bounds[stop]), (_block(removed),)))
        blank = state.copy()
        blank.update(b"\r\n" + tails[first])
        if target.body_fits(blank.digest()):
            rest = body[: bounds[first]] + b"\r\n" + body[bounds[first] :]
            return FoundBody((rest, (Cause.WHITESPACE,), ("an empty line was taken out",)))
        state.update(lines[first])
    return None


def _without_empty_end(tail: bytes, canon: Canon) -> bytes:
    return canonical_body(tail, canon) if tail.strip(b"\r\n") else b""


def _block_causes(removed: bytes, first: int, pieces: tuple[Piece, ...], body: bytes, stop: int) -> tuple[Cause, ...]:
    """What a block was, by where it stood."""
    if not removed.strip():
        return (Cause.WHITESPACE,)
    at = stop - len(removed)
    position = 0
    for piece in pieces:
        end = position + len(piece.text)
        if position <= at and stop <= end and piece.part is not None:
            content = position + len(piece.delimiter) + len(piece.header)
            if body[stop:end].strip() == b"":
                return (Cause.FOOTER,)
            if body[content:at].strip() == b"":
                return (Cause.BANNER,)
        position = end
    return (Cause.BANNER,) if first == 0 else ()


def _block(removed: bytes) -> str:
    lines = removed.count(b"\n") or 1
    if not removed.strip():
        return "empty lines were put in"
    return f"{lines} line{'s' if lines > 1 else ''} were put in"
