"""The part of the outline that takes signatures apart: coverage, proofs, the change that broke one, replay."""

from itertools import groupby

from mailscope.amounts import count
from mailscope.dkim.coverage import BodyCover, Coverage, Repeated
from mailscope.export.blocks import Block, Item, Pairs, Paragraph, Table
from mailscope.export.wording import safe
from mailscope.findings.forensics_rules import causes_text
from mailscope.forensics.added import Unvouched, Writer
from mailscope.forensics.diagnosis import Diagnosis, DiffLine, Mark
from mailscope.forensics.examine import Forensics
from mailscope.forensics.inject import InjectionProof
from mailscope.forensics.replay import Replay
from mailscope.report import Report
from mailscope.schema.dkim import signature_labels

_SIGNATURES = 6
"""Signatures with a column of their own."""
_DIFF = 60
_MARKS = {Mark.SIGNED: "signed", Mark.NOW: "now", Mark.SAME: "", Mark.PLACE: "at"}
_WRITERS = {
    Writer.TRANSPORT: "The hosts that carry mail write it after signing, and it is right that it is not signed.",
    Writer.LIST: "What mailing lists add on the way.",
    Writer.GATEWAY: "What filters and gateways add on the way.",
    Writer.UNKNOWN: "The sender or anybody on the way may have written it.",
}
"""Who writes fields that no signature vouches for, where it is nothing odd."""
_BODY = {
    BodyCover.WHOLE: "the whole body",
    BodyCover.NOTHING: "nothing of the body (l=0)",
    BodyCover.UNKNOWN: "unknown: the body is not at hand",
}


def fields_blocks(report: Report, most: int) -> tuple[Block, ...]:
    """Each header field with what every signature does for it, as a table; nothing where there is no signature."""
    auth = report.authentication
    fields = report.analysis.message.fields
    coverage = auth.coverage[:_SIGNATURES]
    if not coverage or not fields:
        return ()
    labels = signature_labels(auth.dkim)
    why = _whys(auth.forensics)
    rows = [
        (
            safe(field.name, "no field"),
            *(str(each.fields[field.index]) if field.index < len(each.fields) else "" for each in coverage),
            _who(why.get(field.index)),
        )
        for field in fields[:most]
    ]
    heads = (
        "Field",
        *(f"Signature {number}" for number in range(1, len(coverage) + 1)),
        "Who wrote what is not signed",
    )
    legend = "; ".join(f"signature {number} is {safe(label)}" for number, label in enumerate(labels[:_SIGNATURES], 1))
    blocks: list[Block] = [
        Paragraph(f"Topmost first: {legend}. A signature vouches for nothing while it does not pass."),
        Table(heads, _gathered(rows)),
        Pairs(tuple((str(writer), told) for writer, told in _WRITERS.items() if any(r[-1] == writer for r in rows))),
    ]
    if len(fields) > most:
        blocks.append(Paragraph(f"And {count(len(fields) - most, 'more field')}; the JSON export holds all of them."))
    if len(auth.coverage) > _SIGNATURES:
        blocks.append(Paragraph(f"And {count(len(auth.coverage) - _SIGNATURES, 'more signature')}."))
    return tuple(blocks)


def _who(outside: Unvouched | None) -> str:
    """Who wrote a field that no signature vouches for: a word that is explained below the table, or why it is odd."""
    if outside is None:
        return ""
    return outside.writer.value if outside.writer in _WRITERS else f"{outside.writer}: {safe(outside.why)}"


