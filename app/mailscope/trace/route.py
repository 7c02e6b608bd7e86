"""The way of a message: its hops in order, the time each took, and where the evidence begins."""

from dataclasses import replace
from datetime import datetime

from mailscope.claims.claim import Claim
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.message import Message
from mailscope.trace.border import Trace, find_border
from mailscope.trace.hop import Border, Route
from mailscope.trace.marks import envelope_sender, read_marks
from mailscope.trace.oddities import organizations, remarked, route_problems
from mailscope.trace.own import parse_own
from mailscope.trace.passage import passages
from mailscope.trace.received import read_hop
from mailscope.trace.timing import timed
from mailscope.trace.whose import whose


def read_route(
    message: Message,
    claims: tuple[Claim, ...],
    own_hosts: tuple[str, ...] = (),
    limits: Limits = DEFAULT_LIMITS,
    now: datetime | None = None,
) -> Route:
    """The route of a message, oldest hop first; any message gives a Route, fields beyond the limit are counted."""
    fields = message.all("Received")
    read = fields[: limits.received]
    hops = tuple(read_hop(field) for field in reversed(read))
    border = find_border(Trace(hops, read_marks(message, claims), parse_own(own_hosts), now))
    claimed = border.hop if border.hop is not None else len(hops)
    hops = tuple(replace(hop, claimed=True) if place < claimed else hop for place, hop in enumerate(hops))
    hops = remarked(timed(hops, border.hop), now)
    route = Route(hops, border, tuple(route_problems(hops)), len(fields) - len(read), organizations=organizations(hops))
    border = _with_sender(message, claims, route)
    return replace(route, border=border, passages=tuple(passages(message, hops, border, claims, border.mail_from)))


def _with_sender(message: Message, claims: tuple[Claim, ...], route: Route) -> Border:
    """The border with the envelope sender as the receiver recorded it."""
    border = route.border
    if border.hop is None:
        return border
    receivers = tuple(claim for claim in claims if whose(claim, message, route) == "receiver")
    return replace(border, mail_from=envelope_sender(message, receivers, route.hops[border.hop]))
