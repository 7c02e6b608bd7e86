"""Asking for a path, with completion."""

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widgets import Input

from mailscope.visible import visible
from mailscope_widgets import Bar, Tone, words

_LISTED = 2_000
"""Entries of a folder that are looked through for a completion."""


class PathSuggester(Suggester):
    """The first entry of the folder that begins like what was typed."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The completed path, or None."""
        return complete(value)


def complete(value: str) -> str | None:
    """What was typed, completed with the first entry of its folder that fits; folders end in /."""
    folder, slash, start = value.rpartition("/")
    place = Path(folder + slash).expanduser() if slash else Path()
    try:
        names: list[str] = []
        for number, entry in enumerate(place.iterdir()):
            if number > _LISTED:
                break
            if entry.name.startswith(start) and (start or not entry.name.startswith(".")) and entry.name.isprintable():
                names.append(entry.name)
        if not names:
            return None
        first = min(names)
        ending = "/" if (place / first).is_dir() else ""
    except (OSError, RuntimeError, ValueError):
        return None
    return f"{folder}{slash}{first}{ending}"


class PathScreen(ModalScreen[str]):
    """Gives the path that was entered, or "" when nothing was."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Close", id="path.close")]
    AUTO_FOCUS = "Input"

    def __init__(self, question: str, default: str = "", *, saving: bool = False) -> None:
        super().__init__()
        self._question = question
        self._default = default
        self._saving = saving
        self._warned = ""

    def compose(self) -> ComposeResult:
        """The question and a line to answer in."""
        with Vertical(classes="dialog"):
            yield Bar(id="title")
            yield Input(self._default, placeholder="path", suggester=PathSuggester(), select_on_focus=False)
            yield Bar(id="hint")

    def on_mount(self) -> None:
        """Fill the bars."""
        self.query_one("#title", Bar).show(words(f" {self._question}", strong=True))
        self._hint("enter goes · → completes · escape leaves")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the answer; a file that is there already is overwritten only when asked twice."""
        value = event.value.strip()
        if not value:
            self.dismiss("")
            return
        if self._saving and self._warned != value:
            place = Path(value).expanduser()
            if place.is_dir():
                self._hint("That is a folder: add a file name.", loud=True)
                return
            if place.exists():
                self._warned = value
                self._hint(f"{visible(place.name)} is there already: enter again to overwrite it.", loud=True)
                return
        self.dismiss(value)

    def action_close(self) -> None:
        """Nothing was entered."""
        self.dismiss("")

    def _hint(self, text: str, *, loud: bool = False) -> None:
        self.query_one("#hint", Bar).show(words(f" {text}", Tone.WARN if loud else Tone.DIM))
