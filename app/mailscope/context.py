"""What comes in from the side, once: who answers DNS, what time it is, which hosts are the reader's own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from mailscope.dns.answer import Dns
from mailscope.limits import DEFAULT_LIMITS, Limits


@dataclass(frozen=True, slots=True)
class Context:
    """The surroundings of one examination."""

    dns: Dns
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    own_hosts: tuple[str, ...] = ()
    """Host names, domains (with a leading dot) or networks that belong to the receiving side."""
    limits: Limits = DEFAULT_LIMITS
    forensics: bool = True
    """Whether injection proofs and the diagnosis of broken signatures are made."""
    cancelled: Callable[[], bool] | None = None
    """Asked often during long searches: True ends them, and the report says so."""
