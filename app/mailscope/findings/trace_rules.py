"""What the way of the message says."""

from collections.abc import Iterator

from mailscope.analysis import Analysis
from mailscope.findings.finding import Evidence, Finding
from mailscope.findings.words import computed, find, span_evidence
from mailscope.moment import iso
from mailscope.specimen import Kind
from mailscope.trace.hop import Hop

SLOW_SECONDS = 15 * 60
"""A step longer than this is told: shorter ones are queues at work."""
SKEW_SECONDS = 5
"""A step back in time by less than this is rounding."""


def trace_rules(analysis: Analysis) -> Iterator[Finding]:
    """Border, delays, skew, oddities and limits of the route."""
    if analysis.specimen.kind not in (Kind.MESSAGE, Kind.HEADERS):
        return
    route = analysis.route
    if not route.hops:
        yield find("trace-missing")
        return
    yield from _border(analysis)
    yield from _delays(analysis)
    for problem in route.problems:
        yield find("route-remark", problem=problem)
    if route.unread:
        yield find("trace-limit", unread=route.unread, limit=len(route.hops))


def _border(analysis: Analysis) -> Iterator[Finding]:
    border = analysis.route.border
    if border.hop is None:
        yield find("border-missing", basis=border.basis)
    elif border.candidates:
        hops = analysis.route.hops
        named = ", ".join(_client(hops[place]) for place in border.candidates[:3] if place < len(hops))
        evidence = _evidence(analysis, hops[border.hop])
        yield find("border-candidates", *evidence, basis=border.basis, candidates=named)


def _delays(analysis: Analysis) -> Iterator[Finding]:
    hops = analysis.route.hops
    skew = 0.0
    for earlier, later in zip(hops, hops[1:], strict=False):
        delay = later.delay_seconds
        if delay is None:
            continue
        skew = max(skew, -delay)
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
        yield find("clock-skew", computed(f"largest step back: {duration(skew)}"), skew=duration(skew))


def _client(hop: Hop) -> str:
    return hop.from_ip or hop.from_helo or hop.by or "an unnamed host"


def _evidence(analysis: Analysis, hop: Hop) -> tuple[Evidence, ...]:
    if hop.span is None:
        return ()
    return (span_evidence(analysis.message.raw, hop.span),)


def duration(seconds: float) -> str:
    """Seconds as people say them: "3 s", "4 min", "2 h 5 min", "1 d 3 h"."""
    whole = round(abs(seconds))
    if whole < 120:
        return f"{whole} s"
    minutes = round(whole / 60)
    if minutes < 120:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"
