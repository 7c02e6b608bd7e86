"""What a Subject may have been before somebody tagged it."""

import re
from collections.abc import Iterator

from mailscope.dkim.canonical import Canon
from mailscope.forensics.clues import Clues
from mailscope.forensics.diagnosis import Cause
from mailscope.forensics.search import Original
from mailscope.forensics.spelling import STYLES, likely_encodings, reencoded
from mailscope.mail.decode import decoded_words

_REPLY = re.compile(rb"(?:(?:re|fwd?|aw|wg|sv|vs|antw|tr|rv|ref|res|enc)(?:\[\d{1,3}\])?\s?:\s?){1,6}", re.IGNORECASE)
_TAG = re.compile(
    rb"\s*(?:\[[^\]\r\n]{1,60}\]:?|\{[^}\r\n]{1,40}\}|\([^)\r\n]{1,40}\)|<[^>\r\n]{1,40}>|\*{1,6}[^*\r\n]{1,40}\*{1,6}"
    rb"|_{2,6}[^_\r\n]{1,40}_{2,6}|[A-Z][A-Z !_-]{1,30}[A-Z]:|\S{1,30}:)\s*"
)
_PREFIX = 160
_SUFFIX = 100


def subject_originals(value: bytes, clues: Clues, canon: Canon) -> Iterator[Original]:
    """Values that may have stood here (not whole fields), and what was done to them."""
    for name, copy in clues.copies("subject"):
        yield _original(value, copy, f"{name} keeps the Subject as it was", likely=True)
    for topic in clues.values("thread-topic"):
        yield _original(value, topic, "Thread-Topic keeps the Subject as it was", likely=True)
    bare = value.strip(b" \t")
    lead = value[: len(value) - len(value.lstrip(b" \t"))] or b" "
    for rest, tag, likely in _cut(bare):
        note = f"{_said(tag)} was put into the Subject"
        spellings = [rest]
        if likely:
            if canon is Canon.SIMPLE:
                spellings += [style(rest) for style in STYLES[:11]]
            spellings += list(reencoded(rest)) if b"=?" in rest or not rest.isascii() else []
        for number, each in enumerate(dict.fromkeys(spellings)):
            causes = (Cause.SUBJECT_TAG,) if number == 0 else (Cause.SUBJECT_TAG, Cause.HEADER_RECODED)
            if canon is Canon.SIMPLE and b"".join(each.split()) == b"".join(rest.split()):
                causes = (Cause.SUBJECT_TAG,)
            yield Original(lead + each, causes, note, likely=likely and number < 2)
    yield from _decoded(value, canon)


def _decoded(value: bytes, canon: Canon) -> Iterator[Original]:
    """A tag within the encoded words: the text without it, encoded as mail programs do."""
    if b"=?" not in value and value.isascii():
        return
    text = decoded_words(value.strip(b" \t")).encode("utf-8", "surrogateescape")
    tag = _TAG.match(text)
    reply = _REPLY.match(text)
    for start, match in ((0, tag), (reply.end() if reply else 0, _TAG.match(text, reply.end()) if reply else None)):
        if match is None or match.end() == start:
            continue
        rest = b" " + text[:start] + text[match.end() :]
        causes = (Cause.SUBJECT_TAG, Cause.HEADER_RECODED)
        note = f"{_said(match[0])} was put into the Subject"
        for each in (rest, *likely_encodings(rest, canon), *reencoded(rest)):
            yield Original(each, causes if b"=?" in each else (Cause.SUBJECT_TAG,), note, likely=True)


def untagged(value: bytes) -> bytes | None:
    """The text of a Subject without the tag before it, in UTF-8; None where there is none."""
    text = decoded_words(value.strip(b" \t")).encode("utf-8", "surrogateescape")
    tag = _TAG.match(text)
    return b" " + text[tag.end() :] if tag and tag.end() else None


def _cut(bare: bytes) -> Iterator[tuple[bytes, bytes, bool]]:
    """What is left, what was taken off, and whether that looks like a tag."""
    reply = _REPLY.match(bare)
    starts = [reply.end(), 0] if reply else [0]
    for start in starts:
        tag = _TAG.match(bare, start)
        if tag and tag.end() > start:
            rest = bare[tag.end() :]
            yield bare[:start] + rest, tag[0], True
            inner = _REPLY.match(rest)
            if inner and start == 0:
                # A list moves its tag in front of "Re:".
                yield inner[0] + tag[0].strip() + b" " + rest[inner.end() :], tag[0], True
            again = _TAG.match(rest)
            if again and again.end():
                yield bare[:start] + rest[again.end() :], tag[0] + again[0], True
            if start == 0 and not inner:
                yield b"Re: " + rest, tag[0], False
    for start in starts:
        for stop in range(start + 1, min(len(bare), start + _PREFIX)):
            if bare[stop : stop + 1] not in b" \t\r\n":
                yield bare[:start] + bare[stop:], bare[start:stop], False
    for stop in range(len(bare) - 1, max(0, len(bare) - _SUFFIX), -1):
        yield bare[:stop].rstrip(), bare[stop:], bare[stop : stop + 1] in b"[({"


def _original(value: bytes, copy: bytes, note: str, *, likely: bool) -> Original:
    now, was = b" ".join(value.split()), b" ".join(copy.split())
    tagged = bool(was) and was != now and (now.endswith(was) or now.startswith(was) or was in now)
    cause = Cause.SUBJECT_TAG if tagged else Cause.HEADER_REPLACED
    return Original(copy, (cause,), note, likely=likely)


def _said(tag: bytes) -> str:
    text = " ".join(tag.decode("utf-8", "replace").split())
    return f"“{text[:60]}”" if text else "White space"
