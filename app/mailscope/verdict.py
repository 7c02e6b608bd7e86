"""The words in which authentication results are given (RFC 8601 section 2.7)."""

from enum import StrEnum


class Verdict(StrEnum):
    """One result word of RFC 8601; every check carries one, or None where nothing was evaluated."""

    PASS = "pass"  # noqa: S105 - a result, not a password
    FAIL = "fail"
    SOFTFAIL = "softfail"
    NEUTRAL = "neutral"
    NONE = "none"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"
    POLICY = "policy"


class Severity(StrEnum):
    """How loud a finding is, from an alarm to a reassurance."""

    CRITICAL = "critical"
    WARNING = "warning"
    NOTICE = "notice"
    INFO = "info"
    OK = "ok"

    @property
    def rank(self) -> int:
        """0 for the loudest; sorts findings."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}
