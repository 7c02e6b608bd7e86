"""Records of SMTP sessions, whatever program wrote them: one row a recipient (RFC 5321 section 3)."""

from collections.abc import Iterator
from dataclasses import dataclass

from mailscope.bounce.causes.conclude import conclude
from mailscope.bounce.failure import Behaviour, Manner, Notice, Phase, Trouble
from mailscope.bounce.logline import read_line
from mailscope.bounce.sessions.behaviour import gathered, of_sessions
from mailscope.bounce.sessions.dialogue import read_sessions
from mailscope.bounce.sessions.fates import Fate, fates
from mailscope.bounce.sessions.retries import Attempt, retries
from mailscope.bounce.sessions.session import Session, verb_of
from mailscope.bounce.told import Told
from mailscope.limits import Limits
from mailscope.mail.charset import text_of
from mailscope.sources.speech import threads, utterances

_LINES = 400_000
"""Lines of a record that are read."""
_ATTEMPTS = 100


@dataclass(frozen=True, slots=True)
class _Row:
    """A fate with the session that it belongs to."""

    fate: Fate
    session: Session


def read_transcript(content: bytes, limits: Limits) -> Notice:
    """What a record of sessions tells, a row a recipient; the last session decides, earlier ones are its attempts.

    Any bytes give a Notice; linear, bounded.
    """
    lines = text_of(content).splitlines()
    problems: list[Trouble] = []
    if len(lines) > _LINES:
        text = f"Only the first {_LINES} of {len(lines)} lines of the session record were read."
        problems.append(Trouble(text, is_limit=True))
        del lines[_LINES:]
    sessions = read_sessions(threads(utterances(lines)))
    if any(session.cut for session in sessions):
        problems.append(Trouble("A session has more commands than are kept; the rest was not read.", is_limit=True))
    return notice_of(sessions, limits, "transcript", tuple(problems))


def notice_of(sessions: tuple[Session, ...], limits: Limits, form: str, problems: tuple[Trouble, ...] = ()) -> Notice:
    """The rows of sessions that have been read."""
    groups: dict[tuple[str | None, str], list[_Row]] = {}
    nameless: list[_Row] = []
    unread = 0
    for session in sessions:
        for fate in fates(session):
            row = _Row(fate, session)
            if fate.recipient is None:
                nameless.append(row)
                continue
            key = ((fate.sender or "").lower(), fate.recipient.lower())
            if key not in groups and len(groups) >= limits.bounce_rows:
                unread += 1
                continue
            groups.setdefault(key, []).append(row)
    # A program may repeat the refusal before or after the session itself.
    repeated = {row.fate.reply.text for group in groups.values() for row in group if row.fate.reply}
    nameless = [row for row in nameless if row.fate.reply is None or row.fate.reply.text not in repeated]
    rows = [_told(group, _tried(group, nameless)) for group in groups.values()]
    tried = [id(row) for group in groups.values() for row in _tried(group, nameless)]
    alone: dict[str | None, list[_Row]] = {}
    for row in nameless:
        if id(row) not in tried:
            alone.setdefault(row.session.peer, []).append(row)
    rows += [_told(group, []) for group in list(alone.values())[: limits.bounce_rows]]
    seen = [*of_sessions(sessions), *(one for group in groups.values() for one in _retries(group))]
    return Notice(
        tuple(conclude(told) for told in rows), form=form, unread=unread, problems=problems, behaviour=gathered(seen)
    )


def _retries(group: list[_Row]) -> Iterator[Behaviour]:
    """What is remarkable in the sessions for one recipient, taken as attempts with one message."""
    yield from (
        Behaviour("lost-after-dot", (("who", row.fate.recipient or "a recipient"),), (row.fate.lost or "no answer",))
        for row in group
        if row.fate.phase is Phase.MESSAGE
        and row.fate.reply is None
        and not row.fate.stopped
        and not row.session.within
    )
    if len(group) < 2:
        return
    attempts = [
        Attempt(
            read_line(f"{row.session.time} ").seconds if row.session.time else None,
            row.session.time or "",
            row.fate.reply.text if row.fate.reply else row.fate.lost or "no answer",
            _weight(row.fate),
            row.fate.delivered,
            row.session.peer,
            row.session.source,
        )
        for row in group
    ]
    yield from retries(group[0].fate.recipient, attempts, gave_up=False)


def _weight(fate: Fate) -> str | None:
    """The reply code; what is refused before MAIL may be taken by the next host, and counts as passing."""
    if fate.reply is None:
        return None
    return fate.reply.code if fate.phase in (Phase.MAIL, Phase.RCPT, Phase.DATA, Phase.MESSAGE) else "4"


def _tried(group: list[_Row], nameless: list[_Row]) -> list[_Row]:
    """Sessions with the same server that ended before a recipient was named: attempts that came to nothing."""
    peers = {row.session.peer for row in group}
    return [row for row in nameless[:_ATTEMPTS] if row.session.peer in peers or row.session.peer is None]


def _told(group: list[_Row], before: list[_Row]) -> Told:
    """The last session counts; a delivery ends the matter whatever came after."""
    last = next((row for row in reversed(group) if row.fate.delivered), group[-1])
    fate, session = last.fate, last.session
    said = fate.reply.text if fate.reply else None
    return Told(
        recipient=fate.recipient,
        action="delivered" if fate.delivered else None,
        said=said or fate.lost,
        frame="" if said else fate.lost or "",
        reply_code=fate.reply.code if fate.reply else None,
        remote=session.peer,
        reporting=_own_name(session),
        phase=fate.phase,
        phase_stated=not fate.stopped,
        manner=_manner(fate),
        category=_category(fate),
        attempts=tuple(_attempt(row) for row in _in_order(group, before)) if len(group) + len(before) > 1 else (),
    )


def _in_order(group: list[_Row], before: list[_Row]) -> list[_Row]:
    return [*before, *group][-_ATTEMPTS:]


def _manner(fate: Fate) -> Manner:
    if fate.delivered:
        return Manner.DELIVERED
    # A connection that broke is no refusal, and one session does not show whether others follow.
    return Manner.REJECTION if fate.reply is not None else Manner.DELAY


def _category(fate: Fate) -> str | None:
    if fate.reply is not None or fate.delivered:
        return None
    return "tls_failed" if fate.phase is Phase.STARTTLS else "network"


def _own_name(session: Session) -> str | None:
    """What the client called itself."""
    for one in session.exchanges:
        if one.command and verb_of(one.command) in ("EHLO", "HELO", "LHLO"):
            name = one.command.split()
            return name[1][:255] if len(name) > 1 else None
    return None


def _attempt(row: _Row) -> str:
    words = row.fate.reply.text if row.fate.reply else row.fate.lost or "no answer"
    where = row.fate.phase.value
    to = f"to {row.session.peer} " if row.session.peer else ""
    return f"{row.session.time or ''} {to}({where}): {words}".strip()[:600]
