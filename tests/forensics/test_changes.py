"""Programs that change signed mail as lists, filters and servers do, and whether the change is named."""

import base64
import quopri
import re
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from mailscope.context import Context
from mailscope.forensics.diagnosis import Cause, Diagnosis, Part
from mailscope.mail.message import parse_message
from mailscope.report import examine

DOCS = Path(__file__).resolve().parents[2] / "docs" / "forensics.md"
HEAD = (
    b"From: Ann Archer <ann@example.com>\r\nTo: Ben <ben@lists.example.net>,\r\n Cleo <cleo@example.net>\r\n"
    b"Cc: office@example.net\r\nReply-To: ann@example.com\r\nSubject: The tide tables for October\r\n"
    b"Date: Tue, 06 Oct 2026 12:00:00 +0200\r\nMessage-ID: <1@example.com>\r\nMIME-Version: 1.0\r\n"
)
TEXT = (
    b"Dear Ben,\r\n\r\nhere are the tide tables. High water is at ten,\r\nlow water at four.\r\n\r\n"
    b"From the mole to the buoy it is a mile.\r\n\r\n  port\thigh\r\n  mole\t10\r\n\r\nAnn\r\n"
)
PLAIN = HEAD + b"Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n\r\n" + TEXT
GERMAN = (
    "Lieber Jürgen,\r\n\r\ndie Gezeiten für Tönning sind geprüft, höchstens 2 % Abweichung.\r\n\r\nGrüße\r\nAnn\r\n"
)
UTF8 = HEAD + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + GERMAN.encode()
LATIN = (
    HEAD
    + b"Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    + GERMAN.encode("latin-1")
)
QP = (
    HEAD
    + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    + quopri.encodestring(GERMAN.replace("\r\n", "\n").encode()).replace(b"\n", b"\r\n")
)
HTML_TEXT = b'<html><body bgcolor="white">\r\n<p>Dear Ben,</p>\r\n<p>high water is at ten.</p>\r\n</body></html>\r\n'
HTML = HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + HTML_TEXT
ALT = (
    HEAD
    + b'Content-Type: multipart/alternative; boundary="sep"\r\n\r\n'
    + b"--sep\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    + TEXT
    + b"\r\n--sep\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    + HTML_TEXT
    + b"\r\n--sep--\r\n"
)
MIXED = (
    HEAD
    + b'Content-Type: multipart/mixed; boundary="mix"\r\n\r\n'
    + b"--mix\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
    + TEXT
    + b'\r\n--mix\r\nContent-Type: text/csv; name="t.csv"\r\nContent-Disposition: attachment; filename="t.csv"\r\n'
    + b"Content-Transfer-Encoding: base64\r\n\r\n"
    + base64.b64encode(b"port,high\nmole,10\n")
    + b"\r\n--mix--\r\n"
)
LONG = HEAD + b"\r\n" + b"word " * 500 + b"end.\r\n\r\n" + b"tide " * 300 + b"end.\r\n"
CODED = PLAIN.replace(b"Subject: The tide tables for October", b"Subject: =?utf-8?Q?Gezeiten_f=C3=BCr_Oktober?=")
ALL = "from:to:cc:reply-to:subject:date:message-id:mime-version:content-type:content-transfer-encoding"
FOOTER = (
    b"_______________________________________________\r\nTides mailing list -- tides@lists.example.net\r\n"
    b"To unsubscribe send an email to tides-leave@lists.example.net\r\n"
)
LIST = (
    b"List-Id: Tides <tides.lists.example.net>\r\nList-Post: <mailto:tides@lists.example.net>\r\nPrecedence: list\r\n"
)
CAUTION = (
    b"CAUTION: This email came from outside of the organization. Do not click links unless you know the sender.\r\n"
)
HTML_CAUTION = b'<table width="100%"><tr><td style="background:#fc0"><b>Caution:</b> external mail</td></tr></table>'
RECEIVED = (
    b"Received: from out.example.com ([192.0.2.1])\r\n\tby mx.example.net (Postfix) with ESMTP id 4cR8tW1\r\n"
    b"\tfor <ben@example.net>; Tue, 6 Oct 2026 10:00:09 +0000 (UTC)\r\n"
)


