"""A response as dnspython parsed it, read into outcome, records and aliases; nothing is imported for it."""

from dataclasses import dataclass
from typing import Any

from mailscope.dns.answer import Outcome

_CNAME, _NS, _SOA, _TXT, _SPF = 5, 2, 6, 16, 99
_AA, _TC, _AD = 0x0400, 0x0200, 0x0020
_NOERROR, SERVFAIL, _NXDOMAIN, _REFUSED = 0, 2, 3, 5
_EXTENDED_ERROR = 15
"""The EDNS option of RFC 8914."""
_MOST_ALIASES = 32


@dataclass(frozen=True, slots=True)
class Reading:
    """What one response says."""

    outcome: Outcome
    records: tuple[str, ...] = ()
    strings: tuple[tuple[bytes, ...], ...] = ()
    aliases: tuple[str, ...] = ()
    validated: bool | None = None
    ttl: int | None = None
    note: str = ""
    server: str = ""
    rcode: int = 0
    """Where the outcome is a failure: the response code (RFC 6895)."""
    unfinished: bool = False
    """The aliases lead to a name about which the server says nothing."""


def read_response(response: Any, name: str, rdtype: int) -> Reading:
    """The outcome of a response (a dns.message.Message) to a question; records of the question's class only."""
    rcode = int(response.rcode())
    if int(response.flags) & _TC:
        return Reading(Outcome.SERVFAIL, note="the answer is cut off, over TCP too")
    if rcode not in (_NOERROR, _NXDOMAIN):
        outcome = Outcome.REFUSED if rcode == _REFUSED else Outcome.SERVFAIL
        return Reading(outcome, note=_said(response, rcode), rcode=rcode)
    sets = {(each.name.to_text().lower(), int(each.rdtype)): each for each in response.answer}
    asked = response.question[0].name.to_text().lower() if response.question else name
    place = asked
    aliases: list[str] = []
    ttls: list[int] = []
    while (place, rdtype) not in sets and (place, _CNAME) in sets and rdtype != _CNAME:
        alias = sets[place, _CNAME]
        ttls.append(int(alias.ttl))
        place = alias[0].target.to_text().lower()
        if place in aliases or place == asked:
            return Reading(Outcome.SERVFAIL, aliases=tuple(aliases), note="the aliases lead in a circle")
        if len(aliases) >= _MOST_ALIASES:
            return Reading(Outcome.SERVFAIL, aliases=tuple(aliases), note=f"more than {_MOST_ALIASES} aliases in a row")
        aliases.append(place)
    validated = bool(int(response.flags) & _AD)
    found = sets.get((place, rdtype))
    if found is not None and len(found) and rcode == _NXDOMAIN:
        # It contradicts itself; what does not exist (RFC 1035 section 4.1.1) holds nothing to rely on.
        note = "the server says that the name does not exist, and sends records for it all the same"
        return Reading(Outcome.NXDOMAIN, aliases=tuple(aliases), validated=validated, note=note)
    if found is not None and len(found):
        ttls.append(int(found.ttl))
        strings = tuple(tuple(each.strings) for each in found) if rdtype in (_TXT, _SPF) else ()
        records = tuple(b"".join(each).decode("latin-1") for each in strings) or tuple(each.to_text() for each in found)
        return Reading(Outcome.ANSWER, records, strings, tuple(aliases), validated, min(ttls))
    soa = next((each for each in response.authority if int(each.rdtype) == _SOA), None)
    if soa is not None:
        ttls.append(min(int(soa.ttl), int(soa[0].minimum)))
    ttl = min(ttls, default=None)
    if rcode == _NXDOMAIN:
        return Reading(Outcome.NXDOMAIN, (), (), tuple(aliases), validated, ttl)
    if soa is None and not int(response.flags) & _AA and any(int(each.rdtype) == _NS for each in response.authority):
        return Reading(Outcome.SERVFAIL, note="the server gave a referral: it is no resolver")
    return Reading(Outcome.NODATA, (), (), tuple(aliases), validated, ttl, unfinished=bool(aliases) and soa is None)


def _said(response: Any, rcode: int) -> str:
    """The server's own words on a failure (RFC 8914), and the code where it is an uncommon one."""
    said = "" if rcode in (SERVFAIL, _REFUSED) else f"the server answers with code {rcode}"
    for option in response.options:
        if int(option.otype) != _EXTENDED_ERROR:
            continue
        words = " ".join(filter(None, (_words(option.code), option.text or "")))
        said = "; ".join(filter(None, (said, f"the server says: {words[:200]}")))
    return said


def _words(code: Any) -> str:
    name = getattr(code, "name", "") or ""
    return f"{name.replace('_', ' ').lower()} ({int(code)})".strip()
