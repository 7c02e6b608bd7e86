"""Courier: a line of the answer each, then one with the status."""

import re

from mailscope.bounce.logbook import Book, Event, Fortune
from mailscope.bounce.logline import LogLine
from mailscope.bounce.unwrap import rejoined
from mailscope.bounce.wording import fortune_of

_LINE = re.compile(
    r"id=(?P<id>[0-9A-Fa-f.]{10,80}),from=<(?P<from>[^<>]{0,400})>,addr=<(?P<addr>[^<>]{0,400})>(?P<mark>["
    r",:])\s?(?P<text>.*)",
    re.DOTALL,
)
_STARTED = re.compile(
    r"started,id=(?P<id>[0-9A-Fa-f.]{10,80}),from=<(?P<from>[^<>]{0,400})>,module=(?P<module>\w+),host=(?P"
    r"<host>[^,]{0,250}),addr=<(?P<addr>[^<>]{0,400})>"
)
_REFUSED = re.compile(
    r"error,relay=(?P<client>[^,]{0,250}),(?:ident=\"[^\"]*\",)?(?:from=<(?P<from>[^<>]{0,400})>,?)?(?:to="
    r"<(?P<to>[^<>]{0,400})>)?:? ?(?P<text>.*)",
    re.DOTALL,
)
_STATUS = {"failure": Fortune.FAILED, "deferred": Fortune.DEFERRED, "success": Fortune.SENT}


def read_courier(line: LogLine, book: Book) -> bool:
    """Read a Courier line into the book; False where it is none."""
    text = line.text
    match = _LINE.match(text)
    if match is None:
        return _other(line, book)
    key = f"courier {match['id']} {match['addr']}"
    book.sender(match["id"], match["from"])
    words = match["text"].strip()
    if match["mark"] == ":":
        before = book.loose.get(key)
        book.keep(key, f"{before}\n{words}" if before else words)
        return True
    if words.startswith("success: "):
        book.keep(f"{key} host", words.removeprefix("success: delivered: ").split(" ")[0])
        return True
    if not words.startswith("status: "):
        return True
    fortune = _STATUS.get(words.removeprefix("status: ").split(",")[0].strip())
    if fortune is None:
        return False
    said = rejoined(book.loose.pop(key, ""))
    event = Event(fortune, line.stamp, line.seconds, said=said, frame=said, remote=book.loose.get(f"{key} host"))
    event.local = line.program in ("courierlocal", "courieruucp", "courierfax")
    book.add(match["id"], match["addr"], event)
    return True


def _other(line: LogLine, book: Book) -> bool:
    started = _STARTED.match(line.text)
    if started is not None:
        book.sender(started["id"], started["from"])
        return True
    if line.text.startswith(("newmsg,", "completed,", "started,")):
        return True
    refused = _REFUSED.match(line.text)
    if refused is None or not re.match(r"[45]\d\d[ -]", refused["text"]):
        return False
    key = f"noqueue {refused['from'] or ''}"
    fortune = Fortune.REFUSED if fortune_of(refused["text"]) is not Fortune.SENT else Fortune.SENT
    book.add(key, refused["to"] or None, Event(fortune, line.stamp, line.seconds, said=refused["text"]))
    return True
