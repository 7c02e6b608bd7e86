"""Haraka's log: who a transaction is for is told when it comes in, how it fared only by its id when it goes out."""

import re

from mailscope.bounce.failure import Phase
from mailscope.bounce.logline import LogLine
from mailscope.bounce.logs.book import Book, Event, Fortune
from mailscope.bounce.logs.wording import answer

_LINE = re.compile(
    r"\[(?P<mail>[0-9A-F]{8}-[0-9A-F-]{27}\.\d{1,9})(?P<part>\.\d{1,9})?\] \[(?P<where>core|outbound)\] {1,2}"
    r"(?P<words>.*)",
    re.DOTALL,
)
_TAKEN = re.compile(r"recipient <([^<>\s]{1,500})> code=(\w+)(?: msg=\"([^\"]*)\")?")
_FOR = re.compile(r"hook=get_mx .{0,200}?params=([\w.-]{1,255})")
_ONE = re.compile(r"recipient <([^<>\s]{1,500})> (rejected|deferred): (.*)", re.DOTALL)
_ALL = re.compile(r"(?:bouncing mail|Temp failing \S{1,300} for \d{1,9} seconds): (.*)", re.DOTALL)
_NAMED = re.compile(r"Some recipients (?:temp )?failed: ")
_SPENT = re.compile(r"Too many failures \((.*)\)$", re.DOTALL)
_BROKE = re.compile(
    r"(?:Failed to get socket: (?P<unreached>.*)|Remote end (?P<host>[^\s:]{1,255}):\d+ (?P<closed>closed connection)"
    r"|Ongoing connection failed to [^\s:]{1,255}:\d+ : (?P<error>.*))",
    re.DOTALL,
)
_RESPONSE = re.compile(r"response=\"([^\"]{0,2000})\"")
_PATHS = 200
"""Recipients of one transaction that are kept."""


def read_haraka(line: LogLine, book: Book) -> bool:
    """Read one of Haraka's lines into the book; False for another's."""
    match = _LINE.match(line.text) if line.text[:1] == "[" else None
    if match is None:
        return False
    if match["where"] == "core":
        _taken(match, line, book)
    else:
        _sent(match, line, book)
    return True


def _taken(match: re.Match[str], line: LogLine, book: Book) -> None:
    found = _TAKEN.match(match["words"])
    if found is None:
        return
    if found[2].startswith("DENY"):
        event = Event(Fortune.REFUSED, line.stamp, line.seconds, said=found[3] or "", phase=Phase.RCPT)
        book.add(match["mail"], found[1], event)
        return
    known = book.loose.get(f"haraka {match['mail']}", "").split()
    if len(known) < _PATHS:
        book.keep(f"haraka {match['mail']}", " ".join([*known, found[1]]))


def _sent(match: re.Match[str], line: LogLine, book: Book) -> None:
    words = match["words"]
    part = f"{match['mail']}{match['part'] or ''}"
    domain = _FOR.match(words)
    if domain is not None:
        book.keep(f"haraka domain {part}", domain[1].lower())
        return
    broke = _BROKE.match(words)
    if broke is not None:
        book.keep(f"haraka broke {part}", words)
        return
    one = _ONE.match(words)
    if one is not None:
        fortune = Fortune.FAILED if one[2] == "rejected" else Fortune.DEFERRED
        event = Event(fortune, line.stamp, line.seconds, said=answer(one[3]), phase=Phase.RCPT)
        book.add(match["mail"], one[1], event)
        return
    every = _ALL.match(words)
    if every is not None:
        if not _NAMED.match(every[1]):
            _add(match["mail"], part, _event(every, words, line, book.loose.get(f"haraka broke {part}")), book)
    elif words.startswith("delivered "):
        response = _RESPONSE.search(words)
        said = response[1] if response else ""
        _add(match["mail"], part, Event(Fortune.SENT, line.stamp, line.seconds, frame=said), book)


def _event(every: re.Match[str], words: str, line: LogLine, broke: str | None) -> Event:
    spent = _SPENT.match(every[1])
    fortune = Fortune.DEFERRED if words.startswith("Temp") else Fortune.EXPIRED if spent else Fortune.FAILED
    event = Event(fortune, line.stamp, line.seconds, said=answer(spent[1] if spent else every[1]), frame=every[1])
    event.telling = spent is None or not _NAMED.match(spent[1])  # else the recipients' own lines told why
    why = _BROKE.match(broke) if broke and "Tried all MXs" in every[1] else None
    if why is not None:
        event.said = why["unreached"] or why["error"] or f"{why['closed']} while the message was on its way"
        event.remote = why["host"]
        event.phase = Phase.CONNECT if why["unreached"] else None
    return event


def _add(mail: str, part: str, event: Event, book: Book) -> None:
    """An event of every recipient at the domain that this part of a transaction goes to."""
    domain = book.loose.get(f"haraka domain {part}")
    recipients = book.loose.get(f"haraka {mail}", "").split()
    there = [one for one in recipients if not domain or one.lower().endswith(f"@{domain}")]
    for recipient in there or (None,):
        book.add(mail, recipient, event)
