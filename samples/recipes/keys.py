"""Mail whose lesson is the signing key: two kinds of it, a short one, a revoked one, one that is gone."""

from recipes.hosts import bad, good, harbor, later, when
from recipes.stage import mail, sign


def two_algorithms() -> bytes:
    """Signed twice, RSA first, so that the Ed25519 signature stands on top."""
    at = "2026-09-28T16:45:00+02:00"
    written = mail(
        f"""
Date: {when(at)}
From: Weather Station North <bulletin@station.example>
To: ines@harbor.example
Subject: Gale warning for the outer harbour
Message-ID: <bulletin-271@station.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

Wind from the north-west, 8 to 9, from 22:00 until Tuesday noon.
Double your lines.

Weather Station North
"""
    )
    once = sign(written, "station.example", "rsa26", "rsa-2048-a.pem", at)
    message = sign(once, "station.example", "ed26", "ed25519.key", at)
    return harbor(
        message, client="mta.station.example [198.51.100.40]", mail_from="bulletin@station.example", at=later(at, 1),
        queue="4cPx7q2NfzR", spf="pass",
        dkim=(good(message, "station.example", "ed26", "256-bit key"),
              good(message, "station.example", "rsa26", nth=1)),
        dmarc="pass (p=quarantine dis=none) header.from=station.example",
    )  # fmt: skip


def short_key() -> bytes:
    """Signed with the 1024-bit key."""
    at = "2026-10-06T08:30:12+02:00"
    written = mail(
        f"""
Date: {when(at)}
From: Garden Club <secretary@garden.example>
To: ines@harbor.example
Subject: Bulbs have arrived
Message-ID: <20261006083012.GA2217@garden.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

Dear members,

the tulip bulbs are in the shed. Please take yours before the first
frost, and leave the key on the hook.

Marta, secretary
"""
    )
    message = sign(written, "garden.example", "default", "rsa-1024.pem", at)
    return harbor(
        message, client="mail.garden.example [198.51.100.45]", mail_from="secretary@garden.example", at=later(at, 2),
        queue="4cRtK30mbzS", spf="pass", dkim=(good(message, "garden.example", "default", "1024-bit key"),),
        dmarc="pass (p=none dis=none) header.from=garden.example",
    )  # fmt: skip


def revoked_key() -> bytes:
    """Signed with a selector whose record says p= and nothing more."""
    at = "2026-10-07T10:11:40+02:00"
    written = mail(
        f"""
Date: {when(at)}
From: City Library <desk@library.example>
To: ines@harbor.example
Subject: A book is waiting for you
Message-ID: <hold-90817@library.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

"Charts of the Inner Sea" is on the hold shelf under F until
21 October.

City Library
"""
    )
    message = sign(written, "library.example", "spring", "rsa-2048-a.pem", at)
    return harbor(
        message, client="mx2.library.example [198.51.100.50]", mail_from="desk@library.example", at=later(at, 2),
        queue="4cSfB42pDzT", spf="pass",
        dkim=(bad(message, "library.example", "spring", "key revoked", result="permerror"),),
        dmarc="pass (p=quarantine dis=none) header.from=library.example",
    )  # fmt: skip


def rotated_key() -> bytes:
    """Verified on arrival; the selector has left the DNS since."""
    at = "2026-09-02T19:25:08+02:00"
    written = mail(
        f"""
Date: {when(at)}
From: Ferry Office <booking@ferry.example>
To: ines@harbor.example
Subject: Booking F-2231 confirmed
Message-ID: <F-2231.confirm@ferry.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

Two adults, one bicycle, Thursday 3 September, 06:40 from pier 4.
Be there twenty minutes before.

Ferry Office
"""
    )
    message = sign(written, "ferry.example", "q3", "rsa-2048-b.pem", at)
    return harbor(
        message, client="out.ferry.example [198.51.100.55]", mail_from="booking@ferry.example", at=later(at, 3),
        queue="4c6rM53qFzU", spf="pass", dkim=(good(message, "ferry.example", "q3"),),
        dmarc="pass (p=reject dis=none) header.from=ferry.example",
    )  # fmt: skip


SAMPLES = {
    "messages/10-ed25519-and-rsa.eml": two_algorithms,
    "messages/11-key-of-1024-bits.eml": short_key,
    "messages/12-key-revoked.eml": revoked_key,
    "messages/13-key-withdrawn-since.eml": rotated_key,
}