def header(raw: bytes, name: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """One field rewritten in place; an empty result takes it out."""
    head, blank, body = raw.partition(b"\r\n\r\n")
    found = re.compile(rb"^" + name + rb":[^\r\n]*(?:\r\n[ \t][^\r\n]*)*\r\n", re.MULTILINE | re.IGNORECASE)
    head = found.sub(lambda m: change(m[0]), head + b"\r\n", count=1)
    return head[:-2] + blank + body


def body(raw: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The body rewritten."""
    head, blank, rest = raw.partition(b"\r\n\r\n")
    return head + blank + change(rest)


def add(raw: bytes, *fields: bytes) -> bytes:
    """Fields put at the end of the header."""
    head, blank, rest = raw.partition(b"\r\n\r\n")
    return b"\r\n".join([head, *(field.removesuffix(b"\r\n") for field in fields)]) + blank + rest


def tag(mark: bytes) -> Callable[[bytes], bytes]:
    return lambda raw: header(raw, b"Subject", lambda f: f.replace(b"Subject: ", b"Subject: " + mark + b" ", 1))


def reply_tag(raw: bytes) -> bytes:
    return header(raw, b"Subject", lambda f: f.replace(b"Re: [Tides] ", b"[Tides] Re: "))


def footer_part(raw: bytes) -> bytes:
    part = b'--mix\r\nContent-Type: text/plain; charset="us-ascii"\r\nMIME-Version: 1.0\r\n\r\n' + FOOTER + b"\r\n"
    return add(body(raw, lambda text: text.replace(b"--mix--", part + b"--mix--")), LIST)


def wrap_mixed(raw: bytes) -> bytes:
    """As Mailman puts a message that is not multipart/mixed into one, to add its footer."""
    kept = re.search(rb"^Content-Type:[^\r\n]*\r\n", raw, re.MULTILINE)
    assert kept
    head = header(raw, b"Content-Type", lambda _: b'Content-Type: multipart/mixed; boundary="===wrap=="\r\n')
    return add(
        body(
            head,
            lambda text: (
                b"--===wrap==\r\n" + kept[0] + b"\r\n" + text + b"\r\n--===wrap==\r\n"
                b'Content-Type: text/plain; charset="us-ascii"\r\n\r\n' + FOOTER + b"\r\n--===wrap==--\r\n"
            ),
        ),
        LIST,
    )


def banner_part(raw: bytes) -> bytes:
    """As a gateway puts its warning before whatever the message holds."""
    kept = re.search(rb"^Content-Type:[^\r\n]*\r\n", raw, re.MULTILINE)
    assert kept
    head = header(raw, b"Content-Type", lambda _: b'Content-Type: multipart/mixed; boundary="gate"\r\n')
    warning = b"--gate\r\nContent-Type: text/plain\r\n\r\n" + CAUTION + b"\r\n--gate\r\n"
    return body(head, lambda text: warning + kept[0] + b"\r\n" + text + b"\r\n--gate--\r\n")


def munge(raw: bytes) -> bytes:
    munged = header(raw, b"From", lambda _: b"From: Ann Archer via Tides <tides@lists.example.net>\r\n")
    return add(header(munged, b"Reply-To", lambda _: b""), b"Reply-To: Ann Archer <ann@example.com>\r\n", LIST)


def encode(raw: bytes, how: bytes, coder: Callable[[bytes], bytes]) -> bytes:
    changed = header(raw, b"Content-Transfer-Encoding", lambda _: b"Content-Transfer-Encoding: " + how + b"\r\n")
    return body(changed, coder)


def to_qp(raw: bytes) -> bytes:
    def coder(text: bytes) -> bytes:
        return quopri.encodestring(text.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")

    return add(encode(raw, b"quoted-printable", coder), b"X-MIME-Autoconverted: from 8bit to quoted-printable\r\n")


def to_base64(raw: bytes) -> bytes:
    return encode(raw, b"base64", lambda text: base64.encodebytes(text).replace(b"\n", b"\r\n"))


def to_8bit(raw: bytes) -> bytes:
    return encode(raw, b"8bit", lambda text: quopri.decodestring(text.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n"))


def utf8(raw: bytes) -> bytes:
    changed = header(raw, b"Content-Type", lambda f: f.replace(b"iso-8859-1", b"utf-8"))
    return body(changed, lambda text: text.decode("latin-1").encode())


def banner_both(raw: bytes) -> bytes:
    raw = raw.replace(b"utf-8\r\n\r\nDear", b"utf-8\r\n\r\n" + CAUTION + b"\r\nDear")
    return raw.replace(b'<body bgcolor="white">', b'<body bgcolor="white">' + HTML_CAUTION)


def html_disclaimer(raw: bytes) -> bytes:
    return raw.replace(b"</body>", b'<hr>\r\n<p style="font-size:9pt">Scanned by <b>Gate</b>.</p>\r\n</body>')


def python_refold(raw: bytes) -> bytes:
    parsed = message_from_bytes(raw, policy=policy.SMTP.clone(refold_source="all", max_line_length=60))
    kept = parsed["DKIM-Signature"]
    signature = raw[: raw.index(b"From: ")]
    del parsed["DKIM-Signature"]
    assert kept
    return signature + parsed.as_bytes()


def sendmail_addresses(raw: bytes) -> bytes:
    return header(raw, b"To", lambda f: f.replace(b",\r\n ", b",\r\n        "))


def masquerade(raw: bytes) -> bytes:
    for name in (b"From", b"Reply-To"):
        raw = header(raw, name, lambda f: f.replace(b"@example.com", b"@gate.example.net"))
    return raw


def mapped(raw: bytes) -> bytes:
    for name in (b"From", b"Reply-To"):
        raw = header(raw, name, lambda f: f.replace(b"ann@example.com", b"ann.archer@gate.example.net"))
    return raw


def boundary(raw: bytes) -> bytes:
    new = b"=_mx.example.net-98-1791291600-0001-2"
    return RECEIVED + raw.replace(b'"sep"', b'"' + new + b'"').replace(b"--sep", b"--" + new)


def wrap_long(raw: bytes) -> bytes:
    def breaker(text: bytes) -> bytes:
        lines = []
        for line in text.split(b"\r\n"):
            while len(line) > 998:
                lines.append(line[:998])
                line = b" " + line[998:]
            lines.append(line)
        return b"\r\n".join(lines)

    return body(raw, breaker)


def sendmail_long(raw: bytes) -> bytes:
    return body(raw, lambda text: re.sub(rb"([^\r\n]{989})(?=[^\r\n])", rb"\1!\r\n ", text))


def fill(raw: bytes) -> bytes:
    import textwrap

    def filler(text: bytes) -> bytes:
        lines = text.decode().split("\r\n")
        wrapped = [
            "\r\n".join(textwrap.wrap(line, 72, break_long_words=False)) if len(line) > 72 else line for line in lines
        ]
        return "\r\n".join(wrapped).encode()

    return body(raw, filler)


def stripped_attachment(raw: bytes) -> bytes:
    start = raw.index(b"Content-Type: text/csv")
    end = raw.index(b"\r\n--mix--")
    note = b"Content-Type: text/plain\r\n\r\nAn attachment named t.csv was removed by the mail filter.\r\n"
    return raw[:start] + note + raw[end:]


def report_safe(raw: bytes) -> bytes:
    outer = b"".join(re.findall(rb"^(?:From|To|Date|Message-ID):[^\r\n]*(?:\r\n[ \t][^\r\n]*)*\r\n", raw, re.MULTILINE))
    return (
        b"Received: from localhost by gate.example.net with SpamFilter (version 4); Tue, 6 Oct 2026 10:00:09 +0000\r\n"
        + outer
        + b"Subject: ***SPAM*** The tide tables for October\r\nX-Spam-Flag: YES\r\nMIME-Version: 1.0\r\n"
        + b'Content-Type: multipart/mixed; boundary="rep"\r\n\r\n'
        + b"--rep\r\nContent-Type: text/plain\r\n\r\nThis is spam.\r\n\r\n"
        + b"--rep\r\nContent-Type: message/rfc822\r\n\r\n"
        + raw
        + b"\r\n--rep--\r\n"
    )


@dataclass(frozen=True)
class Change:
    """What a program does to a signed message, and what that may be called."""

    kind: str
    """As in the table of docs/forensics.md."""
    program: Callable[[bytes], bytes]
    part: Part
    causes: set[Cause]
    undone: bool = True
    base: bytes = PLAIN
    canon: str = "relaxed/relaxed"
    names: str = ALL


C, H, B, X = Cause, Part.HEADER, Part.BODY, Part.BOTH
CHANGES = [
    Change("a list's tag in the Subject", tag(b"[Tides]"), H, {C.SUBJECT_TAG}),
    Change("a list's tag, under simple", tag(b"[Tides]"), H, {C.SUBJECT_TAG}, canon="simple/simple"),
    Change("a list's tag moved before Re:", reply_tag, H, {C.SUBJECT_TAG},
           base=PLAIN.replace(b"Subject: The", b"Subject: Re: [Tides] The")),
    Change("a list's tag before encoded words", tag(b"[Tides]"), H, {C.SUBJECT_TAG}, base=CODED),
    Change("a list's footer", lambda raw: add(body(raw, lambda t: t + FOOTER), LIST), B, {C.FOOTER}),
    Change("a list's footer as a part", footer_part, B, {C.FOOTER}, base=MIXED),
    Change("a list's footer around a text", wrap_mixed, X, {C.FOOTER, C.MIME_REWRITTEN}, base=HTML),
    Change("a list's footer around a multipart", wrap_mixed, X, {C.FOOTER, C.MIME_REWRITTEN}, base=ALT),
    Change("a banner as a part of its own", banner_part, X, {C.BANNER, C.MIME_REWRITTEN}, base=ALT),
    Change("a list's footer, then base64", lambda raw: to_base64(body(raw, lambda t: t + FOOTER)), X,
           {C.FOOTER, C.RECODED}, base=UTF8),
    Change("a list's tag and footer", lambda raw: add(tag(b"[Tides]")(body(raw, lambda t: t + FOOTER)), LIST), X,
           {C.SUBJECT_TAG, C.FOOTER}),
    Change("From rewritten by a list", munge, H, {C.FROM_REWRITTEN, C.HEADER_REPLACED}),
    Change("Reply-To added where none was", lambda raw: add(raw, b"Reply-To: tides@lists.example.net"), H,
           {C.HEADER_ADDED}, base=PLAIN.replace(b"Reply-To: ann@example.com\r\n", b"")),
    Change("[EXTERNAL] in the Subject", tag(b"[EXTERNAL]"), H, {C.SUBJECT_TAG}),
    Change("a spam mark in the Subject", tag(b"***SPAM***"), H, {C.SUBJECT_TAG}, canon="simple/simple"),
    Change("a banner before the text", lambda raw: body(raw, lambda t: CAUTION + b"\r\n" + t), B, {C.BANNER}),
    Change("a banner in HTML", lambda raw: raw.replace(b'"white">', b'"white">' + HTML_CAUTION), B, {C.BANNER},
           base=HTML),
    Change("a banner in text and HTML", banner_both, B, {C.BANNER}, base=ALT),
    Change("[EXTERNAL] and a banner", lambda raw: tag(b"[EXTERNAL]")(body(raw, lambda t: CAUTION + b"\r\n" + t)), X,
           {C.SUBJECT_TAG, C.BANNER}),
    Change("a banner and a disclaimer", lambda raw: body(raw, lambda t: CAUTION + b"\r\n" + t + b"\r\n--\r\nGate\r\n"),
           B, {C.BANNER, C.FOOTER}),
    Change("a disclaimer in HTML", html_disclaimer, B, {C.FOOTER}, base=HTML),
    Change("a scanner's footer", lambda raw: body(raw, lambda t: t + b"\r\n-- \r\nNo virus found in this message.\r\n"),
           B, {C.FOOTER}, canon="simple/simple"),
    Change("blanks at line ends taken out", lambda raw: body(raw, lambda t: t.replace(b" \r\n", b"\r\n")), B,
           {C.WHITESPACE}, base=PLAIN.replace(b"Ann\r\n", b"Ann  \r\n"), canon="simple/simple"),
    Change("tabs expanded", lambda raw: body(raw, lambda t: b"\r\n".join(x.expandtabs() for x in t.split(b"\r\n"))), B,
           {C.WHITESPACE}, canon="simple/simple"),
    Change("an empty line before the body", lambda raw: body(raw, lambda t: b"\r\n" + t), B, {C.WHITESPACE}),
    Change("trailing lines of blanks taken out", lambda raw: body(raw, lambda t: t.rstrip() + b"\r\n"), B,
           {C.WHITESPACE}, base=PLAIN + b" \r\n", canon="simple/simple"),
    Change("CRLF doubled to CR CR LF", lambda raw: body(raw, lambda t: t.replace(b"\r\n", b"\r\r\n")), B,
           {C.LINE_ENDINGS}),
    Change(">From quoting", lambda raw: body(raw, lambda t: t.replace(b"\r\nFrom ", b"\r\n>From ")), B,
           {C.FROM_ESCAPED}),
    Change("8-bit to quoted-printable", to_qp, X, {C.RECODED}, base=UTF8),
    Change("8-bit to base64", to_base64, X, {C.RECODED}, base=LATIN),
    Change("quoted-printable to 8-bit", to_8bit, X, {C.RECODED}, base=QP),
    Change("a charset converted", utf8, X, {C.CHARSET_CONVERTED, C.MIME_REWRITTEN}, base=LATIN),
    Change("a charset converted in silence", lambda raw: body(raw, lambda t: t.decode().encode("latin-1")), B,
           {C.CHARSET_CONVERTED}, base=UTF8),
    Change("encoded words written anew",
           lambda raw: header(raw, b"Subject", lambda _: b"Subject: =?utf-8?B?R2V6ZWl0ZW4gZsO8ciBPa3RvYmVy?=\r\n"), H,
           {C.HEADER_RECODED}, base=CODED),
    Change("fields folded anew", python_refold, H, {C.HEADER_REFOLDED, C.MIME_REWRITTEN}, canon="simple/simple"),
    Change("an address list written anew", sendmail_addresses, H, {C.HEADER_REFOLDED}, canon="simple/simple"),
    Change("a field name in other letters",
           lambda raw: header(raw, b"MIME-Version", lambda _: b"Mime-Version: 1.0\r\n"), H,
           {C.HEADER_REFOLDED}, canon="simple/simple"),
    Change("names put into quotes",
           lambda raw: header(raw, b"To", lambda f: f.replace(b"Ben <", b'"Ben" <').replace(b"Cleo <", b'"Cleo" <')), H,
           {C.HEADER_REFOLDED}),
    Change("a line put into the text",
           lambda raw: body(raw, lambda t: t.replace(b"Ann\r\n", b"[scanned]\r\nAnn\r\n")), B, {C.FOOTER}),
    Change("a domain masqueraded", masquerade, H, {C.ADDRESS_REWRITTEN}),
    Change("addresses mapped", mapped, H, {C.ADDRESS_REWRITTEN}),
    Change("Reply-To taken out", lambda raw: header(raw, b"Reply-To", lambda _: b""), H, {C.HEADER_REMOVED}),
    Change("MIME-Version taken out", lambda raw: header(raw, b"MIME-Version", lambda _: b""), H, {C.HEADER_REMOVED}),
    Change("Message-ID taken out", lambda raw: header(raw, b"Message-ID", lambda _: b""), H, {C.HEADER_REMOVED},
           undone=False),
    Change("Message-ID added", lambda raw: add(raw, b"Message-ID: <2@mx.example.net>"), H, {C.HEADER_ADDED},
           base=PLAIN.replace(b"Message-ID: <1@example.com>\r\n", b"")),
    Change("Date added", lambda raw: add(raw, b"Date: Tue, 6 Oct 2026 10:00:05 GMT"), H, {C.HEADER_ADDED},
           base=PLAIN.replace(b"Date: Tue, 06 Oct 2026 12:00:00 +0200\r\n", b"")),
    Change("the Date in another form", lambda raw: header(raw, b"Date", lambda _: b"Date: 6 Oct 2026 10:00:00 GMT\r\n"),
           H, {C.HEADER_REPLACED}),
    Change("Content-Type written anew",
           lambda raw: header(raw, b"Content-Type", lambda _: b'Content-Type: TEXT/PLAIN; charset="US-ASCII"\r\n'), H,
           {C.MIME_REWRITTEN}, base=PLAIN.replace(b"text/plain", b"TEXT/PLAIN")),
    Change("boundaries written anew", boundary, X, {C.MIME_REWRITTEN}, undone=False, base=ALT),
    Change("long lines cut at 998", wrap_long, B, {C.LINE_WRAPPED}, base=LONG, names="from:to:subject"),
    Change("long lines cut by “!”", sendmail_long, B, {C.LINE_WRAPPED}, base=LONG, names="from:to:subject"),
    Change("long lines filled", fill, B, {C.LINE_WRAPPED}, base=LONG, canon="relaxed/simple", names="from:to:subject"),
    Change("an attachment taken out", stripped_attachment, B, {C.ATTACHMENT_REMOVED}, undone=False, base=MIXED),
    Change("the end cut off", lambda raw: raw[: raw.index(b"\r\n--mix--")], B, {C.TRUNCATED}, undone=False, base=MIXED),
    Change("wrapped into a spam report", report_safe, X, {C.WRAPPED}),
]  # fmt: skip
KINDS = sorted({change.kind for change in CHANGES})


def diagnosed(workshop: Any, change: Change) -> Diagnosis:
    """The diagnosis of a message that was signed, then changed."""
    signed = workshop.sign(change.base, canon=change.canon, names=change.names, t="1791280800")
    report = examine(change.program(signed), dns=workshop.dns(), now="2026-10-07T00:00:00Z")
    forensics = report.authentication.forensics
    if forensics.wrapped:
        return forensics.wrapped[0].diagnosis
    (found,) = forensics.diagnoses
    assert found is not None, report.authentication.dkim
    return found


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.kind)
def test_the_change_is_named(workshop: Any, change: Change) -> None:
    found = diagnosed(workshop, change)

    assert found.part is change.part, found
    assert set(found.causes), found
    assert set(found.causes) <= change.causes | ({C.HEADER_REFOLDED} & set(found.causes) if change.part is H else set())
    assert set(found.causes) & change.causes, found
    assert found.undone is change.undone, found


@pytest.mark.parametrize("key", ["rsa", "ed25519"])
def test_what_was_undone_is_shown_as_a_difference(workshop: Any, key: str) -> None:
    signed = workshop.sign(PLAIN, key=key, names=ALL)
    report = examine(tag(b"[Tides]")(signed), dns=workshop.dns(workshop.record(key)))
    (found,) = report.authentication.forensics.diagnoses

    assert found is not None
    assert found.undone
    assert [(line.mark, line.text) for line in found.diff] == [
        ("@", "Subject"),
        ("-", "Subject: The tide tables for October"),
        ("+", "Subject: [Tides] The tide tables for October"),
    ]


def test_tells_who_may_have_done_it(workshop: Any) -> None:
    signed = workshop.sign(PLAIN, names=ALL)
    by_host = examine(RECEIVED + tag(b"[EXTERNAL]")(signed), dns=workshop.dns())
    by_list = examine(add(tag(b"[Tides]")(signed), LIST), dns=workshop.dns())

    assert "mx.example.net" in by_host.authentication.forensics.diagnoses[0].by
    assert "tides.lists.example.net" in by_list.authentication.forensics.diagnoses[0].by


def test_says_how_far_it_came_where_nothing_explains_it(workshop: Any) -> None:
    signed = workshop.sign(PLAIN, names=ALL)
    report = examine(header(signed, b"Subject", lambda _: b"Subject: Something else\r\n"), dns=workshop.dns())
    (found,) = report.authentication.forensics.diagnoses

    assert found is not None
    assert (found.part, found.causes, found.undone, found.header_undone) == (Part.HEADER, (), False, False)
    assert found.body_undone is None
    assert "body is as it was signed" in found.detail


def test_a_signature_of_another_key_is_explained_by_no_change(workshop: Any) -> None:
    signed = workshop.sign(PLAIN, names=ALL)
    report = examine(signed, dns=workshop.dns(workshop.record("short")))
    (found,) = report.authentication.forensics.diagnoses

    assert found is not None
    assert (found.part, found.causes) == (Part.HEADER, ())
    assert "did not make this signature" in found.detail


def test_a_sound_signature_has_no_diagnosis(workshop: Any) -> None:
    report = examine(workshop.sign(PLAIN, names=ALL), dns=workshop.dns())

    assert report.authentication.forensics.diagnoses == (None,)


def test_scans_leave_it_out_unless_asked(workshop: Any) -> None:
    from mailscope.report import examine_specimen
    from mailscope.sources.load import load_bytes

    raw = tag(b"[Tides]")(workshop.sign(PLAIN, names=ALL))
    report = examine_specimen(load_bytes(raw)[0], Context(dns=workshop.dns(), forensics=False))

    assert report.authentication.forensics.diagnoses == ()
    assert report.to_dict()["authentication"]["dkim"][0]["diagnosis"] is None


def test_every_kind_stands_in_the_table_of_the_docs() -> None:
    text = DOCS.read_text(encoding="utf-8")

    assert len(KINDS) >= 25
    assert [kind for kind in KINDS if kind not in text] == []


def test_a_search_that_is_called_off_ends_and_says_so(workshop: Any) -> None:
    from mailscope.dkim.check import check_dkim
    from mailscope.forensics.diagnose import diagnose

    raw = header(workshop.sign(PLAIN, names=ALL), b"Subject", lambda _: b"Subject: Something else\r\n")
    message = parse_message(raw)
    (found,) = diagnose(message, check_dkim(message, dns=workshop.dns()), cancelled=lambda: True)

    assert found is not None
    assert found.cut_short
    assert found.tried < 200
    assert "time was up" in found.detail
