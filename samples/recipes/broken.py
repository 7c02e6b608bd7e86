"""Honest mail that does not authenticate as it should: lists, services, records that are wrong."""

from recipes.hosts import bad, exim, good, harbor, later, northmail, picked_up, postfix, submitted, when
from recipes.stage import PLAIN, above, mail, seal, sign, tail

LIST = "lists.choir.example [203.0.113.40]"
OWNER = "choir-bounces@lists.choir.example"
FOOTER = (
    "_______________________________________________\r\nChoir mailing list\r\nChoir@lists.choir.example\r\n"
    "https://lists.choir.example/listinfo/choir\r\n"
)


def post(at: str, author: str, subject: str, text: str, number: str) -> bytes:
    """A member's post as it reaches the list's host: signed by the member's domain."""
    domain = author.rpartition("@")[2].rstrip(">")
    selector, key, client = {
        "tideline.example": ("t1", "rsa-2048-a.pem", "mail.tideline.example [198.51.100.35]"),
        "clubnews.example": ("c1", "rsa-2048-b.pem", "mail.clubnews.example [198.51.100.70]"),
    }[domain]
    written = mail(
        f"""
Date: {when(at)}
From: {author}
To: choir@lists.choir.example
Subject: {subject}
Message-ID: <{number}@{domain}>
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

{text}"""
    )
    signed = sign(written, domain, selector, key, at, names=PLAIN)
    host = client.partition(" ")[0]
    user = author.rpartition("<")[2].partition("@")[0]
    to = "choir@lists.choir.example"
    sent = above(signed, submitted(user, "198.51.100.36", host, f"4cM{number[:6]}zA", to=to, at=at))
    arrived = postfix(client, "lists.choir.example", f"4cM{number[:6]}zB", to, later(at, 2))
    return above(sent, arrived)


def mailman(message: bytes, at: str, queue: str) -> bytes:
    """The fields that Mailman 2.1 adds, and the Received of the host's own Postfix."""
    return above(
        message,
        f"Received: from lists.choir.example (localhost [127.0.0.1])\n\tby lists.choir.example (Postfix) with ESMTP id"
        f" {queue};\n\t{when(at, padded=False, zone=True)}",
        "X-Original-To: choir@lists.choir.example",
        "Delivered-To: choir@lists.choir.example",
    )


def list_fields(message: bytes) -> bytes:
    """Mailman's own fields, at the end of the header block where it puts them."""
    header, blank, body = message.partition(b"\r\n\r\n")
    fields = mail(
        """
X-BeenThere: choir@lists.choir.example
X-Mailman-Version: 2.1.39
Precedence: list
List-Id: The choir <choir.lists.choir.example>
List-Unsubscribe: <https://lists.choir.example/options/choir>,
 <mailto:choir-request@lists.choir.example?subject=unsubscribe>
List-Archive: <https://lists.choir.example/pipermail/choir/>
List-Post: <mailto:choir@lists.choir.example>
List-Help: <mailto:choir-request@lists.choir.example?subject=help>
Errors-To: choir-bounces@lists.choir.example
Sender: "Choir" <choir-bounces@lists.choir.example>"""
    )
    return header + b"\r\n" + fields + blank + body


def list_footer() -> bytes:
    """Mailman 2.1 appends a footer and passes on under its own envelope sender."""
    at = "2026-09-14T20:41:15+02:00"
    message = post(
        at,
        "Club News <hello@clubnews.example>",
        "Rehearsal on Thursday",
        "Dear all,\n\nwe start at 19:30 sharp. Bring the blue scores.\n\nRuth\n",
        "240115.88121",
    )
    listed = mailman(list_fields(message + FOOTER.encode()), later(at, 5), "9F2E81C0A4")
    return harbor(
        listed, client=LIST, mail_from=OWNER, at=later(at, 9), queue="4cJ1S30wLzA", spf="pass",
        dkim=(bad(message, "clubnews.example", "c1", "body hash did not verify"),),
        dmarc="fail (p=none dis=none) header.from=clubnews.example",
    )  # fmt: skip


