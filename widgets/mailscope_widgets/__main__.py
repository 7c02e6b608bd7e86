"""The gallery: every widget with made-up content, to look at and to try themes on."""

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from mailscope_widgets import (
    Bar,
    Block,
    Card,
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
        Split(words("left end"), (Piece(log_bar(30, 1000), Tone.ACCENT), Piece(" right end"))),
        Steps(("connect", "greeting", "login", "work", "goodbye"), 2),
        Margin(words("● "), (para(_TEXT), para(_TEXT, Tone.DIM)), words("│ ", Tone.DIM)),
    )


class Gallery(App[None]):
    """Every widget on one screen."""

    CSS = "RowList { width: 36; } RawView { height: 8; } Sheet { width: 1fr; }"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "quit", "Quit")]

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
        self.query_one("#title", Bar).show(words(" Gallery", strong=True), words("right end "))
        self.query_one(TabBar).show_tabs((Tab("a", "1", "First"), Tab("b", "2", "Second", "3")), "a")
        rows = [
            Row("▲", "WARNING", Tone.WARN, f"row {number}", words("second line", Tone.DIM)) for number in range(10_000)
        ]
        self.query_one(RowList).show(rows)
        raw = b"".join(b"line %d of some bytes \xff\x00\r\n" % number for number in range(1000))
        self.query_one(RawView).show(raw, [(30, 40)])
        self.query_one(KeyBar).show_keys((("q", "Quit", "quit"), ("^p", "Palette", "command_palette")))


if __name__ == "__main__":
    Gallery().run()
