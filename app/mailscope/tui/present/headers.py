"""Every header field with what a signature does for it in the gutter."""

from mailscope.dkim.coverage import Coverage, Covered
from mailscope.dkim.verdicts import DkimCheck
from mailscope.mail.decode import shown
from mailscope.mail.field import Field, Span
from mailscope.report import Report
from mailscope.tui.present.wording import Detail, Page, count, cut_text, joined, raw_text, text, verdict_pieces
from mailscope.verdict import Verdict
from mailscope.visible import visible
from mailscope_widgets import Block, Gap, Item, Margin, Pairs, Para, Piece, Pieces, Rule, Tone, para, words

_MARKS = {
    Covered.SIGNED: ("█", "signed", Tone.GOOD),
    Covered.SEALED: ("█", "sealed", Tone.GOOD),
    Covered.UNSIGNED: ("░", "unsigned", Tone.DIM),
    Covered.ADDED: ("▲", "ADDED", Tone.BAD),
    Covered.SIGNATURE: ("§", "this one", Tone.ACCENT),
}
_MEANING = {
    Covered.SIGNED: "vouched for; another field of this name could be added unnoticed",
    Covered.SEALED: "vouched for, and none of this name can be added",
    Covered.UNSIGNED: "not vouched for: anyone on the way may have written it",
    Covered.ADDED: "added after signing: the signature vouches for another field of this name below",
    Covered.SIGNATURE: "the signature itself",
}
_TRACE = frozenset({"received", "return-path", "delivered-to", "authentication-results", "x-received"})
_FIELD_TEXT = 1_500
"""Characters of one field on the page; its detail and the raw view have more."""


def headers_page(report: Report, signature: int = 0, *, raw: bool = False, lit: tuple[Span, ...] = ()) -> Page:
    """The header block by the light of one signature; raw shows the bytes, else fields are decoded."""
    message = report.analysis.message
    auth = report.authentication
    signature = signature % len(auth.dkim) if auth.dkim else 0
    coverage = auth.coverage[signature] if signature < len(auth.coverage) else None
    check = auth.dkim[signature] if auth.dkim else None
    blocks: list[Block] = [*_legend(check, signature, len(auth.dkim), raw=raw), Gap()]
    blocks += [
        Item(f"field:{field.index}", (_field(field, coverage, check, lit, raw=raw),)) for field in message.fields
    ]
    if not message.fields:
        blocks.append(para("There are no header fields here.", Tone.DIM))
    if message.truncated_fields:
        blocks.append(
            para("▲ The header block is longer than what is taken apart; the last entry holds the rest.", Tone.WARN)
        )
    return Page(tuple(blocks), lambda key: _detail(report, key))


def _legend(check: DkimCheck | None, place: int, total: int, *, raw: bool) -> list[Block]:
    form = "as bytes" if raw else "decoded"
    how = Piece(f"Fields {form} (d: {'decoded' if raw else 'as bytes'})", Tone.DIM)
    if check is None:
        return [Para((Piece("No signature: ", strong=True), Piece("nobody vouches for any field. "), how))]
    name = Piece(visible(check.name), strong=True)
    head = Piece(f"Signature {place + 1} of {total} " if total > 1 else "Signature ", Tone.DIM)
    more = Piece(" · s: the next one" if total > 1 else "", Tone.DIM)
    lines: list[Block] = [Para(joined([(head, name, Piece(" "), *verdict_pieces(check.result)), (how, more)]))]
    if check.result is not Verdict.PASS:
        lines.append(para("It does not pass, so the marks tell what it covered and prove nothing.", Tone.WARN))
    return lines


def _field(
    field: Field, coverage: Coverage | None, check: DkimCheck | None, lit: tuple[Span, ...], *, raw: bool
) -> Margin:
    covered = coverage.fields[field.index] if coverage and field.index < len(coverage.fields) else None
    glyph, word, tone = _mark(field, covered)
    if check is not None and check.result is not Verdict.PASS and tone is Tone.GOOD:
        tone = Tone.DIM
    loud = covered is Covered.ADDED or field.malformed
    pointed = any(span.start < field.span.stop and field.span.start < span.stop for span in lit)
    pin = Piece("▶ " if pointed else "", Tone.ACCENT, strong=True)
    if raw:
        lines = _lines(field)
        body = Para((pin, Piece(cut_text(lines, _FIELD_TEXT), tone if loud else Tone.PLAIN)))
    else:
        name = Piece(f"{visible(field.name)}: " if field.name else "", tone if loud else Tone.ACCENT, strong=True)
        value = visible(shown(field).replace("\t", " ").strip())
        body = Para((pin, name, Piece(cut_text(value, _FIELD_TEXT), tone if loud else Tone.PLAIN)), 2)
    if coverage is None and not field.malformed:
        return Margin((), (body,))
    gutter = (Piece(f"{glyph} {word:<9}", tone, strong=loud),)
    return Margin(gutter, (body,), words(f"{glyph} ", tone))


def _lines(field: Field) -> str:
    """The field's bytes, a line each, without line ends: the raw view names those that are unusual."""
    return "\n".join(raw_text(line) for line in field.raw.splitlines())


def _mark(field: Field, covered: Covered | None) -> tuple[str, str, Tone]:
    if field.malformed:
        return "✗", "NO FIELD", Tone.BAD
    if covered is None:
        return "·", "", Tone.DIM
    if covered is Covered.UNSIGNED and field.key in _TRACE:
        return "░", "trace", Tone.DIM
    return _MARKS[covered]


def _detail(report: Report, key: str) -> Detail | None:
    kind, _, number = key.partition(":")
    if kind != "field":
        return None
    field = report.analysis.message.fields[int(number)]
    rows: list[tuple[str, Pieces]] = [
        ("Name", text(field.name, missing="none: this line is no header field")),
        ("Place", words(f"{field.index + 1} from the top, bytes {field.span.start:,} to {field.span.stop:,}")),
        ("Size", words(count(len(field.raw), "byte"))),
    ]
    marks: list[Block] = []
    for check, coverage in zip(report.authentication.dkim, report.authentication.coverage, strict=False):
        if field.index < len(coverage.fields):
            covered = coverage.fields[field.index]
            glyph, word, tone = _MARKS[covered]
            name = Piece(f"{visible(check.name)} ", Tone.PLAIN)
            marks.append(Para((name, Piece(f"{glyph} {word}: ", tone), Piece(_MEANING[covered], Tone.DIM)), 2))
    if marks:
        marks.insert(0, Rule(words("what the signatures do for it", Tone.LABEL)))
        marks.insert(0, Gap())
    blocks: list[Block] = [Pairs(tuple(rows)), *marks, Gap(), Rule(words("as people read it", Tone.LABEL))]
    blocks.append(Para(text(cut_text(shown(field).replace("\t", " ").strip(), 8_000), missing="nothing")))
    blocks += [
        Gap(),
        Rule(words("its bytes", Tone.LABEL)),
        Para(words(cut_text(_lines(field), 8_000), Tone.DIM)),
    ]
    return Detail(text(field.name, strong=True, missing="No field"), tuple(blocks), (field.span,))
