"""Sendmail, OpenSMTPD, Courier, and every system that writes names and values."""

import re

from mailscope.bounce.failure import Phase
from mailscope.bounce.logline import LogLine
from mailscope.bounce.logs.book import Book, Event, Fortune
from mailscope.bounce.logs.pairs import WORDY, pairs
from mailscope.bounce.logs.wording import BESIDE, answer, fortune_of
from mailscope.bounce.sessions.session import phase_of

_TO = re.compile(
    r"(?:env(?:elope)?[_.-]?|smtp[_.-]?|orig(?:inal)?[_.-]?)?(?:to|rcpts?|rcpt[_.-]?to"
    r"|recipients?|addr|mail[_.-]?to|dest|recipient[_.-]?address|to[_.-]?address)"
)
_FROM = re.compile(
    r"(?:env(?:elope)?[_.-]?|smtp[_.-]?)?(?:from|sender|mail[_.-]?from|from[_.-]?address|return[_.-]?path)"
)
_STATUS = re.compile(r"\w*[_.-]?(?:status|stat|result|action|disposition|state|event|outcome|exitcode|verdict)")
_CODE = re.compile(r"\w*[_.-]?(?:dsn|code|enhanced|enh(?:anced)?[_.-]?code|enchcode|esc|status)")
_REMOTE = re.compile(
    r"(?:relay|remote|host|mx|remote[_.-]?(?:host|mta|server|addr)|server|destination|rhost|mta|peer|target)"
)
_QUEUE = re.compile(r"(?:evpid|queue[_.-]?id|qid|id|uuid|msg[_.-]?id|message[_.-]?id|mid|txn|session|tx|queue)")
_STAGE = re.compile(r"(?:smtp[_.-]?)?(?:context|command|phase|stage|verb)")
_ID = re.compile(r"id$")
_CODED = re.compile(r"(?<![\w.])[245]\d\d(?:[ -]|$)|(?<![\w.])[245]\.\d{1,3}\.\d")
_ADDRESS = re.compile(r"<?([^\s<>\"',;()]{1,128}@[^\s<>\"',;()\\]{1,255}?)>?(?=[\s,;)\"']|$)")
_SIGNAL = re.compile(
    r"(?:^|[\s,;{\"|])(?:[a-z]{2,10}[_.-]?)?(?:to|rcpts?(?:[_.-]?to)?|recipients?|addr"
    r"|stat|ruleset|reject|address)(?:[=:]|\s=\s)",
    re.IGNORECASE,
)
_SILENCE = re.compile(
    r"([\w-]{8,40}): timeout waiting for (?:input|output) .{0,300}? during client (.{1,40})$", re.DOTALL
)
_SILENT = (
    ("GREETING", Phase.BANNER), ("EHLO", Phase.HELO), ("HELO", Phase.HELO), ("LHLO", Phase.HELO),
    ("STARTTLS", Phase.STARTTLS), ("AUTH", Phase.AUTH), ("MAIL", Phase.MAIL), ("RCPT", Phase.RCPT),
    ("DATA 354", Phase.DATA), ("DATA", Phase.MESSAGE),
)  # fmt: skip
"""What Sendmail was waiting for: an answer to the command, or after DATA 354 to the message itself."""
_DOTS = re.compile(r"([\w-]{8,40}): <([^<>\s]{1,500})>\.\.\. (.*)", re.DOTALL)
_NOTICE = re.compile(
    r"(?P<queue>[\w-]{8,40}): (?P<notice>[\w-]{8,40}): (?P<kind>DSN|sender notify"
    r"|return to sender|postmaster notify|clone)"
)


