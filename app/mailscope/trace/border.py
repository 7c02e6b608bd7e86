"""Where the receiver's own system met the outside: everything below is a claim by strangers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from mailscope.trace.address import address_of, is_public, place_of, same_address
from mailscope.trace.doubt import doubts
from mailscope.trace.hop import Border, Hop
from mailscope.trace.marks import Mark, Marks
from mailscope.trace.organization import is_private_name, same_organization
from mailscope.trace.own import OwnHosts
from mailscope.trace.services import (
    Front,
    Gateway,
    front_of,
    gateway_of,
    returns_to_copies,
    works_inbound,
    writes_below,
)
from mailscope.trace.transport import logged_in

_BY_ADDRESS = re.compile(r"\bby \S{1,255} \((?:\S{1,255} )?(\[?[0-9a-f.:%]{7,45}\]?)\)", re.IGNORECASE)
_FETCHED = ("pop3", "imap", "pop", "pop3s", "imaps")
_LOOKS_UP = frozenset(("postfix", "sendmail", "exim", "opensmtpd", "gmail"))
_MOST_CANDIDATES = 5
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Trace:
    """What the border is judged by."""

    hops: tuple[Hop, ...]
    """Oldest first."""
    marks: Marks
    own: OwnHosts
    now: datetime | None = None
    """No field of a server can be dated much later; None where nobody says what time it is."""
    newest_first: tuple[int, ...] = field(default=(), init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "newest_first", tuple(range(len(self.hops) - 1, -1, -1)))


@dataclass(frozen=True, slots=True)
class _Met:
    """A hop that may be the border, and why."""

    place: int
    basis: str
    others: tuple[int, ...] = ()
    sure: bool = False
    """The receiver's own word, or a host that is known for it."""
    recorded: bool = False
    """An Exchange organization's own record names the host: no odd field can speak against it."""


def find_border(trace: Trace) -> Border:
    """The border of a route, with its basis and what else it may be; mail_from is left to the caller.

    All None where no hop can be trusted.
    """
    hops = trace.hops
    if not hops:
        return Border(basis="There is no Received field, so nothing says who handed the message over.")
    if trace.own:
        found = _by_own_hosts(trace)
        if found is not None:
            return _border(trace, found)
    distrust = _distrust(trace)
    if distrust:
        return Border(basis=distrust)
    met = _first_outside(trace)
    if met is None:
        return Border(
            basis="No Received field records a client from outside: either the message began here, or "
            "what told of its coming was taken out."
        )
    met = _as_stated(trace, met)
    other = _other_client(trace, met.place)
    if other:
        return Border(
            basis=f"No hop can be trusted: {other.field} states that the receiver met {other.ip}, "
            "and no Received field is about it."
        )
    if _only_handed_in(trace, met.place):
        return Border(
            basis=f"Nobody has received it yet, as far as its fields tell: the newest one is of a user handing it to "
            f"{_by(hops[met.place])}, as in a folder of sent mail."
        )
    if not met.recorded:
        reasons = doubts(hops[met.place], trace.now, tuple(_around(trace, met.place)))
        if reasons:
            told = " and ".join(reasons)
            return Border(basis=f"No hop can be trusted: the field of {_by(hops[met.place])} is forged, {told}.")
    return _border(trace, met)


def _by_own_hosts(trace: Trace) -> _Met | None:
    """The first hop from the top that one of the user's own hosts wrote about a stranger; None where there is none."""
    for place in trace.newest_first:
        hop = trace.hops[place]
        if hop.by is not None and not trace.own.has(hop.by):
            return None
        if is_public(hop.from_ip) and not trace.own.has(hop.from_rdns, hop.from_ip):
            return _Met(place, f"{_by(hop)} is one of your own hosts, and {_client(hop)} is not.", sure=True)
    return None


def _distrust(trace: Trace) -> str:
    """Why the trace as a whole is not the receiver's; "" where nothing speaks against it."""
    marks = trace.marks
    stated = any(same_address(mark.ip, hop.from_ip) for mark in marks.stated for hop in trace.hops)
    if marks.auth_source and not stated and not any(_same_host(hop.by, marks.auth_source) for hop in trace.hops):
        return (
            f"No hop can be trusted: the receiver's own record names {marks.auth_source} as the host that let the "
            "message in, and no Received field is from it."
        )
    # Archives and converters put the author's fields first, and leave what the mailbox wrote together with the trace.
    if marks.authored_above > 1 and not marks.headed:
        return (
            "No hop can be trusted: the Received fields stand below the message's own fields, "
            "and servers put theirs on top."
        )
    return ""


def _only_handed_in(trace: Trace, place: int) -> bool:
    """Whether the newest field is of a user who logged in, and nothing says that any mailbox has the message."""
    newest = trace.hops[place]
    if place != len(trace.hops) - 1 or not logged_in(newest):
        return False
    taken = trace.marks.delivered
    return not taken or (taken == {"return-path"} and returns_to_copies(newest.by))


