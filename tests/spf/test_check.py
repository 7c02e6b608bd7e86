"""SPF for one client: the published suites, the way through the record, the limits, and what must not break it."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailscope.dns.answer import Answer, DnsMode, Outcome, Question
from mailscope.dns.snapshot import NoDns, SnapshotDns
from mailscope.limits import Limits
from mailscope.spf.check import check_spf
from mailscope.spf.verdicts import SpfCheck
from mailscope.verdict import Verdict

CLIENT, HELO, SENDER = "198.51.100.7", "mx.example.net", "anna@example.com"


def check(zone: dict[str, Any], ip: str = CLIENT, sender: str = SENDER, **kept: Any) -> SpfCheck:
    """The verdict against a zone given as {"name": {"TYPE": answers}}, or {"name": "the SPF record"}."""
    full = {f"{name}.": {"TXT": [types]} if isinstance(types, str) else types for name, types in zone.items()}
    return check_spf(ip, HELO, sender, dns=SnapshotDns(full), **kept)


class Refusing:
    """DNS that never gives an answer, and counts how often it was asked."""

    mode = DnsMode.LIVE

    def __init__(self) -> None:
        self.asked = 0

    def ask(self, name: str, rdtype: str) -> Answer:
        self.asked += 1
        return Answer(Question(name, rdtype), Outcome.TIMEOUT)


def suite(shared: Path) -> Iterator[dict[str, Any]]:
    for line in (shared / "corpora" / "spf.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if case.get("spec", "").startswith("rfc"):
            yield case


def zone_of(case: dict[str, Any]) -> dict[str, Any]:
    """The suites' zones in the form of a snapshot: TXT a character a byte, names absolute."""
    zone: dict[str, Any] = {}
    for name, types in case["zone"].items():
        answers = zone.setdefault(name.lower().rstrip(".") + ".", {})
        for kind, value in types.items():
            if isinstance(value, str):
                answers[kind] = value
            elif kind in ("TXT", "SPF"):
                answers[kind] = ["".join(parts).encode().decode("latin-1") for parts in value]
            elif kind in ("MX", "CNAME", "PTR", "NS"):
                words = [" ".join(map(str, each)) if isinstance(each, list) else str(each) for each in value]
                answers[kind] = [word.rstrip(".").rstrip() + "." for word in words]
            else:
                answers[kind] = [str(each) for each in value]
    return zone


def test_agrees_with_the_published_suites_and_says_what_the_domains_say(shared: Path) -> None:
    wrong = []
    for case in suite(shared):
        sender = "" if case.get("identity") == "helo" else case["mailfrom"]
        got = check_spf(case["ip"], case["helo"], sender, dns=SnapshotDns(zone_of(case)))
        told = case.get("explanation")
        if got.result not in case["expect"]:
            wrong.append((case["name"], got.result, case["expect"]))
        elif told and told != "DEFAULT" and got.result == "fail" and got.explanation != told:
            wrong.append((case["name"], got.explanation, told))

    assert not wrong


def test_names_the_term_that_decided_and_the_way_to_it() -> None:
    got = check(
        {
            "example.com": "v=spf1 a:old.example.com include:_spf.example.net -all",
            "_spf.example.net": "v=spf1 exists:%{i}._h.%{d} redirect=_more.example.net",
            "_more.example.net": "v=spf1 ip4:198.51.100.0/24 -all",
        }
    )

    assert (got.result, got.mechanism, got.lookups, got.void_lookups) == (
        Verdict.PASS,
        "include:_spf.example.net",
        4,
        2,
    )
    assert [(term.depth, term.text, term.outcome, term.counts) for term in got.terms] == [
        (0, "a:old.example.com", "void", True),
        (0, "include:_spf.example.net", "match", True),
        (1, "exists:%{i}._h.%{d}", "void", True),
        (1, "redirect=_more.example.net", "pass", True),
        (2, "ip4:198.51.100.0/24", "match", False),
    ]
    assert got.terms[2].target == "198.51.100.7._h._spf.example.net"
    assert got.void_names == ("old.example.com", "198.51.100.7._h._spf.example.net")


def test_says_where_the_eleventh_lookup_stood() -> None:
    includes = {f"i{n}.example.com": "v=spf1 ?all" for n in range(1, 12)}
    record = "v=spf1 " + " ".join(f"include:{name}" for name in includes) + " -all"
    got = check({"example.com": record, **includes})

    assert (got.result, got.lookups) == (Verdict.PERMERROR, 11)
    assert got.problem is not None
    assert "include:i11.example.com in the record of example.com" in got.problem


