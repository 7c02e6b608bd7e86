"""Which of many changed messages fits a hash: slots with their possible originals, tried one, two and more at once."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mailscope.forensics.diagnosis import Cause
from mailscope.forensics.patience import Patience

Canonical = Callable[[bytes], bytes]

_FEW = 4
_OF_A_CAUSE = 40
_PAIRS = 120
"""Originals of one slot that are tried together with another's."""
PRODUCT = 60_000
"""Combinations of likely originals that are tried at once."""


@dataclass(frozen=True, slots=True)
class Original:
    """One way in which a slot (a header field, a piece of the body) may have stood when it was signed."""

    raw: bytes
    """With CRLF line ends; b"" for nothing."""
    causes: tuple[Cause, ...]
    """What made what is here out of it."""
    note: str
    """A phrase for people: what was done to it on the way."""
    likely: bool = False
    """Whether it is worth trying together with changes of several others."""
    put_in: "PutIn" = ()
    """Text that is here and was not there, with what it is: told in words only when it comes to that."""


PutIn = tuple[tuple[Cause, bytes], ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """One piece of what was hashed, as it is now and as it may have been."""

    name: str
    """The field's name as spelt, "body", …; for people."""
    now: bytes
    """Canonical, as it is hashed."""
    canonical: Canonical
    """Makes an original what is hashed of it."""
    originals: tuple[Original, ...] = ()
    """Best first."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A combination that fits: for some slots (by index) the original."""

    changes: tuple[tuple[int, Original], ...]


Fits = Callable[[bytes], bool]


class Search:
    """Slots in hash order; each candidate costs the hashing of what stands behind its first change."""

    def __init__(
        self, slots: Sequence[Slot], fits: Fits, patience: Patience, algorithm: str, budget: int = PRODUCT
    ) -> None:
        self._slots = slots
        self._fits = fits
        self._patience = patience
        self._algorithm = algorithm
        self._budget = budget
        self._options = [_options(slot, patience) for slot in slots]
        tails = [b""]
        for slot in reversed(slots):
            tails.append(slot.now + tails[-1])
        self._tails = tails[::-1]
        """What is hashed from each slot on."""

    def single(self) -> Hit | None:
        """The first change of one slot that fits."""
        return self._start(1, self._options)

    def several(self) -> Hit | None:
        """The first combination of likely changes that fits, then the first pair of any."""
        likely = [[each for each in options if each[1].likely] for options in self._options]
        if self._budget < PRODUCT:  # each try is dear: the very likeliest of every slot first
            few = [options[:_FEW] for options in likely]
            hit = self._start(_depth(few, self._budget), few)
            if hit is not None or self._patience.over:
                return hit
        hit = self._same_cause(likely)
        if hit is not None or self._patience.over:
            return hit
        hit = self._start(_depth(likely, self._budget), likely)
        if hit is not None or self._patience.over or self._budget < PRODUCT:
            return hit
        return self._start(2, [_mixed(options) for options in self._options])

    def every(self) -> Hit | None:
        """The first combination of any changes, of as many slots at once as stay within bounds."""
        return self._start(_depth(self._options, self._budget), self._options)

    def _same_cause(self, likely: list[list[tuple[bytes, Original]]]) -> Hit | None:
        """The first combination of likely changes that are all of one kind: programs do to several what they do."""
        for cause in dict.fromkeys(each[1].causes[0] for options in likely for each in options if each[1].causes):
            same = [[each for each in options if each[1].causes[:1] == (cause,)] for options in likely]
            if sum(1 for options in same if options) > 1:
                hit = self._start(_depth(same, self._budget), same)
                if hit is not None or self._patience.over:
                    return hit
        return None

    def _start(self, depth: int, options: list[list[tuple[bytes, Original]]]) -> Hit | None:
        hit = self._walk(0, hashlib.new(self._algorithm), depth, options)
        return None if hit is None else Hit(tuple(hit))

    def _walk(
        self, start: int, before: "hashlib._Hash", depth: int, options: list[list[tuple[bytes, Original]]]
    ) -> list[tuple[int, Original]] | None:
        """Changes of up to depth slots from start on; before has hashed everything that stands in front."""
        state = before.copy()
        for place in range(start, len(self._slots)):
            tail = self._tails[place + 1]
            for data, original in options[place]:
                after = state.copy()
                after.update(data)
                whole = after.copy() if depth > 1 else after
                whole.update(tail)
                if not self._patience.lasts():
                    return None
                if self._fits(whole.digest()):
                    return [(place, original)]
                if depth > 1:
                    found = self._walk(place + 1, after, depth - 1, options)
                    if found is not None:
                        return [(place, original), *found]
            state.update(self._slots[place].now)
        return None


def _options(slot: Slot, patience: Patience) -> list[tuple[bytes, Original]]:
    """The originals in canonical form, each once, without what is there already."""
    seen = {slot.now}
    found = []
    for original in slot.originals:
        if not patience.lasts(0):  # a large piece takes as long to be made canonical as to be hashed
            break
        data = slot.canonical(original.raw) if original.raw else b""
        if data not in seen:
            seen.add(data)
            found.append((data, original))
    return found


def _mixed(options: list[tuple[bytes, Original]]) -> list[tuple[bytes, Original]]:
    """The first ones of every cause, so that one kind of change does not crowd out the others."""
    seen: dict[tuple[Cause, ...], int] = {}
    kept = []
    for option in options:
        number = seen[option[1].causes] = seen.get(option[1].causes, 0) + 1
        if number <= _OF_A_CAUSE or option[1].likely:
            kept.append(option)
    return kept[:_PAIRS]


def _depth(options: list[list[tuple[bytes, Original]]], budget: int) -> int:
    """How many slots may change at once so that the combinations stay within bounds."""
    # Elementary symmetric sums: how many combinations change exactly so many slots.
    sums = [1]
    for each in options:
        sums = [a + len(each) * b for a, b in zip([*sums, 0], [0, *sums], strict=True)]
    total = 0
    for depth, number in enumerate(sums[1:], 1):
        total += number
        if total > budget:
            return max(depth - 1, 2)
    return max(len(sums) - 1, 1)
