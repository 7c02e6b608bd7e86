"""One Received field, read: who gave the message to whom, how and when (RFC 5321 section 4.4)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailscope.mail.field import Span


@dataclass(frozen=True, slots=True)
class Hop:
    """What one Received field says; None where it does not say. All of it is the writing host's claim."""

    raw: str
    """The field's value, unfolded, UTF-8 with surrogate escapes."""
    from_helo: str | None = None
    """What the client called itself, or the name that this software prints there."""
    from_rdns: str | None = None
    """The name that the receiver looked up for the address."""
    from_ip: str | None = None
    """The peer as the receiver recorded it."""
    by: str | None = None
    via: str | None = None
    with_: str | None = None
    id: str | None = None
    for_: str | None = None
    tls_version: str | None = None
    tls_cipher: str | None = None
    time: datetime | None = None
    """Aware, in UTC."""
    family: str | None = None
    """The software or service that writes fields like this: "postfix", "exchange", "gmail", …"""
    problems: tuple[str, ...] = ()
    """What is wrong with the field or odd about its place on the route, a short sentence each."""
    delay_seconds: float | None = None
    """Since the hop before (older); negative where the clocks disagree; None where a time is missing."""
    claimed: bool = False
    """True below the border: written by strangers, and not evidence."""
    field_index: int | None = None
    """Which header field it is; None for a value parsed on its own."""
    span: Span | None = None
    offset_seconds: float | None = None
    """From the border's time to this hop's, by their own clocks: negative before the border; None without either."""
    skew_seconds: float | None = None
    """How far this host's clock seems ahead of its neighbours' (negative: behind); None where nothing speaks for it."""
    name_forged: bool = False
    """Whether the receiver says that the looked-up name does not lead back to the address."""
    remarks: tuple[str, ...] = ()
    """What is worth knowing about the hop and is no fault, a short sentence each."""


@dataclass(frozen=True, slots=True)
class Border:
    """Where the receiver's own system met the outside; all None where no hop can be trusted."""

    hop: int | None = None
    """Index in the route's hops (oldest first) of the hop whose Received field the receiver's border host wrote."""
    ip: str | None = None
    helo: str | None = None
    mail_from: str | None = None
    """The envelope sender as far as the receiver recorded it; "" for the null sender."""
    basis: str = ""
    """One sentence: why this hop, or why none."""
    candidates: tuple[int, ...] = ()
    """Other hops that it may be, best first."""


class Way(StrEnum):
    """How a message came on, apart from being handed straight from the author's side to the receiver's."""

    FORWARDED = "forwarded"
    LIST = "list"
    RESENT = "resent"
    FETCHED = "fetched"
    TENANT = "tenant"


@dataclass(frozen=True, slots=True)
class Passage:
    """One thing that happened on the way, and which field tells it."""

    way: Way
    told: str
    """One sentence."""
    field_index: int | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """The way of a message, oldest hop first, and where the evidence begins."""

    hops: tuple[Hop, ...] = ()
    border: Border = Border()
    problems: tuple[str, ...] = ()
    """What is odd about the whole: a limit that bit, a loop."""
    unread: int = 0
    """Received fields beyond the limit, not parsed."""
    passages: tuple[Passage, ...] = ()
    """What the fields tell of lists, forwarders and the like; below the border they are claims too."""
    organizations: tuple[str, ...] = ()
    """Whose hosts it went through, oldest first, one entry a change of hands."""

    @property
    def seconds(self) -> float | None:
        """From the oldest known time to the newest."""
        times = [hop.time for hop in self.hops if hop.time]
        return (max(times) - min(times)).total_seconds() if len(times) > 1 else None
