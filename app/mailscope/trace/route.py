"""The way of a message: its hops in order, the time each took, and where the evidence begins."""

from collections.abc import Iterator
from dataclasses import replace

from mailscope.claims.claim import Claim
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.message import Message
from mailscope.trace.border import find_border
from mailscope.trace.hop import Border, Hop, Route
from mailscope.trace.marks import stated_clients
from mailscope.trace.received import read_hop


def read_route(
    message: Message, claims: tuple[Claim, ...], own_hosts: tuple[str, ...] = (), limits: Limits = DEFAULT_LIMITS
) -> Route:
    """The route of a message, oldest hop first; any message gives a Route, fields beyond the limit are counted."""
    fields = message.all("Received")
    read = fields[: limits.received]
    hops = _timed(tuple(read_hop(field) for field in reversed(read)))
    source = message.first("X-MS-Exchange-Organization-AuthSource")
    border = find_border(hops, tuple(stated_clients(claims)), source.unfolded if source else None)
    border = replace(border, mail_from=_mail_from(message, border))
    claimed = border.hop if border.hop is not None else len(hops)
    hops = tuple(replace(hop, claimed=True) if place < claimed else hop for place, hop in enumerate(hops))
    return Route(hops, border, (), len(fields) - len(read))


def _timed(hops: tuple[Hop, ...]) -> tuple[Hop, ...]:
    """The hops with the seconds since the one before."""
    return tuple(_delays(hops))


def _delays(hops: tuple[Hop, ...]) -> Iterator[Hop]:
    before: Hop | None = None
    for hop in hops:
        if before is not None and hop.time and before.time:
            yield replace(hop, delay_seconds=(hop.time - before.time).total_seconds())
        else:
            yield hop
        before = hop


def _mail_from(message: Message, border: Border) -> str | None:
    """The envelope sender as the receiver recorded it."""
    if border.hop is None:
        return None
    field = message.first("Return-Path")
    if field is None:
        return None
    text = field.unfolded
    start, stop = text.find("<"), text.rfind(">")
    return text[start + 1 : stop].strip() if 0 <= start < stop else text
