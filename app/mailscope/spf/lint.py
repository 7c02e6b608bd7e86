"""What is wrong or unwise in a published SPF record, whatever client is judged by it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from itertools import pairwise

from mailscope.dns.answer import Answer, Dns, Outcome
from mailscope.limits import Limits
from mailscope.spf.record import RecordTerm, SpfRecord, is_record
from mailscope.spf.verdicts import Fault, SpfCheck
from mailscope.tables import read_table, sentence
from mailscope.visible import visible

_LONGEST_STRING = 255
_LONGEST_RECORD = 450
"""RFC 7208 section 3.4."""
_LONGEST_ANSWER = 512
_WIDE = {4: 16, 6: 32}
"""Shorter prefixes are remarked: an IPv4 range of more than 65,536 addresses, an IPv6 range of more than a provider."""
_EVERYONE = 2
"""A prefix up to this length lets a quarter of the world send, or more."""
_TERMS_AFTER_A_JOIN = ("include:", "ip4:", "ip6:", "a:", "mx", "ptr", "exists:", "redirect=", "-all", "~all", "?all")
_SHOWN = 120
_ADDRESSES = re.compile(r"[-+?~]?(?:a|mx)(?![a-z0-9])", re.IGNORECASE)


def fault(code: str, domain: str, at: int | None = None, **facts: str | int) -> Fault:
    """One fault with its words from tables/spf/faults.toml."""
    short = {name: _cut(visible(value)) if isinstance(value, str) else f"{value:,}" for name, value in facts.items()}
    return Fault(code, sentence("spf", "faults.toml", code, domain=domain, **short), domain, at)


def lint_answer(domain: str, answer: Answer) -> Iterator[Fault]:
    """Faults of the TXT answer that holds the record: how many there are, how long, how split."""
    records = [text for text in answer.records if is_record(text)]
    if len(records) > 1:
        yield fault("several-records", domain, count=len(records))
    for text in answer.records:
        if not is_record(text) and _looks_like_one(text):
            yield fault("not-a-record", domain, record=text[:60])
    for strings in answer.strings:
        text = b"".join(strings).decode("latin-1")
        if not is_record(text):
            continue
        longest = max(map(len, strings), default=0)
        if longest > _LONGEST_STRING:
            yield fault("long-string", domain, count=longest)
        if len(text) > _LONGEST_RECORD:
            yield fault("long-record", domain, count=len(text))
        yield from _glued(domain, strings)
    size = sum(_wire_size(text, strings) for text, strings in _with_strings(answer))
    whole = 12 + len(domain) + 6 + size
    if whole > _LONGEST_ANSWER and records:
        yield fault("long-answer", domain, count=whole)


def lint_record(domain: str, record: SpfRecord) -> Iterator[Fault]:
    """Faults of the record itself, as far as it tells without asking anybody."""
    for term in record.terms:
        if term.fault:
            yield fault("syntax", domain, term.at, term=term.text, place=term.at + 1, fault=term.fault)
    if record.unread:
        yield fault("crowded", domain, count=len(record.terms) + record.unread, read=len(record.terms))
    yield from _ends(domain, record)
    yield from _repeated(domain, record.terms)
    for term in record.reached:
        if term.kind == "ptr":
            yield fault("ptr", domain, term.at, term=term.text)
        if term.qualifier == "+":
            yield from _reach(domain, term)


def lint_old_type(domain: str, record: str, dns: Dns) -> Iterator[Fault]:
    """A record of the deprecated type SPF (RFC 7208 section 3.1)."""
    answer = dns.ask(domain, "SPF")
    if not answer:
        return
    old = [text for text in answer.records if is_record(text)] or list(answer.records)
    same = any(text.strip('"') == record for text in old)
    yield fault("old-type", domain, differs="" if same else ", and it differs from the one that is read")


def lint_mx(domain: str, term: RecordTerm, dns: Dns) -> Iterator[Fault]:
    """An mx term whose hosts do not exist, or are known to take mail in only."""
    target = term.target or domain
    answer = dns.ask(target, "MX")
    if answer.outcome in (Outcome.NODATA, Outcome.NXDOMAIN):
        yield fault("no-mail-exchanger", domain, term.at, term=term.text, target=target)
        return
    hosts = [record.partition(" ")[2].strip().rstrip(".").lower() for record in answer.records[:20]]
    known = {found for host in hosts if (found := _exchanger(host)) is not None}
    if hosts and all(_exchanger(host) is not None for host in hosts):
        facts = {
            "provider": ", ".join(sorted(each.provider for each in known)),
            "includes": " ".join(sorted(f"include:{each.include}" for each in known)),
        }
        yield fault("receives-only", domain, term.at, term=term.text, target=target, **facts)


def lint_voids(check: SpfCheck, limits: Limits) -> Iterator[Fault]:
    """Terms a and mx that the evaluation found to hold nothing; for exists and ptr that is the usual answer."""
    for term in check.terms:
        if term.outcome == "void" and term.target and _ADDRESSES.match(term.text):
            facts = {"term": term.text, "target": term.target, "state": "holds nothing of the kind"}
            yield fault("void", term.domain, None, limit=limits.spf_void_lookups, **facts)


def _ends(domain: str, record: SpfRecord) -> Iterator[Fault]:
    end, redirect = record.all, record.modifier("redirect")
    if end is None:
        if redirect is None:
            yield fault("no-end", domain)
        return
    if end.qualifier == "?":
        yield fault("neutral-end", domain, end.at)
    after = [term.text for term in record.terms if term.at > end.at and term.qualifier != "="]
    if after:
        yield fault("unreachable", domain, end.at, terms=" ".join(after[:10]), all=end.text)
    if redirect is not None:
        yield fault("redirect-ignored", domain, redirect.at, term=redirect.text, all=end.text)


def _repeated(domain: str, terms: Iterable[RecordTerm]) -> Iterator[Fault]:
    seen: set[str] = set()
    told: set[str] = set()
    for term in terms:
        # Modifiers repeat by name: two different redirects are as wrong as two equal ones (RFC 7208 section 6).
        modifier = term.qualifier == "=" and term.kind in ("redirect", "exp")
        key = f"{term.kind}=" if modifier else term.text.lower().removeprefix("+")
        if key in seen and key not in told:
            told.add(key)
            yield fault("repeated-modifier" if modifier else "repeated", domain, term.at, term=term.text)
        seen.add(key)


def _reach(domain: str, term: RecordTerm) -> Iterator[Fault]:
    """How many addresses a passing term lets in."""
    network = term.network
    if term.kind == "all" or (network is not None and network.prefixlen <= _EVERYONE):
        yield fault("everyone", domain, term.at, term=term.text)
    elif network is not None and network.prefixlen < _WIDE[network.version]:
        yield fault("wide", domain, term.at, term=term.text, count=_size(network))
    elif network is not None and _private(network):
        yield fault("private", domain, term.at, term=term.text)
    elif term.kind in ("a", "mx"):
        if term.prefix4 is not None and term.prefix4 < _WIDE[4]:
            yield fault("wide", domain, term.at, term=term.text, count=f"{2 ** (32 - term.prefix4):,}")
        elif term.prefix6 is not None and term.prefix6 < _WIDE[6]:
            yield fault("wide", domain, term.at, term=term.text, count=f"2^{128 - term.prefix6}")


def _size(network: IPv4Network | IPv6Network) -> str:
    return f"{network.num_addresses:,}" if network.version == 4 else f"2^{128 - network.prefixlen}"


def _private(network: IPv4Network | IPv6Network) -> bool:
    return any(
        network.version == each.version and network.network_address in each and network.prefixlen >= each.prefixlen
        for each in _INNER
    )


_INNER = tuple(
    map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10",
                     "fc00::/7", "fe80::/10", "::1/128"))
)  # fmt: skip


def _looks_like_one(text: str) -> bool:
    start = text[:40].strip(" \"'\t").lower()
    return start.startswith(("v=spf1", "spf1 ", "v=spf 1", "v= spf1", "v:spf1", "v=spfv1"))


def _glued(domain: str, strings: tuple[bytes, ...]) -> Iterator[Fault]:
    """Strings are joined as they are (RFC 7208 section 3.3), so a space lost between two makes one term of two."""
    at = 0
    for before, after in pairwise(strings):
        at += len(before)
        start = after[:10].decode("latin-1").lower()
        # A name may well be split in its middle; a new term that begins exactly here was meant as one.
        if before and before[-1:] != b" " and start.startswith(_TERMS_AFTER_A_JOIN) and before[-1:] not in b":=.-_/":
            joined = (before.rpartition(b" ")[2] + after.partition(b" ")[0]).decode("latin-1")
            yield fault("glued", domain, at, place=at + 1, term=joined)


def _with_strings(answer: Answer) -> Iterator[tuple[str, tuple[bytes, ...]]]:
    for place, text in enumerate(answer.records):
        yield text, answer.strings[place] if place < len(answer.strings) else ()


def _wire_size(text: str, strings: tuple[bytes, ...]) -> int:
    """Octets of one TXT record in an answer: a compressed name, type, class, TTL, length, and the strings."""
    pieces = len(strings) or -(-len(text) // _LONGEST_STRING) or 1
    return 12 + pieces + len(text)


@dataclass(frozen=True, slots=True)
class _Exchanger:
    """Mail hosts of one provider that are known to take mail in only."""

    provider: str
    include: str
    """Whose record lists what sends there."""
    suffixes: tuple[str, ...]
    starts: str
    within: str

    def holds(self, host: str) -> bool:
        """Whether a host, lower case without the final dot, is one of them."""
        if any(host == suffix or host.endswith("." + suffix) for suffix in self.suffixes):
            return True
        return bool(self.starts) and host.startswith(self.starts) and host.endswith("." + self.within)


def _exchanger(host: str) -> _Exchanger | None:
    return next((each for each in _exchangers() if each.holds(host)), None)


@lru_cache(maxsize=1)
def _exchangers() -> tuple[_Exchanger, ...]:
    rows = read_table("spf", "exchangers.toml")["exchanger"]
    return tuple(
        _Exchanger(
            row["provider"], row["include"], tuple(row["suffixes"]), row.get("starts", ""), row.get("within", "")
        )
        for row in rows
    )


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
