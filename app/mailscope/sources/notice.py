"""Whether a message is a notice about mail: a bounce, a feedback report, an automatic answer, a receipt."""

import re
from dataclasses import dataclass
from functools import lru_cache

from mailscope.amounts import count
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.address import parse_addresses
from mailscope.mail.charset import text_of
from mailscope.mail.decode import shown
from mailscope.mail.message import Message
from mailscope.mail.mime import decoded_part, parts
from mailscope.mail.parts import Part
from mailscope.specimen import Kind
from mailscope.tables import read_table

_TEXT = 16 * 1024
"""Bytes of a text that are searched for telling words."""
_STATUS = ("message/delivery-status", "message/global-delivery-status", "text/delivery-status",
           "message/x-delivery-status", "application/delivery-status")  # fmt: skip
_RECEIPT = ("message/disposition-notification", "message/global-disposition-notification")
_CODE = re.compile(
    r"(?<![\d.])[45]\d\d(?:[ -]|\s-\s)(?:[45]\.\d{1,3}\.\d{1,3}|[A-Za-z<#(])|(?<![\d.])[45]\.\d{1,2}\.\d{1,3}(?![\d.])"
)
_PLAIN_CODE = re.compile(
    r"(?m)^\W{0,9}[45]\d\d(?:[ -]|\s-\s)[A-Za-z<#(]|(?<![\d.])[45]\d\d[ -]#?[45]\.\d{1,3}\.\d{1,3}"
    r"|[;('\"][ ]?[45]\d\d[ ,-]|(?:said|reason|error|reply|response|returned|code|status)\W{1,3}[45]\d\d\b"
    r"|(?<![\d.])[45]\.[0-7]\.\d{1,3}(?![\d.])"
)
_ENCLOSED = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers", "text/rfc822",
             "message/partial")  # fmt: skip
_SEPARATORS = re.compile(r"[._+ -]")
_MANAGER = re.compile(
    r"[-_+.](?:admin|owner|request|bounces?|return|errors?|help|confirm)$|^owner-|^(?:sympa|majordomo|mailman|listserv)$"
)
_NOBODY = re.compile(r"(?:no|donot|dont)reply")
_NOTIFICATION = re.compile(
    r"\\?\"(?:notificationType|eventType|event|type)\\?\"\s{0,9}:\s{0,9}\\?\"(bounced?|complaint|delivery|delivered|failed|dropped|deferred"
    r"|delayed|deliverydelay|reject(?:ed)?|spamreport|spam_complaint|hardbounce|softbounce|hard_bounce|soft_bounce|blocked)\\?\"",
    re.IGNORECASE,
)
_FORMAL = (b"delivery-status", b"feedback-report", b"disposition-notification", b"tlsrpt")
_SEARCHED = 1024 * 1024
"""Bytes of a message in which the types of notices are looked for."""
_ANSWER = re.compile(r"\s*(?:re|fwd?|aw|wg|tr|rv|vs|sv|antw|enc|i|r)\s*:", re.IGNORECASE)
"""Somebody answers or passes on a notice: that is a letter of theirs."""
_QUOTED = 3
"""Phrases of a notice in a letter that passes one on."""
ENOUGH = 5
"""Weight of signs from which a message is a notice."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for a notice."""

    kind: Kind | None
    """BOUNCE or REPORT; None for ordinary mail."""
    basis: str = ""
    """Why, in a few words."""


def read_signs(message: Message, limits: Limits = DEFAULT_LIMITS) -> Signs:
    """What kind of notice a message is, if any; linear, never raises."""
    subject = "\n".join(shown(field, limits) for field in message.all("Subject")[:3])
    automatic = _automatic(message, subject)
    author, path = _from_machine(message), _return_path(message)
    if message.first("X-Failed-Recipients"):
        author.append((3, "X-Failed-Recipients names who did not get it"))
    subject_tells = bool(_found("subjects", subject) or _found("managed", subject))
    start = message.raw[message.body.start : message.body.start + 100].lstrip()
    plain = not (subject_tells or automatic or start.startswith(b"{") or any(weight > 0 for weight, _ in author + path))
    searched = message.raw[:_SEARCHED].lower() if plain else b""
    if plain and not any(mark in searched for mark in _FORMAL):
        return Signs(None)  # as nearly all mail: its parts need not be looked for
    found = parts(message, limits)
    formal = _formal(message, found)
    if formal is not None or plain:
        return formal or Signs(None)
    enclosing = _enclosing(found)
    signs = [*author, *path, *enclosing]
    answers = _ANSWER.match(subject)
    if subject_tells and not answers:
        signs.append((3, "the subject tells of failed delivery"))
    if automatic and sum(weight for weight, _ in signs) < ENOUGH:
        return Signs(Kind.REPORT, automatic)
    told, coded, notification = _in_text(message, found)
    if notification:
        return Signs(Kind.BOUNCE, notification)
    if answers and subject_tells:
        passed = told >= _QUOTED and coded >= 1 and not enclosing
        return Signs(Kind.BOUNCE, "a notice that somebody passed on") if passed else Signs(None)
    if _found("managed", subject) and any(weight > 1 or (weight and enclosing) for weight, _ in author):
        return Signs(Kind.BOUNCE, "a list manager tells of bounces")
    signs.append((min(told, 3), f"{count(told, 'phrase')} of a notice" if told else ""))
    signs.append((min(coded, 1), "reply codes in the text" if coded else ""))
    if message.first("List-Unsubscribe") or message.first("List-Id"):
        signs.append((-3, ""))
    # Words alone make no notice, for swindlers write them too: a mail system must have made it.
    pasted = message.first("From") is None and message.first("Received") is None  # and no swindler's letter
    made = any(weight > 1 for weight, _ in author + path) or (subject_tells and bool(coded or enclosing or pasted))
    if not made or sum(weight for weight, _ in signs) < ENOUGH:
        return Signs(None)
    return Signs(Kind.BOUNCE, ", ".join(why for _, why in signs if why))


