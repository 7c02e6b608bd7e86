"""What an ARC validation comes to: values only."""

from dataclasses import dataclass
from datetime import datetime

from mailscope.verdict import Verdict


@dataclass(frozen=True, slots=True)
class ArcInstance:
    """One ARC set (RFC 8617 section 4.2)."""

    instance: int
    domain: str | None = None
    """Of the seal."""
    selector: str | None = None
    cv: str | None = None
    """What the sealer said of the chain it received: none, pass, fail."""
    seal: Verdict | None = None
    message_signature: Verdict | None = None
    """Whether this set's message signature still verifies; only the newest must."""
    sealed_at: datetime | None = None
    authserv_id: str | None = None
    claims: tuple[tuple[str, str], ...] = ()
    """What the sealer said it saw: (method, result)."""
    algorithm: str | None = None
    """Of the seal."""
    seal_problem: str = ""
    """Why the seal does not pass, one plain sentence."""
    message_problem: str = ""
    """Why the message signature does not pass, one plain sentence."""

    @property
    def problem(self) -> str:
        """Why the set does not pass, as far as the chain needs it: the seal first."""
        return self.seal_problem or self.message_problem


@dataclass(frozen=True, slots=True)
class ArcCheck:
    """The chain as a whole (RFC 8617 section 5.2)."""

    result: Verdict | None
    """pass, fail, or none where there is no chain; None where it was not evaluated."""
    instances: tuple[ArcInstance, ...] = ()
    """Oldest first."""
    reason: str = ""
    """One plain sentence."""
    broken_at: int | None = None
    """The instance at which validation failed."""
    oldest_pass: int | None = None
    """The oldest instance whose message signature still verifies."""
