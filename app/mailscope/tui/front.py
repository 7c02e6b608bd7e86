"""The first screen: painted before the engine is there, it keeps what is handed in until somebody can take it."""

from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from mailscope.tui.home import Home
from mailscope.tui.present.home import home_page
from mailscope.visible import visible
from mailscope_widgets import Bar, KeyBar, Pieces, Sheet, Tone, words

_KEYS = 20
"""Keys that are kept while the engine is loaded."""


class Front(Screen[None]):
    """What one can do, between two bars; the screen of a session is built upon it."""

    AUTO_FOCUS = None
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares it on the instance
        (0, "-narrow"),
        (100, "-mid"),
        (150, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall")]  # noqa: RUF012 - as above

    def __init__(self, dns_label: str, home: Home | None = None) -> None:
        super().__init__()
        self.dns_label = visible(dns_label)
        self.home = home or Home()
        self.touched = False
        """Whether the reader has done anything: until then the focus goes where it is most of use."""

    def compose(self) -> ComposeResult:
        """The first paint."""
        yield Bar(id="top")
        yield Sheet(home_page(self.dns_label, self.home).blocks, id="home")
        yield KeyBar(id="keys")

    def dns_pieces(self, said: str = "") -> Pieces:
        """The right end of the top bar: who answers DNS."""
        dns = said or self.dns_label
        return (*words("DNS: ", Tone.DIM), *words(f"{dns} ", Tone.WARN if dns != "live" else Tone.PLAIN))

    def take_paste(self, text: str) -> None:
        """A paste or a drop, wherever the focus was."""
        raise NotImplementedError

    def hand_in(self, paths: tuple[Path, ...], stdin: bytes | None) -> None:
        """What stood on the command line and came through standard input."""
        raise NotImplementedError


class WaitingFront(Front):
    """The first screen by itself: keys and pastes are kept for the one that follows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "early('o')", "Open"),
        Binding("question_mark", "early('question_mark')", "Help", key_display="?"),
    ]

    def __init__(self, dns_label: str, home: Home | None = None) -> None:
        super().__init__(dns_label, home)
        self.pastes: list[str] = []
        self.keys: list[str] = []

    def on_mount(self) -> None:
        """Fill the bars."""
        if not self.query("#top"):  # the reader has quit meanwhile
            return
        self.query_one("#top", Bar).show(words(" mailscope", strong=True), self.dns_pieces())
        self.query_one(KeyBar).show_keys((("o", "Open", ""), ("?", "Help", ""), ("q", "Quit", "")))

    def on_key(self, event: events.Key) -> None:
        """Keep it."""
        self.action_early(event.key)

    def action_early(self, key: str) -> None:
        """Keep a key."""
        if len(self.keys) < _KEYS:
            self.keys.append(key)

    def take_paste(self, text: str) -> None:
        """Keep it."""
        self.pastes.append(text)

    def hand_in(self, paths: tuple[Path, ...], stdin: bytes | None) -> None:
        """The screen that follows is handed it."""
