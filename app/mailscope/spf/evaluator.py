"""pyspf's place: its evaluation of RFC 7208, fed from our Dns, bounded, and watched at each term.

Importing this loads pyspf and dnspython's resolver, so check.py does it late. Nothing in pyspf's module is changed:
evaluations in several threads do not meet.
"""

import re
import time
import warnings
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from typing import Any

from mailscope.dns.answer import Answer, Dns, Outcome
from mailscope.limits import Limits
from mailscope.spf.identity import Identity
from mailscope.spf.trail import Frame, Step, Trail
from mailscope.visible import visible

with warnings.catch_warnings():
    # Its old escapes and its use of dnspython's old names warn on newer Pythons; nobody here can mend them.
    warnings.simplefilter("ignore")
    import spf
    from spf import PermError, TempError

_NO_DATA = (Outcome.NODATA, Outcome.NXDOMAIN)
_UNASKED = (Outcome.NOT_RECORDED, Outcome.NOT_ASKED)
_LONGEST_NAME = 253
_LONGEST_TERM = 512
"""A name has 253 characters; macros shorten what they stand for, but nothing honest comes near this."""
_LONGEST_EXPLANATION = 2_000
_KNOWN_MODIFIER = re.compile(r"(?<= )(?:redirect|exp)=", re.IGNORECASE)
_MACRO = re.compile(r"%(?:[%_-]|\{([slodiphcrtv])(\d*)(r?)([-.+,/_=]*)\})", re.IGNORECASE | re.ASCII)


class Unknown(Exception):  # noqa: N818 - it is no error of the record's
    """A question that nobody could ask: no verdict can be had."""


class _Word(str):
    """A result word that remembers which term gave it: pyspf returns the very object that it was given."""

    __slots__ = ("step",)
    step: Step


class _Parsed:
    """A term that pyspf has read; it unpacks each just before it evaluates it, so unpacking is the moment."""

    __slots__ = ("begin", "values")

    def __init__(self, values: tuple[Any, ...], begin: Callable[[], None]) -> None:
        self.values = values
        self.begin = begin

    def __iter__(self) -> Iterator[Any]:
        self.begin()
        return iter(self.values)


