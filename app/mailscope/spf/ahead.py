"""Which questions an SPF evaluation will ask, told from each record as it comes in, before a term is evaluated."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv6Address

from mailscope.dns.answer import Answer, Expected
from mailscope.limits import Limits
from mailscope.spf.identity import client_address, identity_of
from mailscope.spf.record import RecordTerm, is_record, parse_record
from mailscope.spf.rewritten import rewritten

_MOST_HOSTS = 10
"""Hosts of one mx term that are asked for (RFC 7208 section 4.6.4)."""
_LINTED_MX = 3


@dataclass(frozen=True, slots=True)
class _Tree:
    """What all records of one tree share."""

    limits: Limits
    asking: Iterator[int] = field(default_factory=itertools.count)
    """Counts the terms that ask; several threads take from it."""
    records: Iterator[int] = field(default_factory=itertools.count)


@dataclass(frozen=True, slots=True)
class _Place:
    """One record of the tree, before it is known."""

    tree: _Tree
    path: tuple[str, ...]
    clients: tuple[IPv4Address | IPv6Address, ...]
    """Those that no term before has let through, as far as is known."""

    def read(self, answer: Answer) -> Iterator[Expected]:
        """What the record in an answer will make to be asked."""
        records = [text for text in answer.records if is_record(text)]
        if len(records) != 1 or len(records[0]) > self.tree.limits.spf_record_bytes:
            return
        if len(self.path) == 1:
            yield Expected(self.path[-1], "SPF")
        place, mx = self, 0
        for term in parse_record(records[0]).reached:
            if term.fault:
                return
            counted = not term.asks or next(self.tree.asking) < self.tree.limits.spf_lookups
            linted = term.kind == "mx" and len(self.path) == 1 and mx < _LINTED_MX
            mx += term.kind == "mx"
            if term.fixed and (counted or linted or term.kind in ("include", "redirect")):
                yield from place._asked(term, counted=counted)
            place = replace(place, clients=_left(place.clients, term))

    def _asked(self, term: RecordTerm, *, counted: bool) -> Iterator[Expected]:
        target = term.target.lower().rstrip(".") or self.path[-1]
        clients = self.clients if counted else ()
        if term.kind in ("include", "redirect"):
            new = target not in self.path and len(self.path) <= self.tree.limits.spf_lookups
            if new and next(self.tree.records) < self.tree.limits.spf_tree_records:
                inner = _Place(self.tree, (*self.path, target), clients)
                yield Expected(target, "TXT", inner.read)
        elif term.kind == "a":
            yield from (Expected(target, kind) for kind in _kinds(clients))
        elif term.kind == "mx" and (clients or len(self.path) == 1):
            yield Expected(target, "MX", replace(self, clients=clients).hosts)

    def hosts(self, answer: Answer) -> Iterator[Expected]:
        """The addresses of the mail exchangers in an answer."""
        for record in answer.records[:_MOST_HOSTS]:
            name = record.partition(" ")[2].strip()
            if name not in ("", "."):
                yield from (Expected(name, kind) for kind in _kinds(self.clients))


def expected_spf(senders: Iterable[tuple[str, str]], clients: Iterable[str], limits: Limits) -> Iterator[Expected]:
    """The first question of each identity, (MAIL FROM, HELO), judged for these clients' addresses."""
    known = tuple(dict.fromkeys(address for ip in clients if (address := client_address(ip)) is not None))
    domains: dict[str, None] = {}
    for mail_from, helo in senders:
        found = rewritten(mail_from)
        original = [found.original] if found is not None and found.by_forwarder else []
        for sender in (mail_from, *original):
            identity = identity_of(sender, helo)
            if identity.domain and not identity.problem:
                domains.setdefault(identity.domain)
    if known:
        for domain in domains:
            yield Expected(domain, "TXT", _Place(_Tree(limits), (domain,), known).read)


def _left(clients: tuple[IPv4Address | IPv6Address, ...], term: RecordTerm) -> tuple[IPv4Address | IPv6Address, ...]:
    """The clients that surely get past a term; whom an include lets through is not known yet, inner hosts apart."""
    if term.network is not None:
        return tuple(each for each in clients if each not in term.network)
    return tuple(each for each in clients if each.is_private) if term.kind == "include" else clients


def _kinds(clients: tuple[IPv4Address | IPv6Address, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys("A" if each.version == 4 else "AAAA" for each in clients))
