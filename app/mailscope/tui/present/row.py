"""A case as a row of the list, as words to filter by, and as the line above the report."""

from mailscope.report import Report
from mailscope.specimen import Specimen
from mailscope.tui.case import Case
from mailscope.tui.present.wording import count, severity_mark
from mailscope.visible import visible
from mailscope_widgets import Piece, Pieces, Row, Tone


def case_row(case: Case) -> Row:
    """Two lines: severity, subject; sender, answer."""
    if case.trouble:
        return Row("✗", "CANNOT READ", Tone.BAD, visible(case.name), (Piece(visible(case.trouble), Tone.DIM),))
    if case.report is None:
        return Row("…", "WAITING ", Tone.DIM, visible(case.name), (Piece("not examined yet", Tone.DIM),))
    report = case.report
    glyph, word, tone = severity_mark(report.answer.severity)
    headline = visible(report.answer.headline)
    sender = sender_of(report)
    answer = Piece(headline, Tone.DIM)
    domain = report.analysis.envelope.from_domain
    return Row(
        glyph,
        f"{word:<8}",
        tone,
        title_of(case),
        (Piece(f"{sender}  "), answer) if sender else (answer,),
        (Piece(f"{visible(domain)}  "), answer) if domain else (answer,),
    )


def title_of(case: Case) -> str:
    """The subject; for what has none the recipient of a bounce, or the place it came from."""
    report = case.report
    if report is not None:
        if report.analysis.envelope.subject:
            return visible(report.analysis.envelope.subject)
        if report.bounces and report.bounces[0].recipient:
            return f"to {visible(report.bounces[0].recipient)}"
    return visible(case.name)


def sender_of(report: Report) -> str:
    """The author's address, or what stands where it should be."""
    envelope = report.analysis.envelope
    if envelope.authors:
        return visible(envelope.authors[0].spec or envelope.authors[0].display)
    return visible(envelope.from_ or "")


def facets(case: Case) -> dict[str, str]:
    """What a filter can ask for by name; all in lower case."""
    words = {"path": visible(case.name)}
    if case.trouble:
        words["severity"] = "critical"
        words["answer"] = case.trouble
    report = case.report
    if report is not None:
        envelope = report.analysis.envelope
        signers = [check.domain or "" for check in report.authentication.dkim]
        words |= {
            "severity": report.answer.severity.value,
            "subject": visible(envelope.subject or ""),
            "from": f"{visible(envelope.from_ or '')} {sender_of(report)}",
            "domain": visible(" ".join([envelope.from_domain or "", *signers])),
            "answer": visible(report.answer.headline),
            "category": " ".join(bounce.category for bounce in report.bounces),
            "phase": " ".join(bounce.phase.value for bounce in report.bounces),
            "finding": " ".join(finding.id for finding in report.findings),
            "kind": report.analysis.specimen.kind.value,
        }
    return {name: value.casefold() for name, value in words.items()}


def kind_pieces(specimen: Specimen) -> Pieces:
    """What it was taken for, and whether that was a guess."""
    basis = visible(specimen.kind_basis) or ("guessed" if specimen.guessed else "as you said")
    return (Piece(specimen.kind.value, strong=True), Piece(f" ({basis})", Tone.DIM))


def title_bar(case: Case | None, place: int, total: int, depth: int) -> Pieces:
    """The left end of the top bar."""
    if case is None:
        return (Piece(" mailscope", strong=True),)
    pieces = [Piece(" mailscope", strong=True), Piece(f" {place + 1}/{total}" if total > 1 else "", Tone.DIM)]
    if depth:
        pieces.append(Piece(" message returned in", Tone.WARN))
    pieces.append(Piece(f" {visible(case.name.rsplit('/', 1)[-1])}"))
    if case.specimen is not None and not depth:
        pieces.append(Piece("  "))
        pieces.extend(kind_pieces(case.specimen))
    return tuple(pieces)


def tally(cases: int, shown: int, severities: dict[str, int], waiting: int, strays: int = 0) -> Pieces:
    """The line above the list; strays are not among the cases."""
    pieces = [Piece(f" {count(cases, 'message')}" if shown == cases else f" {shown:,} of {cases:,} shown", strong=True)]
    if severities.get("critical"):
        pieces.append(Piece(f" · {severities['critical']:,} critical"))
    if strays:
        pieces.append(Piece(f" · {strays:,} no mail (/unread)", Tone.DIM))
    if waiting:
        pieces.append(Piece(f" · {waiting:,} to examine", Tone.WARN))
    return tuple(pieces)
