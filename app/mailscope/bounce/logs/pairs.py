"""Names and values in a log line: to=<a@b>, relay=mx, stat=Deferred: 450 …, result="PermFail"."""

import re

_KEY = re.compile(r"(?<![^\s,;{(|\[])([A-Za-z][\w.-]{0,30})(?:=|\s=\s|:(?=\"|\s?<[^<>\s]*>))")
WORDY = re.compile(
    r"(?:\w*[_.-]?(?:msg|message|reply|response|reason|error|diag(?:nostics?)?|details?"
    r"|text|answer|description|desc|result|explanation))"
    r"|stat|status|err|smtp-reply|lasterror|cause"
)
"""What a server says may hold anything that looks like a name and a value: only these end it."""
_PLAIN = frozenset(
    [
        "to",
        "from",
        "rcpt",
        "sender",
        "recipient",
        "relay",
        "delay",
        "delays",
        "dsn",
        "status",
        "stat",
        "reply",
        "xdelay",
        "mailer",
        "pri",
        "ctladdr",
        "nrcpts",
        "size",
        "class",
        "msgid",
        "proto",
        "daemon",
        "helo",
        "host",
        "ip",
        "code",
        "orig_to",
        "conn_use",
        "source",
        "rcpt_to",
        "mail_from",
        "queue",
        "id",
        "evpid",
        "uuid",
        "result",
        "attempt",
        "attempts",
        "retry",
        "qid",
        "session",
        "client",
        "tls",
        "port",
        "mx",
        "domain",
        "user",
        "sasl_username",
        "cipher",
        "bits",
        "response",
        "reason",
        "duration",
        "time",
        "ts",
        "action",
        "event",
    ]
)
_OPEN = {"<": ">", '"': '"', "'": "'"}
_MOST = 60


def pairs(text: str) -> dict[str, str]:
    """The named values of a line, names in lower case, each one's first; linear in the text."""
    found: dict[str, str] = {}
    matches = list(_keys(text))
    for number, match in enumerate(matches):
        key = match[1].lower()
        start = match.end()
        if key in found:
            continue
        stop = len(text)
        wordy = bool(WORDY.fullmatch(key))
        for later in matches[number + 1 :]:
            if not wordy or (
                text[later.start() - 1] == "|"
                or (later[1].lower() in _PLAIN and text[later.start() - 2 : later.start()] in (", ", "; ", '" ', ","))
            ):
                stop = later.start()
                break
        found[key] = _value(text[start:stop])
    return found


def _keys(text: str) -> list[re.Match[str]]:
    """Names that stand outside quotation marks and angle brackets."""
    kept: list[re.Match[str]] = []
    place = 0
    while len(kept) < _MOST:
        match = _KEY.search(text, place)
        if match is None:
            break
        kept.append(match)
        place = match.end()
        while text[place : place + 1] == " ":
            place += 1
        close = _OPEN.get(text[place : place + 1])
        if close:
            end = _closing(text, place + 1, close)
            place = end + 1 if end >= 0 else place + 1
    return kept


def _closing(text: str, start: int, close: str) -> int:
    end = text.find(close, start)
    while close != ">" and end > 0 and text[end - 1] == "\\":
        end = text.find(close, end + 1)
    return end


def _value(text: str) -> str:
    text = text.strip().rstrip(",;|").rstrip()
    close = _OPEN.get(text[:1])
    if close:
        end = _closing(text, 1, close)
        if end >= 0 and (close != ">" or end == len(text) - 1 or not text[end + 1 :].strip(" ,;:")):
            inner = text[1:end].replace("\\r", "").replace("\\n", "\n") if close != ">" else text[1:end]
            return inner.replace("\\" + close, close) if close != ">" else inner
    return text
