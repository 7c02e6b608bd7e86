"""The frame of a session's screen: its parts, and which case and report they are about."""

from textual.app import ComposeResult
from textual.containers import Horizontal

from mailscope.report import Report
from mailscope.tui.bench import Bench
from mailscope.tui.case import Case
from mailscope.tui.desk import Desk
from mailscope.tui.front import Front
from mailscope.tui.home import Home
from mailscope.tui.panes.report_view import ReportView
from mailscope.tui.present.home import home_page
from mailscope.tui.recent import Recent
from mailscope_widgets import Bar, KeyBar, RowList, Sheet


class DeskFrame(Front):
    """What the screen is made of and works on."""

    def __init__(self, dns_label: str, home: Home | None = None) -> None:
        super().__init__(dns_label, home)
        self.desk = Desk()
        self.bench: Bench | None = None
        """Set by the app before anything is handed in."""
        self.recent: Recent | None = None
        """Set by the app, where places are remembered."""
        self.own_hosts: tuple[str, ...] = ()
        """Of the session; set by the app."""
        self.keymap: dict[str, str] = {}
        """Keys that the reader bound anew, by id; set by the app."""
        self.depth = 0
        """How many messages deep inside a bounce the report is taken from."""
        self._many = True
        self._kept = 0
        """Cases that the collector was told to leave alone."""
        self._behind = False
        """Whether the report that is shown is not that of the chosen case as yet."""
        self.jump = True
        """Whether the next case that arrives is to be looked at."""
        self.furnished = False
        """Whether list and report are there as yet, with all that is in them."""

    def compose(self) -> ComposeResult:
        """The first paint: two bars and what one can do; the rest follows."""
        yield Bar(id="top")
        yield Sheet(home_page(self.dns_label, self.home).blocks, id="home")
        yield Bar(id="change")
        yield Horizontal(id="middle")
        yield KeyBar(id="keys")

    @property
    def _current(self) -> int | None:
        """Number of the chosen case."""
        return self.desk.reading

    @_current.setter
    def _current(self, number: int | None) -> None:
        self.desk.reading = number

    @property
    def has_mail(self) -> bool:
        """Whether there is anything to show, and the place to show it in."""
        return self.furnished and len(self.desk.cases) > self.desk.strays

    @property
    def view(self) -> ReportView:
        """The report."""
        return self.query_one("#report", ReportView)

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one("#rows", RowList)

    @property
    def current(self) -> Case | None:
        """The chosen case."""
        return None if self._current is None else self.desk.cases.get(self._current)

    @property
    def report(self) -> Report | None:
        """The report that is shown: of the chosen case as it is supposed to be, or of the message inside it."""
        case = self.current
        report = None if case is None else case.varied or self.fetched(case)
        for _ in range(self.depth):
            report = report.enclosed if report and report.enclosed else report
        return report

    def fetched(self, case: Case) -> Report | None:
        """The report of a case as it is, from the shelf where it lies there; None before there is one."""
        if case.report is None and case.gist is not None and self.bench is not None:
            case.report = self.bench.shelf.get(case.number)
            if case.report is not None:
                case.specimen = case.report.analysis.specimen
        self.desk.keep(case)
        return case.report
