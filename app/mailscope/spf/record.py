"""An SPF record taken apart into terms with their places (RFC 7208 section 4.5 and appendix A): never raises."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

MOST_TERMS = 2_000
"""Terms of one record that are taken apart; a record of 32 kB holds about as many."""

_VERSION = re.compile(r"v=spf1(?= |$)", re.IGNORECASE)
_MODIFIER = re.compile(r"([a-z][a-z0-9_.-]*)=(.*)", re.IGNORECASE | re.DOTALL)
_DIRECTIVE = re.compile(r"([-+?~]?)([a-z0-9_.-]*)(.*)", re.IGNORECASE | re.DOTALL)
_PREFIXES = re.compile(r"(.*?)(?:/(0|[1-9]\d{0,2}))?(?://(0|[1-9]\d{0,2}))?", re.DOTALL)
_MACRO = re.compile(r"%(?:[%_-]|\{[slodiphcrtv](?:0*[1-9]\d*)?r?[-.+,/_=]*\})", re.IGNORECASE)
_TOP_LABEL = re.compile(r"(?:[a-z0-9]*[a-z][a-z0-9]*|[a-z0-9]+-[a-z0-9-]*[a-z0-9])\.?", re.IGNORECASE)

_NOT_ASCII = "it holds a character that is not printable ASCII"
MECHANISMS = ("all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists")
ASKING = ("include", "a", "mx", "ptr", "exists")
"""Mechanisms that count towards the ten lookups (RFC 7208 section 4.6.4); redirect= counts too."""


@dataclass(frozen=True, slots=True)
class RecordTerm:
    """One directive or modifier."""

    text: str
    at: int
    """Where it begins in the record, in characters."""
    kind: str
    """The mechanism's or modifier's name in lower case."""
    qualifier: str = "+"
    """One of + - ~ ?; for a modifier "="."""
    target: str = ""
    """The domain-spec as written, without prefix lengths."""
    network: IPv4Network | IPv6Network | None = None
    """Of ip4 and ip6."""
    prefix4: int | None = None
    prefix6: int | None = None
    fault: str = ""
    """What is wrong with its syntax, in a few words."""

    @property
    def asks(self) -> bool:
        """Whether it counts towards the ten lookups."""
        return self.kind in ASKING if self.qualifier != "=" else self.kind == "redirect"

    @property
    def fixed(self) -> bool:
        """Whether its target is the same for every client: no macro in it."""
        return "%" not in self.target


@dataclass(frozen=True, slots=True)
class SpfRecord:
    """A record's terms in order."""

    text: str
    terms: tuple[RecordTerm, ...]
    unread: int = 0
    """Terms beyond the limit."""

    def modifier(self, name: str) -> RecordTerm | None:
        """The first modifier of this name."""
        return next((term for term in self.terms if term.qualifier == "=" and term.kind == name), None)

    @property
    def all(self) -> RecordTerm | None:
        """The first `all`, after which no mechanism and no redirect= is reached."""
        return next((term for term in self.terms if term.kind == "all" and term.qualifier != "="), None)

    @property
    def reached(self) -> tuple[RecordTerm, ...]:
        """The terms that some client can reach, in the order of evaluation: redirect= last, and not beside `all`."""
        end = self.all
        mechanisms = [t for t in self.terms if t.qualifier != "=" and (end is None or t.at <= end.at)]
        redirect = self.modifier("redirect") if end is None else None
        return (*mechanisms, redirect) if redirect else tuple(mechanisms)


def is_record(text: str) -> bool:
    """Whether a TXT string is an SPF record (RFC 7208 section 4.5)."""
    return _VERSION.match(text) is not None


def parse_record(text: str) -> SpfRecord:
    """Every term of a record with what is wrong with it; text that is no record gives terms all the same."""
    terms: list[RecordTerm] = []
    version = _VERSION.match(text)
    at = version.end() if version else 0
    unread = 0
    for piece in text[at:].split(" "):
        if piece:
            if len(terms) < MOST_TERMS:
                terms.append(_term(piece, at))
            else:
                unread += 1
        at += len(piece) + 1
    return SpfRecord(text, tuple(terms), unread)


def _term(text: str, at: int) -> RecordTerm:
    modifier = _MODIFIER.fullmatch(text)
    if modifier:
        name, value = modifier[1].lower(), modifier[2]
        fault = _macro_fault(value) or ("" if text.isascii() else _NOT_ASCII)
        if name in ("redirect", "exp"):
            fault = fault or _domain_fault(value)
        return RecordTerm(text, at, name, "=", value, fault=fault)
    directive = _DIRECTIVE.fullmatch(text)
    if directive is None:
        return RecordTerm(text, at, "", fault="it is no term")
    qualifier, kind, rest = directive[1] or "+", directive[2].lower(), directive[3]
    if kind not in MECHANISMS:
        return RecordTerm(text, at, kind, qualifier, fault=_unknown(text, kind))
    if kind in ("ip4", "ip6"):
        return _network(text, at, kind, qualifier, rest)
    if kind == "all":
        return RecordTerm(text, at, kind, qualifier, fault="nothing may follow all" if rest else "")
    return _named(text, at, kind, qualifier, rest)


