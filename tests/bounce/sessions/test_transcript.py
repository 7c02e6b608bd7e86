"""Sessions are read whatever program recorded them: who spoke is learned, replies go to their commands in order."""

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mailscope
from mailscope.bounce.failure import Bounce, Manner, Notice, Phase, PhaseBasis
from mailscope.bounce.sessions.transcript import read_transcript
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.sources.detect import detect
from mailscope.specimen import Kind

# The same session, as different programs write it down: one recipient is refused at RCPT, which ends it.
SPOKEN = (
    ("S", "220 mx.example.net ESMTP"),
    ("C", "EHLO client.example.org"),
    ("S", "250-mx.example.net Hello"),
    ("S", "250 SIZE 1000"),
    ("C", "MAIL FROM:<ann@example.org>"),
    ("S", "250 2.1.0 Ok"),
    ("C", "RCPT TO:<bea@example.net>"),
    ("S", "550-5.1.1 There is nobody"),
    ("S", "550 5.1.1 of that name"),
    ("C", "QUIT"),
    ("S", "221 2.0.0 Bye"),
)
STYLES = {
    "letters": ("S: {}", "C: {}"),
    "arrows": ("<<< {}", ">>> {}"),
    "swaks": ("<-  {}", " -> {}"),
    "curl": ("< {}", "> {}"),
    "bare": ("{}", "{}"),
    "Postfix": (" Out: {}", " In:  {}"),
    "Exim": ("  SMTP<< {}", "  SMTP>> {}"),
    "PHPMailer": ("2026-05-01 10:00:00 SERVER -> CLIENT: {}", "2026-05-01 10:00:00 CLIENT -> SERVER: {}"),
    "thread": ("10:00:00.123 [pool-7] DEBUG smtp - <-- {}", "10:00:00.456 [pool-9] DEBUG smtp - --> {}"),
    "Ruby": ('-> "{}\\r\\n"', '<- "{}\\r\\n"'),
    "names and values": ('time="10:00:00" level=debug msg="{}" dir=in', 'time="10:00:00" level=debug msg="{}" dir=out'),
    "smtplib": ("reply: b'{}\\r\\n'", "send: '{}\\r\\n'"),
    "hMailServer": (
        '"SMTPC"\t47\t1\t"2026-05-01 10:00:01"\t"RECEIVED: {}"',
        '"SMTPC"\t47\t1\t"2026-05-01 10:00:02"\t"SENT: {}"',
    ),
    "only the client is marked": ("{}", ">>> {}"),
    "times before each line": ("[10:00:01] {}", "[10:00:02] {}"),
}


def recorded(style: str) -> str:
    server, client = STYLES[style]
    return "".join((server if who == "S" else client).format(text) + "\n" for who, text in SPOKEN)


def read(text: str, limits: Limits = DEFAULT_LIMITS) -> Notice:
    return read_transcript(textwrap.dedent(text).encode(), limits)


def only(text: str) -> Bounce:
    bounces = read(text).bounces
    assert len(bounces) == 1
    return bounces[0]


@pytest.mark.parametrize("style", STYLES)
def test_learns_who_speaks_from_the_lines_themselves(style: str) -> None:
    bounce = only(recorded(style))

    assert (bounce.recipient, bounce.phase, bounce.phase_basis) == ("bea@example.net", Phase.RCPT, PhaseBasis.STATED)
    assert (bounce.reply_code, bounce.enhanced_code, bounce.manner) == ("550", "5.1.1", Manner.REJECTION)
    assert bounce.diagnostic == "550 5.1.1 There is nobody of that name"
    assert bounce.remote_mta == "mx.example.net"


@pytest.mark.parametrize("style", STYLES)
def test_takes_every_style_for_a_session(style: str) -> None:
    assert detect(recorded(style).encode()).kind is Kind.TRANSCRIPT


def test_gives_pipelined_replies_to_their_commands_in_order() -> None:
    notice = read(
        """\
        220 mx.example.net ESMTP
        EHLO client.example.org
        250-mx.example.net
        250 PIPELINING
        MAIL FROM:<ann@example.org>
        RCPT TO:<bea@example.net>
        RCPT TO:<cleo@example.net>
        DATA
        250 2.1.0 Ok
        250 2.1.5 Ok
        550 5.1.1 <cleo@example.net>: no such user
        354 Go ahead
        Subject: hello

        QUIT smoking
        550 is a number in the message
        .
        QUIT
        250 2.0.0 Ok: queued
        221 2.0.0 Bye
        """
    )

    assert [(one.recipient, one.phase, one.manner, one.reply_code) for one in notice.bounces] == [
        ("bea@example.net", Phase.MESSAGE, Manner.DELIVERED, "250"),
        ("cleo@example.net", Phase.RCPT, Manner.REJECTION, "550"),
    ]