def _around(trace: Trace, place: int) -> Iterator[str]:
    """What stands around the border's field, or does not, that speaks against it."""
    hop, marks = trace.hops[place], trace.marks
    front = front_of(hop.by)
    if front and front.marks and marks.whole and not any(name.startswith(front.marks) for name in marks.names):
        yield f"the message bears nothing else that {front.name} puts on what it takes in"
    newer = trace.hops[place + 1] if place + 1 < len(trace.hops) else None
    if newer and newer.time and hop.time and hop.time - newer.time > _A_DAY:
        yield "the field above it is more than a day older"


def _first_outside(trace: Trace) -> _Met | None:
    """The first hop from the top whose client is not of the side that wrote it."""
    source = trace.marks.auth_source
    doubtful: list[int] = []
    inside: list[int] = []
    for place in trace.newest_first:
        hop = trace.hops[place]
        if not _is_met(hop):
            continue
        if source and _same_host(hop.by, source):
            basis = f"The receiver's own record names {hop.by} as the host that let it in."
            return _Met(place, basis, sure=True, recorded=True)
        front = front_of(hop.by)
        if front and not _is_of(front, hop):
            return _Met(place, f"{hop.by} is known to be where {front.name} meets strangers.", sure=True)
        standing = _standing(trace, place)
        if standing == "outside":
            basis = f"{_client(hop)} is the first client from outside the organization of {_by(hop)}."
            if any(_between(trace, place, index) for index in trace.marks.judged):
                return _Met(place, f"{basis[:-1]}, and SPF was judged there.", sure=True)
            return _Met(place, basis, tuple(doubtful))
        (doubtful if standing == "claimed" else inside).append(place)
    rest = sorted({*doubtful, *inside})
    if not rest:
        return None
    basis = f"No client is from outside the organization of {_by(trace.hops[rest[0]])}; this one began it."
    return _Met(rest[0], basis, tuple(reversed(rest[1:])))


def _is_met(hop: Hop) -> bool:
    """Whether a hop tells of a client that may be a stranger's: a public address, or one that cannot be read."""
    if (hop.with_ or "").lower().partition(" ")[0] in _FETCHED:
        return False
    if hop.from_ip is None:
        front = front_of(hop.by)
        return front is not None and hop.from_helo is not None and not _is_of(front, hop)
    return is_public(hop.from_ip) and not _is_itself(hop)


def _is_itself(hop: Hop) -> bool:
    """Whether the client's address is the one that the writing host gives as its own: "by mx (10.0.0.2)"."""
    own = _BY_ADDRESS.search(hop.raw[:2000])
    return own is not None and same_address(address_of(own[1]), hop.from_ip)


def _is_of(front: Front, hop: Hop) -> bool:
    """Whether the client belongs to the service itself."""
    name = (hop.from_rdns or hop.from_helo or "").lower()
    return front.own is not None and front.own.fullmatch(name) is not None


def _standing(trace: Trace, place: int) -> str:
    """Inside, outside, or claimed: only the client's own greeting says that it is inside."""
    hop = trace.hops[place]
    if trace.own.has(hop.from_rdns, hop.from_ip):
        return "inside"
    if is_private_name(hop.from_rdns):
        return "inside"
    if any(_between(trace, place, index) for index in trace.marks.judged):
        return "outside"
    unproved = hop.from_rdns is None or hop.name_forged
    if not same_organization(hop.by, hop.from_helo if unproved else hop.from_rdns):
        return "outside"
    if unproved and hop.family in _LOOKS_UP and place_of(hop.from_ip or "") == "public":
        # It looks every client up and found no name that leads back: a host of the own side would have one.
        # An address of documentation stands for another, which may be inside: it tells nothing.
        return "outside"
    before = next((older.by for older in reversed(trace.hops[:place]) if older.by), None)
    if not same_organization(before, hop.by):
        # The client bears our name, but what wrote the field before does not: a customer's machine, or a lie.
        return "outside"
    return "claimed" if unproved else "inside"


def _between(trace: Trace, place: int, index: int) -> bool:
    """Whether a field stands between this hop's and the next newer one: this hop's side wrote it."""
    own = trace.hops[place].field_index
    newer = trace.hops[place + 1].field_index if place + 1 < len(trace.hops) else -1
    return own is not None and newer is not None and newer < index < own


