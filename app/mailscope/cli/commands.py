"""What each command does, once its words are understood."""

import re
from argparse import Namespace
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from mailscope.batch.scan import Found, Unread, gather, report_on, sweep
from mailscope.batch.tally import Mark, Tally, mark
from mailscope.casefile import is_case, open_case, save_case
from mailscope.cli.output import Output, complain
from mailscope.cli.progress import Progress
from mailscope.cli.recording import Recording
from mailscope.cli.stdin import stdin_bytes
from mailscope.cli.surroundings import settings_of
from mailscope.context import Context
from mailscope.dns.answer import Asked
from mailscope.errors import LoadError, MailscopeError
from mailscope.export.json import json_text
from mailscope.export.outline import SECTION_KEYS, bounce_item, finding_item
from mailscope.export.text import items_text
from mailscope.export.write import FORMATS, Choice, pieces
from mailscope.findings.answer import bounced
from mailscope.limits import Limits
from mailscope.report import Report, explanation
from mailscope.schema.bounce import bounce_dict
from mailscope.sources.load import load_bytes
from mailscope.sources.reading import check_paths, read_start
from mailscope.specimen import Origin
from mailscope.verdict import Severity
from mailscope.visible import visible

_FILE_NAME = re.compile(r"(?:[./~]\S*/)?[\w.+-]+\.(?:eml|mbox|txt|log|msg|mail|bounce|json|emlx)", re.IGNORECASE)

DONE, REACHED, UNUSABLE = 0, 1, 2
"""Exit statuses."""


def report_command(call: Namespace) -> int:
    """Everything that is named, in one report; what cannot be examined is a line on standard error."""
    paths = check_paths(path for path in call.paths if path != "-")
    context = settings_of(call).context()
    choice = Choice(_sections(call.sections), call.redact)
    reader = Reader(call, context, Recording(call.record_dns))
    kept: list[Report] = []
    reports = _kept(reader.reports(), kept) if call.save_case else reader.reports()
    with Output(call.output, paths) as output:
        for piece in pieces(reports, call.format, choice):
            if reader.tally.read:
                output.write(piece)
    reader.recording.write()
    if kept:
        save_case(Path(call.save_case), kept, context.own_hosts)
    strays = "1 file" if reader.strays == 1 else f"{reader.strays:,} files"
    if not reader.tally.read and not reader.refused:
        looked = f"; {strays} could not be read as such, mailscope scan says why" if reader.strays else ""
        raise LoadError(f"there is no mail in {', '.join(map(str, paths[:3]))}{looked}")
    if reader.strays:
        complain(f"{strays} in folders could not be read as mail; mailscope scan says why, file by file")
    if reader.refused:
        return UNUSABLE
    return _status(call, reader.tally)


def _kept(reports: Iterable[Report], kept: list[Report]) -> Iterator[Report]:
    for report in reports:
        kept.append(report)
        yield report


def _sections(given: str | None) -> frozenset[str] | None:
    """Keys of sections as they were named; raises LoadError for one that there is not."""
    if given is None:
        return None
    wanted = frozenset(filter(None, (word.strip() for word in given.split(","))))
    unknown = sorted(wanted - SECTION_KEYS)
    if unknown or not wanted:
        said = f"there is no section {unknown[0]!r}" if unknown else "no section is named"
        raise LoadError(f"{said}; there are {', '.join(sorted(SECTION_KEYS))}")
    return wanted


