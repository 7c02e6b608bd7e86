"""How long a search may go on."""

from collections.abc import Callable
from time import monotonic


class Patience:
    """A deadline that may also be called off; asked often, so it looks at the clock only now and then."""

    def __init__(self, seconds: float, cancelled: Callable[[], bool] | None = None) -> None:
        self._end = monotonic() + seconds
        self._cancelled = cancelled
        self.tried = 0
        """How many candidates were tried in all."""
        self.over = False
        """Whether the time ran out or the search was cancelled."""

    def lasts(self, tried: int = 1) -> bool:
        """Whether to go on, after this many more candidates were tried."""
        before, self.tried = self.tried, self.tried + tried
        if self.over:
            return False
        if before // _EVERY != self.tried // _EVERY or not before:
            self.look()
        return not self.over

    def look(self) -> bool:
        """As lasts(), but looks at the clock whatever was tried; before work that takes long."""
        if monotonic() >= self._end or (self._cancelled is not None and self._cancelled()):
            self.over = True
        return not self.over

    def share(self, part: float) -> "Patience":
        """A patience of its own for a part of the time that is left."""
        return Patience(max(0.0, (self._end - monotonic()) * part), self._cancelled)


_EVERY = 64
