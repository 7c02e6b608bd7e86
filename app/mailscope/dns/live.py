"""The network's answer: the one file that opens a socket."""

import ipaddress
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from mailscope.dns.answer import BOGUS_NOTE, Answer, DnsMode, Outcome, Question
from mailscope.dns.name import absolute
from mailscope.dns.response import SERVFAIL, Reading, read_response
from mailscope.dns.snapshot import invalid
from mailscope.limits import DEFAULT_LIMITS

_PAYLOAD = 1232
"""UDP bytes that pass everywhere without fragments (the DNS flag day of 2020)."""
_FIRST_TRY = 1.5
"""Seconds that the first round leaves a server; each further round doubles them."""
_MUTE = 2
"""Questions in a row that nobody answered, after which a resolver that is gone costs only _SHORT seconds each."""
_SHORT = 1.0
_GONE = 4
"""Questions in a row that nobody answered, after which it is found out whether anybody is there at all."""
_PAUSE = 5.0
"""Seconds for which resolvers that are gone are left alone: a scan without a network does not wait for each message."""
_STEPS = 8
"""Servers that follow no aliases are asked again for the target, so often at most."""
_LOADING = threading.Lock()
_LEFT_ALONE = "no resolver answers anything; it is tried again in some seconds"
_FORMERR, _NOTIMP, _BADVERS = 1, 4, 16
_CD = 0x0010


@dataclass(frozen=True, slots=True)
class _Server:
    """A resolver's address."""

    address: str
    port: int = 53


class LiveDns:
    """Asks the system's resolvers, or one that is named: "192.0.2.53", "192.0.2.53:5353", "[2001:db8::53]:5353".

    seconds bounds one question, all tries together. Safe in threads; it pickles. Raises ValueError for a
    nameserver that is no address.
    """

    mode = DnsMode.LIVE

    def __init__(self, nameserver: str | None = None, *, seconds: float = DEFAULT_LIMITS.dns_seconds) -> None:
        self._seconds = seconds
        self._mute = 0
        self._gone_until = 0.0
        self._named = _server(nameserver) if nameserver is not None else None
        self._system: tuple[_Server, ...] = ()

    def prepare(self) -> None:
        """Load what a question needs, before several threads want to at once."""
        with _LOADING:
            from dns import message, query, rdatatype, resolver  # late: dnspython costs 90 ms  # noqa: F401, PLC0415

    def ask(self, name: str, rdtype: str, seconds: float | None = None) -> Answer:
        """What the resolvers say, within the bound of seconds; of both bounds where another is given."""
        wanted = absolute(name)
        if wanted is None:
            return invalid(name, rdtype)
        question = Question(wanted, rdtype.upper())
        start = time.monotonic()
        patience = self._seconds if self._mute < _MUTE else min(self._seconds, _SHORT)
        cut = seconds is not None and seconds < patience
        patience = seconds if seconds is not None and cut else patience
        try:
            if self._gone(start + patience):
                return Answer(question, Outcome.TIMEOUT, note=_LEFT_ALONE, seconds=time.monotonic() - start)
            answer = self._asked(question, start + patience)
        except Exception as error:  # noqa: BLE001 - dnspython raises at will on what servers send
            answer = Answer(question, Outcome.SERVFAIL, note=f"the answer cannot be read ({type(error).__name__})")
        if answer.outcome is Outcome.TIMEOUT:
            self._mute += not cut
            self._system = ()  # a laptop may have changed networks, and its resolvers with them
        else:
            self._mute = 0
        return replace(answer, seconds=time.monotonic() - start)

    def _gone(self, deadline: float) -> bool:
        """Whether the resolvers keep silent whatever they are asked, so that asking on would only be waiting."""
        now = time.monotonic()
        if self._left_alone():
            return True
        if self._mute < _GONE:
            return False
        # Any resolver answers this from its memory, if only with a no; the names before may have been what was ill.
        if self._asked(Question(".", "NS"), min(deadline, now + _SHORT)).outcome is not Outcome.TIMEOUT:
            self._mute = _MUTE
            return False
        self._gone_until = time.monotonic() + _PAUSE
        return True

    def _left_alone(self) -> bool:
        return time.monotonic() < self._gone_until

    def _asked(self, question: Question, deadline: float) -> Answer:
        from dns import rdatatype  # late: dnspython costs 60 ms  # noqa: PLC0415

        try:
            number = int(rdatatype.from_text(question.type))
        except (rdatatype.UnknownRdatatype, ValueError):
            return Answer(question, Outcome.INVALID, note="there is no such record type")
        servers = self._resolvers()
        if not servers:
            return Answer(question, Outcome.TIMEOUT, note="this system names no resolver; connect it, or name one")
        place, validated, looped = question.name, True, False
        aliases: tuple[str, ...] = ()
        for _ in range(_STEPS):
            reading = _exchange(place, number, servers, deadline, self._left_alone)
            aliases += reading.aliases
            validated = validated and bool(reading.validated)
            looped = len({question.name, *aliases}) <= len(aliases)
            if not reading.unfinished or looped:
                break
            place = aliases[-1]
        else:
            reading = Reading(Outcome.SERVFAIL, note=f"more than {_STEPS} aliases in a row")
        if looped:
            reading = Reading(Outcome.SERVFAIL, note="the aliases lead in a circle")
        return Answer(
            question,
            reading.outcome,
            reading.records,
            reading.strings,
            aliases,
            validated=validated if reading.outcome.certain else None,
            ttl=reading.ttl,
            note=reading.note,
            server=reading.server,
        )

    def _resolvers(self) -> tuple[_Server, ...]:
        if self._named is not None:
            return (self._named,)
        servers = self._system
        if not servers:
            from dns import exception, resolver  # late: dnspython's resolver costs 90 ms  # noqa: PLC0415

            try:
                system = resolver.Resolver()
            except exception.DNSException:
                return ()
            servers = tuple(
                _Server(each, system.port) for each in system.nameservers if isinstance(each, str) and "/" not in each
            )
            self._system = servers
        return servers


