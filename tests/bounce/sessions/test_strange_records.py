"""Records of programs that nobody thought of: said twice, stamped like a log, amid debugging, with hidden logins."""

import pytest

from mailscope.bounce.failure import Bounce, Phase, PhaseBasis
from mailscope.bounce.sessions.transcript import read_transcript
from mailscope.limits import DEFAULT_LIMITS
from mailscope.sources.load import load_bytes
from mailscope.specimen import Kind

GREETING = "220 mx.example.net ESMTP"
HELLO = "250-mx.example.net greets you\n250 PIPELINING"


def rows(text: str) -> tuple[Bounce, ...]:
    (found,) = load_bytes(text.encode())
    assert found.kind is Kind.TRANSCRIPT
    return read_transcript(found.content, DEFAULT_LIMITS).bounces


SHOWN = (
    "DEBUG: setDebug: Mailer version 2\nDEBUG SMTP: trying to connect to host mx.example.net, port 25\n"
    f"{GREETING}\nEHLO client.example.org\n{HELLO}\nDEBUG SMTP: Found extension PIPELINING\n"
    "MAIL FROM:<ann@example.org>\n250 2.1.0 Ok\nRCPT TO:<bea@example.net>\n250 2.1.5 Ok\nDATA\n354 Go on\n"
    "Date: Fri, 1 May 2026 10:00:00 +0000\nFrom: ann@example.org\nTo: bea@example.net\nMessage-ID: <1@example.org>\n"
    "Subject: points\nMIME-Version: 1.0\n\n250 points\n.\n554 5.7.1 refused\n"
)
TWICE = (
    f'IN "{GREETING}"\nSERVER: {GREETING}\nCLIENT: EHLO client.example.org\nIN "250 mx.example.net"\n'
    'SERVER: 250 mx.example.net\nCLIENT: MAIL FROM:<ann@example.org>\nIN "250 Ok"\nSERVER: 250 Ok\n'
    'CLIENT: RCPT TO:<bea@example.net>\nIN "550 5.1.1 nobody"\nSERVER: 550 5.1.1 nobody\nCLIENT: QUIT\n'
)
STAMPED = (
    f"2026-05-01 10:00:00\tSERVER -> CLIENT: {GREETING}\n"
    "2026-05-01 10:00:00\tCLIENT -> SERVER: EHLO client.example.org\n"
    "2026-05-01 10:00:00\tSERVER -> CLIENT: 250-mx.example.net\n                   \t                  250 SIZE 1000\n"
    "2026-05-01 10:00:00\tCLIENT -> SERVER: MAIL FROM:<ann@example.org>\n"
    "2026-05-01 10:00:00\tSERVER -> CLIENT: 550 5.1.8 no such domain\n"
    "2026-05-01 10:00:01\tSMTP ERROR: MAIL FROM command failed: 550 5.1.8 no such domain\n"
    "2026-05-01 10:00:01\tThe following From address failed: ann@example.org : MAIL FROM command failed\n"
)
TRACED = (
    "10:00:00.1 == Info: Connected to 192.0.2.25 port 25\n10:00:00.1 <= Recv header, 26 bytes\n"
    f"0000: {GREETING}\n10:00:00.2 => Send header, 20 bytes\n0000: EHLO client.example.org\n0000: 250 mx.example.net\n"
    "0000: MAIL FROM:<ann@example.org>\n0000: 250 2.1.0 Ok\n0000: RCPT TO:<bea@example.net>\n0000: 250 2.1.5 Ok\n"
    "0000: DATA\n0000: 354 Go on\n10:00:00.3 => Send data, 90 bytes\n0000: Subject: hi.From: ann@example.org..Hello\n"
    "0040: .250 points to you.\n10:00:00.4 <= Recv header, 20 bytes\n0000: 452 4.3.1 disk full\n"
)
AMID = (
    "10:00:00.360  8322 set_process_info: delivering to mx.example.net\n"
    f"10:00:00.370  8322   SMTP<< {GREETING}\n10:00:00.370  8322 rcpt deferred? no\n"
    "10:00:00.370  8322   SMTP>> EHLO client.example.org\n10:00:00.371  8322   SMTP<< 250-mx.example.net\n"
    "10:00:00.371  8322          250-SIZE 1000\n10:00:00.371  8322          250 PIPELINING\n"
    "10:00:00.372  8322   SMTP|> MAIL FROM:<ann@example.org>\n10:00:00.372  8322   SMTP|> RCPT TO:<bea@example.net>\n"
    "10:00:00.373  8322 waiting for answers, expect data\n10:00:00.374  8322   sequence=1 most=500 all=-1\n"
    "10:00:00.375  8322   SMTP<< 250 Ok\n10:00:00.376  8322   SMTP<< 450 4.2.1 slow down\n"
    "10:00:00.377  8322   SMTP+> QUIT\n10:00:00.378  8322   SMTP<< 221 Bye\n"
    "10:00:00.379  8322 cmdlog: '220:EHLO:250-:MAIL|:RCPT|:250:450:QUIT:221'\n"
)


