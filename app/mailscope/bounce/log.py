"""Lines of mail logs, whatever system wrote them: one row a message and recipient, its attempts in order."""

import re
from collections.abc import Iterator
from dataclasses import replace

from mailscope.bounce.behaviour import gathered, of_log_line
from mailscope.bounce.conclude import conclude
from mailscope.bounce.dialogue import read_sessions
from mailscope.bounce.failure import Behaviour, Bounce, Manner, Notice, Phase
from mailscope.bounce.logbook import Book, Event, Fortune, Story
from mailscope.bounce.logline import LogLine, read_line
from mailscope.bounce.logs_courier import read_courier
from mailscope.bounce.logs_exim import read_exim
from mailscope.bounce.logs_general import read_general
from mailscope.bounce.logs_json import read_json
from mailscope.bounce.logs_keyed import read_keyed
from mailscope.bounce.logs_opensmtpd import read_opensmtpd
from mailscope.bounce.logs_postfix import read_postfix
from mailscope.bounce.logs_prose import Nullmailer, read_dma
from mailscope.bounce.logs_qmail import read_qmail
from mailscope.bounce.logs_tables import Table
from mailscope.bounce.retries import Attempt, retries
from mailscope.bounce.told import Told
from mailscope.bounce.transcript import notice_of
from mailscope.limits import Limits
from mailscope.mail.charset import text_of
from mailscope.sources.dialogue import read_dialogue
from mailscope.sources.speech import utterances

_LINES = 1_000_000
"""Lines of a log that are read."""
_SESSION_LINES = 200_000
_LOOK = 2_000
_HINTS = (
    "@", "tatus=", "stat=", "eject", "eliver", "msg ", "mta ", "notif", "efused", "ailed", "ecipient", "rcpt", "** ", "=> ",
    "== ", "DSN", "SMTP", "dma[", "courier",
)  # fmt: skip
_REFUSAL = re.compile(r"[45][0-57]\d[ -]\S")
"""One of these stands in every line that tells of a delivery; most lines of a log have none."""
_ATTEMPTS = 100
_NULLMAILER = ("Starting ", "From: ", "Sending ", "Moving ", "Sent ", "smtp: ", "qmqp: ", "nullmailer")
_FORTUNE_ACTIONS = {Fortune.SENT: "delivered", Fortune.DEFERRED: "delayed", Fortune.EXPANDED: "expanded"}


def read_log(content: bytes, limits: Limits) -> Notice:
    """What log lines tell, a row a message and recipient: the last state counts, earlier ones are its attempts.

    Any bytes give a Notice; linear, bounded.
    """
    lines = text_of(content).splitlines()
    problems: list[str] = []
    if len(lines) > _LINES:
        problems.append(f"Only the first {_LINES} of {len(lines)} lines of the log were read.")
        del lines[_LINES:]
    book = Book(limits.bounce_rows)
    spoken = _read_lines(lines, book)
    if not book.stories:
        # No delivery is told: a log may still hold the sessions themselves.
        if not spoken and read_dialogue("\n".join(lines[:_LOOK])).replies:
            spoken = lines[:_SESSION_LINES]
        notice = notice_of(read_sessions(utterances(spoken)), limits, "log", tuple(problems))
        if notice.bounces or not book.spares:
            return notice
        for number, event in enumerate(book.spares.values()):
            book.add(f"spare {number}", None, event)
    _name_the_nameless(book)
    rows = tuple(_row(story, book) for story in book.stories.values() if story.events)
    seen = [*book.seen, *(one for story in book.stories.values() for one in _retries(story, book))]
    return Notice(rows, form="log", unread=book.unread, problems=tuple(problems), behaviour=gathered(seen))


def _read_lines(lines: list[str], book: Book) -> list[str]:
    """Every line by the reader that knows it; returns what an SMTP protocol log's lines say."""
    table, nullmailer = Table(), Nullmailer()
    tabled = False
    spoken: list[str] = []
    for raw in lines:
        if not raw or raw.isspace():
            continue
        if (
            (raw[0] == "#" or not tabled)
            and ("," in raw or "\t" in raw or ";" in raw or raw[0] == "#")
            and table.header(raw)
        ):
            tabled = True
            continue
        if tabled and table.sessions:
            _protocol_line(table.cells(raw), table.names, spoken)
            continue
        if tabled and table.row(raw, book):
            continue
        warned = of_log_line(raw)
        if warned is not None:
            book.seen.append(warned)
        if nullmailer.goes_on or _may_tell(raw):
            _read_one(read_line(raw), book, nullmailer)
    return spoken


def _may_tell(raw: str) -> bool:
    return (
        any(hint in raw for hint in _HINTS) or raw.startswith(_NULLMAILER) or _REFUSAL.search(raw, 0, 4_000) is not None
    )


def _read_one(line: LogLine, book: Book, nullmailer: Nullmailer) -> None:
    if line.host and not book.host:
        book.host = line.host
    text = line.text
    if '{"' in text and read_json(text, line, book):
        return
    program = line.program
    if program.startswith("dma") and read_dma(line, book):
        return
    if program.startswith("courier") and read_courier(line, book):
        return
    for reader in (
        read_postfix,
        read_exim,
        read_opensmtpd,
        read_qmail,
        nullmailer.read,
        read_courier,
        read_keyed,
        read_general,
    ):
        if reader(line, book):
            return


