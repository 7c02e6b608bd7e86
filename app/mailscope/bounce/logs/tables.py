"""Logs in columns: Exchange's message tracking, message traces, PowerMTA's accounting, and what has a header."""

import csv
import re

from mailscope.bounce.failure import Phase
from mailscope.bounce.logline import LogLine, read_line
from mailscope.bounce.logs.book import Book, Event, Fortune
from mailscope.bounce.logs.wording import answer, fortune_of

_COLUMNS = {
    "recipient": r"empf(?:ä|ae)nger(?:adresse)?|destinataire|destinatario"
    r"|(?:recipient|rcpt|to)(?:[-_ ]?(?:address|addresses|s))?|rcptto|recipientaddress(?:es)?"
    r"|to[-_]address|email|envelope[-_ ]?to|deliveredto|orcpt",
    "sender": r"absender|exp[ée]diteur|remitente|mittente"
    r"|(?:sender|from|orig|originator)(?:[-_ ]?address)?|mailfrom|mail[-_ ]from|return[-_ ]path|senderaddress",
    "event": r"event[-_ ]?id|event(?:[-_ ]?status)?|status|action|type|delivery[-_ ]?status|state|result|dsnaction"
    r"|eventtype|outcome",
    "words": r"antwort|r[ée]ponse|respuesta|risposta|fehler(?:meldung)?"
    r"|recipient[-_ ]?status|event[-_ ]?(?:description|details?)|dsn[-_ ]?diag|detail|details|reason"
    r"|diagnostic(?:[-_ ]?code)?"
    r"|response|smtp[-_ ]?response|error(?:[-_ ]?message)?|bounce[-_ ]?reason|message[-_ ]?status"
    r"|description|lasterror|remote[-_ ]?response",
    "code": r"dsn[-_ ]?status|(?:event |smtp )*reply[-_ ]?code|status[-_ ]?code|enhanced[-_ ]?code|dsn"
    r"|smtp[-_ ]?code|code",
    "queue": r"internal[-_ ]?message[-_ ]?id|message[-_ ]?id|messageid|msgid|id|queue[-_ ]?id"
    r"|jobid|message[-_ ]?trace[-_ ]?id|header_message-id",
    "remote": r"server[-_ ]?hostname|event[-_ ]target|server[-_ ]?ip|toip|dsnmta|dlvdestinationip|remote[-_ ]?host"
    r"|mx|destination[-_ ]?ip|to[-_ ]?ip|relay|connector[-_ ]?id",
    "time": r"date[-_ ]?time(?:[-_ ]?utc)?|timelogged|received|timestamp|time|date|processed|event[-_ ]date"
    r"|origin[-_ ]?timestamp(?:[-_ ]?u"
    r"tc)?|datetime",
    "source": r"source[-_ ]?context|dlvsourceip|fromip|client[-_ ]?ip|original[-_ ]?client[-_ ]?ip|local[-_ ]?endpoint",
}
_NAMES = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _COLUMNS.items()}
_EXCHANGE = {
    "send": Fortune.SENT, "sendexternal": Fortune.SENT, "deliver": Fortune.SENT, "fail": Fortune.FAILED,
    "defer": Fortune.DEFERRED, "dsn": None, "receive": None,
    "submit": None, "transfer": None, "haredirect": None, "hadiscard": None, "expand": Fortune.EXPANDED,
    "resolve": None, "redirect": None,
    "badmail": Fortune.FAILED, "poisonmessage": Fortune.FAILED, "submitfail": Fortune.FAILED,
    "submitdefer": Fortune.DEFERRED,
    "r": None, "rs": None, "agentinfo": None, "pending": Fortune.DEFERRED, "filteredasspam": Fortune.FAILED,
    "quarantined": Fortune.FAILED,
    "gettingstatus": None, "processmeetingmessage": None, "duplicatedeliver": None, "drop": Fortune.FAILED,
}  # fmt: skip
_HEADERISH = re.compile(r"#?(?:Fields: )?\"?[^\W\d][\w .()-]{1,40}\"?(?:[,;\t]\"?[^\W\d][\w .()-]{0,40}\"?){2,80}\s*$")
_LED = re.compile(r"\{LED=((?:[^{}]|\{[^{}]*\}){1,3000})\}")
_FQDN = re.compile(r"\{FQDN=([^{}]{1,250})\}")
_ADDRESS = re.compile(r"[^\s<>\"',;()\[\]]{1,128}@[^\s<>\"',;()\[\]]{1,255}")
_SESSION_COLUMNS = frozenset({"session-id", "sequence-number", "data"})


