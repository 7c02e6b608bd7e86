"""The header fields that were signed, looked for by their hash."""

import hashlib
from dataclasses import dataclass

from mailscope.dkim.canonical import Canon, canonical_field, canonical_signature
from mailscope.dkim.clues import Clues
from mailscope.dkim.diagnosis import Cause
from mailscope.dkim.patience import Patience
from mailscope.dkim.search import Original, Search, Slot
from mailscope.dkim.spelling import STYLES, apply, respelled
from mailscope.dkim.target import Target
from mailscope.dkim.undo_address import mappings
from mailscope.dkim.undo_header import ADDRESSES, absent_originals, field_originals, spelt


@dataclass(frozen=True, slots=True)
class FoundField:
    """A signed field as it was, and where it stands now."""

    name: str
    """As people write it."""
    place: int | None
    """Among the message's fields; None where it is gone."""
    now: bytes
    """Whole, with CRLF line ends; b"" where it is gone."""
    original: Original


def find_header(target: Target, clues: Clues, patience: Patience) -> tuple[FoundField, ...] | None:
    """The fields that have to be changed back for the signature to fit; () where only its own field was damaged."""
    signature, canon = target.signature, target.signature.header_canon
    fields = target.material.fields
    slots = []
    for name, place in zip(signature.names, target.picked, strict=True):
        key = name.lower()
        if place is None:
            slots.append(Slot(key, b"", lambda raw: canonical_field(raw, canon), _absent(key, target, clues, canon)))
            continue
        others = tuple(
            raw for at, raw in enumerate(fields) if target.material.keys[at] == key and at not in target.picked
        )
        originals = tuple(field_originals(key, fields[place], clues, canon, others))
        now = target.material.canonical_field(place, canon)
        slots.append(Slot(key, now, lambda raw: canonical_field(raw, canon), originals))
    slots.append(_own(target, canon))
    if target.damaged and target.header_fits(_digest(slots, target)):
        return ()
    places = [*target.picked, target.own]
    hit = Search(slots, target.header_fits, patience, signature.hash).run()
    if hit is not None:
        return tuple(_found(slots[at].name, places[at], original, target) for at, original in hit.changes)
    for found in (_mapped(slots, places, target, clues, patience),):
        if found is not None:
            return found
    if canon is Canon.SIMPLE and not patience.over:
        return _styled(slots, places, target, patience)
    return None


def _absent(key: str, target: Target, clues: Clues, canon: Canon) -> tuple[Original, ...]:
    # A name beyond the fields that are there is mostly a seal; only a lone absent one may have been lost.
    if any(name.lower() == key and place is not None for name, place in _pairs(target)):
        return ()
    return tuple(absent_originals(key, clues, canon))


def _pairs(target: Target) -> list[tuple[str, int | None]]:
    return list(zip(target.signature.names, target.picked, strict=True))


def _own(target: Target, canon: Canon) -> Slot:
    """The signature's own field, hashed last."""
    raw = target.signature.raw
    note = "the DKIM-Signature field was folded or spaced another way"
    originals = tuple(
        Original(each, (Cause.HEADER_REFOLDED,), note, likely=number < 8)
        for number, each in enumerate(respelled(raw, canon))
    )
    return Slot(
        "dkim-signature", canonical_signature(raw, canon), lambda raw: canonical_signature(raw, canon), originals
    )


def _digest(slots: list[Slot], target: Target) -> bytes:
    return hashlib.new(target.signature.hash, b"".join(slot.now for slot in slots)).digest()


def _found(name: str, place: int | None, original: Original, target: Target) -> FoundField:
    now = target.material.fields[place] if place is not None else b""
    return FoundField(spelt(name), place, now, original)


def _mapped(
    slots: list[Slot], places: list[int | None], target: Target, clues: Clues, patience: Patience
) -> tuple[FoundField, ...] | None:
    """One address exchanged wherever it stands, and its domain in the other addresses with it."""
    raws = [target.material.fields[place] if place is not None else b"" for place in places]
    group = [at for at, slot in enumerate(slots) if slot.name in ADDRESSES and raws[at]]
    for old, new in mappings(clues):
        now, was = old.encode("utf-8", "surrogateescape"), new.encode("utf-8", "surrogateescape")
        host_now, host_was = now.rpartition(b"@")[1:], was.rpartition(b"@")[1:]
        for wide in (False, True):
            mapped = {at: raws[at].replace(now, was) for at in group}
            if wide:
                mapped = {at: raw.replace(b"".join(host_now), b"".join(host_was)) for at, raw in mapped.items()}
            data = b"".join(slot.canonical(mapped[at]) if at in mapped else slot.now for at, slot in enumerate(slots))
            if not patience.lasts():
                return None
            if target.header_fits(hashlib.new(target.signature.hash, data).digest()):
                note = f"{new} became {old}"
                return tuple(
                    FoundField(spelt(slots[at].name), places[at], raws[at],
                               Original(raw, (Cause.ADDRESS_REWRITTEN,), note))
                    for at, raw in mapped.items() if raw != raws[at]
                )  # fmt: skip
    return None


def _styled(
    slots: list[Slot], places: list[int | None], target: Target, patience: Patience
) -> tuple[FoundField, ...] | None:
    """Every field, or every field of a kind, folded in the same style: a program wrote all of them anew."""
    own = len(slots) - 1
    raws = [target.material.fields[place] if place is not None else b"" for place in places]
    raws[own] = target.signature.raw
    groups = (
        range(len(slots)),
        range(own),
        [at for at, slot in enumerate(slots) if slot.name in ADDRESSES],
        [at for at, raw in enumerate(raws) if b"\r\n" in raw[:-2]],
    )
    note = "it was folded or spaced another way"
    for group in groups:
        for style in STYLES:
            for other in (None, *STYLES):
                styled = {at: apply(raws[at], style) for at in group if raws[at]}
                if other is not None and own in styled:
                    styled[own] = apply(raws[own], other)
                data = b"".join(
                    slot.canonical(styled[at]) if at in styled else slot.now for at, slot in enumerate(slots)
                )
                if not patience.lasts():
                    return None
                if target.header_fits(hashlib.new(target.signature.hash, data).digest()):
                    return tuple(
                        FoundField(spelt(slots[at].name), places[at], raws[at],
                                   Original(raw, (Cause.HEADER_REFOLDED,), note))
                        for at, raw in styled.items() if raw != raws[at]
                    )  # fmt: skip
                if own not in styled:
                    break
    return None
