"""Notices that arrive as messages: their machine part and their human part read together."""

import re
from dataclasses import replace

from mailscope.bounce.conclude import conclude
from mailscope.bounce.dsn import Status, read_status
from mailscope.bounce.failure import Manner, Notice, Phase
from mailscope.bounce.feedback import read_feedback, read_receipt
from mailscope.bounce.freeform import Read, read_freeform
from mailscope.bounce.layout import Layout, lay_out
from mailscope.bounce.quoted import quotes_session, read_session, refused
from mailscope.bounce.reply import read_codes
from mailscope.bounce.returned import Split, split_returned
from mailscope.bounce.session import Exchange
from mailscope.bounce.told import Told
from mailscope.bounce.unwrap import one_line
from mailscope.bounce.webhook import read_webhook
from mailscope.limits import Limits
from mailscope.mail.address import parse_addresses
from mailscope.mail.decode import shown
from mailscope.mail.message import Message, parse_message

_OWN = ("to", "from", "reply-to", "cc", "return-path", "delivered-to", "envelope-to")
_ADDRESS = re.compile(r"[^\s<>\"'(),;]{1,128}@[^\s<>\"'(),;]{1,250}")
_INLINE = re.compile(r"(?im)^[\s>]*(?:reporting-mta|final-recipient|original-recipient)\s*:")
_DAEMON = re.compile(rb"(?i)mailer.?daemon|postmaster|mail delivery|delivery (?:sub)?system|mail (?:sub)?system")
_ANSWERS = ("x-autoreply", "x-autorespond", "x-auto-response-suppress-reply", "x-autoreply-from", "x-mail-autoreply")
_AWAY = re.compile(
    r"(?:re: ?)?(?:\[?(?:automatic|auto|automated)[ -]?(?:reply|response|responder|answer)|autoreply|autoresponse"
    r"|out[ -]of[ -](?:the[ -])?office|ooo\b|away (?:from|until|till)|(?:i am|i'm) (?:away|on vacation|out of)"
    r"|on (?:vacation|holiday|leave)|vacation|holiday|absence|abwesen|automatische antwort|réponse automatique"
    r"|absent|respuesta automática|fuera de|risposta automatica|assente"
    r"|resposta automática|ausência|automatisch antwoord|afwezig|autosvar|frånvaro|automatyczna odpowiedź|автоответ"
    r"|自動応答|自動返信|不在|自动回复|自動回覆)",
    re.IGNORECASE,
)
_EXCHANGE = re.compile(r"diagnostic information for administrators|generating server:", re.IGNORECASE)
_INSIDE = re.compile(r"\b(?:RESOLVER|STOREDRV|TRANSPORT\.RULES)\b")
_FOR = re.compile(r"\bfor\s+<([^<>\s]{1,128}@[^<>\s]{1,250})>")
_AROUND = 4_000
_WAITS = re.compile(
    r"warning message only|you do not need to re-?send|delivery attempts will continue|will be retried|(?:will"
    r"|shall) (?:keep|continue) (?:on )?trying|will try again|still being tried"
    r"|(?:has|have) been delayed|is (?:being )?delayed|not yet been delivered|delivery incomplete"
    r"|temporary problem delivering|message is delayed|no action is required on your part"
    r"|wird weiter versucht|nouvelle tentative",
    re.IGNORECASE,
)


def read_message(message: Message, limits: Limits, depth: int = 0) -> Notice:
    """The rows of a notice; any message gives a Notice, with one row at least."""
    layout = lay_out(message, limits)
    split = split_returned(layout.text)
    enclosed = layout.returned[0] if layout.returned else split.returned
    if layout.feedback is not None:
        told = read_feedback(layout.feedback, enclosed, split.text, limits)
        return Notice(tuple(conclude(one) for one in told), enclosed, "feedback", 0, layout.problems)
    inner = _inner(layout, split, message, limits, depth)
    if inner is not None:
        return inner
    events = read_webhook(split.text, limits)
    if events:
        return Notice(tuple(conclude(one) for one in events), enclosed, "webhook", 0, layout.problems)
    status = _status(layout, split.text, limits)
    read = _people(status, split.text, message, limits)
    people = read.rows
    if status.rows:
        told, form = _merged_rows(status, people), "rfc3464"
    else:
        told, form = people or _from_enclosed(split.text, enclosed, limits), "text"
    exchanges = read_session(split.text) if quotes_session(split.text) else ()
    if exchanges:
        told = tuple(_by_session(one, exchanges, split.text, alone=len(told) == 1) for one in told)
    told = tuple(_by_header(one, message) for one in told)
    told = tuple(_by_subject(one, message) for one in told)
    if status.rows == () and _WAITS.search(split.text[:_AROUND]):
        told = tuple(replace(one, action="delayed") if one.action is None else one for one in told)
    if message.first("x-ms-exchange-message-is-ndr") is not None or _EXCHANGE.search(split.text):
        told = tuple(_by_exchange(one) for one in told)
    if len(told) == 1 and enclosed is not None:
        told = (_by_trace(told[0], enclosed, limits),)
    return Notice(
        tuple(conclude(one) for one in told), enclosed, form, max(status.unread, read.unread), layout.problems
    )


