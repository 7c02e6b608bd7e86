"""The bytes themselves."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from mailscope.mail.field import Span
from mailscope.report import Report
from mailscope.tui.dialogs.ask_line import LineScreen
from mailscope.tui.present.wording import Detail, raw_text
from mailscope.tui.safe import safe_lines
from mailscope_widgets import RawView


class RawPane(RawView):
    """Every byte that was examined, line by line; those of the chosen finding are lit."""

    name_: ClassVar[str] = "Raw"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "find", "Find", tooltip="Text in the bytes", id="raw.find"),
        Binding("n", "again(1)", "Next match", show=False, tooltip="Or next lit place", id="raw.next"),
        Binding("N", "again(-1)", "Previous match", show=False, tooltip="Or previous lit place", id="raw.previous"),
        Binding("escape", "forget", "End the search", show=False, id="raw.forget"),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(raw_text, id=id)

    def show_report(self, report: Report, lit: tuple[Span, ...]) -> None:
        """Show what was examined."""
        self.show(report.analysis.message.raw, tuple((span.start, span.stop) for span in lit))

    def detail(self, key: str) -> Detail | None:  # noqa: ARG002 - as every pane
        """Nothing stands behind bytes."""
        return None

    def copied(self) -> str:
        """What `y` copies: the lines that are seen."""
        return self.seen()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Without a search these keys mean what they mean everywhere."""
        if action == "again":
            return bool(self.query_text) or len(self._lit) > 1
        return bool(self.query_text) if action == "forget" else True

    def action_find(self) -> None:
        """Ask what to look for."""

        def needed(value: str) -> None:
            if not value:
                raise ValueError("type what to look for; escape leaves")

        example = "Upper and lower case count the same. Afterwards: n next, N previous, escape ends."
        question = LineScreen("Find in the bytes", example, needed, self.query_text)
        self.app.push_screen(question, lambda value: self.find(value) if value else None)

    def action_again(self, by: int) -> None:
        """The next or previous match, else the next or previous lit place."""
        if self.query_text:
            self.find_again(by)
        else:
            self.step_lit(by)

    def action_forget(self) -> None:
        """Look for nothing more."""
        self.find("")

    def on_raw_view_sought(self, event: RawView.Sought) -> None:
        """Say what is not to be seen: that there is nothing, or that it went round."""
        event.stop()
        if not event.found:
            said = f"“{safe_lines(event.query)[:80]}” does not stand here."
            self.app.notify(said, severity="warning", markup=False)
        elif event.wrapped:
            self.app.notify("Went on from the other end.", markup=False)
