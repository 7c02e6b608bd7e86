"""The time between hops: delays by the hosts' own clocks, and which of those clocks seem wrong."""

from collections.abc import Iterator
from dataclasses import replace

from mailscope.trace.hop import Hop

_ROUNDING = 2.0
"""Seconds: fields tell whole ones, and some hosts write the start of the session, some its end."""


def timed(hops: tuple[Hop, ...], border: int | None) -> tuple[Hop, ...]:
    """The hops (oldest first) with their delays, their times against the border's clock, and the skew of clocks."""
    delays = tuple(_delays(hops))
    skews = _skews(delays)
    mark = hops[border].time if border is not None else None
    return tuple(
        replace(
            hop,
            delay_seconds=delays[place],
            offset_seconds=(hop.time - mark).total_seconds() if mark and hop.time else None,
            skew_seconds=skews.get(place),
        )
        for place, hop in enumerate(hops)
    )


def _delays(hops: tuple[Hop, ...]) -> Iterator[float | None]:
    """Seconds since the hop before; None where either has no time."""
    before: Hop | None = None
    for hop in hops:
        known = before is not None and before.time is not None and hop.time is not None
        yield (hop.time - before.time).total_seconds() if known and before and before.time and hop.time else None
        before = hop


def _skews(delays: tuple[float | None, ...]) -> dict[int, float]:
    """Place to seconds: hosts whose clock jumps ahead and back, or back and ahead, beside their neighbours'.

    A step back in time cannot be a delay: one of the two clocks is wrong. Where the step on its other side undoes it,
    the host between is the one; at the ends the older, claimed side is taken to be.
    """
    found: dict[int, float] = {}
    for place, delay in enumerate(delays):
        if delay is None or delay >= -_ROUNDING:
            continue
        before = delays[place - 1] if place else None
        after = delays[place + 1] if place + 1 < len(delays) else None
        if before is not None and before > _ROUNDING and before + delay >= -_ROUNDING:
            found.setdefault(place - 1, min(before, -delay))
        elif after is not None and after > _ROUNDING and after + delay >= -_ROUNDING:
            found.setdefault(place, max(delay, -after))
        else:
            found.setdefault(place - 1, -delay)
    return found
