"""SPF as a card, and behind it the way through the record, its faults, and the same question at every hop."""

from collections.abc import Iterator

from mailscope.report import Report
from mailscope.spf.verdicts import Fault, Scope, SpfCheck, Term
from mailscope.tui.present.answers import answers, question_row
from mailscope.tui.present.cards import card_title, to_do
from mailscope.tui.present.stamps import Rows, stamp_rows
from mailscope.tui.present.wording import (
    Detail,
    cut_text,
    joined,
    known,
    stated,
    text,
    verdict_pieces,
    verdict_tone,
)
from mailscope.verdict import Verdict
from mailscope.visible import visible
from mailscope_widgets import Block, Card, Gap, Pairs, Para, Piece, Pieces, Rule, Tone, words

_TERMS = 200
_LIMIT = 10
"""Lookups that one evaluation may make (RFC 7208 section 4.6.4)."""
_QUALIFIERS = {"-": ("✗", Tone.BAD), "~": ("▲", Tone.WARN), "?": ("●", Tone.NOTE)}


def spf_card(report: Report) -> Card:
    """The verdict at the border, and what it would have been elsewhere."""
    check = report.authentication.spf
    if check is None:
        reason = report.border.basis or "no hop can be trusted, so no client address is known"
        rows = [("Because", text(reason)), *stamp_rows(report, "spf")]
        return Card(card_title("SPF", None, ()), (Pairs(tuple(rows), 9),), Tone.DIM)
    title = card_title("SPF", check.result, text(check.domain, strong=True, missing="no domain"))
    rows = [("Client", _client(check))]
    if check.mechanism:
        rows.append(("Decided", (*text(check.mechanism), Piece(_lookups(check), Tone.DIM))))
    if check.problem:
        rows.append(("Because", text(check.problem)))
    if check.explanation:
        rows.append(("They say", text(cut_text(check.explanation, 300))))
    rows += to_do(report, ("spf",))
    rows += [("Record", (Piece("▲ ", Tone.WARN), *text(fault.text, Tone.WARN))) for fault in check.faults[:4]]
    if len(check.faults) > 4:
        rows.append(("", words(f"and {len(check.faults) - 4} more (enter)", Tone.DIM)))
    rows += _elsewhere(report, check)
    rows += stamp_rows(report, "spf") + question_row(report, "spf")
    return Card(title, (Pairs(tuple(rows), 9),), verdict_tone(check.result))


def spf_detail(report: Report) -> Detail | None:
    """The numbers, the record with its faults, the tree, every hop, and what the DNS answered."""
    check = report.authentication.spf
    if check is None:
        return None
    rows = (
        ("Result", verdict_pieces(check.result)),
        ("Client", known(check.ip)),
        ("Greeting", known(check.helo)),
        ("Sender", known("<>" if check.mail_from == "" else check.mail_from)),
        ("Domain", known(check.domain)),
        ("Decided by", known(check.mechanism)),
        ("Lookups", _weight(check)),
        ("Void", _voids(check)),
        ("Problem", known(check.problem)),
    )
    blocks: list[Block] = [Pairs(stated(rows)), Gap(), Rule(words("the record", Tone.LABEL))]
    blocks.append(Para(text(check.record and cut_text(check.record), missing="none was found")))
    blocks += [_fault(fault, check.record) for fault in check.faults[:20]]
    if check.terms:
        blocks += [Gap(), Rule(words("the way through it", Tone.LABEL)), *_tree(check.terms)]
    if report.authentication.spf_by_hop:
        blocks += [Gap(), Rule(words("the same question at every hop", Tone.LABEL))]
        blocks.append(Pairs(tuple(_at_hop(each, check) for each in reversed(report.authentication.spf_by_hop))))
    blocks += answers(report, "spf")
    return Detail(words("SPF", strong=True), tuple(blocks))


def _client(check: SpfCheck) -> Pieces:
    who = {Scope.MAIL_FROM: "envelope sender ", Scope.HELO: "greeting name "}.get(check.scope or Scope.MAIL_FROM, "")
    identity = check.helo if check.scope is Scope.HELO else check.mail_from
    return (
        *text(check.ip, missing="no address"),
        Piece(f" for the {who}", Tone.DIM),
        *text(identity, missing="not known"),
    )


def _lookups(check: SpfCheck) -> str:
    if check.lookups is None:
        return ""
    needed = check.lookups_needed
    whole = f"; the whole record needs {needed}" if needed is not None and needed > check.lookups else ""
    return f"  ({check.lookups} of {_LIMIT} lookups{whole})"