@pytest.mark.parametrize(
    ("text", "phase", "code", "recipient"),
    [
        pytest.param(SHOWN, Phase.MESSAGE, "554", "bea@example.net", id="shows the message"),
        pytest.param(TWICE, Phase.RCPT, "550", "bea@example.net", id="says everything twice"),
        pytest.param(STAMPED, Phase.MAIL, "550", None, id="stamps its lines"),
        pytest.param(TRACED, Phase.MESSAGE, "452", "bea@example.net", id="marks both sides alike"),
        pytest.param(AMID, Phase.RCPT, "450", "bea@example.net", id="amid debugging"),
        pytest.param("DEBUG: Recv: 421 4.3.2 busy\nError: invalid response\n", Phase.BANNER, "421", None, id="heard"),
    ],
)
def test_reads_the_record_of_a_program_that(text: str, phase: Phase, code: str, recipient: str | None) -> None:
    (row,) = rows(text)

    assert (row.phase, row.phase_basis, row.reply_code) == (phase, PhaseBasis.STATED, code)
    assert row.recipient == recipient


OPEN = f"S: {GREETING}\nC: EHLO client.example.org\nS: 250-mx.example.net\nS: 250 AUTH LOGIN\n"


@pytest.mark.parametrize(
    ("text", "phase", "code"),
    [
        (OPEN + "debug: AUTH LOGIN command trace suppressed\nException: 535 5.7.8 wrong\n", Phase.AUTH, "535"),
        (OPEN + "debug: AUTH LOGIN command trace suppressed\ndebug: EOF: [EOF]\n", Phase.AUTH, None),
        (OPEN + "Exception: 535 5.7.8 wrong\n", Phase.AUTH, "535"),
    ],
)
def test_finds_the_login_that_a_program_does_not_show(text: str, phase: Phase, code: str | None) -> None:
    (row,) = read_transcript(text.encode(), DEFAULT_LIMITS).bounces

    assert (row.phase, row.reply_code) == (phase, code)


def test_takes_a_certificate_that_is_not_trusted_for_no_failure_where_the_client_went_on() -> None:
    text = (
        "CONNECTED(00000003)\nverify error:num=18:self-signed certificate\nVerify return code: 18\n250 STARTTLS\n"
        "    Timeout   : 7200 (sec)\nEHLO client.example.org\n250 mx.example.net\nMAIL FROM:<ann@example.org>\n250 Ok\n"
        "RCPT TO:<bea@example.net>\n550 5.1.1 nobody\nQUIT\n"
    )

    (row,) = rows(text)

    assert (row.recipient, row.phase, row.reply_code) == ("bea@example.net", Phase.RCPT, "550")


def test_blames_the_refused_hello_and_not_the_mail_that_was_never_answered() -> None:
    text = f"S: {GREETING}\nC: EHLO x\nS: 550 5.7.1 no\nC: HELO x\nS: 550 5.7.1 no\nC: MAIL FROM:<ann@example.org>\n"

    (row,) = read_transcript(text.encode(), DEFAULT_LIMITS).bounces

    assert (row.phase, row.reply_code) == (Phase.HELO, "550")


