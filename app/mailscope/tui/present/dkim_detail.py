"""Behind a signature's card: the change that broke it, what can be added, how it can be replayed, its key and tags."""

from mailscope.amounts import duration
from mailscope.dkim.coverage import Coverage
from mailscope.dkim.hygiene import key_age
from mailscope.dkim.verdicts import DkimCheck
from mailscope.forensics.diagnosis import Diagnosis, DiffLine, Mark
from mailscope.forensics.inject import InjectionProof
from mailscope.forensics.replay import Replay
from mailscope.forensics.wrapped import WrappedSignature
from mailscope.mail.field import Span
from mailscope.report import Report
from mailscope.tui.present.answers import answers
from mailscope.tui.present.dkim import LEVELS, body_words, broken_rows, diagnosis_of, proofs_of, replay_of
from mailscope.tui.present.wording import (
    Detail,
    cut_text,
    known,
    moment,
    raw_text,
    stated,
    text,
    verdict_pieces,
)
from mailscope.verdict import Verdict
from mailscope.visible import visible
from mailscope_widgets import Block, Gap, Margin, Pairs, Para, Piece, Pieces, Rule, Tone, words

_DIFF = {
    Mark.SIGNED: ("- signed  ", Tone.BAD),
    Mark.NOW: ("+ now     ", Tone.GOOD),
    Mark.SAME: ("          ", Tone.DIM),
}


def dkim_detail(report: Report, place: int) -> Detail | None:
    """Everything about the signature at this place, what people look for first on top."""
    if place >= len(report.authentication.dkim):
        return None
    check = report.authentication.dkim[place]
    blocks: list[Block] = []
    diagnosis = diagnosis_of(report, place)
    if diagnosis is not None:
        blocks += _broken(diagnosis)
    if proofs := proofs_of(report, place):
        blocks += _proofs(proofs)
    replay = replay_of(report, place)
    if replay is not None:
        blocks += _replay(replay)
    coverage = next((each for each in report.authentication.coverage if each.index == check.index), None)
    if coverage is not None:
        blocks += _coverage(coverage)
    blocks += _key(report, check)
    blocks += [Gap(), Rule(words("the signature", Tone.LABEL)), Pairs(_tags(check))]
    if check.key_name:
        blocks += answers(report, "dkim", check.key_name)
    if isinstance(blocks[0], Gap):
        del blocks[0]
    fields = report.analysis.message.fields
    spans: tuple[Span, ...] = (fields[check.field_index].span,) if check.field_index < len(fields) else ()
    return Detail((Piece("DKIM  ", strong=True), *text(check.name, strong=True)), tuple(blocks), spans)


def wrapped_blocks(each: WrappedSignature) -> list[Block]:
    """A signature of a message inside, which an outer one was put around."""
    return [Pairs(tuple(broken_rows(each.diagnosis)), 9), *_diff(each.diagnosis.diff)]


def _broken(diagnosis: Diagnosis) -> list[Block]:
    blocks: list[Block] = [Gap(), Rule(words("what broke it", Tone.LABEL)), Pairs(tuple(broken_rows(diagnosis)), 9)]
    if diagnosis.detail:
        blocks.append(Para(text(diagnosis.detail, Tone.DIM)))
    return blocks + _diff(diagnosis.diff)


def _diff(lines: tuple[DiffLine, ...]) -> list[Block]:
    """What was signed against what is here; marked in words, since colour alone says nothing in a grey terminal."""
    blocks: list[Block] = []
    for line in lines:
        shown = raw_text(line.text.encode("utf-8", "surrogateescape")) if line.text else ""
        if line.mark is Mark.PLACE:
            blocks.append(Para((Piece("@ ", Tone.ACCENT), Piece(shown, Tone.ACCENT))))
        else:
            mark, tone = _DIFF[line.mark]
            blocks.append(Margin(words(mark, tone), (Para((Piece(shown, tone),)),), words(" " * len(mark))))
    return blocks


def _proofs(proofs: tuple[InjectionProof, ...]) -> list[Block]:
    head = (Piece("proved: these copies still pass as ", Tone.LABEL), *text(proofs[0].domain), Piece(" (p saves)"))
    blocks: list[Block] = [Gap(), Rule(head)]
    for proof in proofs:
        what = Piece(f"▲ {visible(proof.what)}", Tone.WARN)
        blocks.append(Para((what, Piece(f": {visible(proof.effect)}", Tone.DIM)), 2))
    return blocks


