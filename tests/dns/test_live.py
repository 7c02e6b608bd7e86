"""LiveDns against servers that misbehave, each a few lines on the loopback interface."""

import pickle
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from mailscope.dns.answer import DnsMode, Outcome
from mailscope.dns.live import LiveDns
from mailscope.dns.response import read_response

SECONDS = 30

Reply = Callable[[dns.message.Message], list[bytes]]


@contextmanager
def server(reply: Reply, tcp: bytes | None = None) -> Iterator[str]:
    """A UDP server that answers each question with these datagrams; over TCP it sends `tcp` and then nothing."""
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(udp.getsockname())
    listener.listen()
    held: list[socket.socket] = []

    def datagrams() -> None:
        while True:
            try:
                wire, peer = udp.recvfrom(4096)
            except OSError:
                return
            if wire == b"stop":
                return
            for answer in reply(dns.message.from_wire(wire)):
                udp.sendto(answer, peer)

    def streams() -> None:
        while True:
            connection, _ = listener.accept()
            held.append(connection)
            if connection.recv(4) == b"stop":
                return
            connection.sendall(tcp or b"")

    threads = [threading.Thread(target=work, daemon=True) for work in (datagrams, streams)]
    for thread in threads:
        thread.start()
    try:
        yield f"127.0.0.1:{udp.getsockname()[1]}"
    finally:
        udp.sendto(b"stop", udp.getsockname())
        with socket.create_connection(listener.getsockname()) as last:
            last.sendall(b"stop")
            for thread in threads:
                thread.join(5)
        for each in (udp, listener, *held):
            each.close()


def answered(question: dns.message.Message, *sets: str, rcode: int = 0, flags: int = 0) -> bytes:
    response = dns.message.make_response(question)
    response.set_rcode(dns.rcode.Rcode(rcode))
    response.flags |= flags
    for each in sets:
        name, rdtype, value = each.split(" ", 2)
        response.answer.append(dns.rrset.from_text(name, 300, "IN", rdtype, value))
    return response.to_wire()


def test_gives_up_on_a_server_that_never_answers() -> None:
    with server(lambda _: []) as address:
        start = time.monotonic()
        answer = LiveDns(address, seconds=0.3).ask("example.org", "TXT")

    assert answer.outcome is Outcome.TIMEOUT
    assert time.monotonic() - start < 20
    assert "127.0.0.1" in answer.note


def test_leaves_a_server_alone_that_answers_nothing_at_all() -> None:
    asked: list[str] = []

    def silent(question: dns.message.Message) -> list[bytes]:
        asked.append(question.question[0].name.to_text())
        return []

    with server(silent) as address:
        ours = LiveDns(address, seconds=0.05)
        answers = [ours.ask(f"n{number}.example", "TXT") for number in range(40)]

    assert {answer.outcome for answer in answers} == {Outcome.TIMEOUT}
    assert "." in asked
    assert "n39.example." not in asked
    assert "tried again" in answers[-1].note