class Evaluation(spf.query):  # type: ignore[misc]  # pyspf is untyped
    """One evaluation (RFC 7208 section 4): asks our Dns, counts by our limits, and keeps a trail."""

    def __init__(self, ip: str, helo: str, identity: Identity, dns: Dns, limits: Limits) -> None:
        """For a client's address as ipaddress writes it."""
        super().__init__(i=ip, s=identity.sender, h=helo)
        # pyspf takes a sender apart at its first @, which a quoted local part may hold.
        self.l, self.o, self.d = identity.local, identity.written, identity.written
        self.client = ip_address(ip)
        self.trail = Trail()
        self.limits = limits
        self.source = dns
        self.deadline = time.monotonic() + limits.dns_total_seconds
        self.asked: dict[tuple[str, str], list[Any]] = {}
        self.exp: tuple[str, str] | None = None

    def dns(self, name: str, qtype: str, cnames: Any = None, ignore_void: bool = False) -> list[Any]:  # noqa: ARG002 - pyspf's
        """The records of a name as pyspf wants them; TempError where nobody answers."""
        name = str(name).rstrip(".").lower()
        if not _askable(name):
            return []
        found = self.asked.get((name, qtype))
        if found is None:
            found = self.asked[name, qtype] = self._answers(name, qtype)
        if not found and not ignore_void and self.trail.frames:
            self._void(name)
        return found

    def _answers(self, name: str, qtype: str) -> list[Any]:
        if time.monotonic() > self.deadline:
            raise TempError(f"the evaluation took longer than {self.limits.dns_total_seconds:g} seconds")
        answer = self.source.ask(name, qtype)
        if answer.outcome in _UNASKED:
            self.trail.unknown = _unasked(answer)
            raise Unknown(self.trail.unknown)
        if answer.outcome is Outcome.ANSWER:
            return _READ[qtype](answer)
        if answer.outcome in _NO_DATA or answer.outcome is Outcome.INVALID:
            return []
        raise TempError(f"{qtype} of {name}: {answer.outcome.value}")

    def _void(self, name: str) -> None:
        trail = self.trail
        trail.voids.append(name)
        self.void_lookups += 1
        if trail.current is not None:
            trail.current.void = True
        if self.void_lookups > self.limits.spf_void_lookups:
            trail.over_limit = True
            raise PermError(f"more than {self.limits.spf_void_lookups} lookups found nothing (void lookups)")

    def check_lookups(self) -> None:
        """Count a term that asks the DNS; pyspf calls this for redirect= while it reads, which is too early."""
        frame = self.trail.top
        if frame is None or frame.current is None:
            if frame is not None:
                frame.redirect = ""
            return
        frame.awaits_record = frame.current.kind == "include"
        self._count(frame.current)

    def _count(self, step: Step) -> None:
        step.counts = True
        self.trail.lookups += 1
        self.lookups = self.trail.lookups
        if self.lookups > self.limits.spf_lookups:
            self.trail.over_limit = True
            raise PermError(f"more than {self.limits.spf_lookups} terms ask the DNS", step.text)

    def note_error(self, *msg: str) -> Any:
        """Errors are final, but for a modifier that nobody knows: it may stand twice (RFC 7208 section 6)."""
        if not msg[0].endswith("MUST appear at most once") or msg[0] == "exp= MUST appear at most once":
            raise PermError(*msg)

    def expand_domain(self, arg: str) -> str:
        """A domain-spec with its macros expanded (RFC 7208 section 7)."""
        frame = self.trail.top
        if frame is not None and frame.redirect == "":
            frame.redirect = arg
        _bounded(arg, _LONGEST_TERM)
        return str(super().expand_domain(arg))

    def expand(self, s: str, stripdot: bool = True) -> str:
        """Macros expanded; a name that grows too long loses labels at its left (RFC 7208 section 7.3)."""
        _bounded(s, _LONGEST_TERM if stripdot else _LONGEST_EXPLANATION)
        pieces, end = [], 0
        for at in re.finditer("%", s):
            if at.start() < end:
                continue
            macro = _MACRO.match(s, at.start())
            if macro is None:
                raise PermError("invalid macro", s[at.start() : at.start() + 20])
            pieces += [s[end : macro.start()], self._macro(macro, stripdot)]
            end = macro.end()
        text = "".join([*pieces, s[end:]])
        return _fitted(text) if stripdot else text

    def _macro(self, macro: re.Match[str], stripdot: bool) -> str:
        if macro[1] is None:
            return {"%%": "%", "%_": " ", "%-": "%20"}[macro[0]]
        letter = macro[1].lower()
        if letter in "crt" and stripdot:
            raise PermError("c, r and t macros are allowed in explanations only", macro[0])
        if macro[2] and not int(macro[2][:20]):
            raise PermError("a macro keeps no parts at all", macro[0])
        if letter == "p":
            self.getp()
        value = getattr(self, letter, None) or ""
        kept = macro[2][:6] + macro[3] + macro[4]
        text = str(spf.expand_one(value, kept, spf.JOINERS.get(letter)))
        return str(spf.urllibparse.quote(text, "~")) if macro[1] != letter else text

    def validated_ptrs(self) -> list[str]:
        """The client's names that lead back to it; names that nobody answers for are passed over (RFC 7208 5.5)."""
        try:
            names = self.dns_ptr(self.i)[: spf.MAX_PTR]
        except TempError:
            return []
        return [name for name in names if self._leads_back(name)]

    def _leads_back(self, name: str) -> bool:
        try:
            return self.cidrmatch(self.dns_a(name, self.A), self.cidrmax)
        except TempError:
            return False

    def getp(self) -> str:
        """The validated name of the client; it is asked for outside any term, so its voids are nobody's."""
        frames, self.trail.frames = self.trail.frames, []
        try:
            return str(super().getp())
        finally:
            self.trail.frames = frames

    def validate_mechanism(self, mech: str) -> Any:
        """A term read by pyspf, or its syntax error written down."""
        frame = self.trail.frames[-1]
        try:
            _whole(mech)
            text, kind, target, prefix, result = super().validate_mechanism(mech)
        except PermError:
            self.trail.write(Step(frame.depth, self.d, mech[:_LONGEST_TERM], "", outcome="syntax error"))
            raise
        asked = target if kind in _ASKING else None
        step = Step(frame.depth, self.d, mech, kind, asked)
        word = _Word(result)
        word.step = step
        return _Parsed((text, kind, target, prefix, word), lambda: self.trail.begin(frame, step))

    def dns_spf(self, domain: str) -> str | None:
        """The record of a domain: the identity's own, an include's, or that of a redirect, which counts now."""
        frame = self.trail.top
        if frame is not None:
            if frame.awaits_record:
                frame.awaits_record = False
            else:
                self._follow(frame, domain)
        record = super().dns_spf(domain)
        if frame is None:
            self.trail.record = record
        if record and len(record) > self.limits.spf_record_bytes:
            raise PermError(f"the record of {domain} is {len(record)} bytes long, which is more than is read")
        return str(record) if record else None

    def _follow(self, frame: Frame, domain: str) -> None:
        step = Step(frame.depth, frame.domain, f"redirect={frame.redirect or domain}", "redirect", domain)
        self.trail.begin(frame, step)
        self._count(step)
        if self._redirected():
            self.exp = None

    def check1(self, spf: str, domain: str, recursion: int) -> Any:
        """One record, with what became of its terms."""
        frame = self.trail.enter(domain)
        try:
            # pyspf knows modifiers in lower case only.
            text = _KNOWN_MODIFIER.sub(lambda name: name[0].lower(), spf) if spf else spf
            got = super().check1(text, domain, recursion)
        except (PermError, TempError) as error:
            self.trail.leave("permerror" if isinstance(error, PermError) else "temperror")
            raise
        matched = getattr(got[0], "step", None)
        if frame.current is not None and frame.current.kind == "redirect":
            frame.current.outcome = str(got[0])
        self.trail.settle(frame, matched)
        self.trail.leave()
        return got

    def get_explanation(self, spec: str) -> None:
        """Remember where the explanation is; pyspf would fetch it whatever the result, for every include too."""
        if self._redirected():
            self.exp = (self.d, spec)

    def _redirected(self) -> bool:
        """Whether every record on the stack but the top one is there by a redirect."""
        return all(frame.current and frame.current.kind == "redirect" for frame in self.trail.frames[:-1])

    def explained(self) -> str | None:
        """The domain's own words to whom it refuses (RFC 7208 section 6.2); None where it has none to say."""
        if self.exp is None:
            return None
        self.d, spec = self.exp
        try:
            texts = self.dns_txt(spec, ignore_void=True)
            return self.expand(spf.to_ascii(texts[0]), stripdot=False) if len(texts) == 1 else None
        except (PermError, TempError, Unknown):
            # An explanation that cannot be had changes nothing about the verdict.
            return None

    def cidrmatch(self, ipaddrs: list[str], n: int) -> bool:
        """Whether the client is in one of these networks of n bits."""
        client, bits = int(self.client), self.client.max_prefixlen
        for text in ipaddrs:
            try:
                address = ip_address(text)
            except ValueError as error:
                raise PermError(str(error)) from error
            if address.max_prefixlen == bits and (int(address) ^ client) >> (bits - n) == 0:
                return True
        return False


