"""What something is, is told by general signs, with the reason in words."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailscope.sources.detect import detect
from mailscope.sources.load import load_path
from mailscope.specimen import Kind
from mailscope.tables import read_table

TRACE = "Received: from a.example (a.example [192.0.2.1]) by b.example; Tue, 24 Nov 2026 12:00:00 +0000\n"


def mail(text: str, **fields: str) -> bytes:
    named = {"From": "Ann <ann@example.org>", "To": "bea@example.net", "Subject": "Hi"} | {
        name.replace("_", "-"): value for name, value in fields.items()
    }
    return (TRACE + "".join(f"{name}: {value}\n" for name, value in named.items()) + "\n" + text).encode()


def kind(raw: bytes) -> Kind | None:
    return detect(raw).kind


DSN = (
    "--b\n\nIt failed.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; a.example\n\n"
    "Final-Recipient: rfc822; x@example.org\nAction: failed\nStatus: 5.1.1\n--b--\n"
)

NULLMAILER = (
    b"Starting delivery: host: a.example protocol: smtp\nFrom: <a@b.example> to: <c@d.example>\n"
    b"Message-ID: <1@b.example>\nsmtp: Failed: 550-5.7.26 no\n550-5.7.26 and\n550-5.7.26 no\n"
)


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (mail(DSN, Content_Type="multipart/report; report-type=delivery-status; boundary=b"), Kind.BOUNCE),
        (mail(DSN, Content_Type="multipart/mixed; boundary=b"), Kind.BOUNCE),
        (mail(DSN.replace("delivery-status", "feedback-report"), Content_Type="multipart/report; boundary=b"),
         Kind.REPORT),
        (mail("x", X_Failed_Recipients="x@example.org", Subject="Mail failure"), Kind.BOUNCE),
        (mail("I am away.", Auto_Submitted="auto-replied"), Kind.REPORT),
        (mail("<x@example.org>:\nSorry, no mailbox here by that name. (#5.1.1)\n", From="MAILER-DAEMON@a.example",
              Subject="failure notice", Return_Path="<>"), Kind.BOUNCE),
        (mail("Die Nachricht konnte nicht zugestellt werden.\n", From="Mail_Daemon@a.example",
              Subject="Unzustellbar: Hallo"), Kind.BOUNCE),
        (mail("x@example.org 550 5.1.1 user unknown", From="Mail Delivery System <noreply@a.example>",
              Subject="=?utf-8?q?Message_non_remis?="), Kind.BOUNCE),
        (mail('{"notificationType":"Bounce","bounce":{}}', From="no-reply@sns.example"), Kind.BOUNCE),
        (b"Final-Recipient: rfc822; x@example.org\nAction: failed\nStatus: 5.1.1\n", Kind.BOUNCE),
        (b"550 5.1.1 <x@example.org>: Recipient address rejected: User unknown\n", Kind.BOUNCE),
        (b"S: 220 a.example\nC: EHLO b\nS: 250 ok\nC: MAIL FROM:<a@b.example>\nS: 550 no\n", Kind.TRANSCRIPT),
        (b"# session 1 to a.example\n*: server closes the connection\n", Kind.TRANSCRIPT),
        (b"Nov 22 01:41:04 mx postfix/smtp[1]: 4X1: to=<x@example.org>, dsn=5.1.1, status=bounced (no)\n", Kind.LOG),
        (NULLMAILER, Kind.LOG),
        (b"Received: from a by b; Tue, 24 Nov 2026 12:00:00 +0000\n", Kind.HEADERS),
    ],
)  # fmt: skip
def test_is_taken_for_what_it_is(raw: bytes, wanted: Kind) -> None:
    guess = detect(raw)

    assert guess.kind is wanted, guess
    assert guess.basis


@pytest.mark.parametrize(
    "raw",
    [
        mail("Your parcel could not be delivered. Delivery failed, pay 1.99.", Subject="Delivery failure notice",
             From="Parcel <no-reply@parcel.example>", Return_Path="<no-reply@parcel.example>"),
        mail("Your mailbox is full and mail was not delivered. Log in.", From="Server Administrator <it@evil.example>",
             Subject="Undelivered mail", Return_Path="<it@evil.example>", List_Unsubscribe="<https://evil.example>"),
        mail("We rejected 550 5.1.1 in the log, as discussed: user unknown.", Subject="Re: bounces"),
        mail("--b\n\nsee attached\n--b\nContent-Type: message/rfc822\n\n"
             + mail(DSN.replace("--b", "--c"), Content_Type="multipart/report; boundary=c").decode() + "\n--b--\n",
             Content_Type="multipart/mixed; boundary=b", Subject="Fwd: Undelivered Mail Returned to Sender"),
        mail("Out of office: the book. Buy now.", Subject="Out of office, the new collection"),
    ],
)  # fmt: skip
def test_mail_that_only_speaks_of_failed_mail_is_mail(raw: bytes) -> None:
    guess = detect(raw)

    assert guess.kind is Kind.MESSAGE, guess


@pytest.mark.parametrize(
    "text",
    ["(reason: 550 Invalid recipient)", "530 Must issue a STARTTLS command first", "mailbox full", "Connection refused",
     "Your message to bob@example.org couldn't be delivered.", "smtplib.SMTPDataError: (554, b'no')", "Error: 4.4.2"],
)  # fmt: skip
def test_a_pasted_sentence_is_a_bounce(text: str) -> None:
    assert kind(text.encode()) is Kind.BOUNCE


@pytest.mark.parametrize(
    "text",
    [
        "Total: 550 euros, due on 5.1.2026",
        "See you at 4.30 pm in room 550 please",
        "def f(x):\n    return 550\n",
        "a,b,c\n1,2,3\n",
        "[table]\nkey = 1\n",
        "-----BEGIN PRIVATE KEY-----\nMIIB\n",
    ],
)
def test_other_text_is_no_mail(text: str) -> None:
    assert kind(text.encode()) is None


@given(st.binary(max_size=300))
def test_any_bytes_give_a_guess_with_its_reason(raw: bytes) -> None:
    assert detect(raw).basis


@pytest.mark.parametrize(
    "raw",
    [b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n" * 200_000, b"A:\n\n" * 200_000, b"550 " * 300_000,
     b"From: MAILER-DAEMON\n\n" + b"{" * 500_000, b"Received: x\n\n" * 60_000, b" " * 700_000 + b"x", b"\n " * 400_000],
)  # fmt: skip
def test_hostile_bytes_are_judged_in_linear_time(raw: bytes) -> None:
    start = time.process_time()
    detect(raw)

    assert time.process_time() - start < 20  # quadratic would be minutes


def test_the_words_of_notices_are_plain_and_written_once() -> None:
    for name, words in read_table("sources", "notices.toml").items():
        assert len(words) == len(set(words)), name
        assert all(word == word.lower() and word[0] != " " for word in words), name


@pytest.mark.parametrize(
    ("folder", "kinds"),
    [("mail", {Kind.MESSAGE}), ("bounces", {Kind.BOUNCE, Kind.REPORT}), ("lab", {Kind.BOUNCE}),
     ("lab-logs", {Kind.LOG}), ("lab-transcripts", {Kind.TRANSCRIPT})],
)  # fmt: skip
def test_real_files_are_taken_for_what_they_are(shared: Path, folder: str, kinds: set[Kind]) -> None:
    wrong = [
        (place.name, found.kind, found.kind_basis)
        for place in sorted((shared / "corpora" / folder).iterdir())[::4]
        for found in load_path(place)
        if found.kind not in kinds
    ]

    assert wrong == []
