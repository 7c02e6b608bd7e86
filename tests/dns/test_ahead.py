"""Questions asked before their turn: the same book, the same answers, a bound on how many at once, and no waiting."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mailscope
from mailscope.batch.scan import foreseen, gather, report_on, scan
from mailscope.context import Context
from mailscope.dns.ahead import TOGETHER, Ahead, Lead
from mailscope.dns.answer import Answer, DnsMode, Expected, Outcome, Question
from mailscope.dns.cache import CachingDns, Ledger
from mailscope.dns.live import LiveDns
from mailscope.dns.snapshot import SnapshotDns
from mailscope.limits import DEFAULT_LIMITS
from mailscope.report import Report, examine
from mailscope.sources.load import load_bytes

SECONDS = 30
ZONE: Mapping[str, Any] = {
    "example.com.": {
        "TXT": ["v=spf1 ip4:198.51.100.1 mx a:www.example.com include:a.example include:b.example -all"],
        "MX": ["10 mx1.example.com.", "20 mx2.example.com."],
    },
    "mx1.example.com.": {"A": ["203.0.113.1"]},
    "mx2.example.com.": {"A": ["203.0.113.2"]},
    "www.example.com.": {"A": ["203.0.113.3"]},
    "a.example.": {"TXT": ["v=spf1 include:c.example ~all"]},
    "b.example.": {"TXT": ["v=spf1 ip4:192.0.2.7 ~all"]},
    "c.example.": {"TXT": ["v=spf1 include:a.example ip4:203.0.113.0/26 ~all"]},
    "_dmarc.example.com.": {"TXT": ["v=DMARC1; p=none; np=reject; rua=mailto:d@reports.example,mailto:d@more.example"]},
    "example.com._report._dmarc.reports.example.": {"TXT": ["v=DMARC1"]},
    "7.2.0.192.in-addr.arpa.": {"PTR": ["host7.example.net.", "other.example.net."]},
    "host7.example.net.": {"A": ["192.0.2.7"]},
}
RECEIVED = (
    b"Return-Path: <ann@example.com>\r\nReceived: from host7.example.net (host7.example.net [192.0.2.7])\r\n"
    b"\tby mx.receiver.example with ESMTPS id 1 for <b@receiver.example>; Tue, 6 Oct 2026 10:01:00 +0000\r\n"
    b"Received: from [10.1.2.3] by host7.example.net; Tue, 6 Oct 2026 10:00:00 +0000\r\n"
)
SIGNED = b"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=%s; h=from; bh=AA==; b=AA==\r\n"
MESSAGE = (
    RECEIVED
    + SIGNED % b"one"
    + SIGNED % b"two"
    + b"From: <ann@sub.example.com>\r\nTo: b@receiver.example\r\n\r\nhi\r\n"
)
TERMS = ("a", "mx", "a:www.example.com", "mx:b.example", "include:a.example", "include:b.example", "include:c.example",
         "exists:%{i}.example", "ptr", "ip4:192.0.2.0/24", "ip6:::/0", "redirect=b.example", "include:", "\xff", "-all",
         "include:example.com", "mx:example.com/0", "a:%{d}", "include:" + "x" * 64 + ".example")  # fmt: skip
RECORD = st.lists(st.sampled_from(TERMS), max_size=8).map(lambda terms: " ".join(("v=spf1", *terms)))
BOUNCE = b"550 5.1.2 <x@gone.example>: Host or domain name not found\n"


class Network(LiveDns):
    """A recording that stands for the network, and remembers how many questions were under way at once."""

    def __init__(self, zone: Mapping[str, Any] = ZONE) -> None:
        super().__init__("192.0.2.53")
        self.zone = SnapshotDns(zone)
        self.asked: list[tuple[str, str]] = []
        self.bounds: list[float | None] = []
        self.now = self.most = 0
        self.lock = threading.Lock()
        self.hold = threading.Event()
        self.hold.set()

    def prepare(self) -> None:
        pass

    def ask(self, name: str, rdtype: str, seconds: float | None = None) -> Answer:
        with self.lock:
            self.asked.append((name, rdtype))
            self.bounds.append(seconds)
            self.now += 1
            self.most = max(self.most, self.now)
        self.hold.wait(SECONDS if seconds is None else min(seconds, SECONDS))
        with self.lock:
            self.now -= 1
        if not self.hold.is_set():
            return Answer(Question(name, rdtype), Outcome.TIMEOUT)
        return self.zone.ask(name, rdtype)


def questions(raw: bytes, ahead: int, zone: Mapping[str, Any] = ZONE) -> tuple[list[tuple[Any, ...]], Network]:
    network = Network(zone)
    limits = replace(DEFAULT_LIMITS, dns_ahead=ahead)
    report = examine(raw, context=Context(CachingDns(network), limits=limits))
    return asked(report), network


@pytest.mark.parametrize("raw", [MESSAGE, MESSAGE.replace(b"<ann@example.com>", b"<>"), BOUNCE])
def test_the_book_is_the_same_whether_asked_ahead_or_in_turn(raw: bytes) -> None:
    plain, _ = questions(raw, 0)
    ahead, network = questions(raw, DEFAULT_LIMITS.dns_ahead)

    assert ahead == plain
    assert len(set(network.asked)) == len(network.asked)


@pytest.mark.parametrize("raw", [MESSAGE, BOUNCE])
def test_nothing_is_asked_ahead_that_does_not_come_up(raw: bytes) -> None:
    book, network = questions(raw, DEFAULT_LIMITS.dns_ahead)

    assert set(network.asked) <= {(question.name, question.type) for question, _, _ in book}


def test_no_more_are_under_way_than_are_allowed() -> None:
    network = Network()
    network.hold.clear()
    dns, lead = CachingDns(network), Lead(100)
    dns.expect([Expected(f"n{number}.example", "A") for number in range(50)], lead)
    until(lambda: network.now == TOGETHER)
    network.hold.set()
    until(idle)

    assert len(network.asked) == 50
    assert network.most == TOGETHER


def test_what_is_over_asks_nothing_more() -> None:
    network = Network()
    network.hold.clear()
    dns, lead = CachingDns(network), Lead(100)
    dns.expect([Expected(f"n{number}.example", "A") for number in range(50)], lead)
    until(lambda: network.now == TOGETHER)
    lead.end()
    network.hold.set()
    until(idle)

    assert len(network.asked) == TOGETHER


def test_only_so_many_are_asked_ahead_whatever_follows_from_answers() -> None:
    network, number = Network(), count()

    def more(_: Answer) -> list[Expected]:
        return [Expected(f"n{next(number)}.example", "A", more) for _ in range(2)]

    dns = CachingDns(network)
    dns.expect([Expected("n.example", "A", more)], Lead(30))
    until(idle)

    assert len(network.asked) == 30


def test_what_is_on_its_way_is_waited_for_and_not_asked_twice() -> None:
    network = Network()
    network.hold.clear()
    ledger = Ledger(CachingDns(network))
    ledger.expect([Expected("www.example.com", "A")])
    until(lambda: network.now == 1)
    threading.Timer(0.05, network.hold.set).start()

    assert ledger.view("spf").ask("www.example.com", "A").records == ("203.0.113.3",)
    assert network.asked == [("www.example.com.", "A")]


def test_a_fault_in_what_follows_costs_nobody_an_answer() -> None:
    def broken(_: Answer) -> list[Expected]:
        raise KeyError

    network = Network()
    dns = CachingDns(network)
    dns.expect([Expected("www.example.com", "A", broken)] * 20, Lead(100))

    assert dns.ask("www.example.com", "A")


def test_a_recording_is_asked_in_turn_only() -> None:
    ahead: list[Sequence[object]] = []
    dns = SnapshotDns(ZONE)
    ledger = Ledger(dns)
    ledger.expect([Expected("example.com", "TXT", lambda answer: ahead.append([answer]) or [])])

    assert not ledger.foresees
    assert not ahead


def test_waits_for_a_mute_network_no_longer_than_the_limit_in_all() -> None:
    network = Network()
    network.hold.clear()
    limits = replace(DEFAULT_LIMITS, dns_total_seconds=0.3)
    ledger = Ledger(CachingDns(network), limits)
    inner = Ledger(CachingDns(network), limits, within=ledger)
    answers = [book.view("spf").ask(f"n{number}.example", "A") for number in range(60) for book in (ledger, inner)]

    assert all(answer.outcome is Outcome.TIMEOUT and answer.limited for answer in answers)
    assert all(bound is not None and bound <= limits.dns_total_seconds for bound in network.bounds)
    assert len(network.asked) < 5  # the first waits as long as all may


def test_a_wait_that_was_cut_short_is_not_remembered_for_others() -> None:
    network = Network()
    dns = CachingDns(network)
    network.hold.clear()
    hurried = dns.ask("www.example.com", "A", 0.01)
    network.hold.set()

    assert hurried.outcome is Outcome.TIMEOUT
    assert dns.ask("www.example.com", "A").records == ("203.0.113.3",)


def test_a_bare_network_is_asked_ahead_too() -> None:
    network = Network()
    report = mailscope.examine(MESSAGE, dns=network)

    assert report.authentication.spf is not None
    assert len(set(network.asked)) == len(network.asked)
    assert report.analysis.dns is DnsMode.LIVE


def test_a_bare_network_is_asked_once_for_a_notice_and_what_it_returns() -> None:
    notice = (
        RECEIVED.replace(b"<ann@example.com>", b"<>")
        + b"From: <postmaster@example.com>\r\nTo: ann@example.com\r\nMIME-Version: 1.0\r\n"
        + b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x\r\n\r\n"
        + b"--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.com\r\n\r\n"
        + b"Final-Recipient: rfc822; b@receiver.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        + b"--x\r\nContent-Type: message/rfc822\r\n\r\n"
        + MESSAGE
        + b"\r\n--x--\r\n"
    )
    network = Network()
    report = mailscope.examine(notice, dns=network)

    assert report.analysis.enclosed is not None
    assert {each.answer.question for each in report.analysis.enclosed.questions} & {
        each.answer.question for each in report.analysis.questions
    }
    assert len(set(network.asked)) == len(network.asked)


def test_a_system_without_threads_is_asked_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", none_left)

    assert questions(MESSAGE, DEFAULT_LIMITS.dns_ahead)[0] == questions(MESSAGE, 0)[0]


def test_known_answers_need_no_thread() -> None:
    asked: list[str] = []
    known = Answer(Question("a.", "A"), Outcome.ANSWER, ("192.0.2.1",))
    ahead = Ahead(lambda name, _: asked.append(name) or known, lambda *_: known)  # type: ignore[func-returns-value]
    seen: list[Answer] = []
    ahead.expect([Expected("a.", "A", lambda answer: seen.append(answer) or [])], Lead(5))  # type: ignore[func-returns-value]

    assert (asked, seen) == ([], [known])


def until(done: Callable[[], object]) -> None:
    end = time.monotonic() + SECONDS
    while not done():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


def idle() -> bool:
    """Whether nothing is asked ahead any more, and nothing waits for it."""
    return not any(thread.name == "mailscope-dns" for thread in threading.enumerate())


@given(
    st.lists(RECORD, min_size=4, max_size=4),
    st.sampled_from(("ann@example.com", "", "SRS0=x=y=b.example=ann@c.example")),
)
@settings(max_examples=25)
def test_any_tree_of_records_gives_the_same_book(records: list[str], sender: str) -> None:
    names = ("example.com.", "a.example.", "b.example.", "c.example.")
    zone = {
        **ZONE,
        **{name: {"TXT": [record], "A": ["203.0.113.5"]} for name, record in zip(names, records, strict=True)},
    }
    raw = MESSAGE.replace(b"<ann@example.com>", f"<{sender}>".encode())

    assert questions(raw, DEFAULT_LIMITS.dns_ahead, zone)[0] == questions(raw, 0, zone)[0]


def test_a_scan_asks_for_the_messages_in_line_and_gives_the_same_rows(tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"{number}.eml").write_bytes(MESSAGE.replace(b"d=example.com", b"d=signer%d.example" % number))
    (tmp_path / "broken.eml").write_bytes(b"\xff\x00")
    network = Network()
    rows = list(scan([tmp_path], dns=CachingDns(network)))
    plain = [
        report_on(specimen, Context(Network(), limits=replace(DEFAULT_LIMITS, dns_ahead=0)))
        for specimen in gather([tmp_path])
    ]

    assert [row.questions for row in rows] != [()] * len(rows)
    assert [asked(row) for row in rows] == [asked(row) for row in plain]
    assert len(set(network.asked)) == len(network.asked)


def test_a_scan_asks_for_few_messages_ahead_only() -> None:
    network = Network()
    context = Context(CachingDns(network))
    line = iter(
        [specimen for number in range(20) for specimen in load_bytes(MESSAGE.replace(b"s=one", b"s=n%d" % number))]
    )
    next(foreseen(line, context))

    assert len(list(line)) >= 15


def test_of_a_scan_that_is_broken_off_nothing_more_is_asked() -> None:
    network = Network()
    network.hold.clear()
    given = [load_bytes(MESSAGE.replace(b"example.com", b"n%d.example" % number))[0] for number in range(8)]
    begun = foreseen(given, Context(CachingDns(network)))
    next(begun)
    until(lambda: network.now)
    begun.close()  # type: ignore[attr-defined]
    network.hold.set()
    until(idle)

    assert len(network.asked) <= TOGETHER  # those that were under way; of all four messages there are many more


def test_of_an_examination_that_fails_nothing_more_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network()
    network.hold.clear()

    def broken(*_: object, **__: object) -> None:
        until(lambda: ("example.com.", "TXT") in network.asked)
        raise KeyError("at work")

    monkeypatch.setattr("mailscope.analysis.check_dkim", broken)
    with pytest.raises(KeyError, match="at work"):
        examine(MESSAGE, context=Context(CachingDns(network)))
    network.hold.set()
    until(idle)

    assert ("example.com.", "MX") not in network.asked


def asked(report: Report) -> list[tuple[object, ...]]:
    return [(each.answer.question, each.answer.records, each.used_by) for each in report.questions]