def read_report(message: Message, limits: Limits) -> Notice:
    """A feedback report, a receipt (RFC 8098) or an automatic answer (RFC 3834); an aggregate report names nobody."""
    layout = lay_out(message, limits)
    if layout.feedback is not None:
        return read_message(message, limits)
    if layout.receipt is not None:
        told = read_receipt(layout.receipt)
        return Notice((conclude(told),), next(iter(layout.returned), None), "receipt", 0, layout.problems)
    kind = message.first("content-type")
    if layout.packed or (kind is not None and b"report" in kind.value.lower()):
        return Notice(problems=layout.problems)
    words = one_line(split_returned(layout.text).text[:_AROUND])
    return Notice((conclude(_answer(Told(said=words or None), message)),), None, "answer", 0, layout.problems)


def _inner(layout: Layout, split: Split, message: Message, limits: Limits, depth: int) -> Notice | None:
    """The notice that a forwarded message encloses, where the outer one tells nothing itself; None otherwise."""
    enclosed = layout.returned[0] if layout.returned else split.returned
    if layout.statuses or enclosed is None or depth >= limits.enclosed_depth:
        return None
    inner = parse_message(enclosed, limits)
    kind = inner.first("content-type")
    is_report = kind is not None and b"report" in kind.value.lower()
    if not is_report and not (_is_notice(inner) and not _is_notice(message)):
        return None
    codes = read_codes(split.text)
    if _is_notice(message) and (codes.reply or codes.enhanced or not _is_notice(inner)):
        return None
    found = read_message(inner, limits, depth + 1)
    return found if any(row.recipient for row in found.bounces) else None


def _is_notice(message: Message) -> bool:
    """Whether the message itself came from a mail system."""
    sender = message.first("from")
    path = message.first("return-path")
    daemon = sender is not None and _DAEMON.search(sender.value)
    return bool(daemon) or (path is not None and path.value.strip() == b"<>")


def _status(layout: Layout, text: str, limits: Limits) -> Status:
    """The machine's rows of all parts, or of fields that stand in the text."""
    sources = list(layout.statuses)
    if not sources:
        found = _INLINE.search(text)
        if found is not None:
            sources = [text[found.start() :].encode("utf-8", "surrogateescape")]
    rows: list[Told] = []
    unread = 0
    reporting: str | None = None
    for data in sources:
        status = read_status(data, limits)
        unread += status.unread
        reporting = reporting or status.reporting
        rows.extend(replace(row, reporting=row.reporting or status.reporting) for row in status.rows)
    return Status(reporting, tuple(rows[: limits.bounce_rows]), unread + max(0, len(rows) - limits.bounce_rows))


def _people(status: Status, text: str, message: Message, limits: Limits) -> Read:
    """What people are told, for the recipients that the machine's rows or the header name."""
    known = tuple(dict.fromkeys(row.recipient for row in status.rows if row.recipient and "@" in row.recipient))
    if not status.rows:
        failed = message.first("x-failed-recipients")
        if failed is not None:
            known = tuple(one.spec for one in parse_addresses(failed.value, limits) if one.domain)
    inline = _INLINE.search(text)
    if inline is not None and status.rows:
        text = text[: inline.start()]
    return read_freeform(text, _not_them(message), limits, known, alone=not status.rows)


def _merged_rows(status: Status, people: tuple[Told, ...]) -> tuple[Told, ...]:
    """The machine's rows, each with what people are told of the same recipient."""
    by_name = {one.recipient.lower(): one for one in people if one.recipient}
    rows: list[Told] = []
    for row in status.rows:
        names = [name.lower() for name in (row.recipient, row.original) if name]
        own = next((by_name[name] for name in names if name in by_name), None)
        if own is None and len(status.rows) == 1 and len(people) == 1:
            own = people[0]
        if own is None:
            rows.append(row)
            continue
        rows.append(
            replace(
                row, said=row.said or own.said, frame=f"{own.frame}" or row.frame, original=row.original or own.original
            )
        )
    return tuple(rows)


