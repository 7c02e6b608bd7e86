"""The few functions of the engine that the screens call, in one value, so that tests can give others."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mailscope.casefile import CaseFile, open_case, save_case
from mailscope.compare import Comparison, compare_reports
from mailscope.context import Context
from mailscope.dns.answer import Dns
from mailscope.dns.cache import CachingDns
from mailscope.dns.live import LiveDns
from mailscope.export.write import Choice, pieces
from mailscope.report import Report, examine_specimen
from mailscope.sources.drop import Drop, read_drop
from mailscope.sources.load import load_bytes, load_path, walk
from mailscope.specimen import Kind, Origin, Specimen


def _load(raw: bytes, origin: Origin, kind: Kind | None) -> tuple[Specimen, ...]:
    return load_bytes(raw, origin=origin, kind=kind)


def _live() -> Dns:
    return CachingDns(LiveDns())


@dataclass(frozen=True)
class Engine:
    """Reading, examining, exporting, keeping."""

    walk: Callable[[Iterable[Path]], Iterator[Path]] = walk
    load_path: Callable[[Path], Iterator[Specimen]] = load_path
    load_bytes: Callable[[bytes, Origin, Kind | None], tuple[Specimen, ...]] = _load
    read_drop: Callable[[str], Drop] = read_drop
    examine: Callable[[Specimen, Context], Report] = examine_specimen
    pieces: Callable[[Iterable[Report], str, Choice], Iterator[str]] = pieces
    live: Callable[[], Dns] = _live
    open_case: Callable[[Path], CaseFile] = open_case
    save_case: Callable[[Path, Sequence[Report], Sequence[str]], None] = save_case
    compare: Callable[[Report, Report], Comparison] = compare_reports
