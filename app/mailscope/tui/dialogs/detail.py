"""What stands behind an item, over the report where there is no room beside it."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from mailscope.tui.dialogs.dialog import Dialog
from mailscope.tui.present.wording import Detail
from mailscope.tui.safe import safe_lines
from mailscope_widgets import Bar, Sheet, Tone, words


class DetailScreen(ModalScreen[str], Dialog[str]):
    """Shows a detail; gives "bytes" when its bytes are to be shown, else nothing."""

    AUTO_FOCUS = "Sheet"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,backspace", "close", "Close", id="detail.close"),
        Binding("v", "bytes", "Show its bytes", id="detail.bytes"),
        Binding("y", "copy", "Copy", id="detail.copy"),
    ]

    def __init__(self, detail: Detail) -> None:
        super().__init__()
        self._detail = detail

    def compose(self) -> ComposeResult:
        """A title, the blocks, the keys."""
        with Vertical(classes="dialog tall"):
            yield Bar(id="title")
            yield Sheet(self._detail.blocks)
            yield Bar(id="hint")

    def fill(self) -> None:
        """Fill the bars."""
        self.query_one("#title", Bar).show((*words(" "), *self._detail.title))
        bytes_hint = " · v show its bytes" if self._detail.spans else ""
        self.query_one("#hint", Bar).show(words(f" escape closes · y copy{bytes_hint}", Tone.DIM))

    def action_close(self) -> None:
        """Back to the report."""
        self.leave("")

    def action_bytes(self) -> None:
        """To the bytes."""
        if self._detail.spans:
            self.leave("bytes")

    def action_copy(self) -> None:
        """Copy all of it."""
        lines = "\n".join(line.text.rstrip() for line in self.query_one(Sheet).lines)
        self.app.copy_to_clipboard(safe_lines(lines))
        self.notify("Sent to the clipboard by OSC 52; some terminals drop it without a word.", markup=False)
