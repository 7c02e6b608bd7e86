"""SMTP sessions and mail logs as people paste them, and the mailbox."""

from recipes.broken import backup_note, pier_letter
from recipes.hosts import good, harbor, later
from recipes.sound import BAKERY, bread
from recipes.stage import mail


def greylisted() -> bytes:
    """A session as swaks prints it."""
    return mail(
        """
=== Trying mx.lakeside.example:25...
=== Connected to mx.lakeside.example.
<-  220 mx.lakeside.example ESMTP Postfix
 -> EHLO mx.harbor.example
<-  250-mx.lakeside.example
<-  250-PIPELINING
<-  250-SIZE 52428800
<-  250-ENHANCEDSTATUSCODES
<-  250-8BITMIME
<-  250 CHUNKING
 -> MAIL FROM:<ines@harbor.example>
<-  250 2.1.0 Ok
 -> RCPT TO:<jon.berg@lakeside.example>
<** 450 4.2.0 <jon.berg@lakeside.example>: Recipient address rejected: Greylisted, please try again in 300 seconds
 -> QUIT
<-  221 2.0.0 Bye
=== Connection closed with remote host.
"""
    )


def refused_then_data() -> bytes:
    """A pipelined session: commands first, then the answers."""
    return mail(
        """
S: 220 mx.valley.example ESMTP ready
C: EHLO mx.harbor.example
S: 250-mx.valley.example Hello mx.harbor.example [192.0.2.10]
S: 250-PIPELINING
S: 250 ENHANCEDSTATUSCODES
C: MAIL FROM:<ines@harbor.example>
C: RCPT TO:<kim.old@valley.example>
C: DATA
S: 250 2.1.0 Sender ok
S: 550 5.1.1 <kim.old@valley.example> No such user here
S: 503 5.5.1 No valid recipients
C: QUIT
S: 221 2.0.0 mx.valley.example closing connection
"""
    )


def starttls_fails() -> bytes:
    """A session that ends where encryption should begin."""
    return mail(
        """
S: 220 mail.oldschool.example ESMTP
C: EHLO mx.harbor.example
S: 250-mail.oldschool.example
S: 250-STARTTLS
S: 250 8BITMIME
C: STARTTLS
S: 454 4.7.0 TLS not available due to local problem
C: QUIT
S: 221 2.0.0 mail.oldschool.example
"""
    )


def postfix_log() -> bytes:
    """One message to three recipients: sent, bounced, deferred."""
    return mail(
        """
Sep 28 07:15:02 mx postfix/smtpd[20411]: 4cPjQk5Gz1z: client=unknown[198.51.100.112], sasl_method=PLAIN, sasl_username=ines
Sep 28 07:15:02 mx postfix/cleanup[20414]: 4cPjQk5Gz1z: message-id=<4cpjqk5gz1z-invitation@harbor.example>
Sep 28 07:15:02 mx postfix/qmgr[881]: 4cPjQk5Gz1z: from=<ines@harbor.example>, size=1104, nrcpt=3 (queue active)
Sep 28 07:15:03 mx postfix/smtp[20420]: 4cPjQk5Gz1z: to=<sofia@lindgren.example>, relay=lindgren-example.mail.protection.cloudmail.example[203.0.113.144]:25, delay=1.3, delays=0.1/0.01/0.4/0.79, dsn=2.6.0, status=sent (250 2.6.0 <4cpjqk5gz1z-invitation@harbor.example> [InternalId=8812] Queued mail for delivery)
Sep 28 07:15:04 mx postfix/smtp[20421]: 4cPjQk5Gz1z: to=<jon.berg@lakeside.example>, relay=mx.lakeside.example[198.51.100.130]:25, delay=1.9, delays=0.1/0.01/1.6/0.2, dsn=5.1.1, status=bounced (host mx.lakeside.example[198.51.100.130] said: 550 5.1.1 <jon.berg@lakeside.example>: Recipient address rejected: User unknown in virtual mailbox table (in reply to RCPT TO command))
Sep 28 07:15:32 mx postfix/smtp[20422]: connect to mx.farshore.example[203.0.113.90]:25: Connection timed out
Sep 28 07:15:32 mx postfix/smtp[20422]: 4cPjQk5Gz1z: to=<office@farshore.example>, relay=none, delay=30, delays=0.1/0.01/30/0, dsn=4.4.1, status=deferred (connect to mx.farshore.example[203.0.113.90]:25: Connection timed out)
"""  # noqa: E501 - log lines are long
    )


def exim_log() -> bytes:
    """Exim's main log of a message that was refused at its end."""
    return mail(
        """
2026-09-29 11:02:40 1v2tRg-00000004Wm1-2cVd <= anna@alumni.example H=desk3.alumni.example [203.0.113.28] P=esmtpsa X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=no A=dovecot_plain:anna S=1820 id=0b7d11e4@alumni.example
2026-09-29 11:02:43 1v2tRg-00000004Wm1-2cVd ** ines@harbor.example R=dnslookup T=remote_smtp H=mx.harbor.example [192.0.2.10] X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=yes: SMTP error from remote mail server after end of data: 552 5.3.4 Message size exceeds fixed limit
2026-09-29 11:02:43 1v2tRj-00000004WmA-1hZu <= <> R=1v2tRg-00000004Wm1-2cVd U=Debian-exim P=local S=3310
2026-09-29 11:02:43 1v2tRg-00000004Wm1-2cVd Completed
"""  # noqa: E501 - log lines are long
    )


