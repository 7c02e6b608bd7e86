"""Header text as people read it: encoded words (RFC 2047, RFC 2231 section 5), UTF-8 (RFC 6532), raw 8-bit."""

import binascii

from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.charset import text_of
from mailscope.mail.field import Field

_LONGEST_WORD = 4_096
"""An encoded word; RFC 2047 section 2 allows 75 characters, careless software folds late or never."""
_BLANK = b" \t\r\n"


def shown(field: Field | bytes, limits: Limits = DEFAULT_LIMITS) -> str:
    """A field's value (or bytes) for people, in one line: unfolded and decoded; controls are visible()'s work.

    Never raises; no surrogates; what lies beyond the limit is left out and the text says so.
    """
    value = field.value if isinstance(field, Field) else field
    return decoded_words(value, limits).strip(" \t")


def decoded_words(value: bytes, limits: Limits = DEFAULT_LIMITS) -> str:
    """As shown(), outer white space kept."""
    size = len(value)
    cut = value[: limits.field_decoded_bytes]
    if b"\n" in cut or b"\r" in cut:
        cut = cut.replace(b"\r", b"").replace(b"\n", b"")
    text = _decode(cut) if b"=?" in cut or not cut.isascii() or b"\x1b" in cut else cut.decode("ascii")
    if size > limits.field_decoded_bytes:
        text += f" [… cut after {limits.field_decoded_bytes:,} of {size:,} bytes]"
    return text


def _decode(data: bytes) -> str:
    """Plain stretches and encoded words in turn, from left to right."""
    pieces: list[str] = []
    plain = position = 0
    pending: tuple[str, bytes] | None = None  # neighbours of one charset are joined: some split within a character
    while (at := data.find(b"=?", position)) >= 0:
        word = _word(data, at)
        if word is None:
            position = at + 2
            continue
        name, content, stop = word
        between = data[plain:at]
        if pending is not None and not between.strip(_BLANK):
            # RFC 2047 section 6.2: white space between encoded words is not shown.
            if pending[0].lower() == name.lower():
                pending = (name, pending[1] + content)
            else:
                pieces.append(text_of(pending[1], pending[0]))
                pending = (name, content)
        else:
            if pending is not None:
                pieces.append(text_of(pending[1], pending[0]))
            pieces.append(text_of(between))
            pending = (name, content)
        plain = position = stop
    if pending is not None:
        pieces.append(text_of(pending[1], pending[0]))
    pieces.append(text_of(data[plain:]))
    return "".join(pieces)


def _word(data: bytes, at: int) -> tuple[str, bytes, int] | None:
    """Charset, content and end of the encoded word that starts here; None where none does."""
    first = data.find(b"?", at + 2, at + 64)
    if first < 0 or data[first + 2 : first + 3] != b"?":
        return None
    name = data[at + 2 : first]
    if not name or not name.isascii() or any(byte <= 32 for byte in name):
        return None
    how = data[first + 1 : first + 2].lower()
    start = first + 3
    if how not in (b"b", b"q"):
        return None
    stop = data.find(b"?=", start, start + _LONGEST_WORD)
    # "=?utf-8?q?=3D?=": the first "?=" may be the encoding's mark followed by an escape; only at the very start.
    if stop < 0:
        return None
    content = data[start:stop]
    if b"=?" in content:
        return None
    decoded = _base64(content) if how == b"b" else _quoted(content)
    return (name.decode("ascii"), decoded, stop + 2) if decoded is not None else None


def _base64(content: bytes) -> bytes | None:
    """Base64, padded or not; None where it is none."""
    compact = content.translate(None, b" \t=")
    spare = len(compact) % 4
    if spare == 1:
        compact = compact[:-1]
    try:
        return binascii.a2b_base64(compact + b"=" * (-len(compact) % 4))
    except (binascii.Error, ValueError):
        return None


def _quoted(content: bytes) -> bytes:
    """The Q encoding (RFC 2047 section 4.2)."""
    return binascii.a2b_qp(content, header=True)