def test_goes_on_asking_a_server_that_is_silent_about_some_names_only(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("mailscope.dns.live._SHORT", float(SECONDS))
    monkeypatch.setattr("mailscope.dns.live._FIRST_TRY", float(SECONDS))

    def partly(question: dns.message.Message) -> list[bytes]:
        asked.append(question.question[0].name.to_text())
        return [] if asked[-1].startswith("n") else [answered(question, 'good.example. TXT "here"')]

    with server(partly) as address:
        ours = LiveDns(address, seconds=0.1)
        for number in range(4):
            ours.ask(f"n{number}.example", "TXT")
        ours._seconds = SECONDS
        answer = ours.ask("good.example", "TXT")

    assert answer.records == ("here",)
    assert asked[-2:] == [".", "good.example."]


@pytest.mark.parametrize("tcp", [b"", b"\xff", b"\x00\x0cgarbagegarbage", b"\xff\xff" + b"x" * 100])
def test_gives_up_on_a_truncated_answer_whose_rest_never_comes(tcp: bytes) -> None:
    with server(lambda q: [answered(q, flags=dns.flags.TC)], tcp) as address:
        answer = LiveDns(address, seconds=0.3).ask("example.org", "TXT")

    assert answer.outcome in (Outcome.TIMEOUT, Outcome.SERVFAIL)


def test_believes_neither_other_questions_answers_nor_noise() -> None:
    def reply(question: dns.message.Message) -> list[bytes]:
        forged = dns.message.make_query("example.org", "TXT", id=(question.id + 1) % 65536)
        other = dns.message.make_query("example.net", "TXT", id=question.id)
        return [
            b"noise",
            answered(forged, 'example.org. TXT "forged"'),
            answered(other, 'example.net. TXT "other"'),
            answered(question, 'example.org. TXT "true"'),
        ]

    with server(reply) as address:
        answer = LiveDns(address, seconds=2).ask("example.org", "TXT")

    assert answer.records == ("true",)


@pytest.mark.parametrize("tcp", [b"", b"\x00\x40abc"])
def test_calls_an_answer_that_breaks_off_no_answer(tcp: bytes) -> None:
    with server(lambda question: [answered(question, flags=dns.flags.TC)], tcp) as address:
        answer = LiveDns(address, seconds=0.5).ask("a.example", "TXT")

    assert not answer.outcome.certain


def test_takes_a_cut_answer_over_tcp_for_no_denial() -> None:
    wire = answered(dns.message.make_query("a.example", "TXT"), flags=dns.flags.TC)
    reading = read_response(dns.message.from_wire(wire), "a.example.", 16)

    assert reading.outcome is Outcome.SERVFAIL
    assert "cut off" in reading.note


def test_believes_no_records_at_a_name_that_does_not_exist() -> None:
    with server(lambda question: [answered(question, 'a.example. TXT "v=spf1 +all"', rcode=3)]) as address:
        answer = LiveDns(address, seconds=SECONDS).ask("a.example", "TXT")

    assert (answer.outcome, answer.records) == (Outcome.NXDOMAIN, ())
    assert "all the same" in answer.note


def test_tells_a_long_chain_of_aliases_from_a_circle() -> None:
    chain = [f"a{at}.example. CNAME a{at + 1}.example." for at in range(40)]
    with server(lambda question: [answered(question, *chain)]) as address:
        answer = LiveDns(address, seconds=SECONDS).ask("a0.example", "TXT")

    assert answer.outcome is Outcome.SERVFAIL
    assert "in a row" in answer.note


def test_asks_again_without_edns_where_a_server_does_not_know_it() -> None:
    def reply(question: dns.message.Message) -> list[bytes]:
        return [answered(question, rcode=1)] if question.edns >= 0 else [answered(question, "example.org. A 192.0.2.1")]

    with server(reply) as address:
        answer = LiveDns(address, seconds=2).ask("example.org", "A")

    assert answer.records == ("192.0.2.1",)


def test_follows_an_alias_itself_where_the_server_does_not() -> None:
    def reply(question: dns.message.Message) -> list[bytes]:
        name = question.question[0].name.to_text()
        sets = {"a.example.": "a.example. CNAME b.example.", "b.example.": "b.example. A 192.0.2.1"}
        return [answered(question, sets[name])]

    with server(reply) as address:
        answer = LiveDns(address, seconds=2).ask("a.example", "A")

    assert (answer.records, answer.aliases) == (("192.0.2.1",), ("b.example.",))


@pytest.mark.parametrize("sets", [("a.example. CNAME b.example.", "b.example. CNAME a.example."),
                                  ("a.example. CNAME a.example.",)])  # fmt: skip
def test_ends_where_aliases_go_in_a_circle(sets: tuple[str, ...]) -> None:
    with server(lambda q: [answered(q, *sets)]) as address:
        answer = LiveDns(address, seconds=2).ask("a.example", "A")

    assert answer.outcome is Outcome.SERVFAIL
    assert "circle" in answer.note


def test_ends_where_aliases_never_end() -> None:
    def reply(question: dns.message.Message) -> list[bytes]:
        name = question.question[0].name.to_text()
        return [answered(question, f"{name} CNAME n{name}")]

    with server(reply) as address:
        answer = LiveDns(address, seconds=2).ask("a.example", "A")

    assert answer.outcome is Outcome.SERVFAIL


def test_blames_dnssec_only_for_a_failure_that_stays() -> None:
    count = iter(range(9))

    def once(question: dns.message.Message) -> list[bytes]:
        return [answered(question, "example.org. A 192.0.2.1", rcode=0) if next(count) else answered(question, rcode=2)]

    def always(question: dns.message.Message) -> list[bytes]:
        unchecked = question.flags & dns.flags.CD
        return [answered(question, "example.org. A 192.0.2.1") if unchecked else answered(question, rcode=2)]

    with server(once) as address:
        assert LiveDns(address, seconds=2).ask("example.org", "A")
    with server(always) as address:
        assert LiveDns(address, seconds=2).ask("example.org", "A").bogus


@pytest.mark.parametrize(
    ("rcode", "outcome"), [(2, Outcome.SERVFAIL), (3, Outcome.NXDOMAIN), (5, Outcome.REFUSED), (9, Outcome.SERVFAIL)]
)
def test_tells_the_ways_to_say_no_apart(rcode: int, outcome: Outcome) -> None:
    with server(lambda q: [answered(q, rcode=rcode)]) as address:
        answer = LiveDns(address, seconds=1).ask("example.org", "A")

    assert answer.outcome is outcome
    assert not answer


@pytest.mark.parametrize(
    "name", ["", "..", "a..example", "x" * 64 + ".example", "a." * 127 + "example", "\udc80.example"]
)
def test_sends_no_name_that_the_dns_cannot_carry(name: str) -> None:
    answer = LiveDns("127.0.0.1:9", seconds=0.2).ask(name, "TXT")

    assert answer.outcome is Outcome.INVALID


def test_knows_no_made_up_record_types() -> None:
    assert LiveDns("127.0.0.1:9", seconds=0.2).ask("example.org", "NONSENSE").outcome is Outcome.INVALID


@pytest.mark.parametrize("nameserver", ["dns.example.org", "", "192.0.2.1:0", "192.0.2.1:x", "[2001:db8::1]:70000"])
def test_refuses_a_name_server_that_is_no_address(nameserver: str) -> None:
    with pytest.raises(ValueError, match="address"):
        LiveDns(nameserver)


def test_crosses_to_other_processes() -> None:
    ours = pickle.loads(pickle.dumps(LiveDns("[2001:db8::53]:5353")))

    assert ours.mode is DnsMode.LIVE


def test_values_bring_no_resolver_along() -> None:
    code = "import sys, mailscope.dns.answer, mailscope.dns.live, mailscope.dns.snapshot; print('dns' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
