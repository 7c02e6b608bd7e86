"""Small words for facts, as every export says them."""

from datetime import datetime

from mailscope.dns.answer import DnsMode
from mailscope.visible import visible

LONGEST = 2_000
"""Characters of one value from outside that an export shows; the JSON holds all of it."""

DNS_WORDS = {
    DnsMode.LIVE: "live: the network was asked",
    DnsMode.NONE: "none: nothing was asked, so nothing that needs DNS was judged",
    DnsMode.SNAPSHOT: "snapshot: a recording answered, not the network",
}


def safe(value: str | None, missing: str = "not stated") -> str:
    """Text from outside in one line, safe to show, cut where it is very long; what is missing is said."""
    if value is None or not value.strip():
        return missing
    shown = visible(value[: LONGEST + 1])
    return shown if len(value) <= LONGEST else f"{shown[:LONGEST]}… and {len(value) - LONGEST:,} characters more"


def time_words(time: datetime | None) -> str:
    """A time in UTC, to the second."""
    return f"{time:%Y-%m-%d %H:%M:%S} UTC" if time else "no time"


def duration(seconds: float) -> str:
    """Seconds for people: "4 s", "3 min 20 s", "2 h 5 min", "3 d 4 h"; negative where clocks disagree."""
    sign = "-" if seconds < 0 else ""
    whole = abs(round(seconds))
    for size, unit, smaller, small_unit in ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            rest = whole % size // smaller
            return f"{sign}{whole // size} {unit}" + (f" {rest} {small_unit}" if rest else "")
    return f"{sign}{whole} s"


def size_words(size: int) -> str:
    """Bytes for people."""
    if size < 10_000:
        return count(size, "byte")
    return f"{size / 1000:,.0f} kB" if size < 10_000_000 else f"{size / 1e6:,.0f} MB"


def count(number: int, one: str, many: str = "") -> str:
    """A number and its noun: "1 field", "3 fields"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
