"""What broke a signature: the changes that mail systems make, undone until it verifies again."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mailscope.dkim.canonical import material
from mailscope.dkim.verdicts import DkimCheck
from mailscope.forensics.clues import read_clues
from mailscope.forensics.diagnosis import Cause, Diagnosis, DiffLine, Part
from mailscope.forensics.differ import body_diff, field_diff
from mailscope.forensics.evidence_body import body_signs
from mailscope.forensics.evidence_header import Sign, header_signs
from mailscope.forensics.patience import Patience
from mailscope.forensics.pieces import Piece, cut_body
from mailscope.forensics.search_body import FoundBody, find_body
from mailscope.forensics.search_header import FoundField, find_header
from mailscope.forensics.target import Target, target_of
from mailscope.forensics.transfer import decoded
from mailscope.forensics.who import later_hosts, who
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.message import Message
from mailscope.trace.hop import Hop


def diagnose(
    message: Message,
    checks: Iterable[DkimCheck],
    *,
    hops: tuple[Hop, ...] = (),
    limits: Limits = DEFAULT_LIMITS,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[Diagnosis | None, ...]:
    """For each signature what broke it, None where nothing did or nothing can be told; never raises.

    All together stay within limits.forensics_seconds; cancelled is asked often and ends the search.
    """
    wanted = [
        (check.signature_ok is False or check.body_hash_ok is False or _damaged(message, check)) for check in checks
    ]
    if not any(wanted) or not message.has_body:
        return tuple(None for _ in wanted)
    stuff = material(message)
    patience = Patience(limits.forensics_seconds, cancelled)
    left = sum(wanted)
    found: list[Diagnosis | None] = []
    for check, needed in zip(checks, wanted, strict=True):
        target = target_of(stuff, check, limits) if needed else None
        if target is None:
            found.append(None)
            continue
        found.append(_one(target, message, hops, patience.share(1 / left), limits))
        left -= 1
    return tuple(found)


def _damaged(message: Message, check: DkimCheck) -> bool:
    """Whether the signature's own field holds encoded words, which a tag list never does."""
    return b"=?" in message.fields[check.field_index].raw


@dataclass(frozen=True, slots=True)
class _Half:
    """What was found out about the header or the body."""

    undone: bool
    causes: tuple[Cause, ...]
    fields: tuple[str, ...]
    sentences: tuple[str, ...]
    diff: tuple[DiffLine, ...] = ()


def _one(
    target: Target, message: Message, hops: tuple[Hop, ...], patience: Patience, limits: Limits
) -> Diagnosis | None:
    header_broken, body_broken = target.header_ok is False, target.body_ok is False
    if not header_broken and not body_broken:
        return None
    header = body = None
    spent = 0
    cut = False
    if header_broken:
        share = patience.share(0.5 if body_broken else 1.0)
        header = _header(target, hops, share)
        spent, cut = spent + share.tried, cut or share.over
    if body_broken:
        share = patience.share(1.0)
        body = _body(target, message, share, limits)
        spent, cut = spent + share.tried, cut or share.over
    halves = [half for half in (header, body) if half is not None]
    causes = tuple(dict.fromkeys(cause for half in halves for cause in half.causes))
    if Cause.CHARSET_CONVERTED in causes and (body is None or Cause.CHARSET_CONVERTED not in body.causes):
        causes = _relabelled(causes, target, limits, body_broken=body_broken)
    undone = all(half.undone for half in halves)
    return Diagnosis(
        index=target.index,
        part=Part.BOTH if header_broken and body_broken else Part.HEADER if header_broken else Part.BODY,
        causes=causes,
        fields=tuple(dict.fromkeys(name for half in halves for name in half.fields)),
        detail=_detail(target, header, body, cut),
        undone=undone,
        header_undone=header.undone if header else None,
        body_undone=body.undone if body else None,
        diff=tuple(line for half in halves for line in half.diff),
        by=who(causes, target.own, target.material, hops),
        tried=spent,
        cut_short=cut and not undone,
    )


