"""SMTP sessions as they went: every reply beside the command that it answers (RFC 5321 section 4, RFC 2920)."""

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import islice

from mailscope.bounce.sessions.breaks import (
    BEGINS,
    ENDED,
    HIDDEN,
    LEFT,
    PEER,
    REACHED,
    REFUSED,
    TLS,
    TLS_BAD,
    TLS_GOOD,
    UNREACHED,
    UNVERIFIED,
)
from mailscope.bounce.sessions.session import Exchange, Reply, Session, joined, verb_of
from mailscope.sources.speech import COMMAND, REPLY, Speaker, Utterance

_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?")
_SETTING = re.compile(r"[\w .-]{1,40} (?:= |: \d)")
_ADDRESS = re.compile(r"[\[(]([\d.]{7,15}|(?:IPv6:)?[\da-fA-F:]{3,39})[\])]")
_FROM = re.compile(r"\bfrom \[([\d.a-fA-F:]{3,45})\]")
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?|[A-Za-z0-9+/]{2,3}={1,2}")
_LONGEST_REPLY = 200
"""Lines of one reply that are kept."""
_EXCHANGES = 20_000
"""Exchanges of one session that are kept."""
_NOTES = 40
_RECENT = 20
"""Commands at the end among which the one is sought that a program says to have failed."""
_NOTE = 300
"""Characters of a remark that are looked at."""


@dataclass(slots=True)
class _Open:
    """A session while it is read: what is known of it so far, and what the next line is understood by."""

    session: Session = field(default_factory=Session)
    """Without what only the end tells: exchanges, note, left, within."""
    done: list[Exchange] = field(default_factory=list)
    pending: deque[str] = field(default_factory=deque)
    lines: list[str] = field(default_factory=list)
    greeted: bool = False
    quit: bool = False
    within: bool = False
    wanted: int = 0
    accepted: int = 0
    lmtp: bool = False
    hidden: bool = False
    """The last command is a login of which the record shows nothing else."""
    voice: str = ""
    """The mark of the greeting."""
    notes: list[str] = field(default_factory=list)
    reached: bool = False

    @property
    def begun(self) -> bool:
        return bool(self.done or self.pending or self.lines or self.session.unreached)

    def timed(self, text: str) -> None:
        """Take the first time that the record writes for the session's."""
        time = _time_in(text) if text and self.session.time is None else None
        if time:
            self.session = replace(self.session, time=time)

    def named(self, peer: str | None) -> None:
        """Take the first name of the server."""
        if self.session.peer is None and peer:
            self.session = replace(self.session, peer=peer)


def read_sessions(said: Iterable[Utterance]) -> tuple[Session, ...]:
    """The sessions of a record, in order; every utterance is looked at once."""
    sessions: list[Session] = []
    now = _Open()
    for one in said:
        if one.speaker is Speaker.NOTE:
            if BEGINS.match(one.text) and (now.done or now.pending or now.lines):
                _finish(now, sessions)
                now = _Open()
            _note(now, one.text, one.mark)
        elif one.speaker is Speaker.SERVER:
            if _greets_anew(now, one):
                _finish(now, sessions)
                now = _Open()
            now.timed(one.mark)
            _server(now, one)
        else:
            if now.quit and not now.pending and _opens(one.text):
                _finish(now, sessions)
                now = _Open()
            now.timed(one.mark)
            _client(now, one.text)
    _finish(now, sessions)
    return tuple(sessions)


def _greets_anew(now: _Open, one: Utterance) -> bool:
    """A 220 that answers nothing, where a session has been greeted already."""
    if not one.text.startswith("220") or now.lines or now.pending:
        return False
    only = now.done[0].reply if len(now.done) == 1 and now.done[0].command is None else None
    if only is not None and only.text == one.text and now.voice != _voice(one.mark):
        return False  # the program shows what came in, and then what it made of it
    return now.begun and now.greeted and (one.sure or not now.within)


def _voice(mark: str) -> str:
    """A mark without the time in it."""
    return re.sub(r"\d+", "", mark).strip()


def _opens(text: str) -> bool:
    return verb_of(text) in ("EHLO", "HELO", "LHLO")


