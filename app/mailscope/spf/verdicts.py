"""What an SPF evaluation comes to: values only."""

from dataclasses import dataclass
from enum import StrEnum

from mailscope.verdict import Verdict


class Scope(StrEnum):
    """Which identity was checked (RFC 7208 section 2)."""

    MAIL_FROM = "mfrom"
    HELO = "helo"


@dataclass(frozen=True, slots=True)
class Term:
    """One lookup of the evaluation, as a node of the tree of includes and redirects."""

    depth: int
    domain: str
    """Whose record the term stands in."""
    text: str
    """The term as written; macros expanded in target."""
    target: str | None = None
    """The domain that was asked for, macros expanded."""
    outcome: str = ""
    """"match", "no match", "pass", "fail", "void", an error's name."""
    counts: bool = False
    """Whether it counts towards the ten lookups."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong or unwise in a published record."""

    code: str
    """Which: a key of tables/spf/faults.toml, and with "spf-record-" before it the id of the finding."""
    text: str
    """One plain sentence, safe to show."""
    domain: str = ""
    """Whose record."""
    at: int | None = None
    """Where the term begins in the record, in characters; None where it is about the whole."""


@dataclass(frozen=True, slots=True)
class SpfCheck:
    """SPF for one client and one identity (RFC 7208 section 4)."""

    result: Verdict | None
    """None where it was not evaluated."""
    domain: str | None = None
    scope: Scope | None = None
    ip: str | None = None
    helo: str | None = None
    mail_from: str | None = None
    mechanism: str | None = None
    """The term that decided, as written; "default" where none matched."""
    lookups: int | None = None
    void_lookups: int | None = None
    explanation: str | None = None
    """The domain's own words to those it refuses (exp=)."""
    problem: str | None = None
    """One plain sentence: why there is no verdict, or which error."""
    record: str | None = None
    """The record that was evaluated."""
    terms: tuple[Term, ...] = ()
    faults: tuple[Fault, ...] = ()
    """What is wrong or unwise in the record."""
    lookups_needed: int | None = None
    """Terms of the whole tree that ask the DNS, for a client that matches nothing; None where it was not weighed."""
    void_names: tuple[str, ...] = ()
    """The names that were asked for and hold nothing, in order."""
    over_limit: bool = False
    """Whether the error is one of RFC 7208 section 4.6.4's limits, which receivers count differently."""
    hop: int | None = None
    """Index in the route where this client was met; None where not tied to a hop."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """The faults of the record, a short sentence each."""
        return tuple(fault.text for fault in self.faults)