def _relabelled(causes: tuple[Cause, ...], target: Target, limits: Limits, *, body_broken: bool) -> tuple[Cause, ...]:
    """Another charset in Content-Type is no conversion where there is nothing that it would change."""
    if body_broken and any(not _ascii(piece) for piece in cut_body(target.material, limits)):
        return causes
    rest = tuple(cause for cause in causes if cause is not Cause.CHARSET_CONVERTED)
    return rest or (Cause.MIME_REWRITTEN,)


def _ascii(piece: Piece) -> bool:
    plain = decoded(piece.content, piece.part.encoding) if piece.part else None
    return (piece.text if plain is None else plain).isascii()


def _header(target: Target, hops: tuple[Hop, ...], patience: Patience) -> _Half:
    clues = read_clues(target.material, target.signature)
    found = None if target.foreign else find_header(target, clues, patience)
    if found is not None:
        return _found_header(found, target)
    if target.foreign:
        return _Half(False, (), (), (_FOREIGN,))
    times = tuple(
        int(hop.time.timestamp())
        for hop in hops
        if hop.time is not None and hop.field_index is not None and hop.field_index < target.own
    )
    return _from_signs(header_signs(target, clues, later_hosts(target.own, hops), times))


_FOREIGN = (
    "The key that DNS holds did not make this signature value: the signer has another key, or b= was damaged on the "
    "way. No change of the message explains it."
)


def _found_header(found: tuple[FoundField, ...], target: Target) -> _Half:
    causes = tuple(dict.fromkeys(cause for each in found for cause in each.original.causes))
    fields = tuple(dict.fromkeys(each.name for each in found))
    sentences = tuple(dict.fromkeys(f"{each.name}: {each.original.note}." for each in found))
    if target.damaged:
        causes = (Cause.HEADER_REFOLDED, *(cause for cause in causes if cause is not Cause.HEADER_REFOLDED))
        fields = ("DKIM-Signature", *(name for name in fields if name != "DKIM-Signature"))
        sentences = ("DKIM-Signature: a program folded it and put encoded words into it.", *sentences)
    return _Half(True, causes, fields, sentences, tuple(line for each in found for line in field_diff(each)))


def _body(target: Target, message: Message, patience: Patience, limits: Limits) -> _Half:
    raw = message.body_bytes
    found: FoundBody | None = find_body(target, raw, patience, limits)
    if found is None:
        clues = read_clues(target.material, target.signature)
        return _from_signs(body_signs(target, clues, cut_body(target.material, limits), raw))
    body, causes, notes = found
    return _Half(
        True, causes, (), tuple(f"Body: {note}." for note in notes), body_diff(body, target.material.body or b"")
    )


def _from_signs(signs: Iterable[Sign]) -> _Half:
    kept = list({sign.cause: sign for sign in reversed(list(signs))}.values())[::-1]
    fields = tuple(sign.field for sign in kept if sign.field != "body")
    return _Half(False, tuple(sign.cause for sign in kept), fields, tuple(sign.why for sign in kept))


def _detail(target: Target, header: _Half | None, body: _Half | None, cut: bool) -> str:
    """How far it came, and what was found."""
    sentences: list[str] = []
    halves = [half for half in (header, body) if half]
    if all(half.undone for half in halves):
        sentences.append("Undoing this makes the signature verify:")
    elif header is None and target.header_ok:
        sentences.append("The signed header fields are as they were signed; the body is not, and no change that was "
                         "tried explains it.")  # fmt: skip
    elif body is None:
        sentences.append("The body is as it was signed; the header is not, and no change that was tried explains it.")
    elif header is None:
        sentences.append("The body is not as it was signed, and no change that was tried explains it; "
                         "the header cannot be judged without the key.")  # fmt: skip
    elif header.undone or body.undone:
        good, bad = ("header", "body") if header.undone else ("body", "header")
        sentences.append(f"The change of the {good} is found, that of the {bad} is not:")
    else:
        sentences.append(
            "Neither the header nor the body is as it was signed, and no change that was tried explains it."
        )
    sentences += [sentence for half in halves for sentence in half.sentences]
    if cut and not all(half.undone for half in halves):
        sentences.append("The search was ended when its time was up.")
    return " ".join(sentences)
