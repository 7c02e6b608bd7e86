"""Where the lines of many bytes begin, without a list of them: counted a block at a time, cut when asked for."""

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from itertools import accumulate

_BLOCK = 64 * 1024
"""Bytes that are cut into lines at once: a millisecond."""
_KEPT = 16
"""Blocks that stay cut."""


class Lines:
    """The lines of some bytes, ended by CRLF, LF or CR; what follows the last end is a line too."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._blocks: list[int] = [0]
        """Where each block begins; one never begins between a CR and its LF. The last entry is the end of the data."""
        self._ends: list[int] = [0]
        """Line ends before each block."""
        self._cut: OrderedDict[int, list[int]] = OrderedDict()
        self.crlf = self.lf = self.cr = 0
        """How many of each line end there are."""
        self._count(data)

    def __len__(self) -> int:
        ends = self._ends[-1]
        return ends + (bool(self._data) and self._data[-1] not in b"\r\n")

    def span(self, line: int) -> tuple[int, int]:
        """First byte of a line, and one past its line end; IndexError where there is no such line."""
        if not 0 <= line < len(self):
            raise IndexError(line)
        stop = self._after(line + 1) if line < self._ends[-1] else len(self._data)
        return self._after(line), stop

    def at(self, offset: int) -> int:
        """The line that holds the byte at an offset, as far as there are lines."""
        offset = max(0, min(offset, len(self._data) - 1))
        block = bisect_right(self._blocks, offset, hi=len(self._blocks) - 1) - 1
        before = self._ends[max(0, block)]
        return before + bisect_right(self._ends_in(block), offset) if self._data else 0

    def _count(self, data: bytes) -> None:
        start = 0
        while start < len(data):
            stop = min(len(data), start + _BLOCK)
            if data[stop - 1 : stop + 1] == b"\r\n":
                stop += 1
            cr = data.count(b"\r", start, stop)
            crlf = data.count(b"\r\n", start, stop) if cr else 0
            lf = data.count(b"\n", start, stop)
            self.crlf, self.lf, self.cr = self.crlf + crlf, self.lf + lf - crlf, self.cr + cr - crlf
            self._blocks.append(stop)
            self._ends.append(self._ends[-1] + lf + cr - crlf)
            start = stop

    def _after(self, end: int) -> int:
        """The byte behind the line end of this number (1: the first)."""
        if end == 0:
            return 0
        block = bisect_left(self._ends, end) - 1
        return self._ends_in(block)[end - self._ends[block] - 1]

    def _ends_in(self, block: int) -> list[int]:
        """One past each line end of a block."""
        known = self._cut.get(block)
        if known is not None:
            self._cut.move_to_end(block)
            return known
        start, stop = self._blocks[block], self._blocks[block + 1]
        ends = list(accumulate(map(len, self._data[start:stop].splitlines(keepends=True)), initial=start))[1:]
        if ends and self._data[ends[-1] - 1] not in b"\r\n":
            ends.pop()
        self._cut[block] = ends
        if len(self._cut) > _KEPT:
            self._cut.popitem(last=False)
        return ends
