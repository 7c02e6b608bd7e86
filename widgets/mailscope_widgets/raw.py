"""Bytes as numbered lines, any amount of them, with some of them lit, and searched without a copy."""

import asyncio
import re
from collections import deque
from collections.abc import Callable, Sequence
from itertools import pairwise

from rich.cells import cell_len
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from mailscope_widgets.blocks import Piece, Pieces, Tone
from mailscope_widgets.lines import Lines
from mailscope_widgets.surface import Surface

_LONGEST = 4_000
"""Bytes of one line that are shown; the rest is counted."""
_ENDS = {b"\r\n": "CRLF", b"\n": "LF", b"\r": "CR", b"": "no line end"}
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_CHUNK = 1 << 20
"""Bytes that are searched before others have their turn."""

Range = tuple[int, int]


def plain(data: bytes) -> str:
    """Bytes for showing where nobody gave a better way: UTF-8 or \\xNN, controls as ·."""
    return _CONTROLS.sub("·", data.decode("utf-8", "backslashreplace"))


class RawView(Surface):
    """Shows bytes line by line, unusual line ends in words; lit ranges have a colour, and ▶ beside the number."""

    DEFAULT_CSS = "RawView { overflow-x: auto; scrollbar-size-horizontal: 1; }"

    class Sought(Message):
        """A search came to an end: found or not, and whether it went on from the other end of the bytes."""

        def __init__(self, view: "RawView", query: str, *, found: bool, wrapped: bool) -> None:
            super().__init__()
            self.view = view
            self.query = query
            self.found = found
            self.wrapped = wrapped

        @property
        def control(self) -> "RawView":
            """The view."""
            return self.view

    def __init__(
        self,
        show_bytes: Callable[[bytes], str] = plain,
        *,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self._show = show_bytes
        self._data = b""
        self._index = Lines(b"")
        self._usual = b"\n"
        """The line end that most lines have; only others are shown."""
        self._lit: tuple[Range, ...] = ()
        self._pattern: re.Pattern[bytes] | None = None
        self._match: Range | None = None
        self._widest = 0
        self.query_text = ""
        """What is looked for; empty where nothing is."""

    def show(self, data: bytes, lit: Sequence[Range] = ()) -> None:
        """Show data with these half-open ranges lit, and go to the first of them where they are new."""
        fresh = data is not self._data
        if fresh:
            self._data = data
            self._index = lines = Lines(data)
            most = max(lines.crlf, lines.lf, lines.cr)
            self._usual = b"\r\n" if lines.crlf == most else b"\n" if lines.lf == most else b"\r"
            self._match, self._widest = None, 0
            self.virtual_size = Size(0, len(lines))
            self.jump(0)
        wanted = tuple(sorted(lit))
        if wanted and (fresh or wanted != self._lit):
            self.call_after_refresh(self.go_to, wanted[0][0])
        self._lit = wanted
        self.refresh()

    def go_to(self, offset: int) -> None:
        """Scroll until the line with the byte at this offset is a third down the screen, and the byte is seen."""
        self.jump(max(0, self.line_of(offset) - self.size.height // 3))
        if not self._data:
            return
        start, _ = self._index.span(self.line_of(offset))
        column = min(offset - start, _LONGEST) + self._gutter + 3
        width = max(1, self.scrollable_content_region.width)
        if column >= self.scroll_x + width - 8 or column < self.scroll_x:
            self._widen(column + width // 2)
            self.scroll_to(x=max(0, column - width // 2) if column >= width - 8 else 0, animate=False, force=True)

    def line_of(self, offset: int) -> int:
        """The line, from 0, that holds the byte at this offset."""
        return self._index.at(offset)

    def find(self, query: str) -> None:
        """Look for text, upper and lower case alike, from what is seen downwards; empty: look for nothing more."""
        self.query_text = query
        self._pattern = (
            re.compile(re.escape(query.encode("utf-8", "surrogateescape")), re.IGNORECASE) if query else None
        )
        self._match = None
        self.refresh()
        if query and self._data:
            top = min(round(self.scroll_y), len(self._index) - 1)
            self._seek(self._index.span(top)[0], 1)

    def find_again(self, by: int) -> None:
        """To the next match (by 1) or the one before (by -1)."""
        if self._pattern is None or not self._data:
            return
        if self._match is None:
            self.find(self.query_text)
        else:
            self._seek(self._match[1] if by > 0 else self._match[0], by)

    def step_lit(self, by: int) -> None:
        """To the next or previous lit range, from what is seen."""
        middle = round(self.scroll_y) + self.size.height // 3
        lines = sorted({self.line_of(start) for start, _ in self._lit})
        ahead = [n for n in lines if n > middle] if by > 0 else [n for n in reversed(lines) if n < middle]
        target = ahead[0] if ahead else lines[0 if by > 0 else -1]
        self.go_to(self._index.span(target)[0])

    def lines_between(self, first: int, last: int) -> list[str]:
        """The text of these lines as they are drawn."""
        last = min(last, len(self._index))
        return ["".join(piece.text for piece in self._line(at)[0]) for at in range(first, last)]

    def seen(self) -> str:
        """The text of the lines that are on the screen."""
        top = round(self.scroll_y)
        last = min(len(self._index), top + self.size.height)
        return "\n".join("".join(piece.text for piece in self._line(at)[0][1:]) for at in range(top, last))

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        at = y + round(self.scroll_y)
        width = self.scrollable_content_region.width
        if at >= len(self._index):
            return self.strip((), width, "flat", at)
        pieces, grounds = self._line(at)
        size = sum(cell_len(piece.text) for piece in pieces)
        if size > self._widest:
            self.call_after_refresh(self._widen, size)
        x = round(self.scroll_x)
        if not grounds:
            return self.strip(pieces, width, "flat", at, x)
        strips = [
            self.strip((piece,), cell_len(piece.text), grounds.get(n, "flat"), at) for n, piece in enumerate(pieces)
        ]
        return Strip.join(strips).crop_extend(x, x + width, self.rich_style).apply_offsets(x, at)

    def on_key(self, event: events.Key) -> None:
        """Left and right move sideways."""
        if event.key in ("left", "right"):
            event.stop()
            self.scroll_to(x=self.scroll_x + (8 if event.key == "right" else -8), animate=False)

    @property
    def _gutter(self) -> int:
        return len(str(max(1, len(self._index))))

    def _widen(self, size: int) -> None:
        """Let as much be scrolled sideways as the widest line that was drawn: nobody measures those that were not."""
        if size > self._widest:
            self._widest = size
            self.virtual_size = Size(size, len(self._index))

    def _seek(self, start: int, by: int) -> None:
        if self._pattern is not None:
            search = self._search(self._pattern, start, by)
            self.run_worker(search, exclusive=True, group="find", exit_on_error=False)

    async def _search(self, pattern: re.Pattern[bytes], start: int, by: int) -> None:
        """Chunk by chunk, so that keys are answered meanwhile; round the end once."""
        around = len(pattern.pattern)
        halves = [(start, len(self._data)), (0, min(len(self._data), start + around))]
        if by < 0:
            halves = [(0, start), (max(0, start - around), len(self._data))]
        data = self._data
        for half, (low, high) in enumerate(halves):
            places = range(low, high, _CHUNK)
            for place in places if by > 0 else reversed(places):
                stop = min(high, place + _CHUNK + around)
                matches = pattern.finditer(data, place, stop)
                found = next(matches, None) if by > 0 else next(iter(deque(matches, 1)), None)
                if data is not self._data:
                    return
                if found is not None:
                    self._match = found.span()
                    self.go_to(found.start())
                    self.refresh()
                    self.post_message(self.Sought(self, self.query_text, found=True, wrapped=half == 1))
                    return
                await asyncio.sleep(0)
        self.post_message(self.Sought(self, self.query_text, found=False, wrapped=True))

    def _line(self, at: int) -> tuple[Pieces, dict[int, str]]:
        """The pieces of a line, and the grounds of those that are lit or found."""
        start, stop = self._index.span(at)
        end = stop - len(self._ending(start, stop))
        first = self._window(start, end)
        last = min(end, first + _LONGEST)
        found = [match.span() for match in self._pattern.finditer(self._data, first, last)] if self._pattern else []
        edges = (edge for pair in (*self._lit, *found) for edge in pair if first < edge < last)
        pieces: list[Piece] = []
        grounds: dict[int, str] = {}
        for a, b in pairwise(sorted({first, last, *edges})):
            pieces.append(Piece(self._show(self._data[a:b])))
            if (a, b) == self._match or any(x < b and a < y for x, y in self._lit):
                grounds[len(pieces) + 1] = "lit"
            elif any(x < b and a < y for x, y in found):
                grounds[len(pieces) + 1] = "found"
        touched = any(x < stop and start < y for x, y in self._lit)
        here = self._match is not None and start <= self._match[0] < stop
        mark = Piece(
            f"{at + 1:>{self._gutter}} {'▶' if touched else '»' if here else '│'} ",
            Tone.ACCENT if touched or here else Tone.DIM,
        )
        before = Piece(f"{first - start:,} bytes … " if first > start else "", Tone.DIM)
        return (mark, before, *pieces, Piece(self._tail(end - last, start, stop), Tone.DIM)), grounds

    def _window(self, start: int, end: int) -> int:
        """Where to begin to show a line: at its first byte, or, in a long one, a little before what is looked for."""
        if end - start <= _LONGEST:
            return start
        wanted = [self._match[0]] if self._match else []
        wanted += [a for a, _ in self._lit]
        inside = next((offset for offset in wanted if start + _LONGEST - 200 <= offset < end), None)
        return start if inside is None else inside - 200

    def _ending(self, start: int, stop: int) -> bytes:
        tail = self._data[max(start, stop - 2) : stop]
        return b"\r\n" if tail == b"\r\n" else tail[-1:] if tail[-1:] in (b"\n", b"\r") else b""

    def _tail(self, rest: int, start: int, stop: int) -> str:
        tail = f" … {rest:,} more bytes" if rest else ""
        ending = self._ending(start, stop)
        return tail + (f" ‹{_ENDS[ending]}›" if ending != self._usual and not rest else "")