def _server(text: str) -> _Server:
    address, port = text.strip(), "53"
    if address.startswith("["):
        address, _, port = address[1:].partition("]")
        port = port.removeprefix(":") or "53"
    elif address.count(":") == 1:
        address, _, port = address.partition(":")
    try:
        ipaddress.ip_address(address)
        number = int(port)
    except ValueError:
        number = 0
    if not 0 < number < 65536:
        raise ValueError(f"a name server is an address like 192.0.2.53 or [2001:db8::53]:5353, not {text[:60]!r}")
    return _Server(address, number)


def _exchange(
    name: str, number: int, servers: tuple[_Server, ...], deadline: float, gone: Callable[[], bool]
) -> Reading:
    """Ask one server after the other, round after round, until one gives a definite answer or the time is over.

    gone: whether others found out meanwhile that nobody answers anything.
    """
    trouble: Reading | None = None
    left, patience = list(servers), _FIRST_TRY
    while left:
        for server in tuple(left):
            until = min(deadline, time.monotonic() + patience)
            if until - time.monotonic() <= 0 or gone():
                return trouble or Reading(Outcome.TIMEOUT, note=_silent(servers))
            reading = _tried(name, number, server, until, deadline)
            if reading.outcome.certain:
                return reading
            if reading.outcome is not Outcome.TIMEOUT or reading.note:
                left.remove(server)  # it said no, or cannot be reached: asking again changes nothing
                trouble = trouble if trouble is not None and not trouble.note.startswith("no way") else reading
        patience *= 2
    assert trouble is not None
    return trouble


def _tried(name: str, number: int, server: _Server, until: float, deadline: float) -> Reading:
    """One server's answer; TIMEOUT without a note where it kept silent."""
    from dns import exception  # late: dnspython  # noqa: PLC0415

    try:
        response = _transported(name, number, server, until, deadline)
        if response.rcode() in (_FORMERR, _NOTIMP, _BADVERS):
            response = _transported(name, number, server, until, deadline, edns=False)
    except exception.Timeout:
        return Reading(Outcome.TIMEOUT)
    except OSError as error:
        why = error.strerror or type(error).__name__
        return Reading(Outcome.TIMEOUT, note=f"no way to the resolver {server.address}: {why}")
    except (exception.DNSException, EOFError) as error:
        # Over TCP: it broke off, or sent what is no answer. The next server may do better.
        note = f"the answer of {server.address} cannot be read ({type(error).__name__})"
        return Reading(Outcome.SERVFAIL, note=note)
    reading = replace(read_response(response, name, number), server=server.address)
    if reading.rcode == SERVFAIL and _unchecked(name, number, server, deadline):
        # Failures pass: only one that stays while the unchecked answer is there has DNSSEC for its reason.
        again = _again(name, number, server, deadline)
        if again.outcome.certain:
            return replace(again, server=server.address)
        reading = replace(reading, note="; ".join(filter(None, (reading.note, BOGUS_NOTE))))
    return reading


def _unchecked(name: str, number: int, server: _Server, deadline: float) -> bool:
    """Whether a server that failed answers when told not to validate (RFC 4035 section 3.2.2)."""
    return _again(name, number, server, deadline, flags=_CD).outcome.certain


def _again(name: str, number: int, server: _Server, deadline: float, *, flags: int = 0) -> Reading:
    """One more question to a server that has just failed, with little patience; TIMEOUT for any trouble."""
    from dns import exception  # late: dnspython  # noqa: PLC0415

    until = min(deadline, time.monotonic() + _FIRST_TRY)
    try:
        response = _transported(name, number, server, until, until, flags=flags)
    except (exception.DNSException, EOFError, OSError):
        return Reading(Outcome.TIMEOUT)
    return read_response(response, name, number)


def _transported(
    name: str, number: int, server: _Server, until: float, deadline: float, *, edns: bool = True, flags: int = 0
) -> Any:
    """The response over UDP, and over TCP where that was cut off; raises what dnspython raises, and OSError."""
    from dns import flags as bits  # late: dnspython  # noqa: PLC0415
    from dns import message, query  # noqa: PLC0415
    from dns.name import Name  # noqa: PLC0415
    from dns.rdatatype import RdataType  # noqa: PLC0415

    labels = [label.encode("ascii") for label in name.rstrip(".").split(".")] if name != "." else []
    # DO asks for DNSSEC's records and so for the AD bit; AD says the same to servers without DO (RFC 6840 section 5.7).
    asked = message.make_query(
        Name([*labels, b""]),
        RdataType.make(number),
        use_edns=0 if edns else -1,
        want_dnssec=edns,
        payload=_PAYLOAD if edns else None,
        flags=int(bits.RD | bits.AD) | flags,
    )
    try:
        return query.udp(
            asked,
            server.address,
            timeout=max(until - time.monotonic(), 0.01),
            port=server.port,
            ignore_unexpected=True,
            ignore_errors=True,
            raise_on_truncation=True,
        )
    except message.Truncated:
        return query.tcp(asked, server.address, timeout=max(deadline - time.monotonic(), 0.01), port=server.port)


def _silent(servers: tuple[_Server, ...]) -> str:
    return f"no answer from {', '.join(server.address for server in servers[:3])}"
