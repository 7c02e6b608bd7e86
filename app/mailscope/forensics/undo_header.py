"""For each signed field, what may have stood there when it was signed."""

from collections.abc import Iterator

from mailscope.dkim.canonical import Canon
from mailscope.forensics.clues import Clues
from mailscope.forensics.diagnosis import Cause
from mailscope.forensics.search import Original
from mailscope.forensics.spelling import STYLES, apply, likely_encodings, reencoded, respelled
from mailscope.forensics.undo_address import address_originals
from mailscope.forensics.undo_date import date_originals, lost_dates
from mailscope.forensics.undo_subject import subject_originals
from mailscope.forensics.undo_type import encoding_originals, type_originals, version_originals
from mailscope.mail.address import parse_addresses

ADDRESSES = frozenset({"from", "sender", "reply-to", "to", "cc", "resent-from", "resent-to", "mail-followup-to"})
_SPELT = {
    "from": "From", "to": "To", "cc": "Cc", "subject": "Subject", "date": "Date", "message-id": "Message-ID",
    "mime-version": "MIME-Version", "content-type": "Content-Type", "reply-to": "Reply-To", "sender": "Sender",
    "content-transfer-encoding": "Content-Transfer-Encoding", "in-reply-to": "In-Reply-To", "references": "References",
    "dkim-signature": "DKIM-Signature",
}  # fmt: skip
_OFTEN_ADDED = frozenset({"reply-to", "date", "message-id", "mime-version", "sender", "content-transfer-encoding",
                          "content-type", "cc", "precedence", "list-unsubscribe", "list-unsubscribe-post"})  # fmt: skip
_SHORT = 70
"""Fields that nobody folds."""
_LONGEST = 32 * 1024
"""Fields beyond this are only taken out whole."""
_MOST = 4_000
"""Originals of one field."""


def spelt(name: str) -> str:
    """A field name as people write it."""
    return _SPELT.get(name.lower(), name if not name.islower() else name.title())


def field_originals(name: str, raw: bytes, clues: Clues, canon: Canon, others: tuple[bytes, ...]) -> list[Original]:
    """What a field may have been, best first; name in lower case, raw and others (fields of its name) whole."""
    found: list[Original] = []
    note = f"{spelt(name)} was not there"
    first = [Original(b"", (Cause.HEADER_ADDED,), note, likely=name in _OFTEN_ADDED)]
    note = f"another {spelt(name)} was added"
    first += [Original(other, (Cause.HEADER_ADDED,), note, likely=True) for other in others if other != raw]
    if len(raw) > _LONGEST:
        return first
    head, _, value = raw.removesuffix(b"\r\n").partition(b":")
    heads = dict.fromkeys((head, spelt(name).encode("utf-8", "surrogateescape"))) if canon is Canon.SIMPLE else (head,)
    for original in _values(name, value, clues, canon):
        if original.raw.split() == value.split():
            continue  # the same, spelt another way: that is told below
        found += [_whole(each, original) for each in (heads if original.likely else (head,))]
        if len(found) >= _MOST:
            break
    found[:0] = first
    foldable = b"\r\n" in raw[:-2] or b"\t" in value or len(raw) > _SHORT
    note = f"{spelt(name)} was folded or spaced another way"
    for number, each in enumerate(respelled(raw, canon)):
        likely = (foldable and number < 8) or each[len(head) :] == raw[len(head) :]
        found.append(Original(each, (Cause.HEADER_REFOLDED,), note, likely=likely))
    if b"=?" in value or not value.isascii():
        note = f"the encoded words of {spelt(name)} were written anew"
        found += [
            Original(head + b":" + each + b"\r\n", (Cause.HEADER_RECODED,), note, likely=True)
            for each in likely_encodings(value, canon)
        ]
        for each in reencoded(value):
            whole = head + b":" + each + b"\r\n"
            found.append(Original(whole, (Cause.HEADER_RECODED,), note))
            if canon is Canon.SIMPLE:
                found += [Original(apply(whole, style), (Cause.HEADER_RECODED,), note) for style in STYLES[:11]]
    return found


def absent_originals(name: str, clues: Clues, canon: Canon) -> list[Original]:
    """What may have stood where h= names a field that is not there."""
    head = spelt(name).encode("utf-8", "surrogateescape")
    found = [_whole(head, original) for original in _lost(name, clues, canon)]
    for copy, kept in clues.copies(name):
        note = f"{spelt(name)} was renamed to {copy}"
        found.insert(0, Original(head + b":" + kept + b"\r\n", (Cause.HEADER_REMOVED,), note, likely=True))
    return found


def _whole(head: bytes, original: Original) -> Original:
    return Original(head + b":" + original.raw + b"\r\n", original.causes, original.note, original.likely)


def _values(name: str, value: bytes, clues: Clues, canon: Canon) -> Iterator[Original]:
    if name == "subject":
        yield from subject_originals(value, clues, canon)
    elif name in ADDRESSES:
        yield from address_originals(name, value, clues)
    elif name == "date":
        yield from date_originals(value)
    elif name == "mime-version":
        yield from version_originals(value)
    elif name == "content-type":
        yield from type_originals(value, clues, canon)
    elif name == "content-transfer-encoding":
        yield from encoding_originals(value, clues)
    if name not in ADDRESSES and name != "subject":
        for copy, kept in clues.copies(name):
            note = f"{copy} keeps the {spelt(name)} as it was"
            yield Original(kept, (Cause.HEADER_REPLACED,), note, likely=True)


def _lost(name: str, clues: Clues, canon: Canon) -> Iterator[Original]:
    if name == "mime-version":
        yield from version_originals(None)
    elif name == "content-transfer-encoding":
        yield from encoding_originals(None, clues)
    elif name == "content-type":
        yield from type_originals(None, clues, canon)
    elif name == "date":
        yield from lost_dates(clues.signed_at)
    elif name in ADDRESSES:
        note = f"{spelt(name)} was taken out"
        for value in (*clues.values("from"), *clues.authors):
            yield Original(value, (Cause.HEADER_REMOVED,), note)
        present = (address.spec for value in clues.values("from") for address in parse_addresses(value)[:3])
        delivered = clues.recipients if name in ("to", "cc") else ()
        for spec_text in dict.fromkeys((*delivered, *present, *clues.addresses)):
            spec = spec_text.encode("utf-8", "surrogateescape")
            for each in (b" " + spec, b" <" + spec + b">"):
                yield Original(each, (Cause.HEADER_REMOVED,), note, likely=True)
        if name == "to":
            yield Original(b" undisclosed-recipients:;", (Cause.HEADER_REMOVED,), note)
    elif name in ("in-reply-to", "references"):
        for value in (*clues.values("references"), *clues.values("in-reply-to")):
            for each in (value, *(b" " + word for word in value.split()[-4:])):
                yield Original(each, (Cause.HEADER_REMOVED,), f"{spelt(name)} was taken out")
    elif name == "subject":
        yield Original(b"", (Cause.HEADER_REMOVED,), "an empty Subject was taken out", likely=True)
