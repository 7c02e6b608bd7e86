"""What the line-drawn widgets share: tones as colours, lines as strips, scrolling without animation."""

from functools import cached_property
from typing import ClassVar

from rich.color import Color
from rich.segment import Segment, Segments
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBarRender
from textual.selection import Selection
from textual.strip import Strip

from mailscope_widgets.blocks import Piece, Pieces, Tone

_BACK = Color.default()


class QuietBar(ScrollBarRender):
    """A scroll bar that is always there, so that nothing moves, and shows nothing where all is seen."""

    @classmethod
    def render_bar(  # noqa: PLR0917 - Textual's signature
        cls,
        size: int = 25,
        virtual_size: float = 50,
        window_size: float = 20,
        position: float = 0,
        thickness: int = 1,
        vertical: bool = True,
        back_color: Color = _BACK,
        bar_color: Color = _BACK,
    ) -> Segments:
        """The stock bar; blank where there is no more than is seen."""
        if virtual_size <= window_size:
            virtual_size = size
        return super().render_bar(size, virtual_size, window_size, position, thickness, vertical, back_color, bar_color)


class Surface(ScrollView, can_focus=True):
    """A scrolling widget that draws its own lines, so that a million of them cost as much as a screenful."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"tone--{tone}" for tone in Tone),
        "ground--flat", "ground--card", "ground--cursor", "ground--lit", "ground--found",
    }  # fmt: skip
    DEFAULT_CSS = """
    Surface {
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        scrollbar-color: $foreground 25%;
        scrollbar-color-hover: $foreground 40%;
        scrollbar-color-active: $primary;
        scrollbar-background: $background;
        scrollbar-background-hover: $background;
        scrollbar-background-active: $background;
        scrollbar-corner-color: $background;
        & > .tone--plain { color: $foreground; }
        & > .tone--dim { color: $foreground 65%; }
        & > .tone--label { color: $foreground 65%; }
        & > .tone--accent { color: $text-primary; }
        & > .tone--bad { color: $text-error; }
        & > .tone--warn { color: $text-warning; }
        & > .tone--note { color: $text-secondary; }
        & > .tone--good { color: $text-success; }
        & > .ground--card { background: $surface; }
        & > .ground--cursor { background: $foreground 12%; }
        & > .ground--lit { background: $warning 35%; color: $foreground; text-style: bold; }
        & > .ground--found { background: $primary 35%; color: $foreground; text-style: underline; }
        &:nocolor > .tone--bad { text-style: bold reverse; }
        &:nocolor > .tone--warn { text-style: bold; }
        &:nocolor > .ground--lit { text-style: bold reverse; }
        &:nocolor > .ground--found { text-style: underline; }
        &:nocolor > .ground--cursor { text-style: bold; }
        &:ansi { scrollbar-color: ansi_bright_black; scrollbar-background: ansi_default; }
        &:ansi > .tone--dim { text-style: dim; }
        &:ansi > .tone--label { text-style: dim; }
        &:ansi > .tone--bad { color: ansi_bright_red; text-style: bold; }
        &:ansi > .tone--warn { color: ansi_yellow; }
        &:ansi > .tone--good { color: ansi_green; }
        &:ansi > .tone--note { color: ansi_cyan; }
        &:ansi > .tone--accent { color: ansi_blue; }
        &:ansi > .ground--card { background: ansi_default; }
        &:ansi > .ground--cursor { background: ansi_default; text-style: reverse; }
        &:ansi > .ground--lit { background: ansi_default; text-style: bold reverse; }
        &:ansi > .ground--found { background: ansi_default; text-style: bold underline; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "step(1)", "Next", show=False, id="surface.down"),
        Binding("up,k", "step(-1)", "Previous", show=False, id="surface.up"),
        Binding("pagedown,space", "page(1)", "Page down", show=False, id="surface.page_down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="surface.page_up"),
        Binding("home,g", "end(-1)", "First", show=False, id="surface.first"),
        Binding("end,G", "end(1)", "Last", show=False, id="surface.last"),
    ]

    def set_extent(self, size: Size) -> None:
        """The width and height of all there is.

        Textual arranges the whole screen anew when this size changes, which costs more than drawing the lines.
        """
        if self.container_size and self.styles.overflow_x == "hidden" and not self.styles.auto_dimensions:
            # Textual declares it a Reactive and an attribute both
            self.set_reactive(Surface.virtual_size, size)  # pyright: ignore[reportArgumentType]
            self.vertical_scrollbar.window_virtual_size = size.height
            self.scroll_y = self.validate_scroll_y(self.scroll_y)
        else:
            self.virtual_size = size

    def jump(self, y: int) -> None:
        """Scroll so that line y is the topmost, as far as there are lines, at once."""
        self.scroll_to(y=max(0, min(y, self.max_scroll_y)), animate=False, force=True)

    def on_mount(self) -> None:
        """Its scroll bar is ours."""
        self.vertical_scrollbar.renderer = QuietBar  # type: ignore[misc]

    def notify_style_update(self) -> None:
        """Another theme, focus, or class: the colours are looked up anew."""
        super().notify_style_update()
        self._tones.clear()

    @cached_property
    def _tones(self) -> dict[tuple[Tone, str, bool], Style]:
        """Styles by tone, ground and strength: looking one up in the stylesheet costs more than drawing with it."""
        return {}

    def tone_style(self, tone: Tone, ground: str, *, strong: bool = False) -> Style:
        """The style for a tone on a ground."""
        known = self._tones.get((tone, ground, strong))
        if known is None:
            known = self._tones[tone, ground, strong] = self._looked_up(tone, ground, strong=strong)
        return known

    def _looked_up(self, tone: Tone, ground: str, *, strong: bool) -> Style:
        style = self.get_component_rich_style(f"tone--{tone}")
        under = self.get_component_rich_style(f"ground--{ground}")
        if ground in ("lit", "found") or under.reverse:
            return under  # one colour on one ground: what is marked must be legible in sixteen colours and in none
        if ground == "flat":
            under = self.rich_style
        combined = style + Style(bgcolor=under.bgcolor, bold=under.bold or None, reverse=under.reverse or None)
        return combined + Style(bold=True) if strong else combined

    def _style_of(self, piece: Piece, ground: str) -> Style:
        style = self.tone_style(piece.tone, ground, strong=piece.strong)
        if (
            style.reverse
            and ground not in ("lit", "found", "cursor")
            and not any(char.isalnum() for char in piece.text)
        ):
            return style + Style(reverse=False)  # words are reversed where there is no colour, bars are not
        return style

    def strip(self, pieces: Pieces, width: int, ground: str, y: int, x: int = 0) -> Strip:
        """Pieces as a line of exactly width cells; y and x are where it lies, for selecting with the mouse."""
        segments = [Segment(piece.text, self._style_of(piece, ground)) for piece in pieces if piece.text]
        blank = self.tone_style(Tone.PLAIN, ground)
        line = Strip(segments).crop_extend(x, x + width, blank)
        selection = self.text_selection
        if selection is not None and (span := selection.get_span(y)) is not None:
            start, stop = span
            stop = line.cell_length if stop < 0 else stop
            mark = self.screen.get_component_rich_style("screen--selection")
            parts = line.divide([start, stop, line.cell_length])
            line = Strip.join([part.apply_style(mark) if place == 1 else part for place, part in enumerate(parts)])
        return line.apply_offsets(x, y)

    def lines_between(self, first: int, last: int) -> list[str]:  # noqa: ARG002 - for those who have lines
        """The text of these lines (half-open) as they are drawn, for copying what the mouse selected."""
        return []

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text under the mouse selection; only its own lines are made."""
        first = selection.start.y if selection.start else 0
        last = selection.end.y if selection.end else self.virtual_size.height - 1
        start = Offset(selection.start.x, 0) if selection.start else None
        end = Offset(selection.end.x, last - first) if selection.end else None
        lines = self.lines_between(max(0, first), last + 1)
        return Selection(start, end).extract("\n".join(lines)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:  # noqa: ARG002 - Textual's signature
        """Draw anew with the selection."""
        self.refresh()

    def action_step(self, by: int) -> None:
        """A line up or down."""
        self.jump(round(self.scroll_y) + by)

    def action_page(self, by: int) -> None:
        """A page up or down, keeping one line."""
        self.jump(round(self.scroll_y) + by * max(1, self.size.height - 1))

    def action_end(self, side: int) -> None:
        """To the first or last line."""
        self.jump(self.virtual_size.height if side > 0 else 0)