def test_counts_a_redirect_only_when_it_is_followed() -> None:
    terms = " ".join(f"a:h{n}.example.com" for n in range(1, 11))
    hosts = {f"h{n}.example.com": {"A": ["192.0.2.1" if n < 10 else CLIENT]} for n in range(1, 11)}
    got = check({"example.com": f"v=spf1 {terms} redirect=example.net", "example.net": "v=spf1 -all", **hosts})

    assert (got.result, got.lookups) == (Verdict.PASS, 10)


def test_a_third_void_lookup_is_a_permanent_error() -> None:
    got = check({"example.com": "v=spf1 a:a.example.com a:b.example.com a:c.example.com -all"})

    assert (got.result, got.void_lookups) == (Verdict.PERMERROR, 3)


def test_knows_modifiers_in_any_case_and_lets_unknown_ones_repeat() -> None:
    got = check({"example.com": "v=spf1 moo=1 moo=2 Redirect=example.net", "example.net": "v=spf1 +all"})

    assert got.result is Verdict.PASS
    assert check({"example.com": "v=spf1 -all EXP=a.example exp=b.example"}).result is Verdict.PERMERROR


def test_macros_give_the_sender_as_it_was_written() -> None:
    got = check({"example.com": "v=spf1 -all exp=e.example.com", "e.example.com": "%{s}"}, sender="Anna@Example.COM")

    assert (got.explanation, got.domain) == ("Anna@Example.COM", "example.com")


def test_drops_labels_at_the_left_of_a_name_that_grows_too_long() -> None:
    """RFC 7208 section 7.3: as many as it takes, not only one."""
    record = "v=spf1 exists:%{l}.%{l}.%{l}.%{l}.%{l}.%{l}.%{d} -all"
    got = check({"example.com": record}, sender=f"{'.'.join(['abcdefghi'] * 6)}@example.com")

    target = got.terms[0].target
    assert target is not None
    assert 243 <= len(target) <= 253
    assert target.endswith("abcdefghi.example.com")


def test_a_long_explanation_is_kept_whole() -> None:
    words = " ".join(["See our page."] * 30) + " You are %{c}."
    got = check({"example.com": "v=spf1 -all exp=why.example.com", "why.example.com": words})

    assert got.explanation == words.replace("%{c}", CLIENT)


def test_asks_for_the_explanation_only_where_it_is_said() -> None:
    zone = {"example.com.": {"TXT": ["v=spf1 ip4:198.51.100.7 -all exp=why.example.com"]}}
    asked: list[str] = []

    class Watching(SnapshotDns):
        def ask(self, name: str, rdtype: str) -> Answer:
            asked.append(name)
            return super().ask(name, rdtype)

    got = check_spf(CLIENT, HELO, SENDER, dns=Watching(zone))

    assert got.result is Verdict.PASS
    assert not [name for name in asked if name.startswith("why")]


def test_a_null_sender_is_judged_by_its_greeting() -> None:
    got = check_spf(CLIENT, "mx.example.net", "", dns=SnapshotDns({"mx.example.net.": {"TXT": ["v=spf1 a -all"]}}))

    assert (got.result, got.domain, got.scope) == (Verdict.FAIL, "mx.example.net", "helo")


@pytest.mark.parametrize(
    "sender",
    [
        "anna@localhost",
        "anna@[192.0.2.1]",
        "anna@192.0.2.1",
        f"anna@{'a' * 64}.example.com",
        f"anna@{'.'.join(['abcdefg'] * 40)}.example",
        "anna@example..com",
        "x" * 100_000 + "@example.com",
    ],
)
def test_a_domain_that_cannot_be_asked_gives_none(sender: str) -> None:
    got = check({"example.com": "v=spf1 +all"}, sender=sender)

    assert got.result is Verdict.NONE
    assert got.problem


@pytest.mark.parametrize("ip", ["", "unknown", "999.1.1.1", "list", "1.2.3.4.5"])
def test_an_address_that_cannot_be_read_is_no_verdict(ip: str) -> None:
    got = check({"example.com": "v=spf1 +all"}, ip=ip)

    assert got.result is None
    assert got.problem


def test_takes_addresses_as_trace_fields_write_them() -> None:
    zone = {"example.com": "v=spf1 ip4:198.51.100.7 ip6:2001:db8::7 -all"}

    for ip in ("[198.51.100.7]", "::ffff:198.51.100.7", "IPv6:2001:db8::7", "2001:db8::7%eth0"):
        assert check(zone, ip=ip).result is Verdict.PASS, ip


