"""A bar on the terminal for as long as a scan lasts."""

import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from mailscope.batch.tally import Tally
from mailscope.errors import MailscopeError
from mailscope.sources.load import walk

_PAUSE = 0.1
_BAR = 24


class Progress:
    """How far a scan is, by bytes; draws nothing where standard error is no terminal."""

    def __init__(self, paths: Sequence[Path], *, show: bool) -> None:
        self._show = show and sys.stderr.isatty()
        self._total = _size(paths) if self._show else 0
        self._started = self._drawn = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self._started

    def step(self, tally: Tally) -> None:
        """Draw where it stands, at most ten times a second."""
        now = time.monotonic()
        if not self._show or now - self._drawn < _PAUSE:
            return
        self._drawn = now
        done = tally.read + tally.unread
        share = min(tally.size / self._total, 1.0) if self._total else 0.0
        filled = round(share * _BAR)
        bar = f"[{'#' * filled}{'.' * (_BAR - filled)}] {share:4.0%}"
        self._draw(f"{bar}  {done:,} examined, {done / self.seconds:,.0f} a second")

    def clear(self) -> None:
        """Take the bar away."""
        if self._show:
            self._draw("")

    def _draw(self, line: str) -> None:
        sys.stderr.write(f"\r\x1b[K{line[: shutil.get_terminal_size().columns - 1]}")
        sys.stderr.flush()


def _size(paths: Sequence[Path]) -> int:
    """Bytes of all files that will be read; what cannot be looked at counts as none."""
    total = 0
    try:
        for path in walk(paths):
            try:
                total += path.stat().st_size
            except OSError:
                continue
    except (MailscopeError, OSError):
        return total
    return total
