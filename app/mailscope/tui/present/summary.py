"""The first page: the answer, what the message is, and every finding with what stands behind it."""

from dataclasses import replace

from mailscope.amounts import count, size_words
from mailscope.bounce.failure import Phase
from mailscope.findings.finding import Evidence, Finding
from mailscope.report import Report
from mailscope.specimen import Kind
from mailscope.tui.present.row import kind_pieces
from mailscope.tui.present.senders import KEY, senders_detail, senders_item, senders_tally
from mailscope.tui.present.wording import (
    Detail,
    Page,
    cut_text,
    joined,
    moment,
    severity_mark,
    severity_pieces,
    text,
    verdict_pieces,
)
from mailscope.verdict import Severity, Verdict
from mailscope.visible import visible
from mailscope_widgets import Block, Card, Gap, Item, Margin, Pairs, Para, Piece, Pieces, Rule, Tone, para, words

_PLURALS = {
    Severity.CRITICAL: ("critical", "critical"),
    Severity.WARNING: ("warning", "warnings"),
    Severity.NOTICE: ("notice", "notices"),
    Severity.INFO: ("info", "info"),
    Severity.OK: ("ok", "ok"),
}


def summary_page(report: Report) -> Page:
    """The answer first."""
    if report.error:
        title = (Piece("✗ CANNOT READ  ", Tone.BAD, strong=True), *text(report.error, strong=True))
        return Page((Card(title, (), Tone.BAD),))
    blocks: list[Block] = [verdict_card(report), Gap(), facts(report), Gap()]
    blocks += _findings(report)
    if report.enclosed:
        blocks += _enclosed(report.enclosed)
    if report.is_mail:
        blocks += senders_item(report)
    return Page(tuple(blocks), lambda key: senders_detail(report) if key == KEY else finding_detail(report, key))


def verdict_card(report: Report) -> Card:
    """The one sentence, and the results it rests on."""
    glyph, word, tone = severity_mark(report.answer.severity)
    title = (Piece(f"{glyph} {word}  ", tone, strong=True), *text(report.answer.headline, strong=True))
    body = _recipients(report)
    if report.is_mail:
        body.append(Para(_results(report)))
        if report.requirements:
            body.append(
                Para((Piece("Big receivers ask  ", Tone.LABEL), *senders_tally(report), Piece("(a)", Tone.DIM)))
            )
    return Card(title, tuple(body), tone)


def _recipients(report: Report) -> list[Block]:
    """Several recipients and what became of each; of a single one the answer tells that, and here stands the reply."""
    if len(report.bounces) == 1:
        said = report.bounces[0].diagnostic
        return [Para((Piece("They said  ", Tone.LABEL), *text(cut_text(said, 160))), 11)] if said else []
    body: list[Block] = []
    for bounce in report.bounces[:3]:
        recipient = text(bounce.recipient, missing="recipient not named")
        category = Piece(f" — {visible(bounce.category.replace('_', ' '))}, {bounce.manner}", Tone.DIM)
        where = f" at {bounce.phase}" if bounce.phase is not Phase.UNKNOWN else ""
        body.append(Para((*recipient, category, Piece(where, Tone.DIM)), 2))
    if len(report.bounces) > 3:
        body.append(para(f"and {count(len(report.bounces) - 3, 'more recipient')} (5 Bounce)", Tone.DIM))
    return body


def _results(report: Report) -> Pieces:
    """SPF, DKIM, ARC and DMARC in a line."""
    auth = report.authentication
    parts: list[Pieces] = [
        (Piece("DMARC ", Tone.LABEL), *verdict_pieces(auth.dmarc.rfc9989.result)),
        (Piece("SPF ", Tone.LABEL), *verdict_pieces(auth.spf.result if auth.spf else None)),
    ]
    if len(auth.dkim) > 1:
        passed = sum(1 for check in auth.dkim if check.result is Verdict.PASS)
        tone = Tone.GOOD if passed == len(auth.dkim) else Tone.WARN if passed else Tone.BAD
        glyph = "✓" if passed == len(auth.dkim) else "▲" if passed else "✗"
        dkim: Pieces = (Piece(f"{glyph} {passed} OF {len(auth.dkim)} PASS", tone, strong=True),)
        if all(check.result is None for check in auth.dkim):
            dkim = verdict_pieces(None)
    else:
        dkim = verdict_pieces(auth.dkim[0].result if auth.dkim else Verdict.NONE)
    parts.append((Piece("DKIM ", Tone.LABEL), *dkim))
    parts.append((Piece("ARC ", Tone.LABEL), *verdict_pieces(auth.arc.result)))
    # no-break spaces hold a result together
    held = [tuple(replace(piece, text=piece.text.replace(" ", "\u00a0")) for piece in part) for part in parts]
    return joined(held, "   ")


