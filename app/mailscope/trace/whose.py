"""Who wrote a field, as its place beside the Received fields tells."""

import re
from itertools import islice

from mailscope.claims.claim import Claim
from mailscope.mail.message import Message
from mailscope.trace.address import same_address
from mailscope.trace.hop import Hop, Route
from mailscope.trace.marks import stated_ip
from mailscope.trace.organization import same_organization
from mailscope.trace.services import front_of, writes_below

_RECEIVER, _INTERMEDIARY, _SENDER = "receiver", "intermediary", "sender"
_FORMER = ("authentication-results-original", "-authentication-results")
"""How the names of fields end that a later server keeps as somebody else's word, wherever they stand."""
_NEAR = 40
"""Fields below the border, or of one name, among which a service's own stamps are looked for."""
_EXCHANGE = ("x-forefront-antispam-report", "x-microsoft-antispam", "x-ms-exchange-organization-", "spamdiagnostic",
             "x-ms-exchange-crosstenant-", "x-eopattributedmessage", "x-ms-exchange-antispam")  # fmt: skip
"""Written by the Exchange organization that holds the message, which renames those of others; they stand anywhere."""


def whose(claim: Claim, message: Message, route: Route) -> str:
    """Receiver, intermediary or sender, as a word: what lies below the border is at best an intermediary's word."""
    key = claim.field.lower()
    if key.endswith("-untrusted"):
        return _SENDER
    place = route.border.hop
    border = route.hops[place] if place is not None else None
    if place is None or border is None or border.field_index is None:
        return _SENDER
    if key.endswith(_FORMER) and claim.instance is None:
        return _INTERMEDIARY
    if claim.field_index < border.field_index:
        return _RECEIVER
    front = front_of(border.by)
    if front and (
        key.startswith(front.fields or ("\0",)) or (front.grouped and _first_in_group(claim, message, border))
    ):
        return _RECEIVER
    exchange = border.family in ("office365", "exchange")
    if exchange and key.startswith(_EXCHANGE):
        return _RECEIVER
    if _written_below(claim, message, route, place, border) or (exchange and _moved(claim, message, border)):
        return _RECEIVER
    if claim.instance is None and claim.by and same_organization(claim.by, border.by) and front_of(border.by) is None:
        # The receiver's own name on a stamp that was there before the receiver: how forgers write them.
        return _SENDER
    return _INTERMEDIARY if claim.instance is not None or _on_the_way(claim, route, place) else _SENDER


def _written_below(claim: Claim, message: Message, route: Route, place: int, border: Hop) -> bool:
    """Whether the border host is one that puts its stamps under its Received field, and this is such a one."""
    if not writes_below(border) or border.field_index is None:
        return False
    if not (same_organization(claim.by, border.by) if claim.by else same_address(stated_ip(claim), border.from_ip)):
        return False
    if claim.field_index - border.field_index > _NEAR:
        return False
    # Its own come first: a second field of the name was there before, whoever it names.
    fields = message.fields[border.field_index + 1 : claim.field_index]
    older = next((hop.field_index for hop in reversed(route.hops[:place]) if hop.field_index is not None), None)
    key = claim.field.lower()
    return (older is None or claim.field_index < older) and not any(field.key == key for field in fields)


def _first_in_group(claim: Claim, message: Message, border: Hop) -> bool:
    """Whether a field is one of the service's own at the head of its group, and the first there on its method."""
    if not claim.by or not same_organization(claim.by, border.by):
        return False
    by = claim.by.lower().encode("utf-8", "replace")
    method = re.compile(rb"(?<![\w-])" + re.escape(claim.method.encode("utf-8", "surrogateescape")) + rb"\s?=")
    key = claim.field.lower()
    for field in islice((field for field in message.fields if field.key == key), _NEAR):
        if field.index == claim.field_index:
            return True
        value = field.value.strip().lower()
        if not value.startswith(by) or method.search(value):
            return False
    return False


def _moved(claim: Claim, message: Message, border: Hop) -> bool:
    """Whether an export moved Exchange's own verdict: the only one of its kind, about the border's client."""
    if claim.by != "protection.outlook.com" or not same_address(stated_ip(claim), border.from_ip):
        return False
    key = claim.field.lower()
    last = message.all("Received")[-1:]
    return (
        sum(1 for field in message.fields if field.key == key) == 1 and bool(last) and claim.field_index > last[0].index
    )


def _on_the_way(claim: Claim, route: Route, place: int) -> bool:
    """Whether a host between sender and border says, by name and place, that it wrote the field."""
    for hop in reversed(route.hops[:place]):
        if hop.field_index is None or not hop.by:
            continue
        if hop.field_index < claim.field_index:
            if writes_below(hop) and same_organization(claim.by, hop.by):
                return True
            continue
        if claim.by is None:
            # Exchange Online names nobody: the nearest field below must be its own.
            return hop.family in ("office365", "exchange")
        if same_organization(claim.by, hop.by):
            return True
    return False
