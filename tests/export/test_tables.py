"""A table in each format: nothing from outside ends a cell or the table."""

from mailscope.export.blocks import Outline, Section, Table
from mailscope.export.html import html_page
from mailscope.export.markdown import markdown_of
from mailscope.export.text import WIDTH, columns, text_of
from mailscope.verdict import Severity


def _outline(*rows: tuple[str, ...]) -> Outline:
    section = Section("Rows", (Table(("Field", "What vouches for it"), rows),), "rows")
    return Outline("a.eml", Severity.OK, "All is well", (), (section,))


def test_text_folds_wide_cells_within_the_width() -> None:
    lines = text_of(_outline(("Subject", "word " * 60), ("From", "signed"), ("名前" * 30, "x"))).splitlines()

    assert all(columns(line) <= WIDTH for line in lines)
    assert sum(line.count("word") for line in lines) == 60


def test_markdown_keeps_bars_inside_their_cell() -> None:
    table = [
        line for line in markdown_of(_outline(("a|b", "x@y.example|z"), ("c", "`|`"))).splitlines() if line[:1] == "|"
    ]

    assert len(table) == 4
    assert all(line.replace("\\|", "").count("|") == 3 for line in table)


def test_html_escapes_cells() -> None:
    page = html_page([_outline(("<b>", "</table><script>"))])

    assert "<script>" not in page
    assert "&lt;/table&gt;" in page
