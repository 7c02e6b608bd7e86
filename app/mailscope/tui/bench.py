"""The background work of a session: reading and examining in daemon threads, told to the screen in batches."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from textual.message import Message

from mailscope.context import Context
from mailscope.errors import MailscopeError
from mailscope.report import Report, examine_specimen
from mailscope.settings import Settings
from mailscope.specimen import Kind, Specimen
from mailscope.tui.case import Case
from mailscope.tui.change import Change
from mailscope.tui.engine import Engine
from mailscope.tui.labor import Gone, Laborer
from mailscope.tui.messages import Batch, Result, Understood
from mailscope.tui.present.row import gist_of
from mailscope.tui.reader import Reader
from mailscope.tui.shelf import Shelf, packed
from mailscope.tui.surroundings import Surroundings

_BATCH_SECONDS = 0.1
_LONG_BATCH_SECONDS = 0.3
"""While a long list loads: each batch is drawn, and a key that comes meanwhile waits for that."""
_WAITING_BYTES = 64 * 1024 * 1024
"""Of what was read and waits to be examined; beyond that the reading waits."""
_WAITING_FEW = 20
_WAITING_MANY = 400
"""Things that were read and wait; more would only take memory, and time from the screen."""
_LONG = 30
"""Waiting things from which on another process examines them, so that the screen has this one for itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """Something to be examined; each is only equal to itself."""

    number: int
    specimen: Specimen
    base: Context | None = None
    """The surroundings that it brought along; None: those of the session."""
    change: Change | None = None
    report: Report | None = None
    """What was found before, where something is supposed now."""
    again: bool = False
    """Whether an examination that is under way will not do."""


