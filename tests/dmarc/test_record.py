"""Reading one DMARC record, and what is said about it."""

import tomllib
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailscope.dmarc.lint import lint, near_misses
from mailscope.dmarc.record import is_record, mail_address, parse_record, valid_uri
from mailscope.visible import visible

TABLE = Path(__file__).resolve().parents[2] / "app" / "mailscope" / "tables" / "dmarc" / "record.toml"


def remarks(text: str, domain: str = "example.org", organization: str = "example.org") -> list[str]:
    return [each.text for each in lint(parse_record(text), domain, organization)]


@pytest.mark.parametrize(
    "text", ["v=DMARC1", "v=DMARC1;", "V = DMARC1\t; p=none", "v=DMARC1;p=none", "v=DMARC1 ;p=none"]
)
def test_is_a_record_where_its_first_tag_is_the_version(text: str) -> None:
    assert is_record(text)


@pytest.mark.parametrize(
    "text", ["", "v=DMARC11; p=none", "v=DMARC2", "v=dmarc1; p=none", "p=none; v=DMARC1", ' v=DMARC1; p=none',
             "v=DMARC1 p=none", '"v=DMARC1; p=none"', "v=spf1 -all"]
)  # fmt: skip
def test_is_no_record_where_it_is_not(text: str) -> None:
    assert not is_record(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"v=DMARC1; p=none"', "quotes of its own"),
        ("v=dmarc1; p=none", "only DMARC1 in capitals"),
        ("v=DMARC2; p=none", "the version DMARC2"),
        ("v=DMARC1 p=none", "lacks the semicolon"),
        (" v=DMARC1; p=none", "does not begin"),
        ("p=none; v=DMARC1", "does not begin"),
    ],
)
def test_says_why_a_text_that_is_meant_is_none(text: str, said: str) -> None:
    (only,) = near_misses((text,), "example.org")

    assert only.fault
    assert said in only.text


def test_other_texts_are_no_near_misses() -> None:
    assert near_misses(("v=spf1 -all", "", "some site verification", "v=DMARC1; p=none"), "example.org") == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("v=DMARC1; p=none; rua=mailto:d@example.org; p=reject", "p stands more than once"),
        ("v=DMARC1; reject; p=none; rua=mailto:d@example.org", '"reject" is no tag'),
        ("v=DMARC1; rua=mailto:d@example.org", "no p. It counts as p=none"),
        ("v=DMARC1; p=none", "asks for nothing and tells nothing"),
        ("v=DMARC1; p=reject", "no rua"),
        ("v=DMARC1; p=reject; sp=none; rua=mailto:d@example.org", "sp=none is weaker"),
        ("v=DMARC1; p=reject; np=quarantine; rua=mailto:d@example.org", "np=quarantine is weaker"),
        ("v=DMARC1; p=reject; sp=bad; rua=mailto:d@example.org", "the whole record counts as p=none"),
        ("v=DMARC1; p=reject; pct=50; rua=mailto:d@example.org", "publish t=y"),
        ("v=DMARC1; p=reject; pct=500; rua=mailto:d@example.org", "the default 100"),
        ("v=DMARC1; p=reject; ri=3600; rua=mailto:d@example.org", "ri is historic"),
        ("v=DMARC1; p=reject; adkim=relaxed; rua=mailto:d@example.org", "the default r"),
        ("v=DMARC1; p=reject; fo=1; rua=mailto:d@example.org", "without ruf"),
        ("v=DMARC1; p=reject; frob=1; rua=mailto:d@example.org", "frob is no tag"),
        ("v=DMARC1; p=reject; rua=d@example.org", "without mailto:"),
        ("v=DMARC1; p=reject; rua=https://example.org/d", "by mailto: only"),
        ("v=DMARC1; p=reject; rua=mailto:d@example.org!10m", "size limit"),
        ("v=DMARC1; p=reject; rua=mailto:a@example.org,mailto:b@example.org,mailto:c@example.org", "only two"),
        ("v=DMARC1; p=reject; rua=", "names no address"),
        ("v=DMARC1; p=reject; psd=y; rua=mailto:d@example.org", "does not know it"),
        ("v=DMARC1; p=reject; t=y; rua=mailto:d@example.org", "one step milder"),
        ("v=DMARC1; sp=none; p=none; rua=mailto:d@example.org", "does not follow v"),
        ("v=DMARC1; p=reject\u00a0; rua=mailto:d@example.org", "not printable ASCII"),
        (f"v=DMARC1; p=reject; rua=mailto:{'d' * 500}@example.org", "one datagram"),
        (f"v=DMARC1; p=reject; rua=mailto:{'d' * 5000}@example.org", "were read"),
    ],
)
def test_remarks_on_what_is_wrong_or_unwise(text: str, said: str) -> None:
    assert said in " ".join(remarks(text))


def test_finds_nothing_wrong_with_a_good_record() -> None:
    assert remarks("v=DMARC1; p=reject; sp=reject; np=reject; adkim=s; aspf=s; rua=mailto:d@example.org") == []


def test_what_is_wrong_comes_before_what_is_unwise() -> None:
    made = lint(parse_record("v=DMARC1; p=reject; pct=100; adkim=x; ri=1; junk"), "example.org", "example.org")

    assert [each.fault for each in made] == sorted((each.fault for each in made), reverse=True)


def test_sp_below_the_organization_is_passed_over() -> None:
    said = remarks("v=DMARC1; p=none; sp=reject; rua=mailto:d@example.org", "dept.example.org", "example.org")

    assert any("only at the organizational domain (example.org)" in each for each in said)


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        ("mailto:d@example.org", "d@example.org"),
        ("MAILTO:d@example.org!10m", "d@example.org"),
        ("mailto:d@example.org?subject=x", "d@example.org"),
        ("mailto:example.org", None),
        ("mailto://example.org", None),
        ("https://example.org/", None),
        ("mailto:a@b@example.org", None),
    ],
)
def test_reads_the_address_of_a_report_uri(uri: str, address: str | None) -> None:
    assert mail_address(uri) == address
    assert valid_uri(uri) == (address is not None or uri.startswith("https"))


@given(st.text(max_size=200) | st.from_regex(r"v=DMARC1;([a-z]{0,5}=?[ -~]{0,12};?){0,12}", fullmatch=True))
def test_any_text_can_be_read_and_remarked_on(text: str) -> None:
    record = parse_record(text)

    assert record.p in (None, "none", "quarantine", "reject")
    assert all(visible(each.text) == each.text for each in lint(record, "example.org", None))
    assert all(each.text for each in near_misses((text,), "example.org"))


def test_a_record_of_64_kilobytes_makes_few_remarks() -> None:
    text = "v=DMARC1; " + "".join(f"x{number}=1; junk; p=none; " for number in range(3000))

    assert len(remarks(text)) < 40


def test_every_remark_is_a_sentence_with_the_facts_it_is_given() -> None:
    for ident, entry in tomllib.loads(TABLE.read_text(encoding="utf-8")).items():
        assert set(entry) <= {"text", "fault"}, ident
        assert entry["text"].endswith("."), ident
        assert all(name is None or name.isidentifier() for _, name, _, _ in Formatter().parse(entry["text"])), ident
