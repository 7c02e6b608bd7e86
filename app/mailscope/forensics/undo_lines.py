"""What a text may have been before its lines were changed: blanks, tabs, wrapping, ">From ", line ends."""

import re
from collections.abc import Iterator
from itertools import islice

from mailscope.forensics.diagnosis import Cause

_RUN = re.compile(rb" {2,}")
_ESCAPED = re.compile(rb"^>(?=>*From )", re.MULTILINE)
_BLANKS = (b"", b" ", b"  ", b"\t", b"   ")
_MOST = 1024 * 1024
_WIDTHS = range(40, 100)
_LINES = 80
"""Lines at whose ends a blank is put back, one at a time."""
_RUNS = 8
"""Runs of blanks of which every subset is tried as tabs."""
_FEW = 6
"""Quoted From lines of which every subset is tried."""

Undone = tuple[bytes, tuple[Cause, ...], str]


def line_originals(text: bytes) -> Iterator[Undone]:
    """The text (CRLF line ends) with one change of lines undone: text, causes, what was done."""
    if not text or len(text) > _MOST:
        return
    for change in (_from_lines, _ends, _edges, _tabs, _trailing):
        yield from (undone for undone in change(text) if undone[0] != text)


def unwrapped(text: bytes) -> Iterator[Undone]:
    """The text (CRLF line ends) with long lines that were broken put together; slower than the rest."""
    if text and len(text) <= _MOST:
        yield from (undone for undone in _wrapped(text) if undone[0] != text)


def _from_lines(text: bytes) -> Iterator[Undone]:
    """Quoted "From " lines as they were; all, each of few."""
    places = [m.start() for m in _ESCAPED.finditer(text)]
    if not places:
        return
    note = "“>” was put before lines that begin with “From ”"
    yield _ESCAPED.sub(b"", text), (Cause.FROM_ESCAPED,), note
    if 1 < len(places) <= _FEW:
        for subset in range(1, (1 << len(places)) - 1):
            changed = text
            for number in reversed(range(len(places))):
                if subset >> number & 1:
                    changed = changed[: places[number]] + changed[places[number] + 1 :]
            yield changed, (Cause.FROM_ESCAPED,), note


def _ends(text: bytes) -> Iterator[Undone]:
    cause = (Cause.LINE_ENDINGS,)
    if b"\r\r\n" in text:
        yield text.replace(b"\r\r\n", b"\r\n"), cause, "every line end gained a CR"
    halves = text.split(b"\r\n")
    if len(halves) > 3 and not any(halves[1::2]):
        yield b"\r\n".join(halves[::2]) + b"\r\n", cause, "every line end was doubled"
    bare = text.replace(b"\r\n", b"\0")
    if b"\r" in bare:
        yield text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n"), cause, "CR became a line end"
    if b"\0" in text:
        yield text.replace(b"\0", b""), (Cause.WHITESPACE,), "NUL bytes were put in"
    dots = re.sub(rb"^\.\.", b".", text, flags=re.MULTILINE)
    if dots != text:
        yield dots, (Cause.LINE_ENDINGS,), "the dots that SMTP doubles were left doubled"
    dots = re.sub(rb"^\.", b"..", text, flags=re.MULTILINE)
    if dots != text:
        yield dots, (Cause.LINE_ENDINGS,), "leading dots were taken out twice"
    yield text.replace(b"\r\n", b"\n"), cause, "the body was signed with bare LF"


def _edges(text: bytes) -> Iterator[Undone]:
    """Empty lines at the beginning, and what trailing lines may have been."""
    cause = (Cause.WHITESPACE,)
    rest = text
    for _ in range(4):
        if not rest.startswith(b"\r\n"):
            break
        rest = rest[2:]
        yield rest, cause, "empty lines were put before the body"
    for number in range(1, 4):
        yield b"\r\n" * number + text, cause, "empty lines at the beginning were taken out"
    bare = text.rstrip(b" \t\r\n")
    for last in _BLANKS:
        for rows in ((), (b" ",), (b"  ",), (b"\t",), (b"", b" "), (b" ", b" "), (b"    ",), (b"", b"", b" ")):
            yield b"\r\n".join([bare + last, *rows]) + b"\r\n", cause, "blanks at the end of the body were taken out"
    yield bare, cause, "the last line end was put in"


def _wrapped(text: bytes) -> Iterator[Undone]:
    """Long lines that were broken: by a line end and a blank, by "!", at blanks."""
    cause = (Cause.LINE_WRAPPED,)
    note = "long lines were broken"
    if b"!\r\n " in text:
        yield text.replace(b"!\r\n ", b""), cause, note
        yield text.replace(b"!\r\n", b""), cause, note
    lines = text.split(b"\r\n")
    longest = max(map(len, lines))
    for limit in {longest, longest - 1, 998, 990}:
        for blank in (b" ", b""):
            yield b"\r\n".join(_rejoined(lines, limit, blank)), cause, note
    joined = [line + b" " for line in lines[:-1]] + lines[-1:]
    yield b"\r\n".join(joined), (Cause.WHITESPACE,), "blanks at the ends of lines were taken out"
    for width in _WIDTHS:
        if width >= longest:
            yield b"\r\n".join(_unfilled(lines, width)), cause, note
            yield b"\r\n".join(_refolded(lines, width)), cause, note


