"""Terminal input: what is pasted types no keys and kills nothing."""

import time
from codecs import getincrementaldecoder
from itertools import pairwise
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers.headless_driver import HeadlessDriver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from mailscope.tui.driver import PasteCutter, PasteSafeDriver, safe_driver
from mailscope.tui.ground import Ground


class Clock:
    """Stands still between reads, however slow the machine is."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


def feed(*reads: str, wait: float = 0.0, asked: bool = False) -> list[Message]:
    clock = Clock()
    with patch("mailscope.tui.driver.time", clock):
        cutter = PasteCutter(XTermParser(), asked=asked)
        got = [message for read in reads for message in (*cutter.feed(read), *cutter.tick())]
        if wait:
            time.sleep(wait)  # the stock parser has a clock of its own
            clock.now += wait
            got += cutter.tick()
    return got


def keys(got: list[Message]) -> list[str]:
    return [message.key for message in got if isinstance(message, events.Key)]


def pastes(got: list[Message]) -> list[str]:
    return [message.text for message in got if isinstance(message, events.Paste)]


def test_an_escape_inside_a_paste_types_no_keys() -> None:
    got = feed("\x1b[200~X-Esc: \x1bqq\x1b[31m\x1b[201~")

    assert pastes(got) == ["X-Esc: \x1bqq\x1b[31m"]
    assert keys(got) == []


@given(st.text(max_size=200), st.lists(st.integers(0, 210), max_size=6))
def test_a_paste_cut_into_reads_anywhere_arrives_whole(text: str, cuts: list[int]) -> None:
    text = text.replace("\x1b[201~", "")
    whole = f"\x1b[200~{text}\x1b[201~"
    places = sorted({0, *(min(cut, len(whole)) for cut in cuts), len(whole)} - {1, 0} | {0})
    reads = [whole[a:b] for a, b in pairwise(places)]
    if any(read == "\x1b" for read in reads[:1]):
        return

    got = feed(*reads)

    assert pastes(got) == [text]
    assert keys(got) == []


def test_keys_before_and_after_a_paste_are_keys() -> None:
    got = feed("j\x1b[200~q\x1b[201~k")

    assert keys(got) == ["j", "k"]
    assert pastes(got) == ["q"]


def test_arrows_mouse_and_function_keys_still_work() -> None:
    assert keys(feed("\x1b[A\x1b[B", "\x1bOP")) == ["up", "down", "f1"]


def test_the_escape_key_is_not_held_back() -> None:
    assert keys(feed("\x1b", wait=0.15)) == ["escape"]


def test_the_beginning_of_a_mark_that_never_comes_is_given_up() -> None:
    got = feed("\x1b[2", wait=0.25)

    assert pastes(got) == []


@pytest.mark.parametrize("text", ["'/home/ann/a b.eml' ", "file:///home/ann/a%20b.eml\n"])
def test_a_drop_without_brackets_is_a_paste(text: str) -> None:
    got = feed(text, wait=0.08)

    assert pastes(got) == [text]
    assert keys(got) == []


def test_a_long_drop_in_several_reads_is_one_paste() -> None:
    first, rest = "'/home/ann/" + "x" * 4000, "yz.eml' "
    got = feed(first, rest, wait=0.08)

    assert pastes(got) == [first + rest]


@pytest.mark.parametrize("typed", ["j" * 20, "jkjkjkjkjk", "hello", "\x13\x11\x13\x11abcdefgh"])
def test_what_a_person_types_stays_keys(typed: str) -> None:
    got = feed(typed, wait=0.08)

    assert pastes(got) == []
    assert len(keys(got)) >= len(typed) - 4


def test_a_byte_that_is_no_utf8_comes_through_a_paste_unharmed() -> None:
    decode = getincrementaldecoder("utf-8")("surrogateescape").decode
    got = feed(decode(b"\x1b[200~caf\xe9\x1b[201~"))

    assert pastes(got)[0].encode("utf-8", "surrogateescape") == b"caf\xe9"


def test_a_byte_that_is_no_utf8_outside_a_paste_is_a_replaced_key() -> None:
    got = feed("\udce9")

    assert [message.character for message in got if isinstance(message, events.Key)] == ["\ufffd"]


def test_ten_megabytes_are_cut_out_in_a_moment() -> None:
    text = "Received: from somewhere\r" * 400_000
    started = time.process_time()
    cutter = PasteCutter(XTermParser())
    whole = f"\x1b[200~{text}\x1b[201~"
    got = [message for at in range(0, len(whole), 65_536) for message in cutter.feed(whole[at : at + 65_536])]

    assert pastes(got) == [text]
    assert time.process_time() - started < 20


def test_only_the_stock_linux_driver_is_replaced() -> None:
    assert safe_driver(LinuxDriver) is PasteSafeDriver
    assert safe_driver(HeadlessDriver) is HeadlessDriver


@pytest.mark.parametrize(
    ("answer", "light"),
    [
        ("\x1b]11;rgb:ffff/ffff/ffff\x07", True),
        ("\x1b]11;rgb:fd/f6/e3\x1b\\", True),
        ("\x1b]11;rgb:1111/1515/1b1b\x1b\\", False),
        ("\x1b]11;rgba:0000/0000/0000/ffff\x07", False),
    ],
)
def test_the_background_is_heard_between_keys_and_types_none(answer: str, *, light: bool) -> None:
    got = feed(f"j{answer}k", asked=True)

    assert keys(got) == ["j", "k"]
    assert [message.light for message in got if isinstance(message, Ground)] == [light]


@given(st.integers(1, 24))
def test_an_answer_in_two_reads_types_no_keys(cut: int) -> None:
    answer = "\x1b]11;rgb:ffff/ffff/ffff\x07"
    got = feed(answer[:cut], answer[cut:] + "q", asked=True)

    assert keys(got) == ["q"]
    assert any(isinstance(message, Ground) for message in got)


def test_an_answer_inside_a_paste_is_part_of_the_paste() -> None:
    got = feed("\x1b[200~a\x1b]11;rgb:ffff/ffff/ffff\x07b\x1b[201~", asked=True)

    assert pastes(got) == ["a\x1b]11;rgb:ffff/ffff/ffff\x07b"]
    assert not any(isinstance(message, Ground) for message in got)


@pytest.mark.parametrize("typed", ["\x1b", "\x1b]", "\x1b]1", "\x1b]11;rgb"])
def test_what_only_looks_like_the_beginning_of_an_answer_is_not_kept_for_ever(typed: str) -> None:
    cutter = PasteCutter(XTermParser(), asked=True)
    list(cutter.feed(typed))
    time.sleep(0.12)
    list(cutter.tick())

    assert not cutter.waiting
