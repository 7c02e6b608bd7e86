"""Events in JSON, a line each: what sending services and log shippers write."""

import json
import re
from typing import Any

from mailscope.bounce.logline import LogLine, read_line
from mailscope.bounce.logs.book import Book, Event, Fortune
from mailscope.bounce.logs.wording import answer, fortune_of
from mailscope.bounce.sessions.session import phase_of

_TO = re.compile(
    r"(?:recipients?|rcpts?(?:_?to)?|to|email(?:address)?|emailaddress|bouncedrecipients"
    r"|deliveredto|destinations?|envelope_to|recipient_?address)",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"(?:sender|from|mail_?from|envelope_?(?:from|sender)|source|return_?path|friendly_from|orig)", re.IGNORECASE
)
_EVENT = re.compile(
    r"(?:event|type|eventtype|event_?name|status|action|result|bounce_?type|notificationtype"
    r"|delivery_?status|severity|state|outcome|disposition)",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"(?:reason|raw_?reason|response|diagnostic_?code|smtp_?(?:response|msg|message)"
    r"|msg|description|message|error|details?|dsn_?diag|content|delivery_?message"
    r"|last_?error|diag|text|reply)",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?:status|code|(?:smtp_?)?enh?c?h?(?:anced)?_?(?:code|status_?code)|error_?code"
    r"|smtp_?code|dsn(?:_?status)?|esc|status_?code|reply_?code)",
    re.IGNORECASE,
)
_REMOTE = re.compile(
    r"(?:mx_?host|mx|remote(?:_?mta|_?host)?|host|relay|mta|ip|peer_?address|reporting_?mta|server|rhost)",
    re.IGNORECASE,
)
_ID = re.compile(
    r"(?:queue_?id|message_?id|id|uuid|sg_message_id|msgid|messageid|txn|event_?id|mid|session)", re.IGNORECASE
)
_TIME = re.compile(r"(?:timestamp|time|date|@timestamp|ts|event_?time|datetime|logged_?at)", re.IGNORECASE)
_COMMAND = re.compile(r"(?:smtp_?)?(?:command|phase|stage|verb|last_?command)", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>\"',;()\[\]]{1,128}@[^\s<>\"',;()\[\]]{1,255}")
_BARE = frozenset({"name", "value", "addr", "address"})
"""Names that say nothing without the one above."""
_LISTS = ("items", "events", "Records", "records")
"""Names under which an answer of an interface lists events."""
_DEPTH = 6
_MOST = 400


def read_json(text: str, outer: LogLine, book: Book) -> bool:
    """Read an event in JSON, words before it or not, into the book; False where it tells of no recipient."""
    start, stop = text.find("{"), text.rfind("}")
    if text.startswith("["):
        start, stop = 0, text.rfind("]")
    try:
        entry = json.loads(text[start : stop + 1])
    except (ValueError, RecursionError):
        return False
    before = text[:start].strip(" :\t")
    if before and isinstance(entry, dict):
        entry = {**entry, "event": before, "name": entry.get("event")}
        if not any(_WORDS.fullmatch(str(key)) for key in entry):
            entry["message"] = before  # the facts alone are in JSON
    found = False
    several = entry if isinstance(entry, list) else [entry]
    if isinstance(entry, dict):
        listed = next((entry[key] for key in _LISTS if isinstance(entry.get(key), list)), None)
        several = listed if listed and all(isinstance(one, dict) for one in listed) else several
    for event in several[:1000]:
        if isinstance(event, dict):
            found = _event(event, outer, book) or found
    return found


def _event(entry: dict[str, Any], outer: LogLine, book: Book) -> bool:
    flat: list[tuple[str, Any]] = []
    _flatten(entry, flat, 0)
    recipients = _addresses(flat)
    if not recipients:
        return False
    texts = [value for key, value in flat if _WORDS.fullmatch(key) and isinstance(value, str) and value]
    words = next(
        (value for value in texts if re.search(r"\b[245]\d\d[ -]|\b[245]\.\d{1,3}\.\d", value)),
        max(texts, key=len, default=""),
    )
    codes = [
        str(value)
        for key, value in flat
        if _CODE.fullmatch(key) and isinstance(value, (str, int)) and not isinstance(value, bool)
    ]
    status = next((code for code in codes if re.fullmatch(r"[245]\.\d{1,3}\.\d{1,3}", code)), None)
    reply = next((code for code in codes if re.fullmatch(r"[45]\d\d", code)), None)
    events = [value for key, value in flat if _EVENT.fullmatch(key) and isinstance(value, str)]
    fortune = next(
        (one for one in (fortune_of(value, reply or status or "") for value in events) if one), None
    ) or fortune_of(words, reply or status or "")
    if fortune is None:
        return False
    stamp = str(_pick(flat, _TIME) or "")
    line = read_line(stamp + " ") if stamp else outer
    stamp = stamp or outer.stamp
    queue = str(_pick(flat, _ID) or "event")[:200]
    sender = next(
        (match for match in (_ADDRESS.search(str(value)) for key, value in flat if _FROM.fullmatch(key)) if match), None
    )
    if sender:
        book.sender(queue, sender[0])
    remote = _pick(flat, _REMOTE)
    said = answer(words)
    if fortune is not Fortune.SENT and reply and words and not re.match(r"[245]\d\d", said):
        said = f"{reply} {status or ''} {words}".replace("  ", " ")
    own = [text for text in texts if text != words][:3]
    event = Event(
        fortune,
        stamp,
        line.seconds,
        said=said,
        frame=": ".join((*own, words)),
        status=status,
        reply_code=reply if fortune is not Fortune.SENT else None,
    )
    event.remote = re.sub(r"^dns;\s*|^dsn;\s*", "", remote).rstrip(".")[:255] if isinstance(remote, str) else None
    command = _pick(flat, _COMMAND)
    if isinstance(command, str) and fortune is not Fortune.SENT:
        event.phase = phase_of(command) or None
    for recipient in recipients[:1000]:
        book.add(queue, recipient, event)
    return True


def _addresses(flat: list[tuple[str, Any]]) -> list[str]:
    found: dict[str, None] = {}
    for key, value in flat:
        if _TO.fullmatch(key) and isinstance(value, str):
            found.update(dict.fromkeys(_ADDRESS.findall(value[:20_000])))
    return list(found)


def _pick(flat: list[tuple[str, Any]], pattern: re.Pattern[str]) -> Any:
    return next((value for key, value in flat if pattern.fullmatch(key) and value not in (None, "", [], {})), None)


def _flatten(value: Any, into: list[tuple[str, Any]], depth: int, key: str = "") -> None:
    """Names and values of an event, however nested; bounded."""
    if depth > _DEPTH or len(into) >= _MOST:
        return
    if isinstance(value, dict):
        if value.keys() >= {"class", "subject", "detail"}:
            into.append((key, f"{value['class']}.{value['subject']}.{value['detail']}"))
            return
        for name, inner in value.items():
            leaf = str(name).replace("-", "_")
            _flatten(inner, into, depth + 1, key if leaf in _BARE and key else leaf)
    elif isinstance(value, list):
        for inner in value[:200]:
            _flatten(inner, into, depth + 1, key)
    else:
        into.append((key, value))
