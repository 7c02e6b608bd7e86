"""How long a search may go on."""

from collections.abc import Callable
from time import monotonic, thread_time

_BUSY = 4
"""How many times longer than its own work a search may last on a machine that is busy with other things."""


class Patience:
    """A budget of this thread's own time, so that a busy machine finds what an idle one finds; may be called off."""

    def __init__(self, seconds: float, cancelled: Callable[[], bool] | None = None) -> None:
        self._end = thread_time() + seconds
        self._latest = monotonic() + seconds * _BUSY
        self._cancelled = cancelled
        self._ask = 0
        self.tried = 0
        """How many candidates were tried in all."""
        self.over = False
        """Whether the time ran out or the search was cancelled."""

    def lasts(self, tried: int = 1) -> bool:
        """Whether to go on, after this many more candidates were tried."""
        self.tried += tried
        if not self.over and (thread_time() >= self._end or monotonic() >= self._latest):
            self.over = True
        if not self.over and self._cancelled is not None and self.tried >= self._ask:
            self._ask = self.tried + _EVERY
            self.over = self._cancelled()
        return not self.over

    def share(self, part: float) -> "Patience":
        """A patience of its own for a part of the time that is left."""
        return Patience(max(0.0, (self._end - thread_time()) * part), self._cancelled)


_EVERY = 64
"""Candidates between two questions whether it was called off."""
