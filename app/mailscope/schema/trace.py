"""The way of a message."""

from mailscope.mail.message import Message
from mailscope.moment import iso
from mailscope.schema.plain import Json
from mailscope.trace.hop import Border, Hop, Route
from mailscope.trace.protection import protection
from mailscope.trace.reverse import Reverse
from mailscope.trace.transport import line_of, logged_in


def hop_dict(hop: Hop) -> Json:
    """One hop."""
    line = line_of(hop)
    return {
        "from_helo": hop.from_helo,
        "from_rdns": hop.from_rdns,
        "from_ip": hop.from_ip,
        "by": hop.by,
        "via": hop.via,
        "with": hop.with_,
        "id": hop.id,
        "for": hop.for_,
        "tls_version": hop.tls_version,
        "tls_cipher": hop.tls_cipher,
        "encrypted": line.encrypted,
        "weak": list(line.weak),
        "logged_in": logged_in(hop),
        "time": iso(hop.time),
        "delay_seconds": hop.delay_seconds,
        "offset_seconds": hop.offset_seconds,
        "skew_seconds": hop.skew_seconds,
        "family": hop.family,
        "claimed": hop.claimed,
        "problems": list(hop.problems),
        "remarks": list(hop.remarks),
        "raw": hop.raw,
    }


def border_dict(border: Border, reverse: Reverse | None) -> Json:
    """The border, and what its address is called; reverse is None where it was not asked."""
    names = {"names": list(reverse.names), "confirmed": reverse.confirmed} if reverse and reverse.known else None
    return {
        "hop": border.hop,
        "ip": border.ip,
        "helo": border.helo,
        "mail_from": border.mail_from,
        "basis": border.basis or None,
        "candidates": list(border.candidates),
        "reverse": names,
    }


def route_dict(message: Message, route: Route) -> Json:
    """What is to be said of the way as a whole."""
    return {
        "seconds": route.seconds,
        "organizations": list(route.organizations),
        "passages": [{"way": each.way, "told": each.told, "field_index": each.field_index} for each in route.passages],
        "problems": list(route.problems),
        "unread": route.unread,
        "protection": [
            {"layer": each.layer, "encrypted": each.encrypted, "told": each.told} for each in protection(message, route)
        ],
    }
