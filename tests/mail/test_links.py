"""Links: their true targets, where they stand, and which of them deserve a second look."""

import base64
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailscope.dns.suffixes import owner
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.links import Link, Links, Oddity, link_to, read_links, remark
from mailscope.mail.message import Message, parse_message
from mailscope.mail.parts import walk_parts

FLOODS = {
    "open tags": b"<a " * 300_000,
    "open attributes": b'<a href="' * 100_000,
    "links that never end": b"<a href=http://x.example>" * 30_000,
    "one link again and again": "<a href=http://x.example>ä</a>".encode() * 30_000,
    "targets inside targets": b"<img src=http://x.example/" + b"http://" * 500 + b">",
    "blanks": (b"<a href=" + b" " * 3_900 + b">") * 250,
}


def written(body: bytes, kind: str = "text/html; charset=utf-8", encoding: str = "8bit") -> Message:
    head = f"From: a@b.example\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return parse_message(head.encode() + body)


def links_of(message: Message, limits: Limits = DEFAULT_LIMITS) -> Links:
    return read_links(message, walk_parts(message).parts, owner, limits)


def found(body: str, kind: str = "text/html; charset=utf-8") -> tuple[Link, ...]:
    return links_of(written(body.encode("utf-8", "replace"), kind)).found


def oddities(target: str, shown: str = "here", element: str = "a") -> tuple[Oddity, ...]:
    (link,) = found(f'<{element} href="{target}">{shown}</a>')
    return link.oddities


def test_a_link_that_shows_one_host_and_leads_to_another_is_odd() -> None:
    (link,) = found('<p><a class="b" href="https://evil.example/login?x=1&amp;y=2"><b>www.bank.example</b></a>')

    assert (link.target, link.shown) == ("https://evil.example/login?x=1&y=2", "www.bank.example")
    assert (link.shown_host, link.host, link.oddities) == ("www.bank.example", "evil.example", (Oddity.OTHER_HOST,))
    assert remark(link, Oddity.OTHER_HOST) == "the text shows www.bank.example, the link leads to evil.example"


