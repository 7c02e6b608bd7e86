"""The header block with its coverage."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from mailscope.mail.field import Span
from mailscope.report import Report
from mailscope.tui.panes.pane import ReportPane
from mailscope.tui.present.headers import headers_page
from mailscope.tui.present.wording import Page


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
        self._lit: tuple[Span, ...] = ()

    def page(self, report: Report) -> Page:
        """By the light of the chosen signature."""
        return headers_page(report, self._signature, raw=self._raw, lit=self._lit)

    def show_report(self, report: Report, lit: tuple[Span, ...]) -> None:
        """Show a report, with the fields marked that the evidence lies in; go to the first of them."""
        if report is not self.report:
            self._signature = 0
        fresh = lit != self._lit
        self._lit = lit
        super().show_report(report, lit)
        if fresh:
            self._go_to_lit(report)

    def action_decode(self) -> None:
        """Decoded or as bytes."""
        self._raw = not self._raw
        self._again()

    def action_signature(self) -> None:
        """By the light of the next signature."""
        self._signature += 1
        self._again()

    def _again(self) -> None:
        if self.report is not None:
            super().show_report(self.report, self._lit)

    def _go_to_lit(self, report: Report) -> None:
        for field in report.analysis.message.fields:
            if any(span.start < field.span.stop and field.span.start < span.stop for span in self._lit):
                self.go_to(f"field:{field.index}")
                return
