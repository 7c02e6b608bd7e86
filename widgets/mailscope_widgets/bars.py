"""One-line widgets: a title bar, tabs, and the keys that work here."""

from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from mailscope_widgets.blocks import Piece, Pieces, Tone
from mailscope_widgets.layout import cut, measure


class Bar(Widget):
    """One line of pieces on a coloured ground, with a left and a right end."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "bar--dim", "bar--strong", "bar--on", "bar--bad", "bar--warn", "bar--note", "bar--good",
    }  # fmt: skip
    DEFAULT_CSS = """
    Bar {
        height: 1;
        background: $panel;
        color: $foreground;
        & > .bar--dim { color: $foreground 70%; }
        & > .bar--strong { color: $text-primary; text-style: bold; }
        & > .bar--on { background: $primary; color: $background; text-style: bold; }
        & > .bar--bad { color: $text-error; text-style: bold; }
        & > .bar--warn { color: $text-warning; text-style: bold; }
        & > .bar--note { color: $text-secondary; text-style: bold; }
        & > .bar--good { color: $text-success; text-style: bold; }
        &:nocolor > .bar--on { text-style: bold reverse; }
        &:ansi { background: ansi_default; }
        &:ansi > .bar--dim { color: ansi_default; text-style: dim; }
        &:ansi > .bar--strong { color: ansi_default; text-style: bold; }
        &:ansi > .bar--on { background: ansi_default; color: ansi_default; text-style: bold reverse; }
        &:ansi > .bar--bad { color: ansi_bright_red; text-style: bold; }
        &:ansi > .bar--warn { color: ansi_yellow; text-style: bold; }
        &:ansi > .bar--note { color: ansi_cyan; text-style: bold; }
        &:ansi > .bar--good { color: ansi_green; text-style: bold; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._left: Pieces = ()
        self._right: Pieces = ()

    def show(self, left: Pieces, right: Pieces = ()) -> None:
        """Show other ends; the left is cut where there is no room for both."""
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        """Always one line."""
        return 1

    def render_line(self, y: int) -> Strip:
        """The line."""
        width = self.size.width
        if y:
            return Strip.blank(width, self.rich_style)
        right = cut(self._right, width)
        left = cut(self._left, max(0, width - measure(right) - 1))
        gap = Piece(" " * (width - measure(left) - measure(right)))
        return self._strip((*left, gap, *right), width)

    def _strip(self, pieces: Pieces, width: int) -> Strip:
        segments = [Segment(piece.text, self._style(piece)) for piece in pieces if piece.text]
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def _style(self, piece: Piece) -> Style:
        if piece.tone in (Tone.BAD, Tone.WARN, Tone.NOTE, Tone.GOOD, Tone.DIM):
            return self.get_component_rich_style(f"bar--{piece.tone}")
        return self.get_component_rich_style("bar--strong") if piece.strong else self.rich_style


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: its key, its name, and what to add after the name ("3", "✗")."""

    id: str
    key: str
    name: str
    note: str = ""


class TabBar(Bar):
    """Tabs in one line; the present one is bright and bears ▸."""

    class Picked(Message):
        """A tab was clicked."""

        def __init__(self, tab: str) -> None:
            super().__init__()
            self.tab = tab

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._tabs: tuple[Tab, ...] = ()
        self._active = ""
        self._places: list[tuple[int, int, str]] = []

    def show_tabs(self, tabs: tuple[Tab, ...], active: str) -> None:
        """Show these tabs."""
        if (tabs, active) != (self._tabs, self._active):
            self._tabs, self._active = tabs, active
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The tabs; only keys and the present name where they do not all fit."""
        width = self.size.width
        if y or not self._tabs:
            return Strip.blank(width, self.rich_style)
        marks = ["▸" if tab.id == self._active else " " for tab in self._tabs]
        labels = [
            f"{mark}{tab.key} {tab.name}{' ' + tab.note if tab.note else ''} "
            for mark, tab in zip(marks, self._tabs, strict=True)
        ]
        if sum(map(len, labels)) > width:
            labels = [f"{mark}{tab.key} {tab.name} " for mark, tab in zip(marks, self._tabs, strict=True)]
        if sum(map(len, labels)) > width:
            labels = [
                f"{mark}{tab.key} {tab.name if mark == '▸' else tab.name[:3]} "
                for mark, tab in zip(marks, self._tabs, strict=True)
            ]
        segments: list[Segment] = []
        self._places = []
        x = 0
        for tab, label in zip(self._tabs, labels, strict=True):
            on = tab.id == self._active
            style = self.get_component_rich_style("bar--on" if on else "bar--dim")
            segments.append(Segment(label, style))
            self._places.append((x, x + len(label), tab.id))
            x += len(label)
        # a narrow strip is moved until the present tab is seen whole
        moved = max(0, max((stop for start, stop, tab in self._places if tab == self._active), default=0) - width)
        self._places = [(start - moved, stop - moved, tab) for start, stop, tab in self._places]
        return Strip(segments).crop_extend(moved, moved + width, self.rich_style)

    def on_click(self, event: events.Click) -> None:
        """A click picks the tab."""
        for start, stop, tab in self._places:
            if start <= event.x < stop:
                self.post_message(self.Picked(tab))


class KeyBar(Bar):
    """The keys that work here, as many as fit, the more important first."""

    class Pressed(Message):
        """A key was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._entries: tuple[tuple[str, str, str], ...] = ()
        self._places: list[tuple[int, int, str]] = []

    def show_keys(self, entries: tuple[tuple[str, str, str], ...]) -> None:
        """Show (key, label, action) entries."""
        if entries != self._entries:
            self._entries = entries
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The keys."""
        width = self.size.width
        segments: list[Segment] = []
        self._places = []
        x = 0
        for key, label, action in self._entries if not y else ():
            size = len(key) + len(label) + 3
            if x + size > width:
                break
            segments.append(Segment(f" {key}", self.get_component_rich_style("bar--strong")))
            segments.append(Segment(f" {label} ", self.get_component_rich_style("bar--dim")))
            self._places.append((x, x + size, action))
            x += size
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def on_click(self, event: events.Click) -> None:
        """A click presses the key."""
        for start, stop, action in self._places:
            if start <= event.x < stop:
                self.post_message(self.Pressed(action))
