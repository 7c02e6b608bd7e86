"""Points in time as callers give them, made into one form."""

from datetime import UTC, datetime


def as_utc(moment: datetime | str | None) -> datetime:
    """An aware UTC datetime from an aware or naive (then UTC) datetime, its ISO 8601 form, or None for now.

    Raises ValueError for text that is no ISO 8601 time, TypeError for anything else.
    """
    if moment is None:
        return datetime.now(UTC)
    if isinstance(moment, str):
        return as_utc(_parsed(moment))
    if not isinstance(moment, datetime):
        raise TypeError(f"a time is a datetime or its ISO 8601 form, not {type(moment).__name__}")
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("that time lies outside the years 1 to 9999") from None


def since_1970(seconds: int | None) -> datetime | None:
    """The time so many seconds after the start of 1970, in UTC; None for None, and where no calendar reaches it."""
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def iso(moment: datetime | None) -> str | None:
    """A time as the reports write it: ISO 8601 in UTC, to the second, with a Z; None stays None."""
    if moment is None:
        return None
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _parsed(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"not an ISO 8601 time: {text[:40]!r}") from None