STAMPS = "2026-05-01 10:00:00 "
ALONE = (
    "CLIENT -> SERVER: EHLO client.example.org\nCLIENT -> SERVER: AUTH LOGIN\nCLIENT -> SERVER: [credentials hidden]\n"
    "CLIENT -> SERVER: MAIL FROM:<ann@example.org>\nCLIENT -> SERVER: RCPT TO:<bea@example.net>\n"
    "SMTP ERROR: RCPT TO command failed: 553 5.7.1 not your address\nCLIENT -> SERVER: QUIT\n"
)
IN_ONE_LINE = (
    f"{STAMPS}SERVER -> CLIENT: 220 mx.example.net {STAMPS}CLIENT -> SERVER: EHLO client.example.org "
    f"{STAMPS}SERVER -> CLIENT: 250-mx.example.net 250-SIZE 9 250 AUTH LOGIN "
    f"{STAMPS}CLIENT -> SERVER: MAIL FROM:<ann@example.org> {STAMPS}SERVER -> CLIENT: 250 2.1.0 Ok "
    f"{STAMPS}CLIENT -> SERVER: RCPT TO:<bea@example.net> {STAMPS}SERVER -> CLIENT: 553 5.7.1 no"
)
REMARKED = (
    "220 mx.example.net\nEHLO client.example.org          <== introduce yourself\n250 mx.example.net\n"
    "MAIL FROM: ann@example.org     <== the sender\n250 Ok\nRCPT TO: bea@example.net      <== for whom\n250 Ok\n"
    "DATA          <== begin\n354 Go on\nHello\n.        <== end\n553 5.7.1 no\n"
)


@pytest.mark.parametrize(
    ("text", "phase"),
    [
        pytest.param(ALONE, Phase.RCPT, id="only the client"),
        pytest.param(IN_ONE_LINE, Phase.RCPT, id="one line"),
        pytest.param(IN_ONE_LINE.replace(">", "&gt;").replace("<", "&lt;"), Phase.RCPT, id="a page's source"),
        pytest.param(REMARKED, Phase.MESSAGE, id="remarks"),
    ],
)
def test_reads_what_pages_and_people_made_of_a_session(text: str, phase: Phase) -> None:
    (row,) = rows(text)

    assert (row.recipient, row.phase, row.reply_code) == ("bea@example.net", phase, "553")


def test_knows_that_a_record_may_begin_behind_the_message() -> None:
    (row,) = rows(" -> .\n<** 550 refused\n -> QUIT\n<-  221 Bye\n")

    assert (row.phase, row.reply_code) == (Phase.MESSAGE, "550")


def test_waits_for_no_answer_to_a_login_that_is_not_shown() -> None:
    text = (
        f"{OPEN}debug: AUTH LOGIN command trace suppressed\ndebug: AUTH LOGIN succeeded\n"
        "C: MAIL FROM:<ann@example.org>\nS: 250 Ok\nC: RCPT TO:<bea@example.net>\nS: 550 5.1.1 nobody\n"
    )

    (row,) = read_transcript(text.encode(), DEFAULT_LIMITS).bounces

    assert (row.recipient, row.phase, row.reply_code) == ("bea@example.net", Phase.RCPT, "550")


def test_a_refusal_that_a_program_tells_of_is_that_of_the_command_before_it() -> None:
    text = (
        "CLIENT -> SERVER: EHLO web.example.com\nCLIENT -> SERVER: MAIL FROM:<ann@example.org>\n"
        "CLIENT -> SERVER: RCPT TO:<amy@example.net>\nCLIENT -> SERVER: RCPT TO:<bea@example.net>\n"
        "SMTP ERROR: RCPT TO command failed: 550 5.1.1 User unknown\nCLIENT -> SERVER: QUIT\n"
    )

    assert [row.recipient for row in rows(text) if row.reply_code == "550"] == ["bea@example.net"]