def test_blames_rcpt_and_not_the_data_that_follows_from_it() -> None:
    bounce = only(
        """\
        S: 220 mx.example.net
        C: EHLO client.example.org
        S: 250 mx.example.net
        C: MAIL FROM:<ann@example.org>
        S: 250 Ok
        C: RCPT TO:<bea@example.net>
        S: 550 5.7.1 <bea@example.net>: Relay access denied
        C: DATA
        S: 554 5.5.1 Error: no valid recipients
        C: QUIT
        S: 221 Bye
        """
    )

    assert (bounce.phase, bounce.reply_code, bounce.category) == (Phase.RCPT, "550", "relay_denied")


SESSION = "S: 220 mx.example.net\nC: EHLO client.example.org\nS: 250 mx.example.net\n"
MAIL = SESSION + "C: MAIL FROM:<ann@example.org>\nS: 250 Ok\nC: RCPT TO:<bea@example.net>\nS: 250 Ok\n"


@pytest.mark.parametrize(
    ("text", "phase", "reply", "recipient"),
    [
        ("S: 554 5.7.1 mx.example.net: your address is blocked\n", Phase.BANNER, "554", None),
        (
            ("S: 220 mx.example.net\nC: EHLO x\nS: 550 5.7.1 no\nC: HELO x\nS: 550 5.7.1 no\nC: QUIT\n"),
            Phase.HELO,
            "550",
            None,
        ),
        (SESSION + "C: STARTTLS\nS: 454 4.7.0 not now\nC: QUIT\nS: 221 Bye\n", Phase.STARTTLS, "454", None),
        (
            SESSION
            + ("C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: YW5u\nS: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\nS: 535 5.7.8 no\n"),
            Phase.AUTH,
            "535",
            None,
        ),
        (SESSION + "C: MAIL FROM:<ann@example.org>\nS: 550 5.7.1 no\nC: QUIT\nS: 221 Bye\n", Phase.MAIL, "550", None),
        (
            SESSION + ("C: MAIL FROM:<a@b.example>\nC: RCPT TO:<bea@example.net>\nS: 550 no\nS: 503 need MAIL\n"),
            Phase.MAIL,
            "550",
            "bea@example.net",
        ),
        (MAIL + "C: DATA\nS: 451 4.3.0 later\nC: QUIT\nS: 221 Bye\n", Phase.DATA, "451", "bea@example.net"),
        (
            MAIL + "C: DATA\nS: 354 go\nC: Subject: x\nC: .\nS: 552 5.3.4 too big\n",
            Phase.MESSAGE,
            "552",
            "bea@example.net",
        ),
        (MAIL + "C: DATA\nS: 354 go\nC: (message)\nS: 554 5.7.1 spam\n", Phase.MESSAGE, "554", "bea@example.net"),
        (MAIL + "C: BDAT 900 LAST\nS: 554 5.6.0 content\n", Phase.MESSAGE, "554", "bea@example.net"),
        (MAIL + "S: 421 4.4.2 timeout exceeded\n", Phase.RCPT, "421", "bea@example.net"),
    ],
)
def test_names_the_command_that_was_refused(text: str, phase: Phase, reply: str, recipient: str | None) -> None:
    bounce = only(text)

    assert (bounce.phase, bounce.reply_code, bounce.recipient) == (phase, reply, recipient)
    assert bounce.phase_basis is PhaseBasis.STATED


@pytest.mark.parametrize(
    ("text", "phase"),
    [
        ("* Trying 192.0.2.25:25...\n* connect to 192.0.2.25 port 25 failed: Connection refused\n", Phase.CONNECT),
        ("# session 1 to mx.example.net[192.0.2.25]:25\n*: server closes the connection\n", Phase.BANNER),
        (SESSION + "C: STARTTLS\nS: 220 go\n*: TLS handshake failed: no shared cipher\n", Phase.STARTTLS),
        (MAIL + "C: DATA\nS: 354 go\nC: .\n*: server closes the connection (FIN)\n", Phase.MESSAGE),
        (SESSION + "C: MAIL FROM:<ann@example.org>\n*: server does not answer\n", Phase.MAIL),
    ],
)
def test_names_the_phase_in_which_a_connection_broke(text: str, phase: Phase) -> None:
    bounce = only(text)

    assert (bounce.phase, bounce.reply_code, bounce.manner) == (phase, None, Manner.DELAY)
    assert bounce.category in ("network", "tls_failed")


def test_gives_lmtp_one_answer_a_recipient() -> None:
    notice = read(
        "S: 220 mx.example.net LMTP\nC: LHLO client\nS: 250 mx.example.net\nC: MAIL FROM:<ann@example.org>\nS: 250 Ok\n"
        "C: RCPT TO:<bea@example.net>\nS: 250 Ok\nC: RCPT TO:<cleo@example.net>\nS: 550 5.1.1 nobody\n"
        "C: RCPT TO:<dora@example.net>\nS: 250 Ok\nC: DATA\nS: 354 go\nC: .\nS: 250 2.0.0 saved\nS: 452 4.2.2 full\n"
    )

    assert {one.recipient: one.reply_code for one in notice.bounces} == {
        "bea@example.net": "250",
        "cleo@example.net": "550",
        "dora@example.net": "452",
    }


