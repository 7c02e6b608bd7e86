"""Waiting for a screen that has come to rest: by the clock, so that a slow machine only takes longer."""

import time
from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot

from mailscope.tui.app import MailscopeApp

SECONDS = 30.0


async def until(pilot: Pilot[Any], wanted: Callable[[], object]) -> None:
    """Wait until something is so; background work takes its time."""
    end = time.monotonic() + SECONDS
    while True:
        await pilot.pause(0.01)
        if wanted():
            return
        assert time.monotonic() < end, "it never came to that"


def at_rest(app: MailscopeApp, cases: int) -> bool:
    """Whether so many cases are there and examined, nothing more is read, and what is seen has the focus."""
    desk, focused = app.desk.desk, app.desk.focused
    if not app.desk.furnished or len(desk.cases) != cases or desk.waiting or desk.loading or desk.busy:
        return False
    return not cases or (focused is not None and focused.is_on_screen)


async def loaded(pilot: Pilot[Any], app: MailscopeApp, cases: int = 1) -> None:
    """Wait until so many cases are there and a key would reach what the reader sees."""
    await until(pilot, lambda: at_rest(app, cases))
    await pilot.pause()
