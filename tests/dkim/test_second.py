"""dkimpy beside us: equal where it is right, silent where it cannot be asked, and never a danger."""

import logging
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailscope.dkim.check import check_dkim
from mailscope.dkim.second import disagrees, with_second_opinions
from mailscope.dkim.verdicts import DkimCheck
from mailscope.limits import Limits
from mailscope.mail.message import parse_message
from mailscope.verdict import Verdict

NOW = "2026-10-06T12:00:00Z"
LINES = st.lists(
    st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\r\n"), max_size=20), max_size=6
)
CANONS = st.sampled_from(["simple/simple", "relaxed/simple", "simple/relaxed", "relaxed/relaxed"])


def _asked(workshop: Any, raw: bytes, *records: str, **limits: int) -> tuple[DkimCheck, ...]:
    checks = check_dkim(raw, dns=workshop.dns(*records), now=NOW)
    return with_second_opinions(parse_message(raw), checks, Limits(**limits))


@settings(max_examples=60, deadline=None)
@given(lines=LINES, subject=st.lists(st.sampled_from(["a", " ", "\t", "\r\n ", "\u00e4"])).map("".join), canon=CANONS)
@pytest.mark.parametrize("key", ["rsa", "ed25519"])
def test_dkimpy_agrees_on_whatever_we_sign_and_on_what_is_changed(
    workshop: Any, key: str, lines: list[str], subject: str, canon: str
) -> None:
    body = "".join(line + "\r\n" for line in lines).encode()
    head = f"From: Ann <ann@example.com>\r\nSubject: {subject}\r\nReceived: x\r\nReceived: y".encode()
    message = head + b"\r\n\r\n" + body
    raw = workshop.sign(message, key=key, canon=canon, names="from:subject:received:received:received")
    (check,) = _asked(workshop, raw, workshop.record(key))
    (changed,) = _asked(workshop, raw.replace(b"Received: y", b"Received: z") + b"more\r\n", workshop.record(key))

    assert (check.result, check.second_opinion) == (Verdict.PASS, Verdict.PASS)
    assert (changed.result, changed.second_opinion) == (Verdict.FAIL, Verdict.FAIL)
    assert not disagrees(check)
    assert not disagrees(changed)


def test_it_is_not_asked_about_times_which_it_cannot_judge(workshop: Any) -> None:
    expired, future = workshop.sign(t="1000000000", x="1000000001"), workshop.sign(t="4000000000")

    for raw in (expired, future):
        (check,) = _asked(workshop, raw)
        assert (check.result, check.second_opinion, disagrees(check)) == (Verdict.FAIL, Verdict.PASS, False)


def test_a_disagreement_on_the_bytes_is_seen(workshop: Any) -> None:
    # A list of ways to fetch the key, of which one is known: dkimpy knows only the one.
    (check,) = _asked(workshop, workshop.sign(q="http:dns/txt"))

    assert (check.result, check.second_opinion, disagrees(check)) == (Verdict.PASS, Verdict.FAIL, True)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda raw: raw + b" " * 3_000 + b"x", id="runs of spaces"),
        pytest.param(lambda raw: raw + b"\t \t" * 800 + b"x", id="runs of tabs"),
        pytest.param(lambda raw: raw + b"x" * 1_000_001, id="too large"),
        pytest.param(lambda raw: b"X: y\r\n" * 600 + raw, id="too many fields"),
        pytest.param(lambda raw: b"X:" + b" y\r\n" * 90_000 + raw, id="too long a header"),
        pytest.param(lambda raw: raw + (b" " * 400 + b"x") * 50, id="many runs"),
        pytest.param(lambda raw: b"X: y\r\n" + b" y\r\n" * 3_000 + raw, id="too many lines"),
        pytest.param(lambda raw: raw.replace(b"\tb=", b"\tb=" + b" " * 501), id="spaces in b="),
        pytest.param(lambda raw: raw.replace(b"h=from", b"h=from" + b":x" * 100), id="too many names"),
        pytest.param(lambda raw: raw.replace(b"ten", b"t\nn"), id="mixed line ends"),
        pytest.param(lambda raw: raw.replace(b"To:", b"From: eve@evil.example\r\nTo:"), id="more From than named"),
        pytest.param(lambda raw: raw.replace(b"To:", b"no colon here\r\nTo:"), id="unreadable for it"),
    ],
)
def test_what_would_hurt_or_mislead_it_is_not_put_to_it(workshop: Any, change: Any) -> None:
    (check,) = _asked(workshop, change(workshop.sign()))

    assert check.second_opinion is None


def test_a_key_that_was_not_found_and_a_limit_of_nothing_ask_nothing(workshop: Any) -> None:
    raw = workshop.sign()

    assert _asked(workshop, raw.replace(b"s=s;", b"s=t;"))[0].second_opinion is None
    assert _asked(workshop, raw, second_opinion_bytes=0)[0].second_opinion is None


def test_many_signatures_on_a_large_body_are_asked_about_only_in_part(workshop: Any) -> None:
    large = workshop.message + b"the tide is at ten\r\n" * 45_000
    raw = workshop.sign(large)
    checks = _asked(workshop, raw[: -len(large)] * 10 + large)

    assert 0 < sum(check.second_opinion is not None for check in checks) < 10


@given(value=st.binary(max_size=200))
def test_nothing_that_it_raises_or_logs_comes_through(workshop: Any, value: bytes) -> None:
    heard: list[logging.LogRecord] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record)

    ear = Ear()
    logging.getLogger().addHandler(ear)
    try:
        _asked(workshop, workshop.sign().replace(b"bh=", b"z=" + value + b";bh="), workshop.record() + ";h=\u00ff")
    finally:
        logging.getLogger().removeHandler(ear)

    assert heard == []