def _as_stated(trace: Trace, met: _Met) -> _Met:
    """The same or another hop, where the receiver itself states which client it judged, and gateways in front."""
    stated = tuple(_receivers_marks(trace, met.place))
    here = trace.hops[met.place]
    for mark in stated:
        if same_address(mark.ip, here.from_ip):
            basis = met.basis if met.sure else f"{met.basis[:-1]}, and {mark.field} states its address."
            return replace(met, basis=basis, others=_behind_gateway(trace, met.place), sure=True)
    for mark in stated:
        for place in trace.newest_first:
            if same_address(mark.ip, trace.hops[place].from_ip) and is_public(mark.ip):
                basis = (
                    f"{mark.field} states that the receiver judged {mark.ip}, the client of {_by(trace.hops[place])}."
                )
                return replace(met, place=place, basis=basis, others=(met.place,), sure=True)
    if here.from_ip is None and stated:
        return replace(met, basis=f"{met.basis[:-1]}; the address is the one that {stated[0].field} states.")
    beyond = _behind_gateway(trace, met.place)
    if not beyond:
        return met
    gateway = gateway_of(here.from_rdns or here.from_helo)
    if gateway and _works_for_receiver(trace, met.place, beyond[0], gateway):
        basis = (
            f"{_client(here)} is {gateway.name}, a filter in front of the receiver; the client is the one that it met."
        )
        return replace(met, place=beyond[0], basis=basis, others=(met.place,), sure=True)
    return replace(met, others=(*beyond, *met.others))


def _receivers_marks(trace: Trace, place: int) -> Iterator[Mark]:
    """The client addresses that the receiver's side states about this border, nearest to it first."""
    border = trace.hops[place].field_index
    if border is None:
        return
    older = trace.hops[place - 1].field_index if place else None
    below = [mark for mark in trace.marks.stated if mark.field_index > border]
    if writes_below(trace.hops[place]):
        for mark in below:
            if (older is None or mark.field_index < older) and same_organization(mark.by, trace.hops[place].by):
                yield mark
    yield from (mark for mark in reversed(trace.marks.stated) if mark.field_index < border)
    # Exports that put fields in another order: what an Exchange organization recorded stands anywhere.
    if trace.marks.auth_source:
        own = ("X-Sender-IP", "X-Forefront-Antispam-Report", "X-MS-Exchange-SkipListedInternetSender")
        yield from (mark for mark in below if mark.field in own or mark.by == "protection.outlook.com")


def _other_client(trace: Trace, place: int) -> Mark | None:
    """What the receiver states about a client of which no hop tells: the trace below is not this message's."""
    border = trace.hops[place]
    if place_of(border.from_ip or "") != "public":
        return None
    if any(hop.from_ip is None and hop.from_helo for hop in trace.hops[place:]):
        return None  # the hop may be there, without its address
    stated = [
        mark
        for mark in _receivers_marks(trace, place)
        if mark.field_index in trace.marks.judged and place_of(mark.ip) == "public"
    ]
    if any(same_address(mark.ip, hop.from_ip) for mark in stated for hop in trace.hops):
        return None
    return stated[0] if stated else None


def _behind_gateway(trace: Trace, place: int) -> tuple[int, ...]:
    """The hop at which a filter in front met its client, where this hop's client is such a filter; () for none."""
    hop = trace.hops[place]
    name = hop.from_rdns or hop.from_helo
    gateway = gateway_of(name)
    if gateway is None:
        return ()
    for older in range(place - 1, -1, -1):
        earlier = trace.hops[older]
        if earlier.by and gateway_of(earlier.by) is not gateway and not is_private_name(earlier.by):
            return ()
        if is_public(earlier.from_ip) and gateway_of(earlier.from_rdns or earlier.from_helo) is not gateway:
            return (older,)
    return ()


def _works_for_receiver(trace: Trace, place: int, beyond: int, gateway: Gateway) -> bool:
    """Whether the filter guards the receiver, not the sender's way out: by its name, or by having judged SPF."""
    names = (trace.hops[place].from_rdns, trace.hops[place].from_helo, trace.hops[beyond].by)
    if any(works_inbound(gateway, name) for name in names):
        return True
    top, bottom = trace.hops[place].field_index, trace.hops[beyond].field_index
    return top is not None and bottom is not None and any(top < index < bottom for index in trace.marks.judged)


def _border(trace: Trace, met: _Met) -> Border:
    hop = trace.hops[met.place]
    ip = hop.from_ip
    if ip is None:
        ip = next((mark.ip for mark in _receivers_marks(trace, met.place)), None)
    others = tuple(dict.fromkeys(place for place in met.others if place != met.place))
    basis = f"{met.basis[:-1]}. It had logged in: this is mail on its way out." if logged_in(hop) else met.basis
    return Border(met.place, ip, hop.from_helo or hop.from_rdns, None, basis, others[:_MOST_CANDIDATES])


def _client(hop: Hop) -> str:
    return hop.from_rdns or hop.from_helo or hop.from_ip or "the client"


def _by(hop: Hop) -> str:
    return hop.by or "a host that does not name itself"


def _same_host(by: str | None, source: str) -> bool:
    """Exchange names one host by two domains: the first label tells."""
    return bool(by) and (by or "").lower().partition(".")[0] == source.lower().partition(".")[0]
