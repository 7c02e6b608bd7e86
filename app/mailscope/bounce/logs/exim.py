"""Exim: a symbol says what a line of its main log is about (the Exim specification, "Log files")."""

import re

from mailscope.bounce.failure import Phase
from mailscope.bounce.logline import LogLine, read_line
from mailscope.bounce.logs.book import Book, Event, Fortune
from mailscope.bounce.logs.wording import answer

_ID = re.compile(
    r"(?:\[\d+\] )?([0-9A-Za-z]{6}-(?:[0-9A-Za-z]{6}-[0-9A-Za-z]{2}|[0-9A-Za-z]{11}-[0-9A-Za-z]{4}))(?= "
    r"|$)(?: \[\d+\])?"
)
_SYMBOL = re.compile(r"\s*(<=|=>|->|>>|\*>|\*\*|==|\(=)\s+(\S{1,600})\s*")
_FACTS = re.compile(
    r"(?:<(?P<parent>[^<>\s]{0,400})>|\([^()]{0,200}\)|[A-Z][A-Za-z]{0,3}=(?:\"(?:[^\"\\]"
    r"|\\.){0,3000}\"|<[^<>]{0,400}>|\S{1,600})(?:\s\([^()\s]{1,200}\))?(?:\s\[[\da-fA-F.:]{2,45}\](?::\d+"
    r")?)?"
    r"|routing|defer \(-?\d+\)|id=\S+|for|\*)(?=[\s:]|$)\s*"
)
_HOST = re.compile(r"\bH=(\S{1,250})(?:\s\(\S{1,200}\))?(?: \[([\da-fA-F.:]{2,45})\])?")
_OWN = re.compile(r" I=\[([\da-fA-F.:]{2,45})\]")
"""The address that the attempt was made from."""
_IN_WORDS = re.compile(r"\bhost (\S{1,250}) \[([\da-fA-F.:]{2,45})\]: ")
_AFTERWARDS = re.compile(
    r"(?: H=\S{1,250} \[[\da-fA-F.:]{2,45}\](?::\d{1,5})?)?(?: (?:DT|QT|RT|DN|CV|X)=\S{1,200}){1,6}$"
)
_EMPTY_HANDED = re.compile(
    r"retry time not reached|retry timeout exceeded|^\s*$|Retry time not yet reached"
    r"|all hosts .{0,60}have been failing|retry time not yet reached",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"(?:(?P<soft>temporarily )?rejected (?:(?P<command>RCPT|MAIL|EHLO or HELO|HELO"
    r"|EHLO|connection|VRFY|ETRN|AUTH|STARTTLS|after DATA|DATA|by \S+|during \S+)\b)(?: <?(?P<to>[^<>\s:]{"
    r"1,600})?>?)?"
    r"|rejected (?P<rest>[^:]{0,200}))(?P<text>:.*|.*)",
    re.DOTALL,
)
_WHERE = re.compile(r"in \"[^\"]{0,60}\" ACL:?\s*|by \w+:\s*")
_COMMANDS = {
    "RCPT": Phase.RCPT, "MAIL": Phase.MAIL, "EHLO or HELO": Phase.HELO, "EHLO": Phase.HELO, "HELO": Phase.HELO,
    "connection": Phase.BANNER,
    "AUTH": Phase.AUTH, "STARTTLS": Phase.STARTTLS, "after DATA": Phase.MESSAGE, "DATA": Phase.DATA,
}  # fmt: skip
_LOOSE = re.compile(
    r"SMTP error from remote|SMTP timeout|Remote host closed|Malformed SMTP|authenticator failed"
    r"|TLS (?:error|session)|LMTP error|Connection (?:refused|timed out)"
)


def read_exim(line: LogLine, book: Book) -> bool:
    """Read an Exim line into the book; False where it is none."""
    text = line.text
    if text.startswith("Envelope-to: ") and "exim rejected" in book.loose:
        _named(text, book)
        return True
    if not text[:1].isalnum() and text[:1] not in "[H":
        return False
    if text[:1].isdigit() and text[4:5] == "-" and line.program:
        inner = read_line(text)  # syslog with Exim's own time inside
        line.text = text = inner.text
        line.stamp, line.seconds = (inner.stamp, inner.seconds) if inner.stamp else (line.stamp, line.seconds)
    found = _ID.match(text)
    queue = found[1] if found else ""
    start = found.end() if found else 0
    symbol = _SYMBOL.match(text, start) if queue else None
    if symbol is not None:
        _symbol(symbol, line, queue, book)
        return True
    if " rejected " in text and (queue or " H=" in f" {text[:200]}"):
        return _rejected(line, queue, book)
    if queue and _LOOSE.search(text):
        book.keep(f"exim {queue}", text[start:].strip())
        return True
    return bool(queue)


