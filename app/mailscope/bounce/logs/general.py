"""Lines of systems that nobody has seen: an address, an outcome, and perhaps a reply."""

import re

from mailscope.bounce.logline import LogLine
from mailscope.bounce.logs.book import Book, Event, Fortune
from mailscope.bounce.logs.wording import BESIDE, answer, fortune_of

_ADDRESS = re.compile(r"[^\s<>\"',;()\[\]=:{}]{1,128}@[^\s<>\"',;()\[\]\\:{}]{1,255}[^\s<>\"',;()\[\]\\:{}.]")
_TO = re.compile(
    r"(?:\b|(?<=\s))(?:to|for|rcpt|recipient|rcpt[ _]to|addressee|deliver(?:y|ed|ing)?(?: to)?"
    r"|RCPT TO|[-=]>|\*\*|==)\s?[:=]?\s*[<\[\"']{0,3}$",
    re.IGNORECASE,
)
_FROM = re.compile(r"\b(?:from|by|sender|mail[ _]from|F)\s?[:=]?\s*[<\[\"'=]{0,3}$", re.IGNORECASE)
_CODED = re.compile(r"(?<![\w.])[45]\d\d(?:[ -]|$)|(?<![\w.])[245]\.\d\.\d{1,3}(?![\w.])|\b250[ -]")
_SIGNS = {"=>": Fortune.SENT, "**": Fortune.FAILED, "==": Fortune.DEFERRED}
_SIGN = re.compile(r"\s(=>|\*\*|==)\s")
_OUTCOME = re.compile(
    r"\b(?:bounced?|deferred|delivered|transferred|sent|rejected?|refused|failed|failure|undeliverable"
    r"|temporary|permanent|expired|accepted|denied|delayed|success(?:ful(?:ly)?)?"
    r"|giving up|timed out|TempFail|PermFail|error)\b",
    re.IGNORECASE,
)
_QUEUE = re.compile(r"\b(?:(?=[A-Za-z0-9]*\d)[A-Za-z0-9]{8,40}|[0-9A-F]{4,12}(?:-[0-9A-F]{4,12}){1,5})\b")
_HOST = re.compile(
    r"\b(?:host|to|at|via|with|mx|relay|from server|server|by)[ =:]+[<\[]?([A-Za-z0-9][\w-]*(?:\.[\w-]+)+\."
    r"?)(?=[\s\[\]>(:,;]|$)",
    re.IGNORECASE,
)


_ABOUT_MAIL = re.compile(r"deliver|mail|smtp|host|recipient|rcpt|bounce|relay|mx\b", re.IGNORECASE)
_DELIVERED = re.compile(r"\bdelivered\b(?! to)|\bmessage (?:was )?accepted\b|\bqueued as\b", re.IGNORECASE)
_REFUSAL = re.compile(r"(?<![\w.:/-])[45][0-57]\d[ -](?=\S)")


def read_general(line: LogLine, book: Book) -> bool:
    """Read a line that names an address and an outcome; False where it does not.

    What names a recipient only, or a refusal only, is tied to the other by the id that both lines bear.
    """
    text = line.text[:3000]
    if line.program.startswith(BESIDE) and not re.search(r"lmtp|lda", text[:60]):
        return False
    queue = _id(text, line)
    recipient = _recipient(text) if "@" in text else None
    if recipient is None:
        return _later(text, queue, line, book)
    rest = text.replace(recipient, "<>")
    coded = _CODED.search(rest)
    outcome = _OUTCOME.search(rest)
    sign = _SIGN.search(rest[:200])
    if coded is None and outcome is None and sign is None:
        if queue:
            book.keep(f"general {queue}", recipient)
        return False
    words = answer(text)
    fortune = _fortune(words, rest, outcome) or (_SIGNS[sign[1]] if sign else None)
    if fortune is None:
        return False
    # A bare "sent" or "error" without a code is what any program may log about anything.
    if coded is None and fortune is not Fortune.SENT and not _ABOUT_MAIL.search(rest):
        return False
    if queue:
        book.keep(f"general {queue}", recipient)
    host = _HOST.search(_ADDRESS.sub("<>", text))
    book.add(
        queue or "line",
        recipient,
        Event(
            fortune,
            line.stamp,
            line.seconds,
            said="" if fortune is Fortune.SENT and coded is None else words,
            frame=text,
            remote=host[1].rstrip(".") if host else None,
            guessed=True,
        ),
    )
    return True


def _later(text: str, queue: str, line: LogLine, book: Book) -> bool:
    """A refusal without an address: it is about the recipient that an earlier line with the same id named."""
    recipient = book.loose.get(f"general {queue}") if queue else None
    refusal = _REFUSAL.search(text)
    if refusal is None:
        sent = recipient is not None and _DELIVERED.search(text) is not None
        if sent:
            book.add(queue, recipient, Event(Fortune.SENT, line.stamp, line.seconds, frame=text, guessed=True))
        return sent
    words = text[refusal.start() :]
    fortune = Fortune.FAILED if words[0] == "5" else Fortune.DEFERRED
    event = Event(fortune, line.stamp, line.seconds, said=answer(words), frame=text, guessed=True)
    if recipient is not None:
        book.add(queue, recipient, event)
    elif _ABOUT_MAIL.search(text):
        book.spare(event)
    return recipient is not None


def _id(text: str, line: LogLine) -> str:
    """The id of a message or session that a line bears; "" for none."""
    found = _QUEUE.search(_ADDRESS.sub(" ", text)[:160])
    return found[0] if found else line.pid


def _recipient(text: str) -> str | None:
    """The address that is called the recipient, else the first that is not called the sender."""
    spare: str | None = None
    for number, match in enumerate(_ADDRESS.finditer(text)):
        if number > 20:
            break
        before = text[max(0, match.start() - 40) : match.start()]
        if _TO.search(before):
            return match[0]
        if (
            spare is None
            and not _FROM.search(before)
            and not re.search(r"(?:message-?id|msgid|id)[=:]\s*<?$", before, re.IGNORECASE)
        ):
            spare = match[0]
    return spare


def _fortune(words: str, rest: str, outcome: re.Match[str] | None) -> Fortune | None:
    code = re.match(r"([245])\d\d(?:[ -]|$)", words)
    if code:
        return {"2": Fortune.SENT, "4": Fortune.DEFERRED, "5": Fortune.FAILED}[code[1]]
    enhanced = re.search(r"(?<![\w.])([245])\.\d\.\d{1,3}(?![\w.])", rest)
    if enhanced:
        return {"2": Fortune.SENT, "4": Fortune.DEFERRED, "5": Fortune.FAILED}[enhanced[1]]
    return fortune_of(outcome[0]) if outcome else None
