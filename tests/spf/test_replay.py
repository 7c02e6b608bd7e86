"""The same question at every hop, and senders that a forwarder rewrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailscope.dns.snapshot import SnapshotDns
from mailscope.spf.replay import replay_spf
from mailscope.spf.rewritten import rewritten
from mailscope.verdict import Verdict

DNS = SnapshotDns(
    {
        "example.com.": {"TXT": ["v=spf1 ip4:198.51.100.7 -all"]},
        "forward.example.net.": {"TXT": ["v=spf1 ip4:203.0.113.9 -all"]},
    }
)
CLIENTS = ((0, "198.51.100.7", "mail.example.com"), (1, None, None), (2, "203.0.113.9", "mx.forward.example.net"))


def test_fails_at_the_forwarder_and_would_have_passed_before() -> None:
    got = replay_spf(CLIENTS, "anna@example.com", dns=DNS)

    assert [(each.hop, each.result) for each in got] == [(0, Verdict.PASS), (2, Verdict.FAIL)]


def test_a_rewritten_sender_is_put_back_before_the_forwarder() -> None:
    got = replay_spf(CLIENTS, "SRS0=hhh=tt=example.com=anna@forward.example.net", dns=DNS)

    assert [(each.hop, each.result, each.domain) for each in got] == [
        (0, Verdict.PASS, "example.com"),
        (2, Verdict.PASS, "forward.example.net"),
    ]


def test_without_a_sender_there_is_nothing_to_ask() -> None:
    assert replay_spf(CLIENTS, None, dns=DNS) == ()


@pytest.mark.parametrize(
    ("address", "scheme", "original"),
    [
        ("SRS0=HHH=TT=example.com=anna@f.example", "SRS", "anna@example.com"),
        ("srs0+hhh=tt=example.com=anna=b@f.example", "SRS", "anna=b@example.com"),
        ("SRS1=HHH=f.example==HHH=TT=example.com=anna@g.example", "SRS, twice rewritten", "anna@example.com"),
        ("prvs=0123456789=anna@example.com", "BATV", "anna@example.com"),
        ("anna+caf_=bob=example.net@gmail.example", "Gmail forwarding", "anna@gmail.example"),
        ("list-bounces+bob=example.net@example.com", "VERP", "bob@example.net"),
    ],
)
def test_reads_what_a_rewritten_sender_stands_for(address: str, scheme: str, original: str) -> None:
    found = rewritten(address)

    assert found is not None
    assert (found.scheme, found.original) == (scheme, original)


@given(text=st.one_of(st.text(max_size=80), st.text(alphabet="SRS01=+-.@ab", max_size=80)))
def test_any_text_is_a_rewritten_sender_or_none(text: str) -> None:
    found = rewritten(text)

    assert found is None or found.original


def test_invented_hops_do_not_cost_questions_without_end() -> None:
    many = tuple((place, f"192.0.2.{place % 250}", None) for place in range(300))
    got = replay_spf(many, "anna@example.com", dns=DNS)

    assert [each.hop for each in got] == list(range(300))
    assert sum(each.result is not None for each in got) == 40
    assert got[0].problem
