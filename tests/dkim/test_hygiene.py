"""What is remarkable about a key: its record, its age, its aliases."""

import inspect
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailscope.dkim import hygiene
from mailscope.dkim.check import check_dkim
from mailscope.dkim.hygiene import key_age, selector_date
from mailscope.dkim.verdicts import DkimCheck
from mailscope.tables import read_table
from mailscope.verdict import Verdict

NOW = datetime(2026, 10, 6, 12, tzinfo=UTC)


def _one(raw: bytes, dns: Any) -> DkimCheck:
    (check,) = check_dkim(raw, dns=dns, now=NOW)
    return check


@pytest.mark.parametrize(
    ("selector", "bears"),
    [
        ("20230601", date(2023, 6, 1)),
        ("2023-06", date(2023, 6, 1)),
        ("s2015", date(2015, 1, 1)),
        ("oct2016", date(2016, 10, 1)),
        ("September-2021.mail", date(2021, 9, 1)),
        ("sw2026b", date(2026, 1, 1)),
        ("20230231", None),
        ("s1024", None),
        ("k1", None),
        ("selector1", None),
        ("123420166789", None),
        ("19990101", None),
        (None, None),
    ],
)
def test_a_selector_bears_a_date_only_where_it_is_plainly_one(selector: str | None, bears: date | None) -> None:
    assert selector_date(selector) == bears


@given(selector=st.text(max_size=80))
def test_any_selector_is_read(selector: str) -> None:
    found = selector_date(selector)

    assert found is None or found.year >= 2004


def test_a_key_is_as_old_as_its_selector_says_or_its_signature_shows() -> None:
    def check(selector: str, signed: datetime | None, result: Verdict = Verdict.PASS) -> DkimCheck:
        return DkimCheck(0, 0, result, selector=selector, signed_at=signed)

    dated, signed = key_age(check("20230601", NOW), NOW), key_age(check("s2048", NOW - timedelta(days=900)), NOW)

    assert dated is not None
    assert dated[0] > timedelta(days=1200)
    assert signed is not None
    assert signed[0] == timedelta(days=900)
    assert key_age(check("k1", None), NOW) is None
    assert key_age(check("20230601", NOW, Verdict.FAIL), NOW) is None


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ("v=DKIM1; g=; p={key}", "g=nothing"),
        ("v=DKIM1; g=ann; p={key}", "g=ann"),
        ("v=DKIM1; h=sha1; p={key}", "leaves out sha256"),
        ("v=DKIM1; h=sha256; p={key}", None),
        ("v=DKIM1; g=*; s=*; p={key}", None),
    ],
)
def test_what_should_be_mended_is_noted(workshop: Any, tags: str, said: str | None) -> None:
    notes = _one(workshop.sign(), workshop.dns(tags.format(key=workshop.public("rsa")))).key_notes

    assert notes == () if said is None else said in " ".join(notes)


def test_what_is_allowed_is_told_without_blame(workshop: Any) -> None:
    public = workshop.public("rsa")
    check = _one(workshop.sign(), workshop.dns(f"s=email; t=s:y; h=sha256; p={public[:9]} {public[9:]}"))
    told = " ".join(check.key_remarks)

    assert check.result is Verdict.PASS
    assert check.key_testing
    assert check.key_notes == ()
    assert all(part in told for part in ("v=DKIM1", "t=s", "s=email", "h=sha256", "White space"))


def test_an_alias_names_who_holds_the_key(workshop: Any) -> None:
    dns = workshop.dns(
        name="s.dkim.provider.example.", **{"s._domainkey.example.com.": {"CNAME": ["s.dkim.provider.example."]}}
    )
    check = _one(workshop.sign(), dns)

    assert check.result is Verdict.PASS
    assert "s.dkim.provider.example" in check.key_remarks[0]


def test_every_sentence_about_a_key_is_said_somewhere_and_ends() -> None:
    said = set(re.findall(r'_said\("([a-z0-9-]+)"', inspect.getsource(hygiene)))
    table = read_table("dkim", "key.toml")

    assert said == set(table)
    assert all(entry["text"].endswith(".") for entry in table.values())
