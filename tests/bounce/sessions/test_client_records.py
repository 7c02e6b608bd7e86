"""What clients print beside a session is no part of it: summaries, settings, stack traces, commands sent too late."""

import pytest

from mailscope.bounce.failure import Bounce, Phase, PhaseBasis
from mailscope.bounce.sessions.transcript import read_transcript
from mailscope.limits import DEFAULT_LIMITS
from mailscope.sources.detect import detect
from mailscope.specimen import Kind

OPENED = "<-- 220 mx.example.net ESMTP\n--> EHLO client.example.org\n<-- 250 mx.example.net\n"
ASKED = OPENED + "--> MAIL FROM:<ann@example.org>\n<-- 250 2.1.0 Ok\n--> RCPT TO:<bea@example.net>\n"


def only(text: str) -> Bounce:
    (bounce,) = read_transcript(text.encode(), DEFAULT_LIMITS).bounces
    return bounce


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("client: the server did not take bea@example.net\nclient: server message: 550 5.1.1 nobody here\n", ""),
        ("", "client: RCPT TO:<bea@example.net> (550 5.1.1 nobody here)\n"),
        ("", "client: server said: 550 5.1.1 nobody here\n"),
        ("", 'Traceback (most recent call last):\n  File "/usr/lib/client.py", line 571, in rcpt\n'),
        ("", "[ERROR] gave up. response=550 5.1.1 EHLO again would not help\n"),
    ],
)
def test_lets_a_client_sum_up_what_was_said(before: str, after: str) -> None:
    text = f"{before}{ASKED}<-- 550 5.1.1 nobody here\n--> QUIT\n<-- 221 2.0.0 Bye\n{after}"

    bounce = only(text)

    assert (bounce.recipient, bounce.phase, bounce.reply_code) == ("bea@example.net", Phase.RCPT, "550")
    assert bounce.phase_basis is PhaseBasis.STATED
    assert bounce.diagnostic == "550 5.1.1 nobody here"


@pytest.mark.parametrize("secret", ["AHUAcA==", "dQ==", "YW5uYW5uYW5u"])
def test_knows_a_login_however_short_its_secret_is(secret: str) -> None:
    bounce = only(f"{OPENED}--> AUTH PLAIN {secret}\n<-- 535 5.7.8 wrong password\n--> QUIT\n<-- 221 Bye\n")

    assert (bounce.phase, bounce.reply_code, bounce.category) == (Phase.AUTH, "535", "smtp_auth_required")


@pytest.mark.parametrize(
    ("text", "phase"),
    [
        ("<-- 421 4.7.0 too many connections\n--> EHLO client.example.org\nclient: connection closed\n", Phase.BANNER),
        (OPENED.replace("250 mx", "421 mx") + "--> HELO client\nclient: connection reset by peer\n", Phase.HELO),
        (OPENED.replace("250 mx", "421 mx") + "--> MAIL FROM:<ann@example.org>\nclient: unexpected EOF\n", Phase.HELO),
    ],
)
def test_blames_the_421_and_not_the_command_that_came_too_late(text: str, phase: Phase) -> None:
    bounce = only(text)

    assert (bounce.phase, bounce.reply_code) == (phase, "421")


def test_finds_no_lack_of_a_connection_once_there_was_one() -> None:
    text = "*   Trying 192.0.2.25:25...\n* Connected to 192.0.2.25 port 25\n* Operation timed out after 4001 ms\n"

    assert only(text).phase is Phase.BANNER


@pytest.mark.parametrize(
    "text",
    [
        "host = mx.example.net\nport = 25\ntimeout = 3 seconds\n<-- 554 5.7.1 your address is listed\n",
        "Connecting to 192.0.2.25:25 ... connected.\nclient: Resolving mx.example.net ... done\n<<< 554 5.7.1 listed\n",
        "Net::SMTP>>> Net::SMTP(3.14)\nNet::SMTP>>>   IO::Socket(1.49)\nNet::SMTP=GLOB(0x55)<<< 554 5.7.1 listed\n",
    ],
)
def test_takes_a_session_that_ended_at_the_greeting_for_one(text: str) -> None:
    assert detect(text.encode()).kind is Kind.TRANSCRIPT
    assert only(text).phase is Phase.BANNER


def test_takes_a_number_within_a_name_for_no_reply() -> None:
    text = f"bea@rack-535-b.example.net... Connecting to mx.example.net. via esmtp\n{ASKED}<-- 452 4.2.2 mailbox full\n"

    assert (only(text).phase, only(text).reply_code) == (Phase.RCPT, "452")
