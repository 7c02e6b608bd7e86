"""An mbox is taken apart entry by entry, whichever of its four dialects wrote it, and never held whole."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailscope.errors import LoadError
from mailscope.limits import DEFAULT_LIMITS
from mailscope.sources.load import load_path
from mailscope.sources.mailbox import letters
from mailscope.specimen import Step

LINE = b"From ann@example.org Tue Nov 24 12:07:31 2026\n"
HEAD = b"From: ann@example.org\nTo: bea@example.net\nSubject: Hi\nMessage-ID: <1@example.org>\n"


def contents(raw: bytes) -> list[bytes]:
    return [each.content for each in letters(raw.splitlines(keepends=True))]


def test_a_from_line_in_the_text_is_no_entry_without_a_date_or_a_blank_line_before_it() -> None:
    one = HEAD + b"\nDear all,\n\nFrom now on we meet at noon.\nyours\n" + LINE

    assert contents(LINE + one + b"\n" + LINE + HEAD + b"\nb\n\n") == [one, HEAD + b"\nb\n"]


@pytest.mark.parametrize(
    "line",
    ["- Tue Nov 24 12:07:31 2026", "a b@example.org Tue Nov  4 12:07 2026", "1@xxx Tue Nov 24 12:07:31 +0000 2026",
     "Tue Nov 24 12:07:31 2026", "ann@example.org Tue, 24 Nov 2026 12:07:31 +0000",
     "ann@example.org 2026-11-24T12:07:31Z"],
)  # fmt: skip
def test_the_from_lines_of_many_programs_begin_an_entry(line: str) -> None:
    raw = f"From {line}\n".encode() + HEAD + b"\na\n\n"

    assert contents(raw * 2) == [HEAD + b"\na\n"] * 2


def test_quoting_is_undone_by_one_level() -> None:
    (letter,) = letters((LINE + HEAD + b"\n>From here\n>>From there\n> From afar\n").splitlines(keepends=True))

    assert letter.content == HEAD + b"\nFrom here\n>From there\n> From afar\n"
    assert letter.escaped


def test_a_content_length_that_is_true_keeps_bare_from_lines_in_the_text() -> None:
    body = b"forwarded:\n\n" + LINE + b"it said\n>From me\n"
    one = HEAD + b"Content-Length: %d\n\n" % len(body) + body

    assert contents(LINE + one + b"\n" + LINE + HEAD + b"\nb\n") == [one, HEAD + b"\nb\n"]


@pytest.mark.parametrize("claimed", [0, 1, 10_000, 10**12])
def test_a_content_length_that_lies_swallows_nothing(claimed: int) -> None:
    one = HEAD + b"Content-Length: %d\n\na\n" % claimed

    assert contents(LINE + one + b"\n" + LINE + HEAD + b"\nb\n\n" + LINE + HEAD + b"\nc\n") == [
        one,
        HEAD + b"\nb\n",
        HEAD + b"\nc\n",
    ]


@given(st.lists(st.text("aF>rom \n", max_size=40), min_size=1, max_size=6))
def test_what_mboxrd_wrote_comes_back_as_it_was(bodies: list[str]) -> None:
    mails = [HEAD + b"\n" + body.encode() + b"\n" for body in bodies]
    quoted = [mail.replace(b"\n>From ", b"\n>>From ").replace(b"\nFrom ", b"\n>From ") for mail in mails]
    raw = b"".join(LINE + mail + b"\n" for mail in quoted)
    # ">>From " and deeper is more than the two replacements know; the alphabet makes it, so it is left out.
    if any(b">>From " in mail for mail in mails):
        return

    assert contents(raw) == mails


def test_only_one_entry_is_held_at_a_time() -> None:
    taken = 0

    def lines() -> Iterator[bytes]:
        nonlocal taken
        for _ in range(1_000):
            for line in (LINE, *HEAD.splitlines(keepends=True), b"\n", b"text\n", b"\n"):
                taken += 1
                yield line

    next(letters(lines()))

    assert taken < 20


def test_places_are_counted_and_one_message_has_none(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(LINE + HEAD + b"\na\n")
    (tmp_path / "two").write_bytes((LINE + HEAD + b"\n>From a\n\n") * 2)

    assert [each.origin.index for each in load_path(tmp_path / "one")] == [None]
    assert [each.origin.index for each in load_path(tmp_path / "two")] == [0, 1]
    assert all(each.steps == (Step.MBOX_FROM, Step.MBOX_ESCAPED) for each in load_path(tmp_path / "two"))


def test_a_message_that_is_too_big_costs_only_itself_and_is_told(tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(
        LINE + HEAD + b"\na\n\n" + LINE + HEAD + b"\n" + b"x\n" * 3_000 + b"\n" + LINE + HEAD + b"\nc\n"
    )
    found = load_path(tmp_path / "box", limits=replace(DEFAULT_LIMITS, file_bytes=2_000))

    assert next(found).content == HEAD + b"\na\n"
    assert next(found).origin.index == 2
    with pytest.raises(LoadError, match="message 2 of the mbox"):
        next(found)
