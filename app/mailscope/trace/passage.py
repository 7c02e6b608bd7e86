"""What happened to a message on its way besides being handed on: lists, forwarders, resending, fetching, tenants."""

import re
from collections.abc import Iterator

from mailscope.claims.claim import Claim
from mailscope.mail.field import Field
from mailscope.mail.message import Message
from mailscope.trace.hop import Border, Hop, Passage, Way
from mailscope.trace.organization import organization
from mailscope.trace.services import front_of, gateway_of

_SRS = re.compile(r"^[^@]{0,200}\b(?:SRS[01]|bounces\+SRS)[=+-]", re.IGNORECASE)
_CLOUD = re.compile(r"\.outbound\.protection\.(?:outlook\.com|office365\.us|partner\.outlook\.cn)$", re.IGNORECASE)
_FORWARDERS = ("X-Forwarded-For", "X-Forwarded-To", "X-Forwarded-Encrypted", "X-MS-Exchange-ForwardingLoop",
               "X-ForwardEmail-Sender", "X-SimpleLogin-Type", "X-AnonAddy-Original-Sender")  # fmt: skip
_LONGEST = 200


def passages(
    message: Message, hops: tuple[Hop, ...], border: Border, claims: tuple[Claim, ...], sender: str | None
) -> Iterator[Passage]:
    """What the fields tell, most telling first; nothing of it is proof, for senders can write such fields too."""
    yield from _forwarded(message, claims, sender)
    listed = message.first("List-Id") or message.first("List-Post")
    if listed:
        yield Passage(Way.LIST, f"It came through a mailing list or as a mass mailing: {_text(listed)}.", listed.index)
    resent = message.first("Resent-From") or message.first("Resent-Sender") or message.first("Resent-To")
    if resent:
        told = f"Somebody sent it on by hand ({resent.name}: {_text(resent)}); From is still the first author."
        yield Passage(Way.RESENT, told, resent.index)
    yield from _fetched(hops, border)
    yield from _tenants(hops, border)


def _forwarded(message: Message, claims: tuple[Claim, ...], sender: str | None) -> Iterator[Passage]:
    if sender and _SRS.search(sender):
        told = f"A forwarder rewrote the envelope sender (SRS): {sender[:_LONGEST]}."
        yield Passage(Way.FORWARDED, told, None)
    for name in _FORWARDERS:
        field = message.first(name)
        if field:
            yield Passage(Way.FORWARDED, f"It was forwarded automatically ({field.name}: {_text(field)}).", field.index)
            break
    sets = {claim.instance: claim for claim in claims if claim.instance is not None}
    if len(sets) > 1:
        by = ", ".join(sets[number].by or "nobody named" for number in sorted(sets))
        told = f"{len(sets)} servers sealed what they saw (ARC), oldest first: {by[:_LONGEST]}."
        yield Passage(Way.FORWARDED, told, sets[min(sets)].field_index)


def _fetched(hops: tuple[Hop, ...], border: Border) -> Iterator[Passage]:
    for place in range(len(hops) - 1, -1, -1):
        hop = hops[place]
        word = (hop.with_ or "").lower().partition(" ")[0]
        if word in ("pop3", "imap", "pop3s", "imaps", "pop") or hop.family in ("fetchmail", "getmail"):
            where = hop.from_helo or hop.from_ip or "another host"
            told = f"{hop.by or 'A program'} fetched it from a mailbox at {where}."
            yield Passage(Way.FETCHED, told, hop.field_index)
            return
        if border.hop is None or place <= border.hop or place == 0:
            continue
        before = hops[place - 1]
        # Gmail names no client for what it fetches; the field below is then of another service.
        if hop.family == "gmail" and hop.from_ip is None and _other(hop.by, before.by) and front_of(before.by) is None:
            told = f"Gmail fetched it from a mailbox: the hop before was written by {before.by}."
            yield Passage(Way.FETCHED, told, hop.field_index)
            return


def _other(by: str | None, before: str | None) -> bool:
    owner = organization(before)
    return owner is not None and owner != (organization(by) or "google")


def _tenants(hops: tuple[Hop, ...], border: Border) -> Iterator[Passage]:
    """From one customer of Exchange Online to another: the hosts tell the service, not the customer."""
    if border.hop is None:
        return
    hop = hops[border.hop]
    front = front_of(hop.by)
    client = hop.from_rdns or hop.from_helo or ""
    if front and front.name.startswith("Exchange Online") and _CLOUD.search(client):
        told = (
            f"{client} is Exchange Online itself, handing on for one of its customers: "
            "the host name tells the service, not who wrote."
        )
        yield Passage(Way.TENANT, told, hop.field_index)
    gateway = gateway_of(client)
    if gateway and not (front and front.own):
        told = f"{client} belongs to {gateway.name}, which filters mail for many: it is not the author's own host."
        yield Passage(Way.TENANT, told, hop.field_index)


def _text(field: Field) -> str:
    text = field.unfolded
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
