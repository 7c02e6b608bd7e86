"""What the forensics of signatures come to: proofs, causes, replay, and the attached original."""

from collections.abc import Iterator

from mailscope.analysis import Analysis
from mailscope.dkim.verdicts import DkimCheck
from mailscope.findings.finding import Evidence, Finding
from mailscope.findings.words import computed, difference, field_evidence, find
from mailscope.forensics.diagnosis import Diagnosis, Mark
from mailscope.forensics.inject import InjectionProof
from mailscope.forensics.replay import Replay, ReplayLevel
from mailscope.mail.message import Message
from mailscope.specimen import Kind

_DIFF_LINES = 6
"""Lines of a difference that stand as evidence; the report's section on the signature shows more."""
_CAUSES = {
    "subject-tag": "a tag in the Subject", "footer": "a footer", "banner": "a banner",
    "from-rewritten": "a From written anew", "address-rewritten": "addresses or links written anew",
    "header-added": "a field that was added", "header-removed": "a field that was taken out",
    "header-replaced": "a field with another value", "header-refolded": "fields folded or spaced another way",
    "header-recoded": "encoded words written anew", "mime-rewritten": "a MIME structure written anew",
    "recoded": "another transfer encoding", "charset-converted": "another charset", "whitespace": "other white space",
    "line-endings": "other line ends", "line-wrapped": "broken long lines", "from-escaped": "“>From” quoting",
    "truncated": "an end that was cut off", "attachment-removed": "an attachment that was taken out",
    "wrapped": "another message around it",
}  # fmt: skip
"""Each cause of a diagnosis in words that go on a sentence."""


def forensics_rules(analysis: Analysis) -> Iterator[Finding]:
    """One finding for each proof, diagnosis, risk of replay and attached original."""
    if analysis.specimen.kind is not Kind.MESSAGE:
        return
    auth = analysis.authentication
    forensics = auth.forensics
    for check, diagnosis in zip(auth.dkim, forensics.diagnoses, strict=False):
        if diagnosis is not None:
            yield _diagnosed(check, diagnosis, analysis.message)
    for check, proofs in zip(auth.dkim, forensics.proofs, strict=False):
        if proofs:
            yield _proved(check, proofs)
    for check, replay in zip(auth.dkim, forensics.replay, strict=False):
        if replay is not None and replay.level is not ReplayLevel.LOW:
            yield _replayed(check, replay)
    for each in forensics.wrapped:
        yield find("dkim-wrapped", name=each.check.name, detail=each.diagnosis.detail)


def causes_text(diagnosis: Diagnosis) -> str:
    """The causes as a list in words: "a tag in the Subject and a footer"."""
    words = [_CAUSES[cause] for cause in diagnosis.causes]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _diagnosed(check: DkimCheck, diagnosis: Diagnosis, message: Message) -> Finding:
    ident = "dkim-cause-unknown"
    if diagnosis.undone:
        ident = "dkim-cause-proved"
    elif diagnosis.causes:
        ident = "dkim-cause-likely"
    by = f" Who may have done it: {diagnosis.by}." if diagnosis.by else ""
    cut = " The search ended before everything was tried." if diagnosis.cut_short else ""
    return find(
        ident,
        *_diff_evidence(diagnosis),
        *_field_evidence(diagnosis, message),
        name=check.name,
        domain=check.domain or "an unnamed domain",
        causes=causes_text(diagnosis),
        detail=diagnosis.detail + cut + by,
    )


def _diff_evidence(diagnosis: Diagnosis) -> list[Evidence]:
    lines = [line for line in diagnosis.diff if line.mark in (Mark.SIGNED, Mark.NOW)][:_DIFF_LINES]
    return [difference("signed" if line.mark is Mark.SIGNED else "now", line.text) for line in lines]


def _field_evidence(diagnosis: Diagnosis, message: Message) -> list[Evidence]:
    """The fields that it is about, where no difference shows them."""
    if diagnosis.diff:
        return []
    fields = (message.first(name) for name in diagnosis.fields)
    return [field_evidence(field) for field in fields if field is not None][:3]


def _proved(check: DkimCheck, proofs: tuple[InjectionProof, ...]) -> Finding:
    evidence = [computed(f"{proof.what}: {proof.added[:120].decode('utf-8', 'replace')}") for proof in proofs[:3]]
    what = "; ".join(f"{proof.what} ({proof.effect})" for proof in proofs)
    return find("dkim-injection-proved", *evidence, name=check.name, domain=check.domain or "?", what=what)


def _replayed(check: DkimCheck, replay: Replay) -> Finding:
    reasons = " ".join(reason.text for reason in replay.reasons)
    ident = "dkim-replay-high" if replay.level is ReplayLevel.HIGH else "dkim-replay-elevated"
    return find(ident, name=check.name, domain=check.domain or "?", reasons=reasons)
