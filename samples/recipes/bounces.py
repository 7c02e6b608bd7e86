"""Mail that came back, in the forms in which other servers than Postfix write such notices."""

from recipes.hosts import harbor, later, when
from recipes.notices import letter
from recipes.stage import mail


def group_closed_to_strangers() -> bytes:
    """Exchange: taken in first, returned by the recipient's own server."""
    sent = "2026-09-16T08:41:20+00:00"
    generator = "AM9PR04MB8211.eurprd04.prod.cloudmail.example"
    bound = "e3b1c5d2-4f6a-4b7c-9d8e-0a1b2c3d4e5f"
    said = (
        "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check"
        " failed because the sender was not authenticated when sending to this group"
    )
    notice = mail(
        f"""
From: Microsoft Outlook
 <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@lindgren.example>
To: ines@harbor.example
Date: {when(later(sent, 6))}
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="{bound}"
X-MS-Exchange-Message-Is-Ndr:
Content-Language: en-US
Message-ID:
 <d4c3b2a1-0f9e-4d8c-b7a6-958473625140@{generator}>
In-Reply-To: <4cjcs37xzez-notes@harbor.example>
References: <4cjcs37xzez-notes@harbor.example>
Subject: Undeliverable: Notes of the planning round
Auto-Submitted: auto-replied
MIME-Version: 1.0

--{bound}
Content-Type: multipart/alternative; differences=Content-Type;
\tboundary="alt-{bound}"

--alt-{bound}
Content-Type: text/plain; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

Delivery has failed to these recipients or groups:

planning (planning@lindgren.example)<mailto:planning@lindgren.example>
Your message couldn't be delivered because the group you're sending to is s=
et up to reject messages from senders outside the organization. The group o=
wner or an administrator may have added this restriction.

Diagnostic information for administrators:

Generating server: {generator}

planning@lindgren.example
Remote server returned '550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForG=
roup; authentication required; Delivery restriction check failed because th=
e sender was not authenticated when sending to this group'

--alt-{bound}
Content-Type: text/html; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

<html><body>
<p>Your message to <b>planning</b> couldn't be delivered.</p>
<p>The group only accepts messages from people in its organization.</p>
</body></html>

--alt-{bound}--

--{bound}
Content-Type: message/delivery-status

Reporting-MTA: dns;{generator}
Received-From-MTA: dns;mx.harbor.example
Arrival-Date: {when(later(sent, 3))}

Final-Recipient: rfc822;planning@lindgren.example
Action: failed
Status: 5.7.133
Diagnostic-Code: smtp;{said}

--{bound}
Content-Type: message/rfc822

Received: from mx.harbor.example (192.0.2.10) by
 DB5PEPF00014B8A.mail.protection.cloudmail.example (203.0.113.144) with Microsoft SMTP
 Server (version=TLS1_3, cipher=TLS_AES_256_GCM_SHA384) id 15.20.9137.7 via
 Frontend Transport; {when(later(sent, 3))}
{letter("2026-09-16T10:41:20+02:00", "planning@lindgren.example", "Notes of the planning round",
        "Please find the notes below.", "4cJcS37XzEz").partition(chr(10))[2]}
--{bound}--
"""
    )  # fmt: skip
    return harbor(
        notice, client="outbound.protection.cloudmail.example [203.0.113.150]", mail_from="",
        at="2026-09-16T10:41:28+02:00", queue="4cJcSC8YzFz", spf="pass",
        dmarc="fail (p=none dis=none) header.from=lindgren.example",
    )  # fmt: skip


def qmail() -> bytes:
    """A notice in free form, of a host behind the one that took the mail."""
    sent = "2026-09-17T07:30:00+02:00"
    copy = letter(sent, "teacher@oldschool.example", "Visit of the class",
                  "The boat is ready on Monday at nine.\n\nInes", "4cK3Dr9ZzGz").partition("\n")[2]  # fmt: skip
    notice = mail(
        """
Date: 17 Sep 2026 05:30:03 -0000
From: MAILER-DAEMON@mail.oldschool.example
To: ines@harbor.example
Subject: failure notice

Hi. This is the qmail-send program at mail.oldschool.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<teacher@annex.oldschool.example>:
198.51.100.155 does not like recipient.
Remote host said: 550 5.1.1 <teacher@annex.oldschool.example>... User unknown
Giving up on 198.51.100.155.

--- Below this line is a copy of the message.

Return-Path: <ines@harbor.example>
Received: (qmail 21877 invoked from network); 17 Sep 2026 05:30:02 -0000
Received: from mx.harbor.example (192.0.2.10)
  by mail.oldschool.example with SMTP; 17 Sep 2026 05:30:02 -0000
"""
        + copy
    )
    notice = mail("Received: (qmail 21879 invoked for bounce); 17 Sep 2026 05:30:03 -0000\n") + notice
    return harbor(
        notice, client="mail.oldschool.example [198.51.100.150]", mail_from="", at=later(sent, 4),
        queue="4cK3Dt0bzHz", spf="none", dmarc="none header.from=mail.oldschool.example", how="SMTP",
    )  # fmt: skip


