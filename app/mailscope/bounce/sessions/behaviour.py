"""How the two sides of recorded sessions behaved, and what a log's own warnings say of it."""

import re
from collections.abc import Iterable, Iterator

from mailscope.bounce.failure import Behaviour
from mailscope.bounce.sessions.session import Exchange, Session, verb_of

_MOST = 60
"""Different kinds that are kept; there are fewer."""
_EVIDENCE = 4
_LIMIT = re.compile(
    r"too many (?:concurrent |simultaneous |smtp )?(?:connections|sessions)|connection (?:rate"
    r"|concurrency|count)? ?limit|connections? from your|max(?:imum)? .{0,30}connections"
    r"|concurren",
    re.IGNORECASE,
)
_NO_CIPHER = re.compile(
    r"no shared cipher|no cipher|handshake.failure|no ciphers available|insufficient.security", re.IGNORECASE
)
_OLD_TLS = re.compile(
    r"unsupported protocol|protocol version|version too low|inappropriate fallback",
    re.IGNORECASE,
)
_CERTIFICATE = re.compile(r"certificate|self[- ]signed|hostname mismatch|unknown ca|not trusted|verify", re.IGNORECASE)
_UNFIT = re.compile(
    r"(?:localhost(?:\.localdomain)?|[\w-]{1,63}|(?:\d{1,3}\.){3}\d{1,3}|.{1,100}\.(?:local"
    r"|lan|localdomain|internal|home|arpa))\.?",
    re.IGNORECASE,
)


def of_sessions(sessions: tuple[Session, ...]) -> Iterator[Behaviour]:
    """What is remarkable in sessions, each kind as often as it is seen."""
    plain_after: set[str | None] = set()
    for session in sessions:
        yield from _of_session(session)
        if _tls_failed(session):
            plain_after.add(session.peer)
        elif session.peer in plain_after and not session.tls and _mailed(session) and not _tried(session):
            yield Behaviour("plain-after-tls-failed", (("host", session.peer or "the server"),), (_head(session),))


def _of_session(session: Session) -> Iterator[Behaviour]:
    host = ("host", session.peer or "the server")
    yield from _tls(session, host)
    yield from _left(session, host)
    yield from _order(session, host)
    yield from _login(session, host)
    limit = next(
        (
            one.reply.text[:300]
            for one in session.exchanges
            if one.reply is not None
            and one.reply.refuses
            and (one.command is None or one.reply.code == "421")
            and _LIMIT.search(one.reply.text)
        ),
        None,
    )
    if limit is not None:
        yield Behaviour("connection-limit", (host,), (limit,))
    hello = next((one for one in session.exchanges if one.command and verb_of(one.command) in ("EHLO", "HELO")), None)
    if hello and hello.command:
        name = hello.command.split()[1:2]
        # A mail client that logs in may call itself what it likes.
        login = any(one.command and verb_of(one.command) == "AUTH" for one in session.exchanges)
        if name and not login and _UNFIT.fullmatch(name[0]):
            yield Behaviour("helo-unfit", (("name", name[0][:100]),), (hello.command[:200],))
    size = re.search(r"\bSIZE (\d{1,15})\b", hello.reply.text) if hello and hello.reply else None
    for one in session.exchanges:
        wanted = re.search(r"\bSIZE=(\d{1,15})\b", one.command or "")
        if size and wanted and 0 < int(size[1]) < int(wanted[1]):
            yield Behaviour(
                "size-ignored", (host, ("size", wanted[1]), ("most", size[1])), ((one.command or "")[:200],)
            )
            break


def _tls(session: Session, host: tuple[str, str]) -> Iterator[Behaviour]:
    """STARTTLS offered and not used, refused, or broken, and mail that then went in the clear."""
    if session.tls_trouble:
        yield Behaviour(tls_kind(session.tls_trouble), (host,), (session.tls_trouble[:300],))
    started = next((one for one in session.exchanges if one.command and verb_of(one.command) == "STARTTLS"), None)
    if started is not None and started.reply is not None and started.reply.refuses and _mailed(session):
        yield Behaviour("plain-after-tls-failed", (host,), (started.reply.text[:300],))
    offered = any(one.reply and not one.reply.refuses and _offers(one, "STARTTLS") for one in session.exchanges)
    if offered and started is None and not session.tls and _mailed(session):
        yield Behaviour("starttls-not-used", (host,), (_head(session),))


def tls_kind(words: str) -> str:
    """What kind of TLS failure some words tell."""
    if _NO_CIPHER.search(words):
        return "tls-no-cipher"
    if _OLD_TLS.search(words):
        return "tls-old-protocol"
    return "tls-certificate" if _CERTIFICATE.search(words) else "tls-broken"


def _left(session: Session, host: tuple[str, str]) -> Iterator[Behaviour]:
    """Sessions in which the client left before any mail, though nothing had been refused."""
    said = [one for one in session.exchanges if one.command]
    verbs = [verb_of(one.command) for one in said if one.command]
    refused = any(one.reply and one.reply.refuses for one in session.exchanges)
    if not verbs or _mailed(session) or refused or session.tls_trouble or not (session.left or "QUIT" in verbs):
        return
    if "STARTTLS" in verbs and verbs[verbs.index("STARTTLS") + 1 :][:1] in (["QUIT"], []):
        yield Behaviour("left-after-tls", (host,), (_head(session),))
    elif verbs[0] in ("EHLO", "LHLO") and set(verbs) <= {"EHLO", "LHLO", "QUIT", "NOOP", "RSET"} and said[0].reply:
        offers = " ".join(said[0].reply.text.split()[1:])[:300]
        yield Behaviour("left-after-hello", (host, ("offers", offers)), (_head(session),))


