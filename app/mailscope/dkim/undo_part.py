"""For each MIME part (or the whole body), what may have stood there when it was signed."""

import re
from collections.abc import Iterator
from itertools import islice

from mailscope.dkim.diagnosis import Cause
from mailscope.dkim.pieces import Piece
from mailscope.dkim.search import Original
from mailscope.dkim.transfer import crlf, decoded, in_base64, quoted_printable
from mailscope.dkim.undo_lines import line_originals
from mailscope.dkim.undo_text import both_ends, cuts
from mailscope.mail.charset import codec_of

_CHARSETS = ("utf-8", "iso-8859-1", "windows-1252", "iso-8859-15", "iso-8859-2", "koi8-r", "windows-1251", "gb18030",
             "shift_jis", "iso-2022-jp", "big5", "euc-kr")  # fmt: skip
_ENCODING = re.compile(rb"^(content-transfer-encoding)(:[ \t]*)[^\r\n]*", re.IGNORECASE | re.MULTILINE)
_NO_ENCODING = re.compile(rb"^content-transfer-encoding:[^\r\n]*\r\n", re.IGNORECASE | re.MULTILINE)
_CONVERTED = re.compile(rb"^x-mime-autoconverted:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*", re.IGNORECASE | re.MULTILINE)
_CHARSET = re.compile(rb"(charset=\"?)[A-Za-z0-9_.:-]{1,40}", re.IGNORECASE)
_LARGEST = 512 * 1024
_CUTS_BASE64 = 60
"""Cuts of base64 as it is transferred: somebody added plain lines to it."""
_CUTS_ENCODED = 10
"""Likely cuts of one part that are encoded again."""
_ENCODED = {"8bit": (b"8bit", b"7bit", b"8BIT", b"7BIT", b"binary"), "quoted-printable": (b"quoted-printable",),
            "base64": (b"base64", b"BASE64")}  # fmt: skip

Content = tuple[bytes, tuple[Cause, ...], str, bool, str, str]
"""Bytes, causes, note, likely, the transfer encoding and the charset that they were in; "" for as they are."""


def piece_originals(piece: Piece, alone: bool) -> Iterator[Original]:
    """What a piece of the body may have been, best first; alone says that it is the whole body."""
    part = piece.part
    if not alone and part is not None:
        yield from _whole_part(piece)
    if len(piece.content) > _LARGEST:
        return
    for content, causes, note, likely, encoding, charset in _contents(piece, alone):
        if alone or not piece.header:
            yield Original(content, causes, note, likely)
            continue
        for number, header in enumerate(_headers(piece.header, encoding, charset)):
            yield Original(piece.around(header, content), causes, note, likely and number < 3)
    if not alone and part is not None and not piece.header:
        return
    if not alone and part is not None:
        for header in _respelled(piece.header):
            note = "the header of a part was written anew"
            yield Original(piece.around(header, piece.content), (Cause.MIME_REWRITTEN,), note)


def _whole_part(piece: Piece) -> Iterator[Original]:
    """A part that was put in by a list or gateway."""
    assert piece.part is not None
    if piece.part.type.startswith("text/"):
        yield Original(b"", (Cause.FOOTER,), "a part with text of its own was added", likely=True)
    else:
        yield Original(b"", (Cause.MIME_REWRITTEN,), f"a part of type {piece.part.type} was added")


def _contents(piece: Piece, alone: bool) -> Iterator[Content]:
    content = piece.content if piece.part is not None else piece.text
    encoding = piece.part.encoding if piece.part else "7bit"
    is_text = piece.part is None or piece.part.type.startswith("text/") or piece.part.depth == 0
    html = piece.part is not None and piece.part.type == "text/html"
    if piece.part is None:
        yield from _as_it_is(content, html)
        return
    plain = decoded(content, encoding)
    if plain is not None:
        yield from _decoded(plain, piece, html, is_text)
    if is_text and encoding != "base64":
        yield from _as_it_is(content, html)
    elif is_text:
        for cut in islice(cuts(content, html=False), _CUTS_BASE64):
            yield cut.text, (cut.cause,), _said(cut.cause, cut.removed), cut.likely, "", ""
    if plain is None and is_text:
        yield from _encoded(content, (Cause.RECODED,), f"the {encoding} text was decoded", likely=True)
        yield from _transcoded(content, piece, ())
    if alone or is_text:
        yield from _combined(content, plain, html)


def _as_it_is(content: bytes, html: bool) -> Iterator[Content]:
    """Cuts and changes of lines in the bytes as they are transferred."""
    for cut in cuts(content, html):
        yield cut.text, (cut.cause,), _said(cut.cause, cut.removed), cut.likely, "", ""
    for text, causes, note in line_originals(content):
        likely = Cause.FROM_ESCAPED in causes or (not text.strip() and len(text) < len(content))
        yield text, causes, note, likely, "", ""