def subject_tag() -> bytes:
    """An Exim list tags the Subject and leaves the body alone."""
    at = "2026-09-15T10:06:33+02:00"
    written = mail(
        f"""
Date: {when(at)}
From: Peter Moll <moll@harbourmaster.example>
To: board@yachtclub.example
Subject: Budget for the new crane
Message-ID: <f2a90b77-crane@harbourmaster.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

Dear board,

the crane will cost 84 000, a third of it this year. The offer is
valid until the end of the month.

Peter Moll
"""
    )
    message = sign(written, "harbourmaster.example", "hm", "rsa-2048-b.pem", at)
    sent = above(message, exim("office.harbourmaster.example", "198.51.100.76", "mx.harbourmaster.example",
                               "1uyAbR-00000000Lk3-1Zpa", mail_from="moll@harbourmaster.example",
                               to="board@yachtclub.example", at=at))  # fmt: skip
    arrived = above(sent, exim("mx.harbourmaster.example", "198.51.100.75", "mail.yachtclub.example",
                               "1uyAbU-00000000Qd9-3Kse", mail_from="moll@harbourmaster.example",
                               to="board@yachtclub.example", at=later(at, 3)))  # fmt: skip
    tagged = arrived.replace(b"Subject: Budget", b"Subject: [Board] Budget", 1)
    return harbor(
        tagged, client="mail.yachtclub.example [203.0.113.45]", mail_from="board-owner@yachtclub.example",
        at=later(at, 6), queue="4cJNT41xMzB", spf="pass",
        dkim=(bad(tagged, "harbourmaster.example", "hm", "signature verification failed"),),
        dmarc="fail (p=quarantine dis=quarantine) header.from=harbourmaster.example",
    )  # fmt: skip


def third_party() -> bytes:
    """A sending service signs with its own domain only."""
    at = "2026-09-21T07:00:02+00:00"
    written = mail(
        f"""
Date: {when(at)}
From: Club News <hello@clubnews.example>
To: ines@harbor.example
Subject: Autumn programme
Message-ID: <0100019a-7c31-c1a7@post.sendwell.example>
List-Unsubscribe: <https://post.sendwell.example/u/c1a7>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

Four evenings, one boat trip, and a lecture on knots.
The programme: https://clubnews.example/autumn

You get this because you are a member of Club News.
"""
    )
    message = sign(written, "sendwell.example", "sw2026", "rsa-2048-a.pem", at)
    message = above(message, "Received: from app-7.internal.sendwell.example (198.51.100.81)\n"
                    f" by o1.post.sendwell.example id hq8c7i3b2k0s for <ines@harbor.example>; {when(at)}\n"
                    " (envelope-from <bounce+c1a7-ines=harbor.example@bounce.sendwell.example>)")  # fmt: skip
    return harbor(
        message, client="o1.post.sendwell.example [198.51.100.80]",
        mail_from="bounce+c1a7-ines=harbor.example@bounce.sendwell.example", at="2026-09-21T09:00:04+02:00",
        queue="4cLNV52yNzC", spf="pass", dkim=(good(message, "sendwell.example", "sw2026"),),
        dmarc="fail (p=none dis=none) header.from=clubnews.example",
    )  # fmt: skip


def sealed_list() -> bytes:
    """A list that tags and appends, and seals with ARC what it saw before."""
    at = "2026-09-17T21:15:50+02:00"
    message = post(
        at,
        "Anna Holm <anna@tideline.example>",
        "A room for the concert",
        "Dear all,\n\nthe old customs house has a hall with a piano and 120 chairs.\nShall I book it?\n\nAnna\n",
        "171550.30442",
    )
    saw = above(
        message,
        "Authentication-Results: lists.choir.example; dmarc=pass (p=reject dis=none) header.from=tideline.example",
        "Authentication-Results: lists.choir.example; spf=pass smtp.mailfrom=anna@tideline.example",
        f"Authentication-Results: lists.choir.example;\n\tdkim={good(message, 'tideline.example', 't1')}",
    )
    changed = list_fields(saw.replace(b"Subject: A room", b"Subject: [Choir] A room", 1) + FOOTER.encode())
    listed = seal(
        mailman(changed, later(at, 4), "A31F07D2B8"), "lists.choir.example", "arc1", "rsa-2048-b.pem", later(at, 5),
        authserv="lists.choir.example",
    )  # fmt: skip
    mark = tail(message, "tideline.example")
    neutral = f"dkim=neutral (body hash did not verify) header.i=@tideline.example header.s=t1 header.b={mark}"
    chain = (
        "i=1 spf=pass spfdomain=tideline.example dkim=pass dkdomain=tideline.example"
        " dmarc=pass fromdomain=tideline.example"
    )
    pleased = f"domain of {OWNER} designates 203.0.113.40 as permitted sender"
    return northmail(
        listed, client="lists.choir.example", address="203.0.113.40", mail_from=OWNER,
        at="2026-09-17T12:15:58-07:00", number="a640c23a62f3a-b1f2c3d4e5bsi7741236266b.88.2026.09.17.12.15.58",
        spf=("pass", pleased),
        results=(neutral, f"arc=pass ({chain})", "SPF",
                 "dmarc=fail (p=REJECT sp=REJECT dis=NONE arc=pass) header.from=tideline.example"),
    )  # fmt: skip


