"""The body that was signed, looked for by its hash."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from mailscope.dkim.canonical import Canon, canonical_body
from mailscope.forensics.diagnosis import Cause
from mailscope.forensics.patience import Patience
from mailscope.forensics.pieces import Piece, canonical_piece, cut_body, inner_multiparts
from mailscope.forensics.search import Hit, Original, Search, Slot
from mailscope.forensics.search_blocks import find_any_block, find_end_block
from mailscope.forensics.search_serial import find_serialised
from mailscope.forensics.target import Target
from mailscope.forensics.undo_lines import line_originals, unwrapped
from mailscope.forensics.undo_part import piece_originals, wrapped_contents
from mailscope.forensics.undo_text import cuts, said
from mailscope.limits import Limits

_LARGEST = 4 * 1024 * 1024
"""Bodies beyond this are only searched for blocks of lines."""
_HUGE = 16 * 1024 * 1024
"""Bodies beyond this are not searched at all: their lines would fill the memory."""
_KEPT = 1024 * 1024
"""Bytes of likely originals of one piece that are kept, to be tried with those of others."""
_WRAPPED = 64 * 1024
"""Bodies beyond this are not searched for lines that were filled: it takes long, and large bodies are encoded."""


_ALTERNATIVE = re.compile(rb"\s*multipart/alternative\b", re.IGNORECASE)


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
    if len(body) > _HUGE:
        return None
    task = _Task(target, body, raw, cut_body(target.material, limits), patience)
    steps = (_end_block, _whole, _by_pieces, _serialised, _long_lines, _any_block)
    for step in steps if len(body) <= _LARGEST else (_end_block,):
        found = step(task)
        if found is not None or patience.over:
            return found
    return None


def _end_block(task: _Task) -> FoundBody | None:
    """A banner or footer of whole lines: what is added most often, and found fastest."""
    block = find_end_block(task.target, task.pieces, task.patience)
    if block is None:
        return None
    rest = task.body[: block.start] + task.body[block.stop :]
    removed = task.body[block.start : block.stop]
    note = said(block.cause, removed) if removed.strip() else "empty lines were put in"
    return FoundBody((rest, (block.cause,), (note,)))


def _any_block(task: _Task) -> FoundBody | None:
    """Lines that were put in anywhere, or an empty one that was taken out."""
    found = find_any_block(task.target, task.pieces, task.patience)
    return None if found is None else FoundBody((found[0], found[1], (found[2],)))


def _whole(task: _Task) -> FoundBody | None:
    """Changes of the whole body, and parts that were the whole of it."""
    inner = inner_multiparts(task.target.material) if len(task.pieces) > 1 else ()
    return _first(task, _candidates(task, inner))


def _long_lines(task: _Task) -> FoundBody | None:
    """Long lines that were broken."""
    return _first(task, unwrapped(task.body)) if len(task.body) <= _WRAPPED else None


def _first(task: _Task, candidates: Iterator[tuple[bytes, tuple[Cause, ...], str]]) -> FoundBody | None:
    for candidate, causes, note in candidates:
        if not task.patience.lasts():
            return None
        if task.fits(candidate):
            return FoundBody((candidate, causes, (note,)))
    return None


def _candidates(task: _Task, inner: tuple[tuple[bytes, bool], ...]) -> Iterator[tuple[bytes, tuple[Cause, ...], str]]:
    body, raw, pieces = task.body, task.raw, task.pieces
    if raw != body:
        yield raw, (Cause.LINE_ENDINGS,), "its line ends are not what they were"
    yield from line_originals(body)
    if len(pieces) < 2:
        return
    leaves = [piece for piece in pieces if piece.part is not None]
    # The parts of an alternative say the same: none was put before or behind the other.
    other = len(leaves) > 1 and not _ALTERNATIVE.match(_content_type(task))
    note = "a multipart was put around the body"
    note += ", with a part that has text of its own" if other else ""

    def around(*, first: bool) -> tuple[Cause, ...]:
        if not other:
            return (Cause.MIME_REWRITTEN,)
        return (Cause.FOOTER if first else Cause.BANNER, Cause.MIME_REWRITTEN)

    for content, first in inner:
        yield content, around(first=first), note
    for content, piece in wrapped_contents(pieces):
        yield content, around(first=piece is leaves[0]), note
        for cut in cuts(content, html=bool(piece.part and piece.part.type == "text/html")):
            if cut.likely:
                yield cut.text, (cut.cause, Cause.MIME_REWRITTEN), f"{note}, and text was added"


def _content_type(task: _Task) -> bytes:
    material = task.target.material
    pairs = zip(material.keys, material.fields, strict=True)
    return next((raw.partition(b":")[2] for key, raw in pairs if key == "content-type"), b"")


def _by_pieces(task: _Task) -> FoundBody | None:
    """Parts changed, taken out, encoded anew: one after the other, then several together."""
    if task.target.signature.body_length is not None:
        return _lengthy(task)
    signature, pieces = task.target.signature, task.pieces
    forms = [partial(_canonical, canon=signature.body_canon, last=n == len(pieces) - 1) for n in range(len(pieces))]
    now = [form(piece.text) for form, piece in zip(forms, pieces, strict=True)]
    tails = [b""]
    for data in reversed(now):
        tails.append(data + tails[-1])
    tails.reverse()
    before = hashlib.new(signature.hash)
    slots = []
    for place, piece in enumerate(pieces):
        kept: list[Original] = []
        room = _KEPT
        for original in piece_originals(piece, alone=len(pieces) == 1):
            if not task.patience.lasts():
                return None
            state = before.copy()
            if original.raw:
                state.update(forms[place](original.raw))
            state.update(tails[place + 1])
            if task.target.body_fits(state.digest()):
                return _joined(pieces, Hit(((place, original),)))
            if original.likely and len(original.raw) <= room:
                kept.append(original)
                room -= len(original.raw)
        slots.append(Slot("body", now[place], forms[place], tuple(kept)))
        before.update(now[place])
    hit = Search(slots, task.target.body_fits, task.patience, signature.hash).several() if len(slots) > 1 else None
    return _joined(pieces, hit) if hit else None


def _serialised(task: _Task) -> FoundBody | None:
    """A multipart that was taken apart and written anew."""
    hit = find_serialised(task.target, task.pieces, task.patience) if len(task.pieces) > 1 else None
    return _joined(task.pieces, hit) if hit else None


def _lengthy(task: _Task) -> FoundBody | None:
    """The same under l=, where only the beginning is hashed: one piece at a time."""
    for place, piece in enumerate(task.pieces):
        for original in piece_originals(piece, alone=len(task.pieces) == 1):
            if not task.patience.lasts():
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
    notes = tuple(
        dict.fromkeys(
            note
            for _, original in hit.changes
            for note in (*(said(cause, removed) for cause, removed in original.put_in), original.note)
            if note
        )
    )
    return FoundBody((body, causes, notes))
