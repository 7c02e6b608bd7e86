"""What the bench tells the screen."""

from dataclasses import dataclass

from textual.message import Message

from mailscope.report import Report
from mailscope.tui.case import Case


@dataclass(frozen=True, slots=True)
class Result:
    """One examination ended: a report, or why there is none."""

    number: int
    report: Report | None
    trouble: str = ""


@dataclass(eq=False)
class Batch(Message):
    """Cases that arrived and examinations that ended since the last batch."""

    arrived: tuple[Case, ...]
    results: tuple[Result, ...]
    loading: bool
    """Whether more may arrive."""


@dataclass(eq=False)
class Understood(Message):
    """What was made of something that the reader handed in; trouble is shown as a warning."""

    sentence: str
    trouble: bool = False


@dataclass(eq=False)
class Puzzled(Message):
    """A text that nobody could tell what it is: the reader must say."""

    raw: bytes
    why: str
