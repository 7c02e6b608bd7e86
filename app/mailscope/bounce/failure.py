"""The row that every reader of bounces fills: what became of the mail for one recipient."""

from dataclasses import dataclass
from enum import StrEnum


class Manner(StrEnum):
    """The ways in which mail fails, and what is none of them."""

    REJECTION = "rejection"
    TIMEOUT = "timeout"
    ASYNCHRONOUS = "asynchronous"
    DELAY = "delay"
    REPORT = "report"
    REPLY = "reply"
    DELIVERED = "delivered"


class Phase(StrEnum):
    """Where in the dialogue (RFC 5321 section 3) it happened, in the order in which a session goes."""

    DNS = "dns"
    CONNECT = "connect"
    BANNER = "banner"
    HELO = "helo"
    STARTTLS = "starttls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    MESSAGE = "message"
    DELIVERY = "delivery"
    UNKNOWN = "unknown"


class PhaseBasis(StrEnum):
    """How the phase is known."""

    STATED = "stated"
    INFERRED = "inferred"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Bounce:
    """What one notice, transcript or log says of one recipient (RFC 3464 section 2.3)."""

    recipient: str | None = None
    original_recipient: str | None = None
    action: str | None = None
    """failed, delayed, delivered, relayed or expanded, as stated; None where the notice does not say."""
    manner: Manner = Manner.REJECTION
    phase: Phase = Phase.UNKNOWN
    phase_basis: PhaseBasis = PhaseBasis.NONE
    reply_code: str | None = None
    """Three digits."""
    enhanced_code: str | None = None
    """RFC 3463: the most specific that the text gives."""
    permanent: bool | None = None
    category: str = "undetermined"
    """A word of the category vocabulary."""
    provider: str | None = None
    """Whose words they are: "google", "microsoft", … ; the software's name where it is no provider."""
    remote_mta: str | None = None
    reporting_mta: str | None = None
    diagnostic: str | None = None
    """The refusing server's words, in one line, free of wrapping and prefixes."""
    meaning: str | None = None
    """What happened, in plain words."""
    remedy: str | None = None
    """Whose move it is and what to do."""
    retry_advice: str | None = None
    attempts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    """Contradictions and bad manners, a short sentence each."""
    feedback_type: str | None = None
    """Of a feedback report (RFC 5965 section 3.1): "abuse", "auth-failure", …"""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How one side behaved in sessions or over attempts, apart from what became of a recipient."""

    id: str
    """"retried-too-soon", "starttls-not-used", …: the finding's name without "behaviour-"."""
    facts: tuple[tuple[str, str], ...] = ()
    """What fills the finding's words: (("wait", "300 seconds"), …)."""
    evidence: tuple[str, ...] = ()
    """The lines that show it, a few."""
    count: int = 1
    """How often it was seen."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a notice was not read wholly, or not for certain."""

    text: str
    """One sentence, safe to show."""
    is_limit: bool = False
    """Whether a bound of ours left something unread, and nothing is wrong with the notice."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What was read out of one specimen."""

    bounces: tuple[Bounce, ...] = ()
    enclosed: bytes | None = None
    """The message or header block that the notice returns."""
    form: str | None = None
    """Which form was recognised: "rfc3464", "qmail", "transcript", …"""
    unread: int = 0
    """Recipients beyond the limit."""
    problems: tuple[Trouble, ...] = ()
    behaviour: tuple[Behaviour, ...] = ()
    """How the sides of recorded sessions, or the queue of a log, behaved."""
