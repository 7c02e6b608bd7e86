"""One thing under examination in this session."""

from dataclasses import dataclass

from mailscope.context import Context
from mailscope.report import Report
from mailscope.specimen import Specimen
from mailscope.tui.change import Change
from mailscope.tui.gist import Gist


@dataclass(slots=True)
class Case:
    """A specimen and, once it was examined, its report; or the reason why there is none."""

    number: int
    name: str
    specimen: Specimen | None = None
    """None where it could not be read, and where it lies on the shelf with its report."""
    report: Report | None = None
    """None before it was examined, and where it lies on the shelf."""
    trouble: str = ""
    """Why it could not be read or examined, in one line."""
    stray: bool = False
    """Met in a folder and no mail: set aside, and listed only when the filter asks for what is unread."""
    gist: Gist | None = None
    """What the list shows of the report."""
    base: Context | None = None
    """The surroundings that it brought along, out of a case file; None: those of the session."""
    change: Change | None = None
    """What the reader supposes about it."""
    varied: Report | None = None
    """The report under that supposition."""

    @property
    def settled(self) -> bool:
        """Whether there is nothing left to wait for."""
        return self.gist is not None or bool(self.trouble)
