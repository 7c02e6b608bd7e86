"""Every header field with what a signature does for it in the gutter."""

from collections import Counter
from dataclasses import dataclass

from mailscope.amounts import count
from mailscope.dkim.coverage import Coverage, Covered, Weight, weight_of
from mailscope.dkim.verdicts import DkimCheck
from mailscope.forensics.added import Unvouched, Writer
from mailscope.mail.decode import shown
from mailscope.mail.field import Field, Span
from mailscope.report import Report
from mailscope.tui.present.dkim import body_words
from mailscope.tui.present.wording import (
    Detail,
    Page,
    cut_text,
    joined,
    raw_text,
    text,
    touched,
    verdict_pieces,
)
from mailscope.verdict import Verdict
from mailscope.visible import visible
from mailscope_widgets import Block, Gap, Item, Margin, Pairs, Para, Piece, Pieces, Rule, Tone, para, words

_MARKS = {
    Covered.SIGNED: ("▓", "signed", Tone.GOOD),
    Covered.SEALED: ("█", "sealed", Tone.GOOD),
    Covered.UNSIGNED: ("░", "unsigned", Tone.DIM),
    Covered.ADDED: ("▲", "ADDED", Tone.WARN),
    Covered.SIGNATURE: ("§", "this one", Tone.ACCENT),
}
_WRITERS = {
    Writer.INJECTED: ("‼", "INJECTED", Tone.BAD),
    Writer.LIST: ("≡", "list", Tone.DIM),
    Writer.GATEWAY: ("≡", "gateway", Tone.DIM),
    Writer.TRANSPORT: ("≡", "transport", Tone.DIM),
    Writer.REPEATED: ("▲", "repeated", Tone.WARN),
}
"""Who wrote a field that is not vouched for, where that can be told."""
_MEANING = {
    Covered.SIGNED: "vouched for; another field of this name could be added unnoticed",
    Covered.SEALED: "vouched for, and none of this name can be added",
    Covered.UNSIGNED: "not vouched for: anyone on the way may have written it",
    Covered.ADDED: "added after signing: the signature vouches for another field of this name below",
    Covered.SIGNATURE: "the signature itself",
}
_SHOWN = 3_000
"""Fields on the page; real messages have a tenth of that."""
_FIELD_TEXT = 1_500
"""Characters of one field on the page; its detail and the raw view have more."""


@dataclass(frozen=True, slots=True)
class _Light:
    """By what the fields are looked at: one signature, what it covers, who wrote the rest, and the evidence."""

    check: DkimCheck | None
    coverage: Coverage | None
    writers: dict[int, Unvouched]
    lit: tuple[Span, ...]

    @property
    def passes(self) -> bool:
        """Whether the signature proves anything."""
        return self.check is not None and self.check.result is Verdict.PASS

    def mark(self, field: Field) -> tuple[str, str, Tone]:
        """Glyph, word and tone of a field's gutter."""
        if field.malformed:
            return "✗", "NO FIELD", Tone.BAD
        if self.coverage is None or field.index >= len(self.coverage.fields):
            return "·", "", Tone.DIM
        covered = self.coverage.fields[field.index]
        written = self.writers.get(field.index)
        if written is not None and written.writer in _WRITERS:
            return _WRITERS[written.writer]
        weight = weight_of(field.key)
        if covered is Covered.UNSIGNED and weight is Weight.TRACE:
            return _WRITERS[Writer.TRANSPORT]
        if covered is Covered.UNSIGNED and weight in (Weight.AUTHOR, Weight.SHOWN):
            return "░", "UNSIGNED", Tone.WARN
        glyph, word, tone = _MARKS[covered]
        return glyph, word, Tone.DIM if tone is Tone.GOOD and not self.passes else tone