def _elsewhere(report: Report, check: SpfCheck) -> Rows:
    """Hops at which the verdict would be another: where SPF would have passed tells where mail was forwarded."""
    others = [each for each in report.authentication.spf_by_hop if each.hop != check.hop and each.result is not None]
    passing = [each for each in others if each.result is Verdict.PASS]
    if not others:
        return []
    if check.result is not Verdict.PASS and passing:
        each = passing[0]
        place = (Piece(f"✓ would pass at hop {(each.hop or 0) + 1}", Tone.GOOD), Piece(" for "), *text(each.ip))
        return [("Elsewhere", (*place, Piece("  it was forwarded since (enter: every hop)", Tone.DIM)))]
    parts = [(Piece(f"hop {(each.hop or 0) + 1} ", Tone.DIM), *_quiet(each.result)) for each in others[:8]]
    return [("Elsewhere", joined([*parts, words("enter: why", Tone.DIM)]))]


def _quiet(result: Verdict | None) -> Pieces:
    """A result that is not the one that counts."""
    return tuple(Piece(piece.text.lower(), Tone.DIM) for piece in verdict_pieces(result))


def _weight(check: SpfCheck) -> Pieces | None:
    if check.lookups is None:
        return None
    made = Piece(f"{check.lookups} of {_LIMIT} allowed")
    if check.lookups_needed is None:
        return (made,)
    over = check.lookups_needed > _LIMIT
    tone = Tone.WARN if over else Tone.DIM
    word = f"▲ TOO MANY, {check.lookups_needed}" if over else str(check.lookups_needed)
    return (made, Piece(", and for a client that nothing matches ", Tone.DIM), Piece(word, tone))


def _voids(check: SpfCheck) -> Pieces | None:
    if check.void_lookups is None:
        return None
    names = f": {', '.join(visible(name) for name in check.void_names[:5])}" if check.void_names else ""
    return (Piece(f"{check.void_lookups} of 2 allowed"), Piece(names, Tone.DIM))


def _fault(fault: Fault, record: str | None) -> Para:
    where = ""
    if fault.at is not None and record is not None and fault.at < len(record):
        where = f"  at “{visible(record[fault.at : fault.at + 40].split()[0])}”" if record[fault.at :].split() else ""
    return Para((Piece("▲ ", Tone.WARN), *text(fault.text, Tone.WARN), Piece(where, Tone.DIM)), 2)


def _tree(terms: tuple[Term, ...]) -> Iterator[Block]:
    """A line a term, indented by the record it stands in; lookups are numbered as they count."""
    lookups = 0
    for place, term in enumerate(terms[:_TERMS]):
        lookups += term.counts
        glyph, tone = _outcome(term)
        indent = "│ " * min(term.depth, 10)
        decided = term.outcome == "match" and term.depth == 0
        pieces = [
            Piece(indent, Tone.DIM),
            Piece(f"{glyph} ", tone),
            *text(term.text, strong=decided),
        ]
        if term.target and term.target not in term.text:
            pieces.append(Piece(f" → {visible(term.target)}", Tone.DIM))
        pieces.append(Piece(f"  {visible(term.outcome or 'not told')}", tone if glyph != "·" else Tone.DIM))
        if term.counts:
            late = lookups > _LIMIT
            pieces.append(
                Piece(f"  lookup {lookups}" + (", beyond the limit" if late else ""), Tone.BAD if late else Tone.DIM)
            )
        if not place or terms[place - 1].depth < term.depth:
            pieces.append(Piece(f"  of {visible(term.domain)}" if term.domain else "", Tone.DIM))
        yield Para(tuple(pieces), 2 + len(indent))
    if len(terms) > _TERMS:
        yield Para(words(f"and {len(terms) - _TERMS} more terms", Tone.DIM))


def _outcome(term: Term) -> tuple[str, Tone]:
    """Glyph and tone: what a match of the record itself decides; inside an include only a pass decides anything."""
    if term.outcome in ("no match", "fail", "softfail", "neutral"):
        return "·", Tone.DIM
    if term.outcome not in ("match", "pass"):
        return "▲", Tone.WARN
    known = _QUALIFIERS.get(term.text[:1])
    if known is None:
        return "✓", Tone.GOOD
    return ("·", Tone.DIM) if term.depth else known


def _at_hop(each: SpfCheck, border: SpfCheck) -> tuple[str, Pieces]:
    label = "no hop" if each.hop is None else f"hop {each.hop + 1}"
    here = each.hop == border.hop
    pieces = [*verdict_pieces(each.result), Piece(" "), *text(each.ip, Tone.DIM, missing="no address")]
    if each.domain and each.domain != border.domain:
        pieces += [Piece(" for ", Tone.DIM), *text(each.domain)]
    if each.mechanism:
        pieces += [Piece(" by ", Tone.DIM), *text(each.mechanism, Tone.DIM)]
    if each.problem:
        pieces += [Piece("  "), *text(each.problem, Tone.DIM)]
    if here:
        pieces.append(Piece("  the border", Tone.ACCENT, strong=True))
    return label, tuple(pieces)
