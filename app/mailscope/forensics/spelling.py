"""Other ways to write the same header field: folding, spacing, the case of its name, encoded words (RFC 2047)."""

import base64
import re
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise, product

from mailscope.dkim.canonical import Canon
from mailscope.mail.decode import decoded_words

_FOLD = re.compile(rb"\r\n[ \t]+")
_COMMA = re.compile(rb",[ \t]*")
_SEMICOLON = re.compile(rb";[ \t]*")
_BEFORE_TAB = re.compile(rb" ?\t")
_ANGLE = re.compile(rb"[ \t]+<")
_WORDS = re.compile(rb"=\?[^?\s]{1,40}\?[bBqQ]\?[^?\s]{0,400}\?=(?:\s{1,8}=\?[^?\s]{1,40}\?[bBqQ]\?[^?\s]{0,400}\?=)*")
_WORD = re.compile(rb"=\?([^?\s]{1,40})\?([bBqQ])\?([^?\s]{0,400})\?=")
_NAME = re.compile(rb"(?<=[ ,\t])[^\s<>,\"@][^<>,\"@\r\n]{0,200}(?= <)")
_QUOTED = re.compile(rb'"([A-Za-z0-9 _-]{1,100})"(?=\s{0,4}<)')
_BARE = re.compile(rb"(?<![^\s,])([A-Za-z0-9][A-Za-z0-9 ._-]{0,100}?)(?=\s{1,4}<)")
_PHRASE = re.compile(rb"[^\s<>,\"@][^<>,\"@]{0,300}?(?=\s{0,4}<)")
_NAMED = re.compile(rb'"?([^\s<>,\"@][^<>,\"@]{0,300}?)"?(?=\s{0,4}<)')
_NAMES_EACH = 3
"""Names of one list that are each encoded in every way."""
_NAMES = {
    "mime-version": (b"MIME-Version", b"Mime-Version"),
    "message-id": (b"Message-ID", b"Message-Id"),
    "cc": (b"Cc", b"CC"),
    "content-id": (b"Content-ID", b"Content-Id"),
    "dkim-signature": (b"DKIM-Signature",),
}
_LONGEST = 8_192
"""A value; longer ones are spelt in no other way."""

Style = Callable[[bytes], bytes]


def _flat(value: bytes) -> bytes:
    return value.replace(b"\r\n", b"")


def _one_space(value: bytes) -> bytes:
    return _FOLD.sub(b" ", value)


def _greedy(width: int, blank: bytes, name: int) -> Style:
    """Folded at the last blank before a width, as mail programs fold; the blank becomes this one."""

    def fold(value: bytes) -> bytes:
        words = _one_space(value).split(b" ")
        lines, line, used = [], words[0], name + 1
        for word in words[1:]:
            if line.strip() and used + len(line) + 1 + len(word) > width:
                lines.append(line)
                line, used = word, 1
            else:
                line += b" " + word
        return (b"\r\n" + blank).join([*lines, line])

    return fold


STYLES: tuple[Style, ...] = (
    _flat,
    _one_space,
    lambda value: _flat(value).replace(b"\t", b"\r\n\t"),
    lambda value: _BEFORE_TAB.sub(b"\r\n\t", _flat(value)),
    lambda value: _BEFORE_TAB.sub(b"\r\n\t", _flat(value)).replace(b"  ", b"\r\n "),
    lambda value: _FOLD.sub(b"\r\n ", value),
    lambda value: _FOLD.sub(b"\r\n\t", value),
    lambda value: _COMMA.sub(b",\r\n ", _one_space(value)),
    lambda value: _COMMA.sub(b",\r\n\t", _one_space(value)),
    lambda value: _SEMICOLON.sub(b";\r\n ", _one_space(value)),
    lambda value: _SEMICOLON.sub(b";\r\n\t", _one_space(value)),
    lambda value: _one_space(value).replace(b"?= =?", b"?=\r\n =?"),
    lambda value: _one_space(value).replace(b"?= =?", b"?=\r\n\t=?"),
    lambda value: _ANGLE.sub(b"\r\n <", _one_space(value)),
    lambda value: _ANGLE.sub(b"\r\n\t<", _one_space(value)),
    lambda value: b"\r\n " + _one_space(value).lstrip(b" \t"),
    lambda value: b"\r\n\t" + _one_space(value).lstrip(b" \t"),
    lambda value: b" \r\n\t" + _one_space(value).lstrip(b" \t"),
    lambda value: _COMMA.sub(b", ", _one_space(value)),
    lambda value: _COMMA.sub(b",", _one_space(value)),
)
"""How a whole value may have been folded before; each gives what is there already where it has nothing to do."""

