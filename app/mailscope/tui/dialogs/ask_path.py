"""Asking for a path, with completion and the places used last."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widgets import Input

from mailscope.tui.aside import aside
from mailscope.tui.dialogs.dialog import Dialog
from mailscope.visible import visible
from mailscope_widgets import Bar, Item, Para, Piece, Rule, Sheet, Tone, words

_LISTED = 2_000
"""Entries of a folder that are looked through for a completion."""
_OFFERED = 8


class PathSuggester(Suggester):
    """The first entry of the folder that begins like what was typed."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The completed path, or None."""
        return await aside(lambda: complete(value))


def complete(value: str) -> str | None:
    """What was typed, completed with the first entry of its folder that fits; folders end in /."""
    return next(iter(completions(value)), None)


def completions(value: str) -> list[str]:
    """What was typed, completed with each entry of its folder that fits, in order; folders end in /."""
    folder, slash, start = value.rpartition("/")
    try:
        place = Path(folder + slash).expanduser() if slash else Path()
        names: list[str] = []
        for number, entry in enumerate(place.iterdir()):
            if number > _LISTED:
                break
            if entry.name.startswith(start) and (start or not entry.name.startswith(".")) and entry.name.isprintable():
                names.append(entry.name)
        return [
            f"{folder}{slash}{name}{'/' if (place / name).is_dir() else ''}" for name in sorted(names)[: _OFFERED + 1]
        ]
    except (OSError, RuntimeError, ValueError):
        return []


class PathScreen(ModalScreen[str], Dialog[str]):
    """Gives the path that was entered, or "" when nothing was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", id="path.close"),
        Binding("down", "down", "To the places", show=False, id="path.down"),
    ]
    AUTO_FOCUS = "Input"

    def __init__(self, question: str, default: str = "", *, saving: bool = False, recent: Sequence[str] = ()) -> None:
        super().__init__()
        self._question = question
        self._default = default
        self._saving = saving
        self._recent = tuple(recent)[:_OFFERED]
        self._offered: tuple[str, ...] = ()
        self._warned = ""

    def compose(self) -> ComposeResult:
        """The question, a line to answer in, and what fits."""
        with Vertical(classes="dialog"):
            yield Bar(id="title")
            yield Input(self._default, placeholder="path", suggester=PathSuggester(), select_on_focus=False)
            yield Sheet(id="places")
            yield Bar(id="hint")

    def fill(self) -> None:
        """Fill the bars."""
        self.query_one("#title", Bar).show(words(f" {self._question}", strong=True))
        self._hint("enter goes · → completes · ↓ chooses · escape leaves")
        self._offer("opened last", self._recent)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Offer what fits, when that is known: a disk that does not answer leaves the dialog alive."""
        value = event.value
        if self._saving:
            return
        if not value:
            self._offer("opened last", self._recent)
            return
        self._complete(value)

    @work(group="complete", exclusive=True, exit_on_error=False)
    async def _complete(self, value: str) -> None:
        found = await aside(lambda: completions(value))
        if value == self.query_one(Input).value:
            self._offer("", found)

    def on_sheet_chosen(self, event: Sheet.Chosen) -> None:
        """Take a place: a folder to go on from, anything else at once."""
        event.stop()
        value = self._offered[int(event.key)]
        if value.endswith("/") and value not in self._recent:
            field = self.query_one(Input)
            field.value = value
            field.cursor_position = len(value)
            field.focus()
        else:
            self.leave(value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the answer; a file that is there already is overwritten only when asked twice."""
        self._submit(event.value.strip())

    @work(group="submit", exclusive=True, exit_on_error=False)
    async def _submit(self, value: str) -> None:
        if not value:
            self.leave("")
            return
        if self._saving and self._warned != value:
            objection = await aside(lambda: saving_objection(value))
            if objection:
                self._warned = value if "again" in objection else ""
                self._hint(objection, loud=True)
                return
        self.leave(value)

    def action_down(self) -> None:
        """From the line to the places."""
        if self._offered:
            self.query_one("#places", Sheet).focus()

    def action_close(self) -> None:
        """Nothing was entered."""
        self.leave("")

    def _offer(self, title: str, values: Sequence[str]) -> None:
        self._offered = tuple(values)[:_OFFERED]
        sheet = self.query_one("#places", Sheet)
        items = [Item(str(place), (_line(value),)) for place, value in enumerate(self._offered)]
        more = (Rule(words("and more", Tone.DIM)),) if len(values) > _OFFERED else ()
        head = (Rule(words(title, Tone.LABEL)),) if title and items else ()
        sheet.show((*head, *items, *more))
        sheet.styles.height = len(items) + len(head) + len(more)
        sheet.can_focus = bool(items)

    def _hint(self, text: str, *, loud: bool = False) -> None:
        self.query_one("#hint", Bar).show(words(f" {text}", Tone.WARN if loud else Tone.DIM))


def saving_objection(value: str) -> str:
    """Why a file should not be written there, or ""; one that says "again" may be overridden."""
    try:
        place = Path(value).expanduser()
        if place.is_dir():
            return "That is a folder: add a file name."
        if not place.absolute().parent.is_dir():
            return f"There is no folder {visible(str(place.absolute().parent))}."
        return f"{visible(place.name)} is there already: enter again to overwrite it." if place.exists() else ""
    except (OSError, RuntimeError, ValueError) as error:
        return visible(str(error))


def _line(value: str) -> Para:
    folder, slash, name = visible(value).rstrip("/").rpartition("/")
    ending = "/" if value.endswith("/") else ""
    return Para((Piece(folder + slash, Tone.DIM), Piece(name + ending, strong=True)), 2)
