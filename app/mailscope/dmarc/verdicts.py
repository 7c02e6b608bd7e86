"""What a DMARC evaluation comes to: values only."""

from dataclasses import dataclass
from enum import StrEnum

from mailscope.verdict import Verdict


class Standard(StrEnum):
    """Which document the evaluation obeys."""

    RFC9989 = "rfc9989"
    RFC7489 = "rfc7489"


@dataclass(frozen=True, slots=True)
class DmarcCheck:
    """DMARC for one author domain, by one standard."""

    result: Verdict | None
    """None where it was not evaluated; `none` where the domain publishes no policy."""
    standard: Standard = Standard.RFC9989
    from_domain: str | None = None
    policy: str | None = None
    """The p, sp or np value that applies, before t and pct: none, quarantine or reject."""
    policy_tag: str | None = None
    """Which of them: "p", "sp", "np"."""
    disposition: str | None = None
    """What the record asks for a failing message, after t and pct."""
    record_domain: str | None = None
    """Where the record was found, without the _dmarc label."""
    record: str | None = None
    organizational_domain: str | None = None
    spf_aligned: bool | None = None
    """Whether a passing SPF identifier aligns."""
    dkim_aligned: bool | None = None
    """Whether a passing DKIM identifier aligns."""
    spf_alignment: str = "r"
    """The mode asked for: r or s."""
    dkim_alignment: str = "r"
    tried: tuple[str, ...] = ()
    """The names that were asked for a record, in order."""
    remarks: tuple[str, ...] = ()
    """What is wrong or unwise in the record, a short sentence each."""
    reason: str = ""
    """One plain sentence."""
