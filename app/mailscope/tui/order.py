"""In which order the list stands, and how it falls into groups."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mailscope.tui.case import Case

_UNKNOWN = 9
"""Rank of what was not examined as yet: below every severity."""

_NO_GROUP = (0, "")

Key = tuple[tuple[int, str], int, float, str, int]
"""Group, rank, time, text, number: the last makes it the only one of its kind."""


class Order(StrEnum):
    """What the list can be sorted by."""

    ARRIVAL = "arrival"
    SEVERITY = "severity"
    DATE = "date"
    SENDER = "sender"
    SUBJECT = "subject"


@dataclass(frozen=True, slots=True)
class Section:
    """A group in the list: its heading stands at place, its cases follow, unless it is folded."""

    cause: str
    rank: int
    """Of its severity; beyond the severities for what was not examined as yet."""
    first: int
    """Place of its first case among the shown ones."""
    count: int
    place: int
    folded: bool

    @property
    def key(self) -> str:
        """By what its heading is known."""
        return f"cause:{self.rank}:{self.cause}"

    @property
    def stop(self) -> int:
        """The place after its last row."""
        return self.place + 1 + (0 if self.folded else self.count)


def key_of(case: Case, order: Order, *, grouped: bool) -> Key:
    """What a case is sorted by: the loudest, the newest, or the alphabet first; then as it arrived."""
    gist = case.gist
    rank = gist.rank if gist else 0 if case.trouble else _UNKNOWN
    group = _NO_GROUP
    if grouped:
        group = (rank, gist.cause) if gist else (rank, "cannot be read" if case.trouble else "not examined yet")
    match order:
        case Order.SEVERITY:
            return (group, rank, 0.0, "", case.number)
        case Order.DATE:
            when = gist.when if gist else 0.0
            return (group, 0, -when, "", case.number)
        case Order.SENDER:
            return (group, 0, 0.0, (gist.sender or "\uffff").casefold() if gist else "\uffff", case.number)
        case Order.SUBJECT:
            return (group, 0, 0.0, (gist.subject or "\uffff").casefold() if gist else "\uffff", case.number)
        case _:
            return (group, 0, 0.0, "", case.number)


def sections_of(groups: Mapping[tuple[int, str], int], folded: set[str]) -> list[Section]:
    """The groups in their order, the loudest first."""
    sections: list[Section] = []
    first = place = 0
    for (rank, cause), count in sorted(groups.items()):
        if count:
            section = Section(cause, rank, first, count, place, cause in folded)
            sections.append(section)
            first, place = first + count, section.stop
    return sections