def _rejoined(lines: list[bytes], limit: int, blank: bytes) -> Iterator[bytes]:
    """Lines that were cut at exactly limit bytes, put together; blank is what the rest was begun with."""
    line, cut = lines[0], len(lines[0]) == limit
    for each in lines[1:]:
        if cut and each.startswith(blank) and each:
            line += each[len(blank) :]
        else:
            yield line
            line = each
        cut = len(each) == limit
    yield line


def _refolded(lines: list[bytes], width: int) -> Iterator[bytes]:
    """Lines that were broken behind a blank that stayed, put together: the next word would not have fitted."""
    line, last = lines[0], lines[0]
    for each in lines[1:]:
        word = each.split(b" ", 1)[0]
        if last.endswith(b" ") and each and len(last) + len(word) > width:
            line += each
        else:
            yield line
            line = each
        last = each
    yield line


def _unfilled(lines: list[bytes], width: int) -> Iterator[bytes]:
    """Lines that were filled up to a width, put together: the next word would not have fitted."""
    line, last = lines[0], lines[0]
    for each in lines[1:]:
        word = each.split(b" ", 1)[0]
        if last and each and not each.startswith((b" ", b"\t")) and len(last) + 1 + len(word) > width:
            line += b" " + each
        else:
            yield line
            line = each
        last = each
    yield line


def _tabs(text: bytes) -> Iterator[Undone]:
    """Tabs that were expanded to blanks, or blanks that became tabs."""
    cause = (Cause.WHITESPACE,)
    if b"  " in text:
        for width in (8, 4):
            for least in (1, 2):
                lines = [_unexpanded(line, width, least) for line in text.split(b"\r\n")]
                yield b"\r\n".join(lines), cause, "tabs became blanks"
        for changed in _some_unexpanded(text):
            yield changed, cause, "tabs became blanks"
    if b"\t" in text:
        for width in (8, 4):
            yield b"\r\n".join(line.expandtabs(width) for line in text.split(b"\r\n")), cause, "blanks became tabs"
    if b"\xc2\xa0" in text:
        yield text.replace(b"\xc2\xa0", b" "), cause, "blanks became no-break spaces"


def _some_unexpanded(text: bytes) -> Iterator[bytes]:
    """Every subset of few runs of blanks that end at a tab stop, as tabs."""
    places = []
    for run in _RUN.finditer(text):
        line = text.rfind(b"\n", 0, run.start()) + 1
        start, stop = run.start() - line, run.end() - line
        if stop % 8 == 0:
            places.append((run.start(), run.end(), stop // 8 - start // 8))
        if len(places) > _RUNS:
            return
    for subset in range(1, (1 << len(places)) - 1):
        pieces: list[bytes] = []
        position = 0
        for number, (start, stop, tabs) in enumerate(places):
            if subset >> number & 1:
                pieces += (text[position:start], b"\t" * tabs)
                position = stop
        yield b"".join([*pieces, text[position:]])


def _unexpanded(line: bytes, width: int, least: int) -> bytes:
    """Runs of at least so many blanks that end at a tab stop, as tabs."""
    pieces: list[bytes] = []
    position = 0
    runs = _RUN if least == 2 else re.compile(rb" +")
    for run in runs.finditer(line):
        column = run.end()
        if column % width == 0:
            tabs = column // width - run.start() // width
            pieces += (line[position : run.start()], b"\t" * tabs)
            position = run.end()
    return b"".join([*pieces, line[position:]])


def _trailing(text: bytes) -> Iterator[Undone]:
    """White space at line ends that was put in or taken out, and empty lines."""
    cause = (Cause.WHITESPACE,)
    yield b"\r\n".join(line.rstrip(b" \t") for line in text.split(b"\r\n")), cause, "blanks at line ends were put in"
    note = "blanks at line ends were taken out"
    marked = re.sub(rb"^--(?=\r\n)", b"-- ", text, flags=re.MULTILINE)
    if marked != text:
        yield marked, cause, note
    flowed = re.sub(rb"(?<=[^\r\n>])(?=\r\n[^\r\n\t >-])", b" ", text)
    yield flowed, cause, note
    starts = [m.start() for m in islice(re.finditer(rb"\r\n", text), _LINES)]
    for at in starts:
        for blank in (b" ", b"  ", b"\t"):
            yield text[:at] + blank + text[at:], cause, note
    if b"\r\n\r\n\r\n" in text:
        yield re.sub(rb"(?:\r\n){3,}", b"\r\n\r\n", text), cause, "empty lines were put in"
