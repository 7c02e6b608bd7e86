"""What mail programs, mailboxes and clipboards wrap around a message, undone step by step and told."""

import binascii
import re
from dataclasses import dataclass

from mailscope.sources.header import KNOWN, look_at
from mailscope.sources.notice import codes, telling_words
from mailscope.specimen import Step

_BOMS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_MBOX_FROM = re.compile(rb">?From [^\r\n]{0,1000}(?:\r\n|\n|\r)")
_QUOTE = re.compile(rb"(?m)^[ \t]*> ?")
_LINE = re.compile(rb"[^\r\n]+")
_BASE64 = re.compile(rb"[A-Za-z0-9+/=_\s-]{40,}\Z")
_COLOUR = re.compile(rb"\x1b\[[0-9;?]{0,20}[A-Za-z]")
_EMLX = re.compile(rb"(\d{1,9})[ \t]*\n")
_SOURCE = re.compile(
    rb"(?mi)^(?:Delivered-To|Return-Path|Received|X-Received|Authentication-Results|ARC-Seal|DKIM-Signature): ?"
)
_FIELD_LINE = re.compile(rb"(?:\A|[\r\n])[!-9;-~]")
_BLANK = re.compile(rb"\n\r?\n|\r\r")
_FIELD = re.compile(rb"[!-9;-~]{1,76}:")
_NAME = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,75}[ \t]?:(?!//)")
_SPOKEN = re.compile(rb"(?i)[2-5]\d\d[ -]\S|(?:EHLO|HELO) \S|MAIL FROM:|RCPT TO:")
_TALK = 4
"""Commands and replies that no folded field holds by chance."""
_SAMPLE = 64 * 1024
_MARGIN = 64
"""Columns of an indentation."""
_LONGEST_LINE = 4_000
_GAPPED = 1024 * 1024
_ABOVE = 60
"""Lines that a web client shows above the source."""
_TRIES = 8
_ROUNDS = 6
"""Wrappings inside wrappings; nobody quotes a base64 of a quotation more often."""


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """The bytes that are left, and what was undone, in order."""

    content: bytes
    steps: tuple[Step, ...] = ()


def unwrap(raw: bytes, *, pasted: bool = False) -> Unwrapped:
    """Undo what stands around a message or text; any bytes give an Unwrapped, in linear time.

    pasted: it came through a clipboard, so that white space may be lost.
    """
    content = raw
    steps: list[Step] = []
    undoers = (*_UNDOERS, (Step.REFOLDED, _refolded)) if pasted else _UNDOERS
    for _ in range(_ROUNDS):
        for step, undo in undoers:
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


def _colours(data: bytes) -> bytes | None:
    """Off with a terminal's colours and cursor moves, as captured output holds them; a message keeps its body."""
    if b"\x1b[" not in data[:_SAMPLE] or look_at(data).is_header:
        return None
    return _COLOUR.sub(b"", data) if _COLOUR.search(data) else None


def _leading_blank(data: bytes) -> bytes | None:
    start = len(data) - len(data.lstrip(b" \t\r\n"))
    while start and data[start - 1] in b" \t":
        start -= 1  # the first line's own indentation
    return data[start:] if 0 < start < len(data) else None


def _mbox_from(data: bytes) -> bytes | None:
    match = _MBOX_FROM.match(data)
    if match is None or match.end() >= len(data):
        return None
    inner = data[match.end() :]
    return inner if look_at(inner).is_header else None


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
    if data[:1] not in (b" ", b"\t") or len(data) - len(data.lstrip(b" \t")) > _MARGIN:
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
    inner = re.sub(rb"(?m)^[ \t]{%d}" % len(margin), b"", data)
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


def _emlx(data: bytes) -> bytes | None:
    """A file of Apple Mail: how many bytes the message has, the message, a property list."""
    match = _EMLX.match(data)
    if match is None or not 0 < int(match[1]) <= len(data) - match.end():
        return None
    inner = data[match.end() : match.end() + int(match[1])]
    return inner if look_at(inner).is_header else None


def _preamble(data: bytes) -> bytes | None:
    """Off with what a web client shows above the source of a message, unless that tells of failed mail itself."""
    if _NAME.match(data) or not data:
        return None
    for number, match in enumerate(_SOURCE.finditer(data[:_SAMPLE])):
        if number >= _TRIES:
            break
        look = look_at(data[match.start() :])
        if look.telling >= 2 and look.fields >= 4 and look.fields >= 4 * look.odd:
            above = data[: match.start()].decode("utf-8", "replace")
            quiet = above.count("\n") <= _ABOVE and not codes(above) and telling_words(above) < 2
            return data[match.start() :] if quiet else None
    return None


def _gaps(data: bytes) -> bytes | None:
    """Off with blank lines between fields, as copies from web pages have them; a message's end of header stays."""
    blank = _BLANK.search(data, 0, _LONGEST_LINE)
    if blank is None or len(_FIELD_LINE.findall(data, 0, blank.start())) > 2:
        return None  # nearly all mail: a header block of many fields ends here
    if not look_at(data).is_header:
        return None
    lines = data[:_GAPPED].splitlines(keepends=True)
    kept: list[bytes] = []
    removed = 0
    fields: list[bytes] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        if not line.strip():
            removed += 1
        elif _FIELD.match(line) or (kept and line[:1] in b" \t"):
            kept.append(line)
            if line[:1] not in b" \t":
                fields.append(line.partition(b":")[0].strip().lower())
        else:
            break
        place += 1
    known = sum(1 for name in fields if name.decode("latin-1") in KNOWN or name.startswith(b"x-"))
    if not removed or known < 4 or known * 2 < len(fields) or fields.count(b"from") > 1:
        return None
    rest = data[sum(map(len, lines[:place])) :]
    return b"".join(kept) + (b"\n" + rest if rest.strip() else b"")


def _refolded(data: bytes) -> bytes | None:
    """Folded lines get white space again where a copy from a web page has lost all of it."""
    look = look_at(data)
    if not look.is_header or not look.odd or look.known < 4:
        return None
    lines = data[:_GAPPED].splitlines(keepends=True)
    end = next((place for place, line in enumerate(lines) if not line.strip()), len(lines))
    if not _NAME.match(lines[0]) or any(line[:1] in b" \t" for line in lines[:end]):
        return None
    if sum(1 for line in lines[:end] if _SPOKEN.match(line)) >= _TALK:
        return None  # a session, which shows the message that was sent
    head = b"".join(line if _NAME.match(line) else b"\t" + line for line in lines[:end])
    return head + data[sum(map(len, lines[:end])) :]


_UNDOERS = (
    (Step.UTF16, _utf16),
    (Step.BOM, _bom),
    (Step.COLOURS, _colours),
    (Step.LEADING_BLANK, _leading_blank),
    (Step.MBOX_FROM, _mbox_from),
    (Step.QUOTED, _quoted),
    (Step.INDENTED, _indented),
    (Step.BASE64, _base64),
    (Step.EMLX, _emlx),
    (Step.PREAMBLE, _preamble),
    (Step.GAPS, _gaps),
)
