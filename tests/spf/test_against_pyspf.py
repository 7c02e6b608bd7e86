"""Our verdict beside that of pyspf left alone, wherever RFC 7208 leaves no doubt that pyspf is right.

Left out of the draws, since pyspf errs there: %{p} (its voids count for a term that asked for something else), digits
of zero and unclosed macros (RFC 7208 section 7.1), modifiers in capitals, an unknown modifier twice (section 6),
+exists without a domain, redirect= that is not followed (section 4.6.4), ptr whose names nobody answers for (section
5.5), and a sender without a local part (section 4.3).
"""

import warnings
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailscope.dns.snapshot import SnapshotDns
from mailscope.limits import DEFAULT_LIMITS
from mailscope.spf.check import evaluate

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import spf

NAMES = ("a.example", "b.example", "c.example", "mx1.example", "www.a.example", "gone.example", "void.example")
CLIENTS = ("192.0.2.7", "198.51.100.1", "2001:db8::1")
SPECS = ("A.EXAMPLE", "%{ir}.a.example", "%{d2}", "%{l}.%{o}", "%{v}.c.example", "%{h}", "%{lr-}.b.example", *NAMES * 2)
PREFIXES = ("", "/24", "/24//64")
FAULTS = ("all:a.example", "foo", "include", "a:a..example", "mx:example", "exists:a.1", "a:%{x}.a.example",
          "include:%(i)", "a:", "a/33", "mx/24/64", "a///64", "ip4:192.0.2.0/33", "ip6:::1/129", "ip4:1.2.3",
          "ip4:a.example", "ip6:192.0.2.7", "ip4:2001:db8::1", "=", "1x=2", "\xe9", "\t", "%{s}",
          "a:a.example/")  # fmt: skip

qualified = st.builds("{}{}".format, st.sampled_from(("", "", "+", "-", "~", "?")), st.one_of(
    st.sampled_from(("a", "mx", "a/24", "MX//64", "ptr", "a/0")),
    st.builds("{}:{}{}".format, st.sampled_from(("a", "mx")), st.sampled_from(SPECS), st.sampled_from(PREFIXES)),
    st.builds("{}:{}".format, st.sampled_from(("include", "include", "exists", "ptr")), st.sampled_from(SPECS)),
    st.sampled_from(("ip4:192.0.2.7", "ip4:192.0.2.0/30", "ip4:203.0.113.0/24", "ip6:2001:db8::/32", "ip6:::1")),
))  # fmt: skip
terms = st.one_of(qualified, qualified, qualified, qualified, st.sampled_from(("x=1", "y-z=%{i}", *FAULTS)))
ends = st.sampled_from(("", "-all", "~all", "?all", "all", "-ALL"))
records = st.builds(
    lambda parts, end: " ".join(("v=spf1", *parts, end)), st.lists(terms, max_size=4, unique=True), ends
)
sets = st.fixed_dictionaries(
    {"TXT": st.lists(records, min_size=1, max_size=1)},
    optional={
        "A": st.lists(st.sampled_from(("192.0.2.7", "203.0.113.1")), min_size=1, max_size=2, unique=True),
        "AAAA": st.just(["2001:db8::1"]),
        "MX": st.lists(st.sampled_from([f"10 {name}." for name in NAMES]), min_size=1, max_size=12),
    },
)
zones = st.fixed_dictionaries({f"{name}.": sets for name in NAMES[:5]})


def theirs(ip: str, zone: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> str:
    dns = SnapshotDns(zone)

    def lookup(name: str, qtype: str, *_: object) -> list[Any]:
        answer = dns.ask(name, qtype)
        if qtype in ("TXT", "SPF"):
            return [((name, qtype), strings) for strings in answer.strings]
        if qtype == "MX":
            pairs = (record.split(" ") for record in answer.records)
            return [((name, qtype), (int(preference), host.rstrip("."))) for preference, host in pairs]
        return [((name, qtype), record) for record in answer.records]

    with monkeypatch.context() as patch:
        patch.setattr(spf, "DNSLookup", lookup)
        return str(spf.query(i=ip, s="anna@a.example", h="mx1.example").check()[0])


@given(zones, st.sampled_from(CLIENTS))
@settings(max_examples=100)
def test_any_tree_of_records_comes_to_the_verdict_of_pyspf(zone: Mapping[str, Any], ip: str) -> None:
    ours = evaluate(ip, "mx1.example", "anna@a.example", dns=SnapshotDns(zone), limits=DEFAULT_LIMITS, hop=None)
    with pytest.MonkeyPatch.context() as patch:
        expected = theirs(ip, zone, patch)

    assert ours.result == expected