def _replay(replay: Replay) -> list[Block]:
    glyph, tone = LEVELS[replay.level]
    head = (Piece("replay to strangers: ", Tone.LABEL), Piece(f"{glyph} {replay.level.upper()}", tone, strong=True))
    blocks: list[Block] = [Gap(), Rule(head)]
    for reason in replay.reasons:
        mark = words("▲ seen  " if reason.seen else "· open  ", Tone.WARN if reason.seen else Tone.DIM)
        blocks.append(Margin(mark, (Para(text(reason.text)),), words("        ")))
    if not replay.reasons:
        blocks.append(Para(words("Nothing speaks for it.", Tone.DIM)))
    return blocks


def _coverage(cover: Coverage) -> list[Block]:
    rows: list[tuple[str, Pieces]] = [
        ("Signed", text(", ".join(cover.signed), missing="nothing")),
        ("Sealed", text(", ".join(cover.sealed), Tone.GOOD, missing="nothing: more of each can be added")),
        ("Not signed", text(cut_text(", ".join(cover.unsigned)), missing="none that matters")),
        ("Can be added", text(", ".join(cover.injectable), Tone.WARN, missing="none that a reader sees")),
        ("Added since", text(", ".join(cover.added), Tone.BAD, missing="none")),
        ("Body", body_words(cover)),
    ]
    for each in cover.repeated[:10]:
        tone = Tone.BAD if each.deceives else Tone.DIM
        picked = ", ".join(str(each.fields.index(place) + 1) for place in each.picked) or "none"
        seen = ", which is not signed" if each.deceives else ""
        said = f"stands {len(each.fields)} times: signed is number {picked} from the top, readers see the first{seen}"
        rows.append((visible(each.name), words(said, tone)))
    return [Gap(), Rule(words("what it vouches for", Tone.LABEL)), Pairs(tuple(rows))]


def _key(report: Report, check: DkimCheck) -> list[Block]:
    age = key_age(check, report.analysis.now)
    old = f"in use for {duration(age[0].total_seconds())} at least: {age[1]}" if age else None
    kind = " ".join(filter(None, (check.key_type, f"{check.key_bits} bits" if check.key_bits else None)))
    validated = {True: "yes", False: "no", None: None}[check.key_validated]
    rows = (
        ("Key at", known(check.key_name)),
        ("Kind", known(kind)),
        ("Age", known(old)),
        ("DNSSEC", known(validated)),
        ("SHA-256", known(check.key_fingerprint)),
    )
    blocks: list[Block] = [Gap(), Rule(words("its key", Tone.LABEL)), Pairs(stated(rows))]
    if check.key_testing:
        blocks.append(Para(words("▲ t=y: the signer asks to be treated as unsigned", Tone.WARN), 2))
    blocks += [Para((Piece("▲ ", Tone.WARN), *text(note, Tone.WARN)), 2) for note in check.key_notes]
    blocks += [Para((Piece("○ ", Tone.DIM), *text(note)), 2) for note in check.key_remarks]
    blocks.append(Para(text(check.key_record and cut_text(check.key_record), Tone.DIM, missing="no record was read")))
    return blocks


def _tags(check: DkimCheck) -> tuple[tuple[str, Pieces], ...]:
    size = "" if check.body_size is None else f" of {check.body_size:,}"
    body = "all of it" if check.body_length is None else f"{check.body_length:,}{size} bytes"
    atps = check.atps
    third = None
    if atps is not None:
        third = (*verdict_pieces(atps.result), Piece(f" for {visible(atps.domain)} "), *text(atps.problem, missing=""))
    made = {True: "by the published key, over other fields", False: "by another key", None: None}[check.made_with_key]
    failed = check.result is not Verdict.PASS
    rows = (
        ("Domain (d)", known(check.domain)),
        ("Selector (s)", known(check.selector)),
        ("For (i)", known(check.identity)),
        ("Method (a)", known(check.algorithm)),
        ("Form (c)", known("/".join(check.canonicalization))),
        ("Signed (t)", words(moment(check.signed_at)) if check.signed_at else None),
        ("Expires (x)", words(moment(check.expires_at)) if check.expires_at else None),
        ("Body (l)", words(body)),
        ("Body hash", known(check.body_hash_stated)),
        ("computed", known(check.body_hash_computed)),
        ("Fields (h)", known(cut_text(" ".join(check.signed_headers)))),
        ("Made", known(made) if failed else None),
        ("ATPS", third),
        ("dkimpy says", verdict_pieces(check.second_opinion) if check.second_opinion else None),
    )
    lines = (
        [("Line ends", words("mended: verified as the CRLF message it was", Tone.NOTE))]
        if check.line_ends_mended
        else []
    )
    return stated((*rows, *lines))
