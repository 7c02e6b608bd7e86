"""What was signed against what is here, line by line."""

from collections.abc import Iterator
from difflib import SequenceMatcher

from mailscope.forensics.diagnosis import DiffLine, Mark
from mailscope.forensics.search_header import FoundField

_LINES = 80
"""Lines of one difference that are kept."""
_COMPARED = 400
"""Lines on each side, the common ends off, that are compared one by one; more are shown as one block."""
_WIDE = 300
"""Characters of a line that are kept."""
_AROUND = 2


def field_diff(found: FoundField) -> Iterator[DiffLine]:
    """One field as it was signed and as it is."""
    yield DiffLine(Mark.PLACE, found.name)
    for raw, mark in ((found.original.raw, Mark.SIGNED), (found.now, Mark.NOW)):
        for line in raw.removesuffix(b"\r\n").split(b"\r\n")[:_LINES] if raw else ():
            yield DiffLine(mark, _text(line))


def body_diff(signed: bytes, now: bytes) -> tuple[DiffLine, ...]:
    """A body as it was signed and as it is, with a few lines around each difference; bounded in size and time."""
    old, new = signed.split(b"\r\n"), now.split(b"\r\n")
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    lines = [DiffLine(Mark.PLACE, f"body, line {start + 1}")]
    lines += [DiffLine(Mark.SAME, _text(line)) for line in new[max(0, start - _AROUND) : start]]
    if len(middle_old) > _COMPARED or len(middle_new) > _COMPARED:
        lines += [DiffLine(Mark.SIGNED, _text(line)) for line in middle_old[: _LINES // 2]]
        lines += [DiffLine(Mark.NOW, _text(line)) for line in middle_new[: _LINES // 2]]
    else:
        lines += _compared(middle_old, middle_new, start)
    lines += [DiffLine(Mark.SAME, _text(line)) for line in new[len(new) - end : len(new) - end + _AROUND]]
    if len(lines) > _LINES:
        return (*lines[:_LINES], DiffLine(Mark.PLACE, f"and {len(lines) - _LINES} more lines"))
    return tuple(lines)


def _compared(old: list[bytes], new: list[bytes], offset: int) -> Iterator[DiffLine]:
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(_AROUND):
        if group[0][3] > 0:
            yield DiffLine(Mark.PLACE, f"body, line {offset + group[0][3] + 1}")
        for tag, a, b, c, d in group:
            if tag == "equal":
                yield from (DiffLine(Mark.SAME, _text(line)) for line in new[c:d])
            else:
                yield from (DiffLine(Mark.SIGNED, _text(line)) for line in old[a:b])
                yield from (DiffLine(Mark.NOW, _text(line)) for line in new[c:d])


def _text(line: bytes) -> str:
    text = line[: _WIDE * 4].decode("utf-8", "backslashreplace")
    return text if len(text) <= _WIDE else text[: _WIDE - 1] + "…"
