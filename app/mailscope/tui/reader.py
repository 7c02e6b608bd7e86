"""Reading what was handed in: files, folders, case files, pastes; runs in the bench's reading thread."""

import threading
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from textual.message import Message

from mailscope.casefile import is_case
from mailscope.context import Context
from mailscope.dns.snapshot import SnapshotDns
from mailscope.errors import MailscopeError
from mailscope.specimen import Kind, Origin, Specimen
from mailscope.tui.engine import Engine
from mailscope.tui.messages import Opened, Puzzled, Understood

_LABELS = {Kind.TRANSCRIPT: "an SMTP transcript", Kind.LOG: "log lines", Kind.HEADERS: "headers"}
SAMPLES_NOW = datetime(2026, 10, 6, 12, tzinfo=UTC)
"""The time for which most samples were made."""
_SHARE_FROM = 20
"""Files from which on it is worth knowing how many bytes there are."""


class Sink(Protocol):
    """Where the reader puts what it finds."""

    @property
    def stop(self) -> int:
        """Changes with every cancellation."""
        ...

    def add(
        self,
        name: str,
        specimen: Specimen | None,
        trouble: str = "",
        *,
        stray: bool = False,
        base: Context | None = None,
    ) -> None:
        """A row more."""
        ...

    def size(self, expected: int, done: int = 0) -> None:
        """So many bytes are to come, or are done with."""
        ...

    def tell(self, message: Message) -> None:
        """Tell the screen."""
        ...


class Reader:
    """Turns paths and pastes into rows, and says what it understood."""

    def __init__(self, sink: Sink, engine: Engine) -> None:
        self._sink = sink
        self._engine = engine

    def open(self, paths: Iterable[Path], base: Context | None = None) -> None:
        """Every specimen of these files and folders."""
        paths = tuple(paths)
        stop = self._sink.stop
        threading.Thread(target=self._measure, args=(paths, stop), daemon=True, name="mailscope_measure").start()
        found = strays = 0
        useful: list[str] = []
        for asked in paths:
            before = found
            try:
                for path in self._engine.walk([asked]):
                    rows = self._load(path, stop, base, met=path != asked)
                    found += rows
                    strays += not rows
                    if stop != self._sink.stop:
                        return
            except (MailscopeError, OSError) as error:
                self._sink.add(str(asked), None, str(error))
                found += 1
                continue
            if found > before:
                useful.append(str(asked))
        if useful:
            self._sink.tell(Opened(tuple(useful)))
        if not found:
            looked = f" {strays:,} files were looked at." if strays else ""
            self._sink.tell(Understood(f"There is no mail to read there.{looked}", trouble=True))

    def samples(self, folder: Path) -> None:
        """The samples, judged by their own recording and as of the day for which they were made."""
        dns = SnapshotDns(folder / "dns.json")
        self._sink.tell(Understood("The samples: docs/samples.md says what each teaches."))
        self.open([folder], Context(dns, SAMPLES_NOW))

    def drop(self, text: str) -> None:
        """What a terminal sent: paths, or a text."""
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        drop = self._engine.read_drop(text)
        if drop.missing:
            missing = ", ".join(str(path) for path in drop.missing[:3])
            hint = " A file dropped into a remote session lies on your own machine: copy it over first."
            self._sink.tell(Understood(f"Not found here: {missing}.{hint}", trouble=True))
        if drop.paths:
            self._sink.tell(Understood(f"Dropped: {_named(drop.paths)}"))
            self.open(drop.paths)
        elif drop.text is not None and not drop.missing:
            self.take(drop.text.encode("utf-8", "surrogateescape"), "pasted", None)

    def take(self, raw: bytes, label: str, kind: Kind | None) -> None:
        """A text, of a kind that the reader said or that is to be found out."""
        try:
            specimens = self._engine.load_bytes(raw, Origin(label=label), kind)
        except MailscopeError as error:
            if kind is None and raw.strip():
                self._sink.tell(Puzzled(raw, str(error)))
                return
            raise
        self._sink.size(sum(specimen.size for specimen in specimens))
        for specimen in specimens:
            self._sink.add(specimen.origin.name, specimen)
        first = specimens[0]
        what = f"{len(specimens):,} messages" if len(specimens) > 1 else _LABELS.get(first.kind, f"a {first.kind}")
        basis = f": {first.kind_basis}" if first.kind_basis else ""
        self._sink.tell(Understood(f"{label.capitalize()} {what}{basis}. (t: take it for something else)"))

    def _load(self, path: Path, stop: int, base: Context | None, *, met: bool) -> int:
        """Every specimen of one file, met in a folder or asked for by name; how many rows it gave, strays apart."""
        found = size = 0
        try:
            if is_case(path):
                return self._case(path)
            for specimen in self._engine.load_path(path):
                self._sink.add(specimen.origin.name, specimen, base=base)
                found += 1
                size += specimen.size
                if stop != self._sink.stop:
                    break
        except (MailscopeError, OSError) as error:
            stray = met and not found
            self._sink.add(str(path), None, str(error), stray=stray)
            found += not stray
        if not size:
            self._sink.size(0, _size(path))
        return found

    def _case(self, path: Path) -> int:
        """Every item of a case file, to be judged in the surroundings that it brings along."""
        case = self._engine.open_case(path)
        base = case.context()
        for specimen in case.items:
            self._sink.add(specimen.origin.name, specimen, base=base)
        saved = f", saved {case.saved_at:%d %b %Y}" if case.saved_at else ""
        told = f"Case {path.name}: {len(case.items):,} items{saved}, with its DNS answers and its time."
        problems = f" {' '.join(case.problems[:3])}" if case.problems else ""
        self._sink.tell(Understood(told + problems, trouble=bool(problems)))
        return max(1, len(case.items))

    def _measure(self, paths: tuple[Path, ...], stop: int) -> None:
        """How many bytes there are, for the progress bar; beside the reading, since a large folder takes a while."""
        total = files = 0
        with suppress(MailscopeError, OSError):
            for path in self._engine.walk(paths):
                total += _size(path)
                files += 1
                if stop != self._sink.stop:
                    return
        if files >= _SHARE_FROM or total > 1_000_000:
            self._sink.size(total)


def _named(paths: tuple[Path, ...]) -> str:
    """One path, or how many files and folders."""
    if len(paths) == 1:
        return str(paths[0])
    folders = sum(1 for path in paths if path.is_dir())
    parts = [
        f"{number:,} {word}{'' if number == 1 else 's'}"
        for number, word in ((len(paths) - folders, "file"), (folders, "folder"))
        if number
    ]
    return " and ".join(parts)


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0