class Table:
    """Reads the lines of one table; a header line begins another."""

    def __init__(self) -> None:
        self.at: dict[str, int] = {}
        self.names: list[str] = []
        self.comma = ","

    @property
    def sessions(self) -> bool:
        """Whether the columns are those of an SMTP protocol log."""
        return set(self.names) >= _SESSION_COLUMNS

    def header(self, line: str) -> bool:
        """Take a line as the names of the columns; False where it is none."""
        if line.startswith("#") and not line.startswith("#Fields:"):
            return line.startswith(("#Software", "#Version", "#Log-type", "#Date"))
        if not _HEADERISH.match(line[:4000]):
            return False
        bare = line.removeprefix("#Fields:").strip()
        self.comma = max(",;\t", key=bare.count)
        self.names = [name.strip().strip('"').lower() for name in bare.split(self.comma)]
        self.at = {}
        for kind, pattern in _NAMES.items():
            found = [place for place, name in enumerate(self.names) if pattern.fullmatch(name)]
            if found:
                self.at[kind] = min(found, key=lambda place: _rank(kind, self.names[place]))
        if "recipient" not in self.at and "recipient_status" in self.names:
            self.at["recipient"] = self.names.index("recipient_status")
        return "recipient" in self.at or self.sessions

    def row(self, line: str, book: Book) -> bool:
        """Read a row into the book; False where it tells of no recipient."""
        cells = self.cells(line)
        if not cells or "recipient" not in self.at:
            return False
        recipients = _ADDRESS.findall(self._cell(cells, "recipient")[:20_000].split("##")[0])
        words = self._cell(cells, "words")
        listed = re.search(r"##(?:[^#]{0,200},)?\s?(\w+)\s*$", words)
        if listed:  # Microsoft's summary: "a@b.example##Receive, Deliver"
            words, cells = "", [*cells, listed[1]]
            self.at["event"] = len(cells) - 1
        fortune = self._fortune(cells, words)
        queue = self._cell(cells, "queue").strip("<>") or "row"
        sender = self._cell(cells, "sender")
        book.sender(queue, "" if sender in ("<>", "-") else sender.strip("<>"))
        if fortune is None or not recipients:
            return bool(recipients)
        stamp = self._cell(cells, "time")
        stamped: LogLine = read_line(stamp)
        each = (
            words.split(";")
            if len(recipients) > 1 and words.count(";") == len(recipients) - 1
            else [words] * len(recipients)
        )
        for recipient, own in zip(recipients[:1000], each, strict=False):
            book.add(queue, recipient, self._event(own, fortune, cells, stamped, stamp))
        return True

    def _event(self, words: str, fortune: Fortune, cells: list[str], stamped: LogLine, stamp: str) -> Event:
        led, fqdn = _LED.search(words), _FQDN.search(words)
        text = led[1] if led else words
        inner = re.search(r"->\s*(?=[245]\d\d[ -])", text)
        text = text[inner.end() :] if inner else text  # the other server's own words within Exchange's
        code = self._cell(cells, "code")
        event = Event(fortune, stamp, stamped.seconds, said=answer(text), frame=text)
        status = re.match(r"([245]\.\d{1,3}\.\d{1,3})\b", code)
        event.status = status[1] if status else None
        told = self._cell(cells, "event").lower() in ("send", "sendexternal") or "event-id" not in self.names
        remote = fqdn[1] if fqdn else self._cell(cells, "remote") if told else ""
        event.remote = re.split(r"[\s(;]", remote)[0][:255] or None if remote else None
        event.source = self._cell(cells, "source") or None
        event.telling = bool(text.strip())
        if "RESOLVER." in text:
            event.local, event.stated = True, False
        elif "STOREDRV" in text:
            event.phase = Phase.DELIVERY
        return event

    def _fortune(self, cells: list[str], words: str) -> Fortune | None:
        event = self._cell(cells, "event").strip().lower()
        code = self._cell(cells, "code")
        if event in _EXCHANGE:
            return _EXCHANGE[event]
        return fortune_of(event, code) or (fortune_of(words, code) if words else None)

    def cells(self, line: str) -> list[str]:
        """The cells of a row, quotation marks undone; () for what no row can be."""
        try:
            return next(csv.reader([line[:60_000].replace("\0", "")], delimiter=self.comma), [])
        except csv.Error:
            return line[:60_000].split(self.comma)

    def _cell(self, cells: list[str], kind: str) -> str:
        place = self.at.get(kind, -1)
        return cells[place].strip() if 0 <= place < len(cells) else ""


def _rank(kind: str, name: str) -> int:
    """Of several columns that fit, the one that says it best."""
    order = {
        "event": ("event-id", "dsnaction", "event", "status", "delivery_status", "type"),
        "words": ("dsndiag", "recipient-status", "diagnostic", "reason", "detail", "response"),
        "recipient": ("recipient-address", "recipientaddress", "rcpt", "recipient", "to"),
        "remote": ("server-hostname", "dsnmta", "dlvdestinationip", "server-ip", "toip"),
        "queue": ("message-id", "messageid", "id"),
        "source": ("dlvsourceip", "local-endpoint"),
    }.get(kind, ())
    return order.index(name) if name in order else len(order)