def read_keyed(line: LogLine, book: Book) -> bool:
    """Read a line of names and values into the book; False where it tells of no recipient."""
    text = line.text
    if "sender notify:" in text or " DSN:" in text or "return to sender:" in text:
        return _sendmail_notice(line, book)
    silence = _SILENCE.match(text) if " during client " in text else None
    if silence:
        # The delivery line that follows says only that the connection timed out.
        book.keep(f"silence {silence[1]}", silence[2].upper())
        return True
    dots = _DOTS.match(text) if ">... " in text[:700] else None
    if dots:
        event = Event(Fortune.REFUSED, line.stamp, line.seconds, said=answer(dots[3]), phase=Phase.RCPT)
        book.add(dots[1], dots[2], event)
        return True
    if not _SIGNAL.search(text[:6000]):
        return _sender_only(line, book)
    named = pairs(text)
    queue = _queue(text, named)
    sender = _first(named, _FROM)
    if sender is not None and queue:
        book.sender(queue, sender.strip("<>"))
    if "reject" in named or (line.text.find("ruleset=") >= 0 and "reject" in text):
        return _ruleset(named, line, queue, book)
    recipients = _recipients(named) or _owner(named)
    if not recipients:
        return False
    words = re.sub(r"^Deferred(?:: |$)", "", _words(named, text))
    status = _first(named, _STATUS) or ""
    code = _code(named)
    fortune = fortune_of(status, code) if status or code else None
    fortune = fortune or fortune_of(words, code) or (Fortune.FAILED if named.get("stat") else None)
    if "result" in named and "stat" in named:
        fortune = fortune_of(named["result"])
    if fortune is None:
        fortune = fortune_of(_before(text))
        words = "" if fortune in (Fortune.FAILED, Fortune.DEFERRED) else words
    if fortune is None or (fortune is Fortune.SENT and not words):
        return False
    said = "" if fortune is Fortune.SENT and not _CODED.search(words) else answer(words)
    event = Event(fortune, line.stamp, line.seconds, said=said, frame=_frame(named, words, text))
    event.status = code if "." in code else None
    reply = next(
        (value for key, value in named.items() if _CODE.fullmatch(key) and re.fullmatch(r"[45]\d\d", value)), None
    )
    event.reply_code = reply
    if reply and said and not re.match(r"[245]\d\d", said):
        event.said = f"{reply} {said}"
    event.remote = _remote(named)
    event.source = named.get("source") or named.get("local_ip") or named.get("src") or None
    event.local = named.get("mailer", "esmtp") in ("local", "prog", "*file*", "cyrus", "procmail", "*include*")
    event.telling = not (fortune is Fortune.EXPIRED and not re.search(r"[245]\d\d", words))
    awaited = book.loose.pop(f"silence {queue}", "") if fortune is not Fortune.SENT else ""
    event.phase = next((phase for word, phase in _SILENT if awaited.startswith(word)), None)
    if event.phase is None and fortune is not Fortune.SENT:
        event.phase = phase_of(re.split(r"[_-]", _first(named, _STAGE) or "")[0])
    event.guessed = line.program.startswith(BESIDE)
    for recipient in recipients[:1000]:
        book.add(queue, recipient, event)
    return True


def _first(named: dict[str, str], keys: re.Pattern[str]) -> str | None:
    return next((value for key, value in named.items() if value and keys.fullmatch(key)), None)


def _recipients(named: dict[str, str]) -> list[str]:
    value = _first(named, _TO)
    if not value:
        return []
    found = [match[1] for match in _ADDRESS.finditer(value[:20_000])]
    return found or ([value] if re.fullmatch(r"[A-Za-z_][\w.+-]{0,100}", value) else [])


def _owner(named: dict[str, str]) -> list[str]:
    """Whose mail a program or a file gets: to=|/usr/bin/procmail, ctladdr=<a@b> (1000/1000)."""
    owner = _ADDRESS.search(named.get("ctladdr", "")) if named.get("to", "")[:1] in ("|", "/") else None
    return [owner[1]] if owner else []


def _code(named: dict[str, str]) -> str:
    """The enhanced code where a name gives one, else the reply code."""
    codes = [
        value
        for key, value in named.items()
        if _CODE.fullmatch(key) and re.fullmatch(r"[245](?:\.\d{1,3}\.\d{1,3}|\d\d)", value)
    ]
    return next((code for code in codes if "." in code), next(iter(codes), ""))


def _words(named: dict[str, str], text: str) -> str:
    """The value that holds a reply, else the one that says most."""
    values = [value for key, value in named.items() if value and WORDY.fullmatch(key) and not _ID.search(key)]
    values = [value for value in values if "{" not in value] or values  # what stands within has a name of its own
    coded = next((value for value in values if _CODED.search(value) and " " in value), None)
    if coded is not None:
        return coded
    if named.get("stat"):
        return named["stat"]
    spoken = [value for value in values if " " in value]
    if spoken:
        return max(spoken, key=len)
    trailing = re.search(r"(?:(?:>|\w)[:,]\s|\()([^=()]{0,40}[245]\d\d[ -].*?)\)?$", text)
    return trailing[1] if trailing else next(iter(values), "")


