"""Bounces, the behaviour behind them, and the recipient's side."""

from mailscope.bounce.failure import Behaviour, Bounce
from mailscope.bounce.recipient_side import MailHost, RecipientSide
from mailscope.schema.plain import Json, plain


def bounce_dict(bounce: Bounce) -> Json:
    """One bounce; its strings hold no lone surrogates, since it is written alone too."""
    found: Json = plain(
        {
            "recipient": bounce.recipient,
            "original_recipient": bounce.original_recipient,
            "action": bounce.action,
            "manner": bounce.manner,
            "phase": bounce.phase,
            "phase_basis": bounce.phase_basis,
            "reply_code": bounce.reply_code,
            "enhanced_code": bounce.enhanced_code,
            "permanent": bounce.permanent,
            "category": bounce.category,
            "provider": bounce.provider,
            "remote_mta": bounce.remote_mta,
            "reporting_mta": bounce.reporting_mta,
            "diagnostic": bounce.diagnostic,
            "meaning": bounce.meaning,
            "remedy": bounce.remedy,
            "retry_advice": bounce.retry_advice,
            "attempts": list(bounce.attempts),
            "remarks": list(bounce.remarks),
            "feedback_type": bounce.feedback_type,
        }
    )
    return found


def behaviour_dicts(seen: tuple[Behaviour, ...]) -> list[Json]:
    """How the sides of sessions and queues behaved, one object a kind."""
    return [
        {"id": one.id, "facts": dict(one.facts), "evidence": list(one.evidence), "count": one.count} for one in seen
    ]


def recipient_dicts(sides: tuple[RecipientSide, ...]) -> list[Json]:
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


def _host(host: MailHost) -> Json:
    return {
        "name": host.name,
        "preference": host.preference,
        "addresses": list(host.addresses),
        "private": list(host.private),
        "exists": host.exists,
        "literal": host.literal,
        "alias": host.alias,
    }
