"""What fields other than Received tell about the way in: client addresses and envelope senders that were recorded."""

import re
from dataclasses import dataclass

from mailscope.claims.claim import Claim
from mailscope.mail.field import Field
from mailscope.mail.message import Message
from mailscope.trace.address import address_of, same_address
from mailscope.trace.hop import Hop

_SENDER_IP = re.compile(r"\bip (?:is )?\[?([0-9a-f.:]{3,45})\]?", re.IGNORECASE)
_DESIGNATES = re.compile(
    r"(?:designates?|not designate|denied by[^:]{0,200}:|domain of \S{1,320}) +([0-9a-f.:]{7,45})(?= |$|,)"
    r"|: +([0-9a-f.:]{7,45}) is neither",
    re.IGNORECASE,
)
_ADDRESS_PROPERTIES = ("client-ip", "smtp.remote-ip", "smtp.client-ip", "policy.client-ip", "policy.iprev", "ip", "cip")
_SENDER_PROPERTIES = ("smtp.mailfrom", "envelope-from", "smtp.envelope-from", "smtp.mail", "mailfrom")
_ADDRESS_FIELDS = (
    "X-Sender-IP",
    "X-Originating-IP",
    "X-Remote-IP",
    "X-Client-IP",
    "X-MS-Exchange-SkipListedInternetSender",
)
"""Fields in which a receiver writes the client's address and nothing else; trusted no further than a matching hop."""
_ENVELOPE_FIELDS = ("Return-Path", "X-Envelope-From", "X-MailFrom", "X-Original-Return-Path", "Envelope-From")
_WRITE_IT_BELOW = frozenset(("office365", "exchange", "iis-smtpsvc", "mailenable", "yandex"))
"""Families whose mailboxes put Return-Path under the Received fields."""
_ENVELOPE_COMMENT = re.compile(r"envelope-?(?:from|sender):? *<?([^\s<>()]{0,320})>?", re.IGNORECASE)
_DOMAIN_OF = re.compile(r"\bdomain of (?:transitioning )?(\S{1,320})", re.IGNORECASE)
_ADDRESS = re.compile(r"[0-9a-f.:]{7,45}", re.IGNORECASE)
AUTHORED = frozenset(("from", "to", "subject", "date", "message-id", "mime-version", "content-type"))
"""Fields that the author's side writes: servers on the way put theirs above them."""

_MAILBOX = frozenset(
    ("return-path", "delivered-to", "envelope-to", "x-envelope-to", "x-original-to", "delivery-date", "x-apparently-to")
)
"""Fields that the last host writes as it puts a message into a mailbox."""
_TAKEN_IN = (
    "authentication-results", "received-spf", "x-spam", "x-virus", "x-rspamd", "x-ms-exchange-organization-",
    "x-forefront-", "x-uidl", "x-gm-", "x-google-smtp-source", "x-sieve", "x-proofpoint", "x-barracuda", "x-ironport",
)  # fmt: skip
"""How the names of fields begin that are written on the way in."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A client address that some field states."""

    field_index: int
    field: str
    by: str | None
    """The host that the field names as its writer."""
    ip: str


@dataclass(frozen=True, slots=True)
class Marks:
    """Everything beside the Received fields that bears on the border."""

    stated: tuple[Mark, ...] = ()
    """Topmost first."""
    judged: tuple[int, ...] = ()
    """The places of the fields that judge SPF, which is done where strangers are met."""
    auth_source: str | None = None
    """The host that let the message into an Exchange organization, as that organization recorded it."""
    authored_above: int = 0
    """Fields of the author's side that stand above the first Received field, and not again below it."""
    headed: bool = False
    """A mailbox's own fields stand right above the first Received field: what is above them was put there later."""
    delivered: frozenset[str] = frozenset()
    """The names of fields that say that a mailbox or a filter before it took the message in."""
    whole: bool = False
    """It is a message with its text, not a part of a header that somebody pasted."""
    names: frozenset[str] = frozenset()
    """The names of its fields, in lower case."""


