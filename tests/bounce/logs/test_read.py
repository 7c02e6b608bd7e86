"""Mail logs are read whatever system wrote them: a row a message and recipient, the last state counts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailscope.bounce.failure import Bounce, Manner, Notice, Phase, PhaseBasis
from mailscope.bounce.logs.read import read_log
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.sources.detect import detect
from mailscope.specimen import Kind

REFUSED = {
    "Postfix": (
        "Nov 22 01:39:32 mx postfix/smtp[451]: 547F22420BF: to=<bea@example.net>, relay=mx.example.net[1"
        "92.0.2.25]:25, delay=0.9,"
        " delays=0/0.9/0/0, dsn=5.1.1, status=bounced (host mx.example.net[192.0.2.25]"
        " said: 550 5.1.1 <bea@example.net>: User unknown"
        " (in reply to RCPT TO command))"
    ),
    "Postfix in RFC 5424": (
        "<22>1 2026-05-01T10:00:00.123+02:00 mx postfix/smtp 451 - - 547F22420BF: to=<bea@example.net>,"
        " relay=mx.example.net[192.0.2.25]:25,"
        " dsn=5.1.1, status=bounced (host mx.example.net[192.0.2.25] said: 550 5.1.1"
        " User unknown (in reply to RCPT TO command))"
    ),
    "Postfix in journald's JSON": (
        '{"__REALTIME_TIMESTAMP":"1606009171123456","SYSLOG_IDENTIFIER":"postfix/smtp","MESSAGE":"547F22'
        "420BF: to=<bea@example.net>,"
        " relay=mx.example.net[192.0.2.25]:25, dsn=5.1.1,"
        " status=bounced (host mx.example.net[192.0.2.25"
        "] said: 550 5.1.1 User unknown"
        ' (in reply to RCPT TO command))"}'
    ),
    "Exim": (
        "2026-05-01 10:00:00 1v2tRg-00000004Wm1-2cVd ** bea@example.net R=dnslookup T=remote_smtp"
        " H=mx.example.net [192.0.2.25]: SMTP error"
        " from remote mail server after RCPT TO:<bea@example.net>: 550 5.1.1 User unknown"
    ),
    "Sendmail": (
        "Nov 22 01:37:33 mx sm-mta[179]: 6AM1bWI9000053: to=<bea@example.net>, delay=00:00:00, mailer=esmtp, pri=30368,"
        " relay=mx.example.net. [192.0.2.25], dsn=5.1.1, reply=550 5.1.1 <bea@example.net>..."
        " User unknown, stat=User unknown"
    ),
    "OpenSMTPD": (
        "Nov 22 01:38:54 mx smtpd[21]: 283267f16d12a42f mta delivery evpid=3d1d14ad9e6f425f"
        " from=<ann@example.org> to=<bea@example.net>"
        ' rcpt=<-> source="192.0.2.14" relay="192.0.2.25 (mx.example.net)" delay=0s result="PermFail"'
        ' stat="550 5.1.1 User unknown"'
    ),
    "OpenSMTPD of old": (
        "Nov 22 01:38:54 mx smtpd[21]: relay: PermFail for 3d1d14ad9e6f425f: session=28326700cb32ecf3,"
        " from=<ann@example.org>,"
        " to=<bea@example.net>, rcpt=<->, source=192.0.2.1, relay=192.0.2.25 (mx.example.net),"
        " delay=1s, stat=550 5.1.1 User unknown"
    ),
    "Courier": (
        "Nov 22 01:41:04 mx courieresmtp: id=0000000000284977.000000006B024830.00000136,from=<ann@exampl"
        "e.org>,addr=<bea@example.net>:"
        " 550-5.1.1 User\n"
        "Nov 22 01:41:04 mx courieresmtp: id=0000000000284977.000000006B024830.00000136,from=<ann@exampl"
        "e.org>,addr=<bea@example.net>:"
        " 550 5.1.1 unknown\n"
        "Nov 22 01:41:04 mx courieresmtp: id=0000000000284977.000000006B024830.00000136,from=<ann@exampl"
        "e.org>,addr=<bea@example.net>,"
        "status: failure"
    ),
    "dma": (
        "Nov 22 01:41:36 mx dma[26e97b.5651fdbb0950]: <bea@example.net> trying delivery\n"
        "Nov 22 01:41:36 mx dma[26e97b.5651fdbb0950]: trying remote delivery to mx.example.net [192.0.2.25] pref 10\n"
        "Nov 22 01:41:36 mx dma[26e97b.5651fdbb0950]: remote delivery to mx.example.net"
        " [192.0.2.25] failed after RCPT TO: 550 5.1.1 User unknown\n"
        "Nov 22 01:41:36 mx dma[26e97b.5651fdbb0950]: delivery failed, bouncing as 26e977"
    ),
    "nullmailer": (
        "Starting delivery: host: mx.example.net protocol: smtp file: 1795312275.625\nFrom:"
        " <ann@example.org> to: <bea@example.net>\n"
        "Message-ID: <1@example.org>\nsmtp: Failed: 550-5.1.1 User\n550 5.1.1 unknown\n"
        "Sending failed: Permanent error in sending the message\nMoving message 1795312275.625 into failed"
    ),
    "qmail": (
        "@400000005f1e2d3c1a2b3c4d info msg 262145: bytes 1234 from <ann@example.org> qp 123 uid 1000\n"
        "@400000005f1e2d3c1a2b3c4d starting delivery 1: msg 262145 to remote bea@example.net\n"
        "@400000005f1e2d3d1a2b3c4d delivery 1: failure: 192.0.2.25_does_not_like_recipient./Remote_host_"
        "said:_550_5.1.1_User_unknown/"
        "Giving_up_on_192.0.2.25./"
    ),
    "msmtp": (
        "Nov 25 13:33:57 host=mx.example.net tls=off auth=off from=ann@example.org recipients=bea@exampl"
        "e.net smtpstatus=550"
        " smtpmsg='550-5.1.1 User\\n550 5.1.1 unknown' errormsg='recipient address bea@example.net"
        " not accepted by the server'"
        " exitcode=EX_DATAERR"
    ),
    "maddy": (
        'queue: delivery attempt failed\t{"msg_id":"abc","rcpt":"bea@example.net","smtp_code":550,'
        '"smtp_enchcode":"5.1.1","smtp_msg":"User unknown"}\n'
        'queue: not delivered, permanent error\t{"msg_id":"abc","rcpt":"bea@example.net"}'
    ),
    "Stalwart": (
        "2026-10-04T02:22:32Z INFO SMTP RCPT TO rejected (delivery.rcpt-to-rejected) queueId = 3135,"
        ' from = "ann@example.org", to = ["bea@example.net"], size = 1546, hostname = "mx.example.net", code = 550,'
        ' details = "5.1.1 User unknown"\n'
        "2026-10-04T02:22:32Z INFO DSN permanent failure notification (delivery.dsn-perm-fail) queueId = 3135,"
        ' from = "ann@example.org", to = ["bea@example.net"], size = 1546, total = 1'
    ),
    "KumoMTA": (
        '{"type":"Bounce","id":"d7ef132b5d77","sender":"ann@example.org","recipient":"bea@example.net","'
        'response":{"code":550,'
        '"enhanced_code":{"class":5,"subject":1,"detail":1},"content":"User unknown","command":"RCPT'
        ' TO:<bea@example.net>"},'
        '"peer_address":{"name":"mx.example.net.","addr":"192.0.2.25"}}'
    ),
    "PowerMTA": (
        "type,timeLogged,timeQueued,orig,rcpt,orcpt,dsnAction,dsnStatus,dsnDiag,dsnMta\n"
        "b,2026-05-01 10:00:00+0000,2026-05-01 09:59:00+0000,ann@example.org,bea@example.net,,failed,5.1"
        '.1 (bad mailbox),"smtp;550 5.1.1 User'
        ' unknown",mx.example.net (192.0.2.25)'
    ),
    "Exchange's message tracking": (
        "#Software: Microsoft Exchange Server\n#Fields: date-time,client-ip,server-hostname,source,event"
        "-id,message-id,recipient-address,"
        "recipient-status,sender-address\n"
        '2026-05-01T10:00:02.000Z,,ex1,SMTP,FAIL,<m1@example.org>,bea@example.net,"[{LRT=};{LED=550'
        " 5.1.1 User unknown};{FQDN=mx.example.net};"
        '{IP=192.0.2.25}]",ann@example.org'
    ),
    "Google's log search": (
        "Start date,Sender,Recipient address,Event target,Event status,Event SMTP reply code,Event description\n"
        "2026/05/01 10:00:00 UTC,ann@example.org,bea@example.net,mx.example.net,Bounced,550,550 5.1.1 User unknown"
    ),
    "Microsoft's message trace": (
        '"Received","SenderAddress","RecipientAddress","Subject","Status","ToIP","MessageId","Detail"\n'
        '"5/1/2026 10:00:00 AM","ann@example.org","bea@example.net","Hi","Failed","",'
        '"<m1@example.org>","550 5.1.1 User unknown"'
    ),
    "Exim through syslog": (
        "Nov 22 01:39:31 mx exim[123]: 2026-05-01 10:00:00 1v2tRg-00000004Wm1-2cVd ** bea@example.net R=dnslookup"
        " T=remote_smtp H=mx.example.net [192.0.2.25]: SMTP error from remote mail server after RCPT"
        " TO:<bea@example.net>: 550 5.1.1 User unknown"
    ),
    "Postfix in a container": (
        '{"log":"Nov 22 01:39:32 mx postfix/smtp[451]: 547F22420BF: to=<bea@example.net>,'
        " relay=mx.example.net[192.0.2.25]:25, dsn=5.1.1, status=bounced (host mx.example.net[192.0.2.25]"
        " said: 550 5.1.1 User unknown (in reply to RCPT TO"
        ' command))\\n","stream":"stdout","time":"2026-05-01T10:00:00.1Z"}'
    ),
    "Exchange's protocol log": (
        "#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context\n"
        + "".join(
            f"2026-05-01T10:00:00.{number}00Z,Internet,08DC,{number},192.0.2.1:4321,192.0.2.25:25,{event},{data},\n"
            for number, (event, data) in enumerate(
                (
                    ("+", ""),
                    ("<", "220 mx.example.net"),
                    (">", "EHLO ex1.example.org"),
                    ("<", "250 mx.example.net"),
                    (">", "MAIL FROM:<ann@example.org>"),
                    (">", "RCPT TO:<bea@example.net>"),
                    ("<", "250 Ok"),
                    ("<", "550 5.1.1 User unknown"),
                )
            )
        )
    ),
    "a system that nobody has seen": (
        "2026-05-01 10:00:00 [smtp-out] job 9f8e7d6c5b4a recipient=<bea@example.net>\n"
        "2026-05-01 10:00:01 [smtp-out] job 9f8e7d6c5b4a the other side answered 550 5.1.1 User unknown"
    ),
}


def read(text: str, limits: Limits = DEFAULT_LIMITS) -> Notice:
    return read_log(text.encode(), limits)


def only(text: str) -> Bounce:
    bounces = read(text).bounces
    assert len(bounces) == 1
    return bounces[0]


@pytest.mark.parametrize("system", REFUSED)
def test_reads_a_refusal_in_the_words_of_every_system(system: str) -> None:
    bounce = only(REFUSED[system])

    assert (bounce.recipient, bounce.reply_code, bounce.enhanced_code) == ("bea@example.net", "550", "5.1.1")
    assert (bounce.phase, bounce.manner, bounce.category) == (Phase.RCPT, Manner.REJECTION, "user_unknown")
    assert (bounce.diagnostic or "").startswith("550 5.1.1 ")


@pytest.mark.parametrize("system", REFUSED)
def test_takes_every_system_for_a_log(system: str) -> None:
    assert detect(REFUSED[system].encode()).kind is Kind.LOG


STATED = ("Stalwart", "Postfix", "Exim", "dma", "qmail", "KumoMTA", "Exchange's protocol log", "msmtp")


@pytest.mark.parametrize("system", REFUSED)
def test_states_the_phase_only_where_the_log_does(system: str) -> None:
    stated = any(system.startswith(name) for name in STATED)

    assert only(REFUSED[system]).phase_basis is (PhaseBasis.STATED if stated else PhaseBasis.INFERRED)


POSTFIX = (
    "Nov 22 {time} mx postfix/smtp[451]: {queue}: to=<{to}>, relay=mx.example.net[192.0.2.25]:25,"
    " dsn={dsn}, status={status} ({words})\n"
)


def postfix(time: str, status: str, words: str, queue: str = "547F22420BF", to: str = "bea@example.net") -> str:
    dsn = {"sent": "2.0.0", "deferred": "4.7.1", "bounced": "5.1.1"}[status]
    return POSTFIX.format(time=time, queue=queue, to=to, dsn=dsn, status=status, words=words)


def test_lets_the_last_state_count_and_lists_what_was_tried_before() -> None:
    grey = "host mx.example.net[192.0.2.25] said: 450 4.7.1 Greylisted (in reply to RCPT TO command)"
    bounce = only(postfix("01:00:00", "deferred", grey) + postfix("01:10:00", "sent", "250 2.0.0 Ok: queued as 1"))

    assert (bounce.manner, bounce.category, bounce.reply_code) == (Manner.DELIVERED, "delivered", "250")
    assert [one.split(" ")[2] for one in bounce.attempts] == ["01:00:00", "01:10:00"]


def test_keeps_the_last_words_when_the_queue_gives_up() -> None:
    grey = "host mx.example.net[192.0.2.25] said: 450 4.7.1 Greylisted (in reply to RCPT TO command)"
    expired = (
        "Nov 27 01:00:00 mx postfix/qmgr[4]: 547F22420BF: from=<ann@example.org>, status=expired, returned to sender\n"
    )
    bounce = only(postfix("01:00:00", "deferred", grey) + expired)

    assert (bounce.manner, bounce.reply_code, bounce.phase) == (Manner.TIMEOUT, "450", Phase.RCPT)
    assert bounce.diagnostic == "450 4.7.1 Greylisted"


def test_keeps_messages_to_the_same_recipient_apart() -> None:
    said = "host mx.example.net[192.0.2.25] said: 550 5.1.1 no (in reply to RCPT TO command)"
    notice = read(
        postfix("01:00:00", "bounced", said) + postfix("01:01:00", "sent", "250 2.0.0 Ok", queue="647F22420BF")
    )

    assert [one.manner for one in notice.bounces] == [Manner.REJECTION, Manner.DELIVERED]


def test_tells_an_alias_from_the_address_that_refused() -> None:
    text = (
        "2026-05-01 10:00:00 1v2tRg-00000004Wm1-2cVd ** bea@example.net <team@example.org>"
        " R=dnslookup T=remote_smtp H=mx.example.net"
        " [192.0.2.25]: SMTP error from remote mail server after RCPT TO:<bea@example.net>: 550 5.1.1 no"
    )
    bounce = only(text)

    assert (bounce.recipient, bounce.original_recipient, bounce.phase) == (
        "bea@example.net",
        "team@example.org",
        Phase.RCPT,
    )


@pytest.mark.parametrize(
    ("line", "recipient", "phase", "reply"),
    [
        (
            (
                "Nov 22 01:39:31 mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from unknown[192.0.2.9]:"
                " 450 4.7.25 Client host rejected: cannot find your"
                " hostname, [192.0.2.9]; from=<ann@example.org> to=<bea@example.net> proto=ESMTP"
                " helo=<x>"
            ),
            "bea@example.net",
            Phase.RCPT,
            "450",
        ),
        (
            (
                "Nov 22 01:39:31 mx postfix/postscreen[1]: NOQUEUE: reject: CONNECT from [192.0.2.9]:4001:"
                " too many connections"
            ),
            None,
            Phase.BANNER,
            None,
        ),
        (
            (
                "Nov 22 01:39:31 mx postfix/cleanup[1]: 4B5C6D7E8F: milter-reject: END-OF-MESSAGE"
                " from mail.example.org[192.0.2.10]: 5.7.1 Spam message"
                " rejected; from=<ann@example.org> to=<bea@example.net> proto=ESMTP helo=<x>"
            ),
            "bea@example.net",
            Phase.MESSAGE,
            None,
        ),
        (
            (
                "2026-05-01 10:00:00 H=(x) [192.0.2.9] F=<ann@example.org> temporarily rejected"
                " RCPT <bea@example.net>: greylisted"
            ),
            "bea@example.net",
            Phase.RCPT,
            "451",
        ),
        (
            '2026-05-01 10:00:04 H=[192.0.2.12] rejected connection in "connect" ACL: blocklisted',
            None,
            Phase.BANNER,
            "550",
        ),
        (
            (
                "Nov 22 01:39:31 mx sm-mta[54]: 6AM1bWI9000054: ruleset=check_rcpt, arg1=<bea@example.net>,"
                " relay=[192.0.2.9], reject=550 5.7.1"
                " <bea@example.net>... Relaying denied"
            ),
            "bea@example.net",
            Phase.RCPT,
            "550",
        ),
        (
            (
                'Nov 22 01:39:31 mx smtpd[21]: 28326700cb32ecf3 smtp failed-command command="RCPT'
                ' TO:<bea@example.net>" result="550 Invalid recipient"'
            ),
            "bea@example.net",
            Phase.RCPT,
            "550",
        ),
    ],
)
def test_reads_what_this_side_turned_away(line: str, recipient: str | None, phase: Phase, reply: str | None) -> None:
    bounce = only(line)

    assert (bounce.recipient, bounce.phase, bounce.reply_code, bounce.manner) == (
        recipient,
        phase,
        reply,
        Manner.REJECTION,
    )
    assert bounce.phase_basis is PhaseBasis.STATED


def test_takes_the_reason_from_the_session_where_the_delivery_line_gives_none() -> None:
    session = "283267613b85b89e"
    text = (
        f"Nov 22 01:38:52 mx smtpd[21]: {session} mta connecting address=smtp://192.0.2.25:25 host=mx.example.net\n"
        f"Nov 22 01:38:52 mx smtpd[21]: {session} mta error reason=BANNER rejected: 421 4.3.2 busy\n"
        "Nov 22 01:39:03 mx smtpd[21]: 0000000000000000 mta delivery evpid=58ad285d3cd188b1"
        " from=<ann@example.org> to=<bea@example.net>"
        ' rcpt=<-> source="-" relay="example.net" delay=11s result="TempFail" stat="Network error on destination MXs"\n'
    )
    bounce = only(text)

    assert (bounce.reply_code, bounce.phase, bounce.manner) == ("421", Phase.BANNER, Manner.DELAY)
    assert bounce.phase_basis is PhaseBasis.INFERRED


def test_calls_local_failures_what_they_are() -> None:
    bounce = only(
        "Nov 22 01:39:36 mx postfix/local[1]: 4B5C6D7E91: to=<joe@example.net>, orig_to=<root>,"
        " relay=local, delay=0.1, dsn=5.1.1,"
        ' status=bounced (unknown user: "joe")'
    )

    assert (bounce.phase, bounce.manner, bounce.original_recipient) == (Phase.DELIVERY, Manner.ASYNCHRONOUS, "root")


def test_passes_over_what_is_no_delivery() -> None:
    noise = (
        "Nov 22 01:39:31 mx postfix/smtpd[1]: connect from mail.example.org[192.0.2.10]\n"
        "Nov 22 01:39:31 mx postfix/qmgr[1]: 4B5C6D7E91: from=<ann@example.org>, size=564, nrcpt=1 (queue active)\n"
        "Nov 22 01:39:31 mx dovecot: imap-login: Aborted login (auth failed, 1 attempts):"
        " user=<joe@example.net>, rip=192.0.2.1\n"
        "Nov 22 01:39:31 mx sshd[7]: Failed password for joe@example.net from 192.0.2.9 port 450 ssh2\n"
    )

    assert read(noise).bounces == ()


def test_says_how_many_recipients_were_not_read() -> None:
    text = "".join(postfix("01:00:00", "sent", "250 2.0.0 Ok", to=f"u{number}@example.net") for number in range(30))

    notice = read(text, Limits(bounce_rows=20))

    assert (len(notice.bounces), notice.unread) == (20, 10)


@given(
    st.lists(st.sampled_from([line for text in REFUSED.values() for line in text.splitlines()]), max_size=12),
    st.text(max_size=60),
)
@settings(max_examples=60, deadline=None)
def test_any_mixture_of_systems_gives_a_notice(lines: list[str], more: str) -> None:
    notice = read_log("\n".join([*lines, more]).encode("utf-8", "surrogateescape"), DEFAULT_LIMITS)

    assert notice.form == "log"
    assert all(one.recipient is None or len(one.recipient) < 1000 for one in notice.bounces)


@given(st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_bytes_give_a_notice(data: bytes) -> None:
    assert read_log(data, DEFAULT_LIMITS).form == "log"


def test_finds_the_recipients_below_the_line_that_refuses_in_exims_reject_log() -> None:
    text = (
        "2026-05-01 10:00:02 1v2tRg-00000004Wm1-2cVd H=mail.example.org [192.0.2.10]"
        " F=<ann@example.org> rejected after DATA: spam\n"
        "Envelope-from: <ann@example.org>\nEnvelope-to: <bea@example.net>\n"
        "P Received: from mail.example.org\n\tby mx.example.net\n"
        "T To: cleo@example.net\n  Subject: 550 reasons\n" + 40 * "-" + "\n"
    )

    assert detect(text.encode()).kind is Kind.LOG
    assert [(one.recipient, one.phase, one.diagnostic) for one in read(text).bounces] == [
        ("bea@example.net", Phase.MESSAGE, "spam")
    ]


def test_puts_the_newest_first_in_order() -> None:
    grey = "host mx.example.net[192.0.2.25] said: 450 4.7.1 Greylisted (in reply to RCPT TO command)"
    bounce = only(postfix("01:10:00", "sent", "250 2.0.0 Ok: queued as 1") + postfix("01:00:00", "deferred", grey))

    assert [one.split(" ")[2] for one in bounce.attempts] == ["01:00:00", "01:10:00"]


def test_joins_the_lines_of_a_wrapped_paste() -> None:
    bounce = only(REFUSED["Postfix"].replace(" said: ", "\n    said: "))

    assert (bounce.reply_code, bounce.phase, bounce.phase_basis) == ("550", Phase.RCPT, PhaseBasis.STATED)


def test_reads_sessions_that_are_logged_in_turns() -> None:
    fields = (
        "#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context\n"
    )
    said = (("A", "<,220 mx.example.net"), ("B", "<,554 5.7.1 go away"), ("A", ">,EHLO ex1.example.org"),
            ("A", "<,250 Ok"), ("A", ">,MAIL FROM:<ann@example.org>"), ("A", "<,250 Ok"),
            ("A", ">,RCPT TO:<bea@example.net>"), ("A", "<,550 5.1.1 no"))  # fmt: skip
    text = fields + "".join(
        f"2026-05-01T10:00:00Z,Internet,{ident},1,192.0.2.1:1,192.0.2.{25 if ident == 'A' else 26}:25,{words},\n"
        for ident, words in said
    )

    assert [(one.recipient, one.phase) for one in read(text).bounces] == [
        ("bea@example.net", Phase.RCPT),
        (None, Phase.BANNER),
    ]


@pytest.mark.parametrize(
    ("waiting", "phase"),
    [
        ("greeting", Phase.BANNER),
        ("EHLO", Phase.HELO),
        ("RCPT", Phase.RCPT),
        ("DATA 354", Phase.DATA),
        ("DATA status", Phase.MESSAGE),
    ],
)
def test_knows_what_sendmail_was_waiting_for(waiting: str, phase: Phase) -> None:
    text = (
        f"Nov 22 01:37:38 mx sm-mta[71]: 6AM1bWHF000053: timeout waiting for input from"
        f" mx.example.net. during client {waiting}\n"
        "Nov 22 01:37:38 mx sm-mta[71]: 6AM1bWHF000053: to=<bea@example.net>, delay=00:00:06, mailer=esmtp, pri=30372,"
        " relay=mx.example.net. [192.0.2.25], dsn=4.4.2, stat=Deferred: Connection timed out with mx.example.net."
    )
    bounce = only(text)

    assert (bounce.phase, bounce.phase_basis, bounce.manner) == (phase, PhaseBasis.STATED, Manner.DELAY)


@pytest.mark.parametrize(
    ("words", "phase"),
    [
        ("Host not found", Phase.DNS),
        ("Temporary error in gethostbyname", Phase.DNS),
        ("Connection refused", Phase.CONNECT),
    ],
)
def test_tells_nullmailers_dns_trouble_from_a_refused_connection(words: str, phase: Phase) -> None:
    text = (
        "Starting delivery: host: mx.example.net protocol: smtp file: 1\nFrom: <ann@example.org>"
        " to: <bea@example.net>\n"
        f"smtp: Failed: Connect failed\nSending failed: {words}\n"
    )

    assert (only(text).phase, only(text).diagnostic) == (phase, words)


def test_attempts_that_are_not_listed_are_counted() -> None:
    lines = "".join(postfix(f"{hour:02}:{minute:02}:00", "deferred", f"450 4.7.1 {hour}h{minute}")
                    for hour in range(5) for minute in range(60))  # fmt: skip
    attempts = only(lines).attempts

    assert len(attempts) == 101
    assert attempts[0] == "200 more attempts before or between these, not listed"


def test_tells_of_attempts_that_no_line_explains() -> None:
    begun = (
        "Nov 22 01:4{}:04 mx courierd: started,id=0000000000284966.000000006B024830.00000033,from=<ann@e"
        "xample.org>,module=esmtp,"
        "host=example.net,addr=<bea@example.net>\n"
    )
    bounce = only(begun.format(1) + begun.format(2))

    assert (bounce.manner, bounce.phase, bounce.reply_code) == (Manner.DELAY, Phase.UNKNOWN, None)


def test_says_the_same_answer_once() -> None:
    grey = "host mx.example.net[192.0.2.25] said: 450 4.7.1 Greylisted (in reply to RCPT TO command)"
    bounce = only(postfix("01:00:00", "deferred", grey) + postfix("01:10:00", "deferred", grey))

    assert bounce.attempts == (
        "Nov 22 01:00:00 to mx.example.net deferred: 450 4.7.1 Greylisted",
        "Nov 22 01:10:00 to mx.example.net deferred: the same answer",
    )


HARAKA = "2026-05-01T10:00:0{}.000Z [{}] [769F55C8-2F11-433F-A739-D2CC497D78B3.1{}] [{}] {}\n"


def haraka(*told: tuple[str, str]) -> str:
    return HARAKA.format(
        0, "NOTICE", "", "core", 'recipient <bea@example.net> code=OK msg="" sender=ann@example.org'
    ) + "".join(
        HARAKA.format(number, level, ".1", "outbound", words) for number, (level, words) in enumerate(told, start=1)
    )


@pytest.mark.parametrize(
    ("told", "manner", "phase", "code", "category"),
    [
        ([("INFO", "bouncing mail: 554 5.7.1 spam refused")], Manner.REJECTION, None, "554", "spam"),
        (
            [("NOTICE", "recipient <bea@example.net> rejected: 550 5.1.1 nobody here")],
            Manner.REJECTION,
            Phase.RCPT,
            "550",
            "user_unknown",
        ),
        (
            [
                ("NOTICE", "Failed to get socket: connect ECONNREFUSED 192.0.2.25:25"),
                ("INFO", "Temp failing 1_2_3_vm for 64 seconds: Tried all MXs"),
                ("NOTICE", "Failed to get socket: connect ECONNREFUSED 192.0.2.25:25"),
                ("INFO", "bouncing mail: Too many failures (Tried all MXs)"),
            ],
            Manner.TIMEOUT,
            Phase.CONNECT,
            None,
            "network",
        ),
        (
            [
                ("NOTICE", "recipient <bea@example.net> deferred: 452 4.2.2 mailbox full"),
                ("INFO", "bouncing mail: Too many failures (Some recipients temp failed: <bea@example.net>)"),
            ],
            Manner.TIMEOUT,
            Phase.RCPT,
            "452",
            "mailbox_full",
        ),
    ],
)
def test_follows_a_transaction_of_haraka_by_its_id(
    told: list[tuple[str, str]], manner: Manner, phase: Phase | None, code: str | None, category: str
) -> None:
    text = haraka(*told)

    (bounce,) = read_log(text.encode(), DEFAULT_LIMITS).bounces

    assert detect(text.encode()).kind is Kind.LOG
    assert (bounce.recipient, bounce.manner, bounce.reply_code) == ("bea@example.net", manner, code)
    assert bounce.category == category
    assert phase is None or bounce.phase is phase
