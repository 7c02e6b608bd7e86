"""What protects a message: in transit (line by line), at rest (in the mailbox), end to end (author to reader)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from mailscope.mail.message import Message
from mailscope.mail.parts import walk_parts
from mailscope.trace.address import is_public
from mailscope.trace.hop import Route
from mailscope.trace.transport import line_of

_INLINE = ((b"-----BEGIN PGP MESSAGE-----", "PGP encrypted"), (b"-----BEGIN PGP SIGNED MESSAGE-----", "PGP signed"))
_LOOKED_AT = 64 * 1024
"""Bytes of the body in which PGP inside plain text is looked for; it begins the text."""


class Layer(StrEnum):
    """Between whom something protects."""

    TRANSIT = "in transit"
    REST = "at rest"
    END_TO_END = "end to end"


@dataclass(frozen=True, slots=True)
class Guard:
    """One layer: whether it protected this message, and how we know."""

    layer: Layer
    encrypted: bool | None
    """None where nothing tells."""
    told: str
    """One sentence."""


def protection(message: Message, route: Route) -> tuple[Guard, ...]:
    """The three layers in their order; any message gives three."""
    return (_in_transit(route), _at_rest(message, route), _end_to_end(message))


def _in_transit(route: Route) -> Guard:
    """The lines between hosts; a step inside one host is none."""
    lines = [(place, line_of(hop)) for place, hop in enumerate(route.hops) if is_public(hop.from_ip)]
    if not lines:
        return Guard(Layer.TRANSIT, None, "No field tells of a line between hosts.")
    closed = [place for place, line in lines if line.encrypted]
    open_ = [place for place, line in lines if line.encrypted is False]
    silent = len(lines) - len(closed) - len(open_)
    told = f"{len(closed)} of {len(lines)} lines between hosts say that they were encrypted (STARTTLS)"
    if open_:
        told += f", {_hops(open_)} not"
    if silent:
        told += f", {silent} tell nothing"
    at_border = next((line for place, line in lines if place == route.border.hop), None)
    if at_border:
        told += f"; into the receiver's side: {at_border.words}"
    encrypted = True if len(closed) == len(lines) else False if open_ else None
    return Guard(Layer.TRANSIT, encrypted, f"{told}. Every host on the way could read it.")


def _hops(places: list[int]) -> str:
    numbers = ", ".join(str(place + 1) for place in places[:6])
    return f"hop{'s' if len(places) > 1 else ''} {numbers}{' and more' if len(places) > 6 else ''}"


def _at_rest(message: Message, route: Route) -> Guard:
    """How the mailbox keeps it: hardly any service says."""
    field = message.first("X-Pm-Content-Encryption")
    border = route.border.hop
    if field and border is not None and "proton" in (route.hops[border].by or "").lower():
        if field.unfolded.strip().lower() == "end-to-end":
            return Guard(Layer.REST, True, "Stored as it was sent: encrypted for the reader (X-Pm-Content-Encryption).")
        return Guard(Layer.REST, True, "Proton encrypted it when it arrived (X-Pm-Content-Encryption).")
    return Guard(Layer.REST, None, "Nothing in a message tells how a mailbox keeps it: ask the service.")


def _end_to_end(message: Message) -> Guard:
    found = tuple(dict.fromkeys(_protections(message)))
    encrypted = any("encrypted" in each for each in found)
    signed = any("sign" in each for each in found)
    if encrypted:
        told = f"{', '.join(found)}: only the reader can open it; Subject and addresses stay open."
        return Guard(Layer.END_TO_END, True, told)
    if signed:
        return Guard(Layer.END_TO_END, False, f"{', '.join(found)}: readable by all, but changes would show.")
    if found:
        return Guard(Layer.END_TO_END, None, f"{', '.join(found)}.")
    return Guard(Layer.END_TO_END, False, "No S/MIME and no PGP in its parts: whoever holds it can read and change it.")


def _protections(message: Message) -> Iterator[str]:
    """What the parts say, and PGP inside plain text."""
    found = walk_parts(message)
    yield from (part.protection for part in found.parts if part.protection and part.protection != "PGP key")
    start = message.body_bytes[:_LOOKED_AT]
    yield from (words for mark, words in _INLINE if mark in start)
