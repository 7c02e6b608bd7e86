"""The screen of a session: the list of messages, the report of the chosen one, and what one can do with them."""

from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input

from mailscope.amounts import count
from mailscope.specimen import Kind
from mailscope.tui.dialogs.ask_path import PathScreen
from mailscope.tui.dialogs.choose import ChooseScreen
from mailscope.tui.dialogs.detail import DetailScreen
from mailscope.tui.dialogs.help import HelpScreen, rebound
from mailscope.tui.messages import Puzzled
from mailscope.tui.panes.headers import HeadersPane
from mailscope.tui.panes.pages import AuthenticationPane, SummaryPane
from mailscope.tui.panes.raw import RawPane
from mailscope.tui.panes.report_view import PANES, ReportView
from mailscope.tui.safe import safe_lines
from mailscope.tui.screens.desk_acts import DeskActs
from mailscope.visible import visible
from mailscope_widgets import RowList, Sheet, Surface, Tone, para

_KINDS = (
    (Kind.MESSAGE, "header fields and a body"),
    (Kind.HEADERS, "header fields alone"),
    (Kind.BOUNCE, "a notice or a sentence that says why mail came back"),
    (Kind.TRANSCRIPT, "an SMTP session, commands and replies"),
    (Kind.LOG, "lines of a mail server's log"),
    (Kind.REPORT, "a DMARC, TLS or abuse report"),
)