_ASKING = ("a", "mx", "ptr", "exists", "include")


def _bounded(text: str, most: int) -> None:
    if len(text) > most:
        raise PermError(f"a term of {len(text):,} characters is more than is read", text[:60])


def _whole(term: str) -> None:
    _bounded(term, _LONGEST_TERM)
    if term.lstrip("+-?~").lower() == "exists":
        # pyspf sees that the domain is missing only where there is no qualifier either.
        raise PermError("exists wants a domain", term)


def _askable(name: str) -> bool:
    """Whether a name can be asked for (RFC 1035 section 2.3.4)."""
    return 0 < len(name) <= _LONGEST_NAME and all(0 < len(label) < 64 for label in name.split("."))


def _fitted(name: str) -> str:
    name = name.removesuffix(".")
    while len(name) > _LONGEST_NAME and "." in name:
        name = name[name.index(".", min(len(name) - _LONGEST_NAME - 1, name.rindex("."))) + 1 :]
    return name


def _unasked(answer: Answer) -> str:
    name, kind = visible(answer.question.name.rstrip(".")), answer.question.type
    if answer.outcome is Outcome.NOT_RECORDED:
        return f"The DNS recording does not hold {kind} of {name}, so SPF cannot be evaluated."
    return f"No DNS was allowed, so {kind} of {name} was not asked and SPF is not evaluated."


def _txt(answer: Answer) -> list[Any]:
    found = [tuple(strings) for strings in answer.strings] or [
        (record.encode("latin-1", "replace"),) for record in answer.records
    ]
    return [strings for strings in found if strings]


def _mx(answer: Answer) -> list[Any]:
    found = []
    for record in answer.records:
        preference, _, exchange = record.strip().partition(" ")
        if preference.isdecimal() and len(preference) < 6:
            found.append((int(preference), exchange.strip().rstrip(".")))
    return found


def _names(answer: Answer) -> list[Any]:
    return [record.strip().rstrip(".") for record in answer.records]


def _addresses(answer: Answer) -> list[Any]:
    return [record.strip() for record in answer.records]


_READ: dict[str, Callable[[Answer], list[Any]]] = {
    "TXT": _txt,
    "SPF": _txt,
    "MX": _mx,
    "PTR": _names,
    "A": _addresses,
    "AAAA": _addresses,
}
