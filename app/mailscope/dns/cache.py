"""Answers kept for the next question, and the book of what one examination asked."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TypeGuard

from mailscope.dns.ahead import Ahead, Lead
from mailscope.dns.answer import Answer, Asked, Dns, DnsMode, Expected, Outcome, Question
from mailscope.dns.live import LiveDns
from mailscope.dns.name import absolute
from mailscope.dns.snapshot import invalid
from mailscope.limits import DEFAULT_LIMITS, Limits

_KEPT = 20_000
"""Answers kept at most; the one used longest ago goes first."""
_SHORTEST, _LONGEST = 60.0, 3_600.0
"""Seconds for which an answer is kept at least (so that one report agrees with itself) and at most."""
_TROUBLE = 30.0
"""Seconds for which a failure is kept: a dead server costs a scan one wait, not one a message."""


class CachingDns:
    """Another Dns with a memory; safe in threads, and two that ask the same at once wait for one answer.

    It pickles without its memory.
    """

    def __init__(self, dns: Dns, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._dns = dns
        self._clock = clock
        self._lock = threading.Lock()
        self._known: OrderedDict[Question, tuple[float, Answer]] = OrderedDict()
        self._running: dict[Question, Future[Answer]] = {}
        self._ahead = Ahead(self.ask, self.known)

    def __reduce__(self) -> tuple[type["CachingDns"], tuple[Dns]]:
        return CachingDns, (self._dns,)

    @property
    def mode(self) -> DnsMode:
        """Who answers behind this."""
        return self._dns.mode

    def known(self, name: str, rdtype: str) -> Answer | None:
        """The answer kept, where there is one that still lives."""
        wanted = absolute(name)
        if wanted is None:
            return invalid(name, rdtype)
        with self._lock:
            return self._kept(Question(wanted, rdtype.upper()))

    def expect(self, expected: Iterable[Expected], lead: Lead) -> None:
        """Have questions asked that will come up, a few at a time, where the network is asked; returns at once."""
        if isinstance(self._dns, LiveDns):
            self._dns.prepare()
        if self.mode is DnsMode.LIVE:
            self._ahead.expect(expected, lead)

    def ask(self, name: str, rdtype: str, seconds: float | None = None) -> Answer:
        """The answer kept, or a fresh one; seconds bounds the waiting where the network is asked."""
        wanted = absolute(name)
        if wanted is None:
            return invalid(name, rdtype)
        question = Question(wanted, rdtype.upper())
        with self._lock:
            known = self._kept(question)
            if known is not None:
                return known
            running = self._running.get(question)
            mine: Future[Answer] = Future()
            if running is None and seconds is None:
                self._running[question] = mine
        if running is not None:
            try:
                return running.result(seconds)
            except TimeoutError:
                return Answer(question, Outcome.TIMEOUT, note="no answer in the time that was left")
        if seconds is not None:
            # A wait that is cut short says nothing to those who have more time, so they neither share nor keep it.
            answer = self._answered(question, seconds)
            if answer.outcome is not Outcome.TIMEOUT:
                self._keep(question, answer)
            return answer
        try:
            answer = self._answered(question)
        except BaseException as error:
            with self._lock:
                del self._running[question]
            mine.set_exception(error)
            raise
        self._keep(question, answer)
        with self._lock:
            del self._running[question]
        mine.set_result(answer)
        return answer

    def _answered(self, question: Question, seconds: float | None = None) -> Answer:
        if seconds is not None and isinstance(self._dns, LiveDns):
            return self._dns.ask(question.name, question.type, seconds)
        return self._dns.ask(question.name, question.type)

    def _kept(self, question: Question) -> Answer | None:
        known = self._known.get(question)
        if known is None or known[0] <= self._clock():
            return None
        self._known.move_to_end(question)
        return known[1]

    def _keep(self, question: Question, answer: Answer) -> None:
        with self._lock:
            self._known[question] = (self._clock() + _lifetime(answer), answer)
            self._known.move_to_end(question)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)


def _lifetime(answer: Answer) -> float:
    if not answer.outcome.certain:
        return _TROUBLE
    return min(max(float(answer.ttl or 0), _SHORTEST), _LONGEST)


def with_memory(dns: Dns) -> Dns:
    """The same, with a memory put before a bare network: answers that come before their turn want a place."""
    return CachingDns(dns) if isinstance(dns, LiveDns) else dns


def asks_ahead(dns: Dns, limits: Limits) -> TypeGuard[CachingDns]:
    """Whether it helps to tell what will be asked: the network answers, answers are kept, and the limits allow it."""
    return isinstance(dns, CachingDns) and dns.mode is DnsMode.LIVE and limits.dns_ahead > 0


@dataclass(slots=True)
class Purse:
    """Seconds that were waited for the DNS; what a message returns is examined from the same purse."""

    spent: float = 0.0


class Ledger:
    """The questions of one examination: each asked once, kept with who asked, bounded in number and time.

    within: the ledger of the examination that this one is a part of; the two wait for the DNS as long as one.
    """

    def __init__(self, dns: Dns, limits: Limits = DEFAULT_LIMITS, within: "Ledger | None" = None) -> None:
        if within is not None and isinstance(dns, LiveDns):
            dns = within.kept
        self._dns: Dns = with_memory(dns)
        self._limits = limits
        self._lock = threading.Lock()
        self._answers: dict[Question, Answer] = {}
        self._users: dict[Question, list[str]] = {}
        self._purse: Purse = within.purse if within is not None else Purse()
        self._lead = Lead(limits.dns_ahead)

    @property
    def mode(self) -> DnsMode:
        """Who answers behind this."""
        return self._dns.mode

    @property
    def asked(self) -> tuple[Asked, ...]:
        """Every question so far, in the order in which they came up."""
        with self._lock:
            return tuple(Asked(answer, tuple(self._users[question])) for question, answer in self._answers.items())

    @property
    def kept(self) -> Dns:
        """Who answers, with the memory that was put before a bare network."""
        return self._dns

    @property
    def purse(self) -> "Purse":
        """What was waited for the DNS, here and in what this is a part of."""
        return self._purse

    def view(self, user: str) -> "View":
        """The same book for one user, whose name stands beside what it asks: "spf", "dkim", "dmarc", "arc"."""
        return View(self, user)

    @property
    def foresees(self) -> bool:
        """Whether it helps to tell what will be asked."""
        return asks_ahead(self._dns, self._limits)

    def expect(self, expected: Iterable[Expected]) -> None:
        """Have questions asked that will come up, several at a time; only those that do come up enter the book."""
        if asks_ahead(self._dns, self._limits):
            self._dns.expect(expected, self._lead)

    def end(self) -> None:
        """Ask nothing more ahead."""
        self._lead.end()

    def ask_for(self, user: str, name: str, rdtype: str) -> Answer:
        """The answer, from the book where it stands there; what a limit forbids is TIMEOUT with a note."""
        wanted = absolute(name)
        question = Question(wanted if wanted is not None else name[:1024], rdtype.upper())
        with self._lock:
            known = self._answers.get(question)
            over = "" if known is not None else self._over()
        answer = known
        if answer is None and wanted is None:
            answer = invalid(name, rdtype)
        elif answer is None and over:
            answer = Answer(question, Outcome.TIMEOUT, note=f"not asked: {over}", limit=over)
        elif answer is None:
            answer = self._waited_for(question)
        assert answer is not None
        with self._lock:
            # Another thread may have written it down meanwhile: the first answer stands, so that a report agrees with
            # itself. What a limit forbade is remembered only as far as the limit goes, or the book would grow anyway.
            if question not in self._answers and len(self._answers) < 2 * self._limits.dns_questions:
                self._answers[question] = answer
            users = self._users.setdefault(question, []) if question in self._answers else []
            if user not in users:
                users.append(user)
            return self._answers.get(question, answer)

    def _waited_for(self, question: Question) -> Answer:
        start = time.monotonic()
        left = self._limits.dns_total_seconds - self._purse.spent
        hurried = isinstance(self._dns, CachingDns) and left < self._limits.dns_seconds
        if isinstance(self._dns, CachingDns) and hurried:
            answer = self._dns.ask(question.name, question.type, left)
        else:
            answer = self._dns.ask(question.name, question.type)
        with self._lock:
            self._purse.spent += time.monotonic() - start
            over = self._purse.spent >= self._limits.dns_total_seconds
        if hurried and over and answer.outcome is Outcome.TIMEOUT:
            answer = replace(answer, note=f"not waited for: {self._waits()}", limit=self._waits())
        return answer

    def _over(self) -> str:
        if len(self._answers) >= self._limits.dns_questions:
            return f"an examination asks at most {self._limits.dns_questions:,} questions"
        return self._waits() if self._purse.spent >= self._limits.dns_total_seconds else ""

    def _waits(self) -> str:
        return f"an examination waits for the DNS at most {self._limits.dns_total_seconds:g} s in all"


class View:
    """A Dns that writes what it is asked into a ledger, under one user's name."""

    def __init__(self, ledger: Ledger, user: str) -> None:
        self._ledger = ledger
        self._user = user

    @property
    def mode(self) -> DnsMode:
        """Who answers behind this."""
        return self._ledger.mode

    def ask(self, name: str, rdtype: str) -> Answer:
        """The answer, written down."""
        return self._ledger.ask_for(self._user, name, rdtype)
