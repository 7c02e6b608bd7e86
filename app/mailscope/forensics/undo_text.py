"""What a text may have been before something was put into it: banners, footers, and blocks in HTML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailscope.forensics.diagnosis import Cause

_FIRST = 40
"""Lines of a banner."""
_LAST = 120
"""Lines of a footer."""
_REACH = 8 * 1024
"""Bytes of HTML put in at one place."""
_TAGS = 200
_BODY = re.compile(rb"<body\b[^>]{0,2000}>", re.IGNORECASE)
_ENDS = re.compile(rb"</body>|</html>", re.IGNORECASE)
_RULE = re.compile(rb"\s*(?:--\s?|[-_=*#~+]{3,}.{0,80}|<hr\b.{0,200})\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cut:
    """A text without something that was put in."""

    text: bytes
    cause: Cause
    removed: bytes
    likely: bool = False


def cuts(text: bytes, html: bool) -> Iterator[Cut]:
    """The text (CRLF line ends) without what may have been added at its end or beginning, best first."""
    starts = line_starts(text)
    if html:
        yield from _html(text)
    for number, at in enumerate(reversed(starts[1:][-_LAST:])):
        line = text[at : text.find(b"\n", at) + 1 or len(text)]
        before = text[max(0, at - 4) : at]
        likely = bool(_RULE.match(line)) or (number < 16 and before == b"\r\n\r\n")
        yield Cut(text[:at], Cause.FOOTER, text[at:], likely)
        if before.endswith(b"\r\n\r\n"):
            yield Cut(text[: at - 2], Cause.FOOTER, text[at - 2 :], likely)
            yield Cut(text[: at - 4], Cause.FOOTER, text[at - 4 :])
        yield Cut(text[: at - 2], Cause.FOOTER, text[at - 2 :])
    for number, at in enumerate(starts[1:_FIRST]):
        likely = number < 12 and text[max(0, at - 4) : at] in (b"\r\n\r\n", text[:at])
        yield Cut(text[at:], Cause.BANNER, text[:at], likely or number < 2)


def both_ends(text: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """What is left between a banner and a footer, and the two."""
    starts = line_starts(text)
    for head in starts[1:12]:
        for tail in reversed(starts[-40:]):
            if tail > head:
                yield text[head:tail], text[:head], text[tail:]


def line_starts(text: bytes) -> list[int]:
    """Where each line begins."""
    starts = [0]
    at = text.find(b"\n")
    while 0 <= at < len(text) - 1:
        starts.append(at + 1)
        at = text.find(b"\n", at + 1)
    return starts


def _html(text: bytes) -> Iterator[Cut]:
    """HTML without a block behind <body> or before </body>."""
    body = _BODY.search(text)
    begins = [body.end()] if body else [0]
    if body and text[body.end() : body.end() + 2] == b"\r\n":
        begins.append(body.end() + 2)
    for begin in begins:
        window = text[begin : begin + _REACH]
        stops = [m.end() for m in re.finditer(rb">(?:\r\n)?|\r\n", window)][:_TAGS]
        stops += [stop - 2 for stop in stops if window[stop - 2 : stop] == b"\r\n"]
        for number, stop in enumerate(stops):
            removed = window[:stop]
            whole = removed.rstrip().lower().endswith((b"</table>", b"</div>", b"<br>", b"<br/>", b"<hr>", b"</p>"))
            likely = whole and number < 60
            yield Cut(text[:begin] + text[begin + stop :], Cause.BANNER, removed, likely)
    for end in [m.start() for m in list(_ENDS.finditer(text))[-2:]] + [len(text)]:
        low = max(0, end - _REACH)
        window = text[low:end]
        opens = [m.start() for m in re.finditer(rb"(?:\r\n)?<(?!/)|\r\n", window)][-_TAGS:]
        opens += [at + 2 for at in opens if window[at : at + 2] == b"\r\n"]
        for number, at in enumerate(sorted(opens, reverse=True)):
            yield Cut(text[: low + at] + text[end:], Cause.FOOTER, window[at:], number < 24)


def said(cause: Cause, removed: bytes) -> str:
    """What was put in, in words: where, and how it begins."""
    place = "at the end" if cause is Cause.FOOTER else "at the beginning"
    text = " ".join(re.sub(rb"<[^>]{0,400}>|[-_=*#]{3,}", b" ", removed[:4096]).decode("utf-8", "replace").split())
    quoted = f" (“{text[:60]}{'…' if len(text) > 60 else ''}”)" if text else ""
    return f"text was put in {place}{quoted}"
