"""Lines of mail logs, by their shape: a time stamp and a program that handles mail, or a table with named columns."""

import re
from dataclasses import dataclass

_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_CLOCK = r"\d{1,2}:\d\d:\d\d(?:[.,]\d+)?"
_ISO = rf"\d{{4}}[-/]\d\d[-/]\d\d[T ]{_CLOCK}(?:Z|\s?[+-]\d\d:?\d\d)?"
_STAMPED = re.compile(
    rf"(?:<\d{{1,3}}>1?\s?)?[\"\[(]?(?:(?:{_MONTHS})\s+\d{{1,2}}\s(?:\d{{4}}\s)?{_CLOCK}\b|{_ISO}"
    rf"|\d{{1,2}}[-/ ](?:{_MONTHS}|\d\d)[-/ ]\d{{2,4}}\s{_CLOCK}|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\s\w{{3}}\s+\d{{1,2}}"
    rf"\s{_CLOCK}(?:\s\d{{4}})?:?\s|@[0-9a-f]{{24}}\b|\d{{10}}\.\d{{1,9}}\s)"
)
_SOURCE = re.compile(
    rf"(?:[\w.@-]{{1,60}}\s{{1,30}}\|\s|(?:/[\w.+-]{{1,60}}){{1,8}}[:-]|\d{{1,8}}[:-]){{1,2}}\s?(?={_STAMPED.pattern})"
)
_DAEMON = re.compile(
    r"(?:^|[\s/])(?i:postfix(?:-\w+)?/\S+|exim\d?|sendmail|sm-mta|sm-msp-queue|smtpd|courieresmtp|courierd|courierlocal"
    r"|dma|qmail|qmail-\w+|opendkim|opendmarc|amavis|rspamd|dovecot|nullmailer\S*|ssmtp|msmtp|MailScanner|policyd-spf"
    r"|spamd|milter-\w+|esmtpd|haraka|maddy|stalwart\S*|chasquid)(?:\[[\w.]+\])?:\s"
)
_MAIL_WORDS = re.compile(
    r"status=(?:sent|bounced|deferred|expired|undeliverable)|\bstat=|\bdsn=[245]\."
    r"|\brelay=|\b(?:from|to|ctladdr|rcpt)=<|\b(?:recipients?|rcpts?(?:_?to)?|to)\s?=\s?\"?\S{1,128}@"
    r"|\S@\S{1,250}.{0,200}?\s[245]\d\d[ -][A-Za-z\d]|\"(?:rcpt|recipient|to)\":\s?\[?\""
    r"|\s(?:<=|=>|->|\*\*|==|>>)\s\S+|\b[HRTP]=\S|delivery \d+: |starting delivery \d+|(?:new|end) msg \d+"
    r"|info msg \d+: bytes|\bsmtp\b|\bmessage-id=|\bmta (?:delivery|error|connect)|\b(?:SENT|RECEIVED): "
    r"|\[[0-9A-F-]{36}(?:\.\d+)+\] \[(?:core|outbound)\]"
    r"|\bmail from\b|\brcpt to\b|queued as|\bCompleted\b|\bDSN\b|R=\w+ T=\w+",
    re.IGNORECASE,
)
_QMAIL = re.compile(
    r"(?:new msg \d+|info msg \d+: |starting delivery \d+: |delivery \d+: |status: local \d+/|end msg \d+)"
)
_NULLMAILER = re.compile(
    r"(?:Rescanning queue\.|Starting delivery[,:]|smtp: (?:Failed|Succeeded):|qmqp: (?:Failed|Succeeded):"
    r"|From: <[^<>]*> to: <|Sending failed:|Sent file\.|Delivery complete, \d+ message|Trigger pulled\.)"
)
_POSTFIX = re.compile(r"(?:[0-9A-F]{6,}|[0-9A-Za-z]{10,}): to=<[^<>]*>,.{0,400}?\bstatus=\w")
_OPENSMTPD = re.compile(r"[0-9a-f]{16} (?:mta|mda|bounce|smtp) (?:event=)?[a-z-]{3,20}(?: |$)")
_TABLE = re.compile(
    r"#(?:Software|Log-type|Fields|Version): |date-time,(?:client-ip|connector-id|session-id|hostname)|type,timeLogged,"
    r"|\"?(?:Received|Timestamp|date_time_utc|origin_timestamp_utc)\"?,\"?(?:SenderAddress"
    r"|Sender|sender_address|MessageId)"
)
_JSON = re.compile(
    r"(?i)\{\s*(?:\"[^\n]{0,4000})?\"(?:event|type|eventType|notificationType|bounce\w*|status"
    r"|response|delivery\w*|recipient\w*|rcpt\w*|smtp\w*)\"\s*:"
)
_REPLY = re.compile(r"\s*[245]\d\d[ -]")
_WRAPPED = re.compile(r"\"(?:MESSAGE|message|log|msg)\"\s*:\s*\"([^\"]{0,800})")
_COLUMNS = re.compile(r"\"?[^\W\d][\w .()-]{0,40}\"?(?:[,;\t]\"?[^\W\d][\w .()-]{0,40}\"?){3,80}")
_WHOM = re.compile(
    r"recipient|rcpt|\bemail\b|\bto[_ -]?address|\benvelope[_ -]?to\b|empf(?:ä|ae)nger|destinataire|destinatari",
    re.IGNORECASE,
)
_HOW = re.compile(
    r"status|event|reason|result|diag|response|outcome|action|antwort|r[ée]ponse|respuesta|stat[uo]", re.IGNORECASE
)
_LOGFMT = re.compile(
    r"(?:[a-z][\w.-]{0,30}=(?:\"[^\"\n]{0,500}\"|[^\s\"|]{0,200})[ |]){2}.{0,600}\b(?:rcpts?|recipients?|to)=",
    re.IGNORECASE,
)
_LINES = 2_000
_STAMPED_ONLY = "stamped with a time"


