"""Commands and replies of an SMTP session, and the phase to which a command belongs (RFC 5321 section 4.1)."""

import re
from dataclasses import dataclass
from functools import lru_cache

from mailscope.bounce.failure import Phase

_PHASES = {
    "EHLO": Phase.HELO, "HELO": Phase.HELO, "LHLO": Phase.HELO, "STARTTLS": Phase.STARTTLS, "AUTH": Phase.AUTH,
    "MAIL": Phase.MAIL, "RCPT": Phase.RCPT, "DATA": Phase.DATA, "BDAT": Phase.MESSAGE, ".": Phase.MESSAGE,
    "XFORWARD": Phase.HELO, "XCLIENT": Phase.HELO, "SEND": Phase.MAIL, "SAML": Phase.MAIL,
}  # fmt: skip
_PATH = re.compile(r"(?:TO|FROM)\s*:\s*<?\s*([^<>\s]{0,512})", re.IGNORECASE)
_REPLY = re.compile(r"([2-5]\d\d)([ -]|$)(.*)")


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply of a server, its lines joined."""

    code: str
    text: str
    """With code and enhanced code, in one line."""

    @property
    def refuses(self) -> bool:
        """4xx or 5xx."""
        return self.code[0] in "45"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A command and what came back; no command: the greeting; no reply: none came."""

    command: str | None
    reply: Reply | None


@dataclass(frozen=True, slots=True)
class Session:
    """One connection: what was said, in order, and how it ended."""

    exchanges: tuple[Exchange, ...] = ()
    """The greeting first, where there is one; a command with no reply was never answered."""
    peer: str | None = None
    """The server: its name or address as the recording program or the greeting gives it."""
    time: str | None = None
    """When it began, as written."""
    note: str | None = None
    """The recording program's words on how it broke."""
    unreached: bool = False
    """No connection came about."""
    left: bool = False
    """The client ended it, with QUIT or without a word."""
    tls_trouble: str | None = None
    """The recording program's words on a TLS negotiation that failed."""
    tls: bool = False
    """TLS was negotiated."""
    grouped: bool = False
    """The client sent commands before earlier ones were answered."""
    early: bool = False
    """The client spoke before the greeting."""
    after_data: bool = False
    """The client sent more before its DATA was answered."""
    secret: bool = False
    """The answers to a login's questions stand in the record."""
    within: bool = False
    """It ended in the middle of the message."""
    source: str | None = None
    """The client's address, as the record or the server's answer to EHLO gives it."""
    cut: bool = False
    """More was said than is kept."""


@lru_cache(maxsize=1024)  # every command is asked for several times
def verb_of(command: str) -> str:
    """The first word of a command line in upper case; "." for the end of the data."""
    word = command.strip().split(" ")[0].split(":")[0].upper().strip("'\")")
    return word[:12]


def phase_of(command: str | None) -> Phase | None:
    """The phase that a command opens; the greeting's for none, None for commands that open none."""
    if command is None:
        return Phase.BANNER
    return _PHASES.get(verb_of(command))


def path_of(command: str) -> str | None:
    """The address of a MAIL or RCPT command; "" for the null sender, None for none."""
    match = _PATH.search(command[:1000])
    return match[1].strip("<>") if match else None


def joined(lines: list[str]) -> Reply | None:
    """Lines of one reply as one: code and enhanced code said once."""
    code = ""
    words: list[str] = []
    enhanced = ""
    for line in lines:
        match = _REPLY.match(line.strip())
        if match is None:
            words.append(line.strip())
            continue
        code = code or match[1]
        text = match[3].strip()
        mark = re.match(r"([245]\.\d{1,3}\.\d{1,3})(?:\s+|$)", text)
        if mark:
            text = text[mark.end() :] if enhanced in ("", mark[1]) else text
            enhanced = enhanced or mark[1]
        words.append(text)
    if not code:
        return None
    return Reply(code, " ".join(word for word in (code, enhanced, *words) if word)[:8000])


def read_quoted(text: str) -> tuple[Exchange, ...]:
    """The session inside a notice (">>> RCPT TO:<…>", "<<< 550 …"), in order; a "<<<" without ">>>" is the greeting."""
    found: list[Exchange] = []
    command: str | None = None
    lines: list[str] = []
    for raw in text.split("\n")[:20_000]:
        line = raw.strip()
        sent = re.match(r"(?:Sent\s*<<<|>>>)\s*(.*)", line)
        got = re.match(r"(?:Received\s*>>>|<<<)\s*(.*)", line) if sent is None else None
        if sent is not None:
            _add(found, command, lines)
            command, lines = (sent[1] if _known(sent[1]) else None), []
            continue
        if got is not None:
            match = _REPLY.match(got[1])
            if lines and match and not _continues(lines[-1], match[1]):
                _add(found, command, lines)
                lines = []
            if match or lines:
                lines.append(got[1])
    _add(found, command, lines)
    return tuple(found)


def _known(command: str) -> bool:
    return verb_of(command) in _PHASES or verb_of(command) in ("QUIT", "RSET", "NOOP")


def _continues(last: str, code: str) -> bool:
    return last.startswith(f"{code}-")


def _add(found: list[Exchange], command: str | None, lines: list[str]) -> None:
    reply = joined(lines)
    if reply is not None:
        found.append(Exchange(command, reply))


def refusal(exchanges: tuple[Exchange, ...], recipient: str | None) -> tuple[Exchange, Phase | None] | None:
    """The exchange that failed for a recipient, and its phase; None where none failed.

    Sendmail pipelines: it prints ">>> DATA" before the replies to RCPT. What follows tells: a second refusal
    (503, 554: no valid recipients) answers the DATA, so the first answered a RCPT.
    """
    failed = [one for one in exchanges if one.reply is not None and one.reply.refuses]
    if not failed:
        return None
    own = [one for one in failed if one.command and verb_of(one.command) == "RCPT"
           and recipient and (path_of(one.command) or "").lower() == recipient.lower()]  # fmt: skip
    if own:
        return own[-1], Phase.RCPT
    others = [one for one in failed if not _is_other(one, recipient)]
    candidates = others or failed
    named = [one for one in candidates if recipient and one.reply and recipient.lower() in one.reply.text.lower()]
    first = (named or candidates)[0]
    phase = phase_of(first.command)
    if phase is Phase.DATA:
        same = [one for one in failed if one.command == first.command]
        later = same[same.index(first) + 1 :]
        if any(one.reply and one.reply.code in ("503", "554") for one in later):
            phase = Phase.RCPT
    return first, phase


def _is_other(one: Exchange, recipient: str | None) -> bool:
    """Whether an exchange is the RCPT of somebody else: the one wanted is an address, and this names another."""
    if not one.command or verb_of(one.command) != "RCPT" or not path_of(one.command):
        return False
    return bool(recipient) and "@" in (recipient or "")
