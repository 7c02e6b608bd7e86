"""Notices that somebody passes on: quoted in letters, pasted with their marks, told by list managers to owners."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mailscope
from mailscope.bounce.notices.layout import clean
from mailscope.bounce.unwrap import cited, unquoted

NOTICE = """This is the mail system at host mail.example.com.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients.

<bob@example.org>: host mx.example.org[192.0.2.9] said: 552 5.2.2 Mailbox
    full (in reply to RCPT TO command)
"""
SENDMAIL = """   ----- The following addresses had permanent fatal errors -----
<bob@example.org>

   ----- Transcript of session follows -----
... while talking to mx.example.org.:
>>> RCPT To:<bob@example.org>
<<< 550 5.1.1 <bob@example.org>... User unknown
"""


def quoted(text: str, mark: str) -> str:
    return "".join(f"{mark}{line}".rstrip() + "\n" for line in text.splitlines())


def letter(body: str, subject: str = "Fwd: Undelivered Mail Returned to Sender") -> bytes:
    return (
        "Return-Path: <anna@example.com>\nFrom: Anna <anna@example.com>\nTo: help@example.com\n"
        f"Subject: {subject}\nDate: Mon, 1 Jun 2026 10:00:00 +0000\nMessage-ID: <1@example.com>\n\n{body}"
    ).encode()


def bounces(raw: bytes) -> tuple[str, list[tuple[str | None, str]]]:
    told = mailscope.examine(raw, dns=mailscope.NoDns()).to_dict()
    return told["source"]["kind"], [(row["recipient"], row["category"]) for row in told["bounces"]]


@pytest.mark.parametrize("mark", ["> ", ">", "> > ", ">> ", "| ", "  > "])
@pytest.mark.parametrize("around", ["{}", "Hello,\n\nthis came back:\n\n{}\nWhat does it mean?\n\nAnna\n"])
def test_reads_a_notice_that_is_pasted_as_a_quotation(mark: str, around: str) -> None:
    (row,) = mailscope.explain(around.format(quoted(NOTICE, mark)))

    assert (row.recipient, row.category, row.phase) == ("bob@example.org", "mailbox_full", "rcpt")
    assert row.diagnostic == "552 5.2.2 Mailbox full"


def test_leaves_the_marks_of_a_session_within_a_quotation() -> None:
    (row,) = mailscope.explain(f"Hello,\n\n{quoted(SENDMAIL, '> > ')}\nAnna\n")

    assert (row.recipient, row.reply_code, row.phase) == ("bob@example.org", "550", "rcpt")


@pytest.mark.parametrize("mark", ["> ", "> > ", "| "])
def test_a_letter_that_passes_a_notice_on_is_read_as_one(mark: str) -> None:
    kind, rows = bounces(letter(f"See below.\n\n{quoted(NOTICE, mark)}"))

    assert kind == "bounce"
    assert rows == [("bob@example.org", "mailbox_full")]


def test_a_letter_about_something_else_stays_a_letter_whatever_it_quotes() -> None:
    assert bounces(letter(f"This came back:\n\n{quoted(NOTICE, '> ')}", "Lunch tomorrow?")) == ("message", [])
    assert bounces(letter("> 550 people came.\n> More in May.\n> Yours\n> Bob\n", "Re: Our fair")) == ("message", [])


def test_takes_fields_of_a_delivery_report_from_pasted_words() -> None:
    (row,) = mailscope.explain(
        "It was sent by anna@example.com\nand too much went out.\nReporting-MTA: dns; mail.example.com\n\n"
        "Action: failed\nFinal-Recipient: rfc822;bob@example.org\nStatus: 5.2.2\n"
    )

    assert (row.recipient, row.enhanced_code) == ("bob@example.org", "5.2.2")


def test_keeps_recipients_whose_fields_were_not_pasted() -> None:
    rows = mailscope.explain(
        "<bob@example.org>: Spam message rejected\n\n<eve@example.net>: Spam message rejected\n\n"
        "Reporting-MTA: dns; mail.example.com\n\nFinal-Recipient: rfc822; bob@example.org\nStatus: 5.7.1\n"
    )

    assert [(row.recipient, row.category) for row in rows] == [("bob@example.org", "spam"), ("eve@example.net", "spam")]


def test_takes_no_address_at_the_start_of_pasted_lines_for_a_header_field() -> None:
    rows = mailscope.explain(
        "<bob@example.org>: host mx.example.org[192.0.2.9] said: 550 5.1.1\n    User unknown (in reply to RCPT TO\n"
        "    command)\n\n<eve@example.net>: host mx.example.net[192.0.2.8] said: 552 mailbox full\n"
    )

    assert [row.recipient for row in rows] == ["bob@example.org", "eve@example.net"]


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("Ihre Nachricht an \u201ebob@example.org\u201c kam zur\u00fcck: \u201a552 5.2.2 Mailbox full\u2018", "552"),
        ("552\u20105.2.2 Mailbox full \u2014 bob@example.org", "552"),
        (
            "Final-Recipient: rfc822; bob@example.org Action: failed Status: 5.2.2 Diagnostic-Code: smtp; 552 full",
            "552",
        ),
    ],
)
def test_reads_the_text_of_a_picture(text: str, reply: str) -> None:
    (row,) = mailscope.explain(text)

    assert (row.recipient, row.reply_code, row.category) == ("bob@example.org", reply, "mailbox_full")


def managed(sender: str, subject: str, text: str, returned: str) -> bytes:
    return (
        f"Return-Path: <mailman-bounces@lists.example.com>\nFrom: {sender}\nTo: users-owner@lists.example.com\n"
        f"Subject: {subject}\nDate: Mon, 1 Jun 2026 10:00:00 +0000\nMessage-ID: <1@lists.example.com>\n"
        f'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="B"\n\n--B\nContent-Type: text/plain\n\n{text}\n'
        f"--B\nContent-Type: message/rfc822\n\n{returned}\n--B--\n"
    ).encode()


RETURNED = f"From: MAILER-DAEMON@mail.example.com\nTo: users-bounces@lists.example.com\nSubject: failure\n\n{NOTICE}"


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        ("mailman@lists.example.com", "Bounce action notification",
         "    Member:     bob@example.org\n    Reason: Excessive bounces.\n\nThe owner is at mailman@example.com.\n"),
        ("mailman@lists.example.com", "Uncaught bounce notification", "The attached message was received as a bounce."),
        ("noreply@lists.example.com", "bob@example.org's bounce score incremented on Users", "It is 3 now."),
    ],
)  # fmt: skip
def test_reads_the_bounce_that_a_list_manager_encloses(sender: str, subject: str, text: str) -> None:
    kind, rows = bounces(managed(sender, subject, text, RETURNED))

    assert kind == "bounce"
    assert rows == [("bob@example.org", "mailbox_full")]


def test_reads_each_line_of_a_list_managers_table() -> None:
    text = (
        "Err First Last  Address\n--- ----- ----- -------\n"
        "  2 10/11 10/12 Bob Example <bob@example.org>\n                Last error: 550 host is blacklisted\n"
        "  1 10/12 10/12 eve@example.net\n                Last error: 550 5.1.1 User unknown\n"
    )

    rows = mailscope.explain(text)

    assert [(row.recipient, row.category) for row in rows] == [
        ("bob@example.org", "blocked"),
        ("eve@example.net", "user_unknown"),
    ]


def test_a_post_that_a_list_did_not_take_is_refused_by_the_list() -> None:
    raw = (
        b"From: owner-users@lists.example.com\nTo: owner-users@lists.example.com\n"
        b"Subject: BOUNCE users@lists.example.com:    Non-member submission from [Bob <bob@example.org>]\n"
        b"Date: Mon, 1 Jun 2026 10:00:00 +0000\nMessage-ID: <2@lists.example.com>\n\n"
        b">From bob@example.org  Mon Jun  1 10:00:00 2026\nReceived: from a.example.org by lists.example.com;"
        b" Mon, 1 Jun 2026 10:00:00 +0000\nFrom: Bob <bob@example.org>\nTo: users@lists.example.com\n"
        b"Subject: Hello\n\nHello all\n"
    )

    assert bounces(raw) == ("bounce", [("users@lists.example.com", "recipient_refused")])


def test_a_robots_error_report_is_no_bounce() -> None:
    raw = letter("The build failed.\n", "error report from app 7").replace(b"anna@", b"noreply@")

    assert bounces(raw) == ("message", [])


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n>|"), max_size=20), min_size=4),
    st.integers(1, 4),
)
def test_marks_come_off_as_they_were_put_on(lines: list[str], depth: int) -> None:
    lines = [f"x{line}" for line in lines]

    assert unquoted([f"{'> ' * depth}{line}" for line in lines]) == lines
    assert cited(["Hello", *(f"{'> ' * depth}{line}" for line in lines), "", "Bye"])[: len(lines)] == lines


@given(st.text(st.sampled_from(">| \nab5.01<@:"), max_size=300))
def test_any_quotation_is_cleaned_without_raising(text: str) -> None:
    assert clean(text) is not None