def test_a_local_part_may_hold_an_at_sign() -> None:
    assert check({"example.com": "v=spf1 +all"}, sender='"a@b"@example.com').domain == "example.com"


def test_only_unusable_calls_raise() -> None:
    with pytest.raises(TypeError, match="ip must be text"):
        check_spf(None, HELO, SENDER, dns=NoDns())  # type: ignore[arg-type]


def test_without_dns_there_is_no_verdict_but_a_reason() -> None:
    got = check_spf(CLIENT, HELO, SENDER, dns=NoDns())

    assert got.result is None
    assert got.problem == "No DNS was allowed, so TXT of example.com was not asked and SPF is not evaluated."


def test_a_server_that_never_answers_is_asked_once_and_said() -> None:
    dns = Refusing()
    got = check_spf(CLIENT, HELO, SENDER, dns=dns)

    assert (got.result, dns.asked) == (Verdict.TEMPERROR, 1)
    assert got.problem == "TXT of example.com: timeout."


def test_stops_when_its_time_is_over() -> None:
    got = check({"example.com": "v=spf1 +all"}, limits=Limits(dns_total_seconds=-1))

    assert got.result is Verdict.TEMPERROR
    assert "longer than" in (got.problem or "")


def test_a_thousand_includes_cost_a_few_questions_and_are_a_finding() -> None:
    zone: dict[str, Any] = {f"i{n}.example.com": f"v=spf1 include:j{n}.example.com ?all" for n in range(1000)}
    zone |= {f"j{n}.example.com": "v=spf1 ?all" for n in range(1000)}
    zone["example.com"] = "v=spf1 " + " ".join(f"include:i{n}.example.com" for n in range(1000)) + " -all"
    got = check(zone)

    assert got.result is Verdict.PERMERROR
    assert {"too-many-lookups", "unweighed"} <= {fault.code for fault in got.faults}
    assert len(got.faults) < 50


def test_a_record_longer_than_the_limit_is_refused_and_said() -> None:
    got = check({"example.com": "v=spf1 " + "ip4:192.0.2.1 " * 4_000 + "-all"})

    assert got.result is Verdict.PERMERROR
    assert "bytes long" in (got.problem or "")


def test_evaluations_in_two_threads_do_not_see_each_other() -> None:
    barrier = threading.Barrier(2, timeout=20)
    results: dict[str, SpfCheck] = {}

    class Meeting(SnapshotDns):
        def ask(self, name: str, rdtype: str) -> Answer:
            if name.rstrip(".") == "example.com" and rdtype == "A":
                barrier.wait()
            return super().ask(name, rdtype)

    def run(name: str, address: str) -> None:
        dns = Meeting({"example.com.": {"TXT": ["v=spf1 a -all"], "A": [address]}})
        results[name] = check_spf(CLIENT, HELO, SENDER, dns=dns)

    threads = [threading.Thread(target=run, args=args) for args in (("ours", CLIENT), ("other", "192.0.2.99"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert {name: got.result for name, got in results.items()} == {"ours": Verdict.PASS, "other": Verdict.FAIL}


def test_importing_the_library_does_not_import_pyspf() -> None:
    code = "import sys, mailscope.spf.check; sys.exit('spf' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


TERMS = st.one_of(
    st.text(max_size=30),
    st.builds(
        "{}{}{}{}".format,
        st.sampled_from(["", "-", "~", "?", "+", "*"]),
        st.sampled_from(["a", "mx", "ptr", "ip4", "ip6", "exists", "include", "all", "redirect=", "exp=", "moo="]),
        st.sampled_from(
            ["", ":", ":example.com", ":%{i}.%{v}.%{p}.example.net", ":%{l99999r-}.", "%{t}", ":192.0.2.1"]
        ),
        st.sampled_from(["", "/0", "/24", "//64", "/99999999999999999999"]),
    ),
)


@settings(max_examples=150, deadline=None)
@given(record=st.lists(TERMS, max_size=8), sender=st.text(max_size=20), helo=st.text(max_size=20))
def test_any_record_gives_a_verdict_with_its_reason(record: list[str], sender: str, helo: str) -> None:
    text = ("v=spf1 " + " ".join(record)).encode("utf-8", "replace").decode("latin-1")
    got = check_spf(CLIENT, helo, f"{sender}@example.com", dns=SnapshotDns({"example.com.": {"TXT": [text]}}))

    assert got.result is not None
    assert got.problem or got.result not in (Verdict.PERMERROR, Verdict.TEMPERROR)
