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
        self.strays = 0
        """Files met in folders that are no mail; the word "unread" in the filter lists them."""
        self._places: dict[int, int] = {}
        self._facets: dict[int, dict[str, str]] = {}
        """What the filter looks at, made once a case."""
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
            self.strays += case.stray
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
        self._show(changed)
        return changed

    def _show(self, changed: set[int]) -> None:
        """Take changed cases into the list as far as the filter lets them; what was shown stays."""
        words = self.query.casefold().split()
        last = self.shown[-1] if self.shown else -1
        for number in sorted(changed):
            self._facets.pop(number, None)
            if number not in self._places and self._matches(number, words):
                self._places[number] = len(self.shown)
                self.shown.append(number)
        if any(number < last for number in changed) and self.shown != sorted(self.shown):
            self.shown.sort()
            self._places = {number: place for place, number in enumerate(self.shown)}

    def filter(self, query: str) -> None:
        """Show only what has all the words; name:word looks into one facet."""
        self.query = query.strip()
        words = self.query.casefold().split()
        self.shown = [number for number in self.cases if self._matches(number, words)]
        self._places = {number: place for place, number in enumerate(self.shown)}

    def _matches(self, number: int, words: list[str]) -> bool:
        """Whether a case has every word: anywhere, or in the facet named before a colon."""
        if self.cases[number].stray != ("unread" in words):
            return False
        words = [word for word in words if word != "unread"]
        if not words:
            return True
        known = self._facets.get(number)
        if known is None:
            known = self._facets[number] = facets(self.cases[number])
        for word in words:
            name, colon, value = word.partition(":")
            if colon and name in known:
                if value not in known[name]:
                    return False
            elif not any(word in text for text in known.values()):
                return False
        return True

    def _tally(self, case: Case, by: int) -> None:
        if not case.settled:
            return
        self._settled += by
        if case.stray:
            return
        severity = case.report.answer.severity.value if case.report else "critical"
        self.severities[severity] = self.severities.get(severity, 0) + by
