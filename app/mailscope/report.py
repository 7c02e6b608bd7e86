"""A report: the analysis, and what we think of it."""

from dataclasses import dataclass

from mailscope.analysis import Analysis, Authentication
from mailscope.bounce.failure import Bounce
from mailscope.findings.finding import Finding
from mailscope.trace.hop import Border, Hop
from mailscope.verdict import Severity


@dataclass(frozen=True, slots=True)
class Answer:
    """What the reader came for, in one line."""

    severity: Severity
    headline: str
    """One sentence, safe to show: "DMARC fails: SPF passes for another domain, DKIM is broken in the body"."""


@dataclass(frozen=True, slots=True)
class Report:
    """One specimen, analysed and judged; immutable, and it pickles."""

    analysis: Analysis
    findings: tuple[Finding, ...]
    """Loudest first."""
    answer: Answer
    enclosed: "Report | None" = None
    error: str | None = None
    """Why there is nothing to report: the row of a scan that could not be read."""

    @property
    def hops(self) -> tuple[Hop, ...]:
        """Oldest first."""
        return self.analysis.route.hops

    @property
    def border(self) -> Border:
        """Where the receiver's system met the outside."""
        return self.analysis.route.border

    @property
    def authentication(self) -> Authentication:
        """Every verdict."""
        return self.analysis.authentication

    @property
    def bounces(self) -> tuple[Bounce, ...]:
        """One a recipient."""
        return self.analysis.notice.bounces
