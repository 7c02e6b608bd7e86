"""How easily this very message could be sent to strangers again, or was: a level with its reasons."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from mailscope.dkim.coverage import Coverage
from mailscope.dkim.verdicts import DkimCheck
from mailscope.mail.address import parse_addresses
from mailscope.mail.message import Message
from mailscope.spf.verdicts import SpfCheck
from mailscope.trace.hop import Route
from mailscope.verdict import Verdict

_RECIPIENTS = ("to", "cc")
_ACTUAL = ("delivered-to", "x-original-to", "x-envelope-to", "envelope-to", "x-delivered-to", "x-rcpt-to")
_MANY_HOPS = 8
_LATE = timedelta(days=1)
_VERY_LATE = timedelta(days=7)
_LONG_LIFE = timedelta(days=14)
_ELEVATED = 5
_HIGH = 8


class ReplayLevel(StrEnum):
    """How much speaks for it."""

    LOW = "low"
    ELEVATED = "elevated"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class ReplayReason:
    """One thing that makes a replay easier, or that it would look like."""

    word: str
    """recipients-unsigned, recipients-open, recipient-elsewhere, no-expiry, long-lived, late, spf-elsewhere,
    foreign-border or many-hops."""
    text: str
    """One sentence."""
    weight: int
    """Points; 5 make the level elevated, 8 (with a recipient who is not named) high."""
    seen: bool = False
    """Whether it is a trace that a replay leaves, not only what would make one easy."""


@dataclass(frozen=True, slots=True)
class Replay:
    """The level for one signature, and why."""

    index: int
    """Of the signature, as in DkimCheck.index."""
    level: ReplayLevel
    reasons: tuple[ReplayReason, ...] = ()


def assess_replay(
    message: Message, check: DkimCheck, coverage: Coverage, route: Route, spf: SpfCheck | None
) -> Replay | None:
    """The level for one signature; None for one that does not pass: nobody gains by sending it again."""
    if check.result is not Verdict.PASS:
        return None
    reasons = [
        *_open_recipients(message, coverage),
        *_elsewhere(message, route),
        *_life(check),
        *_late(check, route),
        *_way(check, route, spf),
    ]
    points = sum(reason.weight for reason in reasons)
    strangers = any(reason.word == "recipient-elsewhere" for reason in reasons)
    level = ReplayLevel.LOW
    if points >= _HIGH and strangers:
        level = ReplayLevel.HIGH
    elif points >= _ELEVATED:
        level = ReplayLevel.ELEVATED
    return Replay(check.index, level, tuple(sorted(reasons, key=lambda reason: -reason.weight)))


def _open_recipients(message: Message, coverage: Coverage) -> list[ReplayReason]:
    present = [name for name in _RECIPIENTS if message.first(name)]
    unsigned = [name.title() for name in present if name in coverage.unsigned]
    if not present or unsigned:
        said = (
            f"{' and '.join(unsigned)} {'is' if len(unsigned) == 1 else 'are'} not signed"
            if unsigned
            else "No To or Cc"
        )
        return [ReplayReason("recipients-unsigned", f"{said}: any recipient could be written there.", 2)]
    loose = [name.title() for name in _RECIPIENTS if name in coverage.injectable]
    if loose:
        text = f"{' and '.join(loose)} could be added without breaking the signature."
        return [ReplayReason("recipients-open", text, 1)]
    return []


def _elsewhere(message: Message, route: Route) -> list[ReplayReason]:
    """The address that it was delivered to, where no recipient field names it."""
    actual = [
        address.spec.lower()
        for name in _ACTUAL
        for field in message.all(name)[:4]
        for address in parse_addresses(field.value)
        if address.domain
    ]
    actual += [hop.for_.strip("<>").lower() for hop in route.hops if hop.for_ and "@" in hop.for_ and not hop.claimed]
    named = {
        address.spec.lower()
        for name in ("to", "cc", "resent-to", "resent-cc", "bcc")
        for field in message.all(name)[:20]
        for address in parse_addresses(field.value)
    }
    if not actual or any(_same(each, named) for each in actual):
        return []
    listed = message.first("List-Id") is not None or message.first("List-Post") is not None
    who = actual[0]
    if listed:
        text = f"It was delivered to {who}, whom no recipient field names, as is usual for a list."
        return [ReplayReason("recipient-elsewhere", text, 1, seen=True)]
    text = f"It was delivered to {who}, whom no recipient field names: a blind copy, a forwarding, or a replay."
    return [ReplayReason("recipient-elsewhere", text, 3, seen=True)]


def _same(address: str, named: set[str]) -> bool:
    """Whether a recipient is named, subaddresses (user+detail) and Gmail's dots aside."""
    if address in named:
        return True
    local, _, host = address.rpartition("@")
    return any(
        each.rpartition("@")[2] == host and each.rpartition("@")[0].partition("+")[0] == local.partition("+")[0]
        for each in named
    )


def _life(check: DkimCheck) -> list[ReplayReason]:
    if check.expires_at is None:
        return [ReplayReason("no-expiry", "The signature never expires (no x=).", 1)]
    if check.signed_at is not None and check.expires_at - check.signed_at > _LONG_LIFE:
        days = (check.expires_at - check.signed_at).days
        return [ReplayReason("long-lived", f"The signature is good for {days} days.", 1)]
    return []


def _late(check: DkimCheck, route: Route) -> list[ReplayReason]:
    border = route.border.hop
    arrived = route.hops[border].time if border is not None and 0 <= border < len(route.hops) else None
    if arrived is None or check.signed_at is None:
        return []
    took = arrived - check.signed_at
    if took < _LATE:
        return []
    text = f"It arrived {took.days} day{'s' if took.days != 1 else ''} after it was signed."
    return [ReplayReason("late", text, 3 if took >= _VERY_LATE else 2, seen=True)]


def _way(check: DkimCheck, route: Route, spf: SpfCheck | None) -> list[ReplayReason]:
    reasons = []
    domain = check.domain or ""
    if spf is not None and spf.domain and not _related(spf.domain, domain):
        text = f"The envelope sender's domain is {spf.domain}, the signature's {domain}."
        reasons.append(ReplayReason("spf-elsewhere", text, 1, seen=True))
        border = route.border.hop
        client = route.hops[border] if border is not None and 0 <= border < len(route.hops) else None
        name = (client.from_rdns or client.from_helo or "").lower() if client else ""
        if client and client.from_ip and not _related(name, domain):
            text = f"The host that handed it over, {name or client.from_ip}, bears no name of {domain}."
            reasons.append(ReplayReason("foreign-border", text, 1, seen=True))
    if len(route.hops) >= _MANY_HOPS:
        reasons.append(ReplayReason("many-hops", f"It went through {len(route.hops)} hops.", 1, seen=True))
    return reasons


def _related(one: str, other: str) -> bool:
    """Whether one of the two names is the other or below it."""
    one, other = one.lower().rstrip("."), other.lower().rstrip(".")
    return bool(one and other) and (one == other or one.endswith("." + other) or other.endswith("." + one))
