"""OpenSMTPD: deliveries, and errors of sessions that no delivery line repeats."""

import re

from mailscope.bounce.failure import Phase
from mailscope.bounce.logline import LogLine
from mailscope.bounce.logs.book import Book, Event, Fortune
from mailscope.bounce.logs.pairs import pairs
from mailscope.bounce.logs.wording import answer, fortune_of

_DELIVERY = re.compile(
    r"\bmta (?:event=)?delivery\b|\bmda (?:event=)?delivery\b|\bevent=delivery\b|\bbounce (?:event=)?deliv"
    r"ery\b|relay: (?:Ok|TempFail|PermFail|Loop) for "
)
_EXPIRE = re.compile(r"(?:relay|delivery|mda|queue)?:? ?Expire for ([0-9a-f]{8,16})\b")
_SESSION = re.compile(r"([0-9a-f]{16}) mta (?:event=)?(connecting|connected|error|tls|disconnected)\b(.*)", re.DOTALL)
_OLD = re.compile(
    r"(?:relay|mda|mta|local|delivery|bounce): (Ok|TempFail|PermFail|Loop|Expire) for ([0-9a-f]{8,16}): (.*)", re.DOTALL
)
_REJECTED = re.compile(
    r"(BANNER|HELO|EHLO|LHLO|AUTH|STARTTLS|MAIL|RCPT|DATA|MESSAGE|QUIT|RSET) rejected: (.*)", re.DOTALL
)
_FAILED_COMMAND = re.compile(
    r"smtp (?:event=)?failed-command (?:address=\S+ host=\S+ )?"
    r'command="(?P<command>[^"]{0,600})" result="(?P<result>[^"]{0,2000})"'
)
_PHASES = {
    "BANNER": Phase.BANNER, "HELO": Phase.HELO, "EHLO": Phase.HELO, "LHLO": Phase.HELO, "AUTH": Phase.AUTH,
    "STARTTLS": Phase.STARTTLS,
    "MAIL": Phase.MAIL, "RCPT": Phase.RCPT, "DATA": Phase.DATA, "MESSAGE": Phase.MESSAGE,
}  # fmt: skip
_UNTOLD = re.compile(
    r"network error on destination|connection closed unexpectedly$|destination seem to reject all"
    r"|all (?:MXs|routes)|no valid route",
    re.IGNORECASE,
)
_SAME_SESSION = 30.0
"""Seconds between an answer and the end of the connection."""
_FORTUNES = {
    "ok": Fortune.SENT, "tempfail": Fortune.DEFERRED, "permfail": Fortune.FAILED, "loop": Fortune.FAILED,
    "expire": Fortune.EXPIRED,
}  # fmt: skip


def read_opensmtpd(line: LogLine, book: Book) -> bool:
    """Read an OpenSMTPD line into the book; False where it is none."""
    text = line.text
    expire = _EXPIRE.match(text)
    if expire:
        _delivery(expire[1], pairs(text[expire.end() :].lstrip(": ")), Fortune.EXPIRED, line, book)
        return True
    old = _OLD.match(text)
    if old:
        _delivery(old[2], pairs(old[3]), _FORTUNES[old[1].lower()], line, book)
        return True
    if _DELIVERY.search(text[:120]):
        named = pairs(text)
        fortune = _FORTUNES.get(named.get("result", "").lower()) or fortune_of(
            named.get("result", named.get("status", ""))
        )
        if fortune is None or not named.get("to"):
            return False
        _delivery(named.get("evpid", ""), named, fortune, line, book)
        return True
    session = _SESSION.match(text)
    if session:
        _session(session, book)
        return True
    return _failed_command(line, book)


def _delivery(queue: str, named: dict[str, str], fortune: Fortune, line: LogLine, book: Book) -> None:
    words = named.get("stat", "")
    relay = re.search(r"\(([^()\s]{3,250})\)", named.get("relay", ""))
    event = Event(fortune, line.stamp, line.seconds, said=answer(words), frame=words)
    event.remote = relay[1] if relay else None
    event.source = named.get("source", "-").strip("-") or None
    event.telling = fortune is not Fortune.EXPIRED
    event.local = "user" in named and "relay" not in named
    if fortune is Fortune.DEFERRED and _UNTOLD.search(words):
        _from_session(event, named, book)
    if event.frame == "Connection closed unexpectedly" and _just_told(queue, named.get("to"), line, book):
        event.telling = False
    sender = named.get("from")
    if sender is not None:
        book.sender(queue, sender)
    book.add(queue, named.get("to"), event, named.get("rcpt", "-").strip("-<>") or None)


def _just_told(queue: str, recipient: str | None, line: LogLine, book: Book) -> bool:
    """Whether this attempt has been told already: the server answered, and then hung up."""
    story = book.stories.get((queue, (recipient or "").lower()))
    last = story.events[-1] if story and story.events else None
    if last is None or last.seconds is None or line.seconds is None:
        return False
    return bool(re.match(r"[45]\d\d", last.said)) and abs(line.seconds - last.seconds) <= _SAME_SESSION


def _from_session(event: Event, named: dict[str, str], book: Book) -> None:
    """The delivery line says only that no host took the mail: the error of the session to that domain says why."""
    domain = (named.get("relay") or named.get("to", "").rpartition("@")[2]).strip("[]").lower()
    words = book.loose.get(f"mta {domain}") or book.loose.get(f"mta {named.get('to', '').rpartition('@')[2].lower()}")
    sure = words is not None
    words = words or book.loose.get("mta last")
    if not words:
        return
    host, _, reason = words.partition(" ")
    rejected = _REJECTED.match(reason)
    event.remote = event.remote or (host if sure else None)
    event.said = answer(rejected[2]) if rejected else reason
    event.frame = reason
    event.stated = False  # one error among those of a busy hour: the log does not say that it was this one
    if rejected:
        event.phase = _PHASES.get(rejected[1])
    elif re.search(r"SSL|TLS|certificate", reason):
        event.phase = Phase.STARTTLS


def _session(match: re.Match[str], book: Book) -> None:
    ident, what, rest = match[1], match[2], match[3]
    if what == "connecting":
        host = pairs(rest).get("host") or re.search(r"//([^\s:]{3,250})", rest)
        book.keep(f"mta host {ident}", host if isinstance(host, str) else host[1] if host else "")
    elif what == "error":
        host_name = book.loose.get(f"mta host {ident}", "")
        reason = rest.partition("reason=")[2].strip()
        book.keep("mta last", f"{host_name or '-'} {reason}")
        labels = host_name.lower().strip("[]").split(".")
        for start in range(len(labels) - 1):
            book.keep(f"mta {'.'.join(labels[start:])}", f"{host_name} {reason}")


def _failed_command(line: LogLine, book: Book) -> bool:
    """Mail that this server itself turned away."""
    match = _FAILED_COMMAND.search(line.text)
    if match is None:
        return False
    verb = match["command"].split(" ")[0].split(":")[0].upper()
    address = re.search(r"<([^<>\s]{0,400})>", match["command"])
    recipient = address[1] if address and verb == "RCPT" else None
    book.add(
        f"smtp {line.text[:16]}",
        recipient,
        Event(Fortune.REFUSED, line.stamp, line.seconds, said=match["result"], phase=_PHASES.get(verb)),
    )
    return True