def _client(now: _Open, text: str) -> None:
    if now.within:
        if text == "." or text.endswith(("\\r\\n.", "\\n.")):
            now.within = False
            now.pending.append(".")
            now.wanted = now.accepted if now.lmtp else 1
        return
    if text == "." and not now.done and not now.pending:
        now.pending.append(".")  # the record begins behind the message
        return
    if not COMMAND.match(text):
        _secret(now, text)
        return  # credentials, or the message while BDAT sends it
    _reply_done(now)
    if now.hidden and now.pending:
        now.pending.pop()  # the client went on: it was let in
    now.hidden = False
    if now.pending and verb_of(text) not in ("QUIT", "RSET"):
        # A client that waited in vain may well take its leave.
        after_data = now.session.after_data or verb_of(now.pending[-1]) == "DATA"
        now.session = replace(now.session, grouped=True, after_data=after_data)
    now.pending.append(text[:2000])
    verb = verb_of(text)
    now.lmtp = now.lmtp or verb == "LHLO"
    now.greeted = now.greeted or verb in ("EHLO", "HELO", "LHLO", "MAIL")
    if verb in ("MAIL", "RSET"):
        now.accepted = 0


def _secret(now: _Open, text: str) -> None:
    """Note a line that answers a question of a login (RFC 4954 section 4): base64, and nothing that stands for it."""
    if now.pending and verb_of(now.pending[0]) == "AUTH" and _BASE64.fullmatch(text[:4_000]):
        now.session = replace(now.session, secret=True)


def _server(now: _Open, one: Utterance) -> None:
    text = one.text
    if now.within and not one.sure:
        return
    if not REPLY.match(text):
        if now.lines and len(now.lines) < _LONGEST_REPLY:
            now.lines.append(text)
        return
    if now.lines and not text.startswith(now.lines[0][:3]):
        _reply_done(now)
    if not now.done:
        now.voice = _voice(one.mark)
    if len(now.lines) < _LONGEST_REPLY:
        now.lines.append(text)
    if text[3:4] != "-":
        _reply_done(now)


def _reply_done(now: _Open) -> None:
    """What was collected is a whole reply: put it beside its command."""
    if not now.lines:
        return
    reply = joined(now.lines)
    first = now.lines[0]
    now.lines = []
    if reply is None:
        return
    if now.within and reply.code != "354":
        # The record leaves out the message, or the server spoke before its end.
        now.within = False
        now.pending.append(".")
        now.wanted = now.accepted if now.lmtp else 1
    if reply.code == "220" and not now.done and now.pending and verb_of(now.pending[0]) in ("EHLO", "HELO", "LHLO"):
        now.greeted = True
        now.session = replace(now.session, early=True)
        now.named(_named(first))
        _keep(now, Exchange(None, reply))
        return
    if not now.pending:
        if not now.greeted and not now.done:
            now.greeted = True
            now.named(_named(first))
            _keep(now, Exchange(None, reply))
        elif not _said_before(now, reply):
            _keep(now, Exchange("", reply))  # unasked: 421 at a timeout
        return
    if reply.code == "334":
        return  # half of a login
    command = now.pending[0]
    if verb_of(command) == "." and now.wanted > 1:
        now.wanted -= 1
    else:
        now.pending.popleft()
    _keep(now, Exchange(command, reply))
    _answered(now, verb_of(command), reply)


def _said_before(now: _Open, reply: Reply) -> bool:
    """Whether this is the last reply again, or the last refusal or its code alone: the program repeats or sums up."""
    if now.done and now.done[-1].reply is not None and now.done[-1].reply.text == reply.text:
        return True
    last = next((one.reply for one in reversed(now.done) if one.reply is not None and one.reply.refuses), None)
    return last is not None and reply.text in (last.text, last.code)


def _answered(now: _Open, verb: str, reply: Reply) -> None:
    trouble = now.session.tls_trouble
    if trouble and UNVERIFIED.search(trouble) and verb not in ("STARTTLS", "QUIT"):
        # The client said that it does not trust the certificate, and went on.
        now.session = replace(now.session, tls=True, tls_trouble=None)
    if verb == "DATA" and reply.code == "354":
        now.within = not now.pending
    elif verb == "RCPT" and not reply.refuses:
        now.accepted += 1
    elif verb == "QUIT":
        now.quit = True
    elif verb in ("EHLO", "HELO", "LHLO") and not now.session.source:
        client = _ADDRESS.search(reply.text[:400])
        if client:
            now.session = replace(now.session, source=client[1])