def too_many_lookups() -> bytes:
    """An SPF record of eleven includes."""
    at = "2026-09-24T11:31:09+02:00"
    written = mail(
        f"""
Date: {when(at)}
From: Island Tourism <info@tourism.example>
To: ines@harbor.example
Subject: Map of the coastal path
Message-ID: <map-3310@tourism.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

Dear Ms Falk,

the new map is out. We have put two copies into the post for you.

Island Tourism
"""
    )
    message = sign(written, "tourism.example", "k1", "rsa-2048-b.pem", at)
    return harbor(
        message, client="web4.tourism.example [198.51.100.90]", mail_from="info@tourism.example", at=later(at, 2),
        queue="4cMvW63zPzD", spf="permerror", dkim=(good(message, "tourism.example", "k1"),),
        dmarc="pass (p=quarantine dis=none) header.from=tourism.example",
    )  # fmt: skip


def pier_letter() -> bytes:
    """A signed letter whose text has a line that begins with "From ", for the mailbox."""
    at = "2026-10-04T17:20:00+02:00"
    written = mail(
        f"""
Date: {when(at)}
From: Anna Holm <anna@tideline.example>
To: ines@harbor.example
Subject: The way to the boathouse
Message-ID: <7719ab02-1720@tideline.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

Ines,

From the pier keep left, then follow the wall to the green door.
The key is under the third stone.

Anna
"""
    )
    message = sign(written, "tideline.example", "t1", "rsa-2048-a.pem", at)
    message = above(message, submitted("anna", "198.51.100.36", "mail.tideline.example", "4cRGX74bQzE",
                                       to="ines@harbor.example", at=at))  # fmt: skip
    return harbor(
        message, client="mail.tideline.example [198.51.100.35]", mail_from="anna@tideline.example", at=later(at, 2),
        queue="4cRGY85cRzF", spf="pass", dkim=(good(message, "tideline.example", "t1"),),
        dmarc="pass (p=reject dis=none) header.from=tideline.example",
    )  # fmt: skip


def backup_note() -> bytes:
    """A note that the receiving host wrote to itself, for the mailbox."""
    at = "2026-10-05T03:10:04+02:00"
    return above(
        mail(
            f"""
From: root@store.harbor.example (Cron Daemon)
To: ines@harbor.example
Subject: Cron <root@store> /usr/local/sbin/backup --weekly
MIME-Version: 1.0
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: 8bit
X-Cron-Env: <SHELL=/bin/sh>
Message-Id: <20261005011004.5C1D22043F@store.harbor.example>
Date: {when(at, padded=False, zone=True)}

42 mailboxes, 318 GiB, 0 errors.
"""
        ),
        "Return-Path: <root@store.harbor.example>",
        "Delivered-To: ines@harbor.example",
        picked_up("store.harbor.example", "5C1D22043F", 0, at),
    )


SAMPLES = {
    "messages/04-list-footer-breaks-body.eml": list_footer,
    "messages/05-subject-tag-breaks-header.eml": subject_tag,
    "messages/06-list-sealed-with-arc.eml": sealed_list,
    "messages/07-signed-by-third-party-only.eml": third_party,
    "messages/09-spf-needs-too-many-lookups.eml": too_many_lookups,
}