def _unknown(text: str, kind: str) -> str:
    if any(not " " < char < "\x7f" for char in text):
        return _NOT_ASCII
    if text[:1] in "\"'\u201c":
        return "a quotation mark stands in it"
    meant = {"ipv4": "ip4", "ip": "ip4", "ipv6": "ip6", "inlcude": "include", "includes": "include", "mx.": "mx",
             "all.": "all", "prt": "ptr", "-all": "all", "exist": "exists", "spf1": "v=spf1"}.get(kind)  # fmt: skip
    return f"there is no such mechanism; {meant} may be meant" if meant else "there is no such mechanism"


def _network(text: str, at: int, kind: str, qualifier: str, rest: str) -> RecordTerm:
    if rest[:1] != ":" or len(rest) < 2:
        return RecordTerm(text, at, kind, qualifier, fault=f"{kind} wants an address after a colon")
    written = rest[1:]
    try:
        network = ip_network(written, strict=False)
    except ValueError:
        return RecordTerm(text, at, kind, qualifier, written, fault=_address_fault(written, kind))
    fault = "" if (network.version == 4) == (kind == "ip4") else f"it is an IPv{network.version} address"
    prefix = written.partition("/")[2]
    if prefix and (not prefix.isdecimal() or (len(prefix) > 1 and prefix[0] == "0")):
        fault = "the prefix length is not a plain number"
    if "%" in written:
        fault = "an address with a zone is none that SPF knows"
    return RecordTerm(text, at, kind, qualifier, written, None if fault else network, fault=fault)


def _address_fault(written: str, kind: str) -> str:
    address, slash, prefix = written.partition("/")
    if written.endswith((",", ";")):
        return f"terms are parted by spaces, not by {written[-1]}"
    if slash and prefix.isdecimal() and len(prefix) < 6 and int(prefix) > (32 if kind == "ip4" else 128):
        return f"a prefix length of {prefix} is too great"
    if any(char.isalpha() for char in address) and kind == "ip4" and ":" not in address:
        return "ip4 wants an address, not a name; a: takes names"
    return "it is no address that can be read"


def _named(text: str, at: int, kind: str, qualifier: str, rest: str) -> RecordTerm:
    prefixes = _PREFIXES.fullmatch(rest) if kind in ("a", "mx") else None
    target, four, six = (prefixes[1], prefixes[2], prefixes[3]) if prefixes else (rest, None, None)
    prefix4, prefix6 = (int(each) if each else None for each in (four, six))
    fault = ""
    if target and target[0] != ":":
        fault = f"a colon belongs between {kind} and its domain"
    elif not target and kind in ("include", "exists"):
        fault = f"{kind} wants a domain"
    elif target == ":":
        fault = "no domain stands after the colon"
    elif target:
        fault = _macro_fault(target[1:]) or _domain_fault(target[1:])
    if not fault and ((prefix4 or 0) > 32 or (prefix6 or 0) > 128):
        fault = "the prefix length is too great"
    return RecordTerm(text, at, kind, qualifier, target.removeprefix(":"), None, prefix4, prefix6, fault)


def _macro_fault(text: str) -> str:
    at = text.find("%")
    while at >= 0:
        macro = _MACRO.match(text, at)
        if macro is None:
            return "a macro in it cannot be read"
        at = text.find("%", macro.end())
    return ""


def _domain_fault(text: str) -> str:
    """What is wrong with a domain-spec: it ends in a macro or in a top label (RFC 7208 section 7.1)."""
    if not text:
        return "no domain is given"
    if text.endswith((",", ";")):
        return f"terms are parted by spaces, not by {text[-1]}"
    if any(not " " < char < "\x7f" for char in text):
        return _NOT_ASCII
    last = _last_macro_end(text)
    if last == len(text):
        return ""
    tail = text[last:]
    label = tail.removesuffix(".").rpartition(".")[2]
    if "." not in tail.removesuffix("."):
        return "the domain has one label only" if last == 0 else "it does not end like a domain"
    return "" if _TOP_LABEL.fullmatch(label[:64]) else "it does not end like a domain"


def _last_macro_end(text: str) -> int:
    at = text.rfind("}")
    return at + 1 if at >= 0 and text.rfind("%{", 0, at) >= 0 else 0
