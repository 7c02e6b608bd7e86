"""The few functions of the engine that the screens call, in one value, so that tests can give others."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mailscope.context import Context
from mailscope.export.write import render
from mailscope.report import Report, examine_specimen
from mailscope.sources.drop import Drop, read_drop
from mailscope.sources.load import load_bytes, load_path, walk
from mailscope.specimen import Kind, Origin, Specimen


class Surroundings(Protocol):
    """What the screens need of the settings."""

    @property
    def dns_label(self) -> str:
        """Who answers DNS, in words: "live", "none", "recording samples/dns.json"."""
        ...

    def context(self) -> Context:
        """A fresh context; raises MailscopeError where the settings cannot be met."""
        ...


def _load(raw: bytes, origin: Origin, kind: Kind | None) -> tuple[Specimen, ...]:
    return load_bytes(raw, origin=origin, kind=kind)


def _markdown(reports: Sequence[Report]) -> str | bytes:
    return render(reports, format="markdown")


@dataclass(frozen=True)
class Engine:
    """Reading, examining, exporting."""

    walk: Callable[[Iterable[Path]], Iterator[Path]] = walk
    load_path: Callable[[Path], Iterator[Specimen]] = load_path
    load_bytes: Callable[[bytes, Origin, Kind | None], tuple[Specimen, ...]] = _load
    read_drop: Callable[[str], Drop] = read_drop
    examine: Callable[[Specimen, Context], Report] = examine_specimen
    markdown: Callable[[Sequence[Report]], str | bytes] = _markdown
