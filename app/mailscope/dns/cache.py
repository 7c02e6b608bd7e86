"""Answers kept for the next question, and the book of what one examination asked."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future

from mailscope.dns.answer import LIMIT_NOTE, Answer, Asked, Dns, DnsMode, Outcome, Question
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

    def __reduce__(self) -> tuple[type["CachingDns"], tuple[Dns]]:
        return CachingDns, (self._dns,)

    @property
    def mode(self) -> DnsMode:
        """Who answers behind this."""
        return self._dns.mode

    def ask(self, name: str, rdtype: str) -> Answer:
        """The answer kept, or a fresh one."""
        wanted = absolute(name)
        if wanted is None:
            return invalid(name, rdtype)
        question = Question(wanted, rdtype.upper())
        with self._lock:
            known = self._known.get(question)
            if known is not None and known[0] > self._clock():
                self._known.move_to_end(question)
                return known[1]
            running = self._running.get(question)
            mine: Future[Answer] = Future()
            if running is None:
                self._running[question] = mine
        if running is not None:
            return running.result()
        try:
            answer = self._dns.ask(wanted, rdtype)
        except BaseException as error:
            mine.set_exception(error)
            with self._lock:
                del self._running[question]
            raise
        with self._lock:
            self._known[question] = (self._clock() + _lifetime(answer), answer)
            self._known.move_to_end(question)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
            del self._running[question]
        mine.set_result(answer)
        return answer


def _lifetime(answer: Answer) -> float:
    if not answer.outcome.certain:
        return _TROUBLE
    return min(max(float(answer.ttl or 0), _SHORTEST), _LONGEST)


class Ledger:
    """The questions of one examination: each asked once, kept with who asked, bounded in number and time."""

    def __init__(self, dns: Dns, limits: Limits = DEFAULT_LIMITS) -> None:
        self._dns = dns
        self._limits = limits
        self._lock = threading.Lock()
        self._answers: dict[Question, Answer] = {}
        self._users: dict[Question, list[str]] = {}
        self._spent = 0.0

    @property
    def mode(self) -> DnsMode:
        """Who answers behind this."""
        return self._dns.mode

    @property
    def asked(self) -> tuple[Asked, ...]:
        """Every question so far, in the order in which they came up."""
        with self._lock:
            return tuple(Asked(answer, tuple(self._users[question])) for question, answer in self._answers.items())

    def view(self, user: str) -> "View":
        """The same book for one user, whose name stands beside what it asks: "spf", "dkim", "dmarc", "arc"."""
        return View(self, user)

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
            answer = Answer(question, Outcome.TIMEOUT, note=LIMIT_NOTE + over)
        elif answer is None:
            start = time.monotonic()
            answer = self._dns.ask(question.name, question.type)
            spent = time.monotonic() - start
            with self._lock:
                self._spent += spent
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

    def _over(self) -> str:
        if len(self._answers) >= self._limits.dns_questions:
            return f"an examination asks at most {self._limits.dns_questions:,} questions"
        if self._spent >= self._limits.dns_total_seconds:
            return f"an examination waits for the DNS at most {self._limits.dns_total_seconds:g} s in all"
        return ""


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
