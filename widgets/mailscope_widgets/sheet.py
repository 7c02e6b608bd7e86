"""A page of blocks with a cursor that stands on its items."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip

from mailscope_widgets.blocks import Block, Piece, Tone
from mailscope_widgets.layout import Laid, lay
from mailscope_widgets.surface import Surface

_EDGE = 2
"""Cells left of the text: the cursor's bar, and a space."""


class Sheet(Surface):
    """Shows blocks, wrapped to its width; draws only the lines that are seen."""

    DEFAULT_CSS = """
    Sheet:ansi > .ground--cursor { text-style: bold; }
    """
    """An item may be a screen tall: in sixteen colours its bar and bold type tell it, turned about it would glare."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Details", tooltip="What stands behind the chosen line", id="sheet.open"),
    ]
    cursor: var[str] = var("")
    """Key of the item that the cursor stands on; empty where there is none."""

    class Moved(Message):
        """The cursor stands on another item."""

        def __init__(self, sheet: "Sheet", key: str) -> None:
            super().__init__()
            self.sheet = sheet
            self.key = key

        @property
        def control(self) -> "Sheet":
            """The sheet."""
            return self.sheet

    class Chosen(Moved):
        """The item under the cursor is to be opened."""

    def __init__(self, blocks: Sequence[Block] = (), *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._blocks = tuple(blocks)
        self._lines: list[Laid] = []
        self._starts: dict[str, tuple[int, int]] = {}
        self._width = 0
        self._wanted = ""
        """The item to go to once there are lines: pages are filled before they have a width."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Every item's key, from the top."""
        return tuple(self._starts)

    @property
    def lines(self) -> tuple[Laid, ...]:
        """The lines as laid out for the present width."""
        return tuple(self._lines)

    def show(self, blocks: Sequence[Block], *, cursor: str | None = None, keep: bool = False) -> None:
        """Show other blocks, from the top; with keep, stay where the reader was as far as that is still there."""
        anchor = self._anchor() if keep else None
        wanted = cursor if cursor is not None else (self.cursor if keep else "")
        self._blocks = tuple(blocks)
        self._width = 0
        self._lines, self._starts = [], {}  # a sheet without a width is laid out later: nothing old is on it till then
        self._relay(anchor)
        if wanted and not self._width:
            self._wanted = wanted
        if not keep:
            self.jump(0)
        self.cursor = wanted if wanted in self._starts else next(iter(self._starts), "")
        if cursor:
            self._reveal()

    def go_to(self, key: str) -> None:
        """Put the cursor on an item and scroll to it."""
        if key in self._starts:
            self.cursor = key
            self._present()
        elif not self._width:
            self._wanted = key

    def text_of(self, key: str) -> str:
        """The plain text of one item, for copying."""
        first, last = self._starts.get(key, (0, 0))
        return "\n".join(line.text.rstrip() for line in self._lines[first:last])

    def lines_between(self, first: int, last: int) -> list[str]:
        """The text of these lines, where the mouse saw it."""
        return [" " * _EDGE + line.text for line in self._lines[first:last]]

    def watch_cursor(self, key: str) -> None:
        """Tell where the cursor stands now."""
        self.refresh()
        self.post_message(self.Moved(self, key))

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002 - Textual's signature
        """Lay out anew for the new width, keeping the place."""
        self._relay(self._anchor())

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width = self.scrollable_content_region.width
        at = y + round(self.scroll_y)
        if at >= len(self._lines):
            return self.strip((), width, "flat", at)
        line = self._lines[at]
        here = bool(line.key) and line.key == self.cursor
        ground = "cursor" if here and self.has_focus else line.ground
        edge = Piece("▌ " if here else "  ", Tone.ACCENT, strong=True)
        return self.strip((edge, *line.pieces), width, ground, at)

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, a second one opens."""
        at = event.y + round(self.scroll_y)
        key = self._lines[at].key if 0 <= at < len(self._lines) else ""
        if not key:
            return
        if key == self.cursor and event.chain > 1:
            self.action_choose()
        self.cursor = key

    def action_choose(self) -> None:
        """Open the item under the cursor."""
        if self.cursor:
            self.post_message(self.Chosen(self, self.cursor))

    def action_step(self, by: int) -> None:
        """To the next item; through an item that is taller than the screen line by line."""
        height = max(1, self.size.height)
        top = round(self.scroll_y)
        first, last = self._starts.get(self.cursor, (0, 0))
        hidden_below = last > top + height and first < top + height
        hidden_above = first < top < last
        if (by > 0 and hidden_below) or (by < 0 and hidden_above):
            self.jump(top + 3 * by)
            return
        keys = self.keys
        place = keys.index(self.cursor) + by if self.cursor in self._starts else -1
        if 0 <= place < len(keys):
            self.cursor = keys[place]
            self._reveal()
        elif place < 0 and by < 0:
            self.jump(0 if top <= height else top - 3)
        else:
            self.jump(top + 3 * by)

    def action_page(self, by: int) -> None:
        """A page up or down; the cursor goes to the first item that is seen."""
        super().action_page(by)
        top = max(0, min(round(self.scroll_target_y), self.max_scroll_y))
        seen = [key for key, (first, _) in self._starts.items() if top <= first < top + self.size.height]
        if seen:
            self.cursor = seen[0] if by > 0 else seen[-1]

    def action_end(self, side: int) -> None:
        """To the first or last item and the very end of the text."""
        if self._starts:
            self.cursor = self.keys[-1 if side > 0 else 0]
        super().action_end(side)

    def _reveal(self) -> None:
        """Scroll until the item under the cursor is seen, whole where it fits."""
        first, last = self._starts.get(self.cursor, (0, 0))
        height = max(1, self.size.height)
        top = round(self.scroll_y)
        if self.cursor == next(iter(self._starts), "") and last <= height:
            self.jump(0)
        elif first < top:
            self.jump(first)
        elif last > top + height:
            self.jump(min(first, last - height))

    def _present(self) -> None:
        """Where the item under the cursor is out of sight: scroll until it begins a third down the screen."""
        first, last = self._starts.get(self.cursor, (0, 0))
        top, height = round(self.scroll_y), max(1, self.size.height)
        if first < top or last > top + height:
            self.jump(max(0, first - height // 3))

    def _anchor(self) -> tuple[str, int, float]:
        """Where the reader is: the item at the top and how far into it, and the share of the whole."""
        top = round(self.scroll_y)
        if not top:  # the beginning stays the beginning, however many lines it takes by then
            return "", 0, 0.0
        for key, (first, last) in self._starts.items():
            if first <= top < last or first >= top:
                return key, top - first, 0.0
        return "", 0, top / max(1, len(self._lines))

    def _relay(self, anchor: tuple[str, int, float] | None) -> None:
        width = self.scrollable_content_region.width
        if width <= 0 or width == self._width:
            return
        self._width = width
        self._lines = lay(self._blocks, width - _EDGE)
        self._starts = _places(self._lines)
        self.set_extent(Size(width, len(self._lines)))
        if anchor:
            key, into, share = anchor
            first, last = self._starts.get(key, (-1, -1))
            target = round(share * len(self._lines)) if first < 0 else first + min(into, last - first - 1)
            self.call_after_refresh(self.jump, target)
        wanted, self._wanted = self._wanted, ""
        if wanted in self._starts:
            self.cursor = wanted
            self.call_after_refresh(self._present)
        elif self.cursor not in self._starts:
            self.cursor = next(iter(self._starts), "")
        self.refresh()


def _places(lines: list[Laid]) -> dict[str, tuple[int, int]]:
    """First and one past the last line of every item."""
    places: dict[str, tuple[int, int]] = {}
    for number, line in enumerate(lines):
        if line.key:
            places[line.key] = (places.get(line.key, (number, 0))[0], number + 1)
    return places
