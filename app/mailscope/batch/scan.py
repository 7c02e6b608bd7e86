"""Many messages, one after the other or in several processes: a report each, in the order in which they came."""

import os
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Generic, TypeVar

from mailscope.analysis import look_ahead
from mailscope.batch.pool import in_order
from mailscope.casefile import is_case, open_case
from mailscope.context import Context
from mailscope.dns.ahead import Lead
from mailscope.dns.answer import Dns
from mailscope.dns.cache import asks_ahead, with_memory
from mailscope.errors import MailscopeError
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.moment import as_utc
from mailscope.report import Report, examine_specimen, failed_report
from mailscope.settings import Settings
from mailscope.sources.load import load_path, walk
from mailscope.sources.reading import check_paths
from mailscope.specimen import Kind, Origin, Specimen

Result = TypeVar("Result")
Item = TypeVar("Item")
_LINE = 3
"""Messages for which the DNS is asked while the one before them is examined."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that was found and cannot be examined."""

    origin: Origin
    reason: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Something out of a case file, which is examined in the surroundings that the case brings along."""

    specimen: Specimen
    case: Path

    @property
    def origin(self) -> Origin:
        """Where it came from, before it was put into the case."""
        return self.specimen.origin


Found = Specimen | Kept | Unread


def scan(
    paths: Iterable[Path | str],
    *,
    dns: Dns | None = None,
    settings: Settings | None = None,
    jobs: int = 1,
    now: datetime | str | None = None,
    forensics: bool = False,
) -> Iterator[Report]:
    """A report for every message in files, folders, mailboxes and case files, in input order and bounded memory.

    What is kept in a case file is judged by the time, own hosts and DNS answers that lie beside it. What cannot be read
    or examined is a Report with `error`. dns None asks the network; settings stands for dns, now and forensics
    together. jobs above 1 works in as many processes (0: one a core), so the calling script needs its
    `if __name__ == "__main__"`. Raises LoadError for a path that does not exist, ValueError and TypeError for unusable
    arguments.
    """
    if settings is not None and (dns is not None or now is not None or forensics):
        raise TypeError("settings say who answers DNS, what time it is and how deep to look: give them or the parts")
    surroundings: Settings | Context
    if settings is not None:
        surroundings = settings
    elif dns is not None:
        surroundings = Context(dns=with_memory(dns), now=as_utc(now), forensics=forensics)
    else:
        surroundings = Settings(now=now, forensics=forensics)
    return sweep(paths, _itself, surroundings, jobs=jobs)


def sweep(
    paths: Iterable[Path | str],
    finish: Callable[[Report], Result],
    surroundings: Settings | Context,
    *,
    jobs: int = 1,
    kind: Kind | None = None,
    skip: Path | None = None,
) -> Iterator[Result]:
    """As scan(), with what `finish` makes of each report; it works where the report was made, and must pickle.

    kind: what everything is taken for; skip: a file that is passed over, since the rows are being written to it.
    """
    given = check_paths(paths)
    if jobs < 0:
        raise ValueError(f"jobs is a number of processes, or 0 for one a core; not {jobs}")
    if isinstance(surroundings, Settings) and surroundings.now is None:
        # All processes judge by the same clock.
        surroundings = replace(surroundings, now=datetime.now(UTC))
    desk = _Desk(surroundings, finish)
    # Made here as well: what is wrong with the settings is the caller's to hear, before the first row.
    context = desk.context()
    found = gather(given, kind=kind, limits=context.limits, skip=skip)
    jobs = jobs or _cores()
    if jobs == 1:
        return (finish(report_on(each, context)) for each in foreseen(found, context))
    try:
        pickle.dumps(desk)
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        raise TypeError(f"with jobs above 1 the DNS and what finishes a report must pickle: {error}") from error
    return in_order(
        found,
        desk,
        jobs=jobs,
        lost=lambda each, reason: finish(failed_report(_origin(each), reason, context)),
        weight=_weight,
    )


def gather(
    paths: Sequence[Path],
    *,
    kind: Kind | None = None,
    limits: Limits = DEFAULT_LIMITS,
    skip: Path | None = None,
) -> Iterator[Found]:
    """Everything in these files, folders, mailboxes and cases, read one at a time; never raises on what lies there."""
    for asked in paths:
        try:
            for path in walk([asked]):
                if skip is not None and path.name == skip.name and skip.exists() and path.samefile(skip):
                    continue
                yield from _load(path, kind, limits)
        except (MailscopeError, OSError) as error:
            yield Unread(Origin(str(asked)), str(error))


def foreseen(found: Iterable[Item], context: Context) -> Iterator[Item]:
    """The same in the same order; the DNS is asked already for the next few, where the network answers."""
    if not asks_ahead(context.dns, context.limits):
        yield from found
        return
    line: deque[tuple[Item, Lead]] = deque()
    try:
        for each in found:
            lead = Lead(context.limits.dns_ahead)
            if isinstance(each, Specimen):
                with suppress(Exception):  # one row of a scan: whoever examines it meets the same, and tells it
                    look_ahead(each, context, lead)
            line.append((each, lead))
            if len(line) > _LINE:
                yield _next(line)
        while line:
            yield _next(line)
    finally:
        for _, lead in line:  # of a scan that is broken off
            lead.end()


def _next(line: deque[tuple[Item, Lead]]) -> Item:
    each, lead = line.popleft()
    lead.end()
    return each


def report_on(found: Found, context: Context) -> Report:
    """The report on one thing that was found; whatever goes wrong is a Report with `error`."""
    if isinstance(found, Unread):
        return failed_report(found.origin, found.reason, context)
    try:
        if isinstance(found, Kept):
            return examine_specimen(found.specimen, _of_case(found.case, context))
        return examine_specimen(found, context)
    except (MailscopeError, OSError) as error:
        return failed_report(found.origin, str(error), context)
    except Exception as error:  # noqa: BLE001 - one row of a scan: our own fault costs this row, and is told as ours
        return failed_report(found.origin, _fault("examining", error), context)


def _of_case(path: Path, context: Context) -> Context:
    """The surroundings that a case file brings along; how deep to look, and when to stop, is the caller's."""
    changed = path.stat().st_mtime_ns
    case = _case_context(path, changed, context.limits)
    return replace(case, forensics=context.forensics, cancelled=context.cancelled)