def exim_gave_up() -> bytes:
    """Five days of a full mailbox."""
    sent = "2026-09-07T21:05:12+02:00"
    at = "2026-09-12T21:14:03+02:00"
    bound = "1757704443-eximdsn-1804289383"
    notice = mail(
        f"""
Received: from Debian-exim by mail.alumni.example with local (Exim 4.98)
\tid 1uxTvC-00000003Nr5-1yQe
\tfor ines@harbor.example;
\t{when(at)}
X-Failed-Recipients: old.captain@seamail.example
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mail.alumni.example>
To: ines@harbor.example
References: <4cdkxh1czjz-reunion@harbor.example>
Content-Type: multipart/report; report-type=delivery-status; boundary={bound}
MIME-Version: 1.0
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1uxTvC-00000003Nr5-1yQe@mail.alumni.example>
Date: {when(at)}

--{bound}
Content-type: text/plain; charset=us-ascii

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  old.captain@seamail.example
    (generated from captain@alumni.example)
    host mx.seamail.example [203.0.113.95]
    SMTP error from remote mail server after RCPT TO:<old.captain@seamail.example>:
    452 4.2.2 <old.captain@seamail.example> Mailbox full:
    retry timeout exceeded

--{bound}
Content-type: message/delivery-status

Reporting-MTA: dns; mail.alumni.example

Action: failed
Final-Recipient: rfc822;old.captain@seamail.example
Status: 5.0.0
Remote-MTA: dns; mx.seamail.example
Diagnostic-Code: smtp; 452 4.2.2 <old.captain@seamail.example> Mailbox full: retry timeout exceeded

--{bound}
Content-type: message/rfc822

Return-path: <ines@harbor.example>
Received: from mx.harbor.example ([192.0.2.10])
\tby mail.alumni.example with esmtps  (TLS1.3) tls TLS_AES_256_GCM_SHA384
\t(Exim 4.98)
\t(envelope-from <ines@harbor.example>)
\tid 1uvfLp-00000001Tz2-3kDm
\tfor captain@alumni.example;
\t{when(later(sent, 3))}
{
            letter(
                sent,
                "captain@alumni.example",
                "Reunion in spring",
                "We meet in April. Will you come?" + chr(10) * 2 + "Ines",
                "4cDKxh1CzJz",
            ).partition(chr(10))[2]
        }
--{bound}--
"""
    )
    return harbor(
        notice, client="mail.alumni.example [203.0.113.25]", mail_from="", at=later(at, 2), queue="4cGWvk2DzKz",
        spf="pass", dmarc="pass (p=none dis=none) header.from=mail.alumni.example",
    )  # fmt: skip


def complaint() -> bytes:
    """RFC 5965: somebody pressed the button, and the provider tells the sender."""
    at = "2026-09-18T12:00:09+02:00"
    bound = "arf-20260918-5511"
    notice = mail(
        f"""
Date: {when(at)}
From: Northmail Feedback <fbl@northmail.example>
To: abuse@harbor.example
Subject: FW: Harbour news in September
Message-ID: <fbl-5511@northmail.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report;
\tboundary="{bound}"

--{bound}
Content-Type: text/plain; charset=us-ascii
Content-Transfer-Encoding: 7bit

This is an email abuse report for an email message received from IP
192.0.2.10 on {when("2026-09-18T09:30:00+02:00")}.

--{bound}
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Northmail-FBL/2.1
Version: 1
Original-Mail-From: <ines@harbor.example>
Original-Rcpt-To: <lea@northmail.example>
Arrival-Date: {when("2026-09-18T09:30:00+02:00")}
Source-IP: 192.0.2.10
Reported-Domain: harbor.example

--{bound}
Content-Type: message/rfc822

{
            letter(
                "2026-09-18T09:29:57+02:00",
                "lea@northmail.example",
                "Harbour news in September",
                "The new crane is coming.",
                "4cKjVM4FzMz",
            )
        }
--{bound}--
"""
    )
    return harbor(
        notice, client="fbl.northmail.example [192.0.2.81]", mail_from="fbl@northmail.example", at=later(at, 2),
        queue="4cKnpC3EzLz", spf="pass", dmarc="pass (p=quarantine dis=none) header.from=northmail.example",
        to="abuse@harbor.example",
    )  # fmt: skip


def pasted_refusal() -> bytes:
    """One line, as people paste it."""
    return mail(
        "554 5.7.1 Service unavailable; Client host [192.0.2.10] blocked using bl.example;"
        " https://bl.example/query/192.0.2.10\n"
    )


SAMPLES = {
    "bounces/02-exchange-group-closed-to-strangers.eml": group_closed_to_strangers,
    "bounces/04-qmail-free-form.eml": qmail,
    "bounces/06-exim-gave-up-mailbox-full.eml": exim_gave_up,
    "bounces/07-complaint.eml": complaint,
    "bounces/08-pasted-refusal.txt": pasted_refusal,
}
