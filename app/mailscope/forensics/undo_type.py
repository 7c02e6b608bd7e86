"""What MIME-Version, Content-Type and Content-Transfer-Encoding may have been."""

import re
from collections.abc import Iterator
from itertools import product

from mailscope.dkim.canonical import Canon
from mailscope.forensics.clues import Clues
from mailscope.forensics.diagnosis import Cause
from mailscope.forensics.search import Original

ENCODINGS = (b"8bit", b"7bit", b"quoted-printable", b"base64", b"binary", b"8BIT", b"7BIT", b"Quoted-Printable",
             b"QUOTED-PRINTABLE", b"BASE64", b"Base64", b"8Bit", b"7Bit")  # fmt: skip
CHARSETS = (b"utf-8", b"us-ascii", b"iso-8859-1", b"iso-8859-15", b"windows-1252", b"UTF-8", b"US-ASCII",
            b"ISO-8859-1", b"ISO-8859-15", b"Windows-1252", b"WINDOWS-1252", b"utf8", b"iso-8859-2", b"koi8-r",
            b"windows-1251", b"gb2312", b"GB2312", b"gbk", b"big5", b"iso-2022-jp", b"ISO-2022-JP", b"shift_jis",
            b"euc-kr", b"ascii")  # fmt: skip
_VERSIONS = (b"1.0", b"1.0 (1.0)", b"1.0 (produced by MetaSend Vx.x)")
_PARAMETER = re.compile(rb';\s*([A-Za-z0-9*_-]{1,60})\s*=\s*("(?:[^"\\]|\\.){0,400}"|[^;\s"]{0,400})')
_TYPE = re.compile(rb"\s*([A-Za-z0-9.+-]{1,80}/[A-Za-z0-9.+-]{1,120})")
_GONE = Cause.HEADER_REMOVED
_LONGEST = 2_000


def version_originals(value: bytes | None) -> Iterator[Original]:
    """MIME-Version written in another way, or one that was taken out."""
    for version in _VERSIONS:
        if value is None:
            yield Original(b" " + version, (Cause.HEADER_REMOVED,), "MIME-Version was taken out", likely=True)
        else:
            yield Original(b" " + version, (Cause.HEADER_REPLACED,), "MIME-Version was written anew")


def encoding_originals(value: bytes | None, clues: Clues) -> Iterator[Original]:
    """Another Content-Transfer-Encoding: the body was encoded anew."""
    inner = clues.values("x-mime-autoconverted")
    for place, encoding in enumerate(ENCODINGS):
        note = f"Content-Transfer-Encoding was {encoding.decode()}"
        if value is None:
            # Where the body became a multipart, the encoding went into the part that holds it.
            cause = Cause.MIME_REWRITTEN if b"multipart/" in b"".join(clues.values("content-type")) else _GONE
            yield Original(b" " + encoding, (cause,), note, likely=place < 4)
        elif value.strip().lower() == encoding.lower():
            yield Original(b" " + encoding, (Cause.HEADER_REFOLDED, Cause.MIME_REWRITTEN), "its case was changed")
        else:
            named = any(encoding.lower() in one.lower() for one in inner)
            yield Original(b" " + encoding, (Cause.RECODED,), note, likely=place < 4 or named)


def type_originals(value: bytes | None, clues: Clues, canon: Canon) -> Iterator[Original]:
    """A Content-Type with the same or a likely content, written in other ways."""
    if value is None:
        for charset in CHARSETS[:5]:
            text = b" text/plain; charset=" + charset
            yield Original(text, (Cause.HEADER_REMOVED,), "Content-Type was taken out", likely=True)
        return
    for kept in inner_types(clues):
        yield Original(kept, (Cause.MIME_REWRITTEN,), "the body was put into a multipart of another", likely=True)
    kind = _TYPE.match(value)
    if kind is None or len(value) > _LONGEST:
        return
    parameters = [(m[1], m[2]) for m in _PARAMETER.finditer(value)]
    note = "Content-Type was written anew"
    for main, (chosen, changed), quoting, joint in product(
        dict.fromkeys((kind[1], kind[1].lower())), _parameters(parameters), (_as_is, _bare, _quoted), _joints(canon)
    ):
        text = b" " + main + b"".join(joint + name + b"=" + quoting(name, text) for name, text in chosen)
        cause: tuple[Cause, ...] = (
            (Cause.CHARSET_CONVERTED, Cause.MIME_REWRITTEN) if changed else (Cause.MIME_REWRITTEN,)
        )
        if _bones(text) == _bones(value):
            cause = (Cause.MIME_REWRITTEN, Cause.HEADER_REFOLDED)  # the same, quoted or spaced another way
        likely = not changed and joint == b"; " and quoting is not _as_is
        yield Original(text, cause, note, likely=likely or (joint == b"; " and changed == 1))


def inner_types(clues: Clues) -> Iterator[bytes]:
    """Content-Type values that the first parts of the body bear."""
    body = (clues.material.body or b"")[: 64 * 1024]
    for match in list(re.finditer(rb"^Content-Type:((?:[^\r\n]|\r\n[ \t])*)", body, re.IGNORECASE | re.MULTILINE))[:4]:
        yield match[1]


def _bones(value: bytes) -> bytes:
    """A value without what may be written in several ways."""
    return b"".join(value.replace(b'"', b"").split())


def _parameters(parameters: list[tuple[bytes, bytes]]) -> Iterator[tuple[list[tuple[bytes, bytes]], int]]:
    """Parameter lists, and how far their charset is from what it is: 0 the same, 1 a usual one, 2 another."""
    yield parameters, 0
    named = [place for place, (name, _) in enumerate(parameters) if name.lower() == b"charset"]
    for drop in range(len(parameters)):
        if len(parameters) > 1 or named:
            yield parameters[:drop] + parameters[drop + 1 :], 0
    if len(parameters) > 2:
        yield parameters[:1], 0
    if named:
        place = named[0]
        was = parameters[place][1].strip(b'"').lower()
        for number, charset in enumerate(CHARSETS):
            far = 0 if charset.lower() == was else 1 if number < 5 else 2
            yield [*parameters[:place], (parameters[place][0], charset), *parameters[place + 1 :]], far
    else:
        for charset in CHARSETS[:10]:
            yield [(b"charset", charset), *parameters], 1


def _joints(canon: Canon) -> tuple[bytes, ...]:
    if canon is Canon.RELAXED:
        return (b"; ", b";", b" ; ")
    return (b"; ", b";\r\n ", b";\r\n\t", b";", b";\r\n        ")


def _as_is(_name: bytes, text: bytes) -> bytes:
    return text


def _bare(name: bytes, text: bytes) -> bytes:
    # A boundary keeps its quotes: most need them.
    return text if name.lower() == b"boundary" else text.strip(b'"')


def _quoted(_name: bytes, text: bytes) -> bytes:
    return b'"' + text.strip(b'"') + b'"'
