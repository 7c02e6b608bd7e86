"""Programs that take a message apart and write it anew, and gateways that make links lead through themselves."""

import base64
import quopri
import time
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.forensics.test_changes import (
    ALL,
    DOCS,
    FOOTER,
    HEAD,
    MIXED,
    PLAIN,
    TEXT,
    UTF8,
    B,
    C,
    Change,
    H,
    body,
    diagnosed,
    header,
)

from mailscope.forensics.pieces import Piece
from mailscope.forensics.undo_frame import frame_originals
from mailscope.forensics.undo_links import unlinked
from mailscope.report import examine

PREAMBLE = b"This is a multi-part message in MIME format.\r\n\r\n"
SITE = b"https://www.example.com/tides?port=7&high=ten"
PAGE = (
    b'<html><body>\r\n<p>See <a href="' + SITE.replace(b"&", b"&amp;") + b'">the tables</a>.</p>\r\n</body></html>\r\n'
)
COPIES = (
    HEAD
    + b'Content-Type: multipart/alternative; boundary="sep"\r\n\r\n'
    + PREAMBLE
    + b"--sep\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    + TEXT
    + "Grüße\r\n".encode()
    + b"\r\n--sep\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    + quopri.encodestring(PAGE.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
    + b"\r\n--sep--\r\n"
)
LINKED = HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + PAGE
_PART = b"--sep\r\nContent-Transfer-Encoding: %b\r\nContent-Type: text/%b; charset=UTF-8\r\n\r\n"


def anew(raw: bytes) -> bytes:
    """Both parts decoded and encoded in another way, their headers in another order, the preamble dropped."""
    text = quopri.encodestring(TEXT.replace(b"\r\n", b"\n") + "Grüße\n".encode()).replace(b"\n", b"\r\n")
    parts = (_PART % (b"quoted-printable", b"plain") + text, _PART % (b"8bit", b"html") + PAGE)
    return body(raw, lambda _: b"\r\n".join(parts) + b"\r\n--sep--\r\n")


def anew_with_footer(raw: bytes) -> bytes:
    return anew(raw).replace(b"Gr=C3=BC=C3=9Fe\r\n", b"Gr=C3=BC=C3=9Fe\r\n" + FOOTER)


def safe_links(raw: bytes) -> bytes:
    there = (
        b"https://eur03.safelinks.protection.outlook.com/?url=" + quote(SITE, safe="").encode() + b"&amp;data=05%7C02"
    )
    return raw.replace(SITE.replace(b"&", b"&amp;"), there)


def defended_in_base64(raw: bytes) -> bytes:
    """Links rewritten in a part that was encoded: the link is only there once it is decoded."""
    there = SITE.replace(b"https://", b"https://urldefense.com/v3/__https://") + b"__;!!AbC!xyz$"
    old, new = (base64.encodebytes(each).replace(b"\n", b"\r\n") for each in (SITE + b"\r\n", there + b"\r\n"))
    return raw.replace(old, new)


def emptied_to(raw: bytes) -> bytes:
    """The recipients hidden; the host that delivers says who it is for."""
    return b"Delivered-To: ben@lists.example.net\r\n" + header(
        raw, b"To", lambda _: b"To: undisclosed-recipients:;\r\n"
    )


CODED = (
    HEAD + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(SITE + b"\r\n").replace(b"\n", b"\r\n")
)  # fmt: skip
TO_BEN = PLAIN.replace(b"To: Ben <ben@lists.example.net>,\r\n Cleo <cleo@example.net>", b"To: ben@lists.example.net")
NAMED = UTF8.replace(b"Ann Archer", b"=?UTF-8?Q?J=C3=BCrgen_Archer?=").replace(
    b"The tide tables for October", b"=?UTF-8?Q?Gezeiten_f=C3=BCr_Oktober?="
)


def coded_anew(raw: bytes) -> bytes:
    """Every encoded word decoded and encoded in the way of another program, a tag in the Subject."""
    name, subject = (base64.b64encode(each.encode()) for each in ("Jürgen Archer", "[Tides] Gezeiten für Oktober"))
    raw = header(raw, b"From", lambda _: b'From: "=?utf-8?b?' + name + b'?=" <ann@example.com>\r\n')
    raw = header(raw, b"Subject", lambda _: b"Subject: =?utf-8?b?" + subject + b"?=\r\n")
    return header(raw, b"Content-Type", lambda _: b'Content-Type: text/plain; charset="UTF-8"\r\n')


CHANGES = [
    Change("the text before the first part dropped", lambda raw: raw.replace(PREAMBLE, b""), B, {C.MIME_REWRITTEN},
           base=COPIES),
    Change("the text before the first part replaced", lambda raw: raw.replace(PREAMBLE, b"Shown to nobody.\r\n\r\n"), B,
           {C.MIME_REWRITTEN}, base=COPIES),
    Change("all parts decoded and written anew", anew, B, {C.MIME_REWRITTEN, C.RECODED}, base=COPIES),
    Change("all parts written anew, with a footer", anew_with_footer, B, {C.MIME_REWRITTEN, C.RECODED, C.FOOTER},
           base=COPIES),
    Change("links made to lead through a gateway", safe_links, B, {C.ADDRESS_REWRITTEN}, base=LINKED),
    Change("links in an encoded part rewritten", defended_in_base64, B, {C.ADDRESS_REWRITTEN}, base=CODED),
    Change("all encoded words written anew, with a tag", coded_anew, H,
           {C.SUBJECT_TAG, C.HEADER_RECODED, C.MIME_REWRITTEN, C.HEADER_REFOLDED}, base=NAMED),
    Change("the recipients hidden", emptied_to, H, {C.HEADER_REPLACED}, base=TO_BEN),
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.kind)
def test_what_was_written_anew_is_named_and_undone(workshop: Any, change: Change) -> None:
    found = diagnosed(workshop, change)

    assert found.part is change.part, found
    assert set(found.causes) <= change.causes, found
    assert found.causes, found
    assert found.undone, found


