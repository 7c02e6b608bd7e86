"""What forensics found: proofs, diagnosis, replay, who wrote what is not signed."""

from mailscope.dkim.coverage import Coverage
from mailscope.forensics.added import Unvouched, Writer
from mailscope.forensics.diagnosis import Diagnosis
from mailscope.forensics.examine import Forensics
from mailscope.forensics.inject import InjectionProof
from mailscope.forensics.replay import Replay
from mailscope.mail.message import Message
from mailscope.schema.plain import Json


def forensics_dict(forensics: Forensics, place: int, message: Message) -> Json:
    """What forensics found about the signature at this place among the checks."""
    proofs = forensics.proofs[place] if place < len(forensics.proofs) else ()
    diagnosis = forensics.diagnoses[place] if place < len(forensics.diagnoses) else None
    replay = forensics.replay[place] if place < len(forensics.replay) else None
    outside = forensics.unvouched[place] if place < len(forensics.unvouched) else ()
    return {
        "proofs": [_proof(proof) for proof in proofs],
        "diagnosis": diagnosis_dict(diagnosis),
        "replay": _replay(replay),
        "injected": [_injected(each, message) for each in outside if each.writer is Writer.INJECTED],
    }


def coverage_dict(coverage: Coverage | None) -> Json:
    """What a signature covers, beyond the word for each field."""
    if coverage is None:
        return {"sealed_headers": [], "absent_headers": [], "repeated_headers": [], "body_coverage": None}
    return {
        "sealed_headers": list(coverage.sealed),
        "absent_headers": list(coverage.absent),
        "repeated_headers": [
            {"name": each.name, "fields": list(each.fields), "picked": list(each.picked), "shown": each.shown}
            for each in coverage.repeated
        ],
        "body_coverage": {
            "word": coverage.body,
            "signed": coverage.body_signed,
            "unsigned": coverage.body_unsigned,
        },
    }


def writers(forensics: Forensics, labels: tuple[str, ...]) -> dict[int, Json]:
    """By Field.index, for each signature (by label) that does not vouch for the field: who probably wrote it."""
    found: dict[int, Json] = {}
    for label, outside in zip(labels, forensics.unvouched, strict=False):
        for each in outside:
            found.setdefault(each.field_index, {})[label] = each.writer
    return found


def diagnosis_dict(diagnosis: Diagnosis | None) -> Json | None:
    """What broke a signature, or None."""
    if diagnosis is None:
        return None
    return {
        "part": diagnosis.part,
        "causes": list(diagnosis.causes),
        "fields": list(diagnosis.fields),
        "detail": diagnosis.detail,
        "undone": diagnosis.undone,
        "header_undone": diagnosis.header_undone,
        "body_undone": diagnosis.body_undone,
        "by": diagnosis.by or None,
        "diff": [{"mark": line.mark, "text": line.text} for line in diagnosis.diff],
        "tried": diagnosis.tried,
        "cut_short": diagnosis.cut_short,
    }


def _proof(proof: InjectionProof) -> Json:
    return {
        "what": proof.what,
        "field": proof.name,
        "added": proof.added.decode("utf-8", "replace"),
        "passes_as": proof.domain,
        "effect": proof.effect,
    }


def _replay(replay: Replay | None) -> Json | None:
    if replay is None:
        return None
    return {
        "level": replay.level,
        "reasons": [
            {"word": reason.word, "text": reason.text, "weight": reason.weight, "seen": reason.seen}
            for reason in replay.reasons
        ],
    }


def _injected(each: Unvouched, message: Message) -> Json:
    return {"field": each.field_index, "name": message.fields[each.field_index].name, "why": each.why}
