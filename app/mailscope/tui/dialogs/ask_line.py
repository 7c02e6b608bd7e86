"""Asking for one line that must be of some form."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from mailscope.tui.dialogs.dialog import Dialog
from mailscope.visible import visible
from mailscope_widgets import Bar, Sheet, Tone, para, words


class LineScreen(ModalScreen[str | None], Dialog[str | None]):
    """Gives the line that was entered, or None; a line that check raises ValueError at stays, and the reason shows."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Close", id="line.close")]
    AUTO_FOCUS = "Input"

    def __init__(self, question: str, example: str, check: Callable[[str], object], default: str = "") -> None:
        super().__init__()
        self._question = question
        self._example = example
        self._check = check
        self._default = default

    def compose(self) -> ComposeResult:
        """The question, an example, a line to answer in."""
        with Vertical(classes="dialog"):
            yield Bar(id="title")
            yield Sheet((para(self._example, Tone.DIM),), id="example")
            yield Input(visible(self._default), select_on_focus=False)
            yield Bar(id="hint")

    def fill(self) -> None:
        """Fill the bars."""
        self.query_one("#title", Bar).show(words(f" {self._question}", strong=True))
        self.query_one("#hint", Bar).show(words(" enter goes · escape leaves it as it is", Tone.DIM))
        example = self.query_one("#example", Sheet)
        example.can_focus = False
        example.styles.height = 2

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the answer, if it is one."""
        value = event.value.strip()
        try:
            self._check(value)
        except ValueError as error:
            self.query_one("#hint", Bar).show(words(f" {visible(str(error))}", Tone.WARN))
            return
        self.leave(value)

    def action_close(self) -> None:
        """Nothing was entered."""
        self.leave(None)
