"""Amounts as people say them."""

import pytest

from mailscope.amounts import count, duration, size_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (-2, "-2 s"), (59.6, "1 min"), (200, "3 min 20 s"), (7_500, "2 h 5 min"), (273_600, "3 d 4 h")],
)
def test_durations_are_for_people(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_nouns_agree_with_their_number() -> None:
    assert (count(1, "field"), count(1200, "field")) == ("1 field", "1,200 fields")
    assert count(2, "reply", "replies") == "2 replies"


def test_sizes_are_rounded_where_nobody_counts() -> None:
    assert [size_words(size) for size in (1, 812, 64_000, 25_000_000)] == ["1 byte", "812 bytes", "64 kB", "25 MB"]
