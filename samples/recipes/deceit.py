"""Mail that is not what it says, and how much of it a signature or a record lets through."""

import base64

from recipes.hosts import bad, good, harbor, later, postfix, when
from recipes.stage import PLAIN, above, mail, sign

BANK = "Tideline Bank <service@tideline-bank.example>"


def news(at: str, subject: str, text: str, number: str, *, length: bool = False) -> bytes:
    """A signed letter of Club News whose signature names every field once only."""
    written = mail(
        f"""
Date: {when(at)}
From: Club News <hello@clubnews.example>
To: ines@harbor.example
Subject: {subject}
Message-ID: <{number}@clubnews.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

{text}"""
    )
    return sign(written, "clubnews.example", "c1", "rsa-2048-b.pem", at, names=PLAIN, length=length)


LECTURE = """Dear member,

the lecture on knots is on Tuesday at eight, in the loft.

Club News
"""


def two_from_fields() -> bytes:
    """A signed letter, sent on with another From on top."""
    at = "2026-09-22T13:02:11+02:00"
    signed = news(at, "Lecture on knots", LECTURE, "20260922.13021")
    message = above(signed, f"From: {BANK}")
    return harbor(
        message, client="relay7.cheaphost.example [203.0.113.201]", mail_from="list@cheaphost.example",
        at="2026-09-22T16:40:30+02:00", queue="4cMZa96dSzG", spf="pass",
        dkim=(good(message, "clubnews.example", "c1"),), dmarc="permerror header.from=tideline-bank.example",
    )  # fmt: skip


def subject_added() -> bytes:
    """A signed letter, sent on with another Subject on top."""
    at = "2026-09-23T13:05:40+02:00"
    signed = news(at, "Lecture on knots", LECTURE, "20260923.13054")
    message = above(signed, "Subject: Your membership ends today - pay at https://pay.cheaphost.example/")
    return harbor(
        message, client="relay7.cheaphost.example [203.0.113.201]", mail_from="list@cheaphost.example",
        at="2026-09-23T20:17:02+02:00", queue="4cN5b07fTzH", spf="pass",
        dkim=(good(message, "clubnews.example", "c1"),),
        dmarc="pass (p=none dis=none) header.from=clubnews.example",
    )  # fmt: skip


def appended() -> bytes:
    """A letter signed with l=, sent on with a postscript."""
    at = "2026-09-25T09:30:00+02:00"
    signed = news(at, "Boat trip on Sunday", "We cast off at ten. Bring a coat.\n\nClub News\n", "20260925.09300",
                  length=True)  # fmt: skip
    message = signed + mail(
        """
P.S. The fee has to be paid today, to our new account:
https://pay.cheaphost.example/boat
"""
    )
    return harbor(
        message, client="relay7.cheaphost.example [203.0.113.201]", mail_from="list@cheaphost.example",
        at="2026-09-25T18:55:21+02:00", queue="4cP4c18gVzJ", spf="pass",
        dkim=(good(message, "clubnews.example", "c1"),),
        dmarc="pass (p=none dis=none) header.from=clubnews.example",
    )  # fmt: skip


def replayed_after_expiry() -> bytes:
    """A signed offer, sent on by strangers after x=."""
    at = "2026-09-01T10:00:00+02:00"
    written = mail(
        f"""
Date: {when(at)}
From: Coupon Corner <offers@coupon.example>
To: member-list@coupon.example
Subject: Half price until Friday
Message-ID: <w36@coupon.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

Every coffee for half the price, this week only.

Coupon Corner
"""
    )
    signed = sign(written, "coupon.example", "w", "rsa-2048-a.pem", at, expires="2026-09-08T10:00:00+02:00")
    return harbor(
        signed, client="unknown [203.0.113.66]", helo="mta.coupon.example", mail_from="offers@coupon.example",
        at="2026-09-21T23:48:09+02:00", queue="4cLld29hWzK", spf="fail", how="ESMTP",
        dkim=(bad(signed, "coupon.example", "w", "signature expired"),),
        dmarc="fail (p=quarantine dis=quarantine) header.from=coupon.example",
    )  # fmt: skip


def spoofed() -> bytes:
    """A stranger uses the bank's name, unsigned and from his own host."""
    at = "2026-09-26T04:12:55+00:00"
    message = mail(
        f"""
Date: {when(at)}
From: {BANK}
To: ines@harbor.example
Subject: Your card has been blocked
Message-ID: <b41c9e@tideline-bank.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

Dear customer,

confirm your details within 24 hours to keep your card:
https://cards.cheaphost.example/confirm
"""
    )
    return harbor(
        message, client="unknown [198.51.100.250]", helo="WIN-8RQ2", mail_from="service@tideline-bank.example",
        at="2026-09-26T06:12:58+02:00", queue="4cPYf30jXzL", spf="fail", how="ESMTP",
        dmarc="fail (p=reject dis=none) header.from=tideline-bank.example",
    )  # fmt: skip


