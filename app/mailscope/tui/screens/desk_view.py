"""What the screen of a session shows: the list, the report of the chosen case, and the bars around them."""

import gc
from collections.abc import Sequence
from pathlib import Path

from textual.containers import Vertical
from textual.widgets import Input

from mailscope.tui.case import Case
from mailscope.tui.dialogs.help import key_words
from mailscope.tui.messages import Batch, Opened, Understood
from mailscope.tui.order import Order
from mailscope.tui.panes.report_view import ReportView
from mailscope.tui.present.change import change_pieces
from mailscope.tui.present.row import title_bar
from mailscope.tui.present.tally import progress, tally
from mailscope.tui.safe import safe_lines
from mailscope.tui.screens.desk_frame import DeskFrame
from mailscope.visible import visible
from mailscope_widgets import Bar, KeyBar, RowList, Tone, para, words

_KEPT = 2_000
"""Cases after which the collector is told that they stay."""
_BEHIND_SECONDS = 0.03
"""How long the report lets cursor and title go before it: two paints; it takes longer to draw than both."""
_WITH_MAIL = ("filter", "export(False)", "copy", "list")
"""Actions whose keys are shown once there is something to act on."""


class DeskView(DeskFrame):
    """List and report; under 100 columns one at a time."""

    def on_mount(self) -> None:
        """Fill the bars, and build the rest once that is painted."""
        if not self.query("#top"):  # the reader has quit meanwhile
            return
        self._show_top()
        self.query_one("#home").focus()
        self.bindings_updated_signal.subscribe(self, lambda _: self._show_keys())
        self.watch(self.app, "app_focus", self.on_screen_resume, init=False)
        self.call_after_refresh(self._furnish)

    async def _furnish(self) -> None:
        middle = self.query_one("#middle")
        if not middle.is_attached or middle.children:  # the reader has quit meanwhile; or it was done on coming back
            return
        await middle.mount(
            Vertical(
                Bar(id="tally"),
                Input(id="filter", placeholder="words, severity: from: domain: category: phase:"),
                RowList(id="rows"),
                id="side",
            ),
            ReportView(id="report"),
        )
        self.furnished = True
        self._show_keys()
        if self.desk.cases:
            self._refresh_cases(set(self.desk.cases))

    # --- what the bench tells

    def on_batch(self, batch: Batch) -> None:
        """Cases arrived, reports are there."""
        # a key may have moved the cursor, and word of that be on its way: the list stays on what is under it now
        held = self.under
        changed = self.desk.absorb(batch)
        if len(self.desk.cases) - self.desk.waiting >= self._kept + _KEPT:
            # what the list knows stays: looking through a hundred thousand of these for what has gone holds keys up
            self._kept = len(self.desk.cases) - self.desk.waiting
            gc.freeze()
        self._refresh_cases(changed, batch.arrived, held)

    def on_understood(self, event: Understood) -> None:
        """Say what was made of it."""
        words_ = safe_lines(event.sentence)[:600]
        self.notify(words_, severity="warning" if event.trouble else "information", markup=False, timeout=8)

    def on_opened(self, event: Opened) -> None:
        """Remember what held mail."""
        recent, bench = self.recent, self.bench
        if recent is not None and bench is not None:
            bench.run(lambda: recent.add(event.paths))

    def hand_in(self, paths: tuple[Path, ...], stdin: bytes | None) -> None:
        """What stood on the command line and came through standard input."""
        if self.bench is not None and stdin is not None:
            self.bench.take(stdin, "standard input")
        if self.bench is not None and paths:
            self.bench.open(paths)

    def take_paste(self, text: str) -> None:
        """A paste or a drop, wherever the focus was."""
        if self.bench and text.strip():
            self.jump = True
            self.bench.drop(text)

    # --- what is shown

    def _refresh_cases(self, changed: set[int], arrived: Sequence[Case] = (), held: str = "") -> None:
        mail = [case for case in arrived if not case.stray]
        if not self.has_mail:
            if self.desk.busy:
                self.query_one("#top", Bar).show(words(" reading…", Tone.WARN), progress(self.desk.share, ""))
            return
        home = self.query_one("#home")
        if home.has_focus:
            self.set_focus(None)
        home.display = home.can_focus = False
        self.query_one("#middle").display = True
        if (
            len(self.desk.cases) - self.desk.strays > 1
        ) != self._many:  # only then: afterwards the list is the reader's to show or hide
            self._many = not self._many
            self.set_class(not self._many, "-nolist")
            if self._many and not self.touched and not self.has_class("-narrow"):
                self.call_after_refresh(self.focus_list)
        if self._current is None or (self.jump and mail):
            first = self._current is None
            number = mail[0].number if mail else next(n for n, case in self.desk.cases.items() if not case.stray)
            self._current, held = number, ""
            self.jump = False
            self.view.active = "summary"
            self.depth = 0
            if first:
                self.set_class(self._many or self.desk.loading, "-list")
            self.show_current()
            self.call_after_refresh(self._keep_focus)
        elif self._current in changed:
            self.show_current()
        if not self.desk.loading and not self._many and self.has_class("-list"):
            # it was one message after all: read it
            self.remove_class("-list")
            self.call_after_refresh(self._keep_focus)
        self.show_rows(held)
        if not self._in_view:
            self._follow()

    def _follow(self) -> None:
        """Where the filter has the chosen case no longer, the one under the list's cursor is chosen."""
        case = self.desk.at(self.rows.cursor)
        if case is not None and self._current is not None and self.desk.rank(self._current) < 0:
            self._current, self.depth = case.number, 0
            self.show_current()

    def on_descendant_blur(self) -> None:
        """A part that was put away may lose the focus late, to its neighbour or to nobody: no key would work."""
        self.call_after_refresh(self._keep_focus)

    def on_descendant_focus(self) -> None:
        """The list tells what it stands on."""
        if self.furnished and self.focused is self.rows:
            self._follow()

    def on_screen_resume(self) -> None:
        """What had the focus may have been put away while a dialog was open, or another window in front.

        What was to be done after the next paint goes with a dialog that was closed before it was painted.
        """
        if not self.furnished:
            self.call_after_refresh(self._furnish)
        if self._behind:
            self._catch_up()
        self.call_after_refresh(self._keep_focus)

    def _keep_focus(self) -> None:
        """See that a key reaches something that is seen."""
        if not (self.has_mail and self.is_current and self.app.app_focus):
            return
        focused = self.focused
        # a list that was just put away may be drawn still: it would lose the focus later, to nobody
        lost = focused is None or not focused.is_on_screen or (focused is self.rows and not self.list_shown)
        if lost or not self.touched:
            first = self.list_shown if self.has_class("-narrow") else self._many and self.list_shown
            self.focus_list() if first else self.view.take_focus()

    @property
    def _in_view(self) -> bool:
        """Whether the report is what is read."""
        return self.focused is not None and self.view in self.focused.ancestors

    @property
    def list_shown(self) -> bool:
        """Whether the list can be seen."""
        return self.has_class("-list") if self.has_class("-narrow") else not self.has_class("-nolist")

    @property
    def under(self) -> str:
        """By what the row under the list's cursor is known; "" where there is none."""
        return self.desk.key(self.rows.cursor) if self.furnished else ""

    def show_rows(self, held: str = "") -> None:
        """The list and the line above it, as they are now; the cursor on this row, else on the chosen case."""
        desk = self.desk
        place = desk.find(held) if held else None
        if place is None and self._current is not None:
            place = desk.place(self._current)
        self.rows.show(desk.rows, place)
        left = tally(
            len(desk.cases) - desk.strays,
            len(desk.shown),
            desk.severities,
            desk.waiting,
            desk.strays,
            marked=len(desk.marks),
            busy=desk.busy,
        )
        order = "" if desk.order is Order.ARRIVAL and not desk.grouped else f"by {desk.order}"
        right = progress(desk.share if desk.busy else None, "by cause" if desk.grouped else order)
        if desk.busy and desk.share is None and desk.loading:
            right = words("reading… ", Tone.WARN)
        self.query_one("#tally", Bar).show(left, right)
        self._show_top()

    def choose(self, number: int) -> None:
        """Look at this case."""
        self._current = number
        self.depth = 0
        gist = self.desk.cases[number].gist
        if gist is not None and gist.cause in self.desk.folded:
            self.desk.fold(gist.cause)
        self.show_current()
        self.back_to_current()

    def back_to_current(self) -> None:
        """Put the list's cursor where the chosen case stands now."""
        self.show_rows()

    def show_current(self) -> None:
        """Show the report of the chosen case, or why there is none."""
        case = self.current
        if case is None:
            return
        report, had_focus = self.report, self._in_view
        if report is not None:
            self.view.show_report(report)
        elif case.trouble:
            self.view.show_notice((para(f"✗ CANNOT READ  {visible(case.trouble)}", Tone.BAD, strong=True, hang=2),))
        else:
            self.view.show_notice((para("Examining… (escape stops, q quits at once)", Tone.DIM),))
            if case.specimen and self.bench:
                self.bench.prefer(case, case.specimen)
        if had_focus:
            self.view.take_focus()
        self._show_change(case)
        self._show_top()

    def _show_change(self, case: Case) -> None:
        """What is supposed about the case, and what that changes."""
        bar = self.query_one("#change", Bar)
        bar.display = case.change is not None
        if case.change is not None:
            bar.show(*change_pieces(case.change, self.fetched(case), case.varied))

    def _show_top(self) -> None:
        place = self.desk.rank(self._current) if self._current is not None else 0
        case = self.current
        left = title_bar(case, case.specimen if case else None, max(0, place), len(self.desk.shown), self.depth)
        dns = ""
        if case is not None and case.change is not None:
            dns = "supposed"
        elif case is not None and case.base is not None:
            dns = "as it was saved"
        self.query_one("#top", Bar).show(left, self.dns_pieces(dns))

    def _show_keys(self) -> None:
        entries = [
            (active.binding.action, key_words(active.binding.key), active.binding.description)
            for active in reversed(self.active_bindings.values())
            if active.binding.show
            and active.enabled
            and not active.binding.system
            and (self.desk.cases or active.binding.action not in _WITH_MAIL)
        ]
        first_keys = {action: (key, label, action) for action, key, label in entries}
        self.query_one("#keys", KeyBar).show_keys(tuple(reversed(first_keys.values())))

    # --- what widgets say

    def on_row_list_moved(self) -> None:
        """Another case is chosen: the one under the cursor now, for rows may have come above it since."""
        case = self.desk.at(self.rows.cursor)
        if case is not None and case.number != self._current:
            self._current = case.number
            self.depth = 0
            self._show_top()
            # the cursor first: whoever runs through the list is not held up by the reports on the way
            if not self._behind:
                self._behind = True
                self.set_timer(_BEHIND_SECONDS, self._catch_up)

    def _catch_up(self) -> None:
        """Show the report of where the cursor has got to."""
        self._behind = False
        self.show_current()

    def on_row_list_marked(self, event: RowList.Marked) -> None:
        """Set it apart, or its whole group."""
        for number in self.desk.behind(event.key):
            self.desk.mark(number)
        self.show_rows(self.under)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Read it; a heading folds or opens."""
        kind, _, rest = event.key.partition(":")
        if kind == "cause":
            self.desk.fold(rest.partition(":")[2])
            self.show_rows(event.key)
            return
        if self.report is None:
            self.show_current()
        self.remove_class("-list")
        self.view.take_focus()

    def on_key_bar_pressed(self, event: KeyBar.Pressed) -> None:
        """A key was clicked."""
        self.run_worker(self.run_action(event.action), exit_on_error=False)

    def on_resize(self) -> None:
        """Where one pane is gone, the focus goes to the one that is left."""
        self.call_after_refresh(self._keep_focus)

    def focus_list(self) -> None:
        """Give the list the focus."""
        self.rows.focus()