def test_lists_earlier_sessions_as_attempts_and_lets_the_last_decide() -> None:
    first = "# session 1, 2026-05-01T10:00:00Z to mx.example.net[192.0.2.25]:25\nS: 421 4.3.2 busy\n\n"
    second = "# session 2, 2026-05-01T10:10:00Z to mx.example.net[192.0.2.25]:25\n" + MAIL.replace(
        "S: 250 Ok\n", "S: 250 Ok\n"
    )

    bounce = only(first + second + "C: DATA\nS: 354 go\nC: .\nS: 250 2.0.0 queued\n")

    assert bounce.manner is Manner.DELIVERED
    assert len(bounce.attempts) == 2
    assert "421 4.3.2 busy" in bounce.attempts[0]


def test_keeps_sessions_with_different_servers_apart() -> None:
    other = "# session 2 to mx.example.com[192.0.2.26]:25\nS: 554 5.7.1 not welcome\n"

    notice = read("# session 1 to mx.example.net[192.0.2.25]:25\n" + MAIL + "C: DATA\nS: 550 no\n\n" + other)

    assert [(one.recipient, one.remote_mta) for one in notice.bounces] == [
        ("bea@example.net", "mx.example.net"),
        (None, "mx.example.com"),
    ]


def test_concludes_only_where_a_connection_broke_between_commands() -> None:
    bounce = only(SESSION + "*: server closes the connection (FIN)\n")

    assert (bounce.phase, bounce.phase_basis) == (Phase.MAIL, PhaseBasis.INFERRED)


def test_tells_nothing_of_a_client_that_left() -> None:
    assert read(SESSION + "*: client closed the connection\n").bounces == ()


def test_tells_nothing_of_a_probe_that_was_answered_well() -> None:
    assert read(MAIL + "C: QUIT\nS: 221 Bye\n").bounces == ()


def test_says_where_a_limit_bit() -> None:
    many = (
        SESSION
        + "C: MAIL FROM:<a@b.example>\nS: 250 Ok\n"
        + "".join(f"C: RCPT TO:<u{number}@example.net>\nS: 550 5.1.1 no\n" for number in range(30))
    )

    notice = read(many, Limits(bounce_rows=20))

    assert (len(notice.bounces), notice.unread) == (20, 10)


@given(
    st.lists(
        st.sampled_from(
            [
                *(text for _, text in SPOKEN),
                "DATA",
                "354 go",
                ".",
                "STARTTLS",
                "AUTH PLAIN AGEAYg==",
                "421 4.4.2 bye",
                "RSET",
                "",
                "S: ",
                "\\r\\n'",
                "*: connection lost",
            ]
        ),
        max_size=40,
    )
)
@settings(max_examples=60, deadline=None)
def test_any_order_of_lines_gives_a_notice(lines: list[str]) -> None:
    notice = read_transcript("\n".join(lines).encode(), DEFAULT_LIMITS)

    assert len(notice.bounces) <= 40
    assert all(one.phase is not Phase.UNKNOWN for one in notice.bounces)


@given(st.binary(max_size=400))
@settings(max_examples=60, deadline=None)
def test_any_bytes_give_a_notice(data: bytes) -> None:
    assert read_transcript(data, DEFAULT_LIMITS).form == "transcript"


def test_untangles_sessions_that_are_recorded_in_turns_by_their_ids() -> None:
    first = (
        "S: 220 mx.example.net",
        "C: EHLO a.example.org",
        "S: 250 Ok",
        "C: MAIL FROM:<ann@example.org>",
        "S: 250 Ok",
    )
    second = ("S: 220 mx.example.com", "C: EHLO a.example.org", "S: 550 5.7.1 go away", "C: QUIT", "S: 221 Bye")
    said = [one for pair in zip(first, second, strict=True) for one in zip(("7c1d2e3f", "8c1d2e3f"), pair, strict=True)]
    said += [("7c1d2e3f", "C: RCPT TO:<bea@example.net>"), ("7c1d2e3f", "S: 550 5.1.1 no")]

    notice = read("".join(f"10:00:00 [{ident}] {words}\n" for ident, words in said))

    assert [(one.recipient, one.phase, one.remote_mta) for one in notice.bounces] == [
        ("bea@example.net", Phase.RCPT, "mx.example.net"),
        (None, Phase.HELO, "mx.example.com"),
    ]


def test_reads_the_session_that_a_server_shows_its_postmaster() -> None:
    spoken = recorded("Postfix")
    mail = (
        "From: MAILER-DAEMON@mx.example.net (Mail Delivery System)\nTo: postmaster@mx.example.net\n"
        "Subject: Postfix SMTP server: errors from mail.example.org[192.0.2.10]\nDate: 1 May 2026 10:00:00 +0000\n\n"
        f"Transcript of session follows.\n\n{spoken}\nFor other details, see the local mail logfile\n"
    )

    bounces = mailscope.examine(mail.encode(), dns=mailscope.NoDns()).bounces

    assert [(one.recipient, one.phase, one.reply_code) for one in bounces] == [("bea@example.net", Phase.RCPT, "550")]
