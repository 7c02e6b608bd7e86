"""Messages in an mbox, one at a time: mboxo, mboxrd, mboxcl and mboxcl2 told apart by what stands there."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mailscope.limits import DEFAULT_LIMITS, Limits

_SEPARATOR = re.compile(
    rb"From (?:\S[^\r\n]{0,900}? |) *(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +"
    rb"(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d{1,2}|\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))\b"
)
"""A From line with the date that asctime() writes (RFC 4155 appendix A)."""
_LENGTH = re.compile(rb"(?im)^content-length:[ \t]*(\d{1,12})[ \t]*\r?$")
_ESCAPED = re.compile(rb"(?m)^>(>*From )")


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
    """Whether it was bigger than the limit, so that raw and content are a part only."""


def begins_mailbox(start: bytes) -> bool:
    """Whether a file that begins with these bytes is an mbox."""
    return bool(_SEPARATOR.match(start[:1200]))


def letters(lines: Iterable[bytes], limits: Limits = DEFAULT_LIMITS) -> Iterator[Letter]:
    """The entries of an mbox given by its lines; holds one entry at a time.

    A From line begins an entry where a blank line stands before it and a date in it, unless the Content-Length of the
    entry says that it goes on and a From line or the end stands where it says that it ends.
    """
    held: list[bytes] = []
    size = 0
    cut = False
    blank = True
    for line in lines:
        if blank and held and line.startswith(b"From ") and _SEPARATOR.match(line[:1200]):
            yield _letter(held, cut=cut)
            held, size, cut = [], 0, False
        blank = not line.strip(b"\r\n")
        size += len(line)
        if size > limits.file_bytes:
            cut = True
        else:
            held.append(line)
    if held:
        yield _letter(held, cut=cut)


def _letter(held: list[bytes], *, cut: bool) -> Letter:
    raw = b"".join(held)
    content = b"".join(held[1:])
    last = content[-2:]
    if last == b"\n\n":
        content = content[:-1]
    elif content.endswith(b"\n\r\n"):
        content = content[:-2]
    escaped = bool(_ESCAPED.search(content))
    if escaped:
        content = _ESCAPED.sub(rb"\1", content)
    return Letter(raw, content, escaped=escaped, cut=cut)
