"""What the reader's own Postfix says when mail cannot be delivered (RFC 3464)."""

from recipes.hosts import later, when
from recipes.stage import mail


def letter(at: str, to: str, subject: str, text: str, queue: str) -> str:
    """What Ines had sent, as a notice returns it: through the Postfix of her own house."""
    word = subject.partition(" ")[0].lower()
    return f"""Return-Path: <ines@harbor.example>
Received: from [198.51.100.112] (unknown [198.51.100.112])
\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)
\t key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256)
\t(No client certificate requested)
\t(Authenticated sender: ines)
\tby mx.harbor.example (Postfix) with ESMTPSA id {queue}
\tfor <{to}>; {when(at, padded=False, zone=True)}
Message-ID: <{queue.lower()}-{word}@harbor.example>
Date: {when(at)}
MIME-Version: 1.0
From: Ines Falk <ines@harbor.example>
To: {to}
Subject: {subject}
Content-Type: text/plain; charset=us-ascii

{text}
"""


def postfix_notice(*, subject: str, intro: str, said: str, report: str, returned: str, at: str, queue: str,
                   part: str = "Undelivered Message", kind: str = "message/rfc822") -> bytes:  # fmt: skip
    """A notice of Harbor's own Postfix (RFC 3464), put into the mailbox by LMTP."""
    mark = f"{queue[:-1]}2.{at[:10].replace('-', '')}/mx.harbor.example"
    return mail(
        f"""
Return-Path: <>
Delivered-To: ines@harbor.example
Received: from mx.harbor.example ([192.0.2.10])
\tby store.harbor.example with LMTP
\tid 8Ad{queue}ETAAAQ
\t(envelope-from <>)
\tfor <ines@harbor.example>; {when(at)}
Received: by mx.harbor.example (Postfix)
\tid {queue}; {when(at, padded=False, zone=True)}
Date: {when(at, padded=False, zone=True)}
From: Mail Delivery System <MAILER-DAEMON@mx.harbor.example>
Subject: {subject}
To: ines@harbor.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="{mark}"
Content-Transfer-Encoding: 8bit
Message-Id: <{at[:19].replace("-", "").replace(":", "").replace("T", "")}.{queue}@mx.harbor.example>

This is a MIME-encapsulated message.

--{mark}
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.harbor.example.

{intro}
                   The mail system

{said}

--{mark}
Content-Description: Delivery report
Content-Type: message/delivery-status

{report}

--{mark}
Content-Description: {part}
Content-Type: {kind}
Content-Transfer-Encoding: 8bit

{returned}
--{mark}--
"""
    )


FAILED = """I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

For further assistance, please send mail to postmaster.

If you do so, please include this problem report. You can
delete your own text from the attached returned message.
"""
WAITING = """####################################################################
# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #
####################################################################

Your message could not be delivered for more than 4 hour(s).
It will be retried until it is 5 day(s) old.

For further assistance, please send mail to postmaster.

If you do so, please include this problem report. You can
delete your own text from the attached returned message.
"""


def user_unknown() -> bytes:
    """Refused at RCPT by the recipient's host."""
    sent = "2026-09-10T10:22:31+02:00"
    to = "jon.berg@lakeside.example"
    return postfix_notice(
        subject="Undelivered Mail Returned to Sender",
        intro=FAILED,
        said=f"""<{to}>: host mx.lakeside.example[198.51.100.130] said: 550
    5.1.1 <{to}>: Recipient address rejected: User unknown in
    virtual mailbox table (in reply to RCPT TO command)""",
        report=f"""Reporting-MTA: dns; mx.harbor.example
X-Postfix-Queue-ID: 4cFh7s1QzXz
X-Postfix-Sender: rfc822; ines@harbor.example
Arrival-Date: {when(sent, padded=False, zone=True)}

Final-Recipient: rfc822; {to}
Original-Recipient: rfc822;{to}
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.lakeside.example
Diagnostic-Code: smtp; 550 5.1.1 <{to}>: Recipient address
    rejected: User unknown in virtual mailbox table""",
        returned=letter(sent, to, "Regatta on Sunday", "Jon, do you sail with us on Sunday?\n\nInes", "4cFh7s1QzXz"),
        at=later(sent, 1),
        queue="4cFh7t2RzYz",
    )