def facts(report: Report) -> Pairs:
    """Who, to whom, what, when; and what the thing was taken for."""
    analysis = report.analysis
    envelope = analysis.envelope
    specimen = analysis.specimen
    rows: list[tuple[str, Pieces]] = []
    named = (
        ("From", envelope.from_),
        ("To", envelope.to),
        ("Subject", envelope.subject),
        ("Date", moment(envelope.date) if envelope.date else None),
        ("Envelope", "<> (a bounce or automatic answer)" if envelope.return_path == "" else envelope.return_path),
    )
    expected = specimen.kind in (Kind.MESSAGE, Kind.HEADERS)
    for label, value in named:
        if value or (expected and label != "Envelope"):
            rows.append((label, text(value, missing="no such field, or it cannot be read")))
    whence = visible(specimen.origin.name)
    rows.append(("Taken as", (*kind_pieces(specimen), Piece(f", {size_words(specimen.size)}, {whence}", Tone.DIM))))
    if specimen.steps:
        rows.append(("Undone", words("; ".join(step.value for step in specimen.steps), Tone.WARN)))
    return Pairs(tuple(rows))


def _findings(report: Report) -> list[Block]:
    tally = [
        count(number, *_PLURALS[severity])
        for severity in Severity
        if (number := sum(1 for finding in report.findings if finding.severity is severity))
    ]
    heading = count(len(report.findings), "finding") + (": " + " · ".join(tally) if tally else "")
    blocks: list[Block] = [Rule(words(heading, Tone.LABEL))]
    for place, finding in enumerate(report.findings):
        blocks.append(finding_item(f"finding:{place}", finding))
    if not report.findings:
        blocks.append(para("Nothing was found that would need a word.", Tone.DIM))
    return blocks


def finding_item(key: str, finding: Finding) -> Item:
    """Glyph, word, title; the sentence below."""
    body: list[Block] = [Para(text(finding.title, strong=True))]
    if finding.detail:
        body.append(Para(text(finding.detail, Tone.DIM)))
    return Item(key, (Margin(severity_pieces(finding.severity), tuple(body)),))


def _enclosed(inner: Report) -> list[Block]:
    glyph, word, tone = severity_mark(inner.answer.severity)
    title = (Piece(f"{glyph} {word:<8}  ", tone, strong=True),)
    subject = text(inner.analysis.envelope.subject, Tone.DIM, missing="no subject")
    body = (
        Para(text(inner.answer.headline, strong=True)),
        Para((*subject, Piece("  (enter or i: its own report)", Tone.DIM))),
    )
    return [Gap(), Rule(words("the message that it returns", Tone.LABEL)), Item("enclosed", (Margin(title, body),))]


def finding_detail(report: Report, key: str) -> Detail | None:
    """Evidence, remedy and reference of the finding with this key."""
    kind, _, place = key.partition(":")
    if kind != "finding" or not place.isdecimal() or int(place) >= len(report.findings):
        return None
    finding = report.findings[int(place)]
    blocks: list[Block] = [Para(text(finding.title, strong=True)), Gap(), Para(text(finding.detail))]
    if finding.remedy:
        blocks += [Gap(), Rule(words("what to do", Tone.LABEL)), Para(text(finding.remedy))]
    blocks += [Gap(), Rule(words("evidence", Tone.LABEL))]
    for evidence in finding.evidence:
        blocks += _evidence(evidence)
    if not finding.evidence:
        blocks.append(para("It follows from the results as a whole.", Tone.DIM))
    source = text(finding.reference, missing="none")
    blocks += [Gap(), Pairs((("Reference", source), ("Finding", words(f"{finding.id} ({finding.area})", Tone.DIM))))]
    spans = tuple(evidence.span for evidence in finding.evidence if evidence.span)
    return Detail(severity_pieces(finding.severity), tuple(blocks), spans)


def _evidence(evidence: Evidence) -> list[Block]:
    return [
        para(evidence.whence + (" (v: show them)" if evidence.span else ""), Tone.DIM),
        Margin(words("▏ ", Tone.ACCENT), (Para(text(evidence.text)),), words("▏ ", Tone.ACCENT)),
    ]