def headers_page(report: Report, signature: int = 0, *, raw: bool = False, lit: tuple[Span, ...] = ()) -> Page:
    """The header block by the light of one signature; raw shows the bytes, else fields are decoded."""
    message = report.analysis.message
    light = _light(report, signature, lit)
    blocks: list[Block] = [*_legend(report, light, signature, raw=raw), Gap()]
    shown_fields = message.fields[:_SHOWN]
    blocks += [Item(f"field:{field.index}", (_field(field, light, raw=raw),)) for field in shown_fields]
    if len(message.fields) > _SHOWN:
        blocks.append(
            para(f"▲ {count(len(message.fields) - _SHOWN, 'further field')}: the raw view has them.", Tone.WARN)
        )
    if not message.fields:
        blocks.append(para("There are no header fields here.", Tone.DIM))
    if message.truncated_fields:
        blocks.append(
            para("▲ The header block is longer than what is taken apart; the last entry holds the rest.", Tone.WARN)
        )
    return Page(tuple(blocks), lambda key: _detail(report, key))


def _light(report: Report, signature: int, lit: tuple[Span, ...]) -> _Light:
    auth = report.authentication
    place = signature % len(auth.dkim) if auth.dkim else 0
    check = auth.dkim[place] if auth.dkim else None
    coverage = auth.coverage[place] if place < len(auth.coverage) else None
    told = auth.forensics.unvouched[place] if place < len(auth.forensics.unvouched) else ()
    return _Light(check, coverage, {each.field_index: each for each in told}, lit)


def _legend(report: Report, light: _Light, signature: int, *, raw: bool) -> list[Block]:
    """Which signature, whether it proves anything, how much it covers, and the keys that change the view."""
    form = "as bytes" if raw else "decoded"
    how = Piece(f"fields {form} (d: {'decoded' if raw else 'as bytes'})", Tone.DIM)
    total = len(report.authentication.dkim)
    check = light.check
    if check is None:
        return [Para((Piece("No signature: ", strong=True), Piece("nobody vouches for any field. "), how))]
    name = Piece(visible(check.name), strong=True)
    head = Piece(f"Signature {signature % total + 1} of {total} " if total > 1 else "Signature ", Tone.DIM)
    more = Piece(" · s: the next one" if total > 1 else "", Tone.DIM)
    lines: list[Block] = [Para(joined([(head, name, Piece(" "), *verdict_pieces(check.result)), (how, more)]))]
    if check.result is not Verdict.PASS:
        lines.append(para("It does not pass: the marks tell what it covered, and prove nothing.", Tone.WARN))
    if light.coverage is not None:
        marks = [light.mark(field) for field in report.analysis.message.fields]
        strip = Para(tuple(Piece(glyph, tone, strong=word.isupper()) for glyph, word, tone in marks[:400]))
        counted = Counter(marks)
        told = [words(f"{glyph}\u00a0{counted[glyph, word, tone]}\u00a0{word}", tone, strong=word.isupper())
                for glyph, word, tone in counted if word]  # fmt: skip
        lines += [strip, Para(joined([*told, body_words(light.coverage)]))]
    return lines


def _field(field: Field, light: _Light, *, raw: bool) -> Margin:
    glyph, word, tone = light.mark(field)
    loud = tone in (Tone.BAD, Tone.WARN) and word.isupper() and word != "UNSIGNED"
    pointed = touched(field.span, light.lit)
    pin = Piece("▶ " if pointed else "", Tone.ACCENT, strong=True)
    if raw:
        lines = _lines(field)
        body = Para((pin, Piece(cut_text(lines, _FIELD_TEXT), tone if loud else Tone.PLAIN, strong=loud)))
    else:
        name = Piece(f"{visible(field.name)}: " if field.name else "", tone if loud else Tone.ACCENT, strong=True)
        value = visible(shown(field).replace("\t", " ").strip())
        body = Para((pin, name, Piece(cut_text(value, _FIELD_TEXT), tone if loud else Tone.PLAIN, strong=loud)), 2)
    if light.coverage is None and not field.malformed:
        return Margin((), (body,))
    gutter = (Piece(f"{glyph} {word:<9} ", tone, strong=word.isupper()),)
    return Margin(gutter, (body,), words(f"{glyph} ", tone))


def _lines(field: Field) -> str:
    """The field's bytes, a line each, without line ends: the raw view names those that are unusual."""
    return "\n".join(raw_text(line) for line in field.raw.splitlines())


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
    why = dict.fromkeys(
        (each.writer.value, each.why)
        for outside in report.authentication.forensics.unvouched
        for each in outside
        if each.field_index == field.index
    )
    for writer, told in why:
        marks.append(Para((Piece(f"{visible(writer)}: ", Tone.LABEL), *text(told)), 2))
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
