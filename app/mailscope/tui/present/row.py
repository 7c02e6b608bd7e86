"""A case as a row of the list, as words to filter by, and as the line above the report."""

import sys
from functools import lru_cache
from string import Formatter

from mailscope.amounts import count
from mailscope.findings.words import all_words
from mailscope.report import Report
from mailscope.specimen import Specimen
from mailscope.tui.case import Case
from mailscope.tui.gist import Gist
from mailscope.tui.present.wording import severity_mark
from mailscope.verdict import Severity
from mailscope.visible import visible
from mailscope_widgets import Piece, Pieces, Row, Tone

_RANKS = {severity: rank for rank, severity in enumerate(Severity)}
FACETS = ("path", "severity", "subject", "from", "domain", "answer", "category", "phase", "finding", "cause", "kind")
"""What a filter can ask for by name."""
_MOST = 400
"""Characters of one name or subject that the list keeps."""


def gist_of(report: Report) -> Gist:
    """What the list keeps of a report."""
    envelope = report.analysis.envelope
    signers = [check.domain or "" for check in report.authentication.dkim]
    domains = dict.fromkeys(filter(None, [envelope.from_domain or "", *signers]))
    bounces = report.bounces
    return Gist(
        severity=report.answer.severity.value,
        rank=_RANKS[report.answer.severity],
        headline=visible(report.answer.headline)[:_MOST],
        subject=visible(envelope.subject or "")[:_MOST],
        recipient=visible(bounces[0].recipient or "")[:_MOST] if bounces else "",
        sender=sender_of(report)[:_MOST],
        from_=visible(envelope.from_ or "")[:_MOST],
        domain=visible(envelope.from_domain or "")[:_MOST],
        domains=visible(" ".join(domains))[:_MOST],
        categories=" ".join(dict.fromkeys(bounce.category for bounce in bounces)),
        phases=" ".join(dict.fromkeys(bounce.phase.value for bounce in bounces)),
        findings=sys.intern(" ".join(dict.fromkeys(finding.id for finding in report.findings))),
        kind=report.analysis.specimen.kind.value,
        when=envelope.date.timestamp() if envelope.date else 0.0,
        cause=cause_of(report),
        problem=report.answer.severity in (Severity.CRITICAL, Severity.WARNING),
    )


def cause_of(report: Report) -> str:
    """What a message is grouped by: why it bounced, or else its loudest finding."""
    if report.bounces:
        return f"{report.bounces[0].manner}: {report.bounces[0].category.replace('_', ' ')}"
    if not report.findings:
        return "nothing found"
    return _general(report.findings[0].id)


@lru_cache(maxsize=1_000)
def _general(finding: str) -> str:
    """A finding's title with … for what differs from message to message."""
    known = all_words().get(finding)
    if known is None:
        return finding
    parts = (literal + ("…" if name is not None else "") for literal, name, _, _ in Formatter().parse(known.title))
    return "".join(parts)


def case_key(number: int) -> str:
    """By what a case's row is known."""
    return f"case:{number}"


def case_row(case: Case, *, marked: bool = False) -> Row:
    """Two lines: severity, subject; sender, answer."""
    key = case_key(case.number)
    folder, _, name = visible(case.name).rstrip("/").rpartition("/")
    if case.trouble:
        why = (Piece(visible(case.trouble), Tone.DIM),)
        return Row("✗", "CANNOT READ", Tone.BAD, name, why, marked=marked, key=key)
    gist = case.gist
    if gist is None:
        waits = (Piece(f"not examined yet{f', in {folder}' if folder else ''}", Tone.DIM),)
        return Row("…", "WAITING ", Tone.DIM, name, waits, marked=marked, key=key)
    glyph, word, tone = severity_mark(Severity(gist.severity))
    answer = Piece(gist.headline, Tone.DIM)
    return Row(
        glyph,
        f"{word:<8}",
        tone,
        title_of(case),
        # a bounce's author is a machine's name; the answer names the recipient
        (answer,) if gist.recipient or not gist.sender else (Piece(f"{gist.sender}  "), answer),
        (answer,)
        if not gist.domain or gist.recipient or gist.domain in gist.headline
        else (Piece(f"{gist.domain}  "), answer),
        marked=marked,
        key=key,
    )


