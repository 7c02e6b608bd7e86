"""Who wrote a claim, as its place beside the Received fields tells."""

from mailscope.claims.claim import Claim
from mailscope.mail.message import Message
from mailscope.trace.services import front_of
from mailscope.trace.hop import Route
from mailscope.trace.organization import same_organization


def whose(claim: Claim, message: Message, route: Route) -> str:
    """ "receiver", "intermediary" or "sender": what lies below the border is at best an intermediary's word."""
    place = route.border.hop
    if place is None:
        return "sender"
    border = route.hops[place]
    if border.field_index is None:
        return "sender"
    if claim.field_index < border.field_index:
        return "receiver"
    host = front_of(border.by)
    below = next((h.field_index for h in reversed(route.hops[:place]) if h.field_index is not None), None)
    limit = below if below is not None else len(message.fields)
    if host and host.below and claim.field_index < limit and same_organization(claim.by, border.by):
        return "receiver"
    if claim.instance is not None:
        return "intermediary"
    return "sender"