def test_blanks_in_the_header_of_a_part_cost_little(workshop: Any) -> None:
    part = b"--mix\r\nContent-Type: text/plain\r\n" + b"a" * 60 + b":" + b" " * 1_900 + b"\r\r\n\r\n" + TEXT + b"\r\n"
    raw = HEAD + b'Content-Type: multipart/mixed; boundary="mix"\r\n\r\n' + 4 * part + b"--mix--\r\n"
    changed = workshop.sign(raw, names=ALL).replace(b"Dear Ben", b"Dear Bob")
    start = time.process_time()
    examine(changed, dns=workshop.dns())

    assert time.process_time() - start < 20  # it was minutes, whatever the limit


def test_every_kind_of_them_stands_in_the_table_of_the_docs() -> None:
    text = DOCS.read_text(encoding="utf-8")

    assert [change.kind for change in CHANGES if change.kind not in text] == []


@pytest.mark.parametrize(
    ("link", "service"),
    [
        (b"https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.com%2Fa_b&data=1", "Microsoft"),
        (b"https://urldefense.proofpoint.com/v2/url?u=https-3A__example.com_a-5Fb&d=D&c=x", "Proofpoint"),
        (b"https://urldefense.proofpoint.com/v1/url?u=https://example.com/a_b&k=x", "Proofpoint"),
        (b"https://urldefense.com/v3/__https://example.com/a*b__;Xw!!AbC$", "Proofpoint"),
        (b"https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fexample.com%2fa_b&c=E,1,x&typo=1", "Barracuda"),
        (b"https://secure-web.cisco.com/1xYz/https%3A%2F%2Fexample.com%2Fa_b", "Cisco"),
        (b"https://x.protection.sophos.com?d=example.com&u=aHR0cHM6Ly9leGFtcGxlLmNvbS9hX2I=&i=1", "Sophos"),
        (b"https://x-ctp.trendmicro.com/wis/clicktime/v1/query?url=https%3a%2f%2fexample.com%2fa_b&umid=1", "Trend"),
    ],
)
def test_the_old_address_is_read_out_of_the_new_one(link: bytes, service: str) -> None:
    found = next(unlinked(b"See " + link + b" there\r\n", html=False))

    assert found.text == b"See https://example.com/a_b there\r\n"
    assert service in found.service
    assert found.links == 1


def test_an_address_that_hides_none_stays() -> None:
    kept = b"https://urldefense.com/v3/__javascript x__;!!A$ https://secure-web.cisco.com/1/none https://example.com/"

    assert list(unlinked(kept, html=False)) == []


@given(
    st.lists(
        st.sampled_from(
            [
                b"https://urldefense.com/v3/__",
                b"__;",
                b"!",
                b"**",
                b"=",
                b"&url=",
                b"%zz",
                b"a",
                b"https://eur.safelinks.protection.outlook.com/?",
                b"?u=",
                b"\xff",
                b" ",
            ]
        ),
        max_size=20,
    )
)
def test_any_link_is_read_without_an_error(pieces: list[bytes]) -> None:  # fmt: skip
    for html in (True, False):
        for found in unlinked(b"".join(pieces), html=html):
            assert found.links > 0


@given(st.lists(st.sampled_from([b"--", b"sep", b"\r\n", b"a: b", b"text"]), max_size=12).map(b"".join))
def test_what_stands_between_parts_has_originals_that_keep_the_delimiter(text: bytes) -> None:
    line = text.partition(b"\r\n")[0]
    for original in frame_originals(Piece(text).text):
        if line.startswith(b"--"):
            assert original.raw.startswith(line)


@pytest.mark.parametrize("damage", [lambda last: last[:-1], lambda last: last[:-3] + b"A", lambda last: b"AAA" + last])
def test_a_line_of_base64_that_was_tampered_with_is_not_called_cut_off(workshop: Any, damage: Any) -> None:
    text = base64.encodebytes(TEXT * 3).replace(b"\n", b"\r\n")
    signed = workshop.sign(UTF8.partition(b"\r\n\r\n")[0].replace(b"8bit", b"base64") + b"\r\n\r\n" + text, names=ALL)
    head, last = signed.removesuffix(b"\r\n").rsplit(b"\r\n", 1)
    found = diagnosed(workshop, Change("", lambda _: head + b"\r\n" + damage(last) + b"\r\n", B, set()))

    assert C.TRUNCATED not in found.causes


def test_a_part_of_an_alternative_is_no_banner(workshop: Any) -> None:
    def alternative(raw: bytes) -> bytes:
        kind = b'Content-Type: multipart/alternative; boundary="alt"\r\n'
        inner = (
            b"--alt\r\nContent-Type: text/plain\r\n\r\nSee the tables.\r\n\r\n--alt\r\nContent-Type: text/html\r\n\r\n"
        )
        return body(header(raw, b"Content-Type", lambda _: kind), lambda text: inner + text + b"\r\n--alt--\r\n")

    found = diagnosed(workshop, Change("", alternative, H, set(), base=LINKED))

    assert C.MIME_REWRITTEN in found.causes
    assert not {C.BANNER, C.FOOTER} & set(found.causes)


def test_a_tampered_attachment_is_given_no_cause(workshop: Any) -> None:
    found = diagnosed(workshop, Change("", lambda raw: raw.replace(b"cG9yd", b"cG9yE"), B, set(), base=MIXED))

    assert found.causes == ()
