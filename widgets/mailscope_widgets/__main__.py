"""The gallery: every widget with made-up content, to look at and to try themes on."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.filter import LineFilter

from mailscope_widgets import (
    Bar,
    Beside,
    Block,
    Card,
    ControlNet,
    Gap,
    Item,
    KeyBar,
    Margin,
    Pairs,
    Piece,
    RawView,
    Row,
    RowList,
    Rule,
    Sheet,
    Split,
    Steps,
    Tab,
    TabBar,
    Tone,
    log_bar,
    para,
    words,
)

_TEXT = "A paragraph wraps at spaces; [brackets] stay brackets, and every tone has its word beside its colour."


def specimen_blocks() -> tuple[Block, ...]:
    """One of each block."""
    return (
        Card(words("✓ A card in the tone “good”", Tone.GOOD, strong=True), (para(_TEXT),), Tone.GOOD),
        Gap(),
        Rule(words("tones", Tone.LABEL)),
        *(Item(f"tone-{tone}", (para(f"● {tone}: {_TEXT}", tone, hang=2),)) for tone in Tone),
        Rule(words("pairs, ends, steps", Tone.LABEL)),
        Pairs((("label", words("what it stands for")), ("longer label", words(_TEXT)))),
        Beside((para(_TEXT),), (para(_TEXT, Tone.DIM),)),
        Split(words("left end"), (Piece(log_bar(30, 1000), Tone.ACCENT), Piece(" right end"))),
        Split(words("a left end that is cut where there is no room: " + _TEXT), words("right end"), shrink=True),
        Steps(("connect", "greeting", "secure", "login", "work", "goodbye"), 3, optional=frozenset({2})),
        Margin(words("● "), (para(_TEXT), para(_TEXT, Tone.DIM)), words("│ ", Tone.DIM)),
    )


_LOOKED_FOR = "line 7"


class Gallery(App[None]):
    """Every widget on one screen: bars above and below, a list, a sheet of blocks, and raw bytes with a search."""

    CSS = "RowList { width: 36; } RawView { height: 8; border-top: solid $panel; } Sheet { width: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "turn_theme", "Next theme"),
        Binding("f", "find", "Find in the bytes"),
        Binding("n", "again", "Next match"),
        Binding("q", "quit", "Quit"),
    ]

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's own, and the net that lets no control character through."""
        return [*super().get_line_filters(), ControlNet()]

    def compose(self) -> ComposeResult:
        """Bars above and below, the list and the sheet between them."""
        yield Bar(id="title")
        yield TabBar()
        with Horizontal():
            yield RowList()
            yield Sheet(specimen_blocks())
        yield RawView()
        yield KeyBar()

    def on_mount(self) -> None:
        """Fill them."""
        self._show_title("tab moves on, a click picks")
        self._show_tabs("a")
        rows = [
            Row("▲", "WARNING", Tone.WARN, f"row {number}", words("second line", Tone.DIM)) for number in range(10_000)
        ]
        self.query_one(RowList).show(rows)
        raw = b"".join(b"line %d of some bytes \xff\x00\r\n" % number for number in range(1000))
        self.query_one(RawView).show(raw, [(30, 40)])
        keys = tuple((each.key, each.description, each.action) for each in Binding.make_bindings(self.BINDINGS))
        self.query_one(KeyBar).show_keys(keys)

    def on_tab_bar_picked(self, event: TabBar.Picked) -> None:
        """A tab was clicked."""
        self._show_tabs(event.tab)

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """The list tells where its cursor stands."""
        self._show_title(f"row {event.place} of the list")

    def on_sheet_moved(self, event: Sheet.Moved) -> None:
        """The sheet tells where its cursor stands."""
        self._show_title(f"{event.key} of the sheet")

    def on_raw_view_sought(self, event: RawView.Sought) -> None:
        """The search tells what came of it."""
        self._show_title(f"“{event.query}” {'found' if event.found else 'not found'}")

    async def on_key_bar_pressed(self, event: KeyBar.Pressed) -> None:
        """A key was clicked."""
        await self.run_action(event.action)

    def action_turn_theme(self) -> None:
        """The next theme that Textual brings."""
        names = sorted(self.available_themes)
        self.theme = names[(names.index(self.theme) + 1) % len(names)]
        self._show_title(self.theme)

    def action_find(self) -> None:
        """Look for something in the bytes."""
        self.query_one(RawView).find(_LOOKED_FOR)

    def action_again(self) -> None:
        """The next match."""
        self.query_one(RawView).find_again(1)

    def _show_title(self, right: str) -> None:
        self.query_one("#title", Bar).show(words(" Gallery", strong=True), words(f"{right} "))

    def _show_tabs(self, active: str) -> None:
        self.query_one(TabBar).show_tabs((Tab("a", "1", "First"), Tab("b", "2", "Second", "3")), active)


if __name__ == "__main__":
    Gallery().run()
