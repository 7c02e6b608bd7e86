"""The background work of a session: reading and examining in daemon threads, told to the screen in batches."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from pathlib import Path

from textual.message import Message

from mailscope.context import Context
from mailscope.errors import MailscopeError
from mailscope.specimen import Kind, Origin, Specimen
from mailscope.tui.case import Case
from mailscope.tui.engine import Engine, Surroundings
from mailscope.tui.messages import Batch, Puzzled, Result, Understood

_BATCH_SECONDS = 0.1
_LABELS = {Kind.TRANSCRIPT: "an SMTP transcript", Kind.LOG: "log lines", Kind.HEADERS: "headers"}


class Bench:
    """Does the work off the screen's loop; daemon threads, so that quitting never waits for DNS or a slow disk."""

    def __init__(
        self, post: Callable[[Message], object], surroundings: Surroundings, engine: Engine, examiners: int = 1
    ) -> None:
        self._post = post
        self._surroundings = surroundings
        self._engine = engine
        self._numbers = count()
        self._lock = threading.Condition()
        self._jobs: deque[Callable[[], None]] = deque()
        self._waiting: deque[tuple[int, Specimen]] = deque()
        self._arrived: list[Case] = []
        self._results: list[Result] = []
        self._reading = False
        self._stop = 0
        """Counts cancellations: work that began under another number ends."""
        self._dirty = threading.Event()
        for target in (self._read, self._tell, *([self._examine] * examiners)):
            threading.Thread(target=target, daemon=True, name=f"mailscope{target.__name__}").start()

    def open(self, paths: Sequence[Path]) -> None:
        """Read these files and folders."""
        self._job(lambda: self._open(paths))

    def drop(self, text: str) -> None:
        """Find out what a paste is, and read it."""
        self._job(lambda: self._drop(text))

    def take(self, raw: bytes, label: str, kind: Kind | None = None) -> None:
        """Read this text; kind None: find out what it is."""
        self._job(lambda: self._take(raw, label, kind))

    def again(self, number: int, specimen: Specimen, kind: Kind) -> None:
        """Examine a case anew as another kind."""
        self._job(lambda: self._again(number, specimen, kind))

    def prefer(self, number: int, specimen: Specimen) -> None:
        """Examine this case next: somebody is looking at it."""
        with self._lock:
            self._waiting = deque(each for each in self._waiting if each[0] != number)
            self._waiting.appendleft((number, specimen))
            self._lock.notify_all()

    def cancel(self) -> bool:
        """Stop reading and drop what waits; what is there stays. Whether there was anything to stop."""
        with self._lock:
            busy = self._reading or bool(self._jobs) or bool(self._waiting)
            self._stop += 1
            self._jobs.clear()
            self._waiting.clear()
            self._dirty.set()
        return busy

    def _job(self, job: Callable[[], None]) -> None:
        with self._lock:
            self._jobs.append(job)
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
        """The examining thread: its own context, so that nothing is shared between two of them."""
        context: Context | None = None
        while True:
            with self._lock:
                self._lock.wait_for(lambda: self._waiting)
                number, specimen = self._waiting.popleft()
                stop = self._stop
            try:
                context = context or self._surroundings.context()
                result = Result(number, self._engine.examine(specimen, context))
            except MailscopeError as error:
                result = Result(number, None, str(error))
            except Exception as error:  # noqa: BLE001 - one worker of the screen: its fault is a row, not the end
                result = Result(number, None, f"{type(error).__name__} while examining: {error}")
            with self._lock:
                if stop == self._stop or result.report:
                    self._results.append(result)
                self._dirty.set()

    def _tell(self) -> None:
        """The telling thread: what came together since the last batch, at most ten times a second."""
        while True:
            self._dirty.wait()
            self._dirty.clear()
            with self._lock:
                batch = Batch(tuple(self._arrived), tuple(self._results), self._reading)
                self._arrived.clear()
                self._results.clear()
            self._post(batch)
            time.sleep(_BATCH_SECONDS)

    def _add(self, name: str, specimen: Specimen | None, trouble: str = "", *, stray: bool = False) -> None:
        with self._lock:
            case = Case(next(self._numbers), name, specimen, trouble=trouble, stray=stray)
            self._arrived.append(case)
            if specimen is not None:
                self._waiting.append((case.number, specimen))
                self._lock.notify_all()
            self._dirty.set()

    def _open(self, paths: Iterable[Path]) -> None:
        stop = self._stop
        found = strays = 0
        for asked in paths:
            try:
                for path in self._engine.walk([asked]):
                    rows = self._load(path, stop, met=path != asked)
                    found += rows
                    strays += not rows
                    if stop != self._stop:
                        return
            except (MailscopeError, OSError) as error:
                self._add(str(asked), None, str(error))
                found += 1
        if not found:
            looked = f" {strays:,} files were looked at." if strays else ""
            self._post(Understood(f"There is no mail to read there.{looked}", trouble=True))

    def _load(self, path: Path, stop: int, *, met: bool) -> int:
        """Every specimen of one file, met in a folder or asked for by name; how many rows it gave, strays apart."""
        found = 0
        try:
            for specimen in self._engine.load_path(path):
                self._add(specimen.origin.name, specimen)
                found += 1
                if stop != self._stop:
                    break
        except (MailscopeError, OSError) as error:
            stray = met and not found
            self._add(str(path), None, str(error), stray=stray)
            found += not stray
        return found

    def _drop(self, text: str) -> None:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        drop = self._engine.read_drop(text)
        if drop.missing:
            missing = ", ".join(str(path) for path in drop.missing[:3])
            hint = " A file dropped into a remote session lies on your own machine: copy it over first."
            self._post(Understood(f"Not found here: {missing}.{hint}", trouble=True))
        if drop.paths:
            many = len(drop.paths)
            name = str(drop.paths[0]) if many == 1 else f"{many} paths"
            self._post(Understood(f"Dropped: {name}"))
            self._open(drop.paths)
        elif drop.text is not None and not drop.missing:
            self._take(drop.text.encode("utf-8", "surrogateescape"), "pasted", None)

    def _take(self, raw: bytes, label: str, kind: Kind | None) -> None:
        try:
            specimens = self._engine.load_bytes(raw, Origin(label=label), kind)
        except MailscopeError as error:
            if kind is None and raw.strip():
                self._post(Puzzled(raw, str(error)))
                return
            raise
        for specimen in specimens:
            self._add(specimen.origin.name, specimen)
        first = specimens[0]
        what = f"{len(specimens)} messages" if len(specimens) > 1 else _LABELS.get(first.kind, f"a {first.kind}")
        basis = f": {first.kind_basis}" if first.kind_basis else ""
        self._post(Understood(f"{label.capitalize()} {what}{basis}. (t: take it for something else)"))

    def _again(self, number: int, specimen: Specimen, kind: Kind) -> None:
        specimens = self._engine.load_bytes(specimen.raw, specimen.origin, kind)
        with self._lock:
            self._arrived.append(Case(number, specimens[0].origin.name, specimens[0]))
        self.prefer(number, specimens[0])
        self._dirty.set()