def _order(session: Session, host: tuple[str, str]) -> Iterator[Behaviour]:
    """Commands before the greeting, in groups that were not offered, and DATA after nobody was accepted."""
    if session.early:
        yield Behaviour("talked-early", (host,), (_head(session),))
    if session.grouped and not any(one.reply and _offers(one, "PIPELINING") for one in session.exchanges):
        yield Behaviour("pipelined-unasked", (host,), (_head(session),))
    if session.after_data:
        yield Behaviour("pipelined-after-data", (host,), (_head(session),))
    refused = accepted = 0
    for one in session.exchanges:
        verb = verb_of(one.command) if one.command else ""
        if verb == "MAIL":
            refused = accepted = 0
        elif verb == "RCPT" and one.reply:
            refused += one.reply.refuses
            accepted += not one.reply.refuses
        elif verb == "DATA" and refused and not accepted and not session.grouped:
            words = one.reply.text if one.reply else "no answer"
            yield Behaviour("data-after-refusals", (host, ("refused", str(refused))), (f"DATA: {words}"[:300],))
            return


def _login(session: Session, host: tuple[str, str]) -> Iterator[Behaviour]:
    """A login in a record that others will read, and one that went over the wire in the clear."""
    secure = session.tls
    for one in session.exchanges:
        verb = verb_of(one.command) if one.command else ""
        secure = secure or (verb == "STARTTLS" and one.reply is not None and not one.reply.refuses)
        if verb != "AUTH" or not one.command:
            continue
        words = one.command.split()
        how = words[1].upper() if len(words) > 1 else ""
        if how in ("PLAIN", "LOGIN") and not secure:
            yield Behaviour("login-in-clear", (host, ("how", how)), (f"AUTH {how} …",))
        if session.secret or (len(words) > 2 and re.fullmatch(r"[A-Za-z0-9+/=]{8,}", words[2])):
            yield Behaviour("password-in-record", (("how", how),), (f"AUTH {how} …",))
        return


def _offers(one: Exchange, word: str) -> bool:
    if not one.command or one.reply is None or verb_of(one.command) not in ("EHLO", "LHLO"):
        return False
    return re.search(rf"\b{word}\b", one.reply.text.upper()) is not None


def _mailed(session: Session) -> bool:
    return any(one.command and verb_of(one.command) == "MAIL" for one in session.exchanges)


def _tried(session: Session) -> bool:
    return any(one.command and verb_of(one.command) == "STARTTLS" for one in session.exchanges)


def _tls_failed(session: Session) -> bool:
    refused = any(
        one.command and verb_of(one.command) == "STARTTLS" and one.reply and one.reply.refuses
        for one in session.exchanges
    )
    return bool(session.tls_trouble) or (refused and not _mailed(session))


def _head(session: Session) -> str:
    """How to find the session in the record."""
    first = next((one.command for one in session.exchanges if one.command), "")
    return " ".join(part for part in (session.time or "", session.peer or "", first or "") if part)[:300]


_LOGGED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("tls-no-cipher", r"no shared cipher"),
        ("tls-old-protocol", r"unsupported protocol|version too low|protocol version"),
        (
            "connection-limit",
            r"connection (?:concurrency|rate) limit exceeded|too many (?:concurrent )?(?:SMTP )?connections",
        ),
        ("pipelined-unasked", r"improper command pipelining|protocol synchronization error"),
        ("talked-early", r"\bPREGREET\b|input sent without waiting for greeting"),
        ("plain-after-tls-failed", r"falling back to (?:plain|clear)|(?:delivering|retrying) (?:unencrypted|in clear)"),
    )
)
_ANY_LOGGED = (
    "cipher", "protocol", "limit exceeded", "oo many", "pipelining", "PREGREET", "without waiting",
    "falling back", "unencrypted", "in clear",
)  # fmt: skip
_CLIENT = re.compile(
    r"(?:from|to|host) \[?([A-Za-z0-9][\w.-]{2,200}(?:\[[\da-fA-F.:]{2,45}\])?|[\da-fA-F.:]{3,45})", re.IGNORECASE
)


def of_log_line(text: str) -> Behaviour | None:
    """What a log's own warning tells of a session; None for other lines."""
    if not any(word in text for word in _ANY_LOGGED):
        return None
    for kind, pattern in _LOGGED:
        if pattern.search(text, 0, 2_000):
            client = _CLIENT.search(text, 0, 2_000)
            return Behaviour(kind, (("host", client[1] if client else "the other side"),), (text.strip()[:300],))
    return None


def gathered(seen: Iterable[Behaviour]) -> tuple[Behaviour, ...]:
    """One of each kind, counted, with the first one's facts and a few lines of evidence."""
    kinds: dict[str, Behaviour] = {}
    for one in seen:
        before = kinds.get(one.id)
        if before is None:
            if len(kinds) < _MOST:
                kinds[one.id] = one
            continue
        evidence = before.evidence
        if len(evidence) < _EVIDENCE:
            evidence = tuple(dict.fromkeys((*evidence, *one.evidence)))[:_EVIDENCE]
        kinds[one.id] = Behaviour(one.id, before.facts, evidence, before.count + one.count)
    return tuple(kinds.values())
