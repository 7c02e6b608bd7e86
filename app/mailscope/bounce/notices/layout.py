"""The parts of a notice: what people read, what machines read, and what was sent back."""

import re
from dataclasses import dataclass, replace

from mailscope.bounce.failure import Trouble
from mailscope.bounce.reply import read_codes
from mailscope.bounce.unwrap import cited, tidied, unquoted
from mailscope.limits import Limits
from mailscope.mail.charset import text_of
from mailscope.mail.message import Message, parse_message
from mailscope.mail.mime import decoded_part
from mailscope.mail.parts import Part, walk_parts

_TEXT = 2_000_000
"""Bytes of human text that are read."""
_STATUS = 16 * 1024 * 1024
"""Bytes of a machine part that are read: 10,000 recipients stay under 5 MB."""
_TAG = re.compile(r"<[^<>]{0,2000}>")
_BREAK = re.compile(r"(?i)</?(?:p|br|div|tr|li|h\d|table|ul|ol|blockquote|pre|td)\b[^<>]{0,1000}>")
_DROPPED = re.compile(r"(?i)<(style|script|head)\b")
_ENTITIES = {
    "&lt;": "<",
    "&gt;": ">",
    "&quot;": '"',
    "&nbsp;": " ",
    "&#39;": "'",
    "&#64;": "@",
    "&#43;": "+",
    "&amp;": "&",
}
_STATUS_TYPES = (
    "message/delivery-status", "message/global-delivery-status", "text/delivery-status",
    "message/x-delivery-status", "application/delivery-status",
)  # fmt: skip
_BACK_TYPES = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers", "text/rfc822",
               "message/partial", "message/news", "message/rfc822-headers")  # fmt: skip
_HEADER = re.compile(rb"[a-z][a-z0-9-]{1,40}:[ \t]")
_PACKED = ("application/gzip", "application/zip", "application/x-gzip", "application/x-zip-compressed",
           "application/xml", "text/xml", "application/tlsrpt+gzip", "application/tlsrpt+json")  # fmt: skip
_LOST = re.compile(rb"(?m)^--([^\s-][^\r\n]{5,70}?)[ \t]*\r?\n(?i:content-)")
_LOST_WITHIN = 64 * 1024
_DEPTH = 5
"""Quotations within each other that are undone."""
_SEARCHED = 8_000
"""Characters of a quotation that are searched for codes."""
_STATUS_FIELD = re.compile(r"(?im)^[ \t]*(?:final-recipient|diagnostic-code)\s?:")


@dataclass(frozen=True, slots=True)
class Layout:
    """A notice taken apart; texts are decoded, the rest is bytes."""

    texts: tuple[str, ...] = ()
    """What people read, plain texts before those made from HTML."""
    statuses: tuple[bytes, ...] = ()
    """Delivery reports (RFC 3464, RFC 6533)."""
    feedback: bytes | None = None
    """A feedback report (RFC 5965)."""
    receipt: bytes | None = None
    """A disposition notification (RFC 8098)."""
    packed: bool = False
    """A part is compressed or XML: an aggregate report, as a rule."""
    returned: tuple[bytes, ...] = ()
    """Messages and header blocks that are enclosed."""
    problems: tuple[Trouble, ...] = ()

    @property
    def text(self) -> str:
        """The texts in one."""
        return "\n".join(self.texts)


def lay_out(message: Message, limits: Limits) -> Layout:
    """Take a message apart as a notice; parts inside what is returned are not looked at."""
    walk = walk_parts(message, limits)
    found = walk.parts
    top = found[0] if found else None
    if top is not None and top.is_container and len(found) == 1:
        return _without_boundary(message, limits)
    texts: list[str] = []
    html: list[str] = []
    statuses: list[bytes] = []
    returned: list[bytes] = []
    feedback: bytes | None = None
    receipt: bytes | None = None
    packed = cut = False
    within: Part | None = None
    for part in found:
        if within is not None and part.span.start < within.span.stop and part.depth > within.depth:
            continue
        within = None
        if part.type in _STATUS_TYPES:
            statuses.append(decoded_part(message, part, _STATUS))
        elif part.type == "message/feedback-report":
            feedback = feedback or decoded_part(message, part, _TEXT)
        elif part.type in ("message/disposition-notification", "message/global-disposition-notification"):
            receipt = receipt or decoded_part(message, part, _TEXT)
        elif part.type in _PACKED:
            packed = True
        elif part.type in _BACK_TYPES:
            within = part
            returned.append(decoded_part(message, part, limits.file_bytes))
        elif part.type in ("text/plain", "text/html", "message/plain") or (
            part.type.startswith("text/") and not part.is_container
        ):
            if sum(map(len, texts)) + sum(map(len, html)) < _TEXT:
                data = decoded_part(message, part, _TEXT)
                cut = cut or part.size > _TEXT
                if texts and _headers_only(data):
                    returned.append(data)
                    continue
                text = text_of(data, part.charset)
                (html if part.type == "text/html" or _is_html(text) else texts).append(text)
        elif part.is_container and not part.boundary and part.span.stop - part.span.start < _TEXT:
            texts.append(
                text_of(decoded_part(message, part, _TEXT))
            )  # its boundary is lost: what it holds is read as text
    read = [clean(text) for text in texts if text.strip()]
    if not any(len(text.strip()) > 20 for text in read):
        read += [clean(from_html(text)) for text in html]
    problems = tuple(Trouble(part.problem) for part in found if part.problem and part.depth <= 1)[:3]
    if cut:
        problems += (Trouble(f"Only the first {_TEXT:,} bytes of the notice's text were read.", is_limit=True),)
    if walk.problem:
        problems += (Trouble(f"{walk.problem[0].upper()}{walk.problem[1:]}.", is_limit=True),)
    return Layout(tuple(read), tuple(statuses), feedback, receipt, packed, tuple(returned), problems)


