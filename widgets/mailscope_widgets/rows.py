"""A list of two-line rows, any number of them, drawn as they are seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip

from mailscope_widgets.blocks import Piece, Pieces, Tone
from mailscope_widgets.layout import cut
from mailscope_widgets.surface import Surface

_TALL = 2
"""Lines a row."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a mark and a word in a tone and a title, then a second line."""

    glyph: str
    word: str
    tone: Tone
    title: str
    second: Pieces = ()
    narrow: Pieces = ()
    """The second line for a list of less than 60 cells, where that is worth another choice."""
    marked: bool = False
    """Whether the reader has set it apart."""
    heading: bool = False
    """Whether it stands above a group."""
    key: str = ""
    """By which whoever gave the row knows it again, wherever it stands by then."""


_NARROW = 60


class RowList(Surface):
    """A virtual list; rows are given by place, so that more can be appended while it is read."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Read", tooltip="Read what the cursor stands on", id="rows.open"),
        Binding("space", "mark", "Mark", show=False, tooltip="And go on to the next", id="rows.mark"),
    ]
    cursor: var[int] = var(0)
    """Place of the cursor among the rows that are shown."""

    class Moved(Message):
        """The cursor stands on another row."""

        def __init__(self, rows: "RowList", place: int, key: str) -> None:
            super().__init__()
            self.rows = rows
            self.place = place
            """Where it was: rows may have come above it since."""
            self.key = key
            """Of the row, whatever place it has by now."""

        @property
        def control(self) -> "RowList":
            """The list."""
            return self.rows

    class Chosen(Moved):
        """The row under the cursor is to be opened."""

    class Marked(Moved):
        """The row under the cursor is to be marked, or not any more."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._rows: Sequence[Row] = ()
        self._drawn: tuple[int, Sequence[Row]] = (0, ())
        """What the screen showed when rows came last."""

    def show(self, rows: Sequence[Row], cursor: int | None = None) -> None:
        """Show these rows, keeping the cursor where it was unless told; the sequence is read as it is drawn."""
        self._rows = rows
        wanted = self.cursor if cursor is None else cursor
        at = max(0, min(wanted, len(rows) - 1))
        moved = at != self.cursor
        self.set_reactive(RowList.cursor, at)
        self.set_extent(Size(0, len(rows) * _TALL))
        seen = self._seen()
        if moved or seen != self._drawn:
            self._drawn = seen
            self.refresh()
        if cursor is not None:
            self._reveal() if self._in_sight() else self.call_after_refresh(self._reveal)

    def _seen(self) -> tuple[int, Sequence[Row]]:
        """What the screen shows of the rows."""
        first = round(self.scroll_y) // _TALL
        last = min(len(self._rows), first + self.size.height // _TALL + 2)
        return first, tuple(self._rows[place] for place in range(first, last))

    def _in_sight(self) -> bool:
        first = round(self.scroll_y)
        return first <= self.cursor * _TALL and (self.cursor + 1) * _TALL <= first + self.size.height

    def watch_cursor(self, old: int, place: int) -> None:
        """Tell where the cursor stands now."""
        top = self.scroll_target_y
        self._reveal()
        if self.scroll_target_y == top:
            for each in (old, place):
                self.refresh_lines(each * _TALL, _TALL)
        else:
            self.refresh()
        if place < len(self._rows):
            self.post_message(self.Moved(self, place, self._rows[place].key))

    def copied(self) -> str:
        """The row under the cursor as text."""
        if self.cursor >= len(self._rows):
            return ""
        row = self._rows[self.cursor]
        return f"{row.glyph} {row.word} {row.title}\n{_text(row.second)}"

    def lines_between(self, first: int, last: int) -> list[str]:
        """The text of these lines."""
        lines: list[str] = []
        for at in range(first, min(last, len(self._rows) * _TALL)):
            row = self._rows[at // _TALL]
            lines.append(f"   {_text(row.second)}" if at % _TALL else f" {row.glyph} {row.word} {row.title}")
        return lines

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width = self.scrollable_content_region.width
        at = y + round(self.scroll_y)
        place, line = divmod(at, _TALL)
        if place >= len(self._rows):
            return self.strip((), width, "flat", at)
        row = self._rows[place]
        here = place == self.cursor
        edge = Piece("▌" if here else " ", Tone.ACCENT, strong=True)
        if row.heading:
            pieces: Pieces = _heading(row, edge, line)
        elif line == 0:
            pieces = (
                edge,
                Piece(f"{row.glyph} {row.word}", row.tone, strong=True),
                Piece(f" {row.title}", Tone.PLAIN, strong=here),
            )
        else:
            second = row.narrow if row.narrow and width < _NARROW else row.second
            pieces = (edge, Piece("◆ " if row.marked else "  ", Tone.NOTE, strong=True), *second)
        ground = "cursor" if here and self.has_focus else "card" if here else "flat"
        return self.strip(cut(pieces, width), width, ground, at)

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor and opens."""
        place = (event.y + round(self.scroll_y)) // _TALL
        if 0 <= place < len(self._rows):
            self.cursor = place
            self.action_choose()

    def on_resize(self) -> None:
        """Keep the row under the cursor in sight."""
        self.call_after_refresh(self._reveal)

    def action_choose(self) -> None:
        """Open the row under the cursor."""
        if self.cursor < len(self._rows):
            self.post_message(self.Chosen(self, self.cursor, self._rows[self.cursor].key))

    def action_mark(self) -> None:
        """Mark the row under the cursor, and go on."""
        if self.cursor < len(self._rows):
            self.post_message(self.Marked(self, self.cursor, self._rows[self.cursor].key))
            self._go(self.cursor + 1)

    def action_step(self, by: int) -> None:
        """A row up or down."""
        self._go(self.cursor + by)

    def action_page(self, by: int) -> None:
        """A page up or down."""
        self._go(self.cursor + by * max(1, self.size.height // _TALL - 1))

    def action_end(self, side: int) -> None:
        """To the first or last row."""
        self._go(len(self._rows) - 1 if side > 0 else 0)

    def _go(self, place: int) -> None:
        self.cursor = max(0, min(place, len(self._rows) - 1))

    def _reveal(self) -> None:
        first = self.cursor * _TALL
        top, height = round(self.scroll_y), max(_TALL, self.size.height)
        if first < top:
            self.jump(first)
        elif first + _TALL > top + height:
            self.jump(-((height - first - _TALL) // _TALL) * _TALL)  # whole rows at the top


def _heading(row: Row, edge: Piece, line: int) -> Pieces:
    """The two lines of a heading: what the group is, then how many and how bad."""
    if line == 0:
        return (edge, Piece(f"{row.glyph} ", row.tone, strong=True), Piece(row.title, row.tone, strong=True))
    return (edge, Piece(f"  {row.word}  ", strong=True), *row.second)


def _text(pieces: Pieces) -> str:
    return "".join(piece.text for piece in pieces)
