"""Mail that is what it says: DMARC passes, one way or the other."""

from recipes.hosts import exchange, exim, good, harbor, later, northmail, postfix, submitted, when
from recipes.stage import above, mail, sign, tail

BAKERY = "out1.bakery.example [198.51.100.20]"


def bread(at: str, subject: str, text: str, number: str, names: tuple[str, ...] | None = None) -> bytes:
    """A signed letter of the Corner Bakery, as it leaves its house."""
    written = mail(
        f"""
Date: {when(at)}
From: Corner Bakery <orders@bakery.example>
To: Ines Falk <ines@harbor.example>
Subject: {subject}
Message-ID: <{number}@bakery.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

{text}"""
    )
    signed = sign(written, "bakery.example", "oct2026", "rsa-2048-a.pem", at, names=names)
    shop = "Received: from till.bakery.example (till.bakery.example [198.51.100.21])\n"
    return above(
        signed, f"{shop}\tby out1.bakery.example (Postfix) with ESMTP id 4cR{number[-5:]}z;"
        f" {when(at, padded=False, zone=True)}",
    )  # fmt: skip


def clean() -> bytes:
    """Baker to reader by two hosts: SPF, DKIM and DMARC pass."""
    at = "2026-10-05T09:14:06+02:00"
    message = bread(
        at,
        "Your bread for Saturday",
        """Dear Ines,

two rye loaves and six rolls are set aside for you. The shop opens
at seven; ask for Jonas if the queue is long.

The Corner Bakery
""",
        "20261005.71406",
    )
    return harbor(
        message, client=BAKERY, mail_from="orders@bakery.example", at=later(at, 2), queue="4cR8tW1xYzQ",
        spf="pass", dkim=(good(message, "bakery.example", "oct2026"),),
        dmarc="pass (p=reject dis=none) header.from=bakery.example",
    )  # fmt: skip


def _museum(at: str) -> bytes:
    written = mail(
        f"""
Date: {when(at)}
From: Museum of Navigation <tickets@museum.example>
To: tom@alumni.example
Subject: Your tickets for the night of lanterns
Message-ID: <ticket-48213@museum.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

Dear Tom,

these are your two tickets for Friday, 9 October, 8 pm:

    48213-A   48213-B

Show this mail at the door. The lighthouse closes at midnight.

Museum of Navigation
"""
    )
    signed = sign(written, "museum.example", "s1", "rsa-2048-b.pem", at)
    return above(signed, postfix("shop.museum.example [198.51.100.25]", "smtp.museum.example", "4cQk2n5Lw1z1Xy",
                                 "tom@alumni.example", at))  # fmt: skip


def forwarded() -> bytes:
    """Forwarded as it was, envelope sender kept: the forwarder is not in the museum's SPF record."""
    at = "2026-10-01T15:20:31+02:00"
    message = above(
        _museum(at),
        exim("smtp.museum.example", "198.51.100.24", "mail.alumni.example", "1v3yKa-00000001Qp7-2xWb",
             mail_from="tickets@museum.example", to="tom@alumni.example", at=later(at, 3)),
    )  # fmt: skip
    doubt = "domain of transitioning tickets@museum.example does not designate 203.0.113.25 as permitted sender"
    return northmail(
        message, client="mail.alumni.example", address="203.0.113.25", mail_from="tickets@museum.example",
        at="2026-10-01T06:20:36-07:00", number="a640c23a62f3a-b48654b8abfsi1147012366b.301.2026.10.01.06.20.36",
        spf=("softfail", doubt),
        results=(f"dkim=pass header.i=@museum.example header.s=s1 header.b={tail(message, 'museum.example')}", "SPF",
                 "dmarc=pass (p=QUARANTINE sp=QUARANTINE dis=NONE) header.from=museum.example"),
    )  # fmt: skip


