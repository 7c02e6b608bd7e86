"""What mail programs, mailboxes and clipboards wrap around a message, undone step by step and told."""

import binascii
import re
from dataclasses import dataclass

from mailscope.sources.header import look_at
from mailscope.specimen import Step

_BOMS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_MBOX_FROM = re.compile(rb">?From [^\r\n]{0,1000}(?:\r\n|\n|\r)")
_BLANK = re.compile(rb"(?:[ \t]*(?:\r\n|\n|\r))+")
_QUOTE = re.compile(rb"(?m)^[ \t]*> ?")
_LINE = re.compile(rb"[^\r\n]+")
_BASE64 = re.compile(rb"[A-Za-z0-9+/=_\s-]{40,}\Z")
_SAMPLE = 64 * 1024
_ROUNDS = 6
"""Wrappings inside wrappings; nobody quotes a base64 of a quotation more often."""


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """The bytes that are left, and what was undone, in order."""

    content: bytes
    steps: tuple[Step, ...] = ()


def unwrap(raw: bytes) -> Unwrapped:
    """Undo what stands around a message or text; any bytes give an Unwrapped, in linear time."""
    content = raw
    steps: list[Step] = []
    for _ in range(_ROUNDS):
        for step, undo in _UNDOERS:
            undone = undo(content)
            if undone is not None:
                content = undone
                steps.append(step)
                break
        else:
            break
    return Unwrapped(content, tuple(dict.fromkeys(steps)))


def _utf16(data: bytes) -> bytes | None:
    """UTF-16 with a byte order mark, or without one where every other byte is NUL."""
    for mark, codec in _BOMS:
        if data.startswith(mark) and not data.startswith(mark + b"\0\0"):
            return data[2:].decode(codec, "replace").encode("utf-8")
    start = data[:400]
    if len(start) < 8 or b"\0" not in start:
        return None
    for offset, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
        half = start[offset::2]
        if half.count(0) * 10 >= len(half) * 9 and start[1 - offset :: 2].count(0) * 10 <= len(half):
            return data.decode(codec, "replace").encode("utf-8")
    return None


def _bom(data: bytes) -> bytes | None:
    return data[3:] if data.startswith(b"\xef\xbb\xbf") else None


def _leading_blank(data: bytes) -> bytes | None:
    match = _BLANK.match(data)
    return data[match.end() :] if match and match.end() < len(data) else None


def _mbox_from(data: bytes) -> bytes | None:
    match = _MBOX_FROM.match(data)
    return data[match.end() :] if match and match.end() < len(data) else None


def _quoted(data: bytes) -> bytes | None:
    """Off with "> " where nearly every line bears it and fields stand behind it."""
    if b">" not in data[:200]:
        return None
    lines = _LINE.findall(data[:_SAMPLE])
    marked = sum(1 for line in lines if line.lstrip(b" \t").startswith(b">"))
    if marked * 10 < len(lines) * 9:
        return None
    inner = _QUOTE.sub(b"", data)
    return inner if look_at(inner).is_header else None


def _indented(data: bytes) -> bytes | None:
    """Off with white space that every line begins with, where fields stand behind it."""
    if data[:1] not in (b" ", b"\t"):
        return None
    margin: bytes | None = None
    for line in data.splitlines():
        if not line.strip():
            continue
        own = line[: len(line) - len(line.lstrip(b" \t"))]
        margin = own if margin is None else _common(margin, own)
        if not margin:
            return None
    if not margin:
        return None
    inner = re.sub(rb"(?m)^" + re.escape(margin), b"", data)
    return inner if look_at(inner).is_header else None


def _common(one: bytes, other: bytes) -> bytes:
    size = min(len(one), len(other))
    return next((one[:place] for place in range(size) if one[place] != other[place]), one[:size])


def _base64(data: bytes) -> bytes | None:
    """A whole message in base64, as web clients hand out attachments."""
    if not _BASE64.match(data[:_SAMPLE]) or b":" in data:
        return None
    compact = data.translate(None, b" \t\r\n=").translate(bytes.maketrans(b"-_", b"+/"))
    if len(compact) % 4 == 1:
        compact = compact[:-1]
    try:
        inner = binascii.a2b_base64(compact + b"=" * (-len(compact) % 4), strict_mode=True)
    except (binascii.Error, ValueError):
        return None
    head = inner[:_SAMPLE].lstrip(b"\xef\xbb\xbf \t\r\n")
    return inner if look_at(head).is_header else None


_UNDOERS = (
    (Step.UTF16, _utf16),
    (Step.BOM, _bom),
    (Step.LEADING_BLANK, _leading_blank),
    (Step.MBOX_FROM, _mbox_from),
    (Step.QUOTED, _quoted),
    (Step.INDENTED, _indented),
    (Step.BASE64, _base64),
)