def _protocol_line(cells: list[str], names: list[str], spoken: list[str]) -> None:
    """A line of Exchange's SMTP protocol log as a session's line; "+" begins a session, "-" ends it."""
    if len(spoken) >= _SESSION_LINES:
        return
    named = dict(zip(names, cells, strict=False))
    event, data = named.get("event", ""), named.get("data", "")
    if event == "+":
        spoken.append(
            f"# session {named.get('session-id', '')}, {named.get('date-time', '')}"
            f" to {named.get('remote-endpoint', '')}"
        )
    elif event in ("<", ">"):
        spoken.append(data)
    elif event == "*" and re.search(r"TLS|fail|error|timed? ?out", f"{data} {named.get('context', '')}", re.IGNORECASE):
        spoken.append(f"*: {data} {named.get('context', '')}")
    elif event == "-" and named.get("context", "") not in ("", "Local"):
        spoken.append(f"*: connection closed by {named['context']}")


def _retries(story: Story, book: Book) -> Iterator[Behaviour]:
    """What is remarkable in the attempts of a story."""
    told_on = book.loose.get(f"notice {story.queue}")
    if told_on and story.events and story.events[-1].fortune is Fortune.SENT:
        yield Behaviour(
            "sender-told",
            (("who", story.recipient or "the sender"), ("message", told_on)),
            (_attempt(story.events[-1]),),
        )
    if len(story.events) < 2:
        return
    attempts = [
        Attempt(
            event.seconds,
            event.stamp,
            event.said or event.frame,
            _code(event),
            event.fortune is Fortune.SENT,
            event.remote,
            event.source,
        )
        for event in story.events
        if event.telling
    ]
    yield from retries(story.recipient, attempts, story.events[-1].fortune is Fortune.EXPIRED)


def _code(event: Event) -> str | None:
    """The reply code of an attempt, or the digit that its outcome stands for."""
    match = re.match(r"([245]\d\d)(?:\D|$)", event.said)
    if match:
        return match[1]
    return {Fortune.FAILED: "5", Fortune.REFUSED: None, Fortune.DEFERRED: "4"}.get(event.fortune)


def _name_the_nameless(book: Book) -> None:
    """A refusal of a whole message that some lines tell without the recipient belongs to those that others name."""
    for stories in book.by_queue.values():
        nameless = next((story for story in stories if story.recipient is None and story.events), None)
        named = [story for story in stories if story.recipient is not None and story.events]
        if nameless is None or not named:
            continue
        told = nameless.events[-1]
        for story in named:
            last = story.events[-1]
            if last.fortune is not Fortune.SENT and not re.match(r"[245]\d\d", last.said):
                last.said, last.frame, last.phase = told.said, told.frame, last.phase or told.phase
        nameless.events.clear()


def _row(story: Story, book: Book) -> Bounce:
    """The row of a story; its alias is added last: in the log of the dialogue a forwarding is no later phase."""
    row = conclude(_told(story, book))
    return replace(row, original_recipient=story.original) if story.original else row


def _told(story: Story, book: Book) -> Told:
    """The end of a story, told by the last event that says something."""
    events = story.events
    last = next((event for event in reversed(events) if event.fortune is Fortune.SENT), events[-1])
    telling = last if last.telling else next((event for event in reversed(events) if event.telling), last)
    gave_up = last.fortune is Fortune.EXPIRED
    attempts = [event for event in events if event.telling]
    return Told(
        recipient=story.recipient,
        action=_FORTUNE_ACTIONS.get(last.fortune, "failed"),
        said=telling.said or None,
        frame=telling.frame,
        status=telling.status,
        reply_code=telling.reply_code,
        remote=telling.remote,
        reporting=book.host or None,
        phase=_phase(telling),
        phase_stated=telling.stated,
        gave_up=gave_up,
        local=telling.local,
        manner=_manner(last),
        category="delivered" if last.fortune in (Fortune.SENT, Fortune.EXPANDED) else None,
        attempts=_attempts(attempts),
    )


def _phase(event: Event) -> Phase | None:
    if event.phase is None and event.fortune is Fortune.SENT:
        return Phase.DELIVERY if event.local else Phase.MESSAGE
    return event.phase


def _manner(event: Event) -> Manner | None:
    match event.fortune:
        case Fortune.SENT | Fortune.EXPANDED:
            return Manner.DELIVERED
        case Fortune.DEFERRED:
            return Manner.DELAY
        case Fortune.EXPIRED:
            return Manner.TIMEOUT
        case Fortune.REFUSED:
            return Manner.REJECTION
        case _:
            return Manner.ASYNCHRONOUS if event.local else Manner.REJECTION


def _attempts(events: list[Event]) -> tuple[str, ...]:
    """A line an attempt, and one for each other host that was tried in it; none where there was only one."""
    lines: list[str] = []
    for event in events[-_ATTEMPTS:]:
        if event.before:
            lines.append(f"{event.stamp} before that: {event.before}"[:600])
        lines.append(_attempt(event))
    return tuple(lines) if len(lines) > 1 else ()


def _attempt(event: Event) -> str:
    to = f"to {event.remote} " if event.remote else ""
    return f"{event.stamp} {to}{event.fortune.value}: {event.said or event.frame}".strip(" :")[:600]
