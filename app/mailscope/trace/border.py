"""Where the receiver's own system met the outside: everything below is a claim by strangers."""

import re
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache

from mailscope.tables import read_table
from mailscope.trace.address import is_public, same_address
from mailscope.trace.hop import Border, Hop
from mailscope.trace.marks import Mark
from mailscope.trace.organization import organization, same_organization


@dataclass(frozen=True, slots=True)
class BorderHost:
    """A kind of host that is known to meet strangers."""

    pattern: re.Pattern[str]
    name: str
    below: bool = False
    """Whether it writes its stamps under its Received field."""


def find_border(hops: tuple[Hop, ...], marks: tuple[Mark, ...], auth_source: str | None) -> Border:
    """The border of a route (hops oldest first), with its basis; mail_from is left to the caller."""
    newest_first = tuple(reversed(tuple(enumerate(hops))))
    if auth_source:
        for place, hop in newest_first:
            if hop.by and is_public(hop.from_ip) and _label(hop.by) == _label(auth_source):
                return _border(hops, place, f"The receiver names {hop.by} as the host that let it in.")
    for place, hop in newest_first:
        host = border_host(hop.by)
        if host is not None and is_public(hop.from_ip):
            return _border(hops, place, f"{hop.by} is known as a border host of {host.name}.")
        if not _inside(hop):
            return _outside(hops, place, marks)
    for place, hop in newest_first:
        if is_public(hop.from_ip):
            lowest = max((p for p, h in enumerate(hops) if is_public(h.from_ip)), key=lambda p: -p)
            return _border(hops, lowest, "No hop leaves the organization; this is the first that names an address.")
    return Border(basis="No hop names a client from outside.")


def border_host(by: str | None) -> BorderHost | None:
    """What is known of a host that meets strangers; None for any other."""
    if not by:
        return None
    name = by.lower().rstrip(".")
    return next((host for host in _border_hosts() if host.pattern.fullmatch(name)), None)


def _outside(hops: tuple[Hop, ...], place: int, marks: tuple[Mark, ...]) -> Border:
    hop = hops[place]
    stated = any(same_address(mark.ip, hop.from_ip) for mark in marks)
    who = hop.from_rdns or hop.from_helo or hop.from_ip
    basis = f"{who} is the first client from outside the organization of {hop.by}"
    return _border(hops, place, basis + (", and the receiver states its address." if stated else "."))


def _inside(hop: Hop) -> bool:
    """Whether the client belongs to the side of the host that wrote the hop."""
    if not is_public(hop.from_ip):
        return True
    return same_organization(hop.by, hop.from_rdns or hop.from_helo)


def _border(hops: tuple[Hop, ...], place: int, basis: str) -> Border:
    hop = hops[place]
    return Border(place, hop.from_ip, hop.from_helo or hop.from_rdns, None, basis)


def _label(host: str) -> str:
    return host.lower().partition(".")[0]


@lru_cache(maxsize=1)
def _border_hosts() -> tuple[BorderHost, ...]:
    return tuple(
        BorderHost(re.compile(translate(entry["host"])), entry["name"], entry.get("below", False))
        for entry in read_table("trace", "borders.toml")["border"]
    )


__all__ = ["BorderHost", "border_host", "find_border", "organization"]
