"""Courier: a line of the answer each, then one with the status."""

import re

from mailscope.bounce.logline import LogLine
from mailscope.bounce.logs.book import Book, Event, Fortune
from mailscope.bounce.logs.wording import fortune_of
from mailscope.bounce.unwrap import rejoined

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
    if book.loose.get(f"courier begun {match['id']}") == match["addr"]:
        del book.loose[f"courier begun {match['id']}"]
    event = Event(fortune, line.stamp, line.seconds, said=said, frame=said, remote=book.loose.get(f"{key} host"))
    event.local = line.program in ("courierlocal", "courieruucp", "courierfax")
    book.add(match["id"], match["addr"], event)
    return True


def _started(match: re.Match[str], line: LogLine, book: Book) -> None:
    """An attempt begins: one before it that no line has ended came to nothing; a report says how far it is."""
    queue, recipient = match["id"], match["addr"]
    begun = book.loose.pop(f"courier begun {queue}", "")
    if begun:
        said = "The attempt ended, and the log does not say how."
        book.add(queue, begun, Event(Fortune.DEFERRED, line.stamp, line.seconds, frame=said, telling=False))
    if match["module"] != "dsn":
        book.sender(queue, match["from"])
        book.keep(f"courier begun {queue}", recipient)
    elif match["host"] != "deferred":
        book.end(queue, Event(Fortune.EXPIRED, line.stamp, line.seconds, telling=False))


def _other(line: LogLine, book: Book) -> bool:
    started = _STARTED.match(line.text)
    if started is not None:
        _started(started, line, book)
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
