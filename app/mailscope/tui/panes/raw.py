"""The bytes themselves."""

from typing import ClassVar

from mailscope.mail.field import Span
from mailscope.report import Report
from mailscope.tui.present.wording import Detail, raw_text
from mailscope_widgets import RawView


class RawPane(RawView):
    """Every byte that was examined, line by line; those of the chosen finding are lit."""

    name_: ClassVar[str] = "Raw"

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
