"""A log line without what every log puts before it: the time, the host, the program."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from mailscope.sources.loglines import without_source

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_CLOCK = r"(\d{1,2}):(\d\d):(\d\d)(?:[.,]\d{1,9})?"
_ZONE = r"(?:\s?(?:Z|[+-]\d\d:?\d\d)\b)?"
_SYSLOG = re.compile(
    rf"(?:[A-Z][a-z]{{2}},?\s+)?([A-Z][a-z]{{2}})\s+(\d{{1,2}})\s+(?:(\d{{4}})\s+)?{_CLOCK}"
    r"(?:\s+([12]\d{3})(?=[\s\]:]))?"
)
_ISO = re.compile(rf"([12]\d{{3}})[-/.](\d\d)[-/.](\d\d)[T ]{_CLOCK}{_ZONE}")
_EUROPE = re.compile(rf"(\d{{1,2}})[-/. ]([A-Z][a-z]{{2}}|\d\d)[-/. ](\d{{4}}|\d\d)[T ,:]+{_CLOCK}{_ZONE}")
_TAI = re.compile(r"@([0-9a-f]{16})[0-9a-f]{8}\b")
_UNIX = re.compile(r"(\d{10})(?:\.\d{1,9})?(?=\s)")
_TAI_BASE = 0x4000000000000000
_TAI_LEAP = 10
"""multilog counts TAI from 10 s after the epoch and knows no leap seconds."""
_PRIORITY = re.compile(r"<\d{1,3}>(1 )?")
_PROGRAM = re.compile(
    r"(?:\[?(?P<host>[A-Za-z0-9][\w.:-]{0,100})\]?\s+)?"
    r"(?P<program>[A-Za-z][\w./-]{0,60})(?:\[(?P<pid>[\w.]{1,40})\])?:\s(?P<blank>\s*)"
)
_STRUCTURED = re.compile(r"(\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) (?:-|(?:\[[^\]]{0,2000}\])+) ?\ufeff?")
_LEVEL = re.compile(
    r"(?:\[ID \d+ [\w.]+\]\s+"
    r"|(?:\[?(?:INFO|NOTICE|WARN(?:ING)?|ERROR|DEBUG|TRACE|CRIT|info|notice|warn(?:ing)?|error|debug)\]?:?\s+))"
)
_MESSAGE_KEYS = ("MESSAGE", "log", "message", "msg", "@message", "textPayload", "line", "raw")
_WIDE = 20_000
_STRANGERS = frozenset({
    "to", "from", "host", "relay", "status", "stat", "delivery", "info", "warning", "error", "fatal", "new",
    "end", "starting", "connect", "reason", "message-id", "client", "mail", "rcpt", "data", "helo", "ehlo",
    "quit", "sending", "smtp", "qmqp", "trace", "debug", "note", "notice", "https", "http", "subject",
    "date", "received",
})  # fmt: skip
"""Words before a colon that are no program."""


@dataclass(slots=True)
class LogLine:
    """One line taken apart; made by the hundred thousand, so plain and not frozen."""

    text: str
    """What is left: the program's own words."""
    stamp: str = ""
    """The time as written."""
    seconds: float | None = None
    """The time as seconds on a clock of its own, for intervals only; None where there is none."""
    program: str = ""
    """Lower case, without a path's first parts being lost: "postfix/smtp", "sm-mta", ""."""
    pid: str = ""
    host: str = ""


def read_line(line: str) -> LogLine:
    """A log line without time, host and program; any text gives a LogLine, in linear time."""
    line = without_source(line[:_WIDE].strip("\r\n"))
    if "&lt;" in line and "<" not in line:
        line = unescape(line)
    if line.startswith("{"):
        return _wrapped(line)
    found = LogLine(line.strip())
    priority = _PRIORITY.match(line)
    start = priority.end() if priority else 0
    if line[start : start + 1] in ('"', "[", "("):
        start += 1
    stop = _stamped(line, start, found)
    if stop == start:
        stop = start = 0
    rest = stop
    while line[rest : rest + 1] in ("]", ")", '"', " ", "\t", ":", ",", "-") and line[rest : rest + 1]:
        rest += 1
    if priority and priority[1]:
        structured = _STRUCTURED.match(line, rest)
        if structured:
            found.host, found.program, found.pid = structured[1], structured[2].lower(), structured[3]
            found.text = line[structured.end() :].strip()
            return found
    level = _LEVEL.match(line, rest)
    rest = level.end() if level else rest
    program = _PROGRAM.match(line, rest)
    if program and _is_program(program, found.stamp != ""):
        found.host, found.program, found.pid = program["host"] or "", program["program"].lower(), program["pid"] or ""
        rest = program.end() - len(program["blank"])
        level = _LEVEL.match(line, rest)
        rest = level.end() if level else rest
    found.text = line[rest:].rstrip()
    return found