def data_after_refusals() -> bytes:
    """A client that does not look at answers: every RCPT is refused, one by one, and it sends DATA all the same."""
    return mail(
        """
S: 220 aspmx.valley.example ESMTP
C: EHLO newsletter.cheaphost.example
S: 250-aspmx.valley.example
S: 250 ENHANCEDSTATUSCODES
C: MAIL FROM:<list@cheaphost.example>
S: 250 2.1.0 Ok
C: RCPT TO:<kim.old@valley.example>
S: 550 5.1.1 No such user here
C: RCPT TO:<sam.old@valley.example>
S: 550 5.1.1 No such user here
C: DATA
S: 554 5.5.1 No valid recipients
C: QUIT
S: 221 2.0.0 Bye
"""
    )


def no_shared_cipher() -> bytes:
    """TLS that fails because the two sides have no cipher in common, as swaks tells it."""
    return mail(
        """
=== Trying mail.oldschool.example:25...
=== Connected to mail.oldschool.example.
<-  220 mail.oldschool.example ESMTP
 -> EHLO mx.harbor.example
<-  250-mail.oldschool.example
<-  250-STARTTLS
<-  250 8BITMIME
 -> STARTTLS
<-  220 2.0.0 Ready to start TLS
*** TLS startup failed (connect(): error:0A000410:SSL routines::sslv3 alert handshake failure, no shared cipher)
*** STARTTLS attempted but failed
 -> QUIT
*** Remote host closed connection unexpectedly.
"""
    )


def hasty_log() -> bytes:
    """Greylisting met by a sender who comes back after five seconds, three times, and gives up within a minute."""
    return mail(
        """
Oct  5 09:00:00 mx postfix/qmgr[881]: 4cRbTc1ZzHz: from=<ines@harbor.example>, size=912, nrcpt=1 (queue active)
Oct  5 09:00:01 mx postfix/smtp[3011]: 4cRbTc1ZzHz: to=<jon.berg@lakeside.example>, relay=mx.lakeside.example[198.51.100.130]:25, delay=1, delays=0.1/0/0.7/0.2, dsn=4.2.0, status=deferred (host mx.lakeside.example[198.51.100.130] said: 450 4.2.0 <jon.berg@lakeside.example>: Recipient address rejected: Greylisted, please try again in 300 seconds (in reply to RCPT TO command))
Oct  5 09:00:06 mx postfix/smtp[3011]: 4cRbTc1ZzHz: to=<jon.berg@lakeside.example>, relay=mx.lakeside.example[198.51.100.130]:25, delay=6, delays=5.1/0/0.7/0.2, dsn=4.2.0, status=deferred (host mx.lakeside.example[198.51.100.130] said: 450 4.2.0 <jon.berg@lakeside.example>: Recipient address rejected: Greylisted, please try again in 295 seconds (in reply to RCPT TO command))
Oct  5 09:00:11 mx postfix/smtp[3011]: 4cRbTc1ZzHz: to=<jon.berg@lakeside.example>, relay=mx.lakeside.example[198.51.100.130]:25, delay=11, delays=10/0/0.7/0.2, dsn=4.2.0, status=deferred (host mx.lakeside.example[198.51.100.130] said: 450 4.2.0 <jon.berg@lakeside.example>: Recipient address rejected: Greylisted, please try again in 290 seconds (in reply to RCPT TO command))
Oct  5 09:00:41 mx postfix/qmgr[881]: 4cRbTc1ZzHz: from=<ines@harbor.example>, status=expired, returned to sender
"""  # noqa: E501 - log lines are long
    )


def mailbox() -> bytes:
    """Three messages as Unix keeps them: line feeds, a From line before each, and From in a text quoted with >."""
    at = "2026-10-03T12:00:00+02:00"
    first = bread(at, "Rolls on Sunday too", "From this week on we bake on Sundays.\n", "20261003.12000")
    first = harbor(
        first, client=BAKERY, mail_from="orders@bakery.example", at=later(at, 2), queue="4cQwX85pdzR", spf="pass",
        dkim=(good(first, "bakery.example", "oct2026"),),
        dmarc="pass (p=reject dis=none) header.from=bakery.example",
    )  # fmt: skip
    rows = (
        ("orders@bakery.example", "Sat Oct  3 10:00:03 2026", first),
        ("anna@tideline.example", "Sun Oct  4 15:20:03 2026", pier_letter()),
        ("root@store.harbor.example", "Mon Oct  5 01:10:04 2026", backup_note()),
    )
    kept = []
    for sender, date, message in rows:
        text = message.replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ")
        kept.append(f"From {sender} {date}\n".encode() + text.rstrip(b"\n") + b"\n\n")
    return b"".join(kept)


SAMPLES = {
    "transcripts/01-greylisted.txt": greylisted,
    "transcripts/02-refused-at-rcpt-then-data.txt": refused_then_data,
    "transcripts/03-starttls-fails.txt": starttls_fails,
    "transcripts/04-data-after-every-refusal.txt": data_after_refusals,
    "transcripts/05-no-shared-cipher.txt": no_shared_cipher,
    "logs/01-postfix-sent-bounced-deferred.log": postfix_log,
    "logs/02-exim-too-big.log": exim_log,
    "logs/03-back-after-five-seconds.log": hasty_log,
    "mailboxes/three-messages.mbox": mailbox,
}
