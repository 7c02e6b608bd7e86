"""What a Date may have been: the same instant in the other forms that mail programs write."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from mailscope.forensics.diagnosis import Cause
from mailscope.forensics.search import Original
from mailscope.mail.date import parse_date

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_OFFSETS = tuple(
    sorted({*range(-720, 841, 60), -570, -210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 765}, key=abs)
)
"""Minutes east of UTC, everyday ones first."""
_NAMES = {
    0: ("UTC", "GMT", "WET"), 60: ("CET", "BST", "MEZ"), 120: ("CEST", "EET"), -300: ("EST", "CDT"), -240: ("EDT",),
    -480: ("PST",), -420: ("PDT", "MST"), -360: ("CST",), 180: ("MSK", "EEST"), 540: ("JST", "KST"), 480: ("CST",),
    330: ("IST",), 600: ("AEST",), 660: ("AEDT",),
}  # fmt: skip
_SLACK = 3
"""Seconds between the time of signing and a Date that was written just before."""


def date_originals(value: bytes) -> Iterator[Original]:
    """The instant that the value names, written in every usual way."""
    instant = parse_date(value.decode("latin-1"))
    if instant is not None:
        for text in _forms(instant):
            yield Original(b" " + text.encode(), (Cause.HEADER_REPLACED,), "the Date was written in another form")


def lost_dates(signed_at: int | None) -> Iterator[Original]:
    """Dates that may have stood in a message signed at this time (seconds since 1970)."""
    if signed_at is None or not 0 < signed_at < 1 << 33:
        return
    for second in range(_SLACK + 1):
        instant = datetime.fromtimestamp(signed_at - second, UTC)
        for text in _forms(instant):
            yield Original(b" " + text.encode(), (Cause.HEADER_REMOVED,), "the Date was taken out")


def _forms(instant: datetime) -> Iterator[str]:
    for offset in _OFFSETS:
        try:
            local = instant + timedelta(minutes=offset)
        except OverflowError:
            continue
        sign, minutes = ("-" if offset < 0 else "+"), abs(offset)
        zone = f"{sign}{minutes // 60:02}{minutes % 60:02}"
        names = _NAMES.get(offset, ())
        zones = [zone, *(f"{zone} ({name})" for name in names)]
        if offset == 0:
            zones += ["GMT", "UT", "UTC", "-0000", "Z"]
        clock = f"{local:%H:%M:%S}"
        rest = f"{_MONTHS[local.month - 1]} {local.year:04} {clock}"
        for day in dict.fromkeys((f"{local.day:02}", f"{local.day}", f"{local.day:2}")):
            for each in zones:
                yield f"{_DAYS[local.weekday()]}, {day} {rest} {each}"
                yield f"{day} {rest} {each}"
