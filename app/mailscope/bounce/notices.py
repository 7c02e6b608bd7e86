"""Notices that arrive as messages: their machine part and their human part read together."""

import re
from dataclasses import replace

from mailscope.bounce.conclude import conclude
from mailscope.bounce.dsn import read_status
from mailscope.bounce.failure import Manner, Notice
from mailscope.bounce.freeform import read_freeform, split_returned
from mailscope.bounce.layout import Layout, lay_out
from mailscope.bounce.session import read_quoted, refusal
from mailscope.bounce.told import Told
from mailscope.bounce.unwrap import one_line
from mailscope.limits import Limits
from mailscope.mail.address import parse_addresses
from mailscope.mail.decode import shown
from mailscope.mail.message import Message, parse_message

_SENDERS = ("to", "from", "reply-to", "cc", "return-path", "delivered-to", "x-original-to", "envelope-to")


def read_message(message: Message, limits: Limits) -> Notice:
    """The rows of a notice; any message gives a Notice."""
    layout = lay_out(message, limits)
    enclosed = layout.returned[0] if layout.returned else None
    text = layout.text
    split = split_returned(text)
    if enclosed is None and split.returned:
        enclosed = split.returned
    text = split.text
    if layout.feedback is not None:
        return _feedback(layout, enclosed, limits)
    told, unread, form = _told(layout, text, message, enclosed, limits)
    rows = tuple(conclude(one) for one in told)
    return Notice(rows, enclosed, form, unread, layout.problems)


def _told(layout: Layout, text: str, message: Message, enclosed: bytes | None, limits: Limits) -> tuple[tuple[Told, ...], int, str]:
    people = read_freeform(text, _not_them(message), limits)
    if layout.statuses:
        rows: list[Told] = []
        unread = 0
        for data in layout.statuses:
            status = read_status(data, limits)
            unread += status.unread
            rows.extend(replace(row, reporting=status.reporting) for row in status.rows)
        if rows:
            exchanges = read_quoted(text) if "<<<" in text else ()
            merged = [_merged(row, people, one_line(text[:4000]), len(rows)) for row in rows]
            return tuple(_by_session(one, refusal(exchanges, one.recipient)) for one in merged), unread, "rfc3464"
    exchanges = read_quoted(text) if "<<<" in text else ()
    if not people:
        people = _from_enclosed(text, enclosed, limits)
    return tuple(_by_session(one, refusal(exchanges, one.recipient)) for one in people), 0, "text"


def _merged(row: Told, people: tuple[Told, ...], text: str, count: int) -> Told:
    """A machine's row with what people are told of the same recipient."""
    names = {name.lower() for name in (row.recipient, row.original) if name}
    own = next((one for one in people if one.recipient and one.recipient.lower() in names), None)
    if own is None and count == 1 and len(people) == 1:
        own = people[0]
    if own is None:
        return replace(row, around=text if count == 1 else row.around)
    return replace(row, said=row.said or own.said, frame=own.frame or row.frame, around=own.around)


def _by_session(told: Told, found: tuple[object, object] | None) -> Told:
    if found is None:
        return told
    exchange, phase = found
    return replace(told, phase=phase, said=told.said or exchange.reply.text)  # type: ignore[attr-defined]


def _from_enclosed(text: str, enclosed: bytes | None, limits: Limits) -> tuple[Told, ...]:
    """The notice names nobody: the recipients of what it returns."""
    words = one_line(text[:6000])
    if enclosed is not None:
        inner = parse_message(enclosed[: limits.header_bytes], limits)
        field = inner.first("to")
        if field is not None:
            found = [f"{one.local}@{one.domain}" for one in parse_addresses(field.value, limits) if one.domain]
            if found:
                return tuple(Told(recipient=one, said=words, frame=words) for one in found[:1])
    return (Told(said=words, frame=words),) if words else (Told(),)


def _feedback(layout: Layout, enclosed: bytes | None, limits: Limits) -> Notice:
    told = Told(category="feedback", manner=Manner.REPORT, said=one_line(layout.text[:2000]))
    return Notice((conclude(told),), enclosed, "feedback", 0, layout.problems)


def _not_them(message: Message) -> frozenset[str]:
    """Addresses of the notice's own header: whoever gets or sends a notice is not who failed."""
    found: set[str] = set()
    for name in _SENDERS:
        for field in message.all(name)[:3]:
            found.update(match.lower() for match in re.findall(r"[^\s<>\"'(),;]{1,128}@[^\s<>\"'(),;]{1,250}", shown(field)))
    return frozenset(found)
