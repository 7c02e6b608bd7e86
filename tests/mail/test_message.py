"""A message as bytes: every byte is in a field or in the body, whatever stands there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailscope.limits import Limits
from mailscope.mail.message import LineEnds, parse_message

RAW = b"From: a@example.org\r\nsubject : Hi\r\n there\r\nno field at all\r\nFROM: b@example.org\r\n\r\nbody\r\n"


def test_keeps_order_duplicates_folding_case_and_malformed_lines() -> None:
    message = parse_message(RAW)

    assert [(field.name, field.malformed) for field in message.fields] == [
        ("From", False), ("subject", False), ("", True), ("FROM", False),
    ]  # fmt: skip
    assert message.fields[1].raw == b"subject : Hi\r\n there\r\n"
    assert message.fields[1].unfolded == "Hi there"
    assert [field.index for field in message.all("from")] == [0, 3]
    assert message.body_bytes == b"body\r\n"


@given(st.binary(max_size=300) | st.text("ab: \t\r\n\0", max_size=80).map(str.encode))
def test_every_byte_is_in_one_field_the_blank_line_or_the_body(raw: bytes) -> None:
    message = parse_message(raw)
    end = message.fields[-1].span.stop if message.fields else 0

    assert b"".join(field.raw for field in message.fields) == raw[:end]
    assert raw[end : message.body.start].strip(b"\r\n") == b""
    assert message.body.of(raw) == raw[message.body.start :]
    assert all(field.span.of(raw) == field.raw for field in message.fields)
    assert message.has_body or message.body.start == len(raw)


@pytest.mark.parametrize(
    ("end", "name"), [(b"\r\n", LineEnds.CRLF), (b"\n", LineEnds.LF), (b"\r", LineEnds.CR)]
)  # fmt: skip
def test_the_line_ends_of_a_message_do_not_matter(end: bytes, name: LineEnds) -> None:
    message = parse_message(RAW.replace(b"\r\n", end))

    assert (len(message.fields), message.has_body, message.line_ends) == (4, True, name)
    assert message.body_bytes == b"body" + end


def test_mixed_line_ends_are_said() -> None:
    assert parse_message(RAW.replace(b"\r\n", b"\n", 1)).line_ends is LineEnds.MIXED


def test_a_header_block_beyond_the_limits_is_kept_unread_and_said() -> None:
    raw = b"X-A: b\n" * 50 + b"\nbody"
    few = parse_message(raw, Limits(fields=10))
    short = parse_message(raw, Limits(header_bytes=100))

    for message in (few, short):
        assert message.truncated_fields
        assert message.fields[-1].malformed
        assert message.body_bytes == b"body"
        assert b"".join(field.raw for field in message.fields) == b"X-A: b\n" * 50
