"""What a scan came to: small counts, for the line at its end."""

from collections import Counter
from dataclasses import dataclass, field

from mailscope.amounts import count
from mailscope.report import Report
from mailscope.verdict import Severity, Verdict
from mailscope.visible import visible

KEYS = 20_000
NAMES = 1_000
"""Bounds on what a scan remembers of keys, so that its memory stays bounded."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The little of a report that is counted; it crosses processes where the report need not."""

    severity: Severity | None
    """Of the loudest finding; None where there is none."""
    size: int
    """Bytes examined."""
    error: str | None = None
    bounces: int = 0
    dmarc: Verdict | None = None
    """By RFC 9989."""
    keys: tuple[tuple[str, str], ...] = ()
    """Of each DKIM key that was found: its fingerprint, and the name that publishes it."""


def mark(report: Report) -> Mark:
    """What is counted of one report."""
    return Mark(
        severity=report.findings[0].severity if report.findings else None,
        size=report.analysis.specimen.size,
        error=report.error,
        bounces=len(report.bounces),
        dmarc=report.authentication.dmarc.rfc9989.result,
        keys=tuple(
            (check.key_fingerprint, check.key_name)
            for check in report.authentication.dkim
            if check.key_fingerprint and check.key_name
        ),
    )


@dataclass(slots=True)
class Tally:
    """Counts of a scan so far."""

    read: int = 0
    unread: int = 0
    size: int = 0
    """Bytes examined."""
    bounces: int = 0
    severities: Counter[Severity] = field(default_factory=Counter)
    """Messages by their loudest finding."""
    dmarc: Counter[Verdict] = field(default_factory=Counter)
    keys: dict[str, set[str]] = field(default_factory=dict)
    """The names under which each DKIM key stands, by its fingerprint; the first KEYS keys and NAMES names of each."""

    def add(self, each: Mark) -> None:
        """Count one report."""
        self.size += each.size
        if each.error is not None:
            self.unread += 1
            return
        self.read += 1
        self.bounces += each.bounces
        if each.severity is not None:
            self.severities[each.severity] += 1
        if each.dmarc is not None:
            self.dmarc[each.dmarc] += 1
        for fingerprint, name in each.keys:
            if fingerprint in self.keys or len(self.keys) < KEYS:
                names = self.keys.setdefault(fingerprint, set())
                if len(names) < NAMES:
                    names.add(name)

    def shared_keys(self) -> tuple[tuple[str, ...], ...]:
        """The names of every DKIM key that stands under several, the most shared first."""
        shared = (tuple(sorted(names)) for names in self.keys.values() if len(names) > 1)
        return tuple(sorted(shared, key=lambda names: (-len(names), names)))

    def reaches(self, threshold: Severity) -> bool:
        """Whether any finding was as loud as this or louder."""
        return any(severity.rank <= threshold.rank for severity in self.severities)

    def line(self, seconds: float) -> str:
        """All of it in one line for people."""
        parts = [f"{self.read:,} examined in {seconds:.1f} s"]
        if self.read:
            loud = [
                f"{self.severities[severity]:,} {severity}"
                for severity in (Severity.CRITICAL, Severity.WARNING, Severity.NOTICE)
                if self.severities[severity]
            ]
            parts.append(f"loudest finding {', '.join(loud)}" if loud else "nothing louder than info")
        if self.dmarc:
            told = ", ".join(f"{self.dmarc[word]:,} {word}" for word in Verdict if self.dmarc[word])
            parts.append(f"DMARC {told}")
        shared = self.shared_keys()
        if shared:
            first = visible(", ".join(shared[0][:2])) + (", …" if len(shared[0]) > 2 else "")
            parts.append(f"{count(len(shared), 'DKIM key')} under several names ({first})")
        if self.bounces:
            parts.append(count(self.bounces, "bounced recipient"))
        if self.unread:
            parts.append(f"{self.unread:,} not readable as mail")
        return "; ".join(parts)
