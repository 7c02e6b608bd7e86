"""The cases of a session, and which of them are shown in which order: no screen, so that it can be tested alone."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import overload

from mailscope.tui.arrangement import Arrangement, Wish
from mailscope.tui.case import Case
from mailscope.tui.messages import Batch
from mailscope.tui.order import Order, Section, sections_of
from mailscope.tui.present.row import case_key, case_row, gist_of, heading_row
from mailscope_widgets import Row

LIVE = 60
"""Reports held in memory; the others lie on the shelf."""


class Desk:
    """Cases by number in the order of their arrival, a filter, an order, groups, marks."""

    def __init__(self) -> None:
        self.cases: dict[int, Case] = {}
        self.wish = Wish()
        """How the list is wanted; it may be on the way to that."""
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
        self._list = Arrangement(self.wish)
        self._arranging: Arrangement | None = None
        """What will be the list."""
        self._missed: set[int] = set()
        """Cases that changed since that was begun."""
        self._sections: list[Section] = []
        self._live: OrderedDict[int, None] = OrderedDict()
        self._settled = 0

    @property
    def shown(self) -> list[int]:
        """Numbers of the cases that the filter lets through, in order; folded ones too."""
        return self._list.shown

    @property
    def query(self) -> str:
        """The filter."""
        return self._list.wish.query

    @property
    def order(self) -> Order:
        """What the list is sorted by."""
        return self._list.wish.order

    @property
    def grouped(self) -> bool:
        """Whether the list stands by cause."""
        return self._list.wish.grouped

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
        return self._list.rank(number)

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
        self.arrange(replace(self.wish, query=query))

    def sort(self, order: Order, *, grouped: bool | None = None) -> None:
        """Show in another order, grouped by cause or not."""
        self.arrange(replace(self.wish, order=order, grouped=self.wish.grouped if grouped is None else grouped))

    def arrange(self, wish: Wish) -> None:
        """Show the list as it is wanted, at once."""
        for _ in self.arranging(wish):
            pass

    def arranging(self, wish: Wish) -> Iterator[None]:
        """Show the list as it is wanted, at the end of this: it yields every few milliseconds.

        Until then the list stands as it stood, and takes in what comes. Of two of these the one begun last counts.
        """
        old = self._list.wish
        self.wish = wish = replace(wish, query=" ".join(wish.query.split()))
        made = self._arranging = Arrangement(wish)
        self._missed = set()
        for _ in made.fill(self.cases, list(self.shown if wish.within(old) else self.cases)):
            yield
            if self._arranging is not made:
                return
        for number in sorted(self._missed):
            made.settle(self.cases[number])
        self._list, self._arranging = made, None
        self._lay()

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

    def _settle(self, changed: set[int]) -> None:
        """Bring changed cases to their places."""
        self._missed |= changed if self._arranging else set()
        for number in sorted(changed):
            self._list.settle(self.cases[number])
        self._lay()

    def _lay(self) -> None:
        self._sections = sections_of(self._list.groups, self.folded) if self.grouped else []

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
