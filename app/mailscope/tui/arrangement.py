"""Which cases the list shows, and where each stands: kept as they change, and made anew in slices."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import merge
from itertools import chain, pairwise

from mailscope.tui.case import Case
from mailscope.tui.order import Key, Order, key_of
from mailscope.tui.present.row import FACETS, all_text, facets

_SLICE = 500
"""Cases that are looked at between two breaths: a millisecond or two."""
_RUN = 2_000
"""Keys that are sorted at once; a hundred thousand would take a quarter of a second, in which no key works."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How the list is wanted."""

    query: str = ""
    """Words, with blanks between; name:word looks into one facet."""
    order: Order = Order.ARRIVAL
    grouped: bool = False
    """By cause."""

    @property
    def words(self) -> tuple[str, ...]:
        """What a case must have."""
        return tuple(self.query.casefold().split())

    def within(self, other: "Wish") -> bool:
        """Whether everything that has these words has the other's: typing on asks for less; "from" is no "from:"."""
        pairs = tuple(zip(other.words, self.words, strict=False))
        longer = all(new.startswith(old) and (":" in old) == (":" in new) for old, new in pairs)
        return longer and len(pairs) == len(other.words) and ("unread" in self.words) == ("unread" in other.words)


class Arrangement:
    """The shown cases in their order; numbers are those of cases."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.shown: list[int] = []
        """In order; folded ones too."""
        self.groups: Counter[tuple[int, str]] = Counter()
        """How many are shown of each rank and cause."""
        self._keys: list[Key] = []
        """Of the shown cases, sorted, in step with them."""
        self._key: dict[int, Key] = {}

    def rank(self, number: int) -> int:
        """How many shown cases stand before this one; -1 where it is not shown."""
        key = self._key.get(number)
        return -1 if key is None else bisect_left(self._keys, key)

    def settle(self, case: Case) -> None:
        """Bring a case that has changed to its place."""
        old = self._key.get(case.number)
        new = key_of(case, self.wish.order, grouped=self.wish.grouped) if matches(case, self.wish.words) else None
        if old == new:
            return
        if old is not None:
            at = bisect_left(self._keys, old)
            del self._keys[at], self.shown[at], self._key[case.number]
            self.groups[old[0]] -= 1
        if new is not None:
            at = len(self._keys) if not self._keys or new > self._keys[-1] else bisect_left(self._keys, new)
            self._keys.insert(at, new)
            self.shown.insert(at, case.number)
            self._key[case.number] = new
            self.groups[new[0]] += 1

    def fill(self, cases: Mapping[int, Case], numbers: Iterable[int]) -> Iterator[None]:
        """Take these cases in, those that match; yields whenever somebody else may have a turn.

        Numbers may be of more cases than there are by then: what changes meanwhile is settled afterwards.
        """
        words, order, grouped = self.wish.words, self.wish.order, self.wish.grouped
        runs: list[list[Key]] = [[]]
        for place, number in enumerate(numbers):
            if not place % _SLICE:
                yield
            case = cases[number]
            if matches(case, words):
                key = self._key[number] = key_of(case, order, grouped=grouped)
                self.groups[key[0]] += 1
                runs[-1].append(key)
                if len(runs[-1]) == _RUN:
                    runs[-1].sort()
                    runs.append([])
        runs[-1].sort()
        in_order = all(before[-1] < after[0] for before, after in pairwise(filter(None, runs)))
        for place, key in enumerate(chain(*runs) if in_order else merge(*runs)):
            if not place % _SLICE:
                yield
            self._keys.append(key)
            self.shown.append(key[-1])


def matches(case: Case, words: tuple[str, ...]) -> bool:
    """Whether a case has every word: anywhere, or in the facet named before a colon."""
    if not words:
        return not case.stray
    if case.stray != ("unread" in words):
        return False
    text = all_text(case)
    known: dict[str, str] | None = None
    for word in words:
        if word == "unread":
            continue
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
