"""The JSON of behaviour and of the recipient's side: plain values under names that stay."""

from typing import Any

from mailscope.bounce.failure import Behaviour
from mailscope.bounce.recipient_side import MailHost, RecipientSide


def behaviour_dicts(seen: tuple[Behaviour, ...]) -> list[dict[str, Any]]:
    """How the sides of sessions and queues behaved, one object a kind."""
    return [
        {"id": one.id, "facts": dict(one.facts), "evidence": list(one.evidence), "count": one.count} for one in seen
    ]


def recipient_dicts(sides: tuple[RecipientSide, ...]) -> list[dict[str, Any]]:
    """What the DNS says of recipient domains, one object a domain."""
    return [
        {
            "domain": side.domain,
            "outcome": side.outcome,
            "null_mx": side.null_mx,
            "fallback": side.fallback,
            "reachable": side.reachable,
            "hosts": [_host(host) for host in side.hosts],
            "mta_sts": side.mta_sts,
            "mta_sts_problem": side.mta_sts_problem,
            "tls_reports_to": side.tls_reports_to,
        }
        for side in sides
    ]


def _host(host: MailHost) -> dict[str, Any]:
    return {
        "name": host.name,
        "preference": host.preference,
        "addresses": list(host.addresses),
        "private": list(host.private),
        "exists": host.exists,
        "literal": host.literal,
        "alias": host.alias,
    }
