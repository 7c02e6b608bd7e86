"""Filter and order of the list, however long it is."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from time import monotonic

from textual import work
from textual.timer import Timer
from textual.widgets import Input

from mailscope.tui.arrangement import Wish
from mailscope.tui.screens.desk_view import DeskView

_MANY = 5_000
"""Cases from which on a filter waits until the typing pauses, and the list is put in order bit by bit."""
_TYPING_SECONDS = 0.15
_TURN_SECONDS = 0.008
"""How long the list is put in order before keys have their turn."""


class DeskFilter(DeskView):
    """Puts the list in order while keys work and batches come."""

    _filter_timer: Timer | None = None

    def put_in_order(self, wish: Wish, then: Callable[[], None]) -> None:
        """Show the list as it is wanted; a long one in slices, between which keys work and batches come."""
        if len(self.desk.cases) <= _MANY:
            self.desk.arrange(wish)
            then()
        else:
            self._order_slowly(wish, then)

    @work(exclusive=True, group="arrange")
    async def _order_slowly(self, wish: Wish, then: Callable[[], None]) -> None:
        rested = monotonic()
        for _ in self.desk.arranging(wish):
            if monotonic() - rested > _TURN_SECONDS:
                await asyncio.sleep(_TURN_SECONDS / 4)
                rested = monotonic()
        then()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as it is typed."""
        if event.input.id != "filter":
            return
        if self._filter_timer is not None:
            self._filter_timer.stop()
        if len(self.desk.cases) > _MANY:
            self._filter_timer = self.set_timer(_TYPING_SECONDS, lambda: self._filter(event.value))
        else:
            self._filter(event.value)

    def _filter(self, query: str) -> None:
        self.put_in_order(replace(self.desk.wish, query=query), self._filtered)

    def _filtered(self) -> None:
        if self.desk.shown and (self._current is None or self.desk.rank(self._current) < 0):
            self._current = self.desk.shown[0]
            self.depth = 0
            self.show_current()
        self.show_rows()

    def on_input_submitted(self) -> None:
        """Back to the list, filtered."""
        self.focus_list()