def _by_session(told: Told, exchanges: tuple[Exchange, ...], text: str, *, alone: bool) -> Told:
    """With what the quoted session says: the command that was refused, and the words."""
    found = refused(exchanges, told.recipient, text)
    if found is None:
        return told
    exchange, phase, stated = found
    said = told.said
    if not alone and said and read_codes(said).reply and not _about(exchange, told.recipient):
        return told  # it has words of its own, and the session tells of another
    spoken = {one.reply.code for one in exchanges if one.reply is not None}
    if exchange.reply is not None and (not said or "<<<" in said or read_codes(said).reply not in spoken):
        said = exchange.reply.text
    elif (
        exchange.reply is not None
        and said
        and read_codes(said).reply == exchange.reply.code
        and len(exchange.reply.text) > len(said)
    ):
        said = exchange.reply.text  # reports often keep the first line only
    return replace(told, phase=phase, phase_stated=stated, said=said, quoted=True)


def _about(exchange: Exchange, recipient: str | None) -> bool:
    """Whether an exchange names a recipient."""
    name = (recipient or "").lower()
    return bool(name) and (
        name in (exchange.command or "").lower() or (exchange.reply is not None and name in exchange.reply.text.lower())
    )


def _by_header(told: Told, message: Message) -> Told:
    """An automatic answer is known by its header (RFC 3834 section 5), or by what programs write into its subject."""
    sender = message.first("from")
    if (
        told.action is not None
        or told.manner is not None
        or told.said is None
        or sender is None
        or _DAEMON.search(sender.value)
    ):
        return told
    auto = message.first("auto-submitted")
    subject = message.first("subject")
    replied = (
        (auto is not None and auto.value.lower().strip().startswith(b"auto-replied"))
        or any(message.first(name) is not None for name in _ANSWERS)
        or (subject is not None and _AWAY.match(shown(subject).strip()) is not None)
    )
    if not replied or read_codes(told.said).reply is not None:
        return told
    return _answer(told, message)


def _answer(told: Told, message: Message) -> Told:
    """An automatic answer: who sent it is whom the mail reached."""
    sender = message.first("from")
    who = parse_addresses(sender.value)[:1] if sender is not None else ()
    return replace(
        told,
        manner=Manner.REPLY,
        category="vacation",
        recipient=who[0].spec if who else told.recipient,
        phase=Phase.DELIVERY,
        phase_stated=False,
    )


def _by_subject(told: Told, message: Message) -> Told:
    """Some call their final notice a delay; the subject of a warning says that it is one."""
    subject = message.first("subject")
    if told.action != "delayed" or subject is None:
        return told
    words = shown(subject).lower()
    final = "returned mail" in words or "undeliver" in words or "failure notice" in words
    if final and not re.search(r"warning|delay|still|could not send message for past", words):
        return replace(
            told, gave_up=True, remarks=(*told.remarks, "The notice calls itself a delay, but it is the final one.")
        )
    return told


def _by_exchange(told: Told) -> Told:
    """Exchange tells of its own refusals in its own words: RESOLVER, STOREDRV and rules come after it took the mail."""
    if told.said is None or told.action in ("delivered", "relayed", "expanded") or not _INSIDE.search(told.said):
        return told
    return replace(told, phase=Phase.DELIVERY, phase_stated=True, local=True)


def _by_trace(told: Told, enclosed: bytes, limits: Limits) -> Told:
    """The address that the reporting side took the message for, where it is another: it was forwarded."""
    if told.original is not None or told.recipient is None or told.action in ("delivered", "relayed", "expanded"):
        return told
    received = parse_message(enclosed[: limits.header_bytes], limits).first("received")
    match = _FOR.search(received.unfolded) if received is not None else None
    if match is None or "@" not in told.recipient:
        return told
    taken = match[1].lower()
    if taken == told.recipient.lower() or _domain(taken) == _domain(told.recipient.lower()):
        return told
    return replace(told, original=match[1])


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _from_enclosed(text: str, enclosed: bytes | None, limits: Limits) -> tuple[Told, ...]:
    """The notice names nobody: the recipient of what it returns."""
    words = one_line(text[:6000])
    told = Told(said=words or None, frame=words)
    if enclosed is None:
        return (told,)
    inner = parse_message(enclosed[: limits.header_bytes], limits)
    for name in ("x-rcpt-to", "x-envelope-to", "envelope-to", "delivered-to", "to"):
        field = inner.first(name)
        found = [one.spec for one in parse_addresses(field.value, limits) if one.domain] if field is not None else []
        if found:
            return (replace(told, recipient=found[0]),)
    return (told,)


def _not_them(message: Message) -> frozenset[str]:
    """Addresses of the notice's own header: whoever gets or sends a notice is not who failed."""
    found: set[str] = set()
    for name in _OWN:
        for field in message.all(name)[:3]:
            found.update(match.lower() for match in _ADDRESS.findall(shown(field)))
    return frozenset(found)
