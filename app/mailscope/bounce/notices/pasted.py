"""Pasted fragments: a reply, a sentence, a line of a notice without its header."""

import re
from dataclasses import replace

from mailscope.bounce.causes.conclude import conclude, gave_up
from mailscope.bounce.failure import Notice, Trouble
from mailscope.bounce.notices.dsn import Status
from mailscope.bounce.notices.freeform import Read, read_freeform
from mailscope.bounce.notices.layout import clean
from mailscope.bounce.notices.returned import split_returned
from mailscope.bounce.notices.rows import merged_rows, read_statuses, without_fields
from mailscope.bounce.notices.webhook import read_webhook
from mailscope.bounce.reply import read_codes
from mailscope.bounce.told import Told
from mailscope.bounce.unwrap import one_line, rejoined
from mailscope.limits import Limits
from mailscope.mail.charset import text_of

_TEXT = 2_000_000
"""Bytes that are read."""
_TUPLE = re.compile(r"\(([245]\d\d), ?b?(?:'((?:[^'\\]|\\.){0,2000})'|\"((?:[^\"\\]|\\.){0,2000})\")")
"""How Python shows a reply: (550, b'5.1.1 no such user')."""


def read_pasted(content: bytes, limits: Limits) -> Notice:
    """The rows of a text that is no message; any bytes give a Notice."""
    text = _TUPLE.sub(r" \1 \2\3 ", clean(text_of(content[:_TEXT])))
    events = read_webhook(text, limits)
    if events:
        return Notice(tuple(conclude(one) for one in events), None, "webhook")
    split = split_returned(text)
    cut = Trouble(f"Only the first {_TEXT:,} bytes of the text were read.", is_limit=True)
    problems = (cut,) if len(content) > _TEXT else ()
    status = read_statuses((), split.text, limits)
    read = _people(status, split.text, limits)
    told = _rows(status, read.rows)
    if not told and split.text.strip():
        words = rejoined(one_line(split.text[:8000]))
        told = (Told(said=words, frame=words),)
    return Notice(
        tuple(conclude(_alone(one)) for one in told), split.returned, "text", max(status.unread, read.unread), problems
    )


def _people(status: Status, text: str, limits: Limits) -> Read:
    """What people are told: of everybody where that names the recipients of the fields too, else of those alone."""
    if not status.rows:
        return read_freeform(text, frozenset(), limits)
    words = without_fields(text)
    known = tuple(dict.fromkeys(row.recipient for row in status.rows if row.recipient and "@" in row.recipient))
    everybody = read_freeform(words, frozenset(), limits, alone=False)
    names = {row.recipient.lower() for row in everybody.rows if row.recipient}
    listed = any(name.lower() in names for name in known)
    return everybody if listed else read_freeform(words, frozenset(), limits, known, alone=False)


def _rows(status: Status, people: tuple[Told, ...]) -> tuple[Told, ...]:
    """The rows of fields, and of recipients whose fields were not pasted."""
    if not status.rows:
        return people
    rows = merged_rows(status, people)
    names = {name.lower() for row in rows for name in (row.recipient, row.original) if name}
    return (*rows, *(one for one in people if one.recipient and one.recipient.lower() not in names))


def _alone(told: Told) -> Told:
    """A passing refusal, pasted without the notice that says how it went on: as far as is known, it is still tried."""
    codes = read_codes(told.said or "")
    first = (codes.reply or codes.enhanced or "")[:1]
    return replace(told, action="delayed") if first == "4" and told.action is None and not gave_up(told) else told
