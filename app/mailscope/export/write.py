"""Every format by its name: reports in, text out."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from mailscope.export.blocks import Outline
from mailscope.export.csv import csv_head, csv_row
from mailscope.export.html import html_page
from mailscope.export.json import json_text
from mailscope.export.markdown import markdown_of
from mailscope.export.outline import outline
from mailscope.export.text import text_of
from mailscope.report import Report


def _text(reports: Iterable[Report]) -> Iterator[str]:
    return _separated(reports, text_of, "\n" + "-" * 80 + "\n\n")


def _markdown(reports: Iterable[Report]) -> Iterator[str]:
    return _separated(reports, markdown_of, "\n---\n\n")


def _separated(reports: Iterable[Report], write: Callable[[Outline], str], between: str) -> Iterator[str]:
    for place, report in enumerate(reports):
        yield (between if place else "") + write(outline(report))


def _html(reports: Iterable[Report]) -> Iterator[str]:
    yield html_page(outline(report) for report in reports)


def _json(reports: Iterable[Report]) -> Iterator[str]:
    """One report as an object, several as a list of objects."""
    source = iter(reports)
    first, second = next(source, None), next(source, None)
    if second is None:
        yield json_text(first.to_dict(), indent=1) + "\n" if first is not None else "[]\n"
        return
    assert first is not None
    yield "[\n" + json_text(first.to_dict(), indent=1)
    yield ",\n" + json_text(second.to_dict(), indent=1)
    for report in source:
        yield ",\n" + json_text(report.to_dict(), indent=1)
    yield "\n]\n"


def _json_line(report: Report) -> str:
    return json_text(report.to_dict()) + "\n"


def _csv(reports: Iterable[Report]) -> Iterator[str]:
    yield csv_head()
    yield from map(csv_row, reports)


@dataclass(frozen=True, slots=True)
class Format:
    """How reports are written."""

    write: Callable[[Iterable[Report]], Iterator[str]]
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
    "jsonl": Format(lambda reports: map(_json_line, reports), ".jsonl", _json_line),
    "csv": Format(_csv, ".csv", csv_row, csv_head),
}
"""Every format by its name."""


def pieces(reports: Iterable[Report], format: str) -> Iterator[str]:  # noqa: A002 - the word that callers use
    """The reports written out, piece by piece as they come; raises ValueError for a format that there is not."""
    known = FORMATS.get(format)
    if known is None:
        raise ValueError(f"there is no format {format!r}; there are {', '.join(FORMATS)}")
    return known.write(reports)


def render(reports: Iterable[Report], format: str) -> str:  # noqa: A002 - the word that callers use
    """The reports in one text; raises ValueError for a format that there is not."""
    return "".join(pieces(reports, format))
