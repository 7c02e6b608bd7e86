"""A question with a few answers."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from mailscope.tui.dialogs.dialog import Dialog
from mailscope_widgets import Bar, Item, Para, Piece, Sheet, Tone, para, words


class ChooseScreen(ModalScreen[str], Dialog[str]):
    """Shows (key, name, meaning) choices; gives the key of the chosen one, or "" when nothing was chosen."""

    AUTO_FOCUS = "Sheet"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "close", "Close", id="choose.close")]

    def __init__(self, question: str, choices: Sequence[tuple[str, str, str]], note: str = "") -> None:
        super().__init__()
        self._question = question
        self._choices = tuple(choices)
        self._note = note

    def compose(self) -> ComposeResult:
        """The question and its answers."""
        items = [
            Item(key, (Para((Piece(f"{name:<12}", strong=True), Piece(meaning, Tone.DIM)), 12),))
            for key, name, meaning in self._choices
        ]
        note = (para(self._note, Tone.DIM),) if self._note else ()
        with Vertical(classes="dialog"):
            yield Bar(id="title")
            yield Sheet((*note, *items))
            yield Bar(id="hint")

    def fill(self) -> None:
        """Fill the bars; as tall as there are choices."""
        self.query_one("#title", Bar).show(words(f" {self._question}", strong=True))
        self.query_one("#hint", Bar).show(words(" enter chooses · escape leaves it as it is", Tone.DIM))
        self.query_one(Sheet).styles.height = len(self._choices) + (2 if self._note else 0)

    def on_sheet_chosen(self, event: Sheet.Chosen) -> None:
        """Give the answer."""
        self.leave(event.key)

    def action_close(self) -> None:
        """Nothing was chosen."""
        self.leave("")
