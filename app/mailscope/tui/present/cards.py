"""What the cards of all mechanisms share: their title, and what to do."""

from mailscope.report import Report
from mailscope.tui.present.wording import text, verdict_pieces
from mailscope.verdict import Severity, Verdict
from mailscope_widgets import Piece, Pieces

_LOUD = (Severity.CRITICAL, Severity.WARNING, Severity.NOTICE)


def card_title(name: str, result: Verdict | None, about: Pieces) -> Pieces:
    """Mechanism, verdict, whom it is about."""
    return (Piece(f"{name}  ", strong=True), *verdict_pieces(result), Piece("  "), *about)


def to_do(report: Report, areas: tuple[str, ...], about: str = "") -> list[tuple[str, Pieces]]:
    """The remedy of the loudest finding of these areas, one that speaks of about where that is given; or nothing."""
    for finding in report.findings:
        told = finding.severity in _LOUD and finding.area in areas and finding.remedy
        if told and (not about or about in f"{finding.title} {finding.detail}"):
            return [("To do", text(finding.remedy))]
    return []