class Reader:
    """Reads and examines what a report call names, and counts what came of it."""

    def __init__(self, call: Namespace, context: Context, recording: Recording) -> None:
        self._call = call
        self._context = context
        self.recording = recording
        self.tally = Tally()
        self.refused = 0
        """Things named on the command line that could not be examined."""
        self._around: dict[str, Context] = {}
        """The surroundings that case files bring along, by their name."""
        self.strays = 0
        """Files met in folders that could not."""

    def reports(self) -> Iterator[Report]:
        """The reports, in the order of the call."""
        for name in self._call.paths:
            for found in self._found(name):
                report = report_on(found, self._around.get(name, self._context))
                self.tally.add(mark(report))
                if report.error is None:
                    self.recording.add(report.questions)
                    yield report
                elif found.origin.path not in (None, name) and Path(name).is_dir():
                    self.strays += 1
                else:
                    self.refused += 1
                    complain(_said(found.origin, report.error))

    def _found(self, name: str) -> Iterator[Found]:
        limits = self._context.limits
        if name != "-" and is_case(Path(name)):
            case = open_case(Path(name), limits)
            self._around[name] = replace(case.context(limits), cancelled=self._context.cancelled)
            for problem in case.problems:
                complain(f"{name}: {problem}")
            yield from case.items
            return
        if name != "-":
            yield from gather((Path(name),), kind=self._call.kind, limits=limits)
            return
        origin = Origin(label="standard input")
        try:
            yield from load_bytes(stdin_bytes(limits), origin=origin, kind=self._call.kind, limits=limits)
        except MailscopeError as error:
            yield Unread(origin, str(error))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a scan, made where the report was made, so that only this crosses processes."""

    mark: Mark
    text: str
    origin: Origin
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class _RowMaker:
    format: str
    record: bool

    def __call__(self, report: Report) -> Row:
        write = FORMATS[self.format].row
        assert write is not None
        asked = report.questions if self.record else ()
        return Row(mark(report), write(report), report.analysis.specimen.origin, asked)


def scan_command(call: Namespace) -> int:
    """A row for every message; a count at the end."""
    settings = settings_of(call, forensics=call.forensics)
    paths = check_paths(call.paths)
    tally, recording = Tally(), Recording(call.record_dns)
    last: Row | None = None
    with Output(call.output, paths) as output:
        rows = sweep(
            paths,
            _RowMaker(call.format, record=call.record_dns is not None),
            settings,
            jobs=call.jobs,
            kind=call.kind,
            skip=output.path,
        )
        progress = Progress(paths, show=not output.on_terminal)
        try:
            for row in rows:
                if last is None:
                    output.write(FORMATS[call.format].head())
                last = row
                output.write(row.text)
                tally.add(row.mark)
                recording.add(row.asked)
                progress.step(tally)
        finally:
            progress.clear()
    recording.write()
    if last is None:
        raise LoadError(f"there are no files in {', '.join(map(str, paths[:3]))}")
    if not tally.read:
        more = f"; so with {tally.unread - 1:,} more" if tally.unread > 1 else ""
        raise LoadError(_said(last.origin, last.mark.error or "") + more)
    complain(tally.line(progress.seconds))
    return _status(call, tally)


def explain_command(call: Namespace) -> int:
    """What a bounce, a reply, a session or log lines mean; asks no DNS."""
    limits = settings_of(call).limits
    data, label = _text(call.text, limits)
    told = explanation(data, limits, label=label)
    if told.unread:
        complain(f"{told.unread:,} recipients more are told of; only {len(told.bounces):,} are in this answer")
    if told.cut:
        complain(f"only the first {limits.file_bytes // (1024 * 1024):,} MB were read; the rest is not in this answer")
    bounces = told.bounces
    with Output(call.output) as output:
        if call.format == "json":
            output.write(json_text([bounce_dict(bounce) for bounce in bounces], indent=1) + "\n")
            return DONE
        output.write(f"{visible(bounced(bounces)) if bounces else 'Nothing in this text says that mail failed.'}\n")
        items = [*(bounce_item(bounce) for bounce in bounces), *(finding_item(finding) for finding in told.behaviour)]
        if items:
            output.write("\n" + items_text(items))
    return DONE


def _text(words: list[str], limits: Limits) -> tuple[bytes, str]:
    """The text to explain, and what to call it: the words themselves, a file that they name, or standard input."""
    if not words or words == ["-"]:
        data, label = stdin_bytes(limits), "standard input"
    elif len(words) == 1 and _names_a_file(words[0]):
        data, label = read_start(Path(words[0]), limits), words[0]
    else:
        data, label = " ".join(words).encode("utf-8", "surrogateescape"), "the text"
    if not data.strip():
        raise LoadError("there is nothing to explain: the text is empty")
    return data, label


def _names_a_file(word: str) -> bool:
    """Whether a text to explain is the name of a file; one that looks like a name and is none raises LoadError."""
    if len(word) >= 1_000 or "\n" in word:
        return False
    try:
        if Path(word).exists():
            return True
    except (OSError, ValueError):
        return False
    if _FILE_NAME.fullmatch(word):
        raise LoadError(f"{word}: No such file; a text to explain is put in quotes")
    return False


def _said(origin: Origin, reason: str) -> str:
    """Why something cannot be examined, with its name where the reason does not give it."""
    return reason if origin.name in reason else f"{origin.name}: {reason}"


def _status(call: Namespace, tally: Tally) -> int:
    threshold: Severity | None = call.fail_on
    return REACHED if threshold is not None and tally.reaches(threshold) else DONE
