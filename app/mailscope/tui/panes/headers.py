"""The header block with its coverage."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from mailscope.mail.field import Span
from mailscope.report import Report
from mailscope.tui.panes.pane import ReportPane
from mailscope.tui.present.headers import headers_page
from mailscope.tui.present.wording import Page, touched


class HeadersPane(ReportPane):
    """Every field, decoded or as bytes, by the light of one signature."""

    name_ = "Headers"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "decode", "Decoded or bytes", show=False, id="headers.decode"),
        Binding("s", "signature", "Next signature", show=False, id="headers.signature"),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._raw = False
        self._signature = 0

    def page(self, report: Report) -> Page:
        """By the light of the chosen signature."""
        return headers_page(report, self._signature, raw=self._raw, lit=self.lit)

    def holder(self, report: Report) -> str:
        """The first field that holds evidence."""
        fields = report.analysis.message.fields
        return next((f"field:{field.index}" for field in fields if touched(field.span, self.lit)), "")

    def show_report(self, report: Report, lit: tuple[Span, ...]) -> None:
        """Another report begins with its first signature."""
        if report is not self.report:
            self._signature = 0
        super().show_report(report, lit)

    def action_decode(self) -> None:
        """Decoded or as bytes."""
        self._raw = not self._raw
        self.redraw()

    def action_signature(self) -> None:
        """By the light of the next signature."""
        self._signature += 1
        self.redraw()
