"""The same question asked of every hop's client: where SPF would have passed tells where the mail was forwarded."""

from collections.abc import Iterable

from mailscope.dns.answer import Dns
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.spf.check import evaluate
from mailscope.spf.verdicts import SpfCheck


def replay_spf(
    clients: Iterable[tuple[int, str | None, str | None]],
    mail_from: str | None,
    *,
    dns: Dns,
    limits: Limits = DEFAULT_LIMITS,
) -> tuple[SpfCheck, ...]:
    """SPF for each (hop, address, HELO) whose address is known, oldest first as given."""
    if mail_from is None:
        return ()
    return tuple(
        evaluate(ip, helo or "", mail_from, dns=dns, limits=limits, hop=hop) for hop, ip, helo in clients if ip
    )
