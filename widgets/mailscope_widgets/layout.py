"""Blocks laid out for a width: pure functions from values to lines of pieces."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from rich.cells import cell_len, set_cell_size

from mailscope_widgets.blocks import (
    Beside,
    Block,
    Card,
    Gap,
    Item,
    Margin,
    Pairs,
    Para,
    Piece,
    Pieces,
    Rule,
    Split,
    Steps,
    Tone,
)

_TOKENS = re.compile(r"\n| +|[^ \n]+")
_BESIDE = 100
"""Cells from which two things stand side by side."""
_ENDS = {Tone.BAD: "✗", Tone.WARN: "▲", Tone.GOOD: "✓"}
"""What marks the station where a way ended, by how bad that is."""
_NARROW = 16
"""Cells below which text is no longer indented: a word a line helps nobody."""


@dataclass(frozen=True, slots=True)
class Laid:
    """One line as it will stand on the screen."""

    pieces: Pieces
    key: str = ""
    """Of the item it belongs to; empty for text that the cursor passes over."""
    ground: str = "flat"
    """"flat", or "card" for a raised ground."""

    @property
    def text(self) -> str:
        """The line without its tones."""
        return "".join(piece.text for piece in self.pieces)


def lay(blocks: Iterable[Block], width: int) -> list[Laid]:
    """Every line of the blocks, none wider than width cells."""
    width = max(4, width)
    return [line for block in blocks for line in _lay(block, width)]


def _lay(block: Block, width: int) -> Iterator[Laid]:
    match block:
        case Para(pieces, hang):
            for line in wrap(pieces, width, hang):
                yield Laid(line)
        case Split(left, right, shrink):
            if measure(left) + 1 + measure(right) > width and right and not shrink:
                yield from (Laid(line) for line in wrap(left, width, 2))
                yield Laid(_ends((), right, width))
            else:
                yield Laid(_ends(left, right, width))
        case Pairs(rows, label_width):
            yield from _pairs(rows, label_width, width)
        case Gap():
            yield Laid(())
        case Rule(pieces, tone, line):
            yield Laid(_rule(pieces, tone, line, width))
        case Steps():
            for line in _steps(block, width):
                yield Laid(line)
        case Beside(left, right):
            yield from _beside(left, right, width)
        case Margin(mark, body, rest):
            yield from _margin(mark, body, rest, width)
        case Card(title, body, tone):
            yield from _card(title, body, tone, width)
        case Item(key, body):
            for laid in lay(body, width):
                yield Laid(laid.pieces, key, laid.ground)


def measure(pieces: Pieces) -> int:
    """Cells that the pieces take in one line."""
    return sum(cell_len(piece.text) for piece in pieces)


def cut(pieces: Pieces, width: int) -> Pieces:
    """The pieces in at most width cells, with … where something is missing."""
    if measure(pieces) <= width:
        return pieces
    kept: list[Piece] = []
    room = max(0, width - 1)
    for piece in pieces:
        size = cell_len(piece.text)
        if size <= room:
            kept.append(piece)
            room -= size
            continue
        kept.append(Piece(set_cell_size(piece.text, room).rstrip() + "…", piece.tone, piece.strong))
        break
    return tuple(kept) if width > 0 else ()


def wrap(pieces: Pieces, width: int, hang: int = 0) -> list[Pieces]:
    """Lines of at most width cells, broken at spaces and line feeds, inside a word only where it is too long."""
    if width - hang < _NARROW:
        hang = 0
    lines: list[Pieces] = []
    line: list[Piece] = []
    used = 0
    fresh = True

    def flush() -> None:
        nonlocal line, used, fresh
        while line and not line[-1].text.strip(" "):
            line.pop()
        lines.append(_merged(line))
        line = [Piece(" " * hang)] if hang else []
        used = hang
        fresh = True

    for word in _words(pieces):
        text = word[0].text
        if text == "\n":
            flush()
            continue
        size = measure(word)
        blank = not text.strip(" ")
        if used + size > width and not fresh:
            flush()
        if blank and fresh and lines:
            continue  # the space at which the line was broken
        while used + size > width:
            head, word = _split(word, width - used)
            line.extend(head)
            flush()
            size = measure(word)
        line.extend(word)
        used += size
        fresh = fresh and blank
    flush()
    return lines


def _merged(line: list[Piece]) -> Pieces:
    """Neighbours in one tone as one piece: what is drawn costs by the piece."""
    merged: list[Piece] = []
    for piece in line:
        last = merged[-1] if merged else None
        if last is not None and (last.tone, last.strong) == (piece.tone, piece.strong):
            merged[-1] = Piece(last.text + piece.text, piece.tone, piece.strong)
        else:
            merged.append(piece)
    return tuple(merged)


def _words(pieces: Pieces) -> Iterator[Pieces]:
    """Words (pieces that no space parts), runs of spaces, and line feeds."""
    word: list[Piece] = []
    for piece in pieces:
        for token in _TOKENS.findall(piece.text):
            if token[0] in " \n":
                if word:
                    yield tuple(word)
                    word = []
                yield (Piece(token, piece.tone, piece.strong),)
            else:
                word.append(Piece(token, piece.tone, piece.strong))
    if word:
        yield tuple(word)


def _split(word: Pieces, room: int) -> tuple[Pieces, Pieces]:
    """A word that is too long, cut after room cells; at least one character goes to the head."""
    head: list[Piece] = []
    for place, piece in enumerate(word):
        size = cell_len(piece.text)
        if size <= room:
            head.append(piece)
            room -= size
            continue
        at = 0
        if piece.text.isascii():
            at = room
        else:
            used = 0
            while at < len(piece.text) and used + cell_len(piece.text[at]) <= room:
                used += cell_len(piece.text[at])
                at += 1
        if not at and not head:
            at = 1
        if at:
            head.append(Piece(piece.text[:at], piece.tone, piece.strong))
        tail = Piece(piece.text[at:], piece.tone, piece.strong)
        return tuple(head), ((tail,) if tail.text else ()) + word[place + 1 :]
    return tuple(head), ()


def _ends(left: Pieces, right: Pieces, width: int) -> Pieces:
    right = cut(right, width)
    room = width - measure(right) - (1 if right else 0)
    left = cut(left, max(0, room))
    return (*left, Piece(" " * (width - measure(left) - measure(right))), *right)


def _pairs(rows: tuple[tuple[str, Pieces], ...], label_width: int, width: int) -> Iterator[Laid]:
    labels = label_width or max((cell_len(label) for label, _ in rows), default=0)
    if width - labels - 2 < _NARROW:
        for label, value in rows:
            for line in wrap((Piece(label + "  ", Tone.LABEL), *value), width):
                yield Laid(line)
        return
    for label, value in rows:
        for number, line in enumerate(wrap(value, width - labels - 2)):
            head = set_cell_size("" if number else label, labels) + "  "
            yield Laid((Piece(head, Tone.LABEL), *line))


def _rule(pieces: Pieces, tone: Tone, line: str, width: int) -> Pieces:
    if not pieces:
        return (Piece(line * width, tone),)
    pieces = cut(_trimmed(pieces), width - 5)
    rest = width - measure(pieces) - 4
    return (Piece(line * 2 + " ", tone), *pieces, Piece(" " + line * max(1, rest), tone))


def _trimmed(pieces: Pieces) -> Pieces:
    """Without the spaces at the end."""
    if not pieces:
        return pieces
    last = pieces[-1]
    return (*pieces[:-1], Piece(last.text.rstrip(" "), last.tone, last.strong))


def _steps(steps: Steps, width: int) -> list[Pieces]:
    pieces: list[Piece] = []
    for number, name in enumerate(steps.names):
        # no-break spaces hold a station together: a line breaks between stations only
        arrow = "" if number + 1 == len(steps.names) else "\u00a0─"
        if steps.at is None or (number in steps.optional and number != steps.at):
            pieces.append(Piece(f"·\u00a0{name}{arrow} ", Tone.DIM))
        elif number < steps.at:
            pieces.append(Piece(f"✓\u00a0{name}{arrow} ", Tone.GOOD))
        elif number == steps.at:
            pieces.append(Piece(f"{_ENDS.get(steps.tone, '●')}\u00a0{name.upper()}", steps.tone, strong=True))
            pieces.append(Piece(f"{arrow} ", Tone.DIM))
        else:
            pieces.append(Piece(f"·\u00a0{name}{arrow} ", Tone.DIM))
    return wrap(tuple(pieces), width)


def _margin(mark: Pieces, body: tuple[Block, ...], rest: Pieces, width: int) -> Iterator[Laid]:
    size = max(measure(mark), measure(rest))
    first = (*mark, Piece(" " * (size - measure(mark))))
    further = (*rest, Piece(" " * (size - measure(rest))))
    for number, laid in enumerate(lay(body, max(4, width - size))):
        yield Laid((*(further if number else first), *laid.pieces), laid.key, laid.ground)


def _card(title: Pieces, body: tuple[Block, ...], tone: Tone, width: int) -> Iterator[Laid]:
    inner = max(4, width - 3)
    lines = [Laid(line) for line in wrap(title, inner, 2)]
    lines += lay(body, inner)
    for number, laid in enumerate(lines):
        bar = "╺" if len(lines) == 1 else "┏" if number == 0 else "┗" if number + 1 == len(lines) else "┃"
        yield Laid((Piece(f"{bar} ", tone, strong=True), *laid.pieces), laid.key, "card")


def _beside(left: tuple[Block, ...], right: tuple[Block, ...], width: int) -> Iterator[Laid]:
    if width < _BESIDE:
        yield from lay((*left, *right), width)
        return
    half = (width - 3) // 2
    for one, other in zip_longest(lay(left, half), lay(right, half)):
        first = one.pieces if one is not None else ()
        gap = Piece(" " * (half - measure(first)))
        yield Laid((*first, gap, Piece(" │ ", Tone.DIM), *(other.pieces if other is not None else ())))
