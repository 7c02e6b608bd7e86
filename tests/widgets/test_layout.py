"""Blocks laid out for a width."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from mailscope_widgets import (
    Beside,
    Card,
    Item,
    Margin,
    Pairs,
    Piece,
    Rule,
    Split,
    Steps,
    Tone,
    lay,
    log_bar,
    measure,
    para,
    words,
    wrap,
)

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs")), max_size=120)


@given(st.lists(TEXTS, max_size=5), st.integers(4, 90), st.integers(0, 12))
def test_no_line_is_wider_than_it_may_be(texts: list[str], width: int, hang: int) -> None:
    lines = wrap(tuple(Piece(text) for text in texts), width, hang)

    assert all(measure(line) <= width for line in lines)


@given(st.lists(TEXTS, max_size=5), st.integers(4, 90))
def test_wrapping_loses_nothing_but_spaces(texts: list[str], width: int) -> None:
    lines = wrap(tuple(Piece(text) for text in texts), width)

    shown = "".join(piece.text for line in lines for piece in line)
    assert shown.replace(" ", "") == "".join(texts).replace(" ", "").replace("\n", "")


@given(TEXTS, TEXTS, st.integers(12, 100))
def test_every_block_keeps_its_width(one: str, other: str, width: int) -> None:
    blocks = (
        para(one, hang=4),
        Split(words(one), words(other)),
        Pairs(((one[:20], words(other)), ("label", words(one)))),
        Rule(words(one)),
        Steps(("connect", "greeting", "login"), 1),
        Margin(words("● "), (para(one),), words("│ ")),
        Card(words(one), (para(other), Item("inside", (para(one),)))),
    )

    assert all(cell_len(line.text) <= width for line in lay(blocks, width))


def test_words_in_different_tones_break_only_at_spaces() -> None:
    lines = wrap((Piece("see ("), Piece("example.com", Tone.GOOD), Piece(") now")), 16)

    assert ["".join(piece.text for piece in line) for line in lines] == ["see", "(example.com)", "now"]


def test_a_split_takes_two_lines_where_both_ends_do_not_fit() -> None:
    block = Split(words("a-long-name.example.com"), words("12:00:00"))

    assert [line.text.strip() for line in lay((block,), 40)] == ["a-long-name.example.com         12:00:00"]
    assert [line.text.strip() for line in lay((block,), 25)] == ["a-long-name.example.com", "12:00:00"]


def test_the_station_where_it_ended_is_marked_without_colour() -> None:
    text = lay((Steps(("connect", "login", "work"), 1),), 60)[0].text

    assert text.replace("\u00a0", " ").strip() == "✓ connect ─ ✗ LOGIN ─ · work"


def test_a_station_that_may_be_passed_by_is_not_called_reached() -> None:
    text = lay((Steps(("connect", "login", "work"), 2, optional=frozenset({1})),), 60)[0].text

    assert text.replace("\u00a0", " ").strip() == "✓ connect ─ · login ─ ✗ WORK"


def test_lines_of_an_item_bear_its_key_even_inside_a_card() -> None:
    keys = [line.key for line in lay((Card(words("t"), (Item("k", (para("x"),)),)),), 20)]

    assert keys == ["", "k"]


@pytest.mark.parametrize(("value", "bar"), [(0, ""), (-3, ""), (1000, "████"), (10**9, "████")])
def test_the_bar_is_empty_for_nothing_and_full_for_the_most(value: float, bar: str) -> None:
    assert log_bar(value, 1000, 4) == bar


def test_a_short_delay_still_shows() -> None:
    assert log_bar(0.001, 86_400) == "▏"


def test_two_things_stand_side_by_side_where_there_is_room() -> None:
    block = Beside((para("left " * 20),), (para("right"),))
    wide, narrow = lay([block], 120), lay([block], 90)

    assert " │ right" in wide[0].text
    assert all(measure(line.pieces) <= 120 for line in wide)
    assert wide[0].text.index("│") == wide[1].text.index("│")
    assert narrow[-1].text == "right"


@given(TEXTS, TEXTS, st.integers(4, 200))
def test_things_side_by_side_are_no_wider_than_they_may_be(left: str, right: str, width: int) -> None:
    lines = lay([Beside((para(left),), (para(right),))], width)

    assert all(measure(line.pieces) <= max(4, width) for line in lines)
