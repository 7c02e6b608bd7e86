"""What is odd about a route: loops, missing hops, repeated fields; and what is worth knowing about each hop."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from mailscope.trace.address import place_of
from mailscope.trace.doubt import doubts
from mailscope.trace.hop import Hop
from mailscope.trace.organization import organization, same_organization
from mailscope.trace.transport import line_of, logged_in

_LOOP = 3
"""So many times the same host took it from the same client: a loop, not a filter that hands back once."""
_PLACES = {
    "loopback": "The client is the host itself.",
    "private": "The client has a private address (RFC 1918, RFC 4193).",
    "shared": "The client's address is one that providers share out inside (RFC 6598).",
    "link-local": "The client's address is good on one wire only (RFC 3927, RFC 4291).",
    "reserved": "The client's address is reserved: no host on the Internet can have it.",
}


def route_problems(hops: tuple[Hop, ...]) -> Iterator[str]:
    """What is odd about the whole, a sentence each."""
    pairs = Counter(
        (organization(hop.from_rdns or hop.from_helo) or hop.from_ip, organization(hop.by) or hop.by)
        for hop in hops
        if hop.by and place_of(hop.from_ip or "") in ("public", "documentation")
    )
    for (client, by), count in pairs.most_common(3):
        if count >= _LOOP and client and by and client != by:
            yield f"{client} handed it to {by} {count} times: a mail loop."
    # Gmail's interface for programs writes its field, which names no address, twice.
    twins = Counter(hop.raw for hop in hops if hop.from_ip)
    repeated = sum(count - 1 for count in twins.values() if count > 1)
    if repeated:
        stand = "fields stand" if repeated > 1 else "field stands"
        yield f"{repeated} Received {stand} there twice, letter by letter: the trace was copied."


def remarked(hops: tuple[Hop, ...], now: datetime | None) -> tuple[Hop, ...]:
    """The hops with their remarks, and the problem of a field that does not join on to the one before."""
    return tuple(
        replace(
            hop,
            remarks=tuple(_remarks(hop)),
            problems=(*hop.problems, *_by_hand(hop, now), *_gap(hop, _named_before(hops, place), claimed=hop.claimed)),
        )
        for place, hop in enumerate(hops)
    )


def organizations(hops: tuple[Hop, ...]) -> tuple[str, ...]:
    """Whose hosts wrote the fields, oldest first, neighbours of one organization told once."""
    found: list[str] = []
    for hop in hops:
        owner = organization(hop.by)
        if owner and "." in (hop.by or "") and found[-1:] != [owner]:
            found.append(owner)
    return tuple(found)


def _remarks(hop: Hop) -> Iterator[str]:
    line = line_of(hop)
    if logged_in(hop):
        yield "The client had logged in: it is a user of this host, or a program with a user's password."
    place = _PLACES.get(place_of(hop.from_ip)) if hop.from_ip else None
    if place:
        yield place
    if hop.skew_seconds:
        ahead = "ahead of" if hop.skew_seconds > 0 else "behind"
        yield f"Its clock seems {abs(hop.skew_seconds):,.0f} s {ahead} its neighbours'."
    yield from line.weak


def _by_hand(hop: Hop, now: datetime | None) -> Iterator[str]:
    """Of a claimed field: what no server writes."""
    signs = doubts(hop, now) if hop.claimed else ()
    if signs:
        yield f"It looks written by hand: {' and '.join(signs)}."


def _named_before(hops: tuple[Hop, ...], place: int) -> Hop | None:
    """The nearest older hop that names its writer; qmail's and others' inner fields do not."""
    return next((older for older in reversed(hops[:place]) if older.by), None)


def _gap(hop: Hop, before: Hop | None, *, claimed: bool) -> Iterator[str]:
    """Where the writer of the field below is not the client of this one."""
    if before is None or before.by is None or place_of(hop.from_ip or "") not in ("public", "documentation"):
        return
    names = [name for name in (hop.from_rdns, hop.from_helo) if name and "." in name and organization(name)]
    if not names or "." not in before.by or organization(before.by) is None:
        return
    if any(same_organization(name, before.by) for name in names):
        return
    worth = "" if claimed else " Nothing before it is proved."
    told = f"The hop before was written by {before.by}, the client here is {names[0]}"
    yield f"{told}: a hop is missing, or the one before is made up.{worth}"
