"""Whether a message is a notice about mail: a bounce, a feedback report, an automatic answer, a receipt."""

import re
from dataclasses import dataclass
from functools import lru_cache

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
_STATUS = ("message/delivery-status", "message/global-delivery-status", "text/delivery-status", "message/x-delivery-status",
           "application/delivery-status")  # fmt: skip
_RECEIPT = ("message/disposition-notification", "message/global-disposition-notification")
_CODE = re.compile(r"(?<![\d.])[45]\d\d[ -](?:[45]\.\d{1,3}\.\d{1,3}|[A-Za-z<#(])|(?<![\d.])[45]\.\d{1,2}\.\d{1,3}(?![\d.])")
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
    found = parts(message, limits)
    if not found:
        return Signs(None)
    formal = _formal(message, found)
    if formal is not None:
        return formal
    sender, null = _from_daemon(message), _null_return_path(message)
    failed = message.first("X-Failed-Recipients")
    if failed is not None:
        return Signs(Kind.BOUNCE, "X-Failed-Recipients names who did not get it")
    subject = "\n".join(shown(field, limits) for field in message.all("Subject")[:3])
    signs = [(3, sender)] if sender else []
    if null:
        signs.append((2, "no return path"))
    if _found("subjects", subject):
        signs.append((3, "the subject tells of failed delivery"))
    automatic = _automatic(message, subject)
    if not signs and not automatic:
        return Signs(None)
    if automatic and not (sender and len(signs) > 1):
        return Signs(Kind.REPORT, automatic)
    signs += _in_text(message, found)
    if any(message.first(name) for name in ("List-Unsubscribe", "List-Id")):
        signs.append((-3, ""))
    if not sender and not null:
        signs.append((-2, ""))
    if sum(weight for weight, _ in signs) < ENOUGH:
        return Signs(None)
    return Signs(Kind.BOUNCE, ", ".join(why for _, why in signs if why))


def telling_words(text: str) -> int:
    """How many different phrases of notices a text holds."""
    return len(_found("phrases", text[:_TEXT]))


def codes(text: str) -> int:
    """How many reply codes and enhanced codes of failures a text holds."""
    return len(_CODE.findall(text[:_TEXT]))


def _formal(message: Message, found: tuple[Part, ...]) -> Signs | None:
    """What the MIME types say (RFC 3464, RFC 5965, RFC 8098, RFC 8460)."""
    outer: list[Part] = []
    within: Part | None = None
    for part in found:
        if within is not None and part.depth > within.depth and part.span.start < within.span.stop:
            continue
        within = part if part.type in ("message/rfc822", "message/global") else None
        outer.append(part)
    types = {part.type for part in outer}
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


def _from_daemon(message: Message) -> str:
    """Who wrote it, where that is a mail system; "" for anybody else."""
    for field in message.all("From")[:2]:
        for address in parse_addresses(field.value)[:3]:
            if (address.local or "").strip('"').lower() in _senders():
                return f"it comes from {address.local}"
            if _found("names", (address.display or "")[:200]):
                return f"it comes from {address.display[:40]}"
    return ""


def _null_return_path(message: Message) -> bool:
    fields = [*message.all("Return-Path")[:1], *message.all("Envelope-From")[:1]]
    return any(field.unfolded.replace(" ", "") in ("<>", "<<>>", "") or "<mailer-daemon" in field.unfolded.lower() for field in fields)


def _automatic(message: Message, subject: str) -> str:
    """Why it is an automatic answer (RFC 3834); "" where it is none."""
    field = message.first("Auto-Submitted")
    said = field.unfolded.lower() if field else ""
    if said.startswith("auto-replied"):
        return "Auto-Submitted says auto-replied"
    named = next((name for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "X-Vacation") if message.first(name)), None)
    if named:
        return f"{named} marks an automatic answer"
    if _found("replies", subject) and (said.startswith("auto") or _null_return_path(message)):
        return "the subject is an automatic answer's"
    return ""


def _in_text(message: Message, found: tuple[Part, ...]) -> list[tuple[int, str]]:
    """Signs in the first text that people read."""
    for part in found:
        if part.type in ("message/rfc822", "message/global"):
            break
        if part.type.startswith("text/") or len(found) == 1:
            text = text_of(decoded_part(message, part, _TEXT), part.charset)
            told, coded = telling_words(text), codes(text)
            signs = [(min(told, 3), f"{told} phrases of a notice")] if told else []
            return signs + ([(1, "reply codes in the text")] if coded else [])
    return []


@lru_cache(maxsize=1)
def _senders() -> frozenset[str]:
    return frozenset(read_table("sources", "notices.toml")["senders"])


def _found(key: str, text: str) -> list[str]:
    """The phrases of a list in the table that a text holds; plain searches, for a pattern of them all is slow."""
    text = " ".join(text.lower().split())
    return [phrase for phrase in read_table("sources", "notices.toml")[key] if phrase in text]