def _frame(named: dict[str, str], words: str, text: str) -> str:
    """The logging system's own words, the other server's behind them."""
    own = [
        value
        for key, value in named.items()
        if WORDY.fullmatch(key) and " " in value and value != words and not _CODED.search(value)
    ]
    own = [one for one in (_before(text), *own) if one]
    return f"{'; '.join(own)}: {words}" if own else words


def _before(text: str) -> str:
    """The sentence in front of the names: "SMTP RCPT TO rejected (delivery.rcpt-to-rejected) queueId = …"."""
    match = re.match(r"(?:[A-Z]+ )?([A-Za-z][^=<>@]{10,120}?)\s*(?:\([\w.-]{3,60}\)\s*)?(?=[\w.-]{1,30}\s?=)", text)
    return match[1].strip() if match else ""


def _remote(named: dict[str, str]) -> str | None:
    value = _first(named, _REMOTE)
    if not value or value in ("-", "none", "local"):
        return None
    if "mailer" in named and "[" not in value:
        return None  # Sendmail names the domain where it reached no host
    inner = re.search(r"\(([A-Za-z0-9][\w.-]{3,250})\)", value)  # OpenSMTPD: "198.51.100.1 (mx.example)"
    return (inner[1] if inner else re.split(r"[\s\[(,;]", value, maxsplit=1)[0]).strip('<>"').rstrip(".")[:255] or None


def _queue(text: str, named: dict[str, str]) -> str:
    head = re.match(r"(?:\[\w+\]\s+)?([0-9A-Za-z][\w.-]{4,60}): ", text)
    if head and not head[1].islower():
        return head[1]
    return (_first(named, _QUEUE) or (head[1] if head else ""))[:120]


def _sender_only(line: LogLine, book: Book) -> bool:
    match = re.match(r"([0-9A-Za-z][\w.-]{4,60}): from=(<[^<>]{0,400}>|[^,\s]{0,400})", line.text)
    if match is None:
        return False
    book.sender(match[1], match[2].strip("<>"))
    return True


def _sendmail_notice(line: LogLine, book: Book) -> bool:
    match = _NOTICE.match(line.text)
    if match is None:
        return False
    if match["kind"] == "sender notify" and "Warning" in line.text:
        return True
    book.keep(f"notice {match['notice']}", match["queue"])
    if match["kind"] in ("sender notify", "return to sender"):
        book.end(
            match["queue"],
            Event(Fortune.EXPIRED, line.stamp, line.seconds, frame=line.text[match.end() :], telling=False),
        )
    return True


_RULESETS = {
    "check_rcpt": Phase.RCPT, "check_mail": Phase.MAIL, "check_relay": Phase.BANNER, "check_data": Phase.DATA,
    "check_eom": Phase.MESSAGE,
    "check_compat": Phase.RCPT, "check_helo": Phase.HELO, "checkcompat": Phase.RCPT,
}  # fmt: skip


def _ruleset(named: dict[str, str], line: LogLine, queue: str, book: Book) -> bool:
    """Sendmail's own refusals: ruleset=check_rcpt, arg1=<a@b>, relay=…, reject=550 …, and those of its milters."""
    words = named.get("reject") or line.text.rpartition("reject=")[2]
    if not words:
        return False
    ruleset = named.get("ruleset", "").lower()
    phase = _RULESETS.get(ruleset)
    argument = _ADDRESS.search(named.get("arg1", ""))
    recipient = argument[1] if argument and ruleset in ("check_rcpt", "check_compat") else None
    recipient = recipient or next(iter(_recipients(named)), None)
    if phase is None and "milter" in line.text.lower():
        phase = Phase.RCPT if _recipients(named) else Phase.MESSAGE
    book.add(
        queue or "noqueue", recipient, Event(Fortune.REFUSED, line.stamp, line.seconds, said=words.strip(), phase=phase)
    )
    return True
