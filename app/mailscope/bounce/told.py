"""What a reader found for one recipient, before it is judged: words and fields, nothing concluded."""

from dataclasses import dataclass

from mailscope.bounce.failure import Manner, Phase


@dataclass(frozen=True, slots=True)
class Told:
    """One recipient as a notice, transcript or log tells of it; text from outside, in one line each."""

    recipient: str | None = None
    original: str | None = None
    """The address as the sender wrote it (RFC 3464 section 2.3.1), where it is told."""
    action: str | None = None
    said: str | None = None
    """The refusing server's words, or what stands for them."""
    frame: str = ""
    """The reporting side's own words around them: where a phase may be stated."""
    feedback: str = ""
    """Of a feedback report: its type ("abuse", "auth-failure")."""
    status: str | None = None
    """The Status field's or the log's own enhanced code; often only a class."""
    reply_code: str | None = None
    """Where the form names it apart from the words."""
    remote: str | None = None
    reporting: str | None = None
    phase: Phase | None = None
    """Where the form itself says it: a session, a trailing remark."""
    phase_stated: bool = True
    quoted: bool = False
    """A quoted session holds the refusal: what stands around it states nothing more."""
    gave_up: bool = False
    """Attempts went on until the queue gave up."""
    local: bool = False
    """The reporting side itself failed to deliver: no dialogue with another."""
    manner: Manner | None = None
    """Where the form itself says it."""
    category: str | None = None
    """Where the form itself says it."""
    provider: str | None = None
    attempts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