def read_marks(message: Message, claims: tuple[Claim, ...]) -> Marks:
    """The marks of a message, topmost first; any message gives Marks."""
    stated = [Mark(claim.field_index, claim.field, claim.by, ip) for claim in claims if (ip := stated_ip(claim))]
    for name in _ADDRESS_FIELDS:
        field = message.first(name)
        found = _ADDRESS.search(field.unfolded[:200]) if field else None
        ip = address_of(found[0]) if found else None
        if field and ip:
            stated.append(Mark(field.index, field.name, None, ip))
    source = message.first("X-MS-Exchange-Organization-AuthSource")
    first = message.first("Received")
    above = first.index if first else 0
    below = {field.key for field in message.fields[above:]}
    names = frozenset(field.key for field in message.fields)
    return Marks(
        stated=tuple(sorted(stated, key=lambda mark: mark.field_index)),
        judged=tuple(claim.field_index for claim in claims if claim.method == "spf" and claim.instance is None),
        auth_source=source.unfolded[:255] if source else None,
        authored_above=len(({field.key for field in message.fields[:above]} & AUTHORED) - below),
        headed=above > 0 and message.fields[above - 1].key in _MAILBOX,
        delivered=frozenset(name for name in names if name in _MAILBOX or name.startswith(_TAKEN_IN)),
        whole=names.issuperset(("from", "date", "mime-version")) and bool(message.body_bytes.strip()),
        names=names,
    )


def stated_ip(claim: Claim) -> str | None:
    """The address of the client that a claim was made about, where it says."""
    stated = claim.property(*_ADDRESS_PROPERTIES)
    found = address_of(stated) if stated else None
    if found:
        return found
    if claim.comment and claim.method in ("spf", "arc", "iprev"):
        told = _SENDER_IP.search(claim.comment[:2000]) or _DESIGNATES.search(claim.comment[:2000])
        if told:
            return address_of(next(group for group in told.groups() if group))
    return None


def stated_sender(claim: Claim) -> str | None:
    """The envelope sender that a claim was made about: an address, a bare domain where no more is told, "" for none."""
    if claim.method != "spf":
        return None
    stated = claim.property(*_SENDER_PROPERTIES)
    if stated is not None:
        return stated.strip("<>\"' ")
    return "" if claim.property("smtp.helo") else None


def _told_sender(claims: tuple[Claim, ...]) -> str | None:
    """The domain that an SPF verdict's comment names: the last resort, for it may be the HELO name's."""
    for claim in reversed(claims):
        told = _DOMAIN_OF.search(claim.comment[:1000]) if claim.comment and claim.method == "spf" else None
        if told:
            return told[1].strip("<>\"'")
    return None


def envelope_sender(message: Message, claims: tuple[Claim, ...], border: Hop) -> str | None:
    """The envelope sender as the receiver recorded it at its border; "" for the null sender, None for unknown.

    claims are the receiver's own, topmost first.
    """
    about = [claim for claim in claims if _about(claim, border.from_ip)]
    stated = next((sender for claim in reversed(about) if (sender := stated_sender(claim)) is not None), None)
    recorded = [_bare(field) for name in _ENVELOPE_FIELDS if (field := _receivers(message, name, border))]
    comment = _ENVELOPE_COMMENT.search(border.raw)
    if comment:
        recorded.append(comment[1])
    if stated is None:
        told = _told_sender(tuple(about)) if not recorded else None
        # Of a null sender the HELO name is judged, and named as if it were the sender's domain.
        return recorded[0] if recorded else "" if told and told == border.from_helo else told
    if "" in recorded and stated.lower() == f"postmaster@{border.from_helo or ''}".lower():
        return ""  # RFC 7208 section 2.4: what stands for the null sender
    if "@" in stated or not stated:
        return stated
    # Exchange Online states the domain alone; another record of the same domain tells the rest.
    domain = stated.lower()
    return next((sender for sender in recorded if sender.rpartition("@")[2].lower() == domain), stated)


def _about(claim: Claim, client: str | None) -> bool:
    """Whether a claim may be about this client: it names no other."""
    ip = stated_ip(claim)
    return client is None or ip is None or same_address(ip, client)


def _receivers(message: Message, name: str, border: Hop) -> Field | None:
    """A field that the receiving side wrote: the one nearest above the border, or below it where that is a habit."""
    every = message.all(name)
    above = [field for field in every if border.field_index is not None and field.index < border.field_index]
    if above:
        return above[-1]
    return every[0] if every and name == "Return-Path" and border.family in _WRITE_IT_BELOW else None


def _bare(field: Field) -> str:
    text = field.unfolded[:1000]
    start, stop = text.find("<"), text.rfind(">")
    return text[start + 1 : stop].strip() if 0 <= start < stop else text.strip()
