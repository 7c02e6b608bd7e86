"""The search for what broke a signature: what it says is undone verifies, and nothing makes it fail or hang."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.forensics.test_changes import ALL, ALT, CHANGES, FOOTER, LIST, MIXED, PLAIN, UTF8, add, body, tag

from mailscope.dkim.canonical import Canon, canonical_body, canonical_field, material
from mailscope.dkim.check import check_dkim
from mailscope.dkim.verify import prove
from mailscope.forensics.clues import read_clues
from mailscope.forensics.diagnose import diagnose
from mailscope.forensics.differ import body_diff
from mailscope.forensics.patience import Patience
from mailscope.forensics.pieces import canonical_piece, cut_body
from mailscope.forensics.search import Original, Search, Slot
from mailscope.forensics.search_body import find_body
from mailscope.forensics.search_header import find_header
from mailscope.forensics.spelling import reencoded, respelled
from mailscope.forensics.target import target_of
from mailscope.forensics.transfer import decoded, in_base64, quoted_printable
from mailscope.forensics.undo_date import date_originals
from mailscope.forensics.undo_lines import line_originals
from mailscope.forensics.undo_subject import subject_originals
from mailscope.forensics.undo_text import cuts
from mailscope.limits import DEFAULT_LIMITS
from mailscope.mail.message import parse_message

QUICK = replace(DEFAULT_LIMITS, forensics_seconds=0.1)
LINES = st.lists(st.text(st.sampled_from("ab >.\tF\u00fc=-"), max_size=12), max_size=8)


@pytest.mark.parametrize(
    "change", [change for change in CHANGES if change.undone and change.program], ids=lambda c: c.kind
)
def test_what_is_undone_verifies_when_it_is_put_together(workshop: Any, change: Any) -> None:
    raw = change.program(workshop.sign(change.base, canon=change.canon, names=change.names))
    message = parse_message(raw)
    checks = check_dkim(message, dns=workshop.dns())
    if not checks:
        pytest.skip("the signature stands in the attached original")
    stuff = material(message)
    target = target_of(stuff, checks[0])
    assert target is not None
    if target.body_ok is False:
        found = find_body(target, message.body_bytes, Patience(2), DEFAULT_LIMITS)
        assert found is not None
        stuff = stuff.with_body(found[0])
    fields = list(stuff.fields)
    keys = list(stuff.keys)
    lost = []
    clues = read_clues(target.material, target.signature)
    for each in find_header(target, clues, Patience(2)) or () if not target.header_ok else ():
        if each.place is None:
            lost.append(each.original.raw)
        else:
            fields[each.place] = each.original.raw
            keys[each.place] = keys[each.place] if each.original.raw else ""
    whole = stuff.with_fields((*keys, *(raw.partition(b":")[0].decode().lower() for raw in lost)), (*fields, *lost))

    assert prove(target.signature, target.key, whole, target.own).holds


@given(cut=st.integers(0, 900), more=st.binary(max_size=30), base=st.sampled_from([PLAIN, UTF8, ALT, MIXED]))
@settings(max_examples=40, deadline=None)
def test_any_damage_gets_an_answer_and_the_broken_part_is_right(
    workshop: Any, cut: int, more: bytes, base: bytes
) -> None:
    signed = workshop.sign(base, names=ALL)
    cut = len(signed) - min(cut, len(signed) - 1)
    message = parse_message(signed[:cut] + more + signed[cut + len(more) :])
    checks = check_dkim(message, dns=workshop.dns())
    found = diagnose(message, checks, limits=QUICK)

    assert len(found) == len(checks)
    for check, diagnosis in zip(checks, found, strict=True):
        if diagnosis is not None:
            header, broken = diagnosis.header_undone is not None, diagnosis.body_undone is not None
            assert diagnosis.part == ("both" if header and broken else "header" if header else "body")
            assert broken is (check.body_hash_ok is False)
        elif message.has_body and check.signature_ok is not None:
            # A damaged signature field may not even say what was signed.
            assert check.reason == "syntax" or not (check.signature_ok is False or check.body_hash_ok is False)


@given(lines=LINES)
@settings(max_examples=60, deadline=None)
def test_changes_of_lines_are_bounded_and_bytes(lines: list[str]) -> None:
    text = "\r\n".join(lines).encode()
    tried = list(line_originals(text))

    assert len(tried) < 2_000
    assert all(isinstance(each, bytes) and causes and note for each, causes, note in tried)
    assert all(cut.text in (text, *(text[:n] + text[m:] for n in range(len(text) + 1) for m in range(n, len(text) + 1)))
               for cut in list(cuts(text, html=False))[:5])  # fmt: skip


@given(data=st.binary(max_size=200))
@settings(max_examples=80, deadline=None)
def test_transfer_encodings_hold_what_they_encode(data: bytes) -> None:
    text = data.replace(b"\r", b"").replace(b"\n", b"\r\n")
    for each in quoted_printable(text):
        assert decoded(each, "quoted-printable") == text
        assert max(map(len, each.split(b"\r\n"))) <= 78
    for each in in_base64(text):
        assert decoded(each, "base64") == text


@given(value=st.binary(max_size=60))
@settings(max_examples=80, deadline=None)
def test_other_spellings_of_a_field_never_fail(value: bytes) -> None:
    raw = b"Subject: " + value.replace(b"\r", b"").replace(b"\n", b"\r\n ") + b"\r\n"
    stuff = material(parse_message(raw + b"\r\n"))
    from mailscope.dkim.signature import parse_signature

    clues = read_clues(stuff, parse_signature(b"DKIM-Signature: d=example.com\r\n"))
    for canon in Canon:
        assert all(each.endswith(b"\r\n") for each in respelled(raw, canon))
        assert len(list(subject_originals(value, clues, canon))) < 3_000
    assert len(list(reencoded(value))) < 100
    assert len(list(date_originals(value))) < 5_000


@given(body_text=LINES, canon=st.sampled_from(list(Canon)))
@settings(max_examples=60, deadline=None)
def test_pieces_make_up_the_body_and_hash_alike(body_text: list[str], canon: Canon) -> None:
    text = "\r\n".join([*body_text, "end", ""]).encode()
    for base in (PLAIN, ALT, MIXED):
        stuff = material(parse_message(body(base, lambda old: old.replace(b"Dear Ben,\r\n", text))))
        pieces = cut_body(stuff)
        joined = b"".join(canonical_piece(piece.text, canon) for piece in pieces[:-1])

        assert b"".join(piece.text for piece in pieces) == stuff.body
        assert joined + canonical_body(pieces[-1].text, canon) == stuff.canonical_body(canon)


@given(
    state=st.lists(st.tuples(st.binary(max_size=3), st.lists(st.binary(max_size=3), max_size=4)), max_size=5),
    data=st.data(),
)
@settings(max_examples=60, deadline=None)
def test_any_one_change_is_found(state: list[tuple[bytes, list[bytes]]], data: Any) -> None:
    import hashlib

    slots = [
        Slot(str(n), now, bytes, tuple(Original(raw, (), "x", likely=True) for raw in raws))
        for n, (now, raws) in enumerate(state)
    ]
    chosen = [data.draw(st.sampled_from([slot.now, *(each.raw for each in slot.originals)])) for slot in slots]
    wanted = hashlib.sha256(b"".join(chosen)).digest()
    search = Search(slots, wanted.__eq__, Patience(5), "sha256")
    hit = search.single() or search.several()

    if b"".join(chosen) != b"".join(slot.now for slot in slots):
        assert hit is not None
        changed = dict(hit.changes)
        assert b"".join(changed[n].raw if n in changed else slot.now for n, slot in enumerate(slots)) == b"".join(
            chosen
        )


@given(old=LINES, new=LINES)
@settings(max_examples=60, deadline=None)
def test_a_difference_tells_both_sides(old: list[str], new: list[str]) -> None:
    before, after = "\r\n".join(old).encode(), "\r\n".join(new).encode()
    lines = body_diff(before, after)

    assert len(lines) <= 81
    if before != after and len(lines) < 80:
        assert any(line.mark in "-+" for line in lines)


def test_two_signatures_are_diagnosed_each_for_itself(workshop: Any) -> None:
    once = workshop.sign(PLAIN, names=ALL)
    twice = workshop.sign(once, names="from:date", s="s", key="rsa")
    message = parse_message(tag(b"[Tides]")(twice))
    top, below = diagnose(message, check_dkim(message, dns=workshop.dns()))

    assert top is None
    assert below is not None
    assert below.undone


def test_a_footer_beyond_the_signed_length_breaks_nothing(workshop: Any) -> None:
    signed = workshop.sign(PLAIN, names=ALL, l="20")
    message = parse_message(body(signed, lambda text: text + FOOTER))

    assert diagnose(message, check_dkim(message, dns=workshop.dns())) == (None,)


def test_what_the_key_would_tell_is_left_open_without_it(workshop: Any) -> None:
    from mailscope.dns.snapshot import NoDns

    signed = workshop.sign(PLAIN, names=ALL)
    message = parse_message(body(signed, lambda text: text + FOOTER))
    (found,) = diagnose(message, check_dkim(message, dns=NoDns()))

    assert found is not None
    assert (found.part, found.causes, found.body_undone) == ("body", ("footer",), True)


@pytest.mark.parametrize(
    "evil",
    [
        b" " * 80_000 + b"x\r\n",
        b"\t \r\n" * 20_000 + b"x",
        b"<" * 40_000 + b"\r\n",
        b">" * 40_000 + b"From x\r\n",
        b"=" * 40_000 + b"\r\n",
        b"--sep\r\n" * 3_000,
        b"a\r\n" * 30_000,
        b"\0\r" * 20_000,
        b"CAUTION external " * 3_000 + b"\r\n",
        b"file was " * 5_000 + b"\r\n",
    ],
)
@pytest.mark.parametrize("base", [PLAIN, ALT])
def test_hostile_bodies_end_within_the_limit(workshop: Any, evil: bytes, base: bytes) -> None:
    signed = workshop.sign(base, names=ALL)
    message = parse_message(body(signed, lambda text: text + evil))
    (found,) = diagnose(message, check_dkim(message, dns=workshop.dns()), limits=QUICK)

    assert found is not None
    assert found.part == "body"


@pytest.mark.parametrize(
    "field",
    [
        b"Subject: " + b"[" * 20_000,
        b"Subject: " + b"a b" * 400_000,
        b"Subject: " + b"Re: " * 10_000,
        b"Subject: " + b"=?utf-8?q?a?= " * 5_000,
        b"From: " + b"a@b, " * 5_000,
        b"To: " + b"<" * 20_000,
        b"Content-Type: text/plain" + b"; a=b" * 5_000,
        b"Date: " + b"1 " * 10_000,
        b"Date: Tue, 06 Oct 9999 12:00:00 +0200",
    ],
)
def test_hostile_fields_end_within_the_limit(workshop: Any, field: bytes) -> None:
    name = field.partition(b":")[0] + b":"
    start = PLAIN.index(b"\r\n" + name) + 2 if not PLAIN.startswith(name) else 0
    stop = PLAIN.index(b"\r\n", start) if name != b"To:" else PLAIN.index(b"\r\nCc", start)
    signed = workshop.sign(PLAIN, names=ALL)
    message = parse_message(signed.replace(PLAIN[start:stop], field))
    (found,) = diagnose(message, check_dkim(message, dns=workshop.dns()), limits=QUICK)

    assert found is not None
    assert found.part == "header"


@pytest.mark.parametrize("names", ["from:" + ":".join(["date"] * 900), "from:" + ":".join(f"x{n}" for n in range(900))])
def test_long_lists_of_names_end_within_the_limit(workshop: Any, names: str) -> None:
    bare = PLAIN.replace(b"Date: Tue, 06 Oct 2026 12:00:00 +0200\r\n", b"")
    signed = workshop.sign(bare, names=names, t="1791280800").replace(b"Archer", b"Arrow")
    message = parse_message(signed)
    (found,) = diagnose(message, check_dkim(message, dns=workshop.dns()), limits=QUICK)

    assert found is not None
    assert found.part == "header"


def test_a_relaxed_field_has_one_form() -> None:
    raw = b"Subject:  A\r\n\tB \r\n"

    assert canonical_field(raw, Canon.RELAXED) == b"subject:A B\r\n"


def test_what_a_list_did_before_it_signed_is_not_held_against_it(workshop: Any) -> None:
    posted = add(tag(b"[Tides]")(body(PLAIN, lambda text: text + FOOTER)), LIST)
    signed = workshop.sign(posted, names=ALL, d="lists.example.net")
    changed = signed.replace(b"tide tables", b"wind tables").replace(b"at ten", b"at eleven")
    message = parse_message(changed)
    dns = workshop.dns(name="s._domainkey.lists.example.net.")
    (found,) = diagnose(message, check_dkim(message, dns=dns))

    assert found is not None
    assert (found.part, found.causes) == ("both", ())


def test_a_changed_word_beside_a_filters_mark_is_no_attachment(workshop: Any) -> None:
    signed = workshop.sign(MIXED, names=ALL)
    message = parse_message(signed.replace(b"High water", b"Low water"))
    (found,) = diagnose(message, check_dkim(message, dns=workshop.dns()))

    assert found is not None
    assert (found.part, found.causes) == ("body", ())