def heading_row(title: str, severity_rank: int, number: int, *, folded: bool, key: str = "") -> Row:
    """The row above a group."""
    glyph, word, tone = (
        severity_mark(tuple(Severity)[severity_rank]) if severity_rank < len(_RANKS) else ("…", "", Tone.DIM)
    )
    fold = "▸" if folded else "▾"
    return Row(
        fold,
        count(number, "message"),
        Tone.ACCENT,
        title,
        (Piece(f"{glyph} {word.lower()}", tone), Piece("  enter opens it" if folded else "  enter folds it", Tone.DIM)),
        heading=True,
        key=key,
    )


def title_of(case: Case) -> str:
    """The subject; for what has none the recipient of a bounce, or the name of its file."""
    gist = case.gist
    if gist is not None and gist.subject:
        return gist.subject
    if gist is not None and gist.recipient:
        return f"to {gist.recipient}"
    return visible(case.name).rstrip("/").rsplit("/", 1)[-1]


def sender_of(report: Report) -> str:
    """The author's address, or what stands where it should be."""
    envelope = report.analysis.envelope
    if envelope.authors:
        return visible(envelope.authors[0].spec or envelope.authors[0].display)
    return visible(envelope.from_ or "")


def facets(case: Case) -> dict[str, str]:
    """What a filter can ask for by name; all in lower case."""
    words = dict.fromkeys(FACETS, "") | {"path": visible(case.name)}
    if case.trouble:
        words["severity"] = "critical"
        words["answer"] = case.trouble
    gist = case.gist
    if gist is not None:
        words |= {
            "severity": gist.severity,
            "subject": gist.subject,
            "from": f"{gist.from_} {gist.sender}",
            "domain": gist.domains,
            "answer": gist.headline,
            "category": gist.categories,
            "phase": gist.phases,
            "finding": gist.findings,
            "cause": gist.cause,
            "kind": gist.kind,
        }
    return {name: value.casefold() for name, value in words.items()}


def all_text(case: Case) -> str:
    """Everything that a word of a filter may stand in, in lower case; every facet's text is in it."""
    gist = case.gist
    if gist is None:
        return f"{visible(case.name)}\n{case.trouble}\n{'critical' if case.trouble else ''}".casefold()
    parts = (
        visible(case.name), gist.severity, gist.subject, gist.from_, gist.sender, gist.domains, gist.headline,
        gist.categories, gist.phases, gist.findings, gist.cause, gist.kind, case.trouble,
    )  # fmt: skip
    return "\n".join(parts).casefold()


def kind_pieces(specimen: Specimen) -> Pieces:
    """What it was taken for, and whether that was a guess."""
    basis = visible(specimen.kind_basis) or ("guessed" if specimen.guessed else "as you said")
    return (Piece(specimen.kind.value, strong=True), Piece(f" ({basis})", Tone.DIM))


def title_bar(case: Case | None, specimen: Specimen | None, place: int, total: int, depth: int) -> Pieces:
    """The left end of the top bar."""
    if case is None:
        return (Piece(" mailscope", strong=True),)
    pieces = [Piece(" mailscope", strong=True), Piece(f" {place + 1:,}/{total:,}" if total > 1 else "", Tone.DIM)]
    if depth:
        pieces.append(Piece(" message returned in", Tone.WARN))
    pieces.append(Piece(f" {visible(case.name.rsplit('/', 1)[-1])}"))
    if specimen is not None and not depth:
        pieces.append(Piece("  "))
        pieces.extend(kind_pieces(specimen))
    return tuple(pieces)
