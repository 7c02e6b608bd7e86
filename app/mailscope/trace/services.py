"""Hosts of known mail services: fronts that meet strangers, and filters in front of other people's mail."""

import re
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from typing import Any

from mailscope.tables import read_table
from mailscope.trace.hop import Hop
from mailscope.trace.organization import registered_domain

_GOOGLE_ID = re.compile(r"\.\d{4}\.\d\d\.\d\d\.\d\d\.\d\d\.\d\d$", re.ASCII)
"""Its queue ids end in the time: no client can write them."""


@dataclass(frozen=True, slots=True)
class Front:
    """Hosts of a mailbox service that meet strangers."""

    hosts: re.Pattern[str]
    name: str
    below: bool = False
    """Whether they write their stamps under their Received field."""
    own: re.Pattern[str] | None = None
    """Clients that belong to the service itself."""
    grouped: bool = False
    """Whether its mailboxes give fields of one name out together: their place then tells nothing, their order does."""
    fields: tuple[str, ...] = ()
    """How the names of fields begin, in lower case, that this service alone writes; they stand anywhere."""
    id: re.Pattern[str] | None = None
    """The form of its ids."""
    offsets: tuple[str, ...] = ()
    """The time zones that its clocks write: "+0000"."""
    marks: tuple[str, ...] = ()
    """How the names of fields begin, in lower case, of which it puts at least one on every message that it takes in."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """A filter that stands in front of other people's mailboxes, or behind their outgoing mail."""

    name: str
    inbound: re.Pattern[str] | None = None
    """Hosts that only ever handle mail coming in."""


def front_of(host: str | None) -> Front | None:
    """The mailbox service whose front a host is; None for any other host."""
    return _front(host.lower().rstrip(".")) if host else None


def writes_below(hop: Hop) -> bool:
    """Whether the host that wrote a hop puts its stamps under its Received field: a known one, or Google's software."""
    front = front_of(hop.by)
    return front.below if front else bool(hop.id and _GOOGLE_ID.search(hop.id))


def gateway_of(host: str | None) -> Gateway | None:
    """The filtering service that a host belongs to; None for any other host."""
    domain = registered_domain(host)
    return _gateways().get(domain) if domain else None


def returns_to_copies(host: str | None) -> bool:
    """Whether the service writes Return-Path into the sender's own copy too, where it tells of no delivery."""
    return bool(host) and (host or "").lower() in read_table("trace", "borders.toml")["sent"]["return_path"]


def works_inbound(gateway: Gateway, host: str | None) -> bool:
    """Whether the host's name says that it handles mail for the recipient's side only."""
    return bool(gateway.inbound and host and gateway.inbound.fullmatch(host.lower().rstrip(".")))


@lru_cache(maxsize=1024)
def _front(name: str) -> Front | None:
    return next((front for front in _fronts() if front.hosts.fullmatch(name)), None)


@lru_cache(maxsize=1)
def _fronts() -> tuple[Front, ...]:
    return tuple(
        Front(
            _pattern(entry["host"]),
            entry["name"],
            entry.get("below", False),
            _optional(entry.get("client")),
            entry.get("grouped", False),
            tuple(entry.get("fields", ())),
            re.compile(entry["id"]) if "id" in entry else None,
            tuple(entry.get("offsets", ())),
            tuple(entry.get("marks", ())),
        )
        for entry in read_table("trace", "borders.toml")["border"]
    )


@lru_cache(maxsize=1)
def _gateways() -> dict[str, Gateway]:
    found: dict[str, Gateway] = {}
    for entry in read_table("trace", "borders.toml")["gateway"]:
        gateway = Gateway(entry["name"], _optional(entry.get("inbound")))
        found.update(dict.fromkeys(entry["domain"], gateway))
    return found


def _optional(globs: Any) -> re.Pattern[str] | None:
    return _pattern(globs) if globs else None


def _pattern(globs: str | list[str]) -> re.Pattern[str]:
    """One pattern for several globs; globs hold few stars and names are short, so it costs little."""
    return re.compile("|".join(translate(glob) for glob in ([globs] if isinstance(globs, str) else globs)))
