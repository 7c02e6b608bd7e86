"""Header text: encoded words, addresses, dates, tags, parameters; any bytes give a value, nothing raises."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailscope.limits import Limits
from mailscope.mail.address import ascii_domain, parse_addresses
from mailscope.mail.charset import codec_of, text_of
from mailscope.mail.date import parse_date
from mailscope.mail.decode import decoded_words, shown
from mailscope.mail.lexer import TokenKind, tokens, without_comments
from mailscope.mail.parameters import parse_parameters
from mailscope.mail.tags import parse_tags

HOSTILE = st.binary(max_size=200) | st.text('=?utf8bqQB_<>@,;:"\\() .', max_size=120).map(str.encode)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Gr\u00fc\u00dfe"),
        (b"=?UTF-8?B?R3LDvMOfZQ==?= =?utf-8?b?IQ?=", "Gr\u00fc\u00dfe!"),
        (b"=?utf-8?b?4oI=?= =?utf-8?b?rA==?=", "\u20ac"),
        (b"a =?iso-8859-1?q?b_=FC?= c", "a b \u00fc c"),
        (b"=?iso-2022-jp?b?GyRCRnxLXBsoQg==?=", "\u65e5\u672c"),
        ("gr\u00fc\u00dfe".encode(), "gr\u00fc\u00dfe"),
        (b"gr\xfc\xdfe", "gr\u00fc\u00dfe"),
        (b"=?utf-8?q?not closed", "=?utf-8?q?not closed"),
        (b"=?no-such-charset?q?=41?=", "A"),
        (b"=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
        (b" folded\r\n\tvalue ", "folded\tvalue"),
    ],
)
def test_header_text_is_shown_as_people_read_it(raw: bytes, text: str) -> None:
    assert shown(raw) == text


def test_what_lies_beyond_the_limit_is_left_out_and_said() -> None:
    assert shown(b"a" * 500, Limits(field_decoded_bytes=100)) == "a" * 100 + " [\u2026 cut after 100 of 500 bytes]"


@pytest.mark.parametrize(
    ("raw", "spec", "display"),
    [
        (b"Ann <ann@Example.ORG>", "ann@example.org", "Ann"),
        (b'"Ann, the <first>" <ann@example.org>', "ann@example.org", "Ann, the <first>"),
        (b"ann@example.org (Ann)", "ann@example.org", "Ann"),
        (b"=?utf-8?q?Bj=C3=B6rn?= <b@example.org>", "b@example.org", "Bj\u00f6rn"),
        (b'"a b"@example.org', "a b@example.org", ""),
        (b"<@relay.example,@two.example:ann@example.org>", "ann@example.org", ""),
        ("ann@b\u00fccher.example".encode(), "ann@xn--bcher-kva.example", ""),
        (b"ann@[192.0.2.1]", "ann@[192.0.2.1]", ""),
        (b"Ann <ann@example.org", "ann@example.org", "Ann"),
    ],
)
def test_an_address_is_read_as_it_is_meant(raw: bytes, spec: str, display: str) -> None:
    (address,) = parse_addresses(raw)

    assert (address.spec, address.display) == (spec, display)


def test_lists_and_groups_are_opened() -> None:
    found = parse_addresses(b"Team: a@example.org, B <b@example.org>;, c@example.net")

    assert [each.spec for each in found] == ["a@example.org", "b@example.org", "c@example.net"]


def test_what_is_no_address_says_so() -> None:
    assert all(each.problem for each in parse_addresses(b"nobody in particular"))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Tue, 24 Nov 2026 13:07:31 +0100", datetime(2026, 11, 24, 12, 7, 31, tzinfo=UTC)),
        ("24 Nov 2026 12:07 GMT", datetime(2026, 11, 24, 12, 7, tzinfo=UTC)),
        ("Tue, 24 Nov 26 07:07:31 EST", datetime(2026, 11, 24, 12, 7, 31, tzinfo=UTC)),
        ("Tue Nov 24 12:07:31 2026", datetime(2026, 11, 24, 12, 7, 31, tzinfo=UTC)),
        ("Di, 24 Nov 2026 13:07:31 +0100 (CET (Winter))", datetime(2026, 11, 24, 12, 7, 31, tzinfo=UTC)),
        ("mar., 24 d\u00e9c. 2026 12:07:31 -0000", datetime(2026, 12, 24, 12, 7, 31, tzinfo=UTC)),
        ("2026-11-24T12:07:31Z", datetime(2026, 11, 24, 12, 7, 31, tzinfo=UTC)),
        ("Tue, 31 Feb 2026 12:00:00 +0000", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_date_is_a_moment_in_utc_or_none(text: str, moment: datetime | None) -> None:
    assert parse_date(text) == moment


@given(st.text(max_size=120) | st.text("0123456789:+-/. JanFebTZ(),", max_size=60))
def test_any_text_gives_a_moment_with_a_zone_or_none(text: str) -> None:
    moment = parse_date(text)

    assert moment is None or moment.utcoffset() is not None


@given(HOSTILE)
def test_any_bytes_give_text_without_surrogates(raw: bytes) -> None:
    texts = [shown(raw), decoded_words(raw), text_of(raw), *(each.display for each in parse_addresses(raw))]

    for text in texts:
        text.encode("utf-8")


@given(HOSTILE)
def test_any_bytes_give_addresses_parameters_and_tags(raw: bytes) -> None:
    text = raw.decode("utf-8", "surrogateescape")
    parse_parameters(raw)

    assert all(address.domain or address.problem for address in parse_addresses(raw))
    assert all(tag.name == text[tag.start : tag.start + len(tag.name)] for tag in parse_tags(text).tags)


@given(st.text('ab()"\\<>@,;:[] \t', max_size=80))
def test_tokens_lie_in_order_within_the_text(text: str) -> None:
    found = tokens(text)

    assert all(one.stop <= other.start for one, other in pairwise(found))
    assert all(0 <= each.start < each.stop <= len(text) for each in found)
    assert without_comments(text).count(" ") >= 0
    assert not any(each.kind is TokenKind.COMMENT for each in tokens(without_comments(text)) if "(" not in text)


@pytest.mark.parametrize(
    ("raw", "main", "wanted"),
    [
        (b'text/plain; charset="utf-8"; format=flowed', "text/plain", {"charset": "utf-8", "format": "flowed"}),
        (b"attachment; filename*0*=utf-8''%e2%82; filename*1*=%ac.pdf", "attachment", {"filename": "\u20ac.pdf"}),
        (b'a/b; name="=?utf-8?q?=E2=82=AC?="', "a/b", {"name": "\u20ac"}),
        (b'a/b (comment; x=y); z="q;r"', "a/b", {"z": "q;r"}),
        (b"", "", {}),
    ],
)
def test_parameters_are_read_as_people_wrote_them(raw: bytes, main: str, wanted: dict[str, str]) -> None:
    assert parse_parameters(raw) == (main, wanted)


def test_tags_keep_what_is_wrong_with_them() -> None:
    found = parse_tags("v=1; a=rsa-sha256;\r\n b=ab\r\n c d; a=x; nonsense; ;")

    assert found.compact("b") == "abcd"
    assert (found.duplicates, found.malformed) == (("a",), ("nonsense", ""))


def test_charsets_that_only_python_knows_are_none_of_mails() -> None:
    for name in ("base64", "rot13", "zlib", "punycode", "unicode_escape", "idna", "x" * 100, "\u20ac"):
        assert codec_of(name) is None


@given(st.text(max_size=60))
def test_any_domain_becomes_one_that_can_be_asked_for_or_stays(text: str) -> None:
    assert ascii_domain(text) == ascii_domain(ascii_domain(text))


@pytest.mark.parametrize(
    "raw",
    [b"(" * 40_000, b'"' * 40_000, b"<" * 40_000, b"=?utf-8?q?a" * 4_000, b"\\" * 40_000, b"a@b.c, " * 6_000],
)
def test_long_hostile_values_cost_linear_time(raw: bytes) -> None:
    # Without the limit, so that length is what is tried.
    limits = Limits(field_decoded_bytes=1_000_000)
    parse_addresses(raw, limits)
    shown(raw, limits)
    parse_parameters(raw, limits)
    parse_tags(raw.decode("latin-1"))
    tokens(raw.decode("latin-1"))
