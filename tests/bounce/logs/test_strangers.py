"""Lines of logs as strangers hand them in: behind names of files and containers, coloured, escaped, in turns."""

import pytest

from mailscope.bounce.failure import Bounce, Manner, Phase, PhaseBasis
from mailscope.bounce.read import read_notice
from mailscope.limits import DEFAULT_LIMITS
from mailscope.mail.message import parse_message
from mailscope.sources.load import load_bytes
from mailscope.specimen import Step

SAID = (
    "postfix/smtp[451]: 547F22420BF: to=<bea@example.net>, relay=mx.example.net[192.0.2.25]:25, delay=0.9, dsn=5.1.1,"
    " status=bounced (host mx.example.net[192.0.2.25] said: 550 5.1.1 User unknown (in reply to RCPT TO command))"
)
LINE = f"Nov 22 01:39:32 mail {SAID}"
DEBUGGED = (
    "Nov 22 01:39:31 mail postfix/smtp[451]: send attr recipient = bea@example.net\n"
    "Nov 22 01:39:31 mail postfix/smtp[451]: send attr reason = 550 5.1.1 User unknown\n"
)


def rows(text: str) -> tuple[Bounce, ...]:
    (found,) = load_bytes(text.encode())
    return read_notice(found, parse_message(found.content), DEFAULT_LIMITS).bounces


def only(text: str) -> Bounce:
    (row,) = rows(text)
    return row


@pytest.mark.parametrize(
    "text",
    [
        f"mail-1  | {LINE}\nmail-1  | Nov 22 01:39:33 mail postfix/qmgr[3]: 547F22420BF: removed\n",
        f"/var/log/mail.log.1:{LINE}\n/var/log/mail.log.1:Nov 22 01:39:33 mail postfix/qmgr[3]: 547F22420BF: removed\n",
        f"1234:{LINE}\n",
        f"\x1b[36mmail_1  |\x1b[0m {LINE}\n",
        f"```\n{LINE}\n```\n",
        LINE.replace("<", "&lt;").replace(">", "&gt;"),
        f'{{"insertId": "x", "jsonPayload": {{"message": "{LINE}"}}, "resource": {{"labels": {{"id": "p"}}}}}}',
        f"{DEBUGGED}{LINE}\n",
        'l=error m="delivering" err="remote: rcpt to: 550 5.1.1 User unknown" pkg=queue recipient=bea@example.net\n',
    ],
)
def test_finds_the_line_whatever_stands_around_it(text: str) -> None:
    row = only(text)

    assert (row.recipient, row.phase, row.reply_code) == ("bea@example.net", Phase.RCPT, "550")
    assert row.enhanced_code == "5.1.1"


def test_tells_that_colours_were_removed() -> None:
    (found,) = load_bytes(f"\x1b[1mNov 22 01:39:32\x1b[0m mail {SAID}".encode())

    assert found.steps == (Step.COLOURS,)
    assert b"\x1b" not in found.content


OUT = "192.0.2.25 OutboundConnection{} SMTPSVC1 HOST - 25 {} 0 0 SMTP - -\n"
TAKEN = (
    "2026-05-01 10:00:00 198.51.100.7 x SMTPSVC1 HOST 192.0.2.1 0 EHLO - +client.example.org 250 0 SMTP - -\n"
    "2026-05-01 10:00:01 198.51.100.7 x SMTPSVC1 HOST 192.0.2.1 0 MAIL - +FROM:<ann@example.org> 250 0 SMTP - -\n"
    "2026-05-01 10:00:02 198.51.100.7 x SMTPSVC1 HOST 192.0.2.1 0 RCPT - +TO:<bea@example.net> 552 0 SMTP - -\n"
)


@pytest.mark.parametrize(
    "text",
    [
        "#Software: Microsoft Internet Information Services 7.0\n#Fields: c-ip cs-username s-sitename s-computername\n"
        + "".join(
            OUT.format(way, said)
            for way, said in (
                ("Response", "- 220+mx.example.net+ESMTP"),
                ("Command", "EHLO host.example.org"),
                ("Response", "- 250-mx.example.net"),
                ("Command", "MAIL FROM:<ann@example.org>+SIZE=284"),
                ("Response", "- 250+2.1.0+Ok"),
                ("Command", "RCPT TO:<bea@example.net>"),
                ("Response", "- 552+5.1.1+nobody"),
            )
        ),
        "".join(
            f"01/02/26 09:00:00\tSMTP-OU\tAB12.MAI\t10\t192.0.2.25\t{said}\t40\t10\t\tHi\n"
            for said in (
                "CONN\t\t220 mx.example.net ESMTP",
                "MAIL\tMAIL FROM:<ann@example.org> SIZE=284\t250 Ok",
                "RCPT\tRCPT TO:<bea@example.net>\t552 5.1.1 nobody",
            )
        ),
        TAKEN,
    ],
)
def test_reads_protocol_logs_that_hold_both_sides_in_columns(text: str) -> None:
    row = only(text)

    assert (row.recipient, row.phase, row.phase_basis) == ("bea@example.net", Phase.RCPT, PhaseBasis.STATED)
    assert row.reply_code == "552"


