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
        self._page = Page(())

    def page(self, report: Report) -> Page:
        """The page for a report."""
        raise NotImplementedError

    def show_report(self, report: Report, lit: tuple[Span, ...]) -> None:  # noqa: ARG002 - for panes that light bytes
        """Show a report; the same one again keeps the place."""
        keep = report is self.report
        self.report = report
        try:
            self._page = self.page(report)
        except Exception as error:  # noqa: BLE001 - a page that cannot be drawn is a message, and the others still are
            self._page = Page((para(f"✗ This page cannot be drawn: {visible(repr(error))}", Tone.BAD),))
        self.show(self._page.blocks, keep=keep)

    def detail(self, key: str) -> Detail | None:
        """What stands behind an item."""
        return self._page.detail(key) if key else None

    def copied(self) -> str:
        """What `y` copies: the item under the cursor, or the whole page where there is none."""
        return self.text_of(self.cursor) if self.cursor else "\n".join(line.text.rstrip() for line in self.lines)

    def on_focus(self, event: events.Focus) -> None:  # noqa: ARG002 - Textual's signature
        """The cursor is drawn only where the focus is."""
        self.refresh()

    def on_blur(self, event: events.Blur) -> None:  # noqa: ARG002 - Textual's signature
        """As above."""
        self.refresh()
