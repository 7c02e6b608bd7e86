"""What the screen of a session shows: the list, the report of the chosen case, and the bars around them."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import Input

from mailscope.report import Report
from mailscope.tui.bench import Bench
from mailscope.tui.case import Case
from mailscope.tui.desk import Desk
from mailscope.tui.messages import Batch, Understood
from mailscope.tui.panes.report_view import ReportView
from mailscope.tui.present.home import home_page
from mailscope.tui.present.row import tally, title_bar
from mailscope.tui.safe import safe_lines
from mailscope.tui.screens.help import key_words
from mailscope.visible import visible
from mailscope_widgets import Bar, KeyBar, Pieces, RowList, Sheet, Tone, para, words


class DeskView(Screen[None]):
    """List and report; under 100 columns one at a time."""

    AUTO_FOCUS = None
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares it on the instance
        (0, "-narrow"),
        (100, "-mid"),
        (150, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall")]  # noqa: RUF012 - as above

    def __init__(self, dns_label: str) -> None:
        super().__init__()
        self.desk = Desk()
        self.bench: Bench | None = None
        """Set by the app before anything is handed in."""
        self._dns = visible(dns_label)
        self._current: int | None = None
        self.depth = 0
        """How many messages deep inside a bounce the report is taken from."""
        self._many = True
        self.jump = True
        """Whether the next case that arrives is to be looked at."""

    def compose(self) -> ComposeResult:
        """The first paint: two bars and what one can do; the rest follows."""
        yield Bar(id="top")
        home = Sheet(home_page(self._dns).blocks, id="home")
        home.can_focus = False
        yield home
        yield Horizontal(id="middle")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Fill the bars, and build the rest once that is painted."""
        self._show_top()
        self.bindings_updated_signal.subscribe(self, lambda _: self._show_keys())
        self.call_after_refresh(self._furnish)

    async def _furnish(self) -> None:
        middle = self.query_one("#middle")
        if not middle.is_attached:  # the reader has quit meanwhile
            return
        await middle.mount(
            Vertical(
                Bar(id="tally"),
                Input(id="filter", placeholder="words, severity: from: domain:"),
                RowList(id="rows"),
                id="side",
            ),
            ReportView(id="report"),
        )
        self._show_keys()
        if self.desk.cases:
            self._refresh_cases(set(self.desk.cases))

    @property
    def furnished(self) -> bool:
        """Whether list and report are there as yet."""
        return bool(self.query("#report"))

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
        """The report that is shown: of the chosen case, or of the message inside it."""
        report = self.current.report if self.current else None
        for _ in range(self.depth):
            report = report.enclosed if report and report.enclosed else report
        return report

    # --- what the bench tells

    def on_batch(self, batch: Batch) -> None:
        """Cases arrived, reports are there."""
        self._refresh_cases(self.desk.absorb(batch), arrived=batch.arrived)

    def on_understood(self, event: Understood) -> None:
        """Say what was made of it."""
        words_ = safe_lines(event.sentence)[:600]
        self.notify(words_, severity="warning" if event.trouble else "information", markup=False, timeout=8)

    def take_paste(self, text: str) -> None:
        """A paste or a drop, wherever the focus was."""
        if self.bench and text.strip():
            self.jump = True
            self.bench.drop(text)

    # --- what is shown

    def _refresh_cases(self, changed: set[int], arrived: Sequence[Case] = ()) -> None:
        mail = [case for case in arrived if not case.stray]
        if not self.furnished or self.desk.strays == len(self.desk.cases):
            return
        self.query_one("#home").display = False
        self.query_one("#middle").display = True
        if (
            len(self.desk.cases) - self.desk.strays > 1
        ) != self._many:  # only then: afterwards the list is the reader's to show or hide
            self._many = not self._many
            self.set_class(not self._many, "-nolist")
        if self._current is None or (self.jump and mail):
            first = self._current is None
            self._current = mail[0].number if mail else next(n for n, case in self.desk.cases.items() if not case.stray)
            self.jump = False
            self.view.active = "summary"
            self.depth = 0
            if first:
                self.set_class(self._many or self.desk.loading, "-list")
            self.show_current()
            self.call_after_refresh(self._focus_first)
        elif self._current in changed:
            self.show_current()
        if not self.desk.loading and not self._many and self.has_class("-list"):
            # it was one message after all: read it
            self.remove_class("-list")
            self.call_after_refresh(self._focus_first)
        self._show_rows()

    def _focus_first(self) -> None:
        if self.focused is None or not self.focused.is_on_screen:
            self.focus_list() if self.list_shown else self.view.take_focus()

    @property
    def list_shown(self) -> bool:
        """Whether the list can be seen."""
        return self.has_class("-list") if self.has_class("-narrow") else not self.has_class("-nolist")

    def _show_rows(self) -> None:
        place = self.desk.place(self._current) if self._current is not None else 0
        self.rows.show(self.desk.rows, place)
        left = tally(
            len(self.desk.cases) - self.desk.strays,
            len(self.desk.shown),
            self.desk.severities,
            self.desk.waiting,
            self.desk.strays,
        )
        loading = words("reading… ", Tone.WARN) if self.desk.loading else ()
        self.query_one("#tally", Bar).show(left, loading)
        self._show_top()

    def show_current(self) -> None:
        """Show the report of the chosen case, or why there is none."""
        case = self.current
        if case is None:
            return
        report = self.report
        if report is not None:
            had_focus = self.focused is not None and self.view in self.focused.ancestors
            self.view.show_report(report)
            if had_focus:
                self.view.take_focus()
        elif case.trouble:
            self.view.show_notice((para(f"✗ CANNOT READ  {visible(case.trouble)}", Tone.BAD, strong=True, hang=2),))
        else:
            self.view.show_notice((para("Examining… (escape stops, q quits at once)", Tone.DIM),))
            if case.specimen and self.bench:
                self.bench.prefer(case.number, case.specimen)
        self._show_top()

    def _show_top(self) -> None:
        place = self.desk.place(self._current) if self._current is not None else 0
        left = title_bar(self.current, place, len(self.desk.shown), self.depth)
        right: Pieces = (
            *words("DNS: ", Tone.DIM),
            *words(f"{self._dns} ", Tone.WARN if self._dns != "live" else Tone.PLAIN),
        )
        self.query_one("#top", Bar).show(left, right)

    def _show_keys(self) -> None:
        entries = [
            (active.binding.action, key_words(active.binding.key), active.binding.description)
            for active in reversed(self.active_bindings.values())
            if active.binding.show and active.enabled and not active.binding.system
        ]
        first_keys = {action: (key, label, action) for action, key, label in entries}
        self.query_one("#keys", KeyBar).show_keys(tuple(reversed(first_keys.values())))

    # --- what widgets say

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Another case is chosen."""
        case = self.desk.at(event.place)
        if case is not None and case.number != self._current:
            self._current = case.number
            self.depth = 0
            self.show_current()

    def on_row_list_chosen(self) -> None:
        """Read it."""
        self.remove_class("-list")
        self.view.take_focus()

    def on_key_bar_pressed(self, event: KeyBar.Pressed) -> None:
        """A key was clicked."""
        self.run_worker(self.run_action(event.action), exit_on_error=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as it is typed."""
        self.desk.filter(event.value)
        if self._current not in self.desk.shown and self.desk.shown:
            self._current = self.desk.shown[0]
            self.show_current()
        self._show_rows()

    def on_input_submitted(self) -> None:
        """Back to the list, filtered."""
        self.focus_list()

    def on_resize(self) -> None:
        """Where one pane is gone, the focus goes to the one that is left."""
        self.call_after_refresh(self._refocus)

    def _refocus(self) -> None:
        if self.furnished and self.desk.cases and self.focused is not None and not self.focused.is_on_screen:
            self.focus_list() if self.list_shown else self.view.take_focus()

    def focus_list(self) -> None:
        """Give the list the focus."""
        self.rows.focus()