def _note(now: _Open, text: str, mark: str) -> None:
    if now.within and (mark or not text.startswith(("*", "#", "=", "Connection")) or not ENDED.search(text)):
        return  # the message itself
    text = text[:_NOTE]
    if not text or _SETTING.match(text):
        return
    hidden = HIDDEN.search(text)
    if hidden:
        _client(now, f"AUTH {hidden[1]}")
        now.hidden = True
        return
    refused = REFUSED.search(text)
    if refused:
        _refused(now, refused)
        return
    _secret(now, text)
    now.timed(mark or text)
    _ends(now, text)
    if TLS.search(text):
        if TLS_GOOD.search(text):
            now.session = replace(now.session, tls=True)
        elif TLS_BAD.search(text) and _tls_is_due(now):
            now.session = replace(now.session, tls_trouble=now.session.tls_trouble or _clean(text))
            return
    if UNREACHED.search(text):
        unreached = now.session.unreached or not (now.done or now.pending or now.reached)
        now.session = replace(now.session, unreached=unreached)
    elif REACHED.search(text):
        now.reached = True
    if len(now.notes) < _NOTES and (now.session.unreached or ENDED.search(text)):
        now.notes.append(_clean(text))


def _refused(now: _Open, match: re.Match[str]) -> None:
    """The program's word on a command that failed, in a record that shows the client's side only.

    What was sent before that command was taken, since the client went on.
    """
    verb = verb_of(match[1]) if match[1].upper() not in ("PASSWORD", "USERNAME") else "AUTH"
    recent = enumerate(islice(reversed(now.pending), _RECENT))
    behind = next((behind for behind, command in recent if verb_of(command) == verb), None)
    reply = joined([match[2]])
    if behind is None or reply is None:
        return
    for _ in range(len(now.pending) - 1 - behind):
        _keep(now, Exchange(now.pending.popleft(), Reply("250", "250")))
    _keep(now, Exchange(now.pending.popleft(), reply))
    now.session = replace(now.session, grouped=False, after_data=False)


def _ends(now: _Open, text: str) -> None:
    """Who speaks to whom, as a remark says where a connection begins."""
    begins = BEGINS.match(text) is not None
    if begins and not now.session.source:
        client = _FROM.search(text)
        now.session = replace(now.session, source=client[1] if client else None)
    if begins or (not now.session.peer and not now.begun):
        peer = PEER.search(text)
        if peer:
            now.session = replace(now.session, peer=peer[1].strip("[]'").rstrip("."))


def _tls_is_due(now: _Open) -> bool:
    """Right after STARTTLS, or where nothing was said yet (TLS from the first byte)."""
    last = next((one.command for one in reversed(now.done) if one.command is not None), None)
    return (
        not now.done
        or (last is not None and verb_of(last) == "STARTTLS")
        or any(verb_of(one) == "STARTTLS" for one in now.pending)
    )


def _clean(text: str) -> str:
    return re.sub(r"^[\s*#:=<>~-]+", "", text).strip()


def _named(greeting: str) -> str | None:
    match = re.match(r"\d{3}[ -]([A-Za-z0-9][\w.-]{1,250}\.[A-Za-z0-9-]{2,60})(?=\s|$)", greeting)
    return match[1] if match else None


def _time_in(text: str) -> str | None:
    match = _TIME.search(text[:200])
    return match[0] if match else None


def _keep(now: _Open, one: Exchange) -> None:
    if len(now.done) < _EXCHANGES:
        now.done.append(one)
    else:
        now.session = replace(now.session, cut=True)


def _finish(now: _Open, sessions: list[Session]) -> None:
    """Close a session; commands that were never answered stay with no reply."""
    _reply_done(now)
    within = now.within
    if within:
        now.pending.append(".")
    for command in now.pending:
        _keep(now, Exchange(command, None))
    known = now.session
    if not now.done and not known.unreached and not now.notes and not known.tls_trouble:
        return
    sessions.append(
        replace(
            known,
            exchanges=tuple(now.done),
            note=now.notes[0] if now.notes else None,
            left=now.quit or any(LEFT.search(one) for one in now.notes[:1]),
            within=within,
        )
    )
