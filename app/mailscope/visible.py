"""Text from outside, made safe to show: nothing a message holds may steer a terminal or hide from the reader."""

import re

_NAMED = {
    0x00AD: "SHY", 0x061C: "ALM", 0x115F: "HCF", 0x1160: "HJF", 0x180E: "MVS", 0x200B: "ZWSP", 0x200C: "ZWNJ",
    0x200D: "ZWJ", 0x200E: "LRM", 0x200F: "RLM", 0x2028: "LS", 0x2029: "PS", 0x202A: "LRE", 0x202B: "RLE",
    0x202C: "PDF", 0x202D: "LRO", 0x202E: "RLO", 0x2060: "WJ", 0x2061: "FA", 0x2062: "IT", 0x2063: "IS",
    0x2064: "IP", 0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI", 0x3164: "HF", 0xFEFF: "BOM",
    0xFFA0: "HHF",
}  # fmt: skip
_TABLE: dict[int, str] = {
    **{code: chr(0x2400 + code) for code in range(0x20)},
    0x7F: "\u2421",
    **{code: f"\u27e8{code:02X}\u27e9" for code in range(0x80, 0xA0)},
    **{code: f"\u27e8{name}\u27e9" for code, name in _NAMED.items()},
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
    **{code: f"\u27e8TAG {code - 0xE0000:02X}\u27e9" for code in range(0xE0000, 0xE0080)},
    **dict.fromkeys(range(0xFE00, 0xFE10), ""),  # variation selectors change nothing but the width
}
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\u3164\ud800-\udfff"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e007f]"
)
_LINES = {**_TABLE, 0x0A: "\n", 0x09: "\t"}


def visible(text: str) -> str:
    """Text in one line with every control, direction mark, zero-width character and surrogate made visible."""
    if not _UNSAFE.search(text):
        return text
    return text.translate(_TABLE)


def visible_lines(text: str) -> str:
    """As visible(), but line feeds and tabs stay; CRLF and bare CR become LF."""
    if not _UNSAFE.search(text):
        return text
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_LINES)


def visible_bytes(data: bytes) -> str:
    """Bytes for showing: UTF-8 where it is that, other bytes as \\xNN, then as visible()."""
    return visible(data.decode("utf-8", "backslashreplace"))


def hidden(text: str) -> tuple[str, ...]:
    """The names of the characters in text that a reader would not see: direction marks, zero-width, controls."""
    found = dict.fromkeys(_UNSAFE.findall(text))
    return tuple(_NAMED.get(ord(char), f"U+{ord(char):04X}") for char in found if char not in "\t\r\n")
