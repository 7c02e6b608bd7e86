"""Bytes to text as people read them: charsets by their mail names, and a guess where none is named."""

import encodings.aliases
import re

_NAMES = {
    "usascii": "cp1252", "ascii": "cp1252", "iso88591": "cp1252", "latin1": "cp1252", "iso88599": "cp1254",
    "gb2312": "gb18030", "gbk": "gb18030", "xgbk": "gb18030", "hz": "hz", "hzgb2312": "hz", "gb231280": "gb18030",
    "shiftjis": "cp932", "xsjis": "cp932", "sjis": "cp932", "windows31j": "cp932", "xmscp932": "cp932",
    "iso2022jp": "iso2022_jp_ext", "csiso2022jp": "iso2022_jp_ext", "iso2022jpms": "iso2022_jp_ext",
    "euckr": "cp949", "ksc56011987": "cp949", "ksc5601": "cp949", "xwindows949": "cp949", "iso2022kr": "iso2022_kr",
    "big5": "big5hkscs", "xbig5": "big5hkscs", "cp950": "cp950", "xeucjp": "euc_jp", "eucjp": "euc_jp",
    "iso88598i": "iso8859_8", "iso88598e": "iso8859_8", "iso88596i": "iso8859_6", "unicode11utf7": "utf_7",
    "unicode11utf8": "utf_8", "utf8": "utf_8", "utf8mb4": "utf_8", "xutf8": "utf_8", "windows874": "cp874",
    "tis620": "cp874", "iso885911": "cp874", "macintosh": "mac_roman", "xmacroman": "mac_roman", "koi8": "koi8_r",
    "xmaccyrillic": "mac_cyrillic", "xcp1251": "cp1251", "xcp1252": "cp1252", "utf7": "utf_7",
}  # fmt: skip
"""What mail calls them, where it differs from Python, and supersets that old names stand for in practice."""
_NEVER = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "palmos"})
"""No charsets of mail: codecs that decode in quadratic time, or that make what nobody wrote."""
_KNOWN = (frozenset(encodings.aliases.aliases.values()) | {"utf_8", "cp1254", "cp874", "utf_8_sig"}) - _NEVER
_TEXT_ONLY = frozenset({"base64_codec", "bz2_codec", "hex_codec", "quopri_codec", "rot_13", "uu_codec", "zlib_codec"})
_SURROGATES = re.compile("[\ud800-\udfff]")
_ISO2022 = re.compile(rb"\x1b(?:\$[@AB]|\$\([CDOPQ]|\([BJI])")


def codec_of(name: str) -> str | None:
    """Python's codec for a charset as mail names it ("ISO-8859-1", "x-sjis", "utf-8*en"); None for unknown ones."""
    name = name.partition("*")[0].strip().strip("\"'").lower()
    if len(name) > 40 or not name.isascii():
        return None
    bare = "".join(char for char in name if char.isalnum())
    if bare in _NAMES:
        return _NAMES[bare]
    key = name.replace("-", "_").replace(" ", "_").replace(".", "_").replace(":", "_")
    for candidate in (key, key.removeprefix("x_"), key.replace("windows_", "cp"), key.replace("iso_8859_", "iso8859_")):
        codec = encodings.aliases.aliases.get(candidate, candidate)
        if codec in _KNOWN and codec not in _TEXT_ONLY:
            return codec
    return None


def text_of(data: bytes, charset: str = "") -> str:
    """The bytes as text: by the named charset, else as guessed; U+FFFD where bytes fit nothing, and no surrogates."""
    codec = codec_of(charset) if charset else None
    if codec is None or (codec == "cp1252" and charset.lower().strip() != "iso-8859-1" and not data.isascii()):
        codec = guessed(data)
    try:
        text = data.decode(codec, "strict")
    except (UnicodeError, LookupError, ValueError, OverflowError):
        text = _leniently(data, codec)
    return _SURROGATES.sub("\ufffd", text) if not text.isascii() else text


def _leniently(data: bytes, codec: str) -> str:
    """Where the named charset does not fit: UTF-8 if it is that, else what the charset can say of it."""
    if codec == "cp1252":
        return "".join(map(_western, data)) if len(data) <= 65_536 else data.decode("latin-1")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode(codec, "replace")
    except (UnicodeError, LookupError, ValueError, OverflowError):
        return data.decode("utf-8", "replace")


def _western(byte: int) -> str:
    """Windows-1252, and Latin-1 for the five bytes that it leaves empty."""
    return bytes((byte,)).decode("cp1252" if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else "latin-1")


def guessed(data: bytes) -> str:
    """The codec that raw bytes are most probably in; Windows-1252 where nothing speaks for another."""
    if _ISO2022.search(data):
        return "iso2022_jp_ext" if b"\x1b$)C" not in data else "iso2022_kr"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf_8"
    sample = data[:4096]
    high = sum(byte >= 0x80 for byte in sample)
    letters = high + sum(chr(byte).isalpha() for byte in sample if byte < 0x80)
    # Western text has a few high bytes among many letters; other scripts are mostly high bytes.
    if high < 4 or high * 5 < letters * 2:
        return "cp1252"
    scores = {codec: _plausible(sample, codec) for codec in _CANDIDATES}
    best = max(scores, key=lambda codec: scores[codec])
    return best if scores[best] > 0.6 else "cp1252"


_CANDIDATES = ("cp932", "euc_jp", "cp949", "gb18030", "big5", "koi8_r", "cp1251")


def _plausible(sample: bytes, codec: str) -> float:
    """How much like everyday text the bytes look in this codec, from 0 to 1."""
    for cut in range(3):  # a sample may end within a character
        try:
            text = sample[: len(sample) - cut].decode(codec)
        except UnicodeDecodeError:
            continue
        break
    else:
        return 0.0
    strange = [char for char in text if ord(char) >= 0x80]
    if not strange:
        return 0.0
    good = 0.0
    for char in strange:
        good += _usual(char, codec)
    return good / len(strange)


def _usual(char: str, codec: str) -> float:
    """1 for a character that everyday text of this codec is made of, less for rare ones."""
    code = ord(char)
    if codec in ("koi8_r", "cp1251"):
        return 1.0 if 0x430 <= code <= 0x44F else 0.55 if 0x410 <= code <= 0x42F else 0.0
    if 0x3000 <= code <= 0x3020 or 0xFF01 <= code <= 0xFF5E:
        return 0.8
    if codec in ("cp932", "euc_jp"):
        return 1.0 if 0x3041 <= code <= 0x30FC else 0.7 if 0x4E00 <= code <= 0x9FFF else 0.0
    if codec == "cp949":
        return 1.0 if 0xAC00 <= code <= 0xD7A3 and _lead(char, codec, 0xB0, 0xC8) else 0.1
    if codec == "gb18030":
        return 0.95 if 0x4E00 <= code <= 0x9FFF and _lead(char, codec, 0xB0, 0xD7) else 0.2
    return 0.92 if 0x4E00 <= code <= 0x9FFF and _lead(char, codec, 0xA4, 0xC6) else 0.2


def _lead(char: str, codec: str, low: int, high: int) -> bool:
    """Whether the character stands in the block of its charset that holds the common ones."""
    data = char.encode(codec, "replace")
    return len(data) == 2 and low <= data[0] <= high and (codec == "big5" or data[1] >= 0xA1)
