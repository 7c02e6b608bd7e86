"""Nothing that a notice holds may raise, run away, or be lost in silence."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailscope.bounce.notices.dsn import read_status
from mailscope.bounce.notices.mentions import mentions
from mailscope.bounce.notices.message import read_message, read_report
from mailscope.bounce.notices.pasted import read_pasted
from mailscope.bounce.notices.webhook import read_webhook
from mailscope.bounce.reply import read_codes
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.message import parse_message

HEAD = b"From: MAILER-DAEMON@mail.example.com\nTo: anna@example.com\nSubject: Undelivered\nMIME-Version: 1.0\n"
PIECES = st.sampled_from(
    [
        "<bob@example.org>", ": ", "\n", "\n\n", "host mx.example.org[192.0.2.1] said: ", "550 5.1.1 ", "550-",
        "(in reply to RCPT TO command)",
        ">>> DATA\n", "<<< 550 no\n", "Final-Recipient: rfc822; a@b\n", "Status: 5.0.0\n", "Action: failed\n",
        "----- Transcript of session follows -----\n",
        "--B\n", "Content-Type: message/delivery-status\n", "{\"event\": \"bounce\"", "\\303\\244", "\ud83d\ude00",
        "\u202e", "\x00", "@", "x" * 50,
        "expanded from: <c@d>", "Diagnostic-Code: smtp; ", "=?utf-8?q?=ff?=",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=20), max_size=40).map("".join)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_any_text_gives_rows_and_no_surrogates(text: str) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    for notice in (
        read_pasted(raw, DEFAULT_LIMITS),
        read_message(parse_message(HEAD + b"Content-Type: multipart/report; boundary=B\n\n" + raw), DEFAULT_LIMITS),
        read_report(parse_message(raw), DEFAULT_LIMITS),
    ):
        for row in notice.bounces:
            assert row.category
            assert row.meaning
            (row.diagnostic or "").encode()


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_status_and_codes(data: bytes) -> None:
    read_status(data, DEFAULT_LIMITS)
    read_webhook(data.decode("latin-1"), DEFAULT_LIMITS)
    codes = read_codes(data.decode("latin-1"))

    assert codes.reply is None or len(codes.reply) == 3


@settings(max_examples=60, deadline=None)
@given(st.from_regex(r"[45][0-9]{2}", fullmatch=True), st.from_regex(r"[45]\.[0-7]\.[0-9]{1,2}", fullmatch=True))
def test_codes_side_by_side_are_found(reply: str, enhanced: str) -> None:
    codes = read_codes(f"host said: {reply} {enhanced} words")

    assert (codes.reply, codes.enhanced) == (reply, enhanced)


def test_recipients_beyond_the_limit_are_counted() -> None:
    limits = Limits(bounce_rows=3)
    status = b"Reporting-MTA: dns; x\n\n" + b"".join(
        b"Final-Recipient: rfc822; u%d@example.org\nAction: failed\n\n" % n for n in range(8)
    )
    text = b"".join(b"<u%d@example.org>: 550 5.1.1 no\n\n" % n for n in range(8))

    machine = read_message(
        parse_message(
            HEAD
            + b"Content-Type: multipart/report; boundary=B\n\n--B\nContent-Type: message/delivery-status\n\n"
            + status
            + b"--B--\n"
        ),
        limits,
    )
    people = read_message(parse_message(HEAD + b"\n" + text), limits)

    assert (len(machine.bounces), machine.unread) == (3, 5)
    assert (len(people.bounces), people.unread) == (3, 5)


def test_a_text_that_is_cut_says_so() -> None:
    notice = read_message(
        parse_message(HEAD + b"\n<bob@example.org>: 550 no\n\n" + b"x" * 70 + b"\n" * 1 + b"y\n" * 1_100_000),
        DEFAULT_LIMITS,
    )

    assert notice.bounces[0].recipient == "bob@example.org"
    assert any("bytes" in problem.text and problem.is_limit for problem in notice.problems)


def test_notices_nested_a_hundred_deep_are_read_to_a_bounded_depth() -> None:
    raw = b"From: a@example.com\n\nhello\n"
    for n in range(100):
        raw = (
            b"From: MAILER-DAEMON@example.com\nContent-Type: multipart/report; boundary=B%d\n\n--B%d\nContent-Type: "
            b"text/plain\n\n"
            b"<u%d@example.org>: gone\n--B%d\nContent-Type: message/rfc822\n\n%s\n--B%d--\n" % (n, n, n, n, raw, n)
        )

    notice = read_message(parse_message(raw), DEFAULT_LIMITS)

    assert len(notice.bounces) == 1
    assert notice.problems


@pytest.mark.parametrize(
    "piece", ["a@b ", "<a@b", "550-", "in reply to ", "\\303", "(", "host x [1", "user a@b <", "expanded from "]
)
def test_repetition_costs_no_more_than_its_length(piece: str) -> None:
    lines = [piece * (4_000 // len(piece))] * 20

    assert len(mentions(lines, frozenset())) <= 20 * 1_000
    assert read_pasted("\n".join(lines).encode(), DEFAULT_LIMITS).bounces


@pytest.mark.parametrize("filler", ["\n", ">\n", "> ", "\t"])
def test_floods_of_blanks_around_the_fields_of_a_report_are_read_in_one_pass(filler: str) -> None:
    text = f"Undelivered:\n{filler * 60_000}\nFinal-Recipient: rfc822; bob@example.org\nAction: failed\nStatus: 5.1.1\n"
    notice = read_pasted(text.encode(), DEFAULT_LIMITS)

    assert notice.bounces


def test_brackets_and_blanks_before_an_address_are_read_in_one_way() -> None:
    sender = "Sent from" + "  <" * 60 + "x amy@example.com"
    labelled = "recipient" + "rfc822; " * 400 + "x bob@example.org"
    found = mentions([sender, labelled], frozenset())  # with two ways for each it would not come to an end

    assert [one.address for one in found] == ["amy@example.com", "bob@example.org"]
