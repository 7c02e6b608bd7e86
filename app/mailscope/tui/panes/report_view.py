"""One report: its tabs, the pane that is looked at, and beside or below it what stands behind the chosen item."""

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.message import Message
from textual.widgets import ContentSwitcher

from mailscope.mail.field import Span
from mailscope.report import Report
from mailscope.tui.panes.body import BodyPane
from mailscope.tui.panes.headers import HeadersPane
from mailscope.tui.panes.pages import AuthenticationPane, BouncePane, DnsPane, PathPane, SummaryPane
from mailscope.tui.panes.pane import ReportPane
from mailscope.tui.panes.raw import RawPane
from mailscope.tui.present.wording import Detail
from mailscope.verdict import Severity
from mailscope_widgets import Block, Rule, Sheet, Tab, TabBar

_PROBLEMS = (Severity.CRITICAL, Severity.WARNING)

PANES: dict[str, type[ReportPane] | type[RawPane]] = {
    "summary": SummaryPane,
    "path": PathPane,
    "authentication": AuthenticationPane,
    "headers": HeadersPane,
    "bounce": BouncePane,
    "raw": RawPane,
    "dns": DnsPane,
    "body": BodyPane,
}


class ReportView(Vertical):
    """Shows one report at a time; panes are made and filled when they are first looked at."""

    class Opened(Message):
        """An item was opened and there is no room beside: whoever owns the screen shows the detail."""

        def __init__(self, detail: Detail) -> None:
            super().__init__()
            self.detail = detail

    class Inner(Message):
        """The returned message is to be shown."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.report: Report | None = None
        self.active = "summary"
        self.lit: tuple[Span, ...] = ()
        """The bytes of the chosen finding, or of what was last asked to be shown."""
        self._behind: Detail | None = None
        """What the lit bytes are about: it stays beside them."""

    def compose(self) -> ComposeResult:
        """Tabs above, the pane and its detail below."""
        yield TabBar(id="tabs")
        with Container(id="leaf"):
            yield ContentSwitcher(SummaryPane(id="summary"), Sheet(id="notice"), id="panes", initial="summary")
            yield Sheet(id="detail")

    def show_report(self, report: Report) -> None:
        """Show a report; the same one again keeps the place."""
        if report is not self.report:
            self.lit, self._behind = (), None
        self.report = report
        if self.active == "bounce" and not report.bounces:
            self.active = "summary"
        self._fill()

    def show_notice(self, blocks: tuple[Block, ...]) -> None:
        """Show words in the place of a report that is not there."""
        self.report = None
        self.query_one("#notice", Sheet).show(blocks)
        self.query_one("#panes", ContentSwitcher).current = "notice"
        self.query_one(TabBar).show_tabs((), "")
        self._show_detail(None)

    @property
    def pane(self) -> ReportPane | RawPane:
        """The pane that is looked at, or would be if there were a report."""
        pane = self.query_one(f"#{self.active}")
        assert isinstance(pane, ReportPane | RawPane)
        return pane

    def take_focus(self) -> None:
        """Give the pane the focus."""
        self.query_one(f"#{self.query_one('#panes', ContentSwitcher).current}").focus()

    def copied(self) -> str:
        """What `y` copies: of the detail where the focus is there, else of the pane."""
        if self.report is None:
            return "\n".join(line.text.rstrip() for line in self.query_one("#notice", Sheet).lines)
        focused = self.screen.focused
        if isinstance(focused, Sheet) and focused.id == "detail":
            return "\n".join(line.text.rstrip() for line in focused.lines)
        return self.pane.copied()

    def current_detail(self) -> Detail | None:
        """What stands behind the item under the cursor."""
        if self.report is None:
            return None
        pane = self.pane
        return pane.detail(pane.cursor) if isinstance(pane, ReportPane) else None

    def turn_to(self, name: str) -> None:
        """Look at another pane; where there is no report as yet, as soon as there is one."""
        if self.report is None:
            self.active = name
            return
        if name == "bounce" and not self.report.bounces:
            return
        had_focus = self.screen.focused is not None and self in self.screen.focused.ancestors
        self.active = name
        self._fill()
        if had_focus:
            self.take_focus()

    def turn(self, by: int) -> None:
        """To the next or previous tab."""
        names = [tab.id for tab in self._tabs()]
        if names:
            self.turn_to(names[(names.index(self.active) + by) % len(names)])

    def show_evidence(self) -> None:
        """Show the bytes of the chosen item, else those of the chosen finding."""
        detail = self.current_detail()
        if detail is not None and detail.spans:
            self.lit, self._behind = detail.spans, detail
        if self.lit:
            self.turn_to("raw")
        else:
            self.app.notify("No bytes of the message belong to it.", markup=False)

    def chosen_question(self) -> int | None:
        """Place of the DNS question under the cursor, where questions are looked at."""
        if self.report is None or self.active != "dns":
            return None
        kind, _, place = str(self.pane.cursor if isinstance(self.pane, ReportPane) else "").partition(":")
        return int(place) if kind == "dns" else None

    def step_problem(self, by: int) -> bool:
        """To the next or previous problem in the summary (0: to the first); False where there is none that way."""
        report = self.report
        if report is None:
            return False
        loud = [n for n, finding in enumerate(report.findings) if finding.severity in _PROBLEMS]
        here = -1
        summary = self.query_one("#summary", SummaryPane)
        if by and self.active in ("summary", "raw"):  # raw: the finding whose bytes are looked at
            kind, _, place = summary.cursor.partition(":")
            here = int(place) if kind == "finding" else -1
        ahead = [n for n in loud if n > here] if by >= 0 else [n for n in reversed(loud) if n < here]
        if not ahead:
            return False
        self.turn_to("summary")
        if isinstance(self.pane, ReportPane):
            self.pane.go_to(f"finding:{ahead[0]}")
        return True

    def on_tab_bar_picked(self, event: TabBar.Picked) -> None:
        """A tab was clicked."""
        event.stop()
        self.turn_to(event.tab)

    def on_sheet_moved(self, event: Sheet.Moved) -> None:
        """Show what stands behind the item, where there is room; the bytes of a finding are lit in every pane."""
        if self.report is None or event.sheet is not self.pane:
            return
        detail = self.current_detail()
        if detail is not None and self.active == "summary":
            self.lit, self._behind = detail.spans, detail
        self._show_detail(detail)

    def on_sheet_chosen(self, event: Sheet.Chosen) -> None:
        """Open an item."""
        event.stop()
        if event.key == "enclosed":
            self.post_message(self.Inner())
            return
        detail = self.current_detail()
        if detail is None or event.sheet.id == "detail":
            return
        beside = self.query_one("#detail", Sheet)
        if beside.display and beside.size.height > 2:
            beside.focus()
        else:
            self.post_message(self.Opened(detail))

    def _fill(self) -> None:
        report = self.report
        if report is None:
            return
        switcher = self.query_one("#panes", ContentSwitcher)
        if not switcher.query(f"#{self.active}"):
            switcher.mount(PANES[self.active](id=self.active))
        switcher.current = self.active
        self.query_one(TabBar).show_tabs(self._tabs(), self.active)
        self.pane.show_report(report, self.lit)
        self._show_detail(self._behind if self.active == "raw" and self.lit else self.current_detail())

    def _tabs(self) -> tuple[Tab, ...]:
        report = self.report
        if report is None:
            return ()
        return tuple(
            Tab(name, str(place), pane.name_)
            for place, (name, pane) in enumerate(PANES.items(), 1)
            if name != "bounce" or report.bounces
        )

    def _show_detail(self, detail: Detail | None) -> None:
        self.set_class(detail is None, "-alone")
        if detail is not None:
            self.query_one("#detail", Sheet).show((Rule(detail.title), *detail.blocks))
