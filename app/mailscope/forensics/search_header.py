"""The header fields that were signed, looked for by their hash."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice, product

from mailscope.dkim.canonical import Canon, canonical_field, canonical_signature, pick
from mailscope.dkim.verify import signed_over
from mailscope.forensics.clues import Clues
from mailscope.forensics.diagnosis import Cause
from mailscope.forensics.patience import Patience
from mailscope.forensics.search import PRODUCT, Hit, Original, Search, Slot
from mailscope.forensics.spelling import STYLES, Style, alike, apply, respelled
from mailscope.forensics.target import Target
from mailscope.forensics.undo_address import mappings
from mailscope.forensics.undo_header import ADDRESSES, absent_originals, field_originals, spelt
from mailscope.forensics.undo_subject import untagged

_VERIFIED = 3_000
"""Combinations that are tried at once where each costs a verification."""
_KINDS = 24
"""Originals of Content-Type that are tried with other spellings of encoded words."""
_MAPPED = 5
"""Address fields of which every subset is tried."""
_ADDED = frozenset({"message-id", "date"})
"""What relays add where it is missing, besides mapping addresses."""
_UNQUOTED = re.compile(rb'(charset=)"([A-Za-z0-9._-]{1,40})"')


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
    slots = _slots(target, clues, patience)
    places = (*target.picked, target.own)
    raws = tuple(target.material.fields[place] if place is not None else b"" for place in places[:-1])
    task = _Task(target, slots, places, (*raws, target.signature.raw), patience)
    if target.damaged and task.fits({}):
        return ()
    # A verification costs as much as a hundred hashes: where the hash itself is not known, fewer are made.
    dropped = _dropped(target, patience)
    if dropped is not None:
        return (dropped,)
    budget = PRODUCT if target.digest is not None else _VERIFIED
    search = Search(slots, target.header_fits, patience, target.signature.hash, budget)
    steps = (search.single, lambda: _coded(task), lambda: _mapped(task, clues), search.several, lambda: _styled(task))
    for step in steps:
        hit = step()
        if hit is not None:
            return tuple(task.found(at, original) for at, original in hit.changes)
        if patience.over:
            break
    return None


def _dropped(target: Target, patience: Patience) -> FoundField | None:
    """One field of a name that stands several times, without which h= picks the signed ones again."""
    signature, keys = target.signature, target.material.keys
    named = Counter(name.lower() for name in signature.names)
    counts = Counter(keys)
    for place, key in enumerate(keys):
        if place == target.own or named[key] < 1 or counts[key] < 2:
            continue
        if not patience.lasts():
            return None
        rest = (*keys[:place], "", *keys[place + 1 :])
        picked = pick(signature.names, rest, target.own)
        if picked != target.picked and target.header_fits(signed_over(signature, target.material, picked)):
            note = f"another {spelt(key)} was added"
            return FoundField(
                spelt(key), place, target.material.fields[place], Original(b"", (Cause.HEADER_ADDED,), note)
            )
    return None


@dataclass(frozen=True, slots=True)
class _Task:
    """What is searched: the slots in hash order, where their fields stand, and how they look now."""

    target: Target
    slots: tuple[Slot, ...]
    places: tuple[int | None, ...]
    raws: tuple[bytes, ...]
    patience: Patience

    def fits(self, changed: dict[int, bytes]) -> bool:
        """Whether the signature fits with these slots in other bytes."""
        data = b"".join(
            (slot.canonical(changed[at]) if changed[at] else b"") if at in changed else slot.now
            for at, slot in enumerate(self.slots)
        )
        return self.target.header_fits(hashlib.new(self.target.signature.hash, data).digest())

    def found(self, at: int, original: Original) -> FoundField:
        """A slot's change, for people."""
        return FoundField(spelt(self.slots[at].name), self.places[at], self.raws[at], original)

    def hit(self, changed: dict[int, bytes], cause: Cause, note: str) -> Hit:
        """These slots changed back, all for one cause."""
        pairs = ((at, raw) for at, raw in changed.items() if raw != self.raws[at])
        return Hit(tuple((at, Original(raw, (cause,), note)) for at, raw in pairs))


def _slots(target: Target, clues: Clues, patience: Patience) -> tuple[Slot, ...]:
    """One slot for each name of h=, and one for the signature's own field; without originals once the time is up."""
    signature, canon = target.signature, target.signature.header_canon
    fields, keys = target.material.fields, target.material.keys

    def canonical(raw: bytes) -> bytes:
        return canonical_field(raw, canon)

    slots: list[Slot] = []
    lost: set[str] = set()
    for name, place in zip(signature.names, target.picked, strict=True):
        key = name.lower()
        if not patience.lasts(0):
            now = target.material.canonical_field(place, canon) if place is not None else b""
            slots.append(Slot(key, now, canonical))
            continue
        if place is None:
            slots.append(Slot(key, b"", canonical, () if key in lost else _absent(key, target, clues, canon)))
            lost.add(key)
            continue
        others = tuple(raw for at, raw in enumerate(fields) if keys[at] == key and at not in target.picked)
        originals = tuple(field_originals(key, fields[place], clues, canon, others))
        slots.append(Slot(key, target.material.canonical_field(place, canon), canonical, originals))
    return (*slots, _own(target, canon))


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