_BLANKS = 24
_PAIRED = 14
_LINE = 70
_WIDTHS = (78, 76, 77, 75, 79, 74, 72, 70)


def apply(raw: bytes, style: Style) -> bytes:
    """A whole field (CRLF line ends) in another style."""
    name, colon, value = raw.removesuffix(b"\r\n").partition(b":")
    return name + colon + style(value) + b"\r\n"


def _requoted(value: bytes) -> list[bytes]:
    """Names before addresses with and without their quotes."""
    if b"@" not in value:
        return []
    return [_QUOTED.sub(rb"\1", value), _BARE.sub(rb'"\1"', value)]


def _folded_anew(value: bytes) -> list[bytes]:
    """The value with one fold at each of its first blanks, and with two where it is long."""
    blanks = [at for at in range(1, len(value)) if value[at] == 32 and value[at - 1] != 32][:_BLANKS]
    chosen = [(at,) for at in blanks] + (list(combinations(blanks[:_PAIRED], 2)) if len(value) > _LINE else [])
    found = []
    for places in chosen:
        pieces = [value[a:b] for a, b in pairwise((0, *places, len(value)))]
        pieces[1:] = [piece[1:] for piece in pieces[1:]]
        found += [(b"\r\n" + blank).join(pieces) for blank in (b" ", b"\t")]
    return found


def respelled(raw: bytes, canon: Canon) -> Iterator[bytes]:
    """The same field folded, spaced and cased in other ways; under relaxed only what that does not undo itself."""
    name, _, value = raw.removesuffix(b"\r\n").partition(b":")
    if len(value) > _LONGEST:
        return
    if canon is Canon.RELAXED:
        flat = _one_space(value)
        for style in (_COMMA.sub(b", ", flat), _COMMA.sub(b",", flat), _SEMICOLON.sub(b"; ", flat), _flat(value)):
            yield name + b":" + style + b"\r\n"
        yield from (name + b":" + style + b"\r\n" for style in _requoted(flat))
        return
    names = tuple(dict.fromkeys((name, *_NAMES.get(name.decode("latin-1").lower(), (name.title(),)))))
    for spelt in names:
        if spelt != name:
            yield spelt + b":" + value + b"\r\n"
    values = [style(value) for style in STYLES]
    values += [_greedy(width, blank, len(name) + 1)(value) for width in _WIDTHS for blank in (b" ", b"\t")]
    values += [each for style in (value, _one_space(value)) for each in _requoted(style)]
    values += _folded_anew(_one_space(value))
    values += [b" " + value.lstrip(b" \t"), value.lstrip(b" \t"), value + b" ", value.rstrip(b" \t")]
    for each in dict.fromkeys(values):
        for spelt in names:
            yield spelt + b":" + each + b"\r\n"


def reencoded(value: bytes) -> Iterator[bytes]:
    """The value with its encoded words, or its raw UTF-8, written in other ways."""
    if len(value) > _LONGEST:
        return
    if b"=?" in value:
        yield _WORD.sub(lambda m: b"=?%b?%b?%b?=" % (m[1], m[2].swapcase(), m[3]), value)
        for case in (bytes.lower, bytes.upper):
            for letter in (bytes.lower, bytes.upper):
                yield _WORD.sub(lambda m, c=case, e=letter: b"=?%b?%b?%b?=" % (c(m[1]), e(m[2]), m[3]), value)  # type: ignore[misc]  # no lambda with defaults is inferred
    groups = _WORDS if b"=?" in value else re.compile(rb"[\x21-\x7e]*[\x80-\xff][\x80-\xff\x21-\x7e]*")
    if not groups.search(value):
        return
    for charset in ("utf-8", "UTF-8", "iso-8859-1", "ISO-8859-1", "windows-1252"):
        for write in (_q_words, _b_word, _q_each):
            for upper in (True, False):
                yield from _written(groups, value, charset, write, upper)
    yield groups.sub(lambda m: decoded_words(m[0]).encode("utf-8", "surrogateescape"), value)
    yield from _phrases(value)


def likely_encodings(value: bytes, canon: Canon) -> Iterator[bytes]:
    """The encodings that mail programs choose most: for a text in one or two words, for each name of a list its own."""
    if len(value) > _LONGEST or (b"=?" not in value and value.isascii()):
        return
    folds = (b" ",) if canon is Canon.RELAXED else (b"\r\n ", b" ", b"\r\n\t")
    flat = _one_space(value)
    if b"@" in flat:
        yield from _names_encoded(flat, folds)
        return
    text = decoded_words(flat.strip(b" \t"))
    blanks = [at for at, char in enumerate(text) if char == " "][:_BLANKS]
    for write in (_q_words, _b_word):
        yield b" " + write(text, "utf-8", write is _b_word or b"?q?" not in value)
        for at in blanks:
            for cut in (at, at + 1):
                first, second = write(text[:cut], "utf-8", True), write(text[cut:], "utf-8", True)
                yield from (b" " + first + fold + second for fold in folds)


