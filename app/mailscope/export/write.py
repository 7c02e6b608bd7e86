"""Every format by its name: reports in, text out."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from mailscope.export.blocks import Outline
from mailscope.export.csv import csv_head, csv_row
from mailscope.export.html import html_page
from mailscope.export.json import json_text
from mailscope.export.markdown import markdown_of
from mailscope.export.outline import outline
from mailscope.export.redact import Redactor
from mailscope.export.text import text_of
from mailscope.report import Report


@dataclass(frozen=True, slots=True)
class Choice:
    """What of a report is written: some of its sections, and with or without the people in it."""

    sections: frozenset[str] | None = None
    """Keys of sections (Section.key); None: all. JSON and CSV always hold everything."""
    redacted: bool = False
    """Whether addresses, names and subjects are replaced."""

    def outline(self, report: Report) -> Outline:
        """The report as far as it is wanted."""
        whole = outline(report)
        if self.sections is not None:
            wanted = self.sections
            whole = replace(whole, sections=tuple(each for each in whole.sections if each.key in wanted))
        return Redactor(report).outline(whole) if self.redacted else whole

    def data(self, report: Report) -> dict[str, Any]:
        """The report's JSON."""
        data = report.to_dict()
        return {**Redactor(report).data(data), "redacted": True} if self.redacted else data


EVERYTHING = Choice()


def _text(reports: Iterable[Report], choice: Choice) -> Iterator[str]:
    return _separated(map(choice.outline, reports), text_of, "\n" + "-" * 80 + "\n\n")


def _markdown(reports: Iterable[Report], choice: Choice) -> Iterator[str]:
    return _separated(map(choice.outline, reports), markdown_of, "\n---\n\n")


def _separated(outlines: Iterable[Outline], write: Callable[[Outline], str], between: str) -> Iterator[str]:
    for place, each in enumerate(outlines):
        yield (between if place else "") + write(each)


def _html(reports: Iterable[Report], choice: Choice) -> Iterator[str]:
    yield html_page(map(choice.outline, reports))


def _json(reports: Iterable[Report], choice: Choice) -> Iterator[str]:
    """One report as an object, several as a list of objects."""
    source = map(choice.data, reports)
    first, second = next(source, None), next(source, None)
    if second is None:
        yield json_text(first, indent=1) + "\n" if first is not None else "[]\n"
        return
    assert first is not None
    yield "[\n" + json_text(first, indent=1)
    yield ",\n" + json_text(second, indent=1)
    for each in source:
        yield ",\n" + json_text(each, indent=1)
    yield "\n]\n"


def _json_lines(reports: Iterable[Report], choice: Choice) -> Iterator[str]:
    return (json_text(choice.data(report)) + "\n" for report in reports)


def _json_line(report: Report) -> str:
    return json_text(report.to_dict()) + "\n"


def _csv(reports: Iterable[Report], choice: Choice) -> Iterator[str]:
    if choice.redacted:
        raise ValueError("a table of messages cannot be redacted: choose another format")
    yield csv_head()
    yield from map(csv_row, reports)


@dataclass(frozen=True, slots=True)
class Format:
    """How reports are written."""

    write: Callable[[Iterable[Report], Choice], Iterator[str]]
    suffix: str
    """Of a file in this format."""
    row: Callable[[Report], str] | None = None
    """One report on its own, line end included, where the format is a row a report."""
    head: Callable[[], str] = str
    """What stands before the first row."""


FORMATS = {
    "text": Format(_text, ".txt"),
    "markdown": Format(_markdown, ".md"),
    "html": Format(_html, ".html"),
    "json": Format(_json, ".json"),
    "jsonl": Format(_json_lines, ".jsonl", _json_line),
    "csv": Format(_csv, ".csv", csv_row, csv_head),
}
"""Every format by its name."""


def pieces(reports: Iterable[Report], format: str, choice: Choice = EVERYTHING) -> Iterator[str]:  # noqa: A002 - the word that callers use
    """The reports written out, piece by piece as they come; raises ValueError for a format that there is not."""
    known = FORMATS.get(format)
    if known is None:
        raise ValueError(f"there is no format {format!r}; there are {', '.join(FORMATS)}")
    return known.write(reports, choice)


def render(reports: Iterable[Report], format: str, choice: Choice = EVERYTHING) -> str:  # noqa: A002 - as above
    """The reports in one text; raises ValueError for a format that there is not, or a choice that it cannot meet."""
    return "".join(pieces(reports, format, choice))
