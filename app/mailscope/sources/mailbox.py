"""Messages in an mbox, one at a time: mboxo, mboxrd, mboxcl and mboxcl2 told apart by what stands there."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from mailscope.limits import DEFAULT_LIMITS, Limits

_DAY = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +"
_MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_SEPARATOR = re.compile(
    rb"From (?:\S[^\r\n]{0,900}? )? *"
    rb"(?:" + _DAY + rb"(?:" + _MONTH + rb" +\d{1,2}|\d{1,2} " + _MONTH + rb")\b|\d{4}-\d\d-\d\d[T ]\d\d:\d\d)"
)
"""A From line with the date that asctime() writes (RFC 4155 appendix A)."""
_LENGTH = re.compile(rb"(?i)content-length:[ \t]*(\d{1,12})\s*$")
_ESCAPED = re.compile(rb"(?m)^>(>*From )")
_LINE = 1_200
"""Bytes of a line by which a separator is told."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One entry of a mailbox."""

    raw: bytes
    """As it lies there, From line and quoting included."""
    content: bytes
    """Without From line, quoting and the blank line that ends an entry."""
    escaped: bool = False
    """Whether quoting (>From) was undone."""
    cut: bool = False
    """Whether it was bigger than the limit, so that raw and content are its beginning only."""


def begins_mailbox(start: bytes) -> bool:
    """Whether a file that begins with these bytes is an mbox."""
    return bool(_SEPARATOR.match(start[:_LINE]))


def letters(lines: Iterable[bytes], limits: Limits = DEFAULT_LIMITS) -> Iterator[Letter]:
    """The entries of an mbox given by its lines; holds one entry at a time.

    A From line begins an entry where a blank line stands before it and a date in it, unless the Content-Length of the
    entry says that it goes on and the next From line, or the end, stands where it says.
    """
    entry = _Entry(limits)
    blank = True
    for line in lines:
        if blank and entry.held and line.startswith(b"From ") and _SEPARATOR.match(line[:_LINE]):
            if entry.inside:
                entry.doubts.append(len(entry.held))
            else:
                yield from entry.done()
                entry = _Entry(limits)
        entry.add(line)
        blank = not line.strip(b"\r\n")
    if entry.held:
        yield from entry.done()


class _Entry:
    """The lines of an entry while they come."""

    def __init__(self, limits: Limits) -> None:
        self.held: list[bytes] = []
        self.doubts: list[int] = []
        """Places of From lines that the Content-Length claims for this entry."""
        self._most = limits.file_bytes
        self._size = 0
        self._body = -1
        """Bytes of body so far; -1 within the header."""
        self._claimed = -1
        """The Content-Length; -1 for none."""
        self.cut = False

    @property
    def inside(self) -> bool:
        """Whether the next line lies within the Content-Length."""
        return 0 <= self._body < self._claimed and not self.cut

    @property
    def _true(self) -> bool:
        """Whether the entry is as long as it says, give or take the blank line that ends it."""
        return self._claimed >= 0 and 0 <= self._body - self._claimed <= 2

    def add(self, line: bytes) -> None:
        """Take a line; beyond the limit it is counted and let go."""
        self._size += len(line)
        if self._size > self._most:
            self.cut = True
            return
        self.held.append(line)
        if self._body >= 0:
            self._body += len(line)
        elif not line.strip(b"\r\n"):
            self._body = 0
        elif line[:1] in b"Cc" and (length := _LENGTH.match(line[:100])):
            self._claimed = int(length[1]) if int(length[1]) <= self._most else -1

    def done(self) -> Iterator[Letter]:
        """The entry; or, where it is not as long as it says, the entries that it swallowed."""
        if not self.doubts or self._true:
            # mboxcl2 quotes nothing: then a bare From line stands in the text.
            yield _letter(self.held, cut=self.cut, quoted=not self.doubts)
            return
        bounds = [0, *self.doubts, len(self.held)]
        for start, stop in pairwise(bounds):
            yield _letter(self.held[start:stop], cut=self.cut and stop == len(self.held), quoted=True)


def _letter(held: list[bytes], *, cut: bool, quoted: bool) -> Letter:
    raw = b"".join(held)
    content = b"".join(held[1:])
    if content.endswith(b"\n\n"):
        content = content[:-1]
    elif content.endswith(b"\n\r\n"):
        content = content[:-2]
    escaped = quoted and bool(_ESCAPED.search(content))
    if escaped:
        content = _ESCAPED.sub(rb"\1", content)
    return Letter(raw, content, escaped=escaped, cut=cut)
