"""Transfer encodings (RFC 2045 section 6) as different programs write them, for finding the one that was signed."""

import base64
import binascii
from collections.abc import Iterator

_MOST = 256 * 1024
"""Bytes of one part that are encoded again."""
_MOST_OURS = 48 * 1024
"""Bytes that are encoded in ways that only we know: slow."""
_WIDTHS = (76, 75, 74, 73, 72, 77, 78)
_LINES = (76, 72, 60, 64, 57)
"""Characters on a line of base64."""


def decoded(content: bytes, encoding: str) -> bytes | None:
    """What a quoted-printable or base64 part holds, with CRLF line ends; None for other encodings."""
    if encoding == "quoted-printable":
        # Some programs encode the CR of a line end and leave the line end there.
        return crlf(binascii.a2b_qp(content)).replace(b"\r\r\n", b"\r\n")
    if encoding == "base64":
        try:
            return crlf(binascii.a2b_base64(content))
        except binascii.Error:
            return None
    return None


def crlf(data: bytes) -> bytes:
    """The data with every bare LF as CRLF."""
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def quoted_printable(data: bytes) -> Iterator[bytes]:
    """Quoted-printable as mail programs write it; data has CRLF line ends."""
    if len(data) > _MOST:
        return
    text = data.replace(b"\r\n", b"\n")
    # mail programs agree on all but where long lines are broken
    yield binascii.b2a_qp(text, istext=True).replace(b"\n", b"\r\n")
    if len(data) > _MOST_OURS:
        return
    lines = [_tokens(line) for line in text.split(b"\n")]
    for width in _WIDTHS:
        yield b"\r\n".join(_broken(line, width) for line in lines)


def in_base64(data: bytes) -> Iterator[bytes]:
    """Base64 in lines of the usual lengths; data has CRLF line ends, and some programs encode LF."""
    if len(data) > _MOST:
        return
    for each in dict.fromkeys((data, data.replace(b"\r\n", b"\n"))):
        text = base64.b64encode(each)
        for width in _LINES:
            yield b"\r\n".join(text[at : at + width] for at in range(0, len(text), width)) + b"\r\n"
        yield text + b"\r\n"


def rewrapped(content: bytes) -> Iterator[bytes]:
    """Base64 in lines of other lengths, what it holds untouched."""
    text = b"".join(content.split())
    for width in _LINES:
        lines = b"\r\n".join(text[at : at + width] for at in range(0, len(text), width))
        yield lines + b"\r\n"
        yield lines


def _tokens(line: bytes) -> list[bytes]:
    """The line in pieces that must not be broken."""
    pieces = [_TABLE[byte] for byte in line]
    if pieces and pieces[-1] in (b" ", b"\t"):
        pieces[-1] = b"=%02X" % pieces[-1][0]
    return pieces


def _broken(pieces: list[bytes], width: int) -> bytes:
    """Pieces on lines of at most width characters, the soft line break counted."""
    total = sum(map(len, pieces))
    if total <= width:
        return b"".join(pieces)
    lines: list[bytes] = []
    line: list[bytes] = []
    used = 0
    for place, piece in enumerate(pieces):
        last = place == len(pieces) - 1  # needs no room for a soft line break
        if used + len(piece) > width - (not last):
            lines.append(b"".join(line) + b"=")
            line, used = [], 0
        line.append(piece)
        used += len(piece)
    lines.append(b"".join(line))
    return b"\r\n".join(lines)


_PLAIN = frozenset({9, *range(32, 127)} - {61})
_TABLE = [bytes((byte,)) if byte in _PLAIN else b"=%02X" % byte for byte in range(256)]
