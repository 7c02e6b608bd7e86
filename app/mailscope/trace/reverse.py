"""Forward-confirmed reverse DNS (RFC 8601 section 3): whether an address's name leads back to the address."""

from collections.abc import Iterator
from dataclasses import dataclass

from mailscope.dns.answer import Dns, Expected, Outcome
from mailscope.trace.address import parsed, same_address

_NAMES = 5
"""Names of one address that are followed; honest hosts have one."""


@dataclass(frozen=True, slots=True)
class Reverse:
    """The names of one address, and which of them is confirmed."""

    ip: str
    names: tuple[str, ...] = ()
    """What PTR says, without the final dot."""
    confirmed: str | None = None
    """The first name whose own addresses hold this one."""
    known: bool = False
    """Whether the DNS gave a definite answer; else nothing is said of the address."""


def expected_names(ip: str) -> Iterator[Expected]:
    """The questions that look_back will ask; of several names the first, which as a rule is the one."""
    address = parsed(ip)
    if address is not None:
        kind = "AAAA" if address.version == 6 else "A"
        yield Expected(
            address.reverse_pointer, "PTR", lambda answer: [Expected(name, kind) for name in answer.records[:1]]
        )


def look_back(ip: str, dns: Dns) -> Reverse | None:
    """The address asked for its names, and these for their addresses; None for what is no address. Never raises."""
    address = parsed(ip)
    if address is None:
        return None
    answer = dns.ask(address.reverse_pointer, "PTR")
    if answer.outcome is not Outcome.ANSWER:
        return Reverse(ip, known=answer.outcome.certain)
    names = tuple(dict.fromkeys(record.rstrip(".").lower() for record in answer.records))
    kind = "AAAA" if address.version == 6 else "A"
    certain = True
    for name in names[:_NAMES]:
        forward = dns.ask(name, kind)
        if any(same_address(record, ip) for record in forward.records):
            return Reverse(ip, names, name, known=True)
        certain = certain and forward.outcome.certain
    return Reverse(ip, names, None, known=certain)