class Bench:
    """Does the work off the screen's loop; daemon threads, so that quitting never waits for DNS or a slow disk."""

    def __init__(
        self, post: Callable[[Message], object], surroundings: Surroundings, engine: Engine, examiners: int = 1
    ) -> None:
        self.shelf = Shelf()
        self._post = post
        self._surroundings = surroundings
        self.engine = engine
        self._numbers = count()
        self._lock = threading.Condition()
        self._jobs: deque[Callable[[], None]] = deque()
        self._waiting: deque[Task] = deque()
        self._waiting_bytes = 0
        self._arrived: list[Case] = []
        self._results: list[Result] = []
        self._reading = False
        self._examining: set[Task] = set()
        self._known: set[int] = set()
        """Cases whose examination has begun or ended; a cancelled one is examined again when it is looked at."""
        self._newest: dict[int, Task] = {}
        """Of cases that were taken for something else: what an older examination finds comes too late."""
        self._done = self._total = 0
        """Bytes examined, and bytes that there are as far as is known."""
        self._stop = 0
        """Counts cancellations: work that began under another number ends."""
        self._dirty = threading.Event()
        self._reader = Reader(self, engine)
        self._laborers: set[Laborer] = set()
        plain = isinstance(surroundings, Settings) and engine.examine is examine_specimen
        self._remote = surroundings if isinstance(surroundings, Settings) and plain else None
        """The settings of other processes that examine; None: nobody but this one knows how."""
        for target in (self._read, self._tell, *([self._examine] * examiners)):
            self._start(target)

    def open(self, paths: Sequence[Path], base: Context | None = None) -> None:
        """Read these files and folders, to be judged in these surroundings (None: the session's)."""
        self._job(lambda: self._reader.open(paths, base))

    def look(self, entered: str) -> None:
        """Read what was entered: a path as it is, or as terminals quote it."""

        def work() -> None:
            path = Path(entered).expanduser()
            self._reader.open([path]) if path.exists() else self._reader.drop(entered)

        self._job(work)

    def samples(self, folder: Path) -> None:
        """Read the samples, judged by their own recording."""
        self._job(lambda: self._reader.samples(folder))

    def drop(self, text: str) -> None:
        """Find out what a paste is, and read it."""
        self._job(lambda: self._reader.drop(text))

    def take(self, raw: bytes, label: str, kind: Kind | None = None) -> None:
        """Read this text; kind None: find out what it is."""
        self._job(lambda: self._reader.take(raw, label, kind))

    def again(self, case: Case, specimen: Specimen, kind: Kind) -> None:
        """Examine a case anew as another kind."""
        self._job(lambda: self._again(case, specimen, kind))

    def prefer(self, case: Case, specimen: Specimen) -> None:
        """Examine this case next: somebody is looking at it."""
        self._first(Task(case.number, specimen, case.base))

    def vary(self, case: Case, report: Report, change: Change) -> None:
        """Examine a case under a supposition."""
        self._first(Task(case.number, report.analysis.specimen, case.base, change, report, again=True))

    def run(self, job: Callable[[], None]) -> None:
        """Do something else off the loop, after what is being read."""
        self._job(job)

    def tell(self, message: Message) -> None:
        """Tell the screen, from any thread."""
        self._post(message)

    def cancel(self) -> bool:
        """Stop reading and drop what waits; what is there stays. Whether there was anything to stop.

        An examination that waits for the DNS is left behind: another thread takes its place at once.
        """
        with self._lock:
            busy = self._busy or bool(self._jobs)
            self._stop += 1
            self._jobs.clear()
            for task in (*self._waiting, *self._examining):
                if task.change is None:
                    self._known.discard(task.number)
                else:
                    self._results.append(Result(task.number, None, "Stopped; nothing is supposed.", change=task.change))
            self._waiting.clear()
            self._waiting_bytes = 0
            left, self._examining = len(self._examining), set()
            laborers, self._laborers = self._laborers, set()
            self._lock.notify_all()
            self._dirty.set()
        for laborer in laborers:
            laborer.dismiss()
        for _ in range(left):
            self._start(self._examine)
        return busy

    # --- what the reader tells

    @property
    def stop(self) -> int:
        """Changes with every cancellation."""
        return self._stop

    def size(self, expected: int, done: int = 0) -> None:
        """So many bytes more are to be read, or were seen to be nothing to examine."""
        with self._lock:
            self._total += expected
            self._done += done
            self._dirty.set()

    def add(
        self,
        name: str,
        specimen: Specimen | None,
        trouble: str = "",
        *,
        stray: bool = False,
        base: Context | None = None,
    ) -> None:
        """A row more; waits while too much of what was read is not examined as yet."""
        with self._lock:
            stop = self._stop
            self._lock.wait_for(
                lambda: (
                    stop != self._stop
                    or len(self._waiting) < _WAITING_FEW
                    or (self._waiting_bytes < _WAITING_BYTES and len(self._waiting) < _WAITING_MANY)
                )
            )
            if stop != self._stop:
                return
            case = Case(next(self._numbers), name, specimen, trouble=trouble, stray=stray, base=base)
            self._arrived.append(case)
            if specimen is not None:
                self._waiting.append(Task(case.number, specimen, base))
                self._waiting_bytes += specimen.size
                self._lock.notify_all()
            self._dirty.set()

    # --- the threads

    @property
    def _busy(self) -> bool:
        return self._reading or bool(self._waiting) or bool(self._examining)

    def _start(self, target: Callable[[], None]) -> None:
        threading.Thread(target=target, daemon=True, name=f"mailscope{target.__name__}").start()

    def _job(self, job: Callable[[], None]) -> None:
        with self._lock:
            self._jobs.append(job)
            self._lock.notify_all()

    def _first(self, task: Task) -> None:
        with self._lock:
            if task.number in self._known and not task.again:
                return
            if task.change is None and (task.again or task.number in self._newest):
                self._newest[task.number] = task
            same = [each for each in self._waiting if each.number == task.number and each.change is None]
            if task.change is None and same:
                self._waiting = deque(each for each in self._waiting if each not in same)
                self._waiting_bytes -= sum(each.specimen.size for each in same)
            self._waiting.appendleft(task)
            self._waiting_bytes += task.specimen.size
            self._lock.notify_all()

    def _read(self) -> None:
        """The reading thread."""
        while True:
            with self._lock:
                self._lock.wait_for(lambda: self._jobs)
                job = self._jobs.popleft()
                self._reading = True
            try:
                job()
            except MailscopeError as error:
                self._post(Understood(str(error), trouble=True))
            except Exception as error:  # noqa: BLE001 - one worker of the screen: its fault is a message, not the end
                self._post(Understood(f"{type(error).__name__} while reading: {error}", trouble=True))
            with self._lock:
                self._reading = bool(self._jobs)
                self._dirty.set()

    def _examine(self) -> None:
        """An examining thread: its own context, so that nothing is shared between two of them."""
        context: Context | None = None
        laborer: Laborer | None = None
        while True:
            with self._lock:
                self._lock.wait_for(lambda: self._waiting)
                long = len(self._waiting) >= _LONG
                task = self._waiting.popleft()
                self._waiting_bytes -= task.specimen.size
                self._examining.add(task)
                self._known.add(task.number)
                stop = self._stop
                self._lock.notify_all()
            found: tuple[Result, bytes | None] | None = None
            try:
                if laborer is None and long and self._remote is not None:
                    laborer = self._hire(self._remote, stop)
                found = self._abroad(task, laborer) if laborer is not None else None
                if found is None:
                    context = context or self._surroundings.context()
                    found = self._result(task, context, stop)
            except Gone:
                laborer = None
                found = Result(task.number, None, "its examination ended without a word: look at it once more"), None
            except MailscopeError as error:
                found = Result(task.number, None, str(error), change=task.change), None
            except Exception as error:  # noqa: BLE001 - one worker of the screen: its fault is a row, not the end
                said = f"{type(error).__name__} while examining: {error}"
                found = Result(task.number, None, said, change=task.change), None
            with self._lock:
                late = task.change is None and self._newest.get(task.number, task) is not task
                if not late and (stop == self._stop or found[0].gist or found[0].report):
                    self._keep(*found)
                if task.change is None:
                    self._done += task.specimen.size
                self._dirty.set()
                if stop != self._stop:
                    return  # another thread has taken this one's place
                self._examining.discard(task)

    def _hire(self, settings: Settings, stop: int) -> Laborer | None:
        """Another process; None where none can be had."""
        try:
            laborer = Laborer(settings)
        except (OSError, Gone):
            return None
        with self._lock:
            if stop == self._stop:
                self._laborers.add(laborer)
                return laborer
        laborer.dismiss()
        return None

    def _keep(self, result: Result, packed_report: bytes | None) -> None:
        """To the shelf, and to the screen with the next batch; the lock is held."""
        if packed_report is not None:
            self.shelf.put(result.number, packed_report)
        self._results.append(result)

    def _abroad(self, task: Task, laborer: Laborer) -> tuple[Result, bytes] | None:
        """What another process finds; None for what needs other surroundings than it has."""
        if task.base is not None or task.change is not None:
            return None
        gist, blob = laborer.examine(task.specimen)
        return Result(task.number, None, gist=gist), blob

    def _result(self, task: Task, context: Context, stop: int) -> tuple[Result, bytes | None]:
        context = task.base or context
        if task.change is not None:
            context = task.change.context(context, task.report, self.engine.live)
        report = self.engine.examine(task.specimen, replace(context, cancelled=lambda: stop != self._stop))
        if task.change is not None:
            return Result(task.number, report, change=task.change), None
        return Result(task.number, report, gist=gist_of(report)), packed(report)

    def _tell(self) -> None:
        """The telling thread: what came together since the last batch, at most ten times a second."""
        while True:
            self._dirty.wait()
            self._dirty.clear()
            with self._lock:
                busy = self._busy
                if not busy:
                    self._done = self._total = 0
                share = self._done / self._total if self._total else None
                batch = Batch(tuple(self._arrived), tuple(self._results), self._reading, busy, share)
                self._arrived.clear()
                self._results.clear()
                long = len(self._waiting) >= _LONG
            self._post(batch)
            time.sleep(_LONG_BATCH_SECONDS if long else _BATCH_SECONDS)

    def _again(self, case: Case, specimen: Specimen, kind: Kind) -> None:
        specimens = self.engine.load_bytes(specimen.raw, specimen.origin, kind)
        with self._lock:
            # what was found of it as something else, and is not told as yet, is not about this any more
            self._results = [each for each in self._results if each.number != case.number]
            self._arrived.append(Case(case.number, specimens[0].origin.name, specimens[0], base=case.base))
            self._first(Task(case.number, specimens[0], case.base, again=True))
            self._dirty.set()
