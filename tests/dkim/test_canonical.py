"""What is hashed: every byte decides, so the canonical forms are held to their definitions."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailscope.dkim.canonical import (
    Canon,
    canonical_body,
    canonical_field,
    canonical_signature,
    material,
    mended,
    other_readings,
    pick,
    without_value,
)
from mailscope.mail.message import parse_message

PIECES = [b"\r\n", b"\n", b"\r", b" ", b"\t", b"a", b"\xc3\xa9", b"\0", b"  \t ", b"\x0b"]
BODIES = st.lists(st.sampled_from(PIECES)).map(b"".join)
BOTH = pytest.mark.parametrize("canon", list(Canon))


def test_the_example_of_the_standard_comes_out_as_printed() -> None:
    body = b" C \r\nD \t E\r\n\r\n\r\n"

    assert canonical_field(b"A: X\r\n", Canon.RELAXED) == b"a:X\r\n"
    assert canonical_field(b"B : Y\t\r\n\tZ  \r\n", Canon.RELAXED) == b"b:Y Z\r\n"
    assert canonical_field(b"B : Y\t\r\n\tZ  \r\n", Canon.SIMPLE) == b"B : Y\t\r\n\tZ  \r\n"
    assert canonical_body(body, Canon.RELAXED) == b" C\r\nD E\r\n"
    assert canonical_body(body, Canon.SIMPLE) == b" C \r\nD \t E\r\n"


def test_an_empty_body_is_a_line_end_in_simple_form_and_nothing_in_relaxed() -> None:
    assert [canonical_body(body, Canon.SIMPLE) for body in (b"", b"\r\n", b"\r\n\r\n")] == [b"\r\n"] * 3
    assert [canonical_body(body, Canon.RELAXED) for body in (b"", b"\r\n", b" \r\n\t\r\n", b"  ")] == [b""] * 4


@BOTH
@given(body=BODIES)
def test_a_canonical_body_is_its_own_canonical_form(canon: Canon, body: bytes) -> None:
    once = canonical_body(mended(body), canon)

    assert canonical_body(once, canon) == once
    assert not once or once.endswith(b"\r\n")


@given(body=BODIES)
def test_the_relaxed_body_is_what_the_definition_says_line_by_line(body: bytes) -> None:
    body = mended(body)
    lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()

    assert canonical_body(body, Canon.RELAXED) == b"".join(line + b"\r\n" for line in lines)


@BOTH
@given(body=BODIES)
def test_dkimpy_canonicalizes_whole_lines_alike(canon: Canon, body: bytes) -> None:
    import dkim.canonicalization as theirs

    body = mended(body) + b"x\r\n"
    policy = theirs.Relaxed if canon is Canon.RELAXED else theirs.Simple

    assert canonical_body(body, canon) == policy.canonicalize_body(body)


@BOTH
@given(value=st.binary(max_size=60))
def test_a_canonical_field_is_its_own_canonical_form(canon: Canon, value: bytes) -> None:
    raw = b"Subject:" + value.replace(b"\r", b"").replace(b"\n", b"\r\n ") + b"\r\n"
    once = canonical_field(raw, canon)

    assert canonical_field(once, canon) == once


@given(body=BODIES)
def test_mended_line_ends_stay_as_they_are(body: bytes) -> None:
    once = mended(body)

    assert mended(once) == once
    assert not re.search(rb"(?<!\r)\n", once)


def test_lone_carriage_returns_are_line_ends_only_where_there_is_no_line_feed() -> None:
    assert mended(b"a\rb\r") == b"a\r\nb\r\n"
    assert mended(b"a\rb\n") == b"a\rb\r\n"


def test_mixed_line_ends_have_every_reading_that_a_signer_may_have_had() -> None:
    message = parse_message(b"From: a@example.com\r\n\r\none\ntwo\rthree\r\n")
    stuff = material(message)

    assert stuff.mended
    assert [reading.body for reading in (stuff, *other_readings(message, stuff))] == [
        b"one\r\ntwo\rthree\r\n",
        b"one\ntwo\rthree\r\n",
        b"one\r\ntwo\r\nthree\r\n",
    ]
    assert other_readings(parse_message(b"A: b\n\nx\n"), material(parse_message(b"A: b\n\nx\n"))) == ()


def test_names_pick_fields_from_the_bottom_and_the_signature_never_itself() -> None:
    keys = ("dkim-signature", "received", "from", "received", "dkim-signature", "")

    assert pick(("Received", "received", "RECEIVED", "From"), keys) == (3, 1, None, 2)
    assert pick(("dkim-signature", "dkim-signature"), keys, own=0) == (4, None)
    assert pick(("",), keys[:5]) == (None,)


@pytest.mark.parametrize(
    ("value", "emptied"),
    [
        (b" v=1; b=AbC=; bh=xyz", b" v=1; b=; bh=xyz"),
        (b" bh=b=c; b \t=\r\n\t A b\r\n c ;d=e", b" bh=b=c; b \t=;d=e"),
        (b"b=x\r\n", b"b="),
        (b" bb=1; ab=2\r\n", b" bb=1; ab=2\r\n"),
    ],
)
def test_only_the_value_of_b_is_taken_out(value: bytes, emptied: bytes) -> None:
    assert without_value(b"DKIM-Signature:" + value) == b"DKIM-Signature:" + emptied


def test_the_signature_itself_is_hashed_without_its_line_end() -> None:
    raw = b"DKIM-Signature: a=b;\r\n\tb=xx \r\n"

    assert canonical_signature(raw, Canon.RELAXED) == b"dkim-signature:a=b; b="
    assert canonical_signature(raw, Canon.SIMPLE) == b"DKIM-Signature: a=b;\r\n\tb="


def test_runs_of_white_space_cost_no_more_than_their_length() -> None:
    body = b" \t" * 500_000 + b"x\r\n" + b"\r\n" * 200_000 + b"\r\r\n"

    assert canonical_body(body, Canon.RELAXED) == b" x\r\n" + b"\r\n" * 200_000 + b"\r\r\n"
