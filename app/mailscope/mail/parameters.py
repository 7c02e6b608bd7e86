"""Values with parameters (RFC 2045 section 5.1, RFC 2231): "text/plain; charset=utf-8", "attachment; filename*=…"."""

from urllib.parse import unquote_to_bytes

from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.charset import text_of
from mailscope.mail.decode import decoded_words
from mailscope.mail.lexer import without_comments

_MOST = 200
"""Parameters of one field."""
_BLANK = " \t\r\n"


def parse_parameters(value: bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[str, dict[str, str]]:
    """The value in lower case and its parameters, names in lower case, values decoded for people.

    Of a parameter that stands twice the first counts; continuations (RFC 2231 section 3) are joined. Never raises.
    """
    text = value[: limits.field_decoded_bytes].decode("utf-8", "surrogateescape")
    pieces = _split(without_comments(text))
    main = pieces[0].strip(_BLANK).lower() if pieces else ""
    plain: dict[str, str] = {}
    pieced: dict[str, dict[int, tuple[str, bool]]] = {}
    for piece in pieces[1 : _MOST + 1]:
        name, equals, raw = piece.partition("=")
        name = name.strip(_BLANK).lower()
        if not equals or not name:
            continue
        base, star, section = name.partition("*")
        if star:
            number, coded = _section(section)
            if number is not None:
                pieced.setdefault(base, {}).setdefault(number, (_unquoted(raw), coded))
        else:
            plain.setdefault(name, _words(_unquoted(raw), limits))
    for base, sections in pieced.items():
        plain[base] = _joined(sections)
    return main, plain


def _section(text: str) -> tuple[int | None, bool]:
    """Number and coding of a continuation: "0*", "1", "" (which is the star alone)."""
    coded = text.endswith("*") or not text
    digits = text.rstrip("*")
    if not digits:
        return 0, True
    return (int(digits), coded) if len(digits) <= 3 and digits.isascii() and digits.isdigit() else (None, False)


def _joined(sections: dict[int, tuple[str, bool]]) -> str:
    """The pieces as one text: percent-decoded where marked, by the charset that the first one names."""
    charset = ""
    data = b""
    for place, number in enumerate(sorted(sections)):
        raw, coded = sections[number]
        if coded and place == 0 and raw.count("'") >= 2:
            charset, _, raw = raw.split("'", 2)
        piece = raw.encode("utf-8", "surrogateescape")
        data += unquote_to_bytes(piece) if coded else piece
    return text_of(data, charset or "utf-8")


def _words(text: str, limits: Limits) -> str:
    """Encoded words do not belong into parameters (RFC 2047 section 5), and yet they stand there."""
    return decoded_words(text.encode("utf-8", "surrogateescape"), limits)


def _split(text: str) -> list[str]:
    """At semicolons outside quotes; linear."""
    if '"' not in text:
        return text.split(";")
    pieces: list[str] = []
    start = position = 0
    size = len(text)
    while position < size:
        char = text[position]
        if char == '"':
            position = _end_of_quotes(text, position)
        elif char == ";":
            pieces.append(text[start:position])
            start = position + 1
        position += 1
    pieces.append(text[start:])
    return pieces


def _end_of_quotes(text: str, start: int) -> int:
    """Where the quote that opens at start closes; the end of the text where it never does."""
    position = start + 1
    while position < len(text):
        if text[position] == "\\":
            position += 1
        elif text[position] == '"':
            return position
        position += 1
    return position


def _unquoted(raw: str) -> str:
    raw = raw.strip(_BLANK)
    if not raw.startswith('"'):
        return raw
    inner = raw[1 : _end_of_quotes(raw, 0)].replace("\r", "").replace("\n", "")
    if "\\" not in inner:
        return inner
    # A backslash before anything but a quote or itself is a Windows path, not a quoted pair.
    return inner.replace("\\\\", "\0").replace('\\"', '"').replace("\0", "\\")