@lru_cache(maxsize=2)
def _case_context(path: Path, changed: int, limits: Limits) -> Context:
    del changed  # another file of the same name is another case
    return open_case(path, limits).context(limits)


def _kept(path: Path, limits: Limits) -> Iterator[Kept | Unread]:
    """What a case file holds, and what of it could not be used."""
    case = open_case(path, limits)
    yield from (Kept(specimen, path) for specimen in case.items)
    yield from (Unread(Origin(str(path)), problem) for problem in case.problems)


def _load(path: Path, kind: Kind | None, limits: Limits) -> Iterator[Found]:
    specimens: Iterator[Found] = _kept(path, limits) if is_case(path) else load_path(path, kind=kind, limits=limits)
    while True:
        try:
            specimen = next(specimens, None)
        except (MailscopeError, OSError) as error:
            yield Unread(Origin(str(path)), str(error))
            return
        except Exception as error:  # noqa: BLE001 - one row of a scan, as above
            yield Unread(Origin(str(path)), _fault("reading", error))
            return
        if specimen is None:
            return
        yield specimen


@dataclass(frozen=True, slots=True)
class _Desk(Generic[Result]):
    """What a process needs to work: called there, it makes the function that turns what was found into a result."""

    surroundings: Settings | Context
    finish: Callable[[Report], Result]

    def context(self) -> Context:
        return self.surroundings if isinstance(self.surroundings, Context) else self.surroundings.context()

    def __call__(self) -> Callable[[Found], Result]:
        context = self.context()
        return lambda found: self.finish(report_on(found, context))


def _fault(doing: str, error: Exception) -> str:
    return f"a fault of mailscope while {doing} it, not of the message: {type(error).__name__}: {error}"


def _weight(found: Found) -> int:
    if isinstance(found, Kept):
        return found.specimen.size
    return found.size if isinstance(found, Specimen) else 0


def _itself(report: Report) -> Report:
    return report


def _origin(found: Found) -> Origin:
    return found.origin


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