def forged_trace() -> bytes:
    """A stranger writes the receiver's Received and stamps himself, below the real ones."""
    at = "2026-10-02T22:30:17+02:00"
    written = mail(
        f"""
Date: {when(at)}
From: Parcel Point <noreply@parcel.example>
To: ines@harbor.example
Subject: Your parcel is waiting
Message-ID: <PP-77120-X@parcel.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

Your parcel could not be delivered. Pay the fee of 1.99 here:
https://parcels.cheaphost.example/77120
"""
    )
    forged = above(
        written,
        "Authentication-Results: mx.harbor.example; dmarc=pass (p=quarantine dis=none) header.from=parcel.example",
        "Authentication-Results: mx.harbor.example; spf=pass smtp.mailfrom=noreply@parcel.example",
        postfix("out.parcel.example [198.51.100.95]", "mx.harbor.example", "4cQzg41kYzM", "ines@harbor.example", at),
    )
    return harbor(
        forged, client="unknown [203.0.113.222]", helo="out.parcel.example", mail_from="noreply@parcel.example",
        at=later(at, 41), queue="4cQzh52lZzN", spf="softfail", how="ESMTP",
        dmarc="fail (p=quarantine dis=quarantine) header.from=parcel.example",
    )  # fmt: skip


def everybody_may() -> bytes:
    """Unsigned, from anywhere: the domain's record ends with +all."""
    at = "2026-09-29T14:08:36+02:00"
    message = mail(
        f"""
Date: {when(at)}
From: Old Mill Hotel <stay@oldmill.example>
To: ines@harbor.example
Subject: Invoice 2210
Message-ID: <2210.inv@oldmill.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

Please find the invoice for your stay at
https://files.cheaphost.example/2210
"""
    )
    return harbor(
        message, client="unknown [203.0.113.210]", helo="[203.0.113.210]", mail_from="stay@oldmill.example",
        at=later(at, 2), queue="4cQ6i63mbzP", spf="pass", how="ESMTP",
        dmarc="pass (p=none dis=none) header.from=oldmill.example",
    )  # fmt: skip


def name_shows_another_address() -> bytes:
    """A display name that shows another address; the domain behind it authenticates."""
    at = "2026-10-06T11:47:29+02:00"
    written = mail(
        f"""
Date: {when(at)}
From: "Helpdesk helpdesk@harbor.example" <info@flowershop.example>
Reply-To: helpdesk@cheaphost.example
To: ines@harbor.example
Subject: Your mailbox is almost full
Message-ID: <ticket-5521@flowershop.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

Dear colleague,

answer this mail with your password and we will enlarge your mailbox.

Helpdesk
"""
    )
    message = sign(written, "flowershop.example", "web", "rsa-2048-b.pem", at)
    return harbor(
        message, client="web2.flowershop.example [198.51.100.99]", mail_from="info@flowershop.example",
        at=later(at, 1), queue="4cRyj74nczQ", spf="pass", dkim=(good(message, "flowershop.example", "web"),),
        dmarc="pass (p=reject dis=none) header.from=flowershop.example",
    )  # fmt: skip


def link_leads_elsewhere() -> bytes:
    """An honest sender's newsletter after a break-in: signed and aligned, and its link shows the bank."""
    at = "2026-10-05T08:12:00+02:00"
    page = """<html><body>
<p>Dear member, coupons are now paid out by our bank. Confirm your account:</p>
<p><a href="https://www.tideline-bank.example@pay.cheaphost.example/c?next=https%3A%2F%2Fwww.tideline-bank.example%2F">
https://www.tideline-bank.example/login</a></p>
<p>This week's coupons: <a href="https://news.coupon.example/w41">news.coupon.example/w41</a></p>
</body></html>
"""
    written = mail(
        f"""
Date: {when(at)}
From: Coupon Corner <offers@coupon.example>
To: ines@harbor.example
Subject: Your coupons are paid out now
Message-ID: <w41@coupon.example>
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

{base64.encodebytes(mail(page)).decode().strip()}
"""
    )
    message = sign(written, "coupon.example", "w", "rsa-2048-a.pem", at)
    return harbor(
        message, client="mx.coupon.example [198.51.100.85]", mail_from="offers@coupon.example",
        at=later(at, 1), queue="4cSzk85pdzR", spf="pass", dkim=(good(message, "coupon.example", "w"),),
        dmarc="pass (p=quarantine dis=none) header.from=coupon.example",
    )  # fmt: skip


SAMPLES = {
    "messages/08-spoofed-and-to-be-rejected.eml": spoofed,
    "messages/14-signature-expired.eml": replayed_after_expiry,
    "messages/15-two-from-fields.eml": two_from_fields,
    "messages/16-subject-added-above-signature.eml": subject_added,
    "messages/17-text-appended-beyond-length.eml": appended,
    "messages/18-forged-received-below-border.eml": forged_trace,
    "messages/19-spf-lets-everybody-send.eml": everybody_may,
    "messages/20-name-shows-another-address.eml": name_shows_another_address,
    "messages/26-link-leads-elsewhere.eml": link_leads_elsewhere,
}
