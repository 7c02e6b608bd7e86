"""The rows of a notice: what machines are told, wherever it stands, and what people are told of the same recipient."""

import re
from dataclasses import replace

from mailscope.bounce.notices.dsn import Status, read_status
from mailscope.bounce.told import Told
from mailscope.limits import Limits

_INLINE = re.compile(r"(?im)^[ \t>]{0,200}(?:reporting-mta|final-recipient|original-recipient)\s*:")


def read_statuses(parts: tuple[bytes, ...], text: str, limits: Limits) -> Status:
    """The rows of all machine parts, or of a delivery report's fields that stand in a text; any bytes give a Status."""
    sources = list(parts)
    if not sources:
        found = _INLINE.search(text)
        if found is not None:
            sources = [text[found.start() :].encode("utf-8", "surrogateescape")]
    rows: list[Told] = []
    unread = 0
    reporting: str | None = None
    for data in sources:
        status = read_status(data, limits)
        unread += status.unread
        reporting = reporting or status.reporting
        rows.extend(replace(row, reporting=row.reporting or status.reporting) for row in status.rows)
    return Status(reporting, tuple(rows[: limits.bounce_rows]), unread + max(0, len(rows) - limits.bounce_rows))


def without_fields(text: str) -> str:
    """A text up to the fields of a delivery report that stand in it."""
    inline = _INLINE.search(text)
    return text if inline is None else text[: inline.start()]


def merged_rows(status: Status, people: tuple[Told, ...]) -> tuple[Told, ...]:
    """The machine's rows, each with what people are told of the same recipient (RFC 3464 section 2.1)."""
    by_name = {one.recipient.lower(): one for one in people if one.recipient}
    rows: list[Told] = []
    for row in status.rows:
        names = [name.lower() for name in (row.recipient, row.original) if name]
        own = next((by_name[name] for name in names if name in by_name), None)
        if own is None and len(status.rows) == 1 and len(people) == 1:
            own = people[0]
        if own is None:
            rows.append(row)
            continue
        rows.append(
            replace(
                row,
                recipient=row.recipient or own.recipient,
                said=row.said or own.said,
                frame=own.frame or row.frame,
                original=row.original or own.original,
            )
        )
    return tuple(rows)
