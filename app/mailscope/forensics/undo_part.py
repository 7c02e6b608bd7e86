"""For each MIME part (or the whole body), what may have stood there when it was signed."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from mailscope.forensics.diagnosis import Cause
from mailscope.forensics.pieces import Piece
from mailscope.forensics.search import Original, PutIn
from mailscope.forensics.transfer import crlf, decoded, in_base64, quoted_printable, rewrapped
from mailscope.forensics.undo_frame import frame_originals
from mailscope.forensics.undo_lines import line_originals, unwrapped
from mailscope.forensics.undo_links import unlinked
from mailscope.forensics.undo_text import Cut, both_ends, cuts
from mailscope.mail.charset import codec_of
from mailscope.mail.parts import Part

_CHARSETS = ("utf-8", "iso-8859-1", "windows-1252", "iso-8859-15", "iso-8859-2", "koi8-r", "windows-1251", "gb18030",
             "shift_jis", "iso-2022-jp", "big5", "euc-kr")  # fmt: skip
_ENCODING = re.compile(rb"^(content-transfer-encoding)(:[ \t]*)[^\r\n]*", re.IGNORECASE | re.MULTILINE)
_NO_ENCODING = re.compile(rb"^content-transfer-encoding:[^\r\n]*\r\n", re.IGNORECASE | re.MULTILINE)
_CONVERTED = re.compile(rb"^x-mime-autoconverted:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*", re.IGNORECASE | re.MULTILINE)
_FLOWED = re.compile(rb';\s{0,8}(?:format="?flowed"?|delsp="?\w{1,8}"?)', re.IGNORECASE)
_CHARSET = re.compile(rb"(charset=\"?)[A-Za-z0-9_.:-]{1,40}", re.IGNORECASE)
_LARGEST = 512 * 1024
"""Parts beyond this are only taken out whole or decoded."""
_CUTS_BASE64 = 60
"""Cuts of base64 as it is transferred: somebody added plain lines to it."""
_CUTS_ENCODED = 10
"""Likely cuts of one part that are encoded again."""
_CUTS_UNLINKED = 24
"""Likely cuts of a text whose links were changed back."""
_ENCODED = {"8bit": (b"8bit", b"7bit", b"8BIT", b"7BIT", b"binary"), "quoted-printable": (b"quoted-printable",),
            "base64": (b"base64", b"BASE64")}  # fmt: skip
_CODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {"quoted-printable": quoted_printable, "base64": in_base64}


@dataclass(frozen=True, slots=True)
class Content:
    """What a part's body may have been."""

    text: bytes
    causes: tuple[Cause, ...]
    note: str = ""
    put_in: PutIn = ()
    likely: bool = False
    encoding: str = ""
    """The transfer encoding that it is in; "" for the one that the header names."""
    charset: str = ""
    """The charset that it is in; "" for the one that the header names."""


def piece_originals(piece: Piece, *, alone: bool) -> Iterator[Original]:
    """What a piece of the body may have been, best first; alone says that it is the whole body."""
    part = piece.part
    if not alone:
        yield from frame_originals(piece.text) if part is None else (_whole_part(piece),)
    for each in _contents(piece, alone):
        if alone or not piece.header:
            yield Original(each.text, each.causes, each.note, each.likely, each.put_in)
            continue
        for number, header in enumerate(_headers(piece.header, each.encoding, each.charset)):
            whole = piece.around(header, each.text)
            yield Original(whole, each.causes, each.note, each.likely and number < 3, each.put_in)
        if each.likely and not each.encoding and not each.charset:
            for header in _requoted(piece.header):
                causes = (*each.causes, Cause.MIME_REWRITTEN)
                yield Original(piece.around(header, each.text), causes, each.note, likely=True, put_in=each.put_in)
    if not alone and part is not None and piece.header:
        note = "the header of a part was written anew"
        for header in _respelled(piece.header):
            yield Original(piece.around(header, piece.content), (Cause.MIME_REWRITTEN,), note)


def _whole_part(piece: Piece) -> Original:
    """A part that was put in by a list or gateway."""
    assert piece.part is not None
    if piece.part.type.startswith("text/"):
        return Original(b"", (Cause.FOOTER,), "a part with text of its own was added", likely=True)
    return Original(b"", (Cause.MIME_REWRITTEN,), f"a part of type {piece.part.type} was added")


