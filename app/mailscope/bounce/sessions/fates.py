"""What became of each recipient of a session: the exchange that decided, and its phase."""

from dataclasses import dataclass, field, replace

from mailscope.bounce.failure import Phase
from mailscope.bounce.sessions.session import Exchange, Reply, Session, path_of, phase_of, verb_of

_LOGIN = ("534", "535", "538")


@dataclass(frozen=True, slots=True)
class Fate:
    """The end of one recipient's mail in one session."""

    recipient: str | None
    """None where the session ended before it was named."""
    sender: str | None
    """The envelope sender; "" for the null sender, None where it was not named."""
    phase: Phase
    reply: Reply | None = None
    """None where nothing was answered."""
    lost: str | None = None
    """What the recording program says of a connection or TLS negotiation that broke."""
    delivered: bool = False
    stopped: bool = False
    """The record ends here, or breaks off between commands: the phase is concluded."""


@dataclass(slots=True)
class _Mail:
    """One mail transaction while it is read (RFC 5321 section 3.3)."""

    sender: str | None
    refused: Reply | None = None
    silent: bool = False
    recipients: list[tuple[str, Reply | None]] = field(default_factory=list)
    data: Reply | None = None
    asked_data: bool = False
    ended: list[Reply | None] = field(default_factory=list)
    """Answers after the final dot: one, or with LMTP one an accepted recipient (RFC 2033 section 4.2)."""
    lmtp: bool = False


def fates(session: Session) -> tuple[Fate, ...]:
    """A fate a recipient and transaction; one without a recipient where the session failed before any was named."""
    mails = _mails(session)
    found: list[Fate] = []
    for mail in mails:
        found += _of_mail(mail, session)
    named = [one for one in found if one.recipient]
    if named:
        return tuple(named)
    if found:
        return (found[-1],)
    before = _before_mail(session)
    return (before,) if before is not None else ()


def _mails(session: Session) -> list[_Mail]:
    """The transactions of a session, in order."""
    mails: list[_Mail] = []
    lmtp = any(one.command and verb_of(one.command) == "LHLO" for one in session.exchanges)
    for one in session.exchanges:
        if not one.command:
            continue
        verb = verb_of(one.command)
        if verb in ("MAIL", "SEND", "SAML", "SOML"):
            refused = one.reply if one.reply is not None and one.reply.refuses else None
            mails.append(_Mail(path_of(one.command), refused, one.reply is None, lmtp=lmtp))
        elif mails:
            _more(mails[-1], verb, one)
        elif verb == "RCPT":
            # A record that begins in the middle, or a MAIL that was not written down.
            mails.append(_Mail(None, recipients=[(path_of(one.command) or "", one.reply)], lmtp=lmtp))
    return mails


def _more(mail: _Mail, verb: str, one: Exchange) -> None:
    if verb == "RCPT" and one.command:
        mail.recipients.append((path_of(one.command) or "", one.reply))
    elif verb == "DATA":
        mail.data, mail.asked_data = one.reply, True
    elif verb == ".":
        mail.ended.append(one.reply)
    elif verb == "BDAT":
        mail.asked_data = True
        # RFC 3030 section 2: every chunk is answered, and the last one for the message.
        if one.reply is None or one.reply.refuses or "LAST" in (one.command or "").upper():
            mail.ended.append(one.reply)


def _of_mail(mail: _Mail, session: Session) -> list[Fate]:
    rows: list[Fate] = []
    accepted = 0
    for recipient, reply in mail.recipients or [("", None)]:
        base = Fate(recipient or None, mail.sender, Phase.MAIL)
        closed = _closed(session) if mail.silent else None
        if mail.refused is not None:
            rows.append(replace(base, reply=mail.refused))
        elif closed is not None:
            rows.append(replace(base, phase=phase_of(closed.command) or Phase.MAIL, reply=closed.reply))
        elif not recipient:
            rows += _without_recipient(base, mail, session)
        elif reply is not None and reply.refuses:
            rows.append(replace(base, phase=Phase.RCPT, reply=reply))
        elif reply is None:
            if mail.silent:
                rows.append(_lost(base, session))
            else:
                rows.append(_lost(replace(base, phase=Phase.RCPT), session))
        else:
            rows += _after_acceptance(base, mail, accepted, session)
            accepted += 1
    return rows


def _without_recipient(base: Fate, mail: _Mail, session: Session) -> list[Fate]:
    if mail.silent:
        return [_lost(base, session)]
    return [replace(base, phase=Phase.RCPT, lost=session.note)] if session.note and not _quit(session) else []


