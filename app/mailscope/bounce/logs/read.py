"""Lines of mail logs, whatever system wrote them: one row a message and recipient, its attempts in order."""

import re

from mailscope.bounce.failure import Notice, Trouble
from mailscope.bounce.logline import LogLine, read_line
from mailscope.bounce.logs.book import Book
from mailscope.bounce.logs.courier import read_courier
from mailscope.bounce.logs.exim import read_exim
from mailscope.bounce.logs.general import read_general
from mailscope.bounce.logs.haraka import read_haraka
from mailscope.bounce.logs.json import read_json
from mailscope.bounce.logs.keyed import read_keyed
from mailscope.bounce.logs.opensmtpd import read_opensmtpd
from mailscope.bounce.logs.postfix import read_postfix
from mailscope.bounce.logs.prose import Nullmailer, read_dma
from mailscope.bounce.logs.qmail import read_qmail
from mailscope.bounce.logs.stories import (
    drop_the_repeated,
    drop_the_wordless,
    in_order,
    name_the_nameless,
    retries_of,
    row_of,
)
from mailscope.bounce.logs.tables import Table
from mailscope.bounce.sessions.behaviour import gathered, of_log_line
from mailscope.bounce.sessions.dialogue import read_sessions
from mailscope.bounce.sessions.transcript import notice_of
from mailscope.limits import Limits
from mailscope.mail.charset import text_of
from mailscope.sources.dialogue import read_dialogue
from mailscope.sources.speech import utterances

_LINES = 1_000_000
"""Lines of a log that are read."""
_SESSION_LINES = 200_000
_SESSIONS = 2_000
"""Sessions of a protocol log that are kept."""
_LOOK = 2_000
_PASTED = 60
"""Lines of a text that somebody pasted, and whose lines a mail program may have wrapped."""
_UNREACHED = re.compile(
    r"connection refused|no route to host|(?:network|host) (?:is )?unreachable|name or service not known", re.IGNORECASE
)
"""What only a system says that reached nobody; "could not connect" is said of a silent server as well."""
_APART = re.compile(r"[{#\[]|[A-Z ]?\s{0,3}[A-Z][\w-]{2,40}: |-{5,}")
"""What begins a line of its own though it bears no time: JSON, and the header that Exim's reject log shows."""
_WARNINGS = 10_000
_LONG = 2_000
"""Characters: no system writes longer lines as a rule, and what does may be meant to cost time."""
_LONG_TOTAL = 4_000_000
"""Characters of long lines that are read whole; further ones are cut."""
_CUT = 1_000
_HINTS = (
    "@", "tatus=", "stat=", "eject", "eliver", "msg ", "mta ", "notif", "efused", "ailed", "ecipient", "rcpt",
    "during client", "** ", "=> ", "== ", "DSN", "SMTP", "dma[", "courier",
    "outbound]",
)  # fmt: skip
_REFUSAL = re.compile(r"[45][0-57]\d[ -]\S")
"""One of these stands in every line that tells of a delivery; most lines of a log have none."""
_NULLMAILER = ("Starting ", "From: ", "Sending ", "Moving ", "Sent ", "smtp: ", "qmqp: ", "nullmailer")