def forwarded_with_srs() -> bytes:
    """Forwarded with the envelope sender rewritten (SRS): SPF passes for the forwarder."""
    at = "2026-10-02T11:02:10+02:00"
    rewritten = "SRS0=tG4x=GX=museum.example=tickets@alumni.example"
    message = above(
        _museum(at),
        exim("smtp.museum.example", "198.51.100.24", "mail.alumni.example", "1v4IaC-00000002Bd1-0rTz",
             mail_from="tickets@museum.example", to="tom@alumni.example", at=later(at, 4)),
    )  # fmt: skip
    pleased = f"domain of {rewritten} designates 203.0.113.25 as permitted sender"
    return northmail(
        message, client="mail.alumni.example", address="203.0.113.25", mail_from=rewritten,
        at="2026-10-02T02:02:16-07:00", number="ffacd0b85a97d-4256866b5besi1840211f8f.1053.2026.10.02.02.02.16",
        spf=("pass", pleased),
        results=(f"dkim=pass header.i=@museum.example header.s=s1 header.b={tail(message, 'museum.example')}", "SPF",
                 "dmarc=pass (p=QUARANTINE sp=QUARANTINE dis=NONE) header.from=museum.example"),
    )  # fmt: skip


def exchange_receiver() -> bytes:
    """Received by Exchange, whose stamp names no checker and stands above three hops of its own."""
    at = "2026-10-08T12:05:47+00:00"
    written = mail(
        f"""
From: Notary Brandt <brandt@notary.example>
To: Sofia Lindgren <sofia@lindgren.example>
Subject: Draft of the deed
Date: {when(at)}
Message-ID: <c7d1f0aa-deed-draft@notary.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

Dear Ms Lindgren,

the draft is ready. Please read clause 4 with care and call me before
Thursday if anything should change.

H. Brandt
"""
    )
    message = sign(written, "notary.example", "mail", "rsa-2048-a.pem", at)
    return exchange(
        message, client="smtp.notary.example", address="198.51.100.60", mail_from="brandt@notary.example",
        at=later(at, 4),
        results="dkim=pass (signature was verified)\n header.d=notary.example;dmarc=pass action=none\n"
        " header.from=notary.example;compauth=pass reason=100",
        spf="Pass (protection.cloudmail.example: domain of notary.example\n designates 198.51.100.60 as permitted"
        " sender)\n receiver=protection.cloudmail.example; client-ip=198.51.100.60;\n helo=smtp.notary.example; pr=C",
    )  # fmt: skip


def languages() -> bytes:
    """Encoded words, a header in UTF-8 (RFC 6532), and a transfer that says so."""
    at = "2026-09-30T18:12:05+02:00"
    written = mail(
        f"""
Date: {when(at)}
From: =?UTF-8?Q?J=C3=B8rgen_=C3=85s?= <jorgen@boatyard.example>
To: Инес Фальк <ines@harbor.example>
Subject: =?UTF-8?B?QsOldGVuIGVyIGtsYXIg4oCTIGRpZSBKb2xsZSBpc3QgZmVydGln?=
 =?UTF-8?B?IOKAkyDoiLnjgYzjgafjgY3jgb7jgZfjgZ8=?=
Message-ID: <5f0e2c@boatyard.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Hei Ines,

båten er klar. Kom når du vil; nøkkelen ligger hos Åse.

Jørgen
"""
    )
    message = sign(written, "boatyard.example", "by1", "rsa-2048-b.pem", at)
    return harbor(
        message, client="mail.boatyard.example [198.51.100.65]", mail_from="jorgen@boatyard.example", at=later(at, 2),
        queue="4cQ9N64rGzV", spf="pass", dkim=(good(message, "boatyard.example", "by1"),), how="UTF8SMTPS",
        dmarc="pass (p=none dis=none) header.from=boatyard.example",
    )  # fmt: skip