def _after_acceptance(base: Fate, mail: _Mail, number: int, session: Session) -> list[Fate]:
    """The recipient was accepted: what came of the message."""
    if mail.data is not None and mail.data.refuses:
        return [replace(base, phase=Phase.DATA, reply=mail.data)]
    if mail.asked_data and mail.data is None and not mail.ended:
        return [_lost(replace(base, phase=Phase.DATA), session)]
    if mail.ended:
        own = mail.ended[number] if mail.lmtp and number < len(mail.ended) else mail.ended[-1]
        refused = (
            next((reply for reply in mail.ended if reply is not None and reply.refuses), None)
            if not mail.lmtp
            else None
        )
        own = refused or own
        at = replace(base, phase=Phase.MESSAGE)
        if own is None:
            return [_lost(at, session)]
        return [replace(at, reply=own, delivered=not own.refuses)]
    unasked = _unasked(session)
    if unasked is not None:
        return [replace(base, phase=Phase.RCPT, reply=unasked)]
    # Accepted, and then nothing: a probe that ends with QUIT tells of no failure.
    return [replace(base, phase=Phase.DATA, lost=session.note)] if session.note and not _quit(session) else []


def _before_mail(session: Session) -> Fate | None:
    """The failure of a session that never came to MAIL; None where nothing failed."""
    nobody = Fate(None, None, Phase.CONNECT)
    if session.unreached:
        return replace(nobody, lost=session.note)
    if session.tls_trouble:
        said = (one.reply for one in session.exchanges if one.command and verb_of(one.command) == "STARTTLS")
        refused = next((reply for reply in said if reply is not None and reply.refuses), None)
        return replace(nobody, phase=Phase.STARTTLS, reply=refused, lost=session.tls_trouble)
    last: Exchange | None = None
    for one in session.exchanges:
        phase = phase_of(one.command) if one.command != "" else None
        if one.command == "" and one.reply is not None and one.reply.refuses:
            # Unasked: it belongs to where the session stood, and only a login is answered with 535 (RFC 4954).
            stood = Phase.AUTH if one.reply.code in _LOGIN else phase_of(last.command) if last else None
            return replace(nobody, phase=stood or Phase.BANNER, reply=one.reply)
        if one.reply is None and last is not None and last.reply is not None and last.reply.refuses:
            continue  # the server had said why, and left
        if phase is not None and (
            one.reply is None or one.reply.refuses or last is None or last.reply is None or _moves_on(one)
        ):
            last = one
    if last is None:
        return replace(nobody, phase=Phase.BANNER, lost=session.note) if session.note and not _quit(session) else None
    phase = phase_of(last.command) or Phase.UNKNOWN
    if last.reply is None:
        return _lost(replace(nobody, phase=phase), session)
    if last.reply.refuses:
        return replace(nobody, phase=phase, reply=last.reply)
    if session.note and not _quit(session) and not session.left:
        after = Phase.STARTTLS if phase is Phase.STARTTLS else (Phase.HELO if phase is Phase.BANNER else Phase.MAIL)
        return replace(nobody, phase=after, lost=session.note, stopped=True)
    return None


def _moves_on(one: Exchange) -> bool:
    """A success that ends what was refused before: HELO after EHLO, a login after another."""
    return one.reply is not None and not one.reply.refuses


def _lost(fate: Fate, session: Session) -> Fate:
    if fate.phase is not Phase.STARTTLS and session.tls_trouble and not session.note:
        return replace(fate, lost=session.tls_trouble)
    unasked = _unasked(session)
    if unasked is not None:
        return replace(fate, reply=unasked)
    return replace(fate, lost=session.note, stopped=session.note is None)


def _closed(session: Session) -> Exchange | None:
    """The refusal with which the server left before a transaction began, where the client did not take the hint."""
    hello: Exchange | None = None
    for one in session.exchanges:
        verb = verb_of(one.command) if one.command else ""
        if verb == "MAIL":
            return hello if hello and hello.reply and hello.reply.refuses else None
        hello = one if verb in ("EHLO", "HELO", "LHLO") else hello
        if one.reply is not None and one.reply.code == "421" and one.command != "":
            return one
    return None


def _unasked(session: Session) -> Reply | None:
    """A refusal that answers no command: 421 before the server hangs up (RFC 5321 section 3.8)."""
    return next(
        (one.reply for one in reversed(session.exchanges) if one.command == "" and one.reply and one.reply.refuses),
        None,
    )


def _quit(session: Session) -> bool:
    return any(one.command and verb_of(one.command) == "QUIT" for one in session.exchanges)
