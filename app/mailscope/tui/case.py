"""One thing under examination in this session."""

from dataclasses import dataclass

from mailscope.report import Report
from mailscope.specimen import Specimen


@dataclass(slots=True)
class Case:
    """A specimen and, once it was examined, its report; or the reason why there is none."""

    number: int
    name: str
    specimen: Specimen | None = None
    report: Report | None = None
    trouble: str = ""
    """Why it could not be read or examined, in one line."""
    stray: bool = False
    """Met in a folder and no mail: set aside, and listed only when the filter asks for what is unread."""

    @property
    def settled(self) -> bool:
        """Whether there is nothing left to wait for."""
        return self.report is not None or bool(self.trouble)