def test_reads_each_event_of_an_answer_that_lists_several() -> None:
    text = (
        '{"items": [{"event": "failed", "recipient": "a@example.com", "delivery-status": {"code": 550, "message":'
        ' "5.1.1 nobody"}}, {"event": "delivered", "recipient": "b@example.com", "delivery-status": {"code": 250}}]}'
    )

    assert [(row.recipient, row.manner) for row in rows(text)] == [
        ("a@example.com", Manner.REJECTION),
        ("b@example.com", Manner.DELIVERED),
    ]


def test_knows_columns_in_other_languages() -> None:
    row = only(
        "Datum;Empfänger;Absender;Status;Antwort\n01.05.2026;bea@example.net;ann@example.org;Fehler;550 5.1.1 No"
    )

    assert (row.recipient, row.reply_code) == ("bea@example.net", "550")


def test_lets_a_line_that_sums_up_hide_no_phase() -> None:
    span = 'queueId = 9, from = "ann@example.org", to = ["bea@example.net"], size = 9'
    row = only(
        f'2026-05-01T10:00:00Z INFO SMTP RCPT TO rejected (delivery.rcpt) {span}, code = 550, details = "nobody"\n'
        f'2026-05-01T10:00:00Z INFO DSN permanent failure (delivery.dsn) {span}, code = 550, details = "nobody"\n'
    )

    assert (row.phase, row.phase_basis, row.attempts) == (Phase.RCPT, PhaseBasis.STATED, ())


def test_counts_a_policy_daemons_word_only_where_the_server_says_nothing() -> None:
    policy = (
        "Feb  1 23:32:37 mx postgrey[15]: action=greylist, reason=new, sender=a@example.org, recipient=bea@example.net"
    )
    server = (
        "Feb  1 23:32:37 mx postfix/smtpd[19]: NOQUEUE: reject: RCPT from x[192.0.2.9]: 450 4.2.0 <bea@example.net>:"
        " Greylisted; from=<ann@example.org> to=<bea@example.net> proto=ESMTP"
    )

    assert only(policy).reply_code is None
    assert only(f"{policy}\n{server}\n").reply_code == "450"


def test_finds_the_lack_of_a_connection_in_a_clients_short_log() -> None:
    row = only(
        "2026-05-01 10:00:00\tSMTP ERROR: Failed to connect to server: Connection refused (111)\n"
        "2026-05-01 10:00:00\tSMTP Error: Could not connect to SMTP host.\n"
    )

    assert (row.phase, row.category, row.recipient) == (Phase.CONNECT, "network", None)


@pytest.mark.parametrize(
    "text",
    [
        (
            "datetime=2026-05-01T10:00:00+0000|Delivered=false|IP=192.0.2.25|Rcpt=bea@example.net|Err=550 5.1.1 User"
            " unknown|Sender=ann@example.org"
        ),
        (
            "May  1 10:00:00 filter instance1[123]: rprt mod=session cmd=dispose action=reject rcpts=bea@example.net"
            ' reply="550 5.1.1 refused"'
        ),
        (
            "[2026-05-01T10:00:00+00:00] app.ERROR: sending failed with 550 5.1.1 User unknown."
            ' {"to":"bea@example.net"} []'
        ),
        (
            '{"info": {"destination": [{"address": "bea@example.net"}], "source": {"address": "ann@example.org"},'
            ' "connection_info": {"smtp_reply_code": 550}, "description": "550 5.1.1 User unknown"}}'
        ),
    ],
)
def test_reads_names_and_values_however_they_are_set_apart(text: str) -> None:
    row = only(text)

    assert (row.recipient, row.reply_code, row.enhanced_code) == ("bea@example.net", "550", "5.1.1")


def test_takes_a_soft_bounce_for_mail_that_stays_in_the_queue() -> None:
    text = f"{LINE}\n{LINE.replace('01:39', '01:59')}\n".replace("status=bounced", "status=SOFTBOUNCE")
    behaviour = read_notice(load_bytes(text.encode())[0], parse_message(text.encode()), DEFAULT_LIMITS).behaviour

    assert only(text).manner is Manner.DELAY
    assert "retried-after-final" in {one.id for one in behaviour}


def test_debugging_lines_repeat_only_what_was_told_at_about_the_same_time() -> None:
    sent = (
        "Nov 22 {} mail postfix/smtp[451]: 547F22420BF: to=<bea@example.net>, relay=mx.example.net[192.0.2.25]:25,"
        " dsn=2.0.0, status=sent (250 ok)\n"
    )
    later = "Nov 22 11:00:00 mail shop[7]: delivery to bea@example.net failed: 550 5.1.1 User unknown\n"

    assert [row.manner for row in rows(sent.format("10:59:58") + later)] == [Manner.DELIVERED]
    assert [row.reply_code for row in rows(sent.format("09:00:00") + later)] == ["250", "550"]
