"""The export dialog: which reports, in which format, with what of them, and where to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from mailscope.export.write import FORMATS, Choice
from mailscope.tui.aside import aside
from mailscope.tui.dialogs.ask_path import PathSuggester, saving_objection
from mailscope.tui.dialogs.dialog import Dialog
from mailscope_widgets import Bar, Block, Item, Para, Piece, Rule, Sheet, Tone, words

OFFERED = ("markdown", "text", "html", "json")


@dataclass(frozen=True, slots=True)
class Export:
    """What was chosen."""

    scope: str
    """Key of the reports: "this", "marked", "listed"."""
    format: str
    choice: Choice
    place: str


class OptionSheet(Sheet):
    """A sheet whose items are switches: the blank key works them too."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "choose", "Switch", show=False, id="option.switch")]


class ExportScreen(ModalScreen[Export | None], Dialog[Export | None]):
    """Gives an Export, or None."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", id="export.close"),
        Binding("down,up", "options", "To the options", show=False, id="export.options"),
    ]

    def __init__(
        self, scopes: Sequence[tuple[str, str]], scope: str, sections: Sequence[tuple[str, str]], name: str
    ) -> None:
        """Scopes and sections are (key, words); name is the file's, without its ending."""
        super().__init__()
        self._scopes = dict(scopes)
        self._scope = scope
        self._sections = dict(sections)
        self._left_out: set[str] = set()
        self._format = OFFERED[0]
        self._redacted = False
        self._name = name
        self._warned = ""

    def compose(self) -> ComposeResult:
        """Where to, and the options."""
        with Vertical(classes="dialog"):
            yield Bar(id="title")
            yield Input(self._default, placeholder="path", suggester=PathSuggester(), select_on_focus=False)
            yield OptionSheet(id="options")
            yield Bar(id="hint")

    def fill(self) -> None:
        """Fill the bars and the options."""
        self.query_one("#title", Bar).show(words(" Export to", strong=True))
        self._hint("enter writes · ↓ options, space switches · escape leaves")
        self._show()

    def on_sheet_chosen(self, event: Sheet.Chosen) -> None:
        """Work a switch."""
        event.stop()
        kind, _, key = event.key.partition(":")
        before = self._default
        if kind == "scope":
            self._scope = _next(tuple(self._scopes), self._scope)
        elif kind == "format":
            self._format = _next(OFFERED, self._format)
            field = self.query_one(Input)
            if field.value.endswith(before.rpartition(".")[1] + before.rpartition(".")[2]):
                field.value = field.value[: -len(before.rpartition(".")[2])] + FORMATS[self._format].suffix.lstrip(".")
        elif kind == "people":
            self._redacted = not self._redacted
        elif kind == "section":
            self._left_out ^= {key}
        self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give what was chosen; a file that is there already is overwritten only when asked twice."""
        self._submit(event.value.strip())

    @work(group="submit", exclusive=True, exit_on_error=False)
    async def _submit(self, value: str) -> None:
        if not value:
            self._hint("Name a file.", loud=True)
            return
        if self._warned != value:
            objection = await aside(lambda: saving_objection(value))
            if objection:
                self._warned = value if "again" in objection else ""
                self._hint(objection, loud=True)
                return
        kept = frozenset(self._sections) - self._left_out if self._left_out else None
        self.leave(Export(self._scope, self._format, Choice(kept, self._redacted), value))

    def action_options(self) -> None:
        """From the line to the options."""
        self.query_one(OptionSheet).focus()

    def action_close(self) -> None:
        """Write nothing."""
        self.leave(None)

    @property
    def _default(self) -> str:
        return f"{self._name}{FORMATS[self._format].suffix}"

    def _show(self) -> None:
        people = "replaced by stand-ins (domains and hosts stay)" if self._redacted else "as they are"
        items: list[Block] = [
            _option("scope", "What", self._scopes[self._scope], more=len(self._scopes) > 1),
            _option("format", "Format", self._format, more=True),
            _option("people", "People", people, more=True),
            Rule(words("sections" if self._format != "json" else "JSON always holds every section", Tone.LABEL)),
        ]
        if self._format != "json":
            for key, title in self._sections.items():
                mark = "[ ]" if key in self._left_out else "[x]"
                line = Para((Piece(f"{mark} ", Tone.ACCENT, strong=True), Piece(title)))
                items.append(Item(f"section:{key}", (line,)))
        sheet = self.query_one(OptionSheet)
        sheet.show(tuple(items), keep=True)
        sheet.styles.height = len(items)

    def _hint(self, text: str, *, loud: bool = False) -> None:
        self.query_one("#hint", Bar).show(words(f" {text}", Tone.WARN if loud else Tone.DIM))


def _option(key: str, label: str, value: str, *, more: bool) -> Item:
    arrows = Piece("  ⇄" if more else "", Tone.ACCENT)
    return Item(key, (Para((Piece(f"{label:<8}", Tone.LABEL), Piece(value, strong=True), arrows)),))


def _next(values: Sequence[str], value: str) -> str:
    return values[(values.index(value) + 1) % len(values)]
