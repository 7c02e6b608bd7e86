"""What the panes of a report share: they show a page, and know what stands behind its items."""

from typing import ClassVar

from textual import events

from mailscope.mail.field import Span
from mailscope.report import Report
from mailscope.tui.present.wording import Detail, Page
from mailscope.visible import visible
from mailscope_widgets import Sheet, Tone, para


class ReportPane(Sheet):
    """A sheet that shows one aspect of a report; it is filled when it is first looked at."""

    name_: ClassVar[str] = ""
    """What the tab says."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.report: Report | None = None
        self.lit: tuple[Span, ...] = ()
        """The bytes of the chosen evidence: panes that show what holds them mark it."""
        self._page = Page(())

    def page(self, report: Report) -> Page:
        """The page for a report."""
        raise NotImplementedError

    def holder(self, report: Report) -> str:  # noqa: ARG002 - for panes that show bytes
        """The key of the first item that the lit bytes lie in; "" where this pane shows none."""
        return ""

    def show_report(self, report: Report, lit: tuple[Span, ...]) -> None:
        """Show a report with this evidence lit; the same one again keeps the place, other evidence is gone to."""
        keep = report is self.report
        fresh = lit != self.lit or not keep
        self.report, self.lit = report, lit
        try:
            self._page = self.page(report)
            wanted = self.holder(report) if fresh and lit else ""
        except Exception as error:  # noqa: BLE001 - a page that cannot be drawn is a message, and the others still are
            self._page = Page((para(f"✗ This page cannot be drawn: {visible(repr(error))}", Tone.BAD),))
            wanted = ""
        self.show(self._page.blocks, keep=keep)
        if wanted:
            self.go_to(wanted)

    def redraw(self) -> None:
        """Show the same report anew, after a switch of this pane's own."""
        if self.report is not None:
            self.show_report(self.report, self.lit)

    def detail(self, key: str) -> Detail | None:
        """What stands behind an item."""
        return self._page.detail(key) if key in self.keys else None

    def copied(self) -> str:
        """What `y` copies: the item under the cursor, or the whole page where there is none."""
        return self.text_of(self.cursor) if self.cursor else "\n".join(line.text.rstrip() for line in self.lines)

    def on_focus(self, event: events.Focus) -> None:  # noqa: ARG002 - Textual's signature
        """The cursor is drawn only where the focus is."""
        self.refresh()

    def on_blur(self, event: events.Blur) -> None:  # noqa: ARG002 - Textual's signature
        """As above."""
        self.refresh()
