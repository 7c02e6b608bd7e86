"""A DNS question, its answer, and the one protocol behind which live DNS and recordings stand."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

BOGUS_NOTE = "its DNSSEC does not validate: unchecked, it answers"
"""How the note of an answer ends that was refused for its signatures alone."""


class Outcome(StrEnum):
    """How a question ended."""

    ANSWER = "answer"
    NODATA = "nodata"
    NXDOMAIN = "nxdomain"
    SERVFAIL = "servfail"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    NOT_RECORDED = "not-recorded"
    """A recording answers, and this was never asked when it was made."""
    NOT_ASKED = "not-asked"
    """The reader allowed no DNS."""
    INVALID = "invalid"
    """The name cannot be asked for: empty or over-long labels (RFC 1035 section 2.3.4)."""

    @property
    def exists(self) -> bool | None:
        """Whether the name exists: True, False, or None where that is unknown."""
        if self in (Outcome.ANSWER, Outcome.NODATA):
            return True
        return False if self is Outcome.NXDOMAIN else None

    @property
    def certain(self) -> bool:
        """Whether the DNS gave a definite answer, positive or negative."""
        return self in (Outcome.ANSWER, Outcome.NODATA, Outcome.NXDOMAIN)


class DnsMode(StrEnum):
    """Who answers; every report says it."""

    LIVE = "live"
    NONE = "none"
    SNAPSHOT = "snapshot"


@dataclass(frozen=True, slots=True)
class Question:
    """A name (lower case, absolute, with the final dot, IDNs as A-labels) and a record type in capitals."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one question; never an exception."""

    question: Question
    outcome: Outcome
    records: tuple[str, ...] = ()
    """In zone-file form: "10 mx.example." for MX, an address for A and AAAA; TXT as its strings joined, Latin-1."""
    strings: tuple[tuple[bytes, ...], ...] = ()
    """TXT only: each record's strings with their boundaries."""
    aliases: tuple[str, ...] = ()
    """The CNAME targets that were followed, in order."""
    validated: bool | None = None
    """Whether DNSSEC validated it (the AD bit of a trusted resolver); None where nobody knows."""
    ttl: int | None = None
    """Seconds."""
    seconds: float | None = None
    """How long the answer took."""
    note: str = ""
    """What a person should know: the server's own words, a circle of aliases, a limit that bit."""
    server: str = ""
    """The resolver that answered, where one did and is known."""
    limit: str = ""
    """Which limit of ours stands in place of the DNS, a short sentence; "" for none."""

    def __bool__(self) -> bool:
        return self.outcome is Outcome.ANSWER

    @property
    def limited(self) -> bool:
        """Whether a limit of ours stands behind it, not the DNS."""
        return bool(self.limit)

    @property
    def bogus(self) -> bool:
        """Whether the resolver refused what the domain answers, since its DNSSEC does not validate."""
        return self.note.endswith(BOGUS_NOTE)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of an examination, with who asked it: "spf", "dkim", "dmarc", "arc"."""

    answer: Answer
    used_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expected:
    """A question that is about to be asked, so that its answer can be on its way before it is waited for."""

    name: str
    type: str
    then: Callable[[Answer], Iterable["Expected"]] | None = None
    """What the answer will make to be asked next; runs in any thread, and must not raise."""


class Dns(Protocol):
    """Whoever answers: LiveDns, SnapshotDns, NoDns, a Ledger's view."""

    @property
    def mode(self) -> DnsMode:
        """Who answers behind this."""
        ...

    def ask(self, name: str, rdtype: str) -> Answer:
        """The answer for name (text, with or without the final dot) and rdtype ("TXT", "MX", …); never raises."""
        ...