def read_log(content: bytes, limits: Limits) -> Notice:
    """What log lines tell, a row a message and recipient: the last state counts, earlier ones are its attempts.

    Any bytes give a Notice; linear, bounded.
    """
    lines = _unwrapped(text_of(content).splitlines())
    problems: list[Trouble] = []
    if len(lines) > _LINES:
        text = f"Only the first {_LINES} of {len(lines)} lines of the log were read."
        problems.append(Trouble(text, is_limit=True))
        del lines[_LINES:]
    book = Book(limits.bounce_rows)
    spoken = _read_lines(lines, book)
    if book.cut:
        text = f"Lines of more than {_LONG} characters were cut, since there are so many."
        problems.append(Trouble(text, is_limit=True))
    if not book.stories:
        # No delivery is told: a log may still hold the sessions themselves.
        unreached = len(lines) <= _PASTED and any(_UNREACHED.search(line, 0, _LONG) for line in lines)
        if not spoken and (unreached or read_dialogue("\n".join(lines[:_LOOK])).replies):
            spoken = lines[:_SESSION_LINES]
        notice = notice_of(read_sessions(utterances(spoken)), limits, "log", tuple(problems))
        if notice.bounces or not book.spares:
            return notice
        for number, event in enumerate(book.spares.values()):
            book.add(f"spare {number}", None, event)
    drop_the_repeated(book)
    wordless = drop_the_wordless(book)
    if wordless:
        text = f"Of {wordless} more messages to these recipients the log does not say how they fared."
        problems.append(Trouble(text))
    in_order(book)
    name_the_nameless(book)
    rows = tuple(row_of(story, book) for story in book.stories.values() if story.events)
    seen = [*book.seen, *(one for story in book.stories.values() for one in retries_of(story, book))]
    return Notice(rows, form="log", unread=book.unread, problems=tuple(problems), behaviour=gathered(seen))


def _read_lines(lines: list[str], book: Book) -> list[str]:
    """Every line by the reader that knows it; returns what an SMTP protocol log's lines say."""
    table, nullmailer = Table(), Nullmailer()
    tabled = False
    spoken: dict[str, list[str]] = {}
    long = 0
    for raw in lines:
        if not raw or raw.isspace():
            continue
        if len(raw) > _LONG:
            long += len(raw)
            raw = raw if long <= _LONG_TOTAL else raw[:_CUT]
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
        if warned is not None and len(book.seen) < _WARNINGS:
            book.seen.append(warned)
        if nullmailer.goes_on or _may_tell(raw):
            _read_one(read_line(raw), book, nullmailer)
    book.cut = long > _LONG_TOTAL
    return [line for session in spoken.values() for line in session]


def _unwrapped(lines: list[str]) -> list[str]:
    """Lines of a short paste that go on without a time, where the others begin with one, joined again."""
    filled = [line for line in lines[: _PASTED + 1] if line.strip()]
    if not 1 < len(filled) <= _PASTED or len(lines) > 2 * _PASTED or not read_line(filled[0]).stamp:
        return lines
    joined: list[str] = []
    for line in filled:
        if joined and not read_line(line).stamp and not _APART.match(line):
            joined[-1] += f" {line.strip()}"
        else:
            joined.append(line)
    return joined


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
        read_haraka,
        nullmailer.read,
        read_courier,
        read_keyed,
        read_general,
    ):
        if reader(line, book):
            return


def _protocol_line(cells: list[str], names: list[str], spoken: dict[str, list[str]]) -> None:
    """A line of Exchange's SMTP protocol log put to its session; sessions are written in turns."""
    named = dict(zip(names, cells, strict=False))
    ident = named.get("session-id", "")
    session = spoken.get(ident)
    if session is None:
        if len(spoken) >= _SESSIONS:
            return
        begun = f"# session {ident}, {named.get('date-time', '')} to {named.get('remote-endpoint', '')}"
        session = spoken[ident] = [begun]
    if named.get("event") == ">" and named.get("data", "").startswith("220"):
        # The log of a receiving side: it is itself the server.
        client = named.get("remote-endpoint", "").rpartition(":")[0]
        session[0] = (
            f"# session {ident}, {named.get('date-time', '')} from [{client}] to {named.get('local-endpoint', '')}"
        )
    event, data, context = named.get("event", ""), named.get("data", ""), named.get("context", "")
    if event in ("<", ">"):
        session.append(data)
    elif event == "*" and re.search(r"TLS|fail|error|timed? ?out", f"{data} {context}", re.IGNORECASE):
        session.append(f"*: {data} {context}")
    elif event == "-" and context not in ("", "Local"):
        session.append(f"*: connection closed by {context}")
