"""What a header block says at a glance: the author, the recipients, the subject, the date."""

from dataclasses import dataclass
from datetime import datetime

from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.address import Address, parse_addresses
from mailscope.mail.date import parse_date
from mailscope.mail.decode import shown
from mailscope.mail.field import Field
from mailscope.mail.message import Message


@dataclass(frozen=True, slots=True)
class Envelope:
    """The topmost of each field, decoded for people; not made safe to show: that is visible()'s work."""

    from_: str | None = None
    from_domain: str | None = None
    """The author domain that DMARC judges: lower case, A-labels; None where From has none or several."""
    authors: tuple[Address, ...] = ()
    """Every address of every From field, topmost field first."""
    to: str | None = None
    subject: str | None = None
    date: datetime | None = None
    message_id: str | None = None
    return_path: str | None = None
    """Without angle brackets; "" for the null sender."""


def read_envelope(message: Message, limits: Limits = DEFAULT_LIMITS) -> Envelope:
    """The fields that people know a message by (RFC 5322 section 3.6); any message gives an Envelope."""
    authors = tuple(address for field in message.all("From") for address in parse_addresses(field.value))
    domains = {address.domain for address in authors if address.domain}
    date = message.first("Date")
    return_path = message.first("Return-Path")
    return Envelope(
        from_=_shown(message.first("From"), limits),
        from_domain=next(iter(domains)) if len(domains) == 1 else None,
        authors=authors,
        to=_shown(message.first("To"), limits),
        subject=_shown(message.first("Subject"), limits),
        date=parse_date(date.unfolded) if date else None,
        message_id=_shown(message.first("Message-ID"), limits),
        return_path=_bare(return_path) if return_path else None,
    )


def _shown(field: Field | None, limits: Limits) -> str | None:
    return shown(field, limits) if field else None


def _bare(field: Field) -> str:
    text = field.unfolded
    start, stop = text.find("<"), text.rfind(">")
    return text[start + 1 : stop].strip() if 0 <= start < stop else text
