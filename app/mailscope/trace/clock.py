"""Where the date stands in a Received field, and what it says (RFC 5321 section 4.4, RFC 5322 section 3.3)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from mailscope.mail.date import parse_date

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_DAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
_ZONE = r"(?:\s*([+-])(\d{1,2}):?(\d\d)(?!\d)|\s+([A-Za-z]{1,5})(?![\w.@-]))?"
_PLAIN = re.compile(
    r"(?:([A-Za-z]{3})[a-z]{0,7}\.?,?\s+|(?<!\S)|(?<=;))(\d{1,3})(?:\s+|-)([A-Za-z]{3})[a-z]{0,6}\.?,?(?:\s+|-)"
    r"(\d{4}|\d\d)[\s,]+(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?" + _ZONE
)
"""[weekday,] day month year hour:minute[:second] [zone]"""
_CTIME = re.compile(
    r"(?:[A-Za-z]{3},?\s+)?\b([A-Za-z]{3})\s+(\d{1,2}),?\s+(\d{1,2}:\d\d:\d\d)(?:\s+([A-Za-z]{1,5}|[+-]\d{4}))?\s+(\d{4})"
    r"(?:\s+([A-Za-z]{1,5}(?![\w.@-])|[+-]\d{4}))?"
)
_ISO = re.compile(
    r"(?<!\S)\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\s*"
    r"(?:Z\b|[+-]\d\d:?\d\d(?:\s+[A-Z]{3,4}\b)?)?(?:\s+m=\S+)?"
)
_FORMS = (_PLAIN, _ISO, _CTIME)
_HINT = re.compile(r"\d:\d\d")


@dataclass(frozen=True, slots=True)
class Clock:
    """The date of one field: the time in UTC, where it stands, what is odd about it."""

    time: datetime | None = None
    span: tuple[int, int] | None = None
    """Where in the field's text the date stands, the semicolon before it not counted."""
    problems: tuple[str, ...] = ()


def read_clock(text: str, comments: list[tuple[int, int]]) -> Clock:
    """The date of a Received field, behind the last semicolon or wherever else it stands; comments are spans."""
    semicolon = text.rfind(";")
    while semicolon >= 0 and comments and _inside(semicolon, comments):
        semicolon = text.rfind(";", 0, semicolon)
    if semicolon >= 0:
        plain = _PLAIN.search(text, semicolon + 1)
        if plain and plain.start() - semicolon <= _NEAR:
            return _plain(plain)
    return _elsewhere(text, comments, semicolon)


_NEAR = 40
"""A date behind a semicolon begins within so many characters; localised week days and blanks stand between."""


def _inside(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= place < stop for start, stop in spans)


def _elsewhere(text: str, comments: list[tuple[int, int]], semicolon: int) -> Clock:
    """The last date outside comments, or in one behind the last semicolon; else what can be made out."""
    if not _HINT.search(text):
        return _none(text, semicolon)
    best: re.Match[str] | None = None
    for form in _FORMS:
        for found in form.finditer(text):
            if best is not None and found.start() <= best.start():
                continue
            # In a comment it counts behind the semicolon only: anything may stand in a comment before it.
            if not _inside(found.start(), comments) or found.start() > semicolon >= 0:
                best = found
    if best is None:
        return _none(text, semicolon)
    problems = () if 0 <= semicolon < best.start() else ("No semicolon before the date (RFC 5321 section 4.4).",)
    clock = _plain(best) if best.re is _PLAIN else _other(best)
    return Clock(clock.time, clock.span, (*problems, *clock.problems))


def _none(text: str, semicolon: int) -> Clock:
    """No known form: what stands behind the last semicolon may still be a date in words of another language."""
    tail = text[semicolon + 1 :].strip() if semicolon >= 0 else ""
    if not any(char.isdigit() for char in tail[:100]):
        return Clock(problems=("No date.",))
    time = parse_date(tail) if _HINT.search(tail) else None
    if time is None:
        return Clock(problems=("The date cannot be read.",))
    return Clock(time, (semicolon + 1, len(text)), ("The date is not in the form of RFC 5322.",))


def _plain(found: re.Match[str]) -> Clock:
    weekday, day, month, year, hour, minute, second, sign, hours, minutes, name = found.groups()
    number = _MONTHS.get(month.lower())
    if number is None or len(year) == 2 or (name and name not in ("GMT", "UTC", "UT")) or len(day) == 3:
        return _other(found)
    try:
        time = datetime(int(year), number, int(day), int(hour), int(minute), min(int(second or 0), 59), tzinfo=UTC)
        moment = (time.replace(tzinfo=_zone(sign, hours, minutes)).astimezone(UTC)) if sign else time
    except (ValueError, OverflowError):
        return Clock(None, found.span(), (f"The date cannot be: {found[0].strip()}.",))
    problems: tuple[str, ...] = ()
    if weekday and _DAYS.get(weekday.lower(), time.weekday()) != time.weekday():
        problems = (f"The date is no {weekday}.",)
    if not sign and not name:
        problems = (*problems, "The date names no time zone and is read as UTC.")
    return Clock(moment, found.span(), problems)


@lru_cache(maxsize=64)
def _zone(sign: str, hours: str, minutes: str) -> timezone:
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if sign == "-" else offset)


_LEADING_ZEROS = re.compile(r"\b0(\d\d)\b")


def _other(found: re.Match[str]) -> Clock:
    """The forms that RFC 5322 calls obsolete, and broken ones."""
    text = _LEADING_ZEROS.sub(r"\1", found[0]) if found.re is _PLAIN else found[0]
    time = parse_date(text)
    if time is None:
        return Clock(None, found.span(), (f"The date cannot be: {' '.join(found[0].split())}.",))
    return Clock(time, found.span(), ("The date is not in the form of RFC 5322.",))