def _headers_only(data: bytes) -> bool:
    """Whether a text part is a header block that was sent back under another name."""
    head = data[:4000].lstrip().lower()
    return (
        bool(_HEADER.match(head))
        and sum(
            head.count(b"\n" + name) for name in (b"received:", b"from:", b"to:", b"subject:", b"message-id:", b"date:")
        )
        >= 3
    )


def _without_boundary(message: Message, limits: Limits) -> Layout:
    """A multipart whose boundary never occurs: look for the one that does, else read the body as text."""
    body = message.body_bytes
    lost = _LOST.search(body[:_LOST_WITHIN])
    problem = Trouble("The boundary that the notice names never occurs in it.")
    if lost is not None:
        head = b'Content-Type: multipart/mixed; boundary="' + lost[1].replace(b'"', b"") + b'"\r\n\r\n'
        mended = parse_message(head + body, limits)
        if len(walk_parts(mended, limits).parts) > 1:
            inner = lay_out(mended, limits)
            return replace(inner, problems=(problem, *inner.problems))
    text = text_of(body[:_TEXT])
    return Layout((clean(from_html(text) if _is_html(text) else text),), problems=(problem,))


def clean(text: str) -> str:
    """Line ends as one, typographic quotes plain, the marks of a quotation off.

    Of a letter that quotes a notice, what it quotes: where codes stand there, and none in the letter's own words.
    """
    lines = tidied(text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    for _ in range(_DEPTH):
        inner = unquoted(lines)
        inner = _notice_within(lines) if inner is lines else inner
        if inner is lines:
            break
        lines = inner
    return "\n".join(lines)


def _notice_within(lines: list[str]) -> list[str]:
    """The quoted lines where only they hold codes; all lines else."""
    if not any(line.lstrip(" \t")[:1] in (">", "|") for line in lines):
        return lines
    inside = cited(lines)
    own = [line for line in lines if line.lstrip(" \t")[:1] not in (">", "|")]
    return inside if inside and _tells(inside) and not _tells(own) else lines


def _tells(lines: list[str]) -> bool:
    """Whether lines hold a reply code, an enhanced code or a field of a delivery report."""
    text = "\n".join(lines)[:_SEARCHED]
    codes = read_codes(text)
    return codes.reply is not None or codes.enhanced is not None or _STATUS_FIELD.search(text) is not None


def from_html(text: str) -> str:
    """The words of an HTML text, a line a block; good enough to find sentences, not to render."""
    text = _undressed(text[:_TEXT])
    text = _TAG.sub(_tag, _BREAK.sub("\n", text.replace("\r\n", " ").replace("\n", " ")))
    for entity, char in _ENTITIES.items():
        text = text.replace(entity, char)
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())


def _undressed(text: str) -> str:
    """Without style sheets, scripts and head; one that never closes stays. Each closing tag is looked for once."""
    lower = text.lower()
    kept: list[str] = []
    position = 0
    lost: set[str] = set()
    while (opening := _DROPPED.search(text, position)) is not None:
        name = opening[1].lower()
        end = -1 if name in lost or len(lower) != len(text) else lower.find(f"</{name}", opening.end())
        kept.append(text[position : opening.start()])
        if end < 0:
            lost.add(name)
            kept.append(opening[0])
            position = opening.end()
            continue
        position = text.find(">", end) + 1 or len(text)
        kept.append(" ")
    return "".join(kept) + text[position:]


def _tag(match: re.Match[str]) -> str:
    """Tags go; an address in angle brackets is none."""
    return match[0] if "@" in match[0] and " " not in match[0] else " "


def _is_html(text: str) -> bool:
    head = text[:2000].lower()
    return "<html" in head or "<!doctype html" in head or ("<body" in head and "</" in text.lower()[:20_000])
