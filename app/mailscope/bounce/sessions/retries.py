"""How a message was tried again: too soon, too few times, from other addresses; and how greylisting went."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mailscope.bounce.failure import Behaviour

_SOON = 60.0
"""Seconds: RFC 5321 section 4.5.4.1 asks for 30 minutes as a rule; below a minute nobody waited for anything."""
_LIFE = 86_400.0
"""Seconds: RFC 5321 section 4.5.4.1 asks to go on for 4 to 5 days; below one day a night's outage loses mail."""
_AGAIN = 5.0
"""Seconds: what is logged again within them is the same attempt in other words."""
_ROUND = 300.0
"""Seconds within which the next host of the same domain belongs to the same attempt."""
_GREY = re.compile(r"gr[ae]y.?list", re.IGNORECASE)
_WAIT = re.compile(
    r"(?:in|after|for|wait(?: for)?|within|least)\s+(\d{1,5})\s*(sec(?:ond)?s?|min(?:ute)?s?|hours?|hrs?|s|m|h)\b",
    re.IGNORECASE,
)
_UNITS = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to deliver one message to one recipient."""

    seconds: float | None
    """On a clock for intervals only; None where the record gives no time."""
    stamp: str
    """The time as written."""
    said: str
    """What was answered, or why nothing was."""
    code: str | None = None
    """Three digits, or only the first one; None where nothing was answered."""
    sent: bool = False
    remote: str | None = None
    source: str | None = None
    """The address that the attempt came from."""

    @property
    def line(self) -> str:
        """In one line, for evidence."""
        return " ".join(part for part in (self.stamp, self.remote or "", self.said) if part)[:300]


def retries(
    recipient: str | None, attempts: Sequence[Attempt], gave_up: bool, ended: float | None = None
) -> Iterator[Behaviour]:
    """What is remarkable in the attempts for one recipient, in the order in which they were made.

    ended is when the queue gave up, on the clock of the attempts.
    """
    if not attempts:
        return
    who = ("who", recipient or "a recipient")
    rounds = _rounds(attempts)
    yield from _timing(who, rounds)
    yield from _after_no(who, rounds)
    yield from _greylisting(who, rounds)
    first, last = rounds[0].seconds, rounds[-1].seconds if ended is None else ended
    if gave_up and first is not None and last is not None and 0 <= last - first < _LIFE:
        tries = f"{len(rounds)} attempt{'' if len(rounds) == 1 else 's'}"
        facts = (who, ("tries", tries), ("life", lasting(last - first)))
        yield Behaviour("gave-up-early", facts, (rounds[0].line, rounds[-1].line))
    sources = list(dict.fromkeys(one.source for one in rounds if one.source))
    if len(sources) > 1 and len(rounds) > 1 and (rounds[0].code or "")[:1] == "4":
        yield Behaviour(
            "changing-addresses", (who, ("addresses", ", ".join(sources[:6]))), tuple(one.line for one in rounds[:3])
        )


def lasting(seconds: float) -> str:
    """A span of time in words of one unit: "45 seconds", "12 minutes", "3 hours", "2 days"."""
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * size or (seconds >= size and name != "minute"):
            number = round(seconds / size)
            return f"{number} {name}{'' if number == 1 else 's'}"
    number = round(seconds)
    return f"{number} second{'' if number == 1 else 's'}"


def _rounds(attempts: Sequence[Attempt]) -> list[Attempt]:
    """Attempts with the several hosts of one round taken together: the last one tried stands for it."""
    rounds: list[Attempt] = []
    for one in attempts:
        last = rounds[-1] if rounds else None
        if (
            last is not None
            and last.remote
            and one.remote
            and last.remote != one.remote
            and _gap(last, one) is not None
        ):
            gap = _gap(last, one)
            if gap is not None and gap <= _ROUND and not last.sent and (last.code or "4")[0] == "4":
                rounds[-1] = one
                continue
        rounds.append(one)
    return rounds


def _gap(before: Attempt, after: Attempt) -> float | None:
    """Seconds between two attempts; None where a time is missing or runs backwards."""
    if before.seconds is None or after.seconds is None or after.seconds < before.seconds:
        return None
    return after.seconds - before.seconds


def _timing(who: tuple[str, str], rounds: list[Attempt]) -> Iterator[Behaviour]:
    """Retries before the time that was asked for, or with hardly any pause."""
    for before, after in pairwise(rounds):
        gap = _gap(before, after)
        if gap is None or (before.code or "4")[0] != "4":
            continue
        asked = _asked(before.said)
        if asked is not None and gap < asked - 1:
            facts = (who, ("gap", lasting(gap)), ("asked", lasting(asked)))
            yield Behaviour("retried-before-asked", facts, (before.line, after.line))
            return
        if gap < _SOON:
            yield Behaviour("retried-too-soon", (who, ("gap", lasting(gap))), (before.line, after.line))
            return


def _asked(said: str) -> float | None:
    """Seconds that the other side asked to wait; None where it named none."""
    match = _WAIT.search(said[:2000])
    if match is None or not re.search(r"try|retry|gr[ae]y|wait|later|again", said[:2000], re.IGNORECASE):
        return None
    return float(int(match[1]) * _UNITS[match[2][0].lower()])


def _after_no(who: tuple[str, str], rounds: list[Attempt]) -> Iterator[Behaviour]:
    for before, after in pairwise(rounds):
        gap = _gap(before, after)
        if (before.code or "")[:1] == "5" and gap is not None and gap >= _AGAIN:
            yield Behaviour("retried-after-final", (who, ("said", before.said[:200])), (before.line, after.line))
            return


def _greylisting(who: tuple[str, str], rounds: list[Attempt]) -> Iterator[Behaviour]:
    first = next((one for one in rounds if _GREY.search(one.said) and not one.sent), None)
    if first is None or len(rounds) < 2:
        return
    last = rounds[-1]
    gap = _gap(first, last)
    span = lasting(gap) if gap is not None else "some time"
    facts = (who, ("span", span), ("tries", str(len(rounds))))
    if last.sent:
        yield Behaviour("greylisting-passed", facts, (first.line, last.line))
    elif _GREY.search(last.said) and last is not first:
        yield Behaviour("greylisting-stuck", facts, (first.line, last.line))