def _names_encoded(flat: bytes, folds: tuple[bytes, ...]) -> Iterator[bytes]:
    names = [match for match in _PHRASE.finditer(flat) if b"=?" in match[0] or not match[0].isascii()]
    if not 0 < len(names) <= _NAMES_EACH:
        return
    forms = []
    for match in names:
        text = decoded_words(match[0])
        found = []
        for charset in ("utf-8", "iso-8859-1"):
            for write in (_q_words, _b_word):
                try:
                    found.append(write(text, charset, True))
                except UnicodeEncodeError:
                    continue
        forms.append(found)
    for chosen in product(*forms):
        pieces: list[bytes] = []
        position = 0
        for match, form in zip(names, chosen, strict=True):
            pieces += (flat[position : match.start()], form)
            position = match.end()
        whole = b"".join([*pieces, flat[position:]])
        yield from (_COMMA.sub(b"," + fold, whole) for fold in folds)


def alike(values: dict[int, bytes]) -> Iterator[dict[int, bytes]]:
    """Several values with the encoded words of all of them written in one way, as a program that writes all writes."""
    for charset in ("utf-8", "UTF-8", "iso-8859-1", "ISO-8859-1"):
        for write in (_q_words, _b_word, _q_each):
            for upper in (True, False):
                try:
                    yield {at: _coded(value, charset, write, upper) for at, value in values.items()}
                except UnicodeEncodeError:
                    continue


def _coded(value: bytes, charset: str, write: "Callable[[str, str, bool], bytes]", upper: bool) -> bytes:
    """A text, or the names before addresses, encoded where it has to be."""

    def words(text: bytes) -> bytes:
        plain = decoded_words(text)
        return plain.encode() if plain.isascii() else write(plain, charset, upper)

    flat = _one_space(value)
    if len(flat) > _LONGEST or b"@" not in flat:
        return b" " + words(flat[:_LONGEST].strip(b" \t"))
    return _NAMED.sub(lambda m: words(m[1]) if b"=?" in m[1] or not m[1].isascii() else m[0], flat)


def _phrases(value: bytes) -> Iterator[bytes]:
    """A whole text, or the names before addresses, as one encoded word or as two that meet at a blank."""
    lead = value[: len(value) - len(value.lstrip(b" \t"))]
    if b"@" in value:
        for charset in ("utf-8", "UTF-8", "iso-8859-1", "ISO-8859-1"):
            for write in (_q_words, _b_word):
                for upper in (True, False):
                    yield from _written(_NAME, value, charset, write, upper)
        return
    text = decoded_words(value.strip(b" \t"))
    blanks = [at for at, char in enumerate(text) if char == " "][:_BLANKS]
    for charset in ("utf-8", "UTF-8", "iso-8859-1", "ISO-8859-1"):
        for write in (_q_words, _b_word):
            for upper in (True, False):
                try:
                    yield lead + write(text, charset, upper)
                    for at in blanks:
                        for cut in (at, at + 1):
                            first, second = write(text[:cut], charset, upper), write(text[cut:], charset, upper)
                            yield lead + first + b"\r\n " + second
                except UnicodeEncodeError:
                    break


def _written(
    groups: "re.Pattern[bytes]", value: bytes, charset: str, write: "Callable[[str, str, bool], bytes]", upper: bool
) -> Iterator[bytes]:
    try:
        yield groups.sub(lambda m: write(decoded_words(m[0]), charset, upper), value)
    except UnicodeEncodeError:
        return


def _q(text: str, charset: str) -> bytes:
    data = text.encode(charset)
    return b"".join(b"_" if b == 32 else bytes((b,)) if _PLAIN[b] else b"=%02X" % b for b in data)


_PLAIN = [chr(b).isascii() and (chr(b).isalnum() or chr(b) in "!*+-/.,:;'") for b in range(256)]


def _q_words(text: str, charset: str, upper: bool) -> bytes:
    return b"=?%b?%b?%b?=" % (charset.encode(), b"Q" if upper else b"q", _q(text, charset))


def _b_word(text: str, charset: str, upper: bool) -> bytes:
    return b"=?%b?%b?%b?=" % (charset.encode(), b"B" if upper else b"b", base64.b64encode(text.encode(charset)))


def _q_each(text: str, charset: str, upper: bool) -> bytes:
    """Only the words that need it."""
    return b" ".join(word.encode() if word.isascii() else _q_words(word, charset, upper) for word in text.split(" "))
