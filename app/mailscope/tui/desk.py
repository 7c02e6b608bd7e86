"""The cases of a session, and which of them are shown in which order: no screen, so that it can be tested alone."""

from bisect import bisect_left, bisect_right
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from typing import overload

from mailscope.tui.case import Case
from mailscope.tui.messages import Batch
from mailscope.tui.order import Key, Order, Section, key_of, sections_of
from mailscope.tui.present.row import FACETS, all_text, case_key, case_row, facets, gist_of, heading_row
from mailscope_widgets import Row

LIVE = 60
"""Reports held in memory; the others lie on the shelf."""


class Desk:
    """Cases by number in the order of their arrival, a filter, an order, groups, marks."""

    def __init__(self) -> None:
        self.cases: dict[int, Case] = {}
        self.shown: list[int] = []
        """Numbers of the cases that the filter lets through, in order; folded ones too."""
        self.query = ""
        self.order = Order.ARRIVAL
        self.grouped = False
        self.folded: set[str] = set()
        """Causes whose group shows its heading alone."""
        self.marks: set[int] = set()
        self.reading: int | None = None
        """The case that is looked at: its report is held in memory whatever else arrives."""
        self.loading = False
        self.busy = False
        self.share: float | None = None
        """How much of what is to be read has been examined; None: nothing is under way, or nobody knows."""
        self.severities: dict[str, int] = {}
        self.strays = 0
        """Files met in folders that are no mail; the word "unread" in the filter lists them."""
        self._keys: list[Key] = []
        """Of the shown cases, sorted, in step with them."""
        self._key: dict[int, Key] = {}
        self._groups: Counter[tuple[int, str]] = Counter()
        self._sections: list[Section] = []
        self._live: OrderedDict[int, None] = OrderedDict()
        self._settled = 0

    @property
    def waiting(self) -> int:
        """Cases without a report as yet."""
        return len(self.cases) - self._settled

    @property
    def rows(self) -> "Rows":
        """What the list shows."""
        return Rows(self)

    @property
    def height(self) -> int:
        """How many rows there are, headings among them."""
        return self._sections[-1].stop if self._sections else (0 if self.grouped else len(self.shown))

    def at(self, place: int) -> Case | None:
        """The case at a place of the list; None for a heading, and beyond the end."""
        section = self.section(place)
        if section is not None:
            at = section.first + place - section.place - 1
            return None if place == section.place else self.cases[self.shown[at]]
        return self.cases[self.shown[place]] if not self.grouped and 0 <= place < len(self.shown) else None

    def section(self, place: int) -> Section | None:
        """The group at a place of the list, where the list is grouped."""
        at = bisect_right(self._sections, place, key=lambda section: section.stop)
        return self._sections[at] if place >= 0 and at < len(self._sections) else None

    def key(self, place: int) -> str:
        """By what the row at a place is known, wherever it stands later; "" beyond the end."""
        case, section = self.at(place), self.section(place)
        return case_key(case.number) if case is not None else section.key if section is not None else ""

    def find(self, key: str) -> int | None:
        """The place of the row that is known by this; None where it is not shown any more."""
        kind, _, rest = key.partition(":")
        if kind == "case":
            return self.place(int(rest))
        return next((section.place for section in self._sections if section.key == key), None)

    def behind(self, key: str) -> list[int]:
        """The numbers of the case, or of the group, that is known by this, as far as they are shown."""
        kind, _, rest = key.partition(":")
        if kind == "case":
            return [int(rest)] if self.rank(int(rest)) >= 0 else []
        group = next((section for section in self._sections if section.key == key), None)
        return self.shown[group.first : group.first + group.count] if group is not None else []

    def place(self, number: int) -> int | None:
        """Where a case stands in the list (the heading of its group where that is folded); None where it does not."""
        at = self.rank(number)
        if at < 0:
            return None
        for section in self._sections:
            if section.first <= at < section.first + section.count:
                return section.place if section.folded else section.place + 1 + at - section.first
        return at

    def rank(self, number: int) -> int:
        """How many shown cases stand before this one, headings not counted; -1 where it is not shown."""
        key = self._key.get(number)
        return -1 if key is None else bisect_left(self._keys, key)

    def absorb(self, batch: Batch) -> set[int]:
        """Take in a batch; the numbers of the cases that changed."""
        changed: set[int] = set()
        self.loading, self.busy, self.share = batch.loading, batch.busy, batch.share
        for case in batch.arrived:
            old = self.cases.get(case.number)
            if old is not None:
                self._tally(old, -1)
            self.cases[case.number] = case
            self.strays += case.stray
            self._tally(case, 1)
            changed.add(case.number)
        for result in batch.results:
            known = self.cases.get(result.number)
            if known is None:
                continue
            if result.change is not None:
                if known.change == result.change and result.report is not None:
                    known.varied = result.report
                changed.add(known.number)
                continue
            self._tally(known, -1)
            known.report, known.trouble = result.report, result.trouble
            if result.report is None and result.gist is not None:
                known.specimen = None  # it lies on the shelf, with the report
            known.gist = result.gist or (gist_of(result.report) if result.report else None)
            self._tally(known, 1)
            self.keep(known)
            changed.add(known.number)
        self._settle(changed)
        return changed

    def keep(self, case: Case) -> None:
        """Hold a report in memory; the one that was looked at longest ago goes, its bytes with it."""
        if case.report is None:
            return
        self._live[case.number] = None
        self._live.move_to_end(case.number)
        if self.reading is not None and self.reading in self._live:
            self._live.move_to_end(self.reading)
        while len(self._live) > LIVE:
            old = self.cases[self._live.popitem(last=False)[0]]
            old.report = old.specimen = None

    def filter(self, query: str) -> None:
        """Show only what has all the words; name:word looks into one facet."""
        narrower = query.strip().startswith(self.query) and "unread" not in query
        self.query = query.strip()
        if narrower:
            words = self.query.casefold().split()
            self._take([number for number in self.shown if self._matches(number, words)])
        else:
            self._rebuild(self.cases)

    def sort(self, order: Order, *, grouped: bool | None = None) -> None:
        """Show in another order, grouped by cause or not."""
        self.order = order
        if grouped is not None:
            self.grouped = grouped
        self._rebuild(list(self.shown))

    def fold(self, cause: str) -> None:
        """Show a group's heading alone, or all of it again."""
        self.folded ^= {cause}
        self._lay()

    def mark(self, number: int) -> None:
        """Mark a case, or take its mark away."""
        self.marks ^= {number}

    def mark_all(self) -> None:
        """Mark everything that is shown; where all of it is marked, nothing any more."""
        shown = {number for number in self.shown if not self.cases[number].stray}
        self.marks = self.marks - shown if shown <= self.marks else self.marks | shown

    def problem(self, number: int | None, by: int) -> int | None:
        """The next (by 1) or previous (by -1) shown case with something critical or a warning, from this one."""
        at = self.rank(number) if number is not None else -1
        for place in range(at + by, len(self.shown) if by > 0 else -1, by):
            case = self.cases[self.shown[place]]
            if case.gist is not None and case.gist.problem:
                return case.number
        return None

    def _settle(self, changed: Iterable[int]) -> None:
        """Bring changed cases to their places."""
        words = self.query.casefold().split()
        for number in sorted(changed):
            old = self._key.pop(number, None)
            if old is not None:
                at = bisect_left(self._keys, old)
                del self._keys[at], self.shown[at]
                self._groups[old[0]] -= 1
            if self._matches(number, words):
                key = self._key[number] = key_of(self.cases[number], self.order, grouped=self.grouped)
                at = len(self._keys) if not self._keys or key > self._keys[-1] else bisect_left(self._keys, key)
                self._keys.insert(at, key)
                self.shown.insert(at, number)
                self._groups[key[0]] += 1
        self._lay()

    def _rebuild(self, numbers: Iterable[int]) -> None:
        words = self.query.casefold().split()
        self._key = {
            number: key_of(self.cases[number], self.order, grouped=self.grouped)
            for number in numbers
            if self._matches(number, words)
        }
        self._take([key[-1] for key in sorted(self._key.values())])

    def _take(self, shown: list[int]) -> None:
        """Show these, which are sorted already and have their keys."""
        self.shown = shown
        self._key = {number: self._key[number] for number in shown}
        self._keys = list(self._key.values())
        self._groups = Counter(key[0] for key in self._keys)
        self._lay()

    def _lay(self) -> None:
        self._sections = sections_of(self._groups, self.folded) if self.grouped else []

    def _matches(self, number: int, words: list[str]) -> bool:
        """Whether a case has every word: anywhere, or in the facet named before a colon."""
        if self.cases[number].stray != ("unread" in words):
            return False
        words = [word for word in words if word != "unread"]
        if not words:
            return True
        case = self.cases[number]
        text = all_text(case)
        known: dict[str, str] | None = None
        for word in words:
            name, colon, value = word.partition(":")
            if not colon or name not in FACETS:
                if word not in text:
                    return False
                continue
            if value not in text:  # what is nowhere is in no facet: most cases are done with here
                return False
            known = known or facets(case)
            if value not in known[name]:
                return False
        return True

    def _tally(self, case: Case, by: int) -> None:
        if not case.settled:
            return
        self._settled += by
        if case.stray:
            return
        severity = case.gist.severity if case.gist else "critical"
        self.severities[severity] = self.severities.get(severity, 0) + by


class Rows(Sequence[Row]):
    """Rows made when they are drawn: a hundred thousand cases cost what is seen of them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __len__(self) -> int:
        return self._desk.height

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        """The row at this place."""
        if isinstance(place, slice):
            return [self._row(each) for each in range(*place.indices(len(self)))]
        return self._row(place if place >= 0 else place + len(self))

    def _row(self, place: int) -> Row:
        case = self._desk.at(place)
        if case is not None:
            return case_row(case, marked=case.number in self._desk.marks)
        section = self._desk.section(place)
        if section is None:
            raise IndexError(place)
        return heading_row(section.cause, section.rank, section.count, folded=section.folded, key=section.key)
