"""What a DMARC evaluation comes to: values only."""

from dataclasses import dataclass
from enum import StrEnum

from mailscope.verdict import Verdict


class Standard(StrEnum):
    """Which document the evaluation obeys."""

    RFC9989 = "rfc9989"
    RFC7489 = "rfc7489"

    @property
    def label(self) -> str:
        """As people write it: "RFC 9989"."""
        return f"RFC {self.value[3:]}"


@dataclass(frozen=True, slots=True)
class Look:
    """One name that was asked for a DMARC record, and what was there."""

    domain: str
    """Without the _dmarc label."""
    said: str
    """In a few words: "no record", "a record", "a record with psd=n", "2 records, so none counts", "timeout"."""
    record: str | None = None
    """The record that counts."""
    count: int = 0
    """How many DMARC records stand there; several count as none."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """One domain that SPF or DKIM spoke for, and whether it aligns with the author's."""

    method: str
    """"spf" or "dkim"."""
    domain: str | None
    result: str | None
    organizational_domain: str | None = None
    """Where it was needed and found."""
    aligned: bool | None = None
    """Whatever the result; None where the DNS did not tell, or where no domain is known."""


@dataclass(frozen=True, slots=True)
class ReportAddress:
    """One destination of reports that a record names."""

    tag: str
    """"rua" or "ruf"."""
    uri: str
    address: str | None = None
    """Of a mailto: URI."""
    domain: str | None = None
    external: bool = False
    """Whether it lies in another organization, which then has to agree."""
    authorized: bool | None = None
    """Whether that organization agrees (RFC 9990 section 4); None where it need not, or where nobody answered."""


@dataclass(frozen=True, slots=True)
class ReportLoop:
    """A recipient of the message to whom a DMARC record sends reports: what is reported there may beget reports."""

    address: str
    tag: str
    """"rua" or "ruf"."""
    domain: str
    """Whose record names the address."""
    own: bool
    """Whether that is the author's; else the recipient's, and the message is a report itself."""


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
    remarks: tuple[str, ...] = ()
    """What is wrong or unwise in the record, a short sentence each, safe to show; what is wrong first."""
    reason: str = ""
    """One plain sentence."""
    looks: tuple[Look, ...] = ()
    """What stood at each domain that was asked for a record, in order."""
    identifiers: tuple[Identifier, ...] = ()
    """SPF's domain, then the signatures' in their order."""
    exists: bool | None = None
    """Whether the author's domain exists; None where it was not asked (only np= needs it) or nobody answered."""
    testing: bool = False
    """t=y: the owner is testing (RFC 9989 only)."""
    percent: int | None = None
    """pct, where it is below 100 (RFC 7489 only)."""
    reports: tuple[ReportAddress, ...] = ()
    """Where the record wants reports sent."""
    faults: int = 0
    """How many of the remarks, from the first, are about something wrong."""

    @property
    def tried(self) -> tuple[str, ...]:
        """The names that were asked for a record, in order."""
        return tuple(f"_dmarc.{look.domain}" for look in self.looks)
