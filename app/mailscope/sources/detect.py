"""What some bytes are: a message, headers, a bounce, a transcript, a log, a report; always with the reason."""

from dataclasses import dataclass

from mailscope.amounts import count
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.charset import text_of
from mailscope.mail.message import Message, parse_message
from mailscope.sources.binary import remedy, what_it_is
from mailscope.sources.dialogue import read_dialogue
from mailscope.sources.header import KNOWN, STATUS, Look, look_at
from mailscope.sources.loglines import read_log_lines
from mailscope.sources.notice import codes, plain_codes, read_signs, sentences, telling_words
from mailscope.specimen import Kind

_TEXT = 256 * 1024
"""Bytes of a text by whose lines it is judged."""
_LINES_A_SIGN = 5
_FEW_LINES = 10
_EMPTY_BODY = (b"frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=", b"uoq1oCgLlTqpdDX/iUbLy7J1Wic=",
               b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", b"2jmj7l5rSw0yVb/vlWAYkK/YBwk=")  # fmt: skip
"""Hashes of an empty body (RFC 6376 sections 3.4.3 and 3.4.4)."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What something was taken for; kind None: it looks like no kind of mail, and basis says what it is."""

    kind: Kind | None
    basis: str


def detect(content: bytes, limits: Limits = DEFAULT_LIMITS) -> Guess:
    """The kind of unwrapped bytes, and why; any bytes give a Guess, in linear time."""
    look = look_at(content)
    if look.odd and _begins_spoken(look) and not what_it_is(content):
        # A session's record shows the message, and what its program prints first may look like fields.
        return Guess(Kind.TRANSCRIPT, read_dialogue(text_of(content[:_TEXT])).basis)
    if look.message.fields and look.message.fields[0].malformed and not what_it_is(content):
        # "From: <a> to: <b>" stands in logs as well: a text that does not begin with a field may be one.
        guess = _spoken(text_of(content[:_TEXT]))
        if guess is not None:
            return guess
    if look.is_status and not look.is_header:
        return Guess(Kind.BOUNCE, f"{count(look.status, 'field')} of a delivery report")
    if look.is_header and not _is_binary(content, look):
        return _mail(content, look, limits)
    what = what_it_is(content)
    if what:
        return Guess(None, f"it is {what}; {remedy(what)}")
    text = text_of(content[:_TEXT])
    return _text(text, look)


def _begins_spoken(look: Look) -> bool:
    """Whether commands and their replies stand before the first field that mail software writes."""
    first = next((field for field in look.message.fields if field.key in KNOWN and not field.malformed), None)
    if first is None or first is look.message.fields[0]:
        return False
    spoken = read_dialogue(text_of(look.message.raw[: first.span.start]))
    return spoken.commands >= 2 and spoken.replies >= 2


def _is_binary(content: bytes, look: Look) -> bool:
    """A picture whose first bytes happen to hold a colon is no header block."""
    return look.known < 3 and bool(what_it_is(content))


def _mail(content: bytes, look: Look, limits: Limits) -> Guess:
    """Something that begins with a header block."""
    message = look.message if look.whole else parse_message(content, limits)
    known = count(look.known, "known header field")
    if not message.has_body or _body_left_out(message):
        if sum(1 for field in message.fields if field.key in STATUS) >= 3:
            return Guess(Kind.BOUNCE, f"{count(look.status, 'field')} of a delivery report")
        return Guess(Kind.HEADERS, f"{known}, no body")
    signs = read_signs(message, limits)
    if signs.kind is not None:
        return Guess(signs.kind, signs.basis)
    return Guess(Kind.MESSAGE, f"{known} and a body")


def _body_left_out(message: Message) -> bool:
    """Whether nothing but blank lines follows the header block, and no signature says that this is right."""
    if message.body_bytes[:1000].strip() or message.body_bytes.strip():
        return False
    signed = message.all("DKIM-Signature")
    return bool(signed) and not any(_vouches(b"".join(field.value.split())) for field in signed)


def _vouches(value: bytes) -> bool:
    return any(b"bh=" + digest in value for digest in _EMPTY_BODY)


def _spoken(text: str) -> Guess | None:
    """A log or a session; None for neither."""
    dialogue, log = read_dialogue(text), read_log_lines(text)
    spoken = dialogue.marked > log.logged or dialogue.is_spoken or (dialogue.is_marked and not log.named)
    if log.is_log and not (dialogue.is_session and spoken):
        return Guess(Kind.LOG, log.basis)
    return Guess(Kind.TRANSCRIPT, dialogue.basis) if dialogue.is_session else None


def _text(text: str, look: Look) -> Guess:
    """A text without header fields."""
    spoken = _spoken(text)
    if spoken is not None:
        return spoken
    told, coded, plain, said = telling_words(text), codes(text), plain_codes(text), sentences(text)
    # "550" may be a price: where it does not stand like a reply's code, words must say that it is one.
    coded = max(plain, coded if told or said else 0)
    weight = 2 * coded + told + 2 * said + 2 * look.status
    lines = sum(1 for line in text.split("\n") if line.strip())
    # A page of other text may mention a code: a notice is short, or full of such words.
    # What a client prints of itself (settings, a stack trace) is no other text.
    lines -= read_dialogue(text).environs if weight >= 2 and lines > _FEW_LINES else 0
    if weight >= 2 and weight * _LINES_A_SIGN >= lines - _FEW_LINES:
        return Guess(Kind.BOUNCE, _said(max(told, said), coded))
    return Guess(None, "it looks like no message, headers, bounce, transcript or log; if it is one, say of which kind")


def _said(told: int, coded: int) -> str:
    words = count(told, "phrase") + " of a bounce" if told else ""
    return " and ".join(each for each in (count(coded, "reply code") if coded else "", words) if each)
