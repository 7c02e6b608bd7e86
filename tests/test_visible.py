"""Nothing that came out of a message steers a terminal or hides from the reader."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailscope.visible import hidden, visible, visible_bytes, visible_lines

ANY = st.text(st.characters(codec=None)) | st.text("\x00\x1b[2Jm\u202e\u200d\ud800\x9b\n\t\ra", max_size=40)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain \u20ac", "plain \u20ac"),
        ("\x1b[2J", "\u241b[2J"),
        ("a\r\nb\tc", "a\u240d\u240ab\u2409c"),
        ("\x7f\x9b31m", "\u2421\u27e89B\u27e931m"),
        ("\u202eevil\u2066", "\u27e8RLO\u27e9evil\u27e8LRI\u27e9"),
        ("pay\u200bpal", "pay\u27e8ZWSP\u27e9pal"),
        ("\udce9", "\ufffd"),
        ("\U000e0041", "\u27e8TAG 41\u27e9"),
    ],
)
def test_what_steers_or_hides_is_made_visible(text: str, safe: str) -> None:
    assert visible(text) == safe


@given(ANY)
def test_no_control_direction_mark_or_surrogate_is_left(text: str) -> None:
    for safe, allowed in ((visible(text), ""), (visible_lines(text), "\n\t")):
        kinds = {unicodedata.category(char) for char in safe if char not in allowed}
        assert not kinds & {"Cc", "Cs"}
        assert not set(safe) & set(
            "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200d\u200e\u200f\ufeff\u2028"
        )
        safe.encode("utf-8")


@given(ANY)
def test_making_visible_twice_changes_nothing_more(text: str) -> None:
    assert visible(visible(text)) == visible(text)


def test_lines_stay_lines_where_they_may() -> None:
    assert visible_lines("a\r\nb\rc\n\x07") == "a\nb\nc\n\u2407"


def test_bytes_are_shown_as_utf_8_or_by_their_numbers() -> None:
    assert visible_bytes(b"gr\xc3\xbc\xff\x00") == "gr\u00fc\\xff\u2400"


def test_hidden_characters_are_named() -> None:
    assert hidden("a\u202eb\u200b\u202e\n\x07") == ("RLO", "ZWSP", "U+0007")
