"""What is remembered of answers, and the book of one examination."""

import pickle
import threading
import time
from dataclasses import replace

from mailscope.dns.answer import Answer, DnsMode, Outcome, Question
from mailscope.dns.cache import CachingDns, Ledger
from mailscope.dns.snapshot import SnapshotDns
from mailscope.limits import DEFAULT_LIMITS


class Counting:
    """Answers everything, and counts."""

    mode = DnsMode.LIVE

    def __init__(self, outcome: Outcome = Outcome.ANSWER, ttl: int | None = 300, seconds: float = 0) -> None:
        self.asked: list[tuple[str, str]] = []
        self.outcome, self.ttl, self.seconds = outcome, ttl, seconds

    def ask(self, name: str, rdtype: str) -> Answer:
        self.asked.append((name, rdtype))
        time.sleep(self.seconds)
        return Answer(Question(name, rdtype), self.outcome, ("192.0.2.1",), ttl=self.ttl)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_asks_once_while_an_answer_lives() -> None:
    behind, clock = Counting(ttl=100), Clock()
    dns = CachingDns(behind, clock=clock)
    for name in ("example.org", "EXAMPLE.org."):
        assert dns.ask(name, "a")
    clock.now = 101
    dns.ask("example.org", "A")

    assert behind.asked == [("example.org.", "A"), ("example.org.", "A")]


def test_a_failure_is_tried_again_soon_but_not_at_once() -> None:
    behind, clock = Counting(Outcome.TIMEOUT), Clock()
    dns = CachingDns(behind, clock=clock)
    for clock.now in (0, 10, 31):
        dns.ask("example.org", "A")

    assert len(behind.asked) == 2


def test_threads_that_ask_the_same_at_once_wait_for_one_answer() -> None:
    behind = Counting(seconds=0.05)
    dns = CachingDns(behind)
    threads = [threading.Thread(target=dns.ask, args=("example.org", "A")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(behind.asked) == 1


def test_a_cache_crosses_to_other_processes_without_its_memory() -> None:
    dns = CachingDns(SnapshotDns({"example.org.": {"A": ["192.0.2.1"]}}))
    dns.ask("example.org", "A")

    assert pickle.loads(pickle.dumps(dns)).ask("example.org", "A").records == ("192.0.2.1",)


def test_the_book_tells_who_asked_what_in_order() -> None:
    ledger = Ledger(Counting())
    ledger.view("spf").ask("a.example", "TXT")
    ledger.view("dmarc").ask("b.example", "TXT")
    ledger.view("dkim").ask("A.example.", "txt")

    assert [(asked.answer.question.name, asked.used_by) for asked in ledger.asked] == [
        ("a.example.", ("spf", "dkim")),
        ("b.example.", ("dmarc",)),
    ]


def test_a_limit_on_questions_says_that_it_bit() -> None:
    behind = Counting()
    dns = Ledger(behind, replace(DEFAULT_LIMITS, dns_questions=2)).view("spf")
    answers = [dns.ask(f"n{number}.example", "A") for number in (1, 2, 3, 1)]

    assert [answer.outcome for answer in answers] == ["answer", "answer", "timeout", "answer"]
    assert answers[2].limited
    assert "at most 2 questions" in answers[2].note
    assert len(behind.asked) == 2


def test_a_limit_on_time_says_that_it_bit() -> None:
    behind = Counting(Outcome.TIMEOUT, seconds=0.02)
    dns = Ledger(behind, replace(DEFAULT_LIMITS, dns_total_seconds=0.05)).view("spf")
    answers = [dns.ask(f"n{number}.example", "A") for number in range(10)]

    assert answers[-1].limited
    assert len(behind.asked) < 5


def test_a_flood_of_questions_beyond_the_limit_does_not_fill_the_book() -> None:
    ledger = Ledger(Counting(), replace(DEFAULT_LIMITS, dns_questions=5))
    for number in range(1000):
        ledger.view("spf").ask(f"n{number}.example", "A")

    assert len(ledger.asked) <= 10


def test_names_that_cannot_be_asked_are_in_the_book() -> None:
    ledger = Ledger(Counting())

    assert ledger.view("spf").ask("a..example", "A").outcome is Outcome.INVALID
    assert len(ledger.asked) == 1
