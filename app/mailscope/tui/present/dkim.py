"""A signature as a card: whether it holds, what broke it, what it leaves open; the rest is behind it."""

from mailscope.amounts import count
from mailscope.dkim.coverage import BodyCover, Coverage
from mailscope.dkim.verdicts import DkimCheck
from mailscope.findings.forensics_rules import causes_text
from mailscope.forensics.diagnosis import Diagnosis
from mailscope.forensics.inject import InjectionProof
from mailscope.forensics.replay import Replay, ReplayLevel
from mailscope.report import Report
from mailscope.tui.present.answers import question_row
from mailscope.tui.present.cards import card_title, to_do
from mailscope.tui.present.stamps import Rows, signature_rows
from mailscope.tui.present.wording import joined, text, verdict_tone
from mailscope.visible import visible
from mailscope_widgets import Card, Pairs, Piece, Pieces, Tone, words

LEVELS = {
    ReplayLevel.LOW: ("✓", Tone.GOOD),
    ReplayLevel.ELEVATED: ("●", Tone.NOTE),
    ReplayLevel.HIGH: ("▲", Tone.WARN),
}
_BROKEN = {"header": "the header", "body": "the body", "both": "header and body"}


def dkim_card(report: Report, place: int) -> Card:
    """The signature at this place of the checks."""
    check = report.authentication.dkim[place]
    rows: Rows = []
    if check.problem:
        reason = f"{check.reason.value}: " if check.reason else ""
        rows.append(("Because", (Piece(reason, Tone.LABEL), *text(check.problem))))
    diagnosis = diagnosis_of(report, place)
    if diagnosis is not None:
        rows += broken_rows(diagnosis, " (enter: the difference)" if diagnosis.diff else "")
    rows += to_do(report, ("dkim", "forensics"), check.domain or "")
    rows.append(("Intact", joined([_kept("fields", check.signature_ok), _kept("body", check.body_hash_ok)])))
    rows.append(("Key", _key(check)))
    rows += [("Key", (Piece("▲ ", Tone.WARN), *text(note, Tone.WARN))) for note in check.key_notes[:3]]
    coverage = next((each for each in report.authentication.coverage if each.index == check.index), None)
    if coverage is not None:
        rows.append(("Vouches", _vouches(coverage)))
        if coverage.added:
            rows.append(("Added", words(f"▲ {_named(coverage.added)} above the signed one", Tone.BAD, strong=True)))
    rows += _open_rows(proofs_of(report, place), replay_of(report, place))
    rows += signature_rows(report, check)
    if check.key_name:
        rows += question_row(report, "dkim", check.key_name)
    title = card_title("DKIM", check.result, text(check.name, strong=True))
    return Card(title, (Pairs(tuple(rows), 9),), verdict_tone(check.result))


def broken_rows(diagnosis: Diagnosis, hint: str = "") -> Rows:
    """What was changed, and by whom, as far as that was found; the hint says where the difference is to be seen."""
    part = _BROKEN[diagnosis.part.value]
    if diagnosis.undone:
        said = (
            Piece("✓ PROVED  ", Tone.GOOD, strong=True),
            *text(causes_text(diagnosis)),
            Piece(f" in {part}: undoing it makes the signature verify{hint}", Tone.DIM),
        )
    elif diagnosis.causes:
        said = (
            Piece("● LIKELY  ", Tone.NOTE, strong=True),
            *text(causes_text(diagnosis)),
            Piece(f" in {part}; undoing it was not enough", Tone.DIM),
        )
    else:
        tried = f"none of {diagnosis.tried:,} changes that mail systems make mends it"
        early = ", and the time was up" if diagnosis.cut_short else ""
        said = (Piece("? NOT FOUND  ", Tone.DIM, strong=True), Piece(f"{part} was changed; {tried}{early}", Tone.DIM))
    rows: Rows = [("Broken by", said)]
    if diagnosis.by:
        rows.append(("By whom", text(diagnosis.by)))
    return rows


def diagnosis_of(report: Report, place: int) -> Diagnosis | None:
    """What broke the signature at this place."""
    found = report.authentication.forensics.diagnoses
    return found[place] if place < len(found) else None


def proofs_of(report: Report, place: int) -> tuple[InjectionProof, ...]:
    """The changed messages that still pass as this signature's."""
    found = report.authentication.forensics.proofs
    return found[place] if place < len(found) else ()


def replay_of(report: Report, place: int) -> Replay | None:
    """How easily the signature at this place can be sent again."""
    found = report.authentication.forensics.replay
    return found[place] if place < len(found) else None


def body_words(coverage: Coverage) -> Pieces:
    """How much of the body is vouched for."""
    match coverage.body:
        case BodyCover.WHOLE:
            return words("the whole body")
        case BodyCover.NOTHING:
            return words("▲ nothing of the body (l=0)", Tone.BAD)
        case BodyCover.PART:
            said = (
                f"▲ the first {coverage.body_signed or 0:,} bytes of the body (l=), not {coverage.body_unsigned:,} more"
            )
            return words(said, Tone.BAD)
        case BodyCover.OPEN:
            return words("▲ the body as it is, to which more can be appended (l=)", Tone.WARN)
        case _:
            return words("the body is not at hand", Tone.DIM)


def _vouches(coverage: Coverage) -> Pieces:
    fields = count(len(coverage.signed), "kind of field signed", "kinds of field signed")
    sealed = f", {len(coverage.sealed)} sealed against additions" if coverage.sealed else ""
    return joined([words(fields + sealed), body_words(coverage)])


def _open_rows(proofs: tuple[InjectionProof, ...], replay: Replay | None) -> Rows:
    """What can still be done with the message as it is."""
    rows: Rows = []
    if proofs:
        names = _named(tuple(dict.fromkeys(proof.name for proof in proofs)))
        said = f"▲ {count(len(proofs), 'changed copy', 'changed copies')} of it still pass: {names}"
        said = said.replace("copy of it still pass:", "copy of it still passes:")
        rows.append(("Proved", (Piece(said, Tone.WARN), Piece("  (p: save as .eml)", Tone.DIM))))
    if replay is not None:
        glyph, tone = LEVELS[replay.level]
        why = ", ".join(reason.word.replace("-", " ") for reason in replay.reasons[:3])
        rows.append(("Replay", (Piece(f"{glyph} {replay.level.upper()}", tone), Piece(f"  {why}", Tone.DIM))))
    return rows


def _key(check: DkimCheck) -> Pieces:
    said = " ".join(filter(None, (check.algorithm, f"{check.key_bits} bits" if check.key_bits else None)))
    pieces = list(text(said, missing="not read"))
    if check.key_bits and check.key_type == "rsa" and check.key_bits < 2048:
        pieces.append(Piece("  ▲ SHORT" if check.key_bits >= 1024 else "  ✗ TOO SHORT", Tone.WARN, strong=True))
    if check.key_testing:
        pieces.append(Piece("  ▲ in test mode (t=y)", Tone.WARN))
    if check.key_validated:
        pieces.append(Piece("  ✓ DNSSEC", Tone.GOOD))
    return tuple(pieces)


def _kept(what: str, ok: bool | None) -> Pieces:
    if ok is None:
        return (Piece(f"? {what} not computed", Tone.DIM),)
    return (Piece(f"✓ {what} as signed", Tone.GOOD),) if ok else (Piece(f"✗ {what} changed", Tone.BAD),)


def _named(names: tuple[str, ...]) -> str:
    told = ", ".join(visible(name) for name in names[:6])
    return told + (f" and {len(names) - 6} more" if len(names) > 6 else "")
