"""A multipart that a program took apart and wrote anew, looked for part by part in the styles that programs write."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice, product

from mailscope.dkim.canonical import Canon, canonical_body
from mailscope.forensics.diagnosis import Cause
from mailscope.forensics.patience import Patience
from mailscope.forensics.pieces import Piece, canonical_piece
from mailscope.forensics.search import Hit, Original, PutIn, Search, Slot
from mailscope.forensics.target import Target
from mailscope.forensics.transfer import decoded, in_base64, quoted_printable, rewrapped
from mailscope.forensics.undo_frame import frame_originals
from mailscope.forensics.undo_text import Cut, cuts

_LARGEST = 256 * 1024
"""Bodies beyond this are not written anew: every try hashes them."""
_CUT = 64 * 1024
"""Bodies beyond this are not tried without text that was put in besides."""
_LEAVES = 8
"""Parts."""
_HEADER = 2 * 1024
"""Bytes of a part's header: longer ones take too long to spell in every style."""
_CODED = 3
"""Forms of quoted-printable and base64 that are tried of each part."""
_FRAMES = 16
_FEW = 5
"""Likely cuts of each text."""
_DROPPED = (b"mime-version", b"content-length", b"lines")
"""Fields that programs write into parts and few authors do."""
_FIELD = re.compile(rb"^([!-9;-~]{1,60}):[ \t]*+((?:[^\r\n]|\r\n[ \t]){0,4000}+)\r\n", re.MULTILINE)
_NO_ENCODING = re.compile(rb"^content-transfer-encoding:[^\r\n]*\r\n", re.IGNORECASE | re.MULTILINE)
_PARAMETER = re.compile(rb';\s*([A-Za-z0-9*_-]{1,60})\s*=\s*("(?:[^"\\\r\n]|\\.){0,400}"|[^;\s"]{0,400})')
_TOKEN = re.compile(rb"[A-Za-z0-9._+-]{1,200}")
_NAMES = (b"name", b"filename", b"boundary")


@dataclass(frozen=True, slots=True)
class _Style:
    """How the program that wrote the message first spells the headers of parts."""

    joint: bytes
    """Between parameters; b"" for a fold before those of a file, and a blank before others."""
    quoting: str
    """"kept", "names" (file names alone), "all"."""
    charset: str
    """"kept", "lower", "upper" (both may be UTF-8 where US-ASCII stands now)."""
    ordered: bool
    """Whether Content-Type comes first and the encoding second."""


_STYLES = tuple(
    _Style(joint, quoting, charset, ordered)
    for charset, quoting, ordered, joint in product(
        ("kept", "lower", "upper"), ("kept", "names", "all"), (True, False), (b"; ", b"", b";\r\n ", b";\r\n\t")
    )
)

_USUAL = tuple(style for style in _STYLES if style.quoting != "all" and style.joint in (b"; ", b""))
"""Those that are tried together with text that was put in."""


@dataclass(frozen=True, slots=True)
class _Form:
    """A part's body in one transfer encoding."""

    words: tuple[bytes, ...]
    """Values of Content-Transfer-Encoding; b"" for no such field."""
    content: bytes
    causes: tuple[Cause, ...]
    put_in: PutIn = ()


def find_serialised(target: Target, pieces: tuple[Piece, ...], patience: Patience) -> Hit | None:
    """The parts as they may have been before a program decoded them and wrote all of them in its own way."""
    leaves = [piece for piece in pieces if piece.part is not None and piece.header]
    size = sum(len(piece.text) for piece in pieces)
    if not 0 < len(leaves) <= _LEAVES or size > _LARGEST or target.signature.body_length is not None:
        return None
    if max(len(piece.header) for piece in leaves) > _HEADER:
        return None
    canon = target.signature.body_canon
    forms = {id(piece): tuple(_forms(piece, patience)) for piece in leaves}
    canonical = [partial(_canonical, canon=canon, last=n == len(pieces) - 1) for n in range(len(pieces))]
    now = [form(piece.text) for form, piece in zip(canonical, pieces, strict=True)]
    frames = {place: _frames(piece) for place, piece in enumerate(pieces) if piece.part is None}
    for cut in (False, True) if size <= _CUT else (False,):
        if cut:
            forms = {id(piece): tuple(_without(piece, forms[id(piece)], patience)) for piece in leaves}
        tried: set[int] = set()
        for style in _USUAL if cut else _STYLES:
            options = [
                frames[place] if piece.part is None else _written(piece, forms.get(id(piece), ()), style)
                for place, piece in enumerate(pieces)
            ]
            seen = hash(tuple(each.raw for slot in options for each in slot))  # two styles may write the same
            if seen in tried:
                continue
            tried.add(seen)
            slots = [Slot("body", *each) for each in zip(now, canonical, options, strict=True)]
            hit = Search(slots, target.body_fits, patience, target.signature.hash).every()
            if hit is not None or patience.over:
                return hit
    return None


def _canonical(text: bytes, canon: Canon, *, last: bool) -> bytes:
    return canonical_body(text, canon) if last else canonical_piece(text, canon)