def _contents(piece: Piece, alone: bool) -> Iterator[Content]:
    part = piece.part
    if part is None:
        yield from _changed_lines(piece.text)
        yield from _likely_cuts(piece.text, html=False)
        return
    content = piece.content
    text = part.type.startswith("text/") or part.depth == 0
    html = part.type == "text/html"
    plain = decoded(content, part.encoding) if len(content) <= _LARGEST * 2 else None
    if plain is not None:
        yield from _decoded(plain, piece)
    if len(content) > _LARGEST or not (text or alone):
        return
    if part.encoding == "base64":
        yield from map(_cut, islice(cuts(content, html=False), _CUTS_BASE64))
    else:
        yield from _likely_cuts(content, html)
        yield from _changed_lines(content)
    if text:
        yield from _unlinked(content if plain is None else plain, part, html)
    if plain is None:
        yield from _encoded(content, part.encoding)
        yield from _transcoded(content, piece, ())
    else:
        yield from _decoded_text(plain, piece, html)
    yield from _combined(content, plain, html)


def _unlinked(plain: bytes, part: Part, html: bool) -> Iterator[Content]:
    """The text with its links as they were, alone and without what was put in besides."""
    for found in unlinked(plain, html=html):
        note = f"{found.links} link{'s' if found.links > 1 else ''} were made to lead through {found.service}"
        yield from _written(found.text, part, (Cause.ADDRESS_REWRITTEN,), note, ())
        for cut in islice((cut for cut in cuts(found.text, html) if cut.likely), _CUTS_UNLINKED):
            causes = (Cause.ADDRESS_REWRITTEN, cut.cause)
            yield from _written(cut.text, part, causes, note, ((cut.cause, cut.removed),))


def _written(plain: bytes, part: Part, causes: tuple[Cause, ...], note: str, put_in: PutIn) -> Iterator[Content]:
    """A text in the transfer encoding that its part has, then in others; likely where it stands as it is."""
    yield Content(plain, causes, note, put_in, likely=True, encoding="8bit" if part.encoding in _CODERS else "")
    for kind, coder in _CODERS.items():
        same = kind == part.encoding
        for number, each in enumerate(coder(plain)):
            said = causes if same else (*causes, Cause.RECODED)
            yield Content(each, said, note, put_in, likely=same or number == 0, encoding="" if same else kind)


def _cut(cut: Cut) -> Content:
    return Content(cut.text, (cut.cause,), put_in=((cut.cause, cut.removed),), likely=cut.likely)


def _likely_cuts(content: bytes, html: bool) -> Iterator[Content]:
    """What may have been put in, for trying with other changes; single blocks of lines are found elsewhere."""
    return (_cut(cut) for cut in cuts(content, html) if cut.likely or html)


def _changed_lines(content: bytes) -> Iterator[Content]:
    for text, causes, note in line_originals(content):
        likely = Cause.FROM_ESCAPED in causes or (not text.strip() and len(text) < len(content))
        yield Content(text, causes, note, likely=likely)


def _decoded(plain: bytes, piece: Piece) -> Iterator[Content]:
    """An encoded part, decoded, and encoded in other ways."""
    assert piece.part is not None
    now = piece.part.encoding
    note = f"the part was encoded as {now}"
    other = "base64" if now == "quoted-printable" else "quoted-printable"
    yield Content(plain, (Cause.RECODED,), note, likely=True, encoding="8bit")
    for number, each in enumerate(_CODERS[other](plain)):
        yield Content(each, (Cause.RECODED,), note, likely=number < 2, encoding=other)
    again = f"the {now} was written anew"
    for number, each in enumerate(rewrapped(piece.content) if now == "base64" else quoted_printable(plain)):
        yield Content(each, (Cause.RECODED,), again, likely=number < 2)
    if now == "base64":
        for each in in_base64(plain):
            yield Content(each, (Cause.RECODED,), again)


def _decoded_text(plain: bytes, piece: Piece, html: bool) -> Iterator[Content]:
    """An encoded text, decoded, without what was put in before or after it was encoded."""
    assert piece.part is not None
    now = piece.part.encoding
    note = f"the part was encoded as {now}"
    yield from _transcoded(plain, piece, (Cause.RECODED,))
    for cut in cuts(plain, html):
        put_in: PutIn = ((cut.cause, cut.removed),)
        yield Content(cut.text, (cut.cause, Cause.RECODED), note, put_in, likely=cut.likely, encoding="8bit")
    for cut in islice((cut for cut in cuts(plain, html) if cut.likely), _CUTS_ENCODED):
        put_in = ((cut.cause, cut.removed),)
        for kind, coder in _CODERS.items():
            same = kind == now
            causes = (cut.cause,) if same else (cut.cause, Cause.RECODED)
            for each in coder(cut.text):
                yield Content(each, causes, "", put_in, likely=same, encoding="" if same else kind)


