"""Questions asked before their turn, several at a time: the answer is there, or on its way, when it is wanted."""

import threading
from collections import deque
from collections.abc import Callable, Iterable

from mailscope.dns.answer import Answer, Expected

TOGETHER = 16
"""Questions under way ahead of their turn at one time, beside the one that is waited for."""


class Lead:
    """How many questions one examination may have asked ahead, and whether it still cares."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._lock = threading.Lock()
        self.over = False
        """Whether nothing more is to be asked."""

    def take(self) -> bool:
        """Whether one more may be asked; counts it."""
        with self._lock:
            self._left -= 1
            return self._left >= 0 and not self.over

    def end(self) -> None:
        """Ask nothing more: what is under way ends by itself, and nobody waits for it."""
        self.over = True


class Ahead:
    """Asks what is expected in threads that nobody waits for; they end when nothing is left to ask.

    known gives an answer that needs no asking, or None; ask must not raise on what the network sends.
    """

    def __init__(self, ask: Callable[[str, str], Answer], known: Callable[[str, str], Answer | None]) -> None:
        self._ask = ask
        self._known = known
        self._lock = threading.Lock()
        self._queue: deque[tuple[Expected, Lead]] = deque()
        self._threads = 0

    def expect(self, expected: Iterable[Expected], lead: Lead) -> None:
        """Have questions asked, and what follows from their answers; returns at once."""
        open_, fresh = deque(expected), []
        while open_ and lead.take():
            each = open_.popleft()
            answer = self._known(each.name, each.type)
            if answer is None:
                fresh.append((each, lead))
            elif each.then is not None:
                open_ += each.then(answer)
        with self._lock:
            self._queue += fresh
            start = max(min(len(self._queue), TOGETHER - self._threads), 0)
            self._threads += start
        for _ in range(start):
            try:
                threading.Thread(target=self._work, name="mailscope-dns", daemon=True).start()
            except RuntimeError:  # the system has no thread left: whoever needs an answer asks for it in turn
                with self._lock:
                    self._threads -= 1
                    if not self._threads:
                        self._queue.clear()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._queue:
                    self._threads -= 1
                    return
                expected, lead = self._queue.popleft()
            try:
                if lead.over:
                    continue
                answer = self._ask(expected.name, expected.type)
                if expected.then is not None and not lead.over:
                    self.expect(expected.then(answer), lead)
            except Exception:  # noqa: BLE001, S112 - wall: whoever asks in earnest meets the same, and tells it
                continue