def _frames(piece: Piece) -> tuple[Original, ...]:
    return tuple(islice((each for each in frame_originals(piece.text) if each.likely), _FRAMES))


def _forms(piece: Piece, patience: Patience) -> Iterator[_Form]:
    """A part's body as it is, and in the other encodings."""
    assert piece.part is not None
    kind = piece.part.encoding
    plain = decoded(piece.content, kind)
    text = plain is None or piece.part.type.startswith("text/")
    recoded = (Cause.RECODED,)
    word = {"quoted-printable": b"quoted-printable", "base64": b"base64"}.get(kind)
    ascii_ = (piece.content if plain is None else plain).isascii()
    bare = (b"7bit", b"", b"8bit") if ascii_ else (b"8bit", b"")
    yield _Form((word,) if word else bare, piece.content, ())
    if not text:
        yield from (_Form((b"base64",), each, recoded) for each in islice(rewrapped(piece.content), 2 * _CODED))
        return
    data = piece.content if plain is None else plain
    if plain is not None:
        yield _Form(bare, data, recoded)
    if not patience.lasts(0):
        return
    for each in islice(quoted_printable(data), _CODED):
        yield _Form((b"quoted-printable",), each, recoded)
    for each in islice(in_base64(data), _CODED):
        yield _Form((b"base64",), each, recoded)


def _without(piece: Piece, forms: tuple[_Form, ...], patience: Patience) -> Iterator[_Form]:
    """The forms of a part, those of a text also without what was put in."""
    assert piece.part is not None
    yield from forms
    if not piece.part.type.startswith("text/"):
        return
    for form in forms:
        if form.words == (b"base64",) or not patience.lasts(0):
            continue
        for cut in _likely(form.content, html=piece.part.type == "text/html"):
            yield _Form(form.words, cut.text, (cut.cause, *form.causes), ((cut.cause, cut.removed),))


def _written(piece: Piece, forms: tuple[_Form, ...], style: _Style) -> tuple[Original, ...]:
    """A part in every form, its header in one style."""
    found = []
    note = "a program took the parts apart and wrote them anew"
    for form in forms:
        for word in form.words:
            header = _header(piece.header, style, word)
            same = _NO_ENCODING.sub(b"", header) == _NO_ENCODING.sub(b"", piece.header)
            causes = form.causes if same and form.causes else (*form.causes, Cause.MIME_REWRITTEN)
            found.append(Original(piece.around(header, form.content), causes, note, likely=True, put_in=form.put_in))
    return tuple(found)


def _likely(text: bytes, *, html: bool) -> Iterator[Cut]:
    """The few likeliest cuts at the end of a text, and at its beginning."""
    found = [each for each in cuts(text, html) if each.likely]
    yield from islice((each for each in found if each.cause is Cause.FOOTER), _FEW)
    yield from islice((each for each in found if each.cause is Cause.BANNER), _FEW // 2)


def _header(header: bytes, style: _Style, word: bytes) -> bytes:
    """The header of a part, with the blank line, as a program of this style writes it."""
    fields = [(m[1], m[2]) for m in _FIELD.finditer(header) if m[1].lower() not in _DROPPED]
    rest = [(name, _value(name, value, style)) for name, value in fields if name.lower() != _ENCODING.lower()]
    coded = [(_ENCODING, word)] if word else []
    if style.ordered:
        rest.sort(key=lambda each: each[0].lower() != b"content-type")
        place = 1 if rest and rest[0][0].lower() == b"content-type" else 0
    else:
        places = [n for n, (name, _) in enumerate(fields) if name.lower() == _ENCODING.lower()]
        place = places[0] if places else len(rest)
    rest[place:place] = coded
    return b"".join(name + b": " + value + b"\r\n" for name, value in rest) + b"\r\n"


_ENCODING = b"Content-Transfer-Encoding"


def _value(name: bytes, value: bytes, style: _Style) -> bytes:
    if name.lower() not in (b"content-type", b"content-disposition"):
        return value
    head = value.partition(b";")[0].rstrip()
    parameters = [_parameter(m[1], m[2].strip(b'"'), m[2], style) for m in _PARAMETER.finditer(value)]
    named = name.lower() == b"content-disposition" or b"name=" in value.lower()
    joint = style.joint or (b";\r\n " if named else b"; ")
    return joint.join([head, *parameters])


def _parameter(name: bytes, bare: bytes, kept: bytes, style: _Style) -> bytes:
    if name.lower() == b"charset" and style.charset != "kept":
        text = b"utf-8" if bare.lower() == b"us-ascii" else bare.lower()
        bare = text if style.charset == "lower" else text.upper()
        kept = b'"' + bare + b'"' if kept.startswith(b'"') else bare
    if style.quoting == "kept":
        return name + b"=" + kept
    quoted = style.quoting == "all" or name.lower() in _NAMES or not _TOKEN.fullmatch(bare)
    return name + b"=" + (b'"' + bare + b'"' if quoted else bare)
