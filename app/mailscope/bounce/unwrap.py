"""Set free from wrapping: lines of a notice joined, escapes of senders undone, quotation marks taken off."""

import re

_OCTAL = re.compile(r"(?:\\[0-3][0-7]{2})+")
_BLANKS = re.compile(r"\s+")
_LONGEST = 20_000
_QUOTED = re.compile(r"[ \t]{0,8}(?:>[ \t]?){1,40}|[ \t]{0,8}(?:\|(?:[ \t]|$)){1,40}")
_FEW = 4
"""Lines that are enough for a quotation."""
_CURLY = str.maketrans({
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u00b4\u02bc", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("\u00a0\u2007\u2009\u202f", " "),
    **dict.fromkeys("\u200b\u200e\u200f\ufeff\u00ad\u2060"), "\ufb01": "fi", "\ufb02": "fl",
})  # fmt: skip


def one_line(text: str) -> str:
    """All white space runs as one space, outer ones off; bounded."""
    return _BLANKS.sub(" ", text[:_LONGEST]).strip()


def tidied(text: str) -> str:
    """Typographic quotes, hyphens and blanks as plain ones, invisible characters out."""
    return text if text.isascii() else text.translate(_CURLY)


def unescaped(text: str) -> str:
    r"""Octal escapes (\303\244, as Exim prints them) as the characters they stand for."""
    if "\\" not in text:
        return text
    return _OCTAL.sub(_octal, text)


def _octal(match: re.Match[str]) -> str:
    data = bytes(int(part, 8) for part in match[0].split("\\")[1:])
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def rejoined(text: str) -> str:
    """A multiline reply in one line, the code said once: "550-5.1.1 a b 550 5.1.1 c" is "550 5.1.1 a b c"."""
    text = one_line(unescaped(text))
    head = re.match(r"([245]\d\d)[- ](?:([245]\.\d{1,3}\.\d{1,3})\s+)?", text)
    if head is None:
        return text
    code, enhanced = head[1], head[2]
    rest = text[head.end() :]
    if enhanced:
        rest = re.sub(rf"(?:^|\s){code}[- ]{re.escape(enhanced)}(?=\s|$)", " ", rest)
        return one_line(f"{code} {enhanced} {rest}")
    if text[3:4] == "-":
        rest = re.sub(rf"(?:^|\s){code}[- ](?=\S)", " ", rest)
    return one_line(f"{code} {rest}")


def unquoted(lines: list[str]) -> list[str]:
    """Lines without the marks of a quotation ("> ", "> > ", "| "), where most of them bear some."""
    marks = [_mark(line) for line in lines]
    filled = sum(1 for line in lines if line.strip())
    if filled < _FEW or sum(map(bool, marks)) * 5 < filled * 4:
        return lines
    return _without_marks(lines, marks)


def cited(lines: list[str]) -> list[str]:
    """The lines that a text quotes, without their marks; none where it quotes fewer than a few."""
    marks = [_mark(line) for line in lines]
    if sum(map(bool, marks)) < _FEW:
        return []
    kept: list[str] = []
    for place, line in enumerate(_without_marks(lines, marks)):
        if marks[place] or _wrapped(lines, marks, place):
            kept.append(line)
        elif kept and kept[-1]:
            kept.append("")  # what stands on both sides of a gap is not one sentence
    return kept


def _wrapped(lines: list[str], marks: list[str], place: int) -> bool:
    """Whether a line without marks is the end of a quoted one that was too long."""
    between = 0 < place < len(lines) - 1 and marks[place - 1] and marks[place + 1]
    return bool(between) and bool(lines[place].strip())


def _mark(line: str) -> str:
    """The marks at the start of a line, for its mail program or another; "" for none."""
    match = _QUOTED.match(line)
    return match[0] if match is not None else ""


def _without_marks(lines: list[str], marks: list[str]) -> list[str]:
    """As many marks off each line as all that say something bear: ">>> RCPT" below a mark is a command."""
    filled = [mark for line, mark in zip(lines, marks, strict=True) if mark and line[len(mark) :].strip()]
    depth = min((sum(map(mark.count, ">|")) for mark in filled), default=0)
    return [_shed(line, mark, depth) if mark else line for line, mark in zip(lines, marks, strict=True)]


def _shed(line: str, mark: str, depth: int) -> str:
    """A line without its first marks and one blank after them."""
    left, at = depth, 0
    while at < len(mark) and left:
        left -= mark[at] in ">|"
        at += 1
    return line[at:].removeprefix(" ")
