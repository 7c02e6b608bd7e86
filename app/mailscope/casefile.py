"""What was examined, saved whole and opened anywhere: the bytes, the time, the own hosts and every DNS answer.

A case file is a zip archive that any tool can look into: case.json says what is in it, dns.json is the DNS recording in
the form of docs/dns.md, items/ holds the bytes as they were handed in. Opened, it gives the same reports again.
"""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mailscope.context import Context
from mailscope.dns.answer import Asked, DnsMode, Question
from mailscope.dns.snapshot import NoDns, SnapshotDns, keep, record
from mailscope.errors import LoadError, MailscopeError
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.moment import as_utc, iso
from mailscope.report import Report
from mailscope.specimen import Kind, Origin, Specimen, Step
from mailscope.version import __version__
from mailscope.whole import whole

FORMAT = "mailscope-case/1"
SUFFIX = ".mailscope"
_INDEX, _DNS = "case.json", "dns.json"
_INDEX_BYTES = 64 * 1024 * 1024
"""Of case.json and dns.json each: a hundred thousand items stay below."""
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    KeyError,
    TypeError,
    ValueError,
    EOFError,
)
_START = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class CaseFile:
    """An opened case."""

    items: tuple[Specimen, ...]
    now: datetime
    """The time against which it was judged."""
    own_hosts: tuple[str, ...]
    dns: DnsMode
    """Who answered when it was made."""
    snapshot: dict[str, Any]
    saved_at: datetime | None = None
    version: str = ""
    """Of the mailscope that saved it."""
    problems: tuple[str, ...] = ()
    """What of it could not be used, a short sentence each."""

    def context(self, limits: Limits = DEFAULT_LIMITS) -> Context:
        """The surroundings in which the same reports come about again."""
        dns = NoDns() if self.dns is DnsMode.NONE else SnapshotDns(self.snapshot)
        return Context(dns=dns, now=self.now, own_hosts=self.own_hosts, limits=limits)


def is_case(path: Path) -> bool:
    """Whether a file is a case file, by its first bytes; False for what cannot be read."""
    with suppress(OSError, ValueError):
        if not path.is_file():
            return False  # opening a pipe would wait for whoever writes into it
    with suppress(OSError, ValueError), path.open("rb") as file:
        head = file.read(64)
        return head.startswith(_START) and head[30 : 30 + len(_INDEX)] == _INDEX.encode()
    return False


def save_case(path: Path, reports: Sequence[Report], own_hosts: Sequence[str] = ()) -> None:
    """Write a case file, whole or not at all; a file of that name is replaced.

    Raises ValueError where there are no reports to save, MailscopeError, in one line, where it cannot be written.
    """
    kept = [report for report in reports if report.error is None]
    if not kept:
        raise ValueError("a case holds what was examined, and nothing was")
    try:
        with whole(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(_INDEX, _json(_index(kept, own_hosts)))
            archive.writestr(_DNS, _json(session_dns(kept)))
            for place, report in enumerate(kept, 1):
                specimen = report.analysis.specimen
                archive.writestr(_item(place), specimen.raw)
                if specimen.content != specimen.raw:
                    archive.writestr(f"{_item(place)}.content", specimen.content)
    except OSError as error:
        raise MailscopeError(f"the case {path} cannot be written: {error.strerror or error}") from error


def open_case(path: Path, limits: Limits = DEFAULT_LIMITS) -> CaseFile:
    """Read a case file; raises LoadError, in one line, where it is none or is damaged as a whole.

    An item that is damaged, missing or over the limit is left out, and the problems say so.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            index = _object(archive, _INDEX)
            if index.get("format") != FORMAT:
                raise LoadError(f"{path}: this case was saved in another form ({str(index.get('format'))[:40]!r})")
            problems: list[str] = []
            items = tuple(_items(archive, index, limits, problems))
            snapshot = _object(archive, _DNS)
            SnapshotDns(snapshot)
            return CaseFile(
                items,
                now=as_utc(str(index["now"])),
                own_hosts=tuple(str(host) for host in index.get("own_hosts", ())),
                dns=DnsMode(index.get("dns", "snapshot")),
                snapshot=snapshot,
                saved_at=as_utc(str(index["saved_at"])) if index.get("saved_at") else None,
                version=str(index.get("version", "")),
                problems=tuple(problems),
            )
    except OSError as error:
        raise LoadError(f"{path}: {error.strerror or error}") from error
    except _DAMAGES as error:
        raise LoadError(f"{path}: not a usable case file ({type(error).__name__}: {str(error)[:120]})") from error


def session_dns(reports: Iterable[Report]) -> dict[str, Any]:
    """A snapshot of every DNS answer behind these reports; of two to one question the more certain one."""
    known: dict[Question, Asked] = {}
    for report in reports:
        keep(known, report.questions)
    return record(known.values())


def _index(reports: Sequence[Report], own_hosts: Sequence[str]) -> dict[str, Any]:
    first = reports[0].analysis
    return {
        "format": FORMAT,
        "version": __version__,
        "saved_at": iso(datetime.now(UTC)),
        "now": iso(first.now),
        "own_hosts": list(own_hosts),
        "dns": first.dns,
        "items": [
            {
                "file": _item(place),
                "kind": specimen.kind,
                "kind_basis": specimen.kind_basis,
                "guessed": specimen.guessed,
                "steps": list(specimen.steps),
                "path": specimen.origin.path,
                "index": specimen.origin.index,
                "label": specimen.origin.label,
                "sha256": specimen.sha256,
            }
            for place, specimen in enumerate((report.analysis.specimen for report in reports), 1)
        ],
    }


def _items(archive: zipfile.ZipFile, index: dict[str, Any], limits: Limits, problems: list[str]) -> Iterator[Specimen]:
    for entry in index["items"]:
        name = str(entry["file"])
        try:
            raw = _read(archive, name, limits.file_bytes)
            content = raw
            if f"{name}.content" in archive.NameToInfo:
                content = _read(archive, f"{name}.content", limits.file_bytes)
        except (LoadError, KeyError, zipfile.BadZipFile, zlib.error, OSError, EOFError) as error:
            problems.append(f"{name} was left out: {str(error)[:120]}")
            continue
        if hashlib.sha256(raw).hexdigest() != entry.get("sha256"):
            problems.append(f"{name} is not what was saved: its checksum differs")
        yield Specimen(
            raw,
            content,
            Kind(entry["kind"]),
            Origin(entry.get("path"), entry.get("index"), str(entry.get("label") or "given")),
            tuple(Step(step) for step in entry.get("steps", ())),
            guessed=bool(entry.get("guessed", True)),
            kind_basis=str(entry.get("kind_basis") or ""),
        )


def _read(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """One member, never more of it than allowed, whatever its header claims."""
    with archive.open(name) as member:
        data = member.read(most + 1)
    if len(data) > most:
        raise LoadError(f"larger than {most:,} bytes")
    return data


def _object(archive: zipfile.ZipFile, name: str) -> dict[str, Any]:
    try:
        data = json.loads(_read(archive, name, _INDEX_BYTES))
    except RecursionError:
        raise ValueError(f"{name} is nested too deeply") from None
    if not isinstance(data, dict):
        raise TypeError(f"{name} is no object")
    return data


def _item(place: int) -> str:
    return f"items/{place:06}"


def _json(data: Any) -> str:
    return json.dumps(data, indent=1, ensure_ascii=True) + "\n"
