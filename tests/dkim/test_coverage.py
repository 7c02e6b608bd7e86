"""What a signature covers: words for every field, and that sealed is true whatever is tried."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailscope.dkim.check import check_dkim
from mailscope.dkim.coverage import INJECTABLE, BodyCover, Covered, Weight, cover, weight_of
from mailscope.dkim.verdicts import DkimCheck
from mailscope.forensics.added import Writer, unvouched
from mailscope.forensics.inject import prove_injections
from mailscope.mail.message import Message, parse_message
from mailscope.verdict import Verdict

NAMES = ("From", "Subject", "To", "Cc", "Date", "Reply-To", "Sender", "Content-Type", "List-Unsubscribe", "Message-ID",
         "X-Anything")  # fmt: skip
CANONS = ("simple/simple", "relaxed/relaxed")
VALUES = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12)
FIELDS = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=8)
H = st.lists(st.sampled_from(NAMES), max_size=14)


def looked_at(workshop: Any, raw: bytes) -> tuple[Message, DkimCheck]:
    """The message, and the check of the topmost signature of example.com."""
    message = parse_message(raw)
    check = next(c for c in check_dkim(message, dns=workshop.dns(workshop.record("ed25519"))) if c.selector == "s")
    return message, check


def made(fields: list[tuple[str, str]], body: bytes = b"Hello.\r\n") -> bytes:
    """A message with a From and these fields."""
    lines = [("From", "ann@example.com"), *fields]
    return "".join(f"{name}: {value}\r\n" for name, value in lines).encode() + b"\r\n" + body


@pytest.mark.parametrize("canon", CANONS)
@pytest.mark.parametrize("name", NAMES)
@given(fields=FIELDS, names=H, value=VALUES, spot=st.integers(0, 9))
@settings(max_examples=12, deadline=None)
def test_what_is_sealed_cannot_be_added_anywhere(
    workshop: Any, name: str, canon: str, fields: list[tuple[str, str]], names: list[str], value: str, spot: int
) -> None:
    signed = workshop.sign(made(fields), key="ed25519", canon=canon, names=":".join(["from", *names]))
    message, check = looked_at(workshop, signed)
    coverage = cover(message, check)
    place = message.fields[min(spot, len(message.fields) - 1)].span.start
    forged = signed[:place] + f"{name}: {value}\r\n".encode() + signed[place:]
    on_top = f"{name}: {value}\r\n".encode() + signed

    assert check.result is Verdict.PASS
    if name.lower() in coverage.sealed:
        assert looked_at(workshop, forged)[1].result is Verdict.FAIL
        assert looked_at(workshop, on_top)[1].result is Verdict.FAIL
    else:
        assert looked_at(workshop, on_top)[1].result is Verdict.PASS


@pytest.mark.parametrize("canon", CANONS)
@pytest.mark.parametrize("name", [name for name in NAMES if name.lower() in INJECTABLE])
@given(fields=FIELDS, names=H)
@settings(max_examples=10, deadline=None)
def test_what_is_proved_is_not_sealed_and_what_is_not_sealed_is_proved(
    workshop: Any, name: str, canon: str, fields: list[tuple[str, str]], names: list[str]
) -> None:
    signed = workshop.sign(made(fields), key="ed25519", canon=canon, names=":".join(["from", *names]))
    message, check = looked_at(workshop, signed)
    coverage = cover(message, check)
    ((*proofs,),) = prove_injections(message, [check])
    proved = [proof for proof in proofs if proof.name == name]

    assert bool(proved) is (name.lower() in coverage.injectable)
    assert bool(proved) is (name.lower() not in coverage.sealed)
    for proof in proved:
        assert looked_at(workshop, proof.message(signed))[1].result is Verdict.PASS


@pytest.mark.parametrize("canon", ["simple/simple", "relaxed/simple", "simple/relaxed", "relaxed/relaxed"])
@given(
    body=st.text(st.sampled_from("ab \t\n"), max_size=40),
    length=st.none() | st.integers(0, 50),
    more=st.binary(max_size=9),
)
@settings(max_examples=25, deadline=None)
def test_text_can_follow_the_body_only_where_length_lets_it(
    workshop: Any, canon: str, body: str, length: int | None, more: bytes
) -> None:
    text = body.replace("\n", "\r\n").encode()
    tags = {} if length is None else {"l": str(length)}
    message, check = looked_at(workshop, workshop.sign(made([], text), key="ed25519", canon=canon, **tags))
    coverage = cover(message, check)
    ((*proofs,),) = prove_injections(message, [check])

    assert any(proof.name == "body" for proof in proofs) is (check.result is Verdict.PASS and length is not None)
    assert (coverage.body is BodyCover.WHOLE) is (length is None)
    for proof in proofs:
        assert looked_at(workshop, proof.message(message.raw))[1].result is Verdict.PASS


@given(fields=FIELDS, names=H, above=FIELDS)
@settings(max_examples=40, deadline=None)
def test_every_field_has_a_word_and_the_words_agree(
    workshop: Any, fields: list[tuple[str, str]], names: list[str], above: list[tuple[str, str]]
) -> None:
    signed = workshop.sign(made(fields), key="ed25519", names=":".join(["from", *names]))
    top = "".join(f"{name}: {value}\r\n" for name, value in above).encode()
    message, check = looked_at(workshop, top + signed)
    coverage = cover(message, check)
    words = coverage.fields

    assert len(words) == len(message.fields)
    assert [field.index for field in message.fields if words[field.index] is Covered.SIGNATURE] == [check.field_index]
    picked = {i for i, word in enumerate(words) if word in (Covered.SIGNED, Covered.SEALED)}
    assert picked == set(check.signed_fields)
    for field in message.fields:
        if words[field.index] is Covered.SEALED:
            assert field.key in coverage.sealed
        if words[field.index] is Covered.ADDED:
            lower = [other.index for other in message.all(field.name) if other.index in picked]
            assert all(index > field.index for index in lower)
    for each in coverage.repeated:
        assert each.shown == min(each.fields)
        assert each.deceives is (words[each.shown] is Covered.ADDED)
    outside = {each.field_index for each in unvouched(message, coverage)}
    assert outside == {i for i, word in enumerate(words) if word in (Covered.ADDED, Covered.UNSIGNED)}


def test_fields_of_the_transport_do_not_alarm(workshop: Any) -> None:
    signed = workshop.sign(made([("Subject", "Tides")]), key="ed25519", names="from:subject")
    message, check = looked_at(workshop, b"Return-Path: <a@example.com>\r\nReceived: by mx.example.net\r\n" + signed)
    coverage = cover(message, check)
    writers = {message.fields[each.field_index].name: each for each in unvouched(message, coverage)}

    assert coverage.unsigned == ()
    assert writers["Received"].writer is writers["Return-Path"].writer is Writer.TRANSPORT
    assert "right that it is not signed" in writers["Received"].why
    assert (weight_of("FROM"), weight_of("received")) == (Weight.AUTHOR, Weight.TRACE)


@pytest.mark.parametrize(
    ("top", "below", "writer"),
    [
        ("Subject: You won", "", Writer.INJECTED),
        ("Subject: Tides", "", Writer.REPEATED),
        ("Subject: [Tides] Tides", "List-Id: <tides.lists.example.net>\r\n", Writer.GATEWAY),
        ("Subject: [Tides] Tides", "", Writer.INJECTED),
        ("From: Eve <eve@attacker.example>", "", Writer.INJECTED),
        ("Reply-To: tides@lists.example.net", "List-Id: Tides <tides.lists.example.net>\r\n", Writer.LIST),
        ("Reply-To: eve@attacker.example", "List-Id: Tides <tides.lists.example.net>\r\n", Writer.INJECTED),
    ],
)
def test_tells_what_was_injected_from_what_lists_and_gateways_add(
    workshop: Any, top: str, below: str, writer: Writer
) -> None:
    signed = workshop.sign(
        made([("Subject", "Tides"), ("Reply-To", "ann@example.com")]), key="ed25519", names="from:subject:reply-to"
    )
    message, check = looked_at(workshop, f"{top}\r\n{below}".encode() + signed)
    judged = {each.field_index: each for each in unvouched(message, cover(message, check))}

    assert check.result is Verdict.PASS
    assert judged[0].writer is writer, judged[0]


def test_says_which_instance_is_signed_and_which_is_shown(workshop: Any) -> None:
    signed = workshop.sign(made([("Subject", "Tides")]), key="ed25519", names="from:subject")
    message, check = looked_at(workshop, b"Subject: You won\r\n" + signed)
    (twice,) = cover(message, check).repeated

    assert (twice.name, twice.fields, twice.picked, twice.shown, twice.deceives) == ("subject", (0, 3), (3,), 0, True)


def test_a_changed_message_keeps_the_line_ends_that_it_came_with(workshop: Any) -> None:
    signed = workshop.sign(made([]), key="ed25519", names="from", l="3").replace(b"\r\n", b"\n")
    message, check = looked_at(workshop, signed)
    ((*proofs,),) = prove_injections(message, [check])

    assert {proof.name for proof in proofs} >= {"From", "Subject", "body", "Content-Type"}
    for proof in proofs:
        assert b"\r" not in proof.message(signed)
        assert looked_at(workshop, proof.message(signed))[1].result is Verdict.PASS


def test_dkimpy_believes_the_proofs_as_well(workshop: Any) -> None:
    import dkim

    signed = workshop.sign(made([("Subject", "Tides")]), names="from:subject", l="3")
    message = parse_message(signed)
    ((*proofs,),) = prove_injections(message, check_dkim(message, dns=workshop.dns()))
    record = workshop.record().encode()

    believed = {
        proof.what: dkim.verify(proof.message(signed), dnsfunc=lambda *_, **__: record)
        for proof in proofs
        if proof.name != "From"  # dkimpy never believes a message with two From fields
    }

    assert len(believed) >= 10
    assert all(believed.values()), believed


def test_nothing_is_proved_of_a_signature_that_does_not_pass(workshop: Any) -> None:
    signed = workshop.sign(made([]), key="ed25519", names="from").replace(b"Hello", b"HELLO")
    message, check = looked_at(workshop, signed)

    assert prove_injections(message, [check]) == ((),)