def _decoded(plain: bytes, piece: Piece, html: bool, is_text: bool) -> Iterator[Content]:
    """An encoded part, decoded, and encoded in other ways; with and without what was put into it."""
    assert piece.part is not None
    now = piece.part.encoding
    note = f"the part was encoded as {now}"
    yield plain, (Cause.RECODED,), note, True, "8bit", ""
    others = in_base64 if now == "quoted-printable" else quoted_printable
    other = "base64" if now == "quoted-printable" else "quoted-printable"
    for number, each in enumerate(others(plain)):
        yield each, (Cause.RECODED,), note, number < 2, other, ""
    for each in (quoted_printable if now == "quoted-printable" else in_base64)(plain):
        yield each, (Cause.RECODED,), f"the {now} was written anew", False, "", ""
    if not is_text:
        return
    yield from _transcoded(plain, piece, (Cause.RECODED,))
    likely = [cut for cut in cuts(plain, html) if cut.likely][:_CUTS_ENCODED]
    for cut in cuts(plain, html):
        said = _said(cut.cause, cut.removed)
        yield cut.text, (cut.cause, Cause.RECODED), f"{said}, and {note}", cut.likely, "8bit", ""
    for cut in likely:
        said = _said(cut.cause, cut.removed)
        for each in quoted_printable(cut.text):
            same = now == "quoted-printable"
            causes = (cut.cause,) if same else (cut.cause, Cause.RECODED)
            yield each, causes, said, same, "" if same else "quoted-printable", ""
        for each in in_base64(cut.text):
            same = now == "base64"
            yield each, (cut.cause,) if same else (cut.cause, Cause.RECODED), said, same, "" if same else "base64", ""


def _encoded(content: bytes, causes: tuple[Cause, ...], note: str, *, likely: bool) -> Iterator[Content]:
    for number, each in enumerate(quoted_printable(content)):
        yield each, causes, note, likely and number < 3, "quoted-printable", ""
    for number, each in enumerate(in_base64(content)):
        yield each, causes, note, likely and number == 0, "base64", ""


def _transcoded(text: bytes, piece: Piece, causes: tuple[Cause, ...]) -> Iterator[Content]:
    """The text in other charsets than the one it is in now."""
    assert piece.part is not None
    now = codec_of(piece.part.charset) or "utf_8"
    try:
        words = text.decode(now)
    except (UnicodeDecodeError, LookupError):
        return
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
        yield data, (Cause.CHARSET_CONVERTED, *causes), note, charset == "iso-8859-1", "8bit" if causes else "", charset
        if causes:
            for each in islice(quoted_printable(data), 2):
                yield each, (Cause.CHARSET_CONVERTED,), note, False, "", charset


def _combined(content: bytes, plain: bytes | None, html: bool) -> Iterator[Content]:
    """Two changes of one text: a banner and a footer, a cut after a change of lines."""
    for text, encoding in ((content, ""), (plain, "8bit")):
        if text is None:
            continue
        more = (Cause.RECODED,) if encoding else ()
        for rest, head, tail in both_ends(text):
            note = f"{_said(Cause.BANNER, head)}, and {_said(Cause.FOOTER, tail)}"
            yield rest, (Cause.BANNER, Cause.FOOTER, *more), note, False, encoding, ""
        changed = [each for each in line_originals(text) if set(each[1]) & {Cause.FROM_ESCAPED, Cause.LINE_WRAPPED}]
        for lines, causes, note in changed[:4]:
            for cut in cuts(lines, html):
                if cut.likely:
                    said = f"{_said(cut.cause, cut.removed)}, and {note}"
                    yield cut.text, (cut.cause, *causes, *more), said, False, encoding, ""


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
            yield _ENCODING.sub(lambda m, w=word, n=name: (n or m[1]) + m[2] + w, bare)  # type: ignore[misc]
    yield _NO_ENCODING.sub(b"", bare)


def _respelled(header: bytes) -> Iterator[bytes]:
    """The same header of a part, quoted and spaced in other ways."""
    yield _CONVERTED.sub(b"", header)
    bare = re.sub(rb'(charset=)"([^"\r\n]{1,60})"', rb"\1\2", header)
    yield bare
    yield re.sub(rb'(charset=)([^";\s]{1,60})', rb'\1"\2"', header)
    yield re.sub(rb"\r\n[ \t]+", b" ", header)
    yield re.sub(rb"; (?=name=|filename=|charset=|boundary=)", b";\r\n ", header)
    yield re.sub(rb"; (?=name=|filename=|charset=|boundary=)", b";\r\n\t", header)


def _said(cause: Cause, removed: bytes) -> str:
    place = "at the end" if cause is Cause.FOOTER else "at the beginning"
    text = " ".join(re.sub(rb"<[^>]{0,400}>|[-_=*#]{3,}", b" ", removed).decode("utf-8", "replace").split())
    said = f" (“{text[:60]}{'…' if len(text) > 60 else ''}”)" if text else ""
    return f"text was put in {place}{said}"


def wrapped_contents(pieces: tuple[Piece, ...]) -> Iterator[tuple[bytes, bytes, Piece]]:
    """Body and header of a part that may have been the whole message's before a multipart was put around it."""
    for piece in pieces:
        if piece.part is not None and piece.header:
            yield piece.content + piece.gap, piece.header, piece
            plain = decoded(piece.content, piece.part.encoding)
            if plain is not None:
                yield crlf(plain), piece.header, piece
                for encoder in (in_base64, quoted_printable):
                    for each in islice(encoder(plain), 4):
                        yield each, piece.header, piece
