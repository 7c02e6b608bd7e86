"""Plain text in 80 columns: severities are words, structure is indentation, so that it reads aloud as it looks."""

from collections.abc import Iterable, Iterator
from unicodedata import combining, east_asian_width

from mailscope.export.blocks import Block, Item, Outline, Pairs, Paragraph, Quote, Table, severity_word

WIDTH = 80


def text_of(outline: Outline) -> str:
    """The outline as text, ending in a line end."""
    lines = [*_hang(f"{outline.word}  ", outline.headline, 0)]
    for block in outline.lead:
        lines += _block(block, 2)
    lines += _hang("", outline.name, 2)
    for section in outline.sections:
        lines += ["", section.title, ""]
        lines += _blocks(section.blocks, 2)
    return "\n".join(lines) + "\n"


def items_text(items: Iterable[Item]) -> str:
    """Items on their own, as text."""
    return "\n".join(_blocks(tuple(items), 0)) + "\n"


def _blocks(blocks: tuple[Block, ...], indent: int) -> Iterator[str]:
    """Blocks below one another, with a blank line around those that have a body."""
    before = False
    for place, block in enumerate(blocks):
        roomy = isinstance(block, Item) and bool(block.blocks)
        if place and (roomy or before):
            yield ""
        yield from _block(block, indent)
        before = roomy


def _block(block: Block, indent: int) -> Iterator[str]:
    match block:
        case Paragraph(text):
            yield from _hang("", text, indent)
        case Pairs(rows):
            wide = max((len(label) for label, _ in rows), default=0) + 2
            for label, value in rows:
                yield from _hang(f"{label}:".ljust(wide), value, indent)
        case Quote(label, text):
            yield from _hang("", f"{label}:", indent)
            yield from _hang("> ", text, indent + 2, again="> ")
        case Table():
            yield from _table(block, indent)
        case Item(title, blocks, severity):
            mark = f"{severity_word(severity)}  " if severity else ""
            yield from _hang(mark, title, indent)
            for inner in blocks:
                yield from _block(inner, indent + 4)


_GAP = 2
_NARROWEST = 6
_JOINTS = ".-/@_"
"""Where names of hosts and the like are broken in narrow columns."""


def _table(table: Table, indent: int) -> Iterator[str]:
    """Columns side by side, cells folded where they are wider than their share."""
    lines = [table.heads, *table.rows]
    natural = [max(map(columns, cells), default=0) for cells in zip(*lines, strict=True)]
    widths = _shares(natural, WIDTH - indent - _GAP * (len(natural) - 1))
    for place, cells in enumerate(lines):
        folded = [fold(cell, width, _JOINTS) for cell, width in zip(cells, widths, strict=True)]
        for line in range(max(map(len, folded), default=0)):
            parts = [cell[line] if line < len(cell) else "" for cell in folded]
            padded = (part + " " * (width - columns(part)) for part, width in zip(parts, widths, strict=True))
            yield " " * indent + (" " * _GAP).join(padded).rstrip()
        if place == 0:
            yield " " * indent + (" " * _GAP).join("-" * width for width in widths)


def _shares(natural: list[int], room: int) -> list[int]:
    """Widths that fit the room: narrow columns keep theirs, wide ones share what is left."""
    widths = list(natural)
    while sum(widths) > room and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return [max(width, 1) for width in widths]


def _hang(head: str, text: str, indent: int, again: str | None = None) -> Iterator[str]:
    """Head and text within the width; further lines begin below the text, or with `again`."""
    margin = " " * indent
    follow = margin + (again if again is not None else " " * len(head))
    for place, line in enumerate(fold(text, max(WIDTH - indent - len(head), 20))):
        yield ((margin + head if place == 0 else follow) + line).rstrip()


def fold(text: str, width: int, joints: str = "") -> list[str]:
    """One line of text as several of at most `width` columns, broken at blanks, or else after one of the joints."""
    lines: list[str] = []
    line, used = "", 0
    for word in text.split(" "):
        room = columns(word)
        if line and used + 1 + room <= width:
            line, used = f"{line} {word}", used + 1 + room
            continue
        if line:
            lines.append(line)
        if room <= width:
            line, used = word, room
            continue
        pieces = _break(word, width, joints)
        lines += pieces[:-1]
        line, used = pieces[-1], columns(pieces[-1])
    return [*lines, line]


def columns(text: str) -> int:
    """The columns that text takes in a terminal: wide characters two, combining ones none."""
    return len(text) if text.isascii() else sum(_column(char) for char in text)


def _column(char: str) -> int:
    return 0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1


def _break(word: str, width: int, joints: str) -> list[str]:
    """A word too long for a line, in pieces that fit."""
    pieces: list[str] = []
    start = used = 0
    for place, char in enumerate(word):
        room = _column(char)
        if used + room > width:
            joint = max((word.rfind(mark, start, place) for mark in joints), default=-1) + 1
            stop = joint if joint > start else place
            pieces.append(word[start:stop])
            start, used = stop, columns(word[stop:place])
        used += room
    return [*pieces, word[start:]]