def _encoded(content: bytes, now: str) -> Iterator[Content]:
    """A text that is not encoded, encoded."""
    note = f"the text was decoded to {now}"
    for kind, coder in _CODERS.items():
        for number, each in enumerate(coder(content)):
            yield Content(each, (Cause.RECODED,), note, likely=number < 3, encoding=kind)


def _transcoded(text: bytes, piece: Piece, causes: tuple[Cause, ...]) -> Iterator[Content]:
    """The text in other charsets than the one it is in now."""
    assert piece.part is not None
    now = codec_of(piece.part.charset) or "utf_8"
    try:
        words = text.decode(now)
    except (UnicodeDecodeError, LookupError):
        # Converted without a word in the header: what is there now is not what the header says.
        now, words = "latin_1", text.decode("latin_1")
    if words.isascii():
        return
    for charset in _CHARSETS:
        codec = codec_of(charset)
        if codec is None or codec == now:
            continue
        note = f"the text was converted from {charset} to {piece.part.charset or now}"
        try:
            data = words.encode(codec)
        except (UnicodeEncodeError, LookupError):
            continue
        found = (Cause.CHARSET_CONVERTED, *causes)
        likely = charset == "iso-8859-1"
        yield Content(data, found, note, likely=likely, encoding="8bit" if causes else "", charset=charset)
        if causes:
            for each in islice(quoted_printable(data), 2):
                yield Content(each, (Cause.CHARSET_CONVERTED,), note, charset=charset)


def _combined(content: bytes, plain: bytes | None, html: bool) -> Iterator[Content]:
    """Two changes of one text: a banner and a footer, a cut after a change of lines."""
    for text, encoding in ((content, ""), (plain, "8bit")):
        if text is None:
            continue
        more = (Cause.RECODED,) if encoding else ()
        for rest, head, tail in both_ends(text):
            put_in: PutIn = ((Cause.BANNER, head), (Cause.FOOTER, tail))
            yield Content(rest, (Cause.BANNER, Cause.FOOTER, *more), "", put_in, encoding=encoding)
        escaped = (each for each in line_originals(text) if Cause.FROM_ESCAPED in each[1])
        for lines, causes, note in islice(chain(escaped, unwrapped(text)), 4):
            for cut in cuts(lines, html):
                if cut.likely:
                    put_in = ((cut.cause, cut.removed),)
                    yield Content(cut.text, (cut.cause, *causes, *more), note, put_in, encoding=encoding)


def _headers(header: bytes, encoding: str, charset: str) -> Iterator[bytes]:
    """The part's header as it may have been when its body was in this encoding and charset."""
    bare = _CONVERTED.sub(b"", header)
    if not encoding and not charset:
        yield from dict.fromkeys((header, bare, _NO_ENCODING.sub(b"", bare)))
        return
    if charset:
        bare = _CHARSET.sub(lambda m: m[1] + charset.encode(), bare, count=1)
    if not encoding:
        yield bare
        return
    for name in (b"Content-Transfer-Encoding", None):
        for word in _ENCODED[encoding]:
            yield _ENCODING.sub(lambda m, w=word, n=name: (n or m[1]) + m[2] + w, bare)  # type: ignore[misc]  # no lambda with defaults is inferred
    yield _NO_ENCODING.sub(b"", bare)


def _respelled(header: bytes) -> Iterator[bytes]:
    """The same header of a part, quoted and spaced in other ways."""
    yield _CONVERTED.sub(b"", header)
    yield from _requoted(header)
    yield _FLOWED.sub(b"", header)
    yield re.sub(rb"\r\n[ \t]+", b" ", header)
    yield re.sub(rb"; (?=name=|filename=|charset=|boundary=)", b";\r\n ", header)
    yield re.sub(rb"; (?=name=|filename=|charset=|boundary=)", b";\r\n\t", header)


def _requoted(header: bytes) -> Iterator[bytes]:
    """The same header of a part with the charset in quotes, or without them."""
    for each in (
        re.sub(rb'(charset=)"([^"\r\n]{1,60})"', rb"\1\2", header),
        re.sub(rb'(charset=)([^";\s]{1,60})', rb'\1"\2"', header),
    ):
        if each != header:
            yield each


def wrapped_contents(pieces: tuple[Piece, ...]) -> Iterator[tuple[bytes, Piece]]:
    """Bodies of parts that may have been the whole message's before a multipart was put around it."""
    for piece in pieces:
        if piece.part is None or not piece.header:
            continue
        yield piece.content + piece.gap, piece
        plain = decoded(piece.content, piece.part.encoding) if len(piece.content) <= _LARGEST else None
        if plain is not None:
            yield crlf(plain), piece
            for coder in _CODERS.values():
                for each in islice(coder(plain), 4):
                    yield each, piece
