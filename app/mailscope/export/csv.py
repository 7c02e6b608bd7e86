"""A scan as a table: a row a message, safe to open in a spreadsheet."""

import csv
import io
import re
from collections.abc import Callable

from mailscope.moment import iso
from mailscope.report import Report
from mailscope.schema.dkim import signature_labels
from mailscope.visible import visible

Cell = str | int | float | None

_FORMULA = re.compile(r"(^[ ]*|;[ ]*)([=+@\uff1d\uff0b\uff0d\uff20-])")
"""The start of a formula, full-width forms included; after a semicolon too, since half of Europe separates by it."""


def csv_head() -> str:
    """The row of column names."""
    return _line(list(COLUMNS))


def csv_row(report: Report) -> str:
    """One report as a row, with its line end."""
    return _line([guarded(cell(report)) for cell in COLUMNS.values()])


def guarded(value: Cell) -> Cell:
    """A value that no spreadsheet runs: what looks like the start of a formula gets an apostrophe in front."""
    return _FORMULA.sub(r"\1'\2", visible(value)) if isinstance(value, str) else value


def _line(cells: list[Cell]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def _dkim(report: Report) -> str:
    checks = report.authentication.dkim
    return "; ".join(
        f"{label}={check.result or 'not evaluated'}" + (f" ({check.reason})" if check.reason else "")
        for check, label in zip(checks, signature_labels(checks), strict=True)
    )


def _first(name: str) -> Callable[[Report], Cell]:
    """A value of the first bounce."""
    return lambda report: getattr(report.bounces[0], name) if report.bounces else None


COLUMNS: dict[str, Callable[[Report], Cell]] = {
    "path": lambda report: report.analysis.specimen.origin.path,
    "index": lambda report: report.analysis.specimen.origin.index,
    "error": lambda report: report.error,
    "kind": lambda report: None if report.error else report.analysis.specimen.kind,
    "size": lambda report: report.analysis.specimen.size,
    "severity": lambda report: None if report.error else report.answer.severity,
    "answer": lambda report: None if report.error else report.answer.headline,
    "from": lambda report: report.analysis.envelope.from_,
    "from_domain": lambda report: report.analysis.envelope.from_domain,
    "to": lambda report: report.analysis.envelope.to,
    "subject": lambda report: report.analysis.envelope.subject,
    "date": lambda report: iso(report.analysis.envelope.date),
    "message_id": lambda report: report.analysis.envelope.message_id,
    "return_path": lambda report: report.analysis.envelope.return_path,
    "hops": lambda report: len(report.hops),
    "seconds": lambda report: report.analysis.route.seconds,
    "border_ip": lambda report: report.border.ip,
    "dmarc": lambda report: report.authentication.dmarc.rfc9989.result,
    "policy": lambda report: report.authentication.dmarc.rfc9989.policy,
    "disposition": lambda report: report.authentication.dmarc.rfc9989.disposition,
    "spf": lambda report: report.authentication.spf.result if report.authentication.spf else None,
    "spf_domain": lambda report: report.authentication.spf.domain if report.authentication.spf else None,
    "dkim": _dkim,
    "arc": lambda report: report.authentication.arc.result,
    "bounces": lambda report: len(report.bounces),
    "recipient": _first("recipient"),
    "manner": _first("manner"),
    "phase": _first("phase"),
    "category": _first("category"),
    "reply_code": _first("reply_code"),
    "enhanced_code": _first("enhanced_code"),
    "diagnostic": _first("diagnostic"),
    "findings": lambda report: "; ".join(f"{finding.severity}:{finding.id}" for finding in report.findings),
    "sha256": lambda report: report.analysis.specimen.sha256 if report.analysis.specimen.raw else None,
}
"""Each column's name, and the value that stands in it."""
