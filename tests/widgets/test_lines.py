"""Lines found in many bytes without a list of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailscope_widgets import Lines, lines

BYTES = st.lists(st.sampled_from([b"\r\n", b"\n", b"\r", b"a", b"bcd", b"\r\r\n", b"\n\n"]), max_size=60).map(b"".join)


@given(BYTES, st.integers(1, 9))
def test_lines_are_those_that_splitlines_finds_however_the_blocks_fall(data: bytes, block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "_BLOCK", block)
        patch.setattr(lines, "_KEPT", 2)
        found = Lines(data)
        pieces = [data[slice(*found.span(line))] for line in range(len(found))]

    assert pieces == data.splitlines(keepends=True)


@given(BYTES.filter(bool), st.integers(1, 9), st.integers(0, 200))
def test_the_line_of_a_byte_holds_it(data: bytes, block: int, offset: int) -> None:
    offset = min(offset, len(data) - 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "_BLOCK", block)
        found = Lines(data)
        start, stop = found.span(found.at(offset))

    assert start <= offset < stop


@given(BYTES)
def test_line_ends_are_counted_each_for_what_it_is(data: bytes) -> None:
    found = Lines(data)

    assert (found.crlf, found.lf, found.cr) == (
        data.count(b"\r\n"),
        data.replace(b"\r\n", b"").count(b"\n"),
        data.replace(b"\r\n", b"").count(b"\r"),
    )


def test_a_line_that_is_not_there_is_an_index_error() -> None:
    with pytest.raises(IndexError):
        Lines(b"a\nb").span(2)
