"""What people paste: a reply, one wrapped line, a notification of a sending service."""

import json

import pytest

from mailscope.bounce.failure import Bounce, Manner, Phase, PhaseBasis
from mailscope.bounce.notices.pasted import read_pasted
from mailscope.limits import DEFAULT_LIMITS


def read(text: str) -> tuple[Bounce, ...]:
    return read_pasted(text.encode(), DEFAULT_LIMITS).bounces


@pytest.mark.parametrize(
    ("text", "reply", "enhanced", "category"),
    [
        ("550 5.1.1 User unknown", "550", "5.1.1", "user_unknown"),
        ("550-5.7.26 Unauthenticated email from example.com is not accepted - gsmtp", "550", "5.7.26", "auth_failed"),
        ("smtp; 552 5.2.2 mailbox full", "552", "5.2.2", "mailbox_full"),
        ("“550 #5.1.0 Address rejected.”", "550", "5.1.0", "user_unknown"),
        ("Remote host said: 421 4.7.0 too many connections from your IP", "421", "4.7.0", "rate_limited"),
        ("(#5.1.2) Sorry, I couldn't find any host named example.invalid.", None, "5.1.2", "domain_unknown"),
        ("5.7.1 <bob@example.org>: Relay access denied", None, "5.7.1", "relay_denied"),
        ("550 5.1.1 this user has\nsent too many recipients this hour", "550", "5.1.1", "rate_limited"),
        ("dsn=5.2.1, status=bounced (host mx said: 550 5.2.1 account is disabled)", "550", "5.2.1", "mailbox_disabled"),
    ],
)
def test_reads_a_fragment(text: str, reply: str | None, enhanced: str, category: str) -> None:
    (row,) = read(text)

    assert (row.reply_code, row.enhanced_code, row.category) == (reply, enhanced, category)


@pytest.mark.parametrize(
    "text", ["port 550 is closed", "550 messages were sent", "version 5.1.1 of the program", "2026-05-50"]
)
def test_takes_other_numbers_for_no_code(text: str) -> None:
    (row,) = read(text)

    assert (row.reply_code, row.enhanced_code) == (None, None)


def test_takes_the_marks_of_a_quotation_off() -> None:
    (row,) = read(
        "> <bob@example.org>: host mx.example.org said:\n> 550 5.1.1 User\n> unknown (in reply to\n> RCPT TO command)\n"
    )

    assert (row.recipient, row.phase, row.category) == ("bob@example.org", Phase.RCPT, "user_unknown")


def test_calls_a_passing_refusal_a_delay_where_nobody_says_that_it_is_over() -> None:
    (row,) = read("451 4.7.1 Greylisted, please come back later")

    assert (row.manner, row.permanent) == (Manner.DELAY, False)


def test_reads_the_services_own_reply_around_the_last_one() -> None:
    (row,) = read("554 4.4.7 Message expired: unable to deliver in 840 minutes.<421 4.4.2 Connection timed out>")

    assert (row.reply_code, row.enhanced_code, row.manner) == ("421", "4.4.2", Manner.TIMEOUT)


@pytest.mark.parametrize(
    ("text", "phase"),
    [
        ("Connected to 192.0.2.9 but my name was rejected. Remote host said: 501 no", Phase.HELO),
        ("Connected to 192.0.2.9 but sender was rejected. Remote host said: 550 no", Phase.MAIL),
        ("192.0.2.9 failed on DATA command. Remote host said: 554 no", Phase.DATA),
        ("host 'mx.example.org' rejected command 'RCPT TO:<bob@example.org>' with code 550 no", Phase.RCPT),
        ("Error: Bad code in response to command DATA: 550 no", Phase.DATA),
        ("SMTP server rejected the recipient (RCPT TO): 550 no", Phase.RCPT),
        ("SMTP error after data was sent: 554 no", Phase.MESSAGE),
        ("SMTP protocol error at RCPT TO:<bob@example.org> 550 no such user", Phase.RCPT),
        ("Connection to mx.example.org refused", Phase.CONNECT),
        ("Sorry, I couldn't find any host named example.invalid. (#5.1.2)", Phase.DNS),
        ("TLS negotiation with mx.example.org failed", Phase.STARTTLS),
    ],
)
def test_finds_the_phase_that_a_line_states(text: str, phase: Phase) -> None:
    (row,) = read(text)

    assert (row.phase, row.phase_basis) == (phase, PhaseBasis.STATED)


@pytest.mark.parametrize(
    "text", ["550 RCPT TO rejected", "554 5.7.1 <DATA>: Data command rejected", "550 MAIL FROM denied"]
)
def test_takes_the_servers_words_for_no_statement(text: str) -> None:
    (row,) = read(text)

    assert row.phase_basis is not PhaseBasis.STATED


def test_gives_nothing_for_nothing() -> None:
    assert read(" \n\n") == ()


def bounce_event() -> dict[str, object]:
    recipient = {
        "emailAddress": "bob@example.org",
        "action": "failed",
        "status": "5.1.1",
        "diagnosticCode": "smtp; 550 5.1.1 user unknown",
    }
    return {
        "notificationType": "Bounce",
        "bounce": {"bounceType": "Permanent", "bouncedRecipients": [recipient]},
        "mail": {"source": "anna@example.com", "destination": ["bob@example.org"]},
    }


@pytest.mark.parametrize("broken", [False, True])
def test_reads_a_notification_even_folded_out_of_shape(broken: bool) -> None:
    text = json.dumps(bounce_event())

    (row,) = read(text[:-20] + "!\n" if broken else text)

    assert (row.recipient, row.category, row.reply_code) == ("bob@example.org", "user_unknown", "550")


def test_reads_a_notification_within_a_notification() -> None:
    (row,) = read(json.dumps({"Type": "Notification", "Message": json.dumps(bounce_event())}))

    assert row.recipient == "bob@example.org"


def test_reads_each_event_of_a_list() -> None:
    events = [
        {"email": "bob@example.org", "event": "bounce", "status": "5.1.1", "reason": "550 5.1.1 no such user"},
        {"email": "eve@example.net", "event": "spamreport"},
        {"email": "kim@example.net", "event": "delivered", "response": "250 2.0.0 OK"},
    ]

    rows = read(json.dumps(events))

    assert [row.category for row in rows] == ["user_unknown", "feedback", "delivered"]


def test_takes_other_json_for_text() -> None:
    assert read('{"a": 1}')[0].recipient is None
