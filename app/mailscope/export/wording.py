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
