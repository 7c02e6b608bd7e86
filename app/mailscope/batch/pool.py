"""Processes that work on a stream of items and answer in its order; the death of one costs one item."""

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 4
"""Items a worker that may be read and waiting beyond the one that is next to be answered."""
HELD_BYTES = 64 * 1024 * 1024
"""Weight of the items held at once beyond which no further one is read; a heavier one goes alone."""


@dataclass(frozen=True, slots=True)
class _Lost:
    """What a worker sends where it has no result to send."""

    reason: str


@dataclass(slots=True)
class _Slot(Generic[Item, Result]):
    """One item on its way; result is there once done."""

    item: Item
    weight: int
    done: bool = False
    result: Result | None = None


class _Worker:
    """One process, one pipe, and at most one item in it."""

    def __init__(self, setup: Callable[[], Callable[[Any], Any]]) -> None:
        # Spawned, not forked: a fork copies the locks of whatever threads the calling program has.
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self.connection: Connection[Any, Any] = ours
        self.process: BaseProcess = context.Process(target=_serve, args=(theirs, setup), daemon=True)
        # A ctrl-C that comes before the new process can say that it ignores it would end it in a traceback.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self.process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()
        self.slot: _Slot[Any, Any] | None = None

    def stop(self) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.join(5)

    def epitaph(self) -> str:
        """How the process ended, in words."""
        self.process.join(5)
        code = self.process.exitcode
        if code is not None and code < 0:
            try:
                return f"was killed by {signal.Signals(-code).name}"
            except ValueError:
                return f"was killed by signal {-code}"
        return f"ended with status {code}"


def in_order(
    items: Iterable[Item],
    setup: Callable[[], Callable[[Item], Result]],
    *,
    jobs: int,
    lost: Callable[[Item, str], Result],
    weight: Callable[[Item], int],
) -> Iterator[Result]:
    """The result for each item, in the items' order, worked out by `jobs` processes.

    setup crosses to each process once and makes the function that works there; lost makes the result of an item whose
    worker died or could not send its answer. At most jobs * AHEAD items, or HELD_BYTES, are held at a time.
    """
    source = iter(items)
    workers: list[_Worker] = []
    slots: deque[_Slot[Item, Result]] = deque()
    more = True
    try:
        while True:
            while slots and slots[0].done:
                yield slots.popleft().result  # type: ignore[misc]  # a slot that is done has its result
            idle = next((worker for worker in workers if worker.slot is None), None)
            room = len(slots) < jobs * AHEAD and sum(slot.weight for slot in slots) < HELD_BYTES
            if more and room and (idle is not None or len(workers) < jobs):
                for item in source:
                    slot: _Slot[Item, Result] = _Slot(item, weight(item))
                    slots.append(slot)
                    workers = _give(slot, idle, workers, setup, lost)
                    break
                else:
                    more = False
                workers = _collect(workers, lost, block=False)
            elif slots:
                workers = _collect(workers, lost, block=True)
            else:
                return
    finally:
        for worker in workers:
            worker.stop()


def _give(
    slot: _Slot[Item, Result],
    idle: _Worker | None,
    workers: list[_Worker],
    setup: Callable[[], Callable[[Item], Result]],
    lost: Callable[[Item, str], Result],
) -> list[_Worker]:
    """Hand a slot to an idle worker or a new one; the workers that live afterwards."""
    if idle is None:
        idle = _Worker(setup)
        workers = [*workers, idle]
    try:
        idle.connection.send(slot.item)
        idle.slot = slot
    except OSError:
        # It died while it had nothing to do, so this item is not to blame: a fresh one may try.
        idle.stop()
        fresh = _Worker(setup)
        workers = [worker for worker in workers if worker is not idle]
        try:
            fresh.connection.send(slot.item)
            fresh.slot = slot
            workers.append(fresh)
        except OSError:
            slot.result, slot.done = lost(slot.item, f"the process that should examine it {fresh.epitaph()}"), True
            fresh.stop()
    return workers


def _collect(workers: list[_Worker], lost: Callable[[Any, str], Any], *, block: bool) -> list[_Worker]:
    """Take the answers that have come, waiting for one if asked to; the workers that live afterwards."""
    busy = {worker.connection: worker for worker in workers if worker.slot is not None}
    if not busy:
        return workers
    for connection in wait(list(busy), None if block else 0):
        worker = busy[connection]  # type: ignore[index]  # only connections were waited for
        slot, worker.slot = worker.slot, None
        assert slot is not None
        try:
            result = worker.connection.recv()
        except (EOFError, OSError):
            slot.result = lost(slot.item, f"the process that examined it {worker.epitaph()}")
            worker.stop()
            workers = [each for each in workers if each is not worker]
        else:
            slot.result = lost(slot.item, result.reason) if isinstance(result, _Lost) else result
        slot.done = True
    return workers


def _serve(connection: "Connection[Any, Any]", setup: Callable[[], Callable[[Any], Any]]) -> None:
    """The life of a worker: an item in, its result out, until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl-C goes to the whole group; the parent ends its workers
    work = setup()
    while True:
        try:
            item = connection.recv()
        except (EOFError, OSError):
            return
        result = work(item)
        try:
            connection.send(result)
        except OSError:
            return
        except Exception as error:  # noqa: BLE001 - one row of a scan: pickling runs whatever the value brings along
            connection.send(_Lost(f"its result could not be sent ({type(error).__name__}: {error})"))
