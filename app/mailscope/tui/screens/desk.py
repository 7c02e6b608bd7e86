"""The screen of a session: the list of messages, the report of the chosen one, and what one can do with them."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import Input

from mailscope.report import Report
from mailscope.specimen import Kind
from mailscope.tui.bench import Bench
from mailscope.tui.case import Case
from mailscope.tui.desk import Desk
from mailscope.tui.messages import Batch, Puzzled, Understood
from mailscope.tui.panes.headers import HeadersPane
from mailscope.tui.panes.report_view import ReportView
from mailscope.tui.present.home import home_page
from mailscope.tui.present.row import tally, title_bar
from mailscope.tui.safe import safe_lines
from mailscope.tui.screens.ask_path import PathScreen
from mailscope.tui.screens.choose import ChooseScreen
from mailscope.tui.screens.detail import DetailScreen
from mailscope.tui.screens.help import HelpScreen
from mailscope.tui.screens.save import Saver, default_name
from mailscope.visible import visible
from mailscope_widgets import Bar, KeyBar, Pieces, RowList, Sheet, Surface, Tone, para, words

_KINDS = (
    (Kind.MESSAGE, "header fields and a body"),
    (Kind.HEADERS, "header fields alone"),
    (Kind.BOUNCE, "a notice or a sentence that says why mail came back"),
    (Kind.TRANSCRIPT, "an SMTP session, commands and replies"),
    (Kind.LOG, "lines of a mail server's log"),
    (Kind.REPORT, "a DMARC, TLS or abuse report"),
)


class DeskScreen(Screen[None]):
    """List and report; under 100 columns one at a time."""

    AUTO_FOCUS = None
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares it on the instance
        (0, "-narrow"),
        (100, "-mid"),
        (150, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall")]  # noqa: RUF012 - as above
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "slash", "filter", "Filter", tooltip="Words, or severity: from: domain: category: phase:", id="desk.filter"
        ),
        Binding("o", "open", "Open", tooltip="A file, folder or mailbox", id="desk.open"),
        Binding("e", "export(False)", "Export", tooltip="This report to Markdown", id="desk.export"),
        Binding(
            "E", "export(True)", "Export all", show=False, tooltip="Every report of the list", id="desk.export_all"
        ),
        Binding("y", "copy", "Copy", tooltip="The chosen line, through the terminal (OSC 52)", id="desk.copy"),
        Binding("l", "list", "List", tooltip="Show or hide the list", id="desk.list"),
        Binding("t", "kind", "Take it as…", show=False, tooltip="Another kind than was detected", id="desk.kind"),
        Binding("i", "inner", "Returned message", show=False, tooltip="The message inside a bounce", id="desk.inner"),
        Binding("J,ctrl+down", "message(1)", "Next message", show=False, id="desk.next"),
        Binding("K,ctrl+up", "message(-1)", "Previous message", show=False, id="desk.previous"),
        Binding("escape", "back", "Back", show=False, tooltip="Out of what is open; stops reading", id="desk.back"),
        Binding("question_mark,f1", "help", "Help", id="desk.help"),
    ]

    def __init__(self, dns_label: str) -> None:
        super().__init__()
        self.desk = Desk()
        self.bench: Bench | None = None
        """Set by the app before anything is handed in."""
        self.saver: Saver | None = None
        self._dns = visible(dns_label)
        self._current: int | None = None
        self._depth = 0
        self._jump = True
        """Whether the next case that arrives is to be looked at."""

    def compose(self) -> ComposeResult:
        """The first paint: two bars and what one can do; the rest follows."""
        yield Bar(id="top")
        yield Sheet(home_page(self._dns).blocks, id="home")
        yield Horizontal(id="middle")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Fill the bars, and build the rest once that is painted."""
        self._show_top()
        self.bindings_updated_signal.subscribe(self, lambda _: self._show_keys())
        self.call_after_refresh(self._furnish)

    async def _furnish(self) -> None:
        middle = self.query_one("#middle")
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
        for _ in range(self._depth):
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

    def on_puzzled(self, event: Puzzled) -> None:
        """Ask what it is."""

        def answer(kind: str | None) -> None:
            if kind and self.bench:
                self._jump = True
                self.bench.take(event.raw, "pasted", Kind(kind))

        choices = [(kind.value, kind.value, meaning) for kind, meaning in _KINDS]
        self.app.push_screen(ChooseScreen("What is this that you pasted?", choices, visible(event.why)), answer)

    def take_paste(self, text: str) -> None:
        """A paste or a drop, wherever the focus was."""
        if self.bench and text.strip():
            self._jump = True
            self.bench.drop(text)

    # --- what is shown

    def _refresh_cases(self, changed: set[int], arrived: Sequence[Case] = ()) -> None:
        if not self.furnished or not self.desk.cases:
            return
        self.query_one("#home").display = False
        self.query_one("#middle").display = True
        self.set_class(len(self.desk.cases) < 2, "-nolist")
        if self._current is None or (self._jump and arrived):
            first = self._current is None
            self._current = arrived[0].number if arrived else next(iter(self.desk.cases))
            self._jump = False
            self._depth = 0
            many = len(self.desk.cases) > 1 or self.desk.loading
            if first:
                self.set_class(many and len(arrived) != 1, "-list")
            self._show_current()
            self.call_after_refresh(self._focus_first)
        elif self._current in changed:
            self._show_current()
        self._show_rows()

    def _focus_first(self) -> None:
        if self.focused is None or not self.focused.display:
            self._focus_list() if self.list_shown else self.view.take_focus()

    @property
    def list_shown(self) -> bool:
        """Whether the list can be seen."""
        return self.has_class("-list") if self.has_class("-narrow") else not self.has_class("-nolist")

    def _show_rows(self) -> None:
        place = self.desk.place(self._current) if self._current is not None else 0
        self.rows.show(self.desk.rows, place)
        left = tally(len(self.desk.cases), len(self.desk.shown), self.desk.severities, self.desk.waiting)
        loading = words("reading… ", Tone.WARN) if self.desk.loading else ()
        self.query_one("#tally", Bar).show(left, loading)
        self._show_top()

    def _show_current(self) -> None:
        case = self.current
        if case is None:
            return
        report = self.report
        if report is not None:
            self.view.show_report(report)
        elif case.trouble:
            self.view.show_notice((para(f"✗ CANNOT READ  {visible(case.trouble)}", Tone.BAD, strong=True, hang=2),))
        else:
            self.view.show_notice((para("Examining… (escape stops, q quits at once)", Tone.DIM),))
            if case.specimen and self.bench:
                self.bench.prefer(case.number, case.specimen)
        self._show_top()

    def _show_top(self) -> None:
        place = self.desk.place(self._current) if self._current is not None else 0
        left = title_bar(self.current, place, len(self.desk.shown), self._depth)
        right: Pieces = (
            *words("DNS: ", Tone.DIM),
            *words(f"{self._dns} ", Tone.WARN if self._dns != "live" else Tone.PLAIN),
        )
        self.query_one("#top", Bar).show(left, right)

    def _show_keys(self) -> None:
        entries = [
            (active.binding.action, self.app.get_key_display(active.binding), active.binding.description)
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
            self._depth = 0
            self._show_current()

    def on_row_list_chosen(self) -> None:
        """Read it."""
        self.remove_class("-list")
        self.view.take_focus()

    def on_report_view_opened(self, event: ReportView.Opened) -> None:
        """There is no room beside: show the detail over it."""
        self.app.push_screen(DetailScreen(event.detail), lambda wish: self.view.action_evidence() if wish else None)

    def on_report_view_inner(self) -> None:
        """The message inside."""
        self.action_inner()

    def on_key_bar_pressed(self, event: KeyBar.Pressed) -> None:
        """A key was clicked."""
        self.run_worker(self.run_action(event.action), exit_on_error=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as it is typed."""
        self.desk.filter(event.value)
        if self._current not in self.desk.shown and self.desk.shown:
            self._current = self.desk.shown[0]
            self._show_current()
        self._show_rows()

    def on_input_submitted(self) -> None:
        """Back to the list, filtered."""
        self._focus_list()

    def on_resize(self) -> None:
        """Where one pane is gone, the focus goes to the one that is left."""
        self.call_after_refresh(self._refocus)

    def _refocus(self) -> None:
        if self.furnished and self.desk.cases and self.focused is not None and not self.focused.is_on_screen:
            self._focus_list() if self.list_shown else self.view.take_focus()

    def _focus_list(self) -> None:
        self.rows.focus()

    # --- what keys do

    def action_filter(self) -> None:
        """Type to filter."""
        if not self.furnished or not self.desk.cases:
            return
        self.remove_class("-nolist")
        self.add_class("-list")
        field = self.query_one("#filter", Input)
        field.add_class("-shown")
        field.focus()

    def action_open(self) -> None:
        """Ask for a path; what is entered may also be what a terminal drops."""

        def answer(value: str | None) -> None:
            if value and self.bench:
                self._jump = True
                path = Path(value).expanduser()
                self.bench.open([path]) if path.exists() else self.bench.drop(value)

        self.app.push_screen(PathScreen("Open a file, folder or mailbox"), answer)

    def action_export(self, everything: bool) -> None:
        """Write a report, or all that are listed, to Markdown."""
        listed = (self.desk.cases[number].report for number in self.desk.shown)
        reports = [report for report in listed if report] if everything else [self.report] if self.report else []
        if not reports or self.saver is None:
            self.notify("There is no report to export as yet.", severity="warning", markup=False)
            return
        saver = self.saver
        name = self.current.name if self.current else "report"
        default = "mailscope-reports.md" if everything else default_name(name)
        self.app.push_screen(
            PathScreen(f"Export {len(reports)} report(s) to Markdown", default, saving=True),
            lambda value: saver.save(reports, value, self.on_understood) if value else None,
        )

    def action_copy(self) -> None:
        """The chosen line of the report, or of the list."""
        if not self.furnished or not self.desk.cases:
            return
        text = self.rows.copied() if self.focused is self.rows else self.view.copied()
        self.app.copy_to_clipboard(safe_lines(text))
        lines = text.count("\n") + 1
        self.notify(
            f"{lines} line(s) sent to the terminal's clipboard (OSC 52). Some terminals, and tmux as it comes, drop it "
            "without a word: then use e, which writes a file.",
            markup=False,
        )

    def action_list(self) -> None:
        """Show or hide the list."""
        if not self.furnished or not self.desk.cases:
            return
        name = "-list" if self.has_class("-narrow") else "-nolist"
        self.toggle_class(name)
        self._focus_list() if self.list_shown else self.view.take_focus()

    def action_kind(self) -> None:
        """Say what it is, and examine it anew."""
        case = self.current
        if case is None or case.specimen is None:
            return
        specimen = case.specimen

        def answer(kind: str | None) -> None:
            if kind and self.bench:
                self.bench.again(case.number, specimen, Kind(kind))

        choices = [(kind.value, kind.value, meaning) for kind, meaning in _KINDS]
        note = f"Taken for: {specimen.kind} ({visible(specimen.kind_basis) or 'no basis given'})"
        self.app.push_screen(ChooseScreen("What is it?", choices, note), answer)

    def action_inner(self) -> None:
        """Into the message that a bounce returns, or out of it."""
        report = self.report
        if report is not None and report.enclosed is not None:
            self._depth += 1
        elif self._depth:
            self._depth = 0
        else:
            self.notify("No message is returned inside this one.", markup=False)
            return
        self._show_current()

    def action_message(self, by: int) -> None:
        """To the next or previous message."""
        if self.furnished and self.desk.cases:
            self.rows.action_step(by)

    def action_back(self) -> None:
        """Out of the innermost thing that is open."""
        field = self.query_one("#filter", Input) if self.furnished else None
        if field is not None and (field.has_focus or field.value):
            field.value = ""
            field.remove_class("-shown")
            self._focus_list()
        elif self._depth:
            self.action_inner()
        elif self.focused is not None and self.focused.id == "detail":
            self.view.take_focus()
        elif self.bench and self.bench.cancel():
            self.notify("Stopped. What is there stays.", markup=False)
        elif self.furnished and len(self.desk.cases) > 1:
            self.set_class(True, "-list")
            self.remove_class("-nolist")
            self._focus_list()

    def action_help(self) -> None:
        """Every key."""
        sections = [
            ("everywhere", [*self.BINDINGS, *self.app.BINDINGS]),
            ("in a report", ReportView.BINDINGS),
            ("in lists and pages", [*Surface.BINDINGS, *Sheet.BINDINGS]),
            ("in the headers", HeadersPane.BINDINGS),
        ]
        self.app.push_screen(HelpScreen(sections))
