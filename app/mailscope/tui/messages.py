"""What the bench tells the screen."""

from dataclasses import dataclass

from textual.message import Message

from mailscope.compare import Comparison
from mailscope.report import Report
from mailscope.tui.case import Case
from mailscope.tui.change import Change
from mailscope.tui.gist import Gist


@dataclass(frozen=True, slots=True)
class Result:
    """One examination ended: a report, or why there is none."""

    number: int
    report: Report | None
    trouble: str = ""
    gist: Gist | None = None
    change: Change | None = None
    """Under which supposition; None: as it is."""


@dataclass(eq=False)
class Batch(Message):
    """Cases that arrived and examinations that ended since the last batch."""

    arrived: tuple[Case, ...]
    results: tuple[Result, ...]
    loading: bool
    """Whether more may arrive."""
    busy: bool = False
    """Whether anything is read or examined still."""
    share: float | None = None
    """How much of all that was handed in is done; None: nobody knows."""


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


@dataclass(eq=False)
class Opened(Message):
    """Files or folders that held mail: for the list of those opened last."""

    paths: tuple[str, ...]


@dataclass(eq=False)
class Compared(Message):
    """Two messages, side by side."""

    comparison: Comparison