@dataclass(frozen=True, slots=True)
class LogLines:
    """What speaks for a mail log among the first lines of a text."""

    lines: int
    """Lines that are not blank."""
    logged: int
    """Lines in a log's shape that are about mail."""
    stamped: int
    """Lines that begin with a time."""
    named: int
    """Of the logged ones, those of a known program or form; the others bear a time and words of mail."""
    family: str
    """"syslog", "table", "JSON", "nullmailer", … for the sentence that says why."""

    @property
    def is_log(self) -> bool:
        """Whether the text is an excerpt of a log."""
        return bool(self.logged) and (self.logged + max(self.stamped - self.logged, 0)) * 2 > self.lines

    @property
    def basis(self) -> str:
        """Why, in a few words."""
        return f"{self.logged} of {self.lines} lines are mail log lines ({self.family})"


def read_log_lines(text: str) -> LogLines:
    """Count the lines that look logged; linear, bounded."""
    lines = logged = stamped = named = 0
    family = _STAMPED_ONLY
    table = block = False
    for line in text.splitlines()[:_LINES]:
        if not line.strip() or line.startswith("```"):
            continue
        if logged and _REPLY.match(line):
            continue  # the further lines of a reply that was logged as it came
        if logged and (block or line.startswith("Envelope-")):
            # Exim's reject log shows the header of what was refused, down to a rule.
            block = not line.startswith("-----")
            continue
        lines += 1
        inner = _WRAPPED.search(line[:2000]) if line.startswith("{") else None
        line = line[:1000] if not inner or _JSON.match(line) else inner[1]
        line = without_source(line.lstrip())
        if table or _TABLE.match(line) or (lines == 1 and _is_header(line)):
            table, family = True, "a table"
            logged += 1
            named += 1
            continue
        time = _STAMPED.match(line)
        stamped += bool(time)
        rest = line[time.end() :] if time else line
        kind = _family(rest, bool(time or inner))
        if kind:
            family = kind
            logged += 1
            named += kind != _STAMPED_ONLY
    return LogLines(lines, logged, stamped, named, family)


def without_source(line: str) -> str:
    """A line without what stands before its time: a container's or a file's name, the number of a line."""
    source = _SOURCE.match(line)
    return line[source.end() :] if source else line


def _is_header(line: str) -> bool:
    """Whether a line names columns, and those of deliveries."""
    return bool(_COLUMNS.fullmatch(line.rstrip()) and _WHOM.search(line) and _HOW.search(line))


def _family(rest: str, stamped: bool) -> str:
    """What kind of log line this is; "" for none."""
    daemon = _DAEMON.search(rest[:120])
    if daemon and (stamped or daemon.start() == 0):
        return "syslog"
    if _QMAIL.match(rest.lstrip(" :")):
        return "qmail"
    if _NULLMAILER.match(rest):
        return "nullmailer"
    if _POSTFIX.match(rest):
        return "Postfix"
    if _LOGFMT.match(rest):
        return "names and values"
    if _OPENSMTPD.match(rest):
        return "OpenSMTPD"
    if stamped and _MAIL_WORDS.search(rest):
        return _STAMPED_ONLY
    brace = rest.find("{", 0, 160)
    return "JSON" if brace >= 0 and not (stamped and brace == 0) and _JSON.match(rest, brace) else ""
