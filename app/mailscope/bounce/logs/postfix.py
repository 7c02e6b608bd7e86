"""Postfix: one line a delivery, and one a mail that it turns away."""

import re

from mailscope.bounce.failure import Phase
from mailscope.bounce.logline import LogLine
from mailscope.bounce.logs.book import Book, Event, Fortune
from mailscope.bounce.logs.pairs import pairs
from mailscope.bounce.logs.wording import answer, fortune_of

_DELIVERY = re.compile(
    r"(?P<queue>[0-9A-Za-z]{5,25}): to=<(?P<to>[^<>\n]{0,600})>,(?P<rest>.*?)\bstatus=(?P<status>[\w-]+)(?"
    r": \((?P<text>.*))?",
    re.DOTALL,
)
_ACTIVE = re.compile(r"(?P<queue>[0-9A-Za-z]{5,25}): from=<(?P<from>[^<>]{0,600})>(?:, status=(?P<status>\w+))?")
_TURNED_AWAY = re.compile(
    r"(?P<queue>NOQUEUE|[0-9A-Za-z]{5,25}): (?:milter-|discard-|filter-)?(?:reject"
    r"|hold|discard)(?:_warning)?: (?P<command>[\w-]+)(?:,PIPELINING)? from (?P<client>\S{1,300}): (?P<tex"
    r"t>.*)",
    re.DOTALL,
)
_CONTENT = re.compile(
    r"(?P<queue>[0-9A-Za-z]{5,25}): reject: (?P<what>header|body|mime-header|nested-header) (?P<line>.{0,2"
    r"000}?) from (?P<client>\S{1,300}); (?P<pairs>.*?)(?:: (?P<text>[45]\.\d.*))?$",
    re.DOTALL,
)
_NOTICE = re.compile(
    r"(?P<queue>[0-9A-Za-z]{5,25}): sender (?:non-delivery|delay|delivery status) notification: (?P<notice"
    r">[0-9A-Za-z]{5,25})"
)
_ANOTHER = re.compile(
    r"(?P<queue>[0-9A-Za-z]{5,25}): (?P<text>(?:host|lost connection|conversation"
    r"|enabling PIX|Cannot start TLS|SASL) .*)",
    re.DOTALL,
)
_COMMANDS = {
    "CONNECT": Phase.BANNER, "EHLO": Phase.HELO, "HELO": Phase.HELO, "MAIL": Phase.MAIL, "RCPT": Phase.RCPT,
    "DATA": Phase.DATA,
    "END-OF-MESSAGE": Phase.MESSAGE, "END-OF-DATA": Phase.MESSAGE, "BDAT": Phase.MESSAGE,
    "STARTTLS": Phase.STARTTLS, "AUTH": Phase.AUTH,
    "unknown": Phase.UNKNOWN,
}  # fmt: skip
_LOCAL = ("/local", "/virtual", "/pipe", "/bounce", "/discard", "/spawn")
_LAST = re.compile(r";\s+(?:client=\S+ )?from=<[^<>]*>|;\s+proto=|;\s+to=<")


def read_postfix(line: LogLine, book: Book) -> bool:
    """Read a Postfix line into the book; False where it is none that tells of mail for somebody."""
    text = line.text
    if "status=" in text:
        match = _DELIVERY.match(text)
        if match:
            _delivery(match, line, book)
            return True
    if ": from=<" in text[:60]:
        match = _ACTIVE.match(text)
        if match:
            book.sender(match["queue"], match["from"])
            if match["status"] == "expired":
                book.end(match["queue"], Event(Fortune.EXPIRED, line.stamp, line.seconds, frame=text, telling=False))
            return True
    if "reject: " in text[:60] or "discard: " in text[:60]:
        return _turned_away(line, book)
    if line.program.endswith(("/smtp", "/lmtp", "/relay")):
        another = _ANOTHER.match(text)
        if another:
            # One host of several: the delivery line will speak of the last one only.
            book.keep(f"tried {another['queue']}", another["text"])
            return True
    match = _NOTICE.match(text) if " notification: " in text else None
    if match:
        book.keep(f"notice {match['notice']}", match["queue"])
        return True
    return False


def _delivery(match: re.Match[str], line: LogLine, book: Book) -> None:
    if not book.takes(match["queue"], match["to"]):
        return
    named = pairs(match["rest"])
    words = (match["text"] or "").strip()
    words = words[:-1] if words.endswith(")") else words
    dsn = named.get("dsn", "")
    fortune = fortune_of(match["status"], dsn) or Fortune.FAILED
    if match["status"].lower() == "softbounce":
        fortune = Fortune.DEFERRED  # soft_bounce = yes keeps in the queue what was refused for good
    relay = named.get("relay", "")
    remote = relay.split("[")[0] if relay not in ("", "none", "local", "virtual") else None
    said = re.search(
        r"\bhost (\S{1,250}?)(?:\[[^\]\s]{1,100}\])?(?::\d+)? (?:said|refused to talk to me): ", words[:400]
    )
    event = Event(
        fortune,
        line.stamp,
        line.seconds,
        said=answer(words[said.end() :]) if said else answer(words) if fortune is Fortune.SENT else words,
        frame=words,
        status=dsn or None,
        remote=(said[1] if said else remote) or None,
        local=line.program.endswith(_LOCAL) or (relay in ("local", "virtual") and not said),
        telling=not (fortune is Fortune.EXPIRED and not words),
    )
    tried = book.loose.pop(f"tried {match['queue']}", "")
    if tried and fortune is not Fortune.SENT:
        event.before = tried
    book.add(match["queue"], match["to"] or None, event, named.get("orig_to"))


def _turned_away(line: LogLine, book: Book) -> bool:
    match = _TURNED_AWAY.match(line.text)
    if match is None:
        content = _CONTENT.match(line.text)
        if content is None:
            return False
        named = pairs(content["pairs"])
        words = content["text"] or named.get("helo", "").partition(": ")[2] or content["line"]
        _refused(book, line, (content["queue"], content["client"]), named, (words, Phase.MESSAGE))
        return True
    text = match["text"]
    cut = _LAST.search(text)
    named = pairs(text[cut.start() + 1 :]) if cut else {}
    words = text[: cut.start()] if cut else text
    phase = _COMMANDS.get(match["command"], Phase.UNKNOWN)
    _refused(book, line, (match["queue"], match["client"]), named, (words.strip(), phase))
    return True


def _refused(
    book: Book, line: LogLine, whence: tuple[str, str], named: dict[str, str], told: tuple[str, Phase]
) -> None:
    recipient = named.get("to") or None
    queue, client = whence
    words, phase = told
    if queue == "NOQUEUE":
        queue = f"noqueue {named.get('from', '') if recipient else client}"
    if "from" in named:
        book.sender(queue, named["from"])
    book.add(queue, recipient, Event(Fortune.REFUSED, line.stamp, line.seconds, said=words, phase=phase, source=client))
