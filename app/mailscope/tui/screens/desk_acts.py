"""What one can do with the messages of a session, beyond looking at them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC

from mailscope.amounts import count
from mailscope.casefile import SUFFIX
from mailscope.export.outline import outline
from mailscope.moment import as_utc
from mailscope.report import Report
from mailscope.settings import Settings
from mailscope.tui.case import Case
from mailscope.tui.change import BETWEEN, Change, read_record
from mailscope.tui.dialogs.ask_line import LineScreen
from mailscope.tui.dialogs.ask_path import PathScreen
from mailscope.tui.dialogs.choose import ChooseScreen
from mailscope.tui.dialogs.compare import CompareScreen
from mailscope.tui.dialogs.export import Export, ExportScreen
from mailscope.tui.dialogs.save import Saver, default_name
from mailscope.tui.messages import Batch, Compared, Understood
from mailscope.tui.order import Order
from mailscope.tui.present.change import changed_words
from mailscope.tui.screens.desk_filter import DeskFilter

_ORDERS = {
    Order.ARRIVAL: "as they came",
    Order.SEVERITY: "the loudest first",
    Order.DATE: "the newest Date first",
    Order.SENDER: "by the author's address",
    Order.SUBJECT: "by the subject",
}


class DeskActs(DeskFilter):
    """Exports, case files, suppositions, comparisons, marks, orders."""

    saver: Saver | None = None
    """Set by the app."""

    # --- the list

    def action_sort(self) -> None:
        """Ask for an order."""
        if not self.has_mail:
            return

        def answer(order: str | None) -> None:
            if order:
                self.put_in_order(replace(self.desk.wish, order=Order(order)), self.back_to_current)

        choices = [(order.value, order.value, meaning) for order, meaning in _ORDERS.items()]
        self.app.push_screen(ChooseScreen("Sort by", choices, f"Now: {self.desk.order}"), answer)

    def action_group(self) -> None:
        """Group by cause, or not any more."""
        if self.has_mail:
            self.put_in_order(replace(self.desk.wish, grouped=not self.desk.wish.grouped), self.back_to_current)

    def action_mark(self) -> None:
        """Mark the chosen message."""
        if self.current is not None:
            self.desk.mark(self.current.number)
            self.show_rows(self.under)

    def action_mark_all(self) -> None:
        """Mark all that are shown, or take their marks away."""
        if self.has_mail:
            self.desk.mark_all()
            self.show_rows(self.under)

    def action_problem(self, by: int) -> None:
        """To the next or previous problem: within the report that is read, then in the next message that has one."""
        if not self.has_mail:
            return
        if self.focused is not self.rows and self.view.step_problem(by):
            return
        number = self.desk.problem(self._current, by)
        if number is None:
            self.notify(
                "No further problem in the list." if by > 0 else "No earlier problem in the list.", markup=False
            )
            return
        self.choose(number)
        if self.focused is not self.rows:
            self.view.step_problem(0)

    # --- files

    def action_export(self, everything: bool) -> None:
        """Ask in which form, then write."""
        shown = [number for number in self.desk.shown if self.desk.cases[number].gist is not None]
        marked = [number for number in self.desk.cases if number in self.desk.marks]
        scopes = [("this", "this report")] if self.report is not None else []
        if marked:
            scopes.append(("marked", f"the {count(len(marked), 'marked report')}"))
        if len(shown) > 1 or (everything and shown):
            scopes.append(("listed", f"all {count(len(shown), 'report')} of the list"))
        if not scopes or self.saver is None:
            self.notify("There is no report to export as yet.", severity="warning", markup=False)
            return
        offered = [key for key, _ in scopes]
        scope = "listed" if everything and "listed" in offered else "marked" if marked else offered[0]
        saver, report = self.saver, self.report

        def answer(wanted: Export | None) -> None:
            if wanted is None:
                return
            if wanted.scope == "this" and report is not None:
                saver.export([report], wanted)
            else:
                saver.export(self._reports(marked if wanted.scope == "marked" else shown, supposed=True), wanted)

        sample = report or next(self._reports(shown), None)
        sections = [(section.key, section.title) for section in outline(sample).sections] if sample else []
        one = scope == "this" and self.current is not None
        name = default_name(self.current.name) if one and self.current else "mailscope-reports"
        self.app.push_screen(ExportScreen(scopes, scope, sections, name), answer)

    def action_save_case(self) -> None:
        """Write a case file of the marked messages, or of all that are shown."""
        numbers = self._wanted()
        if not numbers or self.saver is None:
            self.notify("There is nothing to save as yet.", severity="warning", markup=False)
            return
        saver, case = self.saver, self.current
        name = default_name(case.name) if len(numbers) == 1 and case else f"case{SUFFIX}"
        what = f"Save {count(len(numbers), 'message')} as a case: bytes, DNS answers, time"
        own_hosts = case.base.own_hosts if case and case.base else self.own_hosts
        self.app.push_screen(
            PathScreen(what, name, saving=True),
            lambda value: saver.case(self._reports(numbers), value, own_hosts) if value else None,
        )

    def action_record_dns(self) -> None:
        """Write every DNS answer of the session to a snapshot."""
        numbers = [number for number, case in self.desk.cases.items() if case.gist is not None]
        if not numbers or self.saver is None:
            self.notify("Nothing has been asked as yet.", severity="warning", markup=False)
            return
        saver = self.saver
        self.app.push_screen(
            PathScreen(f"Record the DNS answers behind {count(len(numbers), 'report')}", "dns.json", saving=True),
            lambda value: saver.recording(self._reports(numbers), value) if value else None,
        )

    def _wanted(self) -> list[int]:
        """The marked cases, or where there are none the shown ones, that were examined."""
        numbers = [number for number in self.desk.cases if number in self.desk.marks] or self.desk.shown
        return [number for number in numbers if self.desk.cases[number].gist is not None]

    def _reports(self, numbers: list[int], *, supposed: bool = False) -> Iterator[Report]:
        """Their reports, one at a time, for another thread; as they are, or as they are supposed to be."""
        for number in numbers:
            case = self.desk.cases[number]
            report = case.varied if supposed else None
            report = report or case.report or (self.bench.shelf.get(number) if self.bench else None)
            if report is not None:
                yield report

    # --- comparing

    def action_compare(self) -> None:
        """Two marked messages; or the marked one and the chosen one."""
        marked = [number for number in self.desk.cases if number in self.desk.marks]
        if len(marked) == 1 and self._current is not None and self._current != marked[0]:
            marked.append(self._current)
        case = self.current
        before = self.fetched(case) if case is not None else None
        if len(marked) != 2 and case is not None and before is not None and case.varied is not None:
            self._compare(before, case.varied)
            return
        reports = list(self._reports(marked)) if len(marked) == 2 else []
        if len(reports) != 2:
            said = "Mark two messages (m, or space in the list), then c compares them."
            self.notify(said, severity="warning", markup=False)
            return
        self._compare(*reports)

    def _compare(self, left: Report, right: Report) -> None:
        bench = self.bench
        if bench is not None:
            bench.run(lambda: bench.tell(Compared(bench.engine.compare(left, right))))

    def on_compared(self, event: Compared) -> None:
        """Show it."""
        self.app.push_screen(CompareScreen(event.comparison))

    # --- what if

    def action_recheck(self) -> None:
        """Ask the network, now."""
        if self.current is not None:
            self._suppose(self.current, Change(live=True))

    def action_suppose(self) -> None:
        """Ask what is to be supposed."""
        case = self.current
        report = self.fetched(case) if case is not None else None
        if case is None or report is None:
            return
        change = case.change or Change()
        asks: dict[str, Callable[[Case, Report, Change], None]] = {
            "time": self._ask_time,
            "hosts": self._ask_hosts,
            "record": self._ask_record,
        }
        choices = [
            ("time", "time", f"now {(change.now or report.analysis.now):%Y-%m-%d %H:%M} UTC: has a key expired?"),
            ("hosts", "own hosts", "who belongs to the receiving side: it moves the border"),
            ("record", "DNS record", "another answer to one question"),
            ("live", "live DNS", "ask the network again, as of now"),
        ]
        if case.change is not None:
            choices.append(("undo", "as it was", "nothing is supposed any more"))

        def answer(key: str | None) -> None:
            if key == "undo":
                self._undo(case)
            elif key == "live":
                self._suppose(case, Change(live=True))
            elif key:
                asks[key](case, report, change)

        note = f"Supposed: {change.words()}" if not change.empty else ""
        self.app.push_screen(ChooseScreen("What if it were otherwise?", choices, note), answer)

    def action_undo(self) -> None:
        """Suppose nothing any more."""
        if self.current is not None:
            self._undo(self.current)

    def _undo(self, case: Case) -> None:
        if case.change is not None:
            case.change = case.varied = None
            self.show_current()

    def _ask_time(self, case: Case, report: Report, change: Change) -> None:
        def answer(value: str | None) -> None:
            if value:
                self._suppose(case, replace(change, now=as_utc(value), live=False))

        now = (change.now or report.analysis.now).astimezone(UTC)
        example = "ISO 8601, like 2026-11-24 or 2026-11-24T12:00:00Z"
        self.app.push_screen(
            LineScreen("Judge as of which time?", example, as_utc, f"{now:%Y-%m-%dT%H:%M:%SZ}"), answer
        )

    def _ask_hosts(self, case: Case, report: Report, change: Change) -> None:  # noqa: ARG002 - as its neighbours
        known = change.own_hosts
        if known is None:
            known = case.base.own_hosts if case.base else self.own_hosts

        def answer(value: str | None) -> None:
            if value is not None:
                self._suppose(case, replace(change, own_hosts=tuple(value.split())))

        example = (
            "Names, .domains, addresses or networks, with blanks between: mx.example.org .example.net 192.0.2.0/24"
        )
        check = lambda value: Settings(dns="none", own_hosts=tuple(value.split()))  # noqa: E731 - it is but this
        self.app.push_screen(LineScreen("Which hosts are your own?", example, check, " ".join(known)), answer)

    def _ask_record(self, case: Case, report: Report, change: Change) -> None:
        """Beginning from the question that is looked at, or the policy that decides."""

        def answer(value: str | None) -> None:
            if value:
                self._suppose(case, replace(change.with_record(read_record(value)), live=False))

        asked = [each.answer for each in report.analysis.questions]
        chosen = self.view.chosen_question()
        known = asked[chosen] if chosen is not None and chosen < len(asked) else None
        if known is None:
            known = next((each for each in asked if each.question.name.startswith("_dmarc.")), None)
        said = ""
        if known is not None:
            records = BETWEEN.join(known.records) if known.records else known.outcome.value.upper()
            said = f"{known.question.name} {known.question.type} {records}"
        example = f"NAME TYPE RECORD, several with{BETWEEN}between; or NXDOMAIN, NODATA, SERVFAIL, TIMEOUT"
        self.app.push_screen(LineScreen("Which answer instead?", example, read_record, said), answer)

    def _suppose(self, case: Case, change: Change) -> None:
        """Of the case that was asked about: another may be looked at by now."""
        report = self.fetched(case)
        if report is None or self.bench is None or self.desk.cases.get(case.number) is not case:
            return
        case.change, case.varied = change, None
        self.bench.vary(case, report, change)
        self.show_current()

    def on_batch(self, batch: Batch) -> None:
        """What a supposition changed is said; Textual has the view, below this class, take the batch in."""
        for result in batch.results:
            case = self.desk.cases.get(result.number)
            if result.change is None or case is None or case.change != result.change:
                continue
            if result.report is None:
                case.change = None
                self.on_understood(Understood(result.trouble, trouble=True))
                self.show_current()
                continue
            before = self.fetched(case)
            if before is not None:
                self.notify(f"What if: {changed_words(before, result.report)}", markup=False, timeout=8)