def unauthenticated() -> bytes:
    """The refusal is worded like that of the largest mailbox provider, whose words many hosted domains answer with."""
    sent = "2026-09-11T09:03:44+02:00"
    to = "kim@valley.example"
    return postfix_notice(
        subject="Undelivered Mail Returned to Sender",
        intro=FAILED,
        said=f"""<{to}>: host aspmx.valley.example[203.0.113.27] said: 550-5.7.26 Your
    email has been blocked because the sender is unauthenticated. 550-5.7.26
    Gmail requires all senders to authenticate with either SPF or DKIM.
    550-5.7.26  550-5.7.26  Authentication results: 550-5.7.26  DKIM = did not
    pass 550-5.7.26  SPF [harbor.example] with ip: [192.0.2.10] = did not pass
    550-5.7.26  550-5.7.26  For instructions on setting up authentication, go
    to 550 5.7.26
    https://support.google.com/mail/answer/81126#authentication
    a640c23a62f3a-b07c1d2e3f4si9871326366b.412 - gsmtp (in reply to end of DATA
    command)""",
        report=f"""Reporting-MTA: dns; mx.harbor.example
X-Postfix-Queue-ID: 4cG1Lt3SzZz
X-Postfix-Sender: rfc822; ines@harbor.example
Arrival-Date: {when(sent, padded=False, zone=True)}

Final-Recipient: rfc822; {to}
Original-Recipient: rfc822;{to}
Action: failed
Status: 5.7.26
Remote-MTA: dns; aspmx.valley.example
Diagnostic-Code: smtp; 550-5.7.26 Your email has been blocked because the
    sender is unauthenticated. 550-5.7.26 Gmail requires all senders to
    authenticate with either SPF or DKIM. 550-5.7.26  550-5.7.26
    Authentication results: 550-5.7.26  DKIM = did not pass 550-5.7.26  SPF
    [harbor.example] with ip: [192.0.2.10] = did not pass 550-5.7.26
    550-5.7.26  For instructions on setting up authentication, go to 550 5.7.26
    https://support.google.com/mail/answer/81126#authentication
    a640c23a62f3a-b07c1d2e3f4si9871326366b.412 - gsmtp""",
        returned=letter(sent, to, "Chart of the delta", "Kim, the chart is on its way.\n\nInes", "4cG1Lt3SzZz"),
        at=later(sent, 2),
        queue="4cG1Lw4TzBz",
    )


def delayed() -> bytes:
    """Still trying after four hours."""
    sent = "2026-09-14T06:10:05+02:00"
    to = "office@farshore.example"
    returned = letter(sent, to, "Order of rope", "", "4cHtBF5VzCz").rstrip() + "\n"
    return postfix_notice(
        subject="Delayed Mail (still being retried)",
        intro=WAITING,
        said=f"""<{to}>: connect to mx.farshore.example[203.0.113.90]:25:
    Connection timed out""",
        report=f"""Reporting-MTA: dns; mx.harbor.example
X-Postfix-Queue-ID: 4cHtBF5VzCz
X-Postfix-Sender: rfc822; ines@harbor.example
Arrival-Date: {when(sent, padded=False, zone=True)}

Final-Recipient: rfc822; {to}
Original-Recipient: rfc822;{to}
Action: delayed
Status: 4.4.1
Diagnostic-Code: X-Postfix; connect to mx.farshore.example[203.0.113.90]:25:
    Connection timed out
Will-Retry-Until: {when("2026-09-19T06:10:05+02:00", padded=False, zone=True)}""",
        returned=returned,
        at="2026-09-14T10:12:41+02:00",
        queue="4cHzZK6WzDz",
        part="Undelivered Message Headers",
        kind="text/rfc822-headers",
    )


SAMPLES = {
    "bounces/01-postfix-user-unknown.eml": user_unknown,
    "bounces/03-postfix-delay-warning.eml": delayed,
    "bounces/05-gmail-sender-unauthenticated.eml": unauthenticated,
}