def telling_words(text: str) -> int:
    """How many different phrases of notices a text holds."""
    return len(_found("phrases", text[:_TEXT]))


def sentences(text: str) -> int:
    """How many different sentences a text holds that speak of failed mail whoever says them."""
    return len({*_found("sentences", text[:_TEXT]), *_found("subjects", text[:_TEXT])})


def plain_codes(text: str) -> int:
    """How many codes a text holds that stand where replies have them, so that they are no other numbers."""
    return len(_PLAIN_CODE.findall(text[:_TEXT]))


def codes(text: str) -> int:
    """How many reply codes and enhanced codes of failures a text holds."""
    return len(_CODE.findall(text[:_TEXT]))


def _formal(message: Message, found: tuple[Part, ...]) -> Signs | None:
    """What the MIME types say (RFC 3464, RFC 5965, RFC 8098, RFC 8460)."""
    types = {part.type for part in _outer(found)}
    kind = message.first("Content-Type")
    said = kind.unfolded.lower() if kind else ""
    if "message/feedback-report" in types or "report-type=feedback-report" in said.replace('"', ""):
        return Signs(Kind.REPORT, "a feedback report (multipart/report, feedback-report)")
    if types & set(_STATUS):
        return Signs(Kind.BOUNCE, f"a delivery report ({found[0].type}, delivery-status)")
    if types & set(_RECEIPT):
        return Signs(Kind.REPORT, "a receipt (multipart/report, disposition-notification)")
    if types & {"application/tlsrpt+gzip", "application/tlsrpt+json"}:
        return Signs(Kind.REPORT, "a TLS report (RFC 8460)")
    if "delivery-status" in said and "multipart/report" in said:
        return Signs(Kind.BOUNCE, "a delivery report (multipart/report, delivery-status)")
    return None


def _outer(found: tuple[Part, ...]) -> list[Part]:
    """The parts, without those of a message that is enclosed."""
    outer: list[Part] = []
    within: Part | None = None
    for part in found:
        if within is not None and part.depth > within.depth and part.span.start < within.span.stop:
            continue
        within = part if part.type in _ENCLOSED else None
        outer.append(part)
    return outer


def _from_machine(message: Message) -> list[tuple[int, str]]:
    """Signs in who wrote it: a mail system, a list manager, nobody who reads answers."""
    for field in message.all("From")[:2]:
        for address in parse_addresses(field.value)[:3]:
            local = _SEPARATORS.sub("", address.local.lower())
            if local in _senders():
                return [(3, f"it comes from {address.local}")]
            if _found("names", address.display[:200]):
                return [(2, f"it comes from {address.display[:40]}")]
            if _MANAGER.search(address.local.lower()):
                return [(2, "it comes from a list manager")]
            if _NOBODY.match(local):
                return [(1, "")]
    return []


def _return_path(message: Message) -> list[tuple[int, str]]:
    """Notices have a null return path, so that nobody answers them (RFC 5321 section 4.5.5)."""
    for name in ("Return-Path", "Envelope-From"):
        field = message.first(name)
        if field is None:
            continue
        value = field.unfolded.replace(" ", "").lower()
        if value in ("<>", "<<>>", "") or value.startswith("<mailer-daemon"):
            return [(2, "no return path")]
        if not _MANAGER.search(value.strip("<>").partition("@")[0]):
            return [(-1, "")]
    return []


def _enclosing(found: tuple[Part, ...]) -> list[tuple[int, str]]:
    return [(2, "it encloses a message")] if any(part.type in _ENCLOSED for part in _outer(found)) else []


def _automatic(message: Message, subject: str) -> str:
    """Why it is an automatic answer (RFC 3834); "" where it is none."""
    field = message.first("Auto-Submitted")
    said = field.unfolded.lower() if field else ""
    if said.startswith("auto-replied"):
        return "Auto-Submitted says auto-replied"
    named = next(
        (name for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "X-Vacation") if message.first(name)), None
    )
    if named:
        return f"{named} marks an automatic answer"
    if _found("replies", subject) and (
        said.startswith("auto") or any(weight > 0 for weight, _ in _return_path(message))
    ):
        return "the subject is an automatic answer's"
    return ""


def _in_text(message: Message, found: tuple[Part, ...]) -> tuple[int, int, str]:
    """Telling phrases and reply codes in the first text that people read, and what a machine's notification is."""
    for part in _outer(found):
        if part.type.startswith("text/") or len(found) == 1:
            text = text_of(decoded_part(message, part, _TEXT), part.charset)
            break
    else:
        # MIME that hides its own parts
        text = "" if _enclosing(found) else text_of(message.body_bytes[:_TEXT])
    event = _NOTIFICATION.search(text[:4096]) if text.lstrip().startswith("{") else None
    said = f"a notification for machines ({event[1]}) in its text" if event else ""
    return telling_words(text), codes(text), said


@lru_cache(maxsize=1)
def _senders() -> frozenset[str]:
    return frozenset(_SEPARATORS.sub("", name) for name in read_table("sources", "notices.toml")["senders"])


def _found(key: str, text: str) -> list[str]:
    """The phrases of a list in the table that a text holds; plain searches, for a pattern of them all is slow."""
    text = " ".join(text.lower().split())
    return [phrase for phrase in read_table("sources", "notices.toml")[key] if phrase in text]