@pytest.mark.parametrize(
    ("shown", "target"),
    [
        ("bank.example", "http://mail.bank.example/a"),
        ("www.bank.example", "https://click.bank.example/"),
        ("Click here, now.", "https://bank.example"),
        ("report.pdf", "https://drive.host.example/x"),
        ("Setup.py", "https://drive.host.example/x"),
        ("St.Gallen", "https://town.example/"),
        ("Dr.Miller", "https://doctor.example/"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("bank.example", "#top"),
        ("bank.example", "mailto:ana@elsewhere.example?subject=a b"),
    ],
)
def test_words_files_and_the_same_site_are_not_odd(shown: str, target: str) -> None:
    assert not [link for link in found(f"<a href='{target}'>{shown}</a>") if Oddity.OTHER_HOST in link.oddities]


def test_what_a_browser_would_do_with_the_target_is_what_counts() -> None:
    hosts = {
        "https://bank.example@evil.example/": "evil.example",
        "https:\\\\evil.example\\x": "evil.example",
        "ht\ntps://evil.example": "evil.example",
        "//evil.example/x": "evil.example",
        "http://192.0.2.7/": "192.0.2.7",
        "https://b\u00e4nk.example/": "xn--bnk-qla.example",
    }

    assert {target: link_to(target, "", "a").host for target in hosts} == hosts


@pytest.mark.parametrize(
    ("target", "oddity"),
    [
        ("https://bank.example@evil.example/", Oddity.USER_PART),
        ("javascript:alert(1)", Oddity.CODE),
        ("java\nscript:alert(1)", Oddity.CODE),
        ("data:text/html;base64,PGI+", Oddity.CODE),
        ("file://server/share", Oddity.FILE),
        ("http://192.0.2.7/", Oddity.BARE_ADDRESS),
        ("http://[2001:db8::1]/", Oddity.BARE_ADDRESS),
        ("http://3221225991/", Oddity.BARE_ADDRESS),
        ("http://0xC0.0.0x207/", Oddity.BARE_ADDRESS),
        ("https://b\u00e4nk.example/", Oddity.OTHER_SCRIPT),
        ("https://evil\n .example/x", Oddity.HIDDEN),
        ("https://go.example/?u=%68%74%74p://evil.example", Oddity.CODED),
        ("https://a.example/?u=https%3A%2F%2Fb.example%2F%3Fu%3Dhttps%253A%252F%252Fc.example%252F", Oddity.CHAIN),
    ],
)
def test_disguises_are_told_apart(target: str, oddity: Oddity) -> None:
    assert oddities(target) == (oddity,)
    assert remark(link_to(target, "", "a"), oddity)


@pytest.mark.parametrize(
    "target",
    [
        "https://a.example/my file.pdf",
        "https://a.example/?q=a\n b",
        "https://a.example/%C3%A4%20%3D",
        "/login",
        "my file.pdf",
        "[unsubscribe link]",
        "https://7.example/",
    ],
)
def test_blanks_in_paths_and_needed_codes_hide_nothing(target: str) -> None:
    assert oddities(target) == ()


def test_an_inline_image_is_no_code() -> None:
    (link,) = found('<img src="data:image/png;base64,AAAA">')

    assert link.oddities == ()


def test_relative_targets_lead_to_the_base() -> None:
    _, link = found('<base href="https://evil.example/"><a href="/login">bank.example</a>')

    assert (link.host, link.oddities) == ("evil.example", (Oddity.OTHER_HOST,))


def test_plain_text_gives_links_without_the_full_stop_after_them() -> None:
    (link,) = found("See https://list.example/thread/7.\r\n", "text/plain")

    assert link.target == "https://list.example/thread/7"


def test_the_span_holds_the_very_bytes() -> None:
    message = written("<p>Grüße</p>\r\n<A HREF=https://x.example>ö <img src=//y.example/i.png></A>.\r\n".encode())
    link, image = links_of(message).found

    assert link.span
    assert link.span.of(message.raw).decode() == link.written
    assert link.written == "<A HREF=https://x.example>ö <img src=//y.example/i.png></A>"
    assert image.span
    assert image.span.of(message.raw) == b"<img src=//y.example/i.png>"


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_the_span_in_an_encoded_part_is_the_lines_that_hold_it(encoding: str) -> None:
    page = "<p>Grüße und mehr davon</p>\r\n".encode() * 30
    link = b'<a href="https://evil.example/' + b"x" * 90 + b'">bank.example</a>'
    encode = base64.encodebytes if encoding == "base64" else quopri.encodestring
    message = written(encode(page + link + page), encoding=encoding)
    (read,) = links_of(message).found

    assert read.written.encode() == link
    assert read.span
    assert message.raw.count(b"\n", message.body.start, read.span.start) > 4
    assert read.span.stop - read.span.start < 400
    undone = base64.b64decode if encoding == "base64" else quopri.decodestring
    assert link in undone(read.span.of(message.raw))


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
def test_hostile_pages_are_read_in_one_pass(flood: bytes) -> None:
    assert len(links_of(written(flood)).found) < 3


def test_a_flood_of_links_is_cut_and_told() -> None:
    flood = b"".join(b'<a href="http://h%d.example/">x</a>' % place for place in range(20))
    links = links_of(written(flood), Limits(links=10))

    assert len(links.found) == len(links.hosts) == 10
    assert "10 links" in links.problem
    assert "first 50 bytes" in links_of(written(flood), Limits(links_bytes=50)).problem


def test_a_part_that_is_too_long_keeps_no_link_of_the_next_one_away() -> None:
    head = "MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=B\n\n--B\nContent-Type: text/plain\n\n"
    page = "\n--B\nContent-Type: text/html\n\n<a href='https://evil.example/'>bank.example</a>\n--B--\n"
    links = links_of(parse_message(f"{head}{'x' * 1_000_001}{page}".encode()))

    assert links.hosts == ("evil.example",)
    assert "first 1,000,000 bytes" in links.problem


@given(st.text(alphabet=st.sampled_from("<a href=\"http://x.ex/'> \n&;#<>=@ä%4\\"), max_size=400))
def test_any_html_gives_links_with_spans_in_the_message(text: str) -> None:
    message = written(text.encode())
    for link in links_of(message).found:
        assert link.target
        assert link.span
        assert message.body.start <= link.span.start <= link.span.stop <= len(message.raw)


@given(
    st.binary(max_size=300),
    st.sampled_from(["base64", "quoted-printable", "8bit"]),
    st.sampled_from(["utf-16", "utf-8", "gb2312", "iso-2022-jp", "none"]),
)
def test_any_bytes_in_any_encoding_and_charset_give_links(body: bytes, encoding: str, charset: str) -> None:
    message = written(b"<a href=http://x.example>" + body, f"text/html; charset={charset}", encoding)
    for link in links_of(message).found:
        assert link.span
        assert message.body.start <= link.span.start <= link.span.stop <= len(message.raw)
