"""Two messages on the command line, side by side."""

from argparse import Namespace
from dataclasses import asdict

from mailscope.cli.commands import DONE, Reader
from mailscope.cli.output import Output
from mailscope.cli.recording import Recording
from mailscope.cli.surroundings import settings_of
from mailscope.compare import Comparison, compare_reports
from mailscope.errors import LoadError
from mailscope.export.json import json_text
from mailscope.sources.reading import check_paths


def compare_command(call: Namespace) -> int:
    """Why one passes where the other fails, then every row that differs."""
    paths = check_paths(path for path in call.paths if path != "-")
    reader = Reader(call, settings_of(call).context(), Recording(None))
    reports = list(reader.reports())
    if len(reports) != 2:
        raise LoadError(f"two messages are compared, and these hold {len(reports):,}: {', '.join(call.paths)}")
    comparison = compare_reports(*reports)
    with Output(call.output, paths) as output:
        if call.format == "json":
            output.write(json_text(_data(comparison), indent=1) + "\n")
        else:
            output.write("\n".join(_lines(comparison, everything=call.all)) + "\n")
    return DONE


def _data(comparison: Comparison) -> dict[str, object]:
    """The comparison as JSON: left, right, reasons, rows (area, name, left, right, telling, same)."""
    rows = [{**asdict(row), "area": row.area.value, "same": row.same} for row in comparison.rows]
    return {"left": comparison.left, "right": comparison.right, "reasons": list(comparison.reasons), "rows": rows}


def _lines(comparison: Comparison, *, everything: bool) -> list[str]:
    """The comparison for people; everything: equal rows too, and what differs between any two messages."""
    lines = [f"A  {comparison.left}", f"B  {comparison.right}", ""]
    lines += list(comparison.reasons) or ["Every verdict is the same."]
    area = None
    hidden = 0
    for row in comparison.rows:
        if not everything and (row.same or not row.telling):
            hidden += not row.same
            continue
        if row.area is not area:
            area = row.area
            lines += ["", area.value.upper()]
        if row.same:
            lines.append(f"  =  {row.name}: {row.left if row.left is not None else 'absent'}")
        else:
            left, right = ("absent" if side is None else side or "(empty)" for side in (row.left, row.right))
            lines += [f"  ≠  {row.name}", f"       A  {left}", f"       B  {right}"]
    if hidden:
        lines += ["", f"{hidden:,} more rows differ as they do between any two messages (--all shows them)."]
    return lines
