"""What others stamped on the message, beside our own verdicts: whose word it is, and whether it agrees."""

from dataclasses import dataclass
from enum import StrEnum

from mailscope.claims.claim import Claim


class Whose(StrEnum):
    """Who wrote a claim, as the trace tells."""

    RECEIVER = "receiver"
    INTERMEDIARY = "intermediary"
    SENDER = "sender"
    """Below the border, or nobody knows: a forgery risk and never evidence."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """One claim, placed and compared."""

    claim: Claim
    whose: Whose
    agrees: bool | None = None
    """With our own verdict; None where there is nothing to compare with."""
    note: str = ""
    """Where they differ: why that may be so."""