def _is_program(match: re.Match[str], stamped: bool) -> bool:
    name = match["program"].lower()
    if name in _STRANGERS or name.endswith((".", "-")):
        return False
    return (
        bool(match["pid"])
        or (stamped and match["host"] is not None)
        or "/" in name
        or name.startswith(("postfix", "qmail", "exim", "dma", "sm-"))
    )


def _stamped(line: str, start: int, found: LogLine) -> int:
    """Read the time at start into found; where it ends, or start where there is none."""
    first = line[start : start + 1]
    if first == "@":
        tai = _TAI.match(line, start)
        if tai:
            found.stamp = tai[0]
            found.seconds = float(max(int(tai[1], 16) - _TAI_BASE - _TAI_LEAP, 0))
            return tai.end()
        return start
    match = _ISO.match(line, start) if first.isdigit() else _SYSLOG.match(line, start)
    if match is not None:
        found.stamp = match[0].strip()
        if match.re is _ISO:
            found.seconds = _seconds((int(match[1]), int(match[2]), int(match[3])), (match[4], match[5], match[6]))
        else:
            month = _MONTHS.get(match[1].lower())
            year = int(match[3] or match[7] or 1972)
            found.seconds = _seconds((year, month, int(match[2])), (match[4], match[5], match[6])) if month else None
        return match.end()
    if first.isdigit():
        return _rarer(line, start, found)
    return start


def _rarer(line: str, start: int, found: LogLine) -> int:
    unix = _UNIX.match(line, start)
    if unix:
        found.stamp, found.seconds = unix[0], float(unix[1])
        return unix.end()
    match = _EUROPE.match(line, start)
    if match is None:
        return start
    month = _MONTHS.get(match[2].lower()) if match[2].isalpha() else int(match[2])
    year = int(match[3]) + (2000 if len(match[3]) == 2 else 0)
    found.stamp = match[0].strip()
    found.seconds = _seconds((year, month, int(match[1])), (match[4], match[5], match[6])) if month else None
    return match.end()


def _seconds(date: tuple[int, int, int], clock: tuple[str, str, str]) -> float:
    hour, minute, second = clock
    return float(_days(*date) * 86400 + int(hour) * 3600 + int(minute) * 60 + int(second))


@lru_cache(maxsize=512)
def _days(year: int, month: int, day: int) -> int:
    """Days since a day long ago, by the calendar's rule; dates that do not exist are counted on."""
    if month <= 2:
        year -= 1
        month += 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * (month - 3) + 2) // 5 + day - 719469


def _wrapped(line: str) -> LogLine:
    """A line inside JSON (journald, Docker, a log shipper): the line itself is read, else the JSON stays the text."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return LogLine(line)
    if not isinstance(entry, dict):
        return LogLine(line)
    inside = entry.get("jsonPayload")
    entry = inside if isinstance(inside, dict) else entry
    for key in _MESSAGE_KEYS:
        inner = entry.get(key)
        if (
            isinstance(inner, str)
            and " " in inner.strip()
            and not inner.lstrip().startswith("{")
            and _alone(entry, key)
        ):
            found = read_line(inner)
            program = (
                entry.get("SYSLOG_IDENTIFIER") or entry.get("ident") or entry.get("program") or entry.get("app") or ""
            )
            if not found.program and isinstance(program, str):
                found.program = program.lower()
            if not found.stamp:
                _outer_time(entry, found)
            return found
    return LogLine(line)


def _alone(entry: dict[str, object], key: str) -> bool:
    """Whether that text is the line: an event with a recipient of its own is read as an event."""
    return not any(re.search(r"rcpt|recipient", other, re.IGNORECASE) for other in entry if other != key)


def _outer_time(entry: dict[str, object], found: LogLine) -> None:
    micro = entry.get("__REALTIME_TIMESTAMP") or entry.get("_SOURCE_REALTIME_TIMESTAMP")
    if isinstance(micro, str) and micro.isdigit() and len(micro) <= 20:
        found.stamp, found.seconds = micro, int(micro) / 1e6
        return
    for key in ("time", "timestamp", "@timestamp", "ts", "date"):
        value = entry.get(key)
        if isinstance(value, str):
            _stamped(value, 0, found)
            return
