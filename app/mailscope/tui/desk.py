"""The cases of a session, and which of them are shown: no screen, so that it can be tested alone."""

from collections.abc import Sequence
from typing import overload

from mailscope.tui.case import Case
from mailscope.tui.messages import Batch
from mailscope.tui.present.row import case_row, facets
from mailscope_widgets import Row


class Rows(Sequence[Row]):
    """Rows made when they are drawn: a hundred thousand cases cost what is seen of them."""

    def __init__(self, cases: dict[int, Case], shown: list[int]) -> None:
        self._cases = cases
        self._shown = shown

    def __len__(self) -> int:
        return len(self._shown)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        """The row at this place."""
        if isinstance(place, slice):
            return [case_row(self._cases[number]) for number in self._shown[place]]
        return case_row(self._cases[self._shown[place]])


class Desk:
    """Cases by number in the order of their arrival, a filter, and the chosen one."""

    def __init__(self) -> None:
        self.cases: dict[int, Case] = {}
        self.shown: list[int] = []
        self.query = ""
        self.loading = False
        self.severities: dict[str, int] = {}
        self._places: dict[int, int] = {}
        self._settled = 0

    @property
    def waiting(self) -> int:
        """Cases without a report as yet."""
        return len(self.cases) - self._settled

    @property
    def rows(self) -> Rows:
        """What the list shows."""
        return Rows(self.cases, self.shown)

    def at(self, place: int) -> Case | None:
        """The case at a place of the list."""
        return self.cases[self.shown[place]] if 0 <= place < len(self.shown) else None

    def place(self, number: int) -> int:
        """Where a case stands in the list; 0 where it is not shown."""
        return self._places.get(number, 0)

    def absorb(self, batch: Batch) -> set[int]:
        """Take in a batch; the numbers of the cases that changed."""
        changed: set[int] = set()
        self.loading = batch.loading
        for case in batch.arrived:
            old = self.cases.get(case.number)
            if old is not None:
                self._tally(old, -1)
            self.cases[case.number] = case
            self._tally(case, 1)
            changed.add(case.number)
        for result in batch.results:
            known = self.cases.get(result.number)
            if known is None:
                continue
            self._tally(known, -1)
            known.report, known.trouble = result.report, result.trouble
            self._tally(known, 1)
            changed.add(known.number)
        if self.query:
            self.filter(self.query)
        else:
            for case in batch.arrived:
                if case.number not in self._places:
                    self._places[case.number] = len(self.shown)
                    self.shown.append(case.number)
        return changed

    def filter(self, query: str) -> None:
        """Show only what has all the words; name:word looks into one facet."""
        self.query = query.strip()
        words = self.query.casefold().split()
        self.shown = [number for number, case in self.cases.items() if matches(case, words)]
        self._places = {number: place for place, number in enumerate(self.shown)}

    def _tally(self, case: Case, by: int) -> None:
        if not case.settled:
            return
        self._settled += by
        severity = case.report.answer.severity.value if case.report else "critical"
        self.severities[severity] = self.severities.get(severity, 0) + by


def matches(case: Case, words: list[str]) -> bool:
    """Whether a case has every word: anywhere, or in the facet named before a colon."""
    if not words:
        return True
    known = facets(case)
    everything = "\n".join(known.values())
    for word in words:
        name, colon, value = word.partition(":")
        if colon and name in known:
            if value not in known[name]:
                return False
        elif word not in everything:
            return False
    return True
