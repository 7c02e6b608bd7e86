"""Bytes as numbered lines, any amount of them, with some of them lit."""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise

from rich.cells import cell_len
from textual import events
from textual.geometry import Size
from textual.strip import Strip

from mailscope_widgets.blocks import Piece, Pieces, Tone
from mailscope_widgets.surface import Surface

_LONGEST = 4_000
"""Bytes of one line that are shown; the rest is counted."""
_ENDS = {b"\r\n": "CRLF", b"\n": "LF", b"\r": "CR", b"": "no line end"}
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def plain(data: bytes) -> str:
    """Bytes for showing where nobody gave a better way: UTF-8 or \\xNN, controls as ·."""
    return _CONTROLS.sub("·", data.decode("utf-8", "backslashreplace"))


class RawView(Surface):
    """Shows bytes line by line, unusual line ends in words; lit ranges have a colour, and ▶ beside the number."""

    DEFAULT_CSS = "RawView { overflow-x: auto; scrollbar-size-horizontal: 1; }"

    def __init__(
        self,
        show_bytes: Callable[[bytes], str] = plain,
        *,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self._show = show_bytes
        self._data = b""
        self._starts: list[int] = []
        self._usual = b"\n"
        """The line end that most lines have; only others are shown."""
        self._lit: tuple[tuple[int, int], ...] = ()

    def show(self, data: bytes, lit: Sequence[tuple[int, int]] = ()) -> None:
        """Show data with these half-open ranges lit, and go to the first of them."""
        if data is not self._data:
            self._data = data
            crlf = data.count(b"\r\n")
            lf, cr = data.count(b"\n") - crlf, data.count(b"\r") - crlf
            self._usual = b"\r\n" if crlf >= max(lf, cr) else b"\n" if lf >= cr else b"\r"
            self._starts = [0, *accumulate(map(len, data.splitlines(keepends=True)))] if data else [0]
            widest = min(_LONGEST, max((b - a for a, b in pairwise(self._starts)), default=0))
            self.virtual_size = Size(widest + self._gutter + 8, max(0, len(self._starts) - 1))
            self.jump(0)
        self._lit = tuple(sorted(lit))
        if self._lit:
            self.call_after_refresh(self.go_to, self._lit[0][0])
        self.refresh()

    def go_to(self, offset: int) -> None:
        """Scroll until the line with the byte at this offset is a third down the screen."""
        self.jump(max(0, self.line_of(offset) - self.size.height // 3))

    def line_of(self, offset: int) -> int:
        """The line, from 0, that holds the byte at this offset."""
        return max(0, min(bisect_right(self._starts, offset) - 1, len(self._starts) - 2))

    @property
    def _gutter(self) -> int:
        return len(str(max(1, len(self._starts) - 1)))

    def lines_between(self, first: int, last: int) -> list[str]:
        """The text of these lines as they are drawn."""
        last = min(last, len(self._starts) - 1)
        return ["".join(piece.text for piece in self._line(at)[0]) for at in range(first, last)]

    def seen(self) -> str:
        """The text of the lines that are on the screen."""
        top = round(self.scroll_y)
        last = min(len(self._starts) - 1, top + self.size.height)
        return "\n".join("".join(piece.text for piece in self._line(at)[0][1:]) for at in range(top, last))

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        at = y + round(self.scroll_y)
        width = self.scrollable_content_region.width
        if at >= len(self._starts) - 1:
            return self.strip((), width, "flat", at)
        pieces, lit = self._line(at)
        if not lit:
            return self.strip(pieces, width, "flat", at, round(self.scroll_x))
        strips = [
            self.strip((piece,), cell_len(piece.text), "lit" if n in lit else "flat", at)
            for n, piece in enumerate(pieces)
        ]
        x = round(self.scroll_x)
        return Strip.join(strips).crop_extend(x, x + width, self.rich_style).apply_offsets(x, at)

    def on_key(self, event: events.Key) -> None:
        """Left and right move sideways."""
        if event.key in ("left", "right"):
            event.stop()
            self.scroll_to(x=self.scroll_x + (8 if event.key == "right" else -8), animate=False)

    def _line(self, at: int) -> tuple[Pieces, frozenset[int]]:
        """The pieces of a line, and which of them are lit."""
        start, stop = self._starts[at], self._starts[at + 1]
        end = start + len(self._data[start:stop].rstrip(b"\r\n")) if stop - start < _LONGEST else stop
        last = min(end, start + _LONGEST)
        cuts = sorted({start, last, *(p for pair in self._lit for p in pair if start < p < last)})
        number = f"{at + 1:>{self._gutter}}"
        pieces: list[Piece] = []
        lit: set[int] = set()
        touched = False
        for a, b in pairwise(cuts):
            pieces.append(Piece(self._show(self._data[a:b])))
            if any(x < b and a < y for x, y in self._lit):
                lit.add(len(pieces))
                touched = True
        mark = Piece(f"{number} {'▶' if touched else '│'} ", Tone.ACCENT if touched else Tone.DIM)
        rest = end - last
        tail = f" … {rest:,} more bytes" if rest else ""
        ending = self._data[end:stop] if not rest else self._usual
        if ending != self._usual:
            tail += f" ‹{_ENDS.get(ending, 'more than one line end')}›"
        pieces.append(Piece(tail, Tone.DIM))
        return (mark, *pieces), frozenset(lit)
