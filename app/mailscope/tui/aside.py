"""A call that may block, made in a daemon thread: the loop goes on, and quitting never waits for it."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

Given = TypeVar("Given")


async def aside(call: Callable[[], Given]) -> Given:
    """What the call gives; raises what it raises."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Given] = loop.create_future()

    def settle(value: Given | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(value)  # type: ignore[arg-type]

    def work() -> None:
        value: Given | None = None
        error: BaseException | None = None
        try:
            value = call()
        except Exception as raised:  # noqa: BLE001 - handed on to whoever waits, as it is
            error = raised
        with suppress(RuntimeError):  # the loop has ended meanwhile: nobody waits any more
            loop.call_soon_threadsafe(settle, value, error)

    threading.Thread(target=work, daemon=True, name="mailscope_aside").start()
    return await future