class DeskScreen(DeskActs):
    """The keys of the session, and the questions that they ask."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "slash", "filter", "Filter", tooltip="Words, or severity: from: domain: category: phase:", id="desk.filter"
        ),
        Binding("o", "open", "Open", tooltip="A file, folder or mailbox", id="desk.open"),
        Binding("e", "export(False)", "Export", tooltip="This report, or the marked ones", id="desk.export"),
        Binding(
            "E", "export(True)", "Export all", show=False, tooltip="Every report of the list", id="desk.export_all"
        ),
        Binding("y", "copy", "Copy", tooltip="The chosen line, through the terminal (OSC 52)", id="desk.copy"),
        Binding("l", "list", "List", tooltip="Show or hide the list", id="desk.list"),
        Binding("t", "kind", "Take it as…", show=False, tooltip="Another kind than was detected", id="desk.kind"),
        Binding("i", "inner", "Returned message", show=False, tooltip="The message inside a bounce", id="desk.inner"),
        *(
            Binding(str(place), f"tab('{name}')", pane.name_, show=False, id=f"desk.tab_{name}")
            for place, (name, pane) in enumerate(PANES.items(), 1)
        ),
        Binding("right_square_bracket", "turn(1)", "Next tab", show=False, id="desk.next_tab"),
        Binding("left_square_bracket", "turn(-1)", "Previous tab", show=False, id="desk.previous_tab"),
        Binding("tab", "pane(1)", "Next pane", show=False, tooltip="List, report, detail", id="desk.next_pane"),
        Binding("shift+tab", "pane(-1)", "Previous pane", show=False, id="desk.previous_pane"),
        Binding("S", "sort", "Sort", show=False, tooltip="Arrival, severity, date, sender, subject", id="desk.sort"),
        Binding("b", "group", "By cause", show=False, tooltip="Group the list, or not any more", id="desk.group"),
        Binding("m", "mark", "Mark", show=False, tooltip="Export and compare act on marked ones", id="desk.mark"),
        Binding("M", "mark_all", "Mark all", show=False, tooltip="All that are shown, or none", id="desk.mark_all"),
        Binding("c", "compare", "Compare", show=False, tooltip="Two marked messages", id="desk.compare"),
        Binding("n", "problem(1)", "Next problem", show=False, tooltip="Critical or a warning", id="desk.next_problem"),
        Binding("N", "problem(-1)", "Previous problem", show=False, id="desk.previous_problem"),
        Binding(
            "x", "suppose", "What if…", show=False, tooltip="Another time, DNS record, own hosts", id="desk.suppose"
        ),
        Binding("u", "undo", "Undo what if", show=False, tooltip="The report as it was", id="desk.undo"),
        Binding("r", "recheck", "Re-check", show=False, tooltip="With live DNS, as of now", id="desk.recheck"),
        Binding(
            "w", "save_case", "Save case", show=False, tooltip="The marked or all, with their DNS", id="desk.save_case"
        ),
        Binding(
            "R", "record_dns", "Record DNS", show=False, tooltip="All answers, to a snapshot", id="desk.record_dns"
        ),
        Binding("v", "evidence", "Show its bytes", show=False, tooltip="Of the chosen line, in Raw", id="desk.bytes"),
        Binding("J,ctrl+down", "message(1)", "Next message", show=False, id="desk.next"),
        Binding("K,ctrl+up", "message(-1)", "Previous message", show=False, id="desk.previous"),
        Binding("escape", "back", "Back", show=False, tooltip="Out of what is open; stops reading", id="desk.back"),
        Binding("question_mark,f1", "help", "Help", id="desk.help"),
    ]

    def on_puzzled(self, event: Puzzled) -> None:
        """Ask what it is."""

        def answer(kind: str | None) -> None:
            if kind and self.bench:
                self.jump = True
                self.bench.take(event.raw, "pasted", Kind(kind))

        choices = [(kind.value, kind.value, meaning) for kind, meaning in _KINDS]
        self.app.push_screen(ChooseScreen("What is this that you pasted?", choices, visible(event.why)), answer)

    def on_report_view_opened(self, event: ReportView.Opened) -> None:
        """There is no room beside: show the detail over it."""
        self.app.push_screen(DetailScreen(event.detail), lambda wish: self.view.show_evidence() if wish else None)

    def on_report_view_inner(self) -> None:
        """The message inside."""
        self.action_inner()

    def action_filter(self) -> None:
        """Type to filter."""
        if not self.has_mail:
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
                self.jump = True
                self.bench.look(value)

        self.app.push_screen(PathScreen("Open a file, folder, mailbox or case", recent=self.home.recent), answer)

    def on_sheet_chosen(self, event: Sheet.Chosen) -> None:
        """A line of the first screen: a place opened before, or the samples."""
        kind, _, place = event.key.partition(":")
        if event.sheet.id != "home" or self.bench is None:
            return
        self.jump = True
        if kind == "recent":
            self.bench.open([Path(self.home.recent[int(place)])])
        elif self.home.samples is not None:
            self.bench.samples(self.home.samples)

    def action_copy(self) -> None:
        """The chosen line of the report, or of the list."""
        if not self.has_mail:
            return
        text = self.rows.copied() if self.focused is self.rows else self.view.copied()
        self.app.copy_to_clipboard(safe_lines(text))
        lines = text.count("\n") + 1
        self.notify(
            f"{count(lines, 'line')} sent to the terminal's clipboard (OSC 52). Some terminals, and tmux as it comes, "
            "drop it without a word: then use e, which writes a file.",
            markup=False,
        )

    def action_list(self) -> None:
        """Show or hide the list."""
        if not self.has_mail:
            return
        name = "-list" if self.has_class("-narrow") else "-nolist"
        self.toggle_class(name)
        self.focus_list() if self.list_shown else self.view.take_focus()

    def action_kind(self) -> None:
        """Say what it is, and examine it anew."""
        case = self.current
        if case is None or case.specimen is None:
            return
        specimen = case.specimen

        def answer(kind: str | None) -> None:
            if kind and self.bench:
                self.bench.again(case, specimen, Kind(kind))

        choices = [(kind.value, kind.value, meaning) for kind, meaning in _KINDS]
        note = f"Taken for: {specimen.kind} ({visible(specimen.kind_basis) or 'no basis given'})"
        self.app.push_screen(ChooseScreen("What is it?", choices, note), answer)

    def action_inner(self) -> None:
        """Into the message that a bounce returns, or out of it."""
        report = self.report
        if report is not None and report.enclosed is not None:
            self.depth += 1
        elif self.depth:
            self.depth = 0
        else:
            self.notify("No message is returned inside this one.", markup=False)
            return
        self.show_current()

    def action_tab(self, name: str) -> None:
        """Look at another side of the report."""
        if self.furnished:
            self.view.turn_to(name)

    def action_turn(self, by: int) -> None:
        """To the next or previous tab."""
        if self.furnished:
            self.view.turn(by)

    def action_pane(self, by: int) -> None:
        """The focus to the next pane that is seen; where there is but one, to the next tab."""
        if len(self.focus_chain) < 2:
            self.action_turn(by)
        elif by > 0:
            self.focus_next()
        else:
            self.focus_previous()

    def action_evidence(self) -> None:
        """The bytes of the chosen line."""
        if self.furnished and self.report is not None:
            self.view.show_evidence()

    def action_message(self, by: int) -> None:
        """To the next or previous message."""
        if self.has_mail:
            self.rows.action_step(by)

    def action_back(self) -> None:
        """Out of the innermost thing that is open."""
        field = self.query_one("#filter", Input) if self.furnished else None
        if field is not None and (field.has_focus or field.value):
            field.value = ""
            field.remove_class("-shown")
            self.focus_list()
        elif self.depth:
            self.action_inner()
        elif self.focused is not None and self.focused.id == "detail":
            self.view.take_focus()
        elif self.bench and self.bench.cancel():
            self.notify("Stopped. What is there stays.", markup=False)
            if self.current is not None and self.report is None:
                self.view.show_notice(
                    (para("Stopped before it was examined. Enter in the list examines it.", Tone.DIM),)
                )
        elif self.has_mail and len(self.desk.cases) > 1:
            self.set_class(True, "-list")
            self.remove_class("-nolist")
            self.focus_list()

    def action_help(self) -> None:
        """Every key."""
        sections = [
            ("everywhere", [*self.BINDINGS, *self.app.BINDINGS]),
            ("in lists and pages", [*Surface.BINDINGS, *Sheet.BINDINGS]),
            ("in the list", [binding for binding in RowList.BINDINGS if binding not in Sheet.BINDINGS]),
            ("in the summary", SummaryPane.BINDINGS),
            ("in the authentication", AuthenticationPane.BINDINGS),
            ("in the headers", HeadersPane.BINDINGS),
            ("in the raw bytes", RawPane.BINDINGS),
        ]
        self.app.push_screen(HelpScreen([(title, rebound(each, self.keymap)) for title, each in sections]))
