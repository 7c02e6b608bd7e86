"""The MIME side of a message (RFC 2045 to 2049): parts found by us, bodies by mail-parser where that is safe."""

import binascii
import logging
from dataclasses import dataclass

from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.charset import text_of
from mailscope.mail.message import Message
from mailscope.mail.parts import Part, walk_parts

_PARSER_BYTES = 16 * 1024 * 1024
"""Body that mail-parser is given; it holds several copies of it."""
_QUIET = logging.NullHandler()
_PARSER_WORK = 4_000_000
"""Lines times nesting: the standard library compares every line with every boundary around it."""
_PARSER_HEADERS = 256 * 1024
"""Headers of all parts together."""
_TEXT = 1_000_000
"""Bytes of one text body that are decoded by us."""
_MIME_FIELDS = frozenset(
    {"mime-version", "content-type", "content-transfer-encoding", "content-disposition", "content-id"}
)


@dataclass(frozen=True, slots=True)
class Body:
    """What a message holds below its header, for people."""

    parts: tuple[Part, ...]
    plain: tuple[str, ...] = ()
    """Each text/plain body, decoded; raw from outside, nothing made safe."""
    html: tuple[str, ...] = ()
    """Each text/html body, decoded."""
    reader: str = "mail-parser"
    """Who decoded the bodies: "mail-parser", or "mailscope" where the message is unsafe for it."""
    defects: tuple[str, ...] = ()
    """What the MIME structure has wrong, as mail-parser names it."""
    problem: str = ""
    """Why mail-parser was not asked or did not answer, or which limit bit; "" for nothing."""

    @property
    def attachments(self) -> tuple[Part, ...]:
        """The parts that a reader would save as files."""
        return tuple(part for part in self.parts if part.is_attachment)


def parts(message: Message, limits: Limits = DEFAULT_LIMITS) -> tuple[Part, ...]:
    """Every part in the order of the text, containers before what they hold; the first is the message itself."""
    return walk_parts(message, limits).parts


def read_body(message: Message, limits: Limits = DEFAULT_LIMITS) -> Body:
    """Parts and text bodies; any message gives a Body."""
    walk = walk_parts(message, limits)
    unsafe = _unsafe(message, walk.parts, walk.problem)
    if not unsafe:
        read = _by_mail_parser(message)
        if isinstance(read, tuple):
            plain, html, defects = read
            return Body(walk.parts, plain, html, defects=defects, problem=walk.problem)
        unsafe = read
    plain, html = _by_ourselves(message, walk.parts)
    return Body(walk.parts, plain, html, reader="mailscope", problem=unsafe)


def decoded_part(message: Message, part: Part, most: int = _TEXT) -> bytes:
    """The bytes that a part carries, its transfer encoding undone (RFC 2045 section 6), up to most bytes of it."""
    data = message.raw[part.span.start : min(part.span.stop, part.span.start + most)]
    if part.encoding == "base64":
        return _base64(data)
    if part.encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    return data


def _unsafe(message: Message, found: tuple[Part, ...], problem: str) -> str:
    """Why mail-parser must not see this message; "" where it may."""
    if problem:
        return f"{problem}: the bodies were read without mail-parser"
    size = message.body.stop - message.body.start
    if size > _PARSER_BYTES:
        return f"the body of {size:,} bytes is too big for mail-parser: the bodies were read without it"
    depth = max((part.depth for part in found), default=0)
    lines = message.raw.count(b"\n", message.body.start) + message.raw.count(b"\r", message.body.start)
    if lines * (depth + 1) > _PARSER_WORK:
        return f"{lines:,} lines, nested {depth} deep, are too much for mail-parser: the bodies were read without it"
    headers = sum(part.header.stop - part.header.start for part in found[1:])
    headers += sum(len(field.raw) for field in message.fields if field.key in _MIME_FIELDS)
    if headers > _PARSER_HEADERS:
        return f"MIME headers of {headers:,} bytes are too big for mail-parser: the bodies were read without it"
    return ""


def _by_mail_parser(message: Message) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]] | str:
    """Plain texts, HTML texts and defects; or one sentence why there are none."""
    import mailparser  # noqa: PLC0415  # late: it pulls in the whole email package, and few questions need it

    logging.getLogger("mailparser").addHandler(_QUIET)  # it warns about mail on standard error

    # It never sees the other header fields: they are read elsewhere, and a hundred thousand of them cost it minutes.
    header = b"".join(field.raw for field in message.fields if field.key in _MIME_FIELDS and not field.malformed)
    if header and not header.endswith((b"\n", b"\r")):
        header += b"\n"
    try:
        mail = mailparser.parse_from_bytes(header + b"\n" + message.body_bytes)
        plain = tuple(_clean(text) for text in mail.text_plain)
        html = tuple(_clean(text) for text in mail.text_html)
        defects = tuple(sorted(str(name) for name in mail.defects_categories))
    except Exception as error:  # noqa: BLE001  # a wall: it raises at will, RecursionError and LookupError among others
        return f"mail-parser stumbled ({type(error).__name__}): the bodies were read without it"
    return plain, html, defects


def _clean(text: object) -> str:
    """Text without lone surrogates."""
    return str(text).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _by_ourselves(message: Message, found: tuple[Part, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Plain and HTML texts by our own decoding."""
    plain: list[str] = []
    html: list[str] = []
    for part in found:
        if part.type not in ("text/plain", "text/html") or part.is_attachment:
            continue
        text = text_of(decoded_part(message, part), part.charset)
        if part.span.stop - part.span.start > _TEXT:
            text += f" [… cut after {_TEXT:,} of {part.span.stop - part.span.start:,} bytes]"
        (plain if part.type == "text/plain" else html).append(text)
        if sum(map(len, plain)) + sum(map(len, html)) > _PARSER_BYTES:
            break
    return tuple(plain), tuple(html)


def _base64(data: bytes) -> bytes:
    """Base64 with what does not belong to it left out; what stands before an error is kept."""
    compact = data.translate(None, NOT_BASE64)
    compact = compact.partition(b"=")[0]
    if len(compact) % 4 == 1:
        compact = compact[:-1]
    return binascii.a2b_base64(compact + b"=" * (-len(compact) % 4))


NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
