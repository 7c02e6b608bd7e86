"""Signs that a Received field was written by hand: what the software that it names never writes."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from mailscope.tables import read_table
from mailscope.trace.hop import Hop
from mailscope.trace.organization import organization
from mailscope.trace.services import front_of
from mailscope.trace.transport import protocol_of

ENOUGH = 2
"""Weight from which a field is not believed; one odd thing alone may be an odd server."""

_GOOGLE_ID = re.compile(r"\.(\d{4})\.(\d\d)\.(\d\d)\.\d\d\.\d\d\.\d\d$")
_ZONE = re.compile(r"([+-]\d{4}) *\(([A-Z]{3,4})\)")
_ZONES = {"EST": "-0500 +1000", "EDT": "-0400 +1100", "CST": "-0600 +0800 +0930", "CDT": "-0500", "MST": "-0700",
          "MDT": "-0600", "PST": "-0800 +0800", "PDT": "-0700", "GMT": "+0000 -0000", "UTC": "+0000 -0000",
          "CET": "+0100", "CEST": "+0200", "JST": "+0900", "EET": "+0200",
          "EEST": "+0300", "BST": "+0100 +0600"}  # fmt: skip
_DATE_IN_BRACKETS = re.compile(r"\[(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d")
_NO_CLIENTS = frozenset(("1.1.1.1", "8.8.8.8", "1.2.3.4", "9.9.9.9", "255.255.255.255", "0.0.0.0"))  # noqa: S104
"""Addresses that forgers take from the top of their heads."""
_WRITES_ID = frozenset(("postfix", "exim", "sendmail", "gmail", "exchange", "office365"))
_FUTURE = timedelta(days=2)
_PLACEHOLDER = re.compile(
    r"\{\{?\w+\}|%%?[A-Za-z]{2}\w*%|\$\{\w+\}|##\w+##|\[(?:rnd|rand|random|num|char|word|domain|ip|date|time)[\w:_-]*\]",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"\d:\d\d ([+-]\d{4})\b")


def doubts(hop: Hop, now: datetime | None, around: tuple[str, ...] = ()) -> tuple[str, ...]:
    """What speaks against a hop's having been written by a server, in words, where it is enough to disbelieve it.

    around are signs that stand outside the field, a sentence each.
    """
    found = [*_signs(hop, now), *_form(hop), *((1, words) for words in around)]
    return tuple(words for _, words in found) if sum(weight for weight, _ in found) >= ENOUGH else ()


def _signs(hop: Hop, now: datetime | None) -> Iterator[tuple[int, str]]:
    if now and hop.time and hop.time > now + _FUTURE:
        yield 1, "it is dated in the future"  # alone it may be the reader's own clock that is wrong
    raw = hop.raw[-200:]
    zone = _ZONE.search(raw)
    if zone and zone[2] in _ZONES and zone[1] not in _ZONES[zone[2]]:
        yield 1, f"its time zone contradicts itself ({zone[0]})"
    if hop.family == "gmail" and hop.id and hop.time:
        dated = _GOOGLE_ID.search(hop.id)
        if dated and abs(_days(hop.time) - _days_of(dated)) > 2:
            yield 2, "the date within Google's id is another"
    if _DATE_IN_BRACKETS.search(hop.raw[:500]):
        yield 2, "a date stands where the client's address belongs"
    if hop.from_ip in _NO_CLIENTS:
        yield 1, f"{hop.from_ip} sends no mail"
    if hop.for_ and "@" not in hop.for_ and "." in hop.for_.strip("."):
        yield 1, f"it is for {hop.for_}, which is no address"
    if not raw.partition(";")[2].isascii():
        yield 1, "its date holds characters that no server writes there"
    if hop.family in _WRITES_ID and hop.id is None and hop.from_ip and (hop.with_ or "").upper().startswith("ESMTP"):
        yield 1, f"it has no id, which {hop.family} always writes"
    if hop.raw.count("<") > hop.raw.count(">") and "envelope-from <" in hop.raw:
        yield 1, "an angle bracket in it is never closed"


def _form(hop: Hop) -> Iterator[tuple[int, str]]:
    """What is not in the form of the software or service that the field names; the client's words are not looked at."""
    front = front_of(hop.by)
    if any(text and _PLACEHOLDER.search(text) for text in (hop.by, hop.id)):
        yield 2, "it holds a placeholder that a program for mass mailings should have filled in"
    form = (front.id if front else None) or _id_forms().get(hop.family or "")
    # Exports mask addresses wherever they see one, in ids too.
    strange = bool(form and hop.id and "@" not in hop.id and not form.fullmatch(hop.id))
    offset = _OFFSET.search(hop.raw[-60:])
    if front and front.offsets and offset and offset[1] not in front.offsets:
        yield 1, f"its time zone ({offset[1]}) is not the one that {front.name} writes"
    if strange:
        yield 1, f"its id is not of the form that {front.name if front and front.id else hop.family} gives"
    speaker = protocol_of(hop.with_).speaker
    if speaker and hop.by and organization(hop.by) != speaker:
        yield 1, f"{hop.with_} is spoken by hosts of {speaker} only"


def _days(time: datetime) -> int:
    return time.toordinal()


def _days_of(dated: re.Match[str]) -> int:
    try:
        return datetime(int(dated[1]), int(dated[2]), int(dated[3])).toordinal()  # noqa: DTZ001 - a day, no time
    except ValueError:
        return 0


@lru_cache(maxsize=1)
def _id_forms() -> dict[str, re.Pattern[str]]:
    """Family of software to the form of its ids."""
    return {family: re.compile(form) for family, form in read_table("trace", "software.toml")["id"].items()}
