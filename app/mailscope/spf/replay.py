"""The same question asked of every hop's client: where SPF would have passed tells where the mail was forwarded."""

from collections.abc import Iterable

from mailscope.dns.answer import Dns
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.spf.check import evaluate
from mailscope.spf.rewritten import rewritten
from mailscope.spf.verdicts import SpfCheck
from mailscope.verdict import Verdict


def replay_spf(
    clients: Iterable[tuple[int, str | None, str | None]],
    mail_from: str | None,
    *,
    dns: Dns,
    limits: Limits = DEFAULT_LIMITS,
) -> tuple[SpfCheck, ...]:
    """SPF for each (hop, address, HELO) whose address is known, oldest first as given.

    The newest limits.spf_hops are evaluated: the oldest are the ones that a sender may have invented.
    """
    if mail_from is None:
        return ()
    found = rewritten(mail_from)
    original = found.original if found is not None and found.by_forwarder else None
    known = [(hop, ip, helo or "") for hop, ip, helo in clients if ip]
    first = max(0, len(known) - limits.spf_hops)
    beyond = f"Only the newest {limits.spf_hops} hops were asked."
    left = tuple(SpfCheck(None, ip=ip, helo=helo, problem=beyond, hop=hop) for hop, ip, helo in known[:first])
    return left + tuple(_replayed(*client, (mail_from, original), dns, limits) for client in known[first:])


def _replayed(  # noqa: PLR0917 - one client, and what is asked about it
    hop: int, ip: str, helo: str, senders: tuple[str, str | None], dns: Dns, limits: Limits
) -> SpfCheck:
    """The verdict for the sender as the border saw it; before a forwarder rewrote it, it was another."""
    mail_from, original = senders
    check = evaluate(ip, helo, mail_from, dns=dns, limits=limits, hop=hop)
    if original is None or check.result is Verdict.PASS:
        return check
    before = evaluate(ip, helo, original, dns=dns, limits=limits, hop=hop)
    return before if before.result is Verdict.PASS else check
