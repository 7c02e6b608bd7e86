"""What the receiver's own fields say about the client that it met: its address, and the envelope sender."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailscope.claims.claim import Claim
from mailscope.trace.address import address_of

_SENDER_IP = re.compile(r"\bip (?:is )?\[?([0-9a-f.:]{3,45})\]?", re.IGNORECASE)
_DESIGNATES = re.compile(
    r"(?:designates?|not designate|permitted nor denied by[^:]*:|domain of \S+ does not designate)\s+([0-9a-f.:]{7,45})"
    r"|:\s+([0-9a-f.:]{7,45}) is neither",
    re.IGNORECASE,
)
_ADDRESS_PROPERTIES = ("client-ip", "smtp.remote-ip", "smtp.client-ip", "policy.client-ip", "policy.iprev", "ip")


@dataclass(frozen=True, slots=True)
class Mark:
    """A client address that some field states."""

    field_index: int
    field: str
    by: str | None
    ip: str


def stated_clients(claims: tuple[Claim, ...]) -> Iterator[Mark]:
    """The client addresses that claims state, topmost first."""
    for claim in claims:
        ip = stated_ip(claim)
        if ip:
            yield Mark(claim.field_index, claim.field, claim.by, ip)


def stated_ip(claim: Claim) -> str | None:
    """The address of the client that a claim was made about, where it says."""
    stated = claim.property(*_ADDRESS_PROPERTIES)
    if stated:
        found = address_of(stated)
        if found:
            return found
    if claim.comment and claim.method in ("spf", "arc", "iprev"):
        sender = _SENDER_IP.search(claim.comment) or _DESIGNATES.search(claim.comment)
        if sender:
            return address_of(next(group for group in sender.groups() if group))
    return None