def _coded(task: _Task) -> Hit | None:
    """The encoded words of all fields written in one way; with a tag in the Subject, another Content-Type besides."""
    values = {
        at: raw.removesuffix(b"\r\n").partition(b":")[2]
        for at, raw in enumerate(task.raws[:-1])
        if raw and (b"=?" in raw or not raw.isascii()) and (task.slots[at].name in ADDRESSES | {"subject", "comments"})
    }
    if not values:
        return None
    subject = next((at for at in values if task.slots[at].name == "subject"), None)
    bare = untagged(values[subject]) if subject is not None else None
    kinds = [
        (at, original)
        for at, slot in enumerate(task.slots)
        if slot.name == "content-type"
        for original in islice((each for each in slot.originals if each.likely), _KINDS)
    ]
    for chosen in (values, *((values | {subject: bare},) if subject is not None and bare is not None else ())):
        for written in alike(chosen):
            changed = {at: task.raws[at].partition(b":")[0] + b":" + value + b"\r\n" for at, value in written.items()}
            for kind in (None, *kinds):
                if not task.patience.lasts():
                    return None
                if task.fits(changed | ({kind[0]: kind[1].raw} if kind else {})):
                    tagged = subject if chosen is not values else None
                    return Hit((*_recoded(task, changed, tagged), *((kind,) if kind else ())))
    return None


def _recoded(task: _Task, changed: dict[int, bytes], tagged: int | None) -> Iterator[tuple[int, Original]]:
    for at, raw in changed.items():
        note = f"the encoded words of {spelt(task.slots[at].name)} were written anew"
        causes: tuple[Cause, ...] = (Cause.HEADER_RECODED,)
        if at == tagged:
            causes, note = (Cause.SUBJECT_TAG, Cause.HEADER_RECODED), "a tag was put into the Subject"
        if task.slots[at].canonical(raw) != task.slots[at].now:
            yield at, Original(raw, causes, note)


def _mapped(task: _Task, clues: Clues) -> Hit | None:
    """One address, or a whole domain, exchanged in some of the address fields; with a field added besides."""
    group = [at for at, slot in enumerate(task.slots) if slot.name in ADDRESSES and task.raws[at]][:_MAPPED]
    added = [at for at, slot in enumerate(task.slots) if slot.name in _ADDED and task.raws[at]]
    without = [dict.fromkeys(chosen, b"") for size in range(len(added) + 1) for chosen in combinations(added, size)]
    for old, new in mappings(clues):
        now, was = old.encode("utf-8", "surrogateescape"), new.encode("utf-8", "surrogateescape")
        mapped = {at: task.raws[at].replace(now, was) for at in group}
        host_now, host_was = b"@" + now.rpartition(b"@")[2], b"@" + was.rpartition(b"@")[2]
        hosted = {at: raw.replace(host_now, host_was) for at, raw in mapped.items() if host_now in raw}
        for size in range(len(hosted) + 1):
            for chosen in combinations(hosted, size):
                changed = mapped | {at: hosted[at] for at in chosen}
                for gone in without:
                    if not task.patience.lasts():
                        return None
                    if task.fits(changed | gone):
                        moved = task.hit(changed, Cause.ADDRESS_REWRITTEN, f"{new} became {old}")
                        return Hit(moved.changes + task.hit(gone, Cause.HEADER_ADDED, "it was not there").changes)
    return None


def _styled(task: _Task) -> Hit | None:
    """Every field, or every field of a kind, folded in one style: a program wrote all of them anew."""
    if task.target.signature.header_canon is not Canon.SIMPLE:
        return None
    own = len(task.slots) - 1
    groups = (
        [at for at in range(own) if task.slots[at].name != "content-type"],
        [at for at, slot in enumerate(task.slots) if slot.name in ADDRESSES],
        [at for at, raw in enumerate(task.raws) if b"\r\n" in raw[:-2]],
    )
    types = [at for at, slot in enumerate(task.slots) if slot.name == "content-type" and task.raws[at]]
    for names in (False, True):
        raws = tuple(map(_renamed, task.raws)) if names else task.raws
        if names and raws == task.raws:
            break
        for group, style in product(groups, STYLES):
            styled = {at: apply(raws[at], style) for at in group if at != own and raws[at]}
            styled |= {at: raw for at, raw in enumerate(raws) if names and at not in styled and raw}
            for mine in (None, *STYLES):
                if mine is not None:
                    styled[own] = apply(raws[own], mine)
                for kind in _types(raws, types):
                    if not task.patience.lasts():
                        return None
                    if task.fits(styled | kind):
                        return task.hit(styled | kind, Cause.HEADER_REFOLDED, "it was folded or spaced another way")
    return None


def _renamed(raw: bytes) -> bytes:
    """A field with its name in the usual letters: some programs write Mime-Version or Message-Id."""
    name, colon, value = raw.partition(b":")
    return spelt(name.decode("latin-1").lower()).encode("latin-1") + colon + value if colon else raw


def _types(raws: tuple[bytes, ...], places: list[int]) -> Iterator[dict[int, bytes]]:
    """The Content-Type as it is, and without the quotes that programs add."""
    yield {}
    for at in places:
        for style in _TYPE_STYLES:
            yield {at: apply(raws[at], style)}


_TYPE_STYLES: tuple[Style, ...] = tuple(
    lambda value, s=style: s(_UNQUOTED.sub(rb"\1\2", value))  # type: ignore[misc]  # no lambda with defaults is inferred
    for style in (STYLES[0], STYLES[1], STYLES[2], STYLES[3], STYLES[4], STYLES[7], STYLES[8])
)
