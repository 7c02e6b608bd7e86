"""One opinion about the analysis, with its evidence and what to do."""

from dataclasses import dataclass

from mailscope.mail.field import Span
from mailscope.verdict import Severity

_SOURCES = {
    "message": "in the message",
    "dns": "from the DNS",
    "computed": "computed here",
    "difference": "computed here",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """The very bytes, or the answer, that a finding stands on."""

    text: str
    """Safe to show; an excerpt where it is long."""
    span: Span | None = None
    """Where in the examined content; None where it is not from the message."""
    source: str = "message"
    """"message", "dns", "computed", or "difference" for a line as it was signed or as it is."""

    @property
    def whence(self) -> str:
        """Where it is from, in a few words: "in the message, bytes 10 to 64"."""
        place = f", bytes {self.span.start:,} to {self.span.stop:,}" if self.span else ""
        return _SOURCES.get(self.source, self.source) + place


@dataclass(frozen=True, slots=True)
class Finding:
    """What we think of a fact; the words come from tables/findings."""

    id: str
    severity: Severity
    area: str
    title: str
    detail: str
    evidence: tuple[Evidence, ...] = ()
    remedy: str = ""
    reference: str = ""