def _symbol(symbol: re.Match[str], line: LogLine, queue: str, book: Book) -> None:
    sign, address, text = symbol[1], symbol[2], line.text[symbol.end() :]
    if sign in ("<=", "(="):
        book.sender(queue, "" if address == "<>" else address)
        if address == "<>":
            parent = re.match(r"R=(\S{10,40})", text)
            if parent:
                book.keep(f"notice {queue}", parent[1])
        return
    if sign == "*>":
        return
    suppressed = address.endswith(":")
    address = address.rstrip(":")
    facts, words = ("", text.strip()) if suppressed and not text.startswith("<") else _split(text)
    parent = re.search(r"<([^<>\s]{1,400})>", facts.split("=")[0]) if "<" in facts[:420] else None
    recipient, original = _who(address, parent[1] if parent else None)
    host = _HOST.search(facts) or _HOST.search(words[:600]) or _IN_WORDS.search(words[:600])
    words = _AFTERWARDS.sub("", words)
    local = (
        bool(re.search(r"\bT=\S*(?:local|pipe|file|spool|maildir|lmtp|lda|dovecot|procmail|virtual)", facts))
        and not host
    )
    own = _OWN.search(line.text)
    event = Event(
        Fortune.SENT,
        line.stamp,
        line.seconds,
        remote=host[1] if host else None,
        local=local,
        source=own[1] if own else None,
    )
    if sign in ("=>", "->", ">>"):
        confirmed = re.search(r'\bC="((?:[^"\\]|\\.){0,2000})"', facts)
        event.said = confirmed[1] if confirmed else ""
    else:
        event.fortune = Fortune.DEFERRED if sign == "==" else Fortune.FAILED
        event.telling = not _EMPTY_HANDED.search(words)
        if not event.telling and sign == "**":
            event.fortune = Fortune.EXPIRED
        loose = book.loose.get(f"exim {queue}", "")
        if "authentication required but authentication attempt" in words and "authenticator failed" in loose:
            words = loose
            event.phase = Phase.AUTH
        event.said, event.frame = answer(words), words
    book.add(queue, recipient, event, original)


def _split(text: str) -> tuple[str, str]:
    """The facts (R=, T=, H=) and the words behind them."""
    place = 0
    for _ in range(40):
        fact = _FACTS.match(text, place)
        if fact is None:
            break
        place = fact.end()
    rest = text[place:].lstrip()
    if rest.startswith(":"):
        return text[:place], rest[1:].strip()
    return text[:place], rest


def _who(address: str, parent: str | None) -> tuple[str, str | None]:
    """A local delivery names a mailbox or a pipe and, in brackets, the address that led there."""
    if parent and "@" not in address:
        return parent, None  # ":blackhole:", a mailbox, a pipe
    return address, parent


def _rejected(line: LogLine, queue: str, book: Book) -> bool:
    match = _REFUSED.search(line.text)
    if match is None:
        return False
    sender = re.search(r"\bF=<([^<>\s]{0,400})>", line.text)
    client = re.search(r"\[([\da-fA-F.:]{2,45})\]", line.text)
    key = queue or f"noqueue {sender[1] if sender else client[1] if client else ''}"
    if sender:
        book.sender(key, sender[1])
    command = match["command"] or ""
    recipient = match["to"] if command == "RCPT" else None
    words = _WHERE.sub("", match["text"].lstrip(": ").strip())
    code = re.search(r"\b[45]\d\d\b", words[:8])
    reply = None if code else ("451" if match["soft"] else "550")
    event = Event(
        Fortune.REFUSED,
        line.stamp,
        line.seconds,
        said=words or match[0],
        reply_code=reply,
        phase=_COMMANDS.get(command),
    )
    book.add(key, recipient, event)
    if recipient is None and queue:
        book.keep("exim rejected", key)
    return True


def _named(text: str, book: Book) -> None:
    """The reject log names the recipients of a message below the line that refuses it."""
    key = book.loose.pop("exim rejected")
    nameless = book.stories.get((key, ""))
    if nameless is None or not nameless.events:
        return
    for recipient in re.findall(r"<([^<>\s]{1,400})>", text)[:1000]:
        book.add(key, recipient, nameless.events[-1])
    nameless.events.clear()