def held() -> bytes:
    """Six hours between the sender's host and the receiver's."""
    at = "2026-10-09T07:58:20+02:00"
    written = mail(
        f"""
Date: {when(at)}
From: Anna Holm <anna@tideline.example>
To: ines@harbor.example
Subject: Meeting moved to eleven
Message-ID: <0a7c4d1e-0914@tideline.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

Ines, we meet at eleven instead of ten. Same room.

Anna
"""
    )
    message = sign(written, "tideline.example", "t1", "rsa-2048-a.pem", at)
    message = above(message, submitted("anna", "198.51.100.36", "mail.tideline.example", "4cTqP75sHzW",
                                       to="ines@harbor.example", at=at))  # fmt: skip
    return harbor(
        message, client="mail.tideline.example [198.51.100.35]", mail_from="anna@tideline.example",
        at="2026-10-09T14:11:02+02:00", queue="4cTzQ86tJzX", spf="pass",
        dkim=(good(message, "tideline.example", "t1"),),
        dmarc="pass (p=reject dis=none) header.from=tideline.example",
    )  # fmt: skip


def pasted_headers() -> bytes:
    """What somebody copies out of a web client: the header block alone."""
    at = "2026-10-12T09:00:44+02:00"
    message = bread(at, "Closed on Tuesday", "Dear Ines,\n\nwe are closed on Tuesday. The oven is being relined.\n",
                    "20261012.90044")  # fmt: skip
    whole = harbor(
        message, client=BAKERY, mail_from="orders@bakery.example", at=later(at, 2), queue="4cWbR97vKzY",
        spf="pass", dkim=(good(message, "bakery.example", "oct2026"),),
        dmarc="pass (p=reject dis=none) header.from=bakery.example",
    )  # fmt: skip
    return whole.partition(b"\r\n\r\n")[0] + b"\r\n"


def vacation() -> bytes:
    """The reader's own answer: null envelope sender, so SPF judges the HELO name."""
    at = "2026-10-13T08:02:19+02:00"
    written = mail(
        f"""
Date: {when(at)}
From: Ines Falk <ines@harbor.example>
To: Tom Berg <tom@northmail.example>
Subject: Away until 26 October (was: Lunch on Friday?)
Message-ID: <dovecot-sieve-1791871339-204417-0@store.harbor.example>
In-Reply-To: <CAJ4hq2v1@northmail.example>
References: <CAJ4hq2v1@northmail.example>
Auto-Submitted: auto-replied (vacation)
X-Auto-Response-Suppress: All
Precedence: bulk
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

I am at sea until 26 October and read no mail. For anything that
cannot wait write to Anna Holm, anna@tideline.example.

Ines
"""
    )
    signed = sign(written, "harbor.example", "h1", "rsa-2048-b.pem", at)
    message = above(
        signed,
        "Received: from store.harbor.example (store.harbor.example [192.0.2.11])\n\tby mx.harbor.example (Postfix)"
        " with ESMTP id 4cXdS08wLzZ\n\tfor <tom@northmail.example>; " + when(at, zone=True),
    )
    return northmail(
        message, client="mx.harbor.example", address="192.0.2.10", mail_from="", at="2026-10-12T23:02:22-07:00",
        number="ffacd0b85a97d-4270fb51c3csi88123f8f.412.2026.10.12.23.02.22",
        spf=("pass", "domain of mx.harbor.example designates 192.0.2.10 as permitted sender"),
        results=(f"dkim=pass header.i=@harbor.example header.s=h1 header.b={tail(message, 'harbor.example')}", "SPF",
                 "dmarc=pass (p=QUARANTINE sp=QUARANTINE dis=NONE) header.from=harbor.example"),
    )  # fmt: skip


SAMPLES = {
    "messages/01-clean-and-aligned.eml": clean,
    "messages/02-forwarded-spf-softfails.eml": forwarded,
    "messages/03-forwarded-with-rewritten-sender.eml": forwarded_with_srs,
    "messages/21-exchange-receiver.eml": exchange_receiver,
    "messages/22-names-in-other-scripts.eml": languages,
    "messages/23-held-for-six-hours.eml": held,
    "messages/24-vacation-reply.eml": vacation,
    "messages/25-headers-only.txt": pasted_headers,
}