def _gathered(rows: list[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Neighbours that say the same in one row, with their number."""
    gathered = ((row, sum(1 for _ in same)) for row, same in groupby(rows))
    return tuple((f"{row[0]} ({number})" if number > 1 else row[0], *row[1:]) for row, number in gathered)


def forensics_blocks(report: Report) -> tuple[Block, ...]:
    """Each signature taken apart, then the signatures of an attached original."""
    auth = report.authentication
    blocks: list[Block] = []
    for place, (check, label) in enumerate(zip(auth.dkim, signature_labels(auth.dkim), strict=True)):
        coverage = next((each for each in auth.coverage if each.index == check.index), None)
        told = _taken_apart(auth.forensics, place, coverage)
        if told:
            blocks.append(Item(safe(label), told))
    inside = (
        Item(f"{safe(each.check.name)}, on the attached original", diagnosis_blocks(each.diagnosis))
        for each in auth.forensics.wrapped
    )
    return (*blocks, *inside)


def diagnosis_blocks(diagnosis: Diagnosis) -> tuple[Block, ...]:
    """What broke a signature, with the difference as a table."""
    state = "proved: undoing it makes the signature verify" if diagnosis.undone else "not undone"
    rows = [
        ("Broken", {"header": "the header", "body": "the body", "both": "header and body"}[diagnosis.part]),
        ("Broken by", f"{causes_text(diagnosis)} ({state})" if diagnosis.causes else "not found"),
        ("Fields", ", ".join(diagnosis.fields)),
        ("In detail", diagnosis.detail),
        ("Who may have done it", diagnosis.by),
        ("Tried", f"{diagnosis.tried:,} changed messages{', until the time was up' if diagnosis.cut_short else ''}"),
    ]
    pairs = Pairs(tuple((label, safe(value)) for label, value in rows if value))
    return (pairs, _diff(diagnosis.diff)) if diagnosis.diff else (pairs,)


def _diff(lines: tuple[DiffLine, ...]) -> Table:
    return Table(
        ("", "Line"), tuple((_MARKS[line.mark], safe(line.text, "")) for line in lines[:_DIFF]), is_difference=True
    )


def _taken_apart(forensics: Forensics, place: int, coverage: Coverage | None) -> tuple[Block, ...]:
    blocks: list[Block] = []
    if coverage is not None:
        blocks.append(_covers(coverage))
    if place < len(forensics.diagnoses) and (diagnosis := forensics.diagnoses[place]) is not None:
        blocks.append(Item("The change that broke it", diagnosis_blocks(diagnosis)))
    if place < len(forensics.proofs) and (proofs := forensics.proofs[place]):
        blocks.append(_proofs(proofs))
    if place < len(forensics.replay) and (replay := forensics.replay[place]) is not None:
        blocks.append(_replay(replay))
    return tuple(blocks)


def _covers(coverage: Coverage) -> Pairs:
    body = _BODY.get(coverage.body)
    if body is None:
        body = f"the first {coverage.body_signed or 0:,} bytes (l=)"
        body += (
            f"; {coverage.body_unsigned:,} more are not signed" if coverage.body_unsigned else ", and more can follow"
        )
    rows = [
        ("Signed", ", ".join(coverage.signed)),
        ("Sealed", ", ".join(coverage.sealed)),
        ("Not signed", ", ".join(coverage.unsigned)),
        ("Absent, and can be added", ", ".join(coverage.absent)),
        *(("Several", _repeated(each)) for each in coverage.repeated[:20]),
        ("Body", body),
    ]
    return Pairs(tuple((label, safe(value)) for label, value in rows if value))


def _repeated(each: Repeated) -> str:
    picked = ", ".join(str(each.fields.index(place) + 1) for place in each.picked) or "none"
    said = (
        f"{len(each.fields)} times {each.name}; the signature means number {picked} from the top, readers see the first"
    )
    return said + (", which is not signed" if each.deceives else "")


def _proofs(proofs: tuple[InjectionProof, ...]) -> Item:
    rows = tuple((safe(proof.what), safe(proof.domain), safe(proof.effect)) for proof in proofs)
    return Item("Proved: these changed messages still pass", (Table(("Change", "Passes as", "What it does"), rows),))


def _replay(replay: Replay) -> Item:
    rows = tuple(
        (reason.word.replace("-", " ").capitalize().replace("Spf", "SPF"), safe(reason.text))
        for reason in replay.reasons
    )
    return Item(f"Replay: {replay.level}", (Pairs(rows),) if rows else ())


def _whys(forensics: Forensics) -> dict[int, Unvouched]:
    """By Field.index: who probably wrote a field that a signature does not vouch for, and why that is thought."""
    found: dict[int, Unvouched] = {}
    for outside in forensics.unvouched:
        for each in outside:
            found.setdefault(each.field_index, each)
    return found
