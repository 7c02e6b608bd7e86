"""Parts, attachments, links and text, read off the screen's loop where there is much of it."""

import threading

from textual.message import Message

from mailscope.amounts import size_words
from mailscope.mail.field import Span
from mailscope.report import Report
from mailscope.tui.panes.pane import ReportPane
from mailscope.tui.present.body import Content, body_page, read_content
from mailscope.tui.present.wording import Page
from mailscope.visible import visible
from mailscope_widgets import Tone, para

_AT_ONCE = 200_000
"""Bytes of a body that are read before the page is shown: a few hundredths of a second."""


class BodyPane(ReportPane):
    """Parts first."""

    name_ = "Body"

    class Read(Message):
        """A body was read, or could not be."""

        def __init__(self, report: Report, content: Content | None, problem: str = "") -> None:
            super().__init__()
            self.report = report
            self.content = content
            self.problem = problem

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._content: Content | None = None
        self._ready = False
        self._problem = ""

    def page(self, report: Report) -> Page:
        """The parts, or that they are being read."""
        if self._problem:
            return Page((para(f"✗ The body cannot be taken apart: {self._problem}", Tone.BAD),))
        if not self._ready:
            size = size_words(len(report.analysis.message.raw))
            return Page((para(f"Reading {size}… (other tabs work meanwhile)", Tone.DIM),))
        return body_page(self._content, self.lit)

    def holder(self, report: Report) -> str:  # noqa: ARG002 - the content is the report's
        """The innermost part that holds evidence."""
        return self._content.holder(self.lit) if self._content else ""

    def show_report(self, report: Report, lit: tuple[Span, ...]) -> None:
        """Read a body once; a large one in a thread of its own."""
        if report is not self.report:
            body = report.analysis.message.body
            self._ready = body.stop - body.start <= _AT_ONCE
            told = self._read(report) if self._ready else self.Read(report, None)
            self._content, self._problem = told.content, told.problem
            if not self._ready:
                work = lambda: self.post_message(self._read(report))  # noqa: E731 - it is but this
                threading.Thread(target=work, daemon=True, name="mailscope_body").start()
        super().show_report(report, lit)

    def on_body_pane_read(self, event: Read) -> None:
        """Show what was read, unless another report is looked at by now."""
        event.stop()
        if event.report is self.report:
            self._content, self._problem, self._ready = event.content, event.problem, True
            self.redraw()

    def _read(self, report: Report) -> "Read":
        try:
            return self.Read(report, read_content(report))
        except Exception as error:  # noqa: BLE001 - one worker of the screen: its fault is a message, not the end
            return self.Read(report, None, visible(f"{type(error).__name__}: {error}"))
