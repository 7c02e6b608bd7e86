"""What the way of the message says."""

from collections.abc import Iterator
from itertools import pairwise

from mailscope.amounts import duration
from mailscope.analysis import Analysis
from mailscope.findings.finding import Evidence, Finding
from mailscope.findings.words import computed, field_evidence, find, span_evidence
from mailscope.moment import iso
from mailscope.specimen import Kind
from mailscope.trace.address import is_public
from mailscope.trace.doubt import doubts
from mailscope.trace.hop import Hop, Way
from mailscope.trace.services import gateway_of
from mailscope.trace.transport import line_of, logged_in

SLOW_SECONDS = 15 * 60
"""A step longer than this is told: shorter ones are queues at work."""
SKEW_SECONDS = 5
"""A step back in time by less than this is rounding."""

_WAYS = {
    Way.FORWARDED: "way-forwarded",
    Way.LIST: "way-list",
    Way.RESENT: "way-resent",
    Way.FETCHED: "way-fetched",
    Way.TENANT: "way-tenant",
}


def trace_rules(analysis: Analysis) -> Iterator[Finding]:
    """Border, delays, skew, lines, what happened on the way, oddities and limits of the route."""
    if analysis.specimen.kind not in (Kind.MESSAGE, Kind.HEADERS):
        return
    route = analysis.route
    if not route.hops:
        yield find("trace-missing")
        return
    yield from _border(analysis)
    yield from _delays(analysis)
    yield from _lines(analysis)
    yield from _passages(analysis)
    for hop in route.hops:
        signs = doubts(hop, analysis.now) if hop.claimed and route.border.hop is not None else ()
        if signs:
            yield find("hop-by-hand", *_evidence(analysis, hop), by=_by(hop), signs=" and ".join(signs))
    for problem in route.problems:
        yield find("route-remark", problem=problem)
    if analysis.authentication.stamps_limit is not None:
        yield find("stamps-limit", limit=analysis.authentication.stamps_limit)
    if route.unread:
        yield find("trace-limit", unread=route.unread, limit=len(route.hops))


def _border(analysis: Analysis) -> Iterator[Finding]:
    border, hops = analysis.route.border, analysis.route.hops
    if border.hop is None:
        local = logged_in(hops[-1]) or not any(is_public(hop.from_ip) for hop in hops)
        yield find("border-none" if local else "border-missing", basis=border.basis)
        return
    evidence = _evidence(analysis, hops[border.hop])
    client = hops[border.hop].from_rdns or hops[border.hop].from_helo
    gateway = gateway_of(client)
    others = [hops[place] for place in border.candidates[:3] if place < len(hops)]
    if gateway and others and border.candidates[0] < border.hop:
        met = _client(others[0])
        evidence += _evidence(analysis, others[0])
        yield find("border-is-gateway", *evidence, client=client, gateway=gateway.name, met=met)
    elif others:
        yield find("border-candidates", *evidence, basis=border.basis, candidates=", ".join(map(_client, others)))


def _lines(analysis: Analysis) -> Iterator[Finding]:
    """What the line was like over which strangers' mail came in."""
    place = analysis.route.border.hop
    if place is None:
        return
    hop = analysis.route.hops[place]
    line = line_of(hop)
    if line.weak:
        yield find("line-weak", *_evidence(analysis, hop), line=line.words, why=" ".join(line.weak), by=_by(hop))
    elif line.encrypted is False:
        yield find("line-open", *_evidence(analysis, hop), by=_by(hop), client=_client(hop))


def _passages(analysis: Analysis) -> Iterator[Finding]:
    fields = analysis.message.fields
    for way, ident in _WAYS.items():
        told = [passage for passage in analysis.route.passages if passage.way is way]
        places = [passage.field_index for passage in told if passage.field_index is not None]
        if told:
            evidence = [field_evidence(fields[place]) for place in places]
            yield find(ident, *evidence, told=" ".join(passage.told for passage in told))


def _delays(analysis: Analysis) -> Iterator[Finding]:
    hops = analysis.route.hops
    skew = 0.0
    for earlier, later in pairwise(hops):
        delay = later.delay_seconds
        if delay is None:
            continue
        skew = max(skew, -delay)
        # Where one of the two clocks is known to be wrong, what it adds is no delay.
        delay -= max(later.skew_seconds or 0.0, 0.0) + max(-(earlier.skew_seconds or 0.0), 0.0)
        if delay >= SLOW_SECONDS:
            yield find(
                "hop-slow",
                *_evidence(analysis, earlier),
                *_evidence(analysis, later),
                delay=duration(delay),
                by=later.by or "an unnamed host",
                previous=earlier.by or "an unnamed host",
                time=iso(earlier.time) or "then",
                whose="The earlier time is only claimed." if earlier.claimed else "",
            )
    if skew > SKEW_SECONDS:
        wrong = [hop for hop in hops if hop.skew_seconds and abs(hop.skew_seconds) > SKEW_SECONDS]
        named = ", ".join(f"{_by(hop)} by {duration(hop.skew_seconds or 0)}" for hop in wrong[:3])
        yield find("clock-skew", computed(f"largest step back: {duration(skew)}"), skew=duration(skew), named=named)


def _by(hop: Hop) -> str:
    return hop.by or "an unnamed host"


def _client(hop: Hop) -> str:
    return hop.from_ip or hop.from_helo or hop.by or "an unnamed host"


def _evidence(analysis: Analysis, hop: Hop) -> tuple[Evidence, ...]:
    if hop.span is None:
        return ()
    return (span_evidence(analysis.message.raw, hop.span),)
