"""Two messages side by side: why one passes where the other fails, and every field that differs."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from mailscope.compare import Comparison
from mailscope.tui.dialogs.dialog import Dialog
from mailscope.tui.dialogs.help import key_words
from mailscope.tui.present.compare import compare_blocks
from mailscope.tui.safe import safe_lines
from mailscope_widgets import Bar, KeyBar, Sheet, Tone, words


class CompareScreen(Dialog[None]):
    """Shows a comparison, the rows that differ first; all of them when asked."""

    AUTO_FOCUS = "Sheet"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,c", "close", "Back", id="compare.close"),
        Binding("a", "all", "All rows or differing", id="compare.all"),
        Binding("v", "varying", "With what always varies", id="compare.varying"),
        Binding("y", "copy", "Copy", id="compare.copy"),
    ]

    def __init__(self, comparison: Comparison) -> None:
        super().__init__()
        self._comparison = comparison
        self._all = False
        self._varying = False

    def compose(self) -> ComposeResult:
        """A title, the rows, the keys."""
        yield Bar(id="title")
        yield Sheet(id="compared")
        yield KeyBar(id="keys")

    def fill(self) -> None:
        """Fill them."""
        self.query_one("#title", Bar).show(words(" compared", strong=True), words(self._tally(), Tone.DIM))
        first = {each.action: each for each in reversed(list(Binding.make_bindings(self.BINDINGS)))}
        entries = [(key_words(each.key), each.description, each.action) for each in reversed(first.values())]
        self.query_one(KeyBar).show_keys(tuple(entries))
        self._show()

    def on_key_bar_pressed(self, event: KeyBar.Pressed) -> None:
        """A key was clicked."""
        self.run_worker(self.run_action(event.action), exit_on_error=False)

    def action_all(self) -> None:
        """Every row, or those that differ."""
        self._all = not self._all
        self._show()

    def action_varying(self) -> None:
        """With or without what differs between any two messages."""
        self._varying = not self._varying
        self._show()

    def action_copy(self) -> None:
        """Copy all of it."""
        lines = "\n".join(line.text.rstrip() for line in self.query_one(Sheet).lines)
        self.app.copy_to_clipboard(safe_lines(lines))
        self.notify("Sent to the clipboard by OSC 52; some terminals drop it without a word.", markup=False)

    def action_close(self) -> None:
        """Back to the list."""
        self.leave(None)

    def _tally(self) -> str:
        return f"{len(self._comparison.differing):,} of {len(self._comparison.rows):,} rows differ "

    def _show(self) -> None:
        blocks = compare_blocks(self._comparison, everything=self._all, varying=self._varying)
        self.query_one(Sheet).show(blocks, keep=True)
