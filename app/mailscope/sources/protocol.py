"""Lines of protocol logs that hold a command with its reply, or write blanks as "+": what was said, told apart."""

import re
from collections.abc import Iterator
from html import unescape

_TAB = re.compile(
    r"(?P<before>[^\t\n]{0,80}(?:\t[^\t\n]{0,80}){1,8}?\t)(?:[A-Z]{4,8}\t)?"
    r"(?P<command>(?:(?:EHLO|HELO|LHLO)[ ]\S|MAIL FROM:|RCPT TO:|AUTH |BDAT \d"
    r"|(?:\.|DATA|STARTTLS|RSET|QUIT|NOOP)(?=\t))[^\t\n]{0,1000})\t(?P<reply>[2-5]\d\d[ -][^\t\n]{0,2000})",
    re.IGNORECASE,
)
_OUT = re.compile(
    r"(?P<before>.{0,120}?)\bOutboundConnection(?P<way>Command|Response) SMTPSVC\d+ \S{1,100} \S{1,60} \d{1,5}"
    r" (?P<said>.{1,2000})"
)
_IN = re.compile(
    r"(?P<before>.{0,120}?)\bSMTPSVC\d+ \S{1,100} \S{1,60} \d{1,5}"
    r" (?P<verb>EHLO|HELO|MAIL|RCPT|DATA|QUIT|RSET|AUTH|STARTTLS) (?P<said>.{1,2000})"
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_BREAK = re.compile(r"(?:<br ?/?>){1,3}\s*$", re.IGNORECASE)
_REMARK = re.compile(r"\s{2,80}(?:<={1,5}|<-{2,5}|//)\s[^<>]{1,200}$")
"""What somebody wrote beside a line for others."""
_TURN = re.compile(r"\s(?=(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\s{1,3})?(?:SERVER -> CLIENT|CLIENT -> SERVER):)")
_INNER = re.compile(r" (?=250[- ])")
_SHORT = 300
"""Characters of a line beside which somebody writes."""
_MANY = 4
_WIDE = 200_000
_STATUS = re.compile(r"[2-5]\d\d")


def told_apart(lines: list[str]) -> list[str]:
    """The lines, those of such logs as one for each side: tabs between command and reply, and IIS's W3C fields.

    Linear; other lines stay as they are.
    """
    found: list[str] = []
    for line in _in_lines(lines):
        if "\t" in line:
            match = _TAB.match(line)
            found += [f"{match['before']}{match['command']}", f"{match['before']}{match['reply']}"] if match else [line]
        elif "SMTPSVC" in line:
            found += _of_iis(line)
        else:
            found.append(line)
    return found


def _in_lines(lines: list[str]) -> Iterator[str]:
    """Lines as they were before a web page, or a person's remarks, got hold of them."""
    for line in lines:
        if "&gt;" in line or "&lt;" in line:
            line = unescape(line)
        if len(line) <= _SHORT and ("<=" in line or "<-" in line or "//" in line):
            line = _REMARK.sub("", line)
        elif line.rstrip().endswith(">"):
            line = _BREAK.sub("", line)
        if line.count(" -> ", 0, _WIDE) < _MANY:
            yield line
            continue
        for piece in _TURN.split(line[:_WIDE]):
            server = piece.find("SERVER -> CLIENT:") >= 0
            yield from _INNER.sub("\n", piece).split("\n") if server else [piece]


def _of_iis(line: str) -> list[str]:
    """What one line of IIS's SMTP log says; the line itself where it says nothing."""
    out = _OUT.match(line)
    if out is not None:
        words = [word for word in out["said"].split(" ") if word != "-"]
        when = _when(out["before"])
        if out["way"] == "Response":
            return [f"{when}<<< {words[0].replace('+', ' ')}"] if words else [line]
        argument = words[1].replace("+", " ").strip() if len(words) > 1 and not words[1].isdigit() else ""
        return [f"{when}>>> {words[0]} {argument}".rstrip()] if words else [line]
    taken = _IN.match(line)
    if taken is None:
        return [line]
    words = [word for word in taken["said"].split(" ") if word != "-"]
    argument = words[0].replace("+", " ").strip() if words and not words[0].isdigit() else ""
    when = _when(taken["before"])
    status = next((word for word in words if _STATUS.fullmatch(word)), "")
    said = f"{when}>>> {taken['verb']} {argument}".rstrip()
    return [said, f"{when}<<< {status} "] if status else [said]


def _when(before: str) -> str:
    match = _DATE.match(before)
    return f"{match[0]} " if match else ""
