"""A report with live DNS, the questions one after the other and ahead of their turn, through a real unbound.

python benchmarks/live_dns.py [--delay MS] [--messages N]     wants unbound; every answer comes MS milliseconds late
"""

import argparse
import asyncio
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from signatures import signed

from mailscope.batch.scan import scan
from mailscope.context import Context
from mailscope.dns.cache import CachingDns
from mailscope.dns.live import LiveDns
from mailscope.limits import DEFAULT_LIMITS
from mailscope.report import examine

UNBOUND = shutil.which("unbound") or shutil.which("unbound", path="/usr/sbin:/usr/local/sbin")
CONFIG = """
server:
  interface: 127.0.0.1
  port: {port}
  username: ""
  chroot: ""
  directory: "{place}"
  pidfile: "{place}/pid"
  use-syslog: no
  logfile: "{place}/log"
  do-daemonize: no
  do-not-query-localhost: no
  module-config: "iterator"
  access-control: 127.0.0.0/8 allow
  local-zone: "2.0.192.in-addr.arpa." nodefault
remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@{upstream}
"""


def zone(number: int) -> dict[str, dict[str, list[str]]]:
    """What one sender's domain publishes: an SPF tree, DMARC with reports elsewhere, keys, a name for the address."""
    own = f"sender{number}.example."
    names = {
        own: {
            "TXT": [f'"v=spf1 mx a:www.{own} include:_a.{own} include:_b.{own} include:_c.{own} ~all"'],
            "MX": [f"10 mx1.{own}", f"20 mx2.{own}"],
        },
        f"_a.{own}": {"TXT": [f'"v=spf1 include:_a1.{own} include:_a2.{own} ~all"']},
        f"_b.{own}": {"TXT": ['"v=spf1 ip4:198.51.100.0/25 ~all"']},
        f"_c.{own}": {"TXT": ['"v=spf1 ip4:192.0.2.0/24 ~all"']},
        f"_dmarc.{own}": {"TXT": ['"v=DMARC1; p=none; rua=mailto:d@reports.example,mailto:d@more.example"']},
        f"{own}_report._dmarc.reports.example.": {"TXT": ['"v=DMARC1"']},
        "7.2.0.192.in-addr.arpa.": {"PTR": ["host7.example.com."]},
        "host7.example.com.": {"A": ["192.0.2.7"]},
    }
    for host in ("www", "mx1", "mx2"):
        names[f"{host}.{own}"] = {"A": ["203.0.113.9"]}
    for part in ("_a1", "_a2"):
        names[f"{part}.{own}"] = {"TXT": ['"v=spf1 ip4:203.0.113.0/26 ~all"']}
    return names


class Slow(asyncio.DatagramProtocol):
    """A name server that takes its time."""

    def __init__(self, names: dict[str, dict[str, list[str]]], delay: float) -> None:
        self.names, self.delay, self.asked = names, delay, 0
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        """Keep the socket."""
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """Answer later."""
        self.asked += 1
        asyncio.get_running_loop().call_later(self.delay, self.answer, data, addr)

    def answer(self, data: bytes, addr: Any) -> None:
        """Answer from the zone."""
        query = dns.message.from_wire(data)
        question = query.question[0]
        response = dns.message.make_response(query)
        response.flags |= dns.flags.AA | dns.flags.RA
        kind = question.rdtype.name
        types = self.names.get(question.name.to_text().lower())
        if types is None:
            response.set_rcode(dns.rcode.NXDOMAIN)
        elif kind in types:
            response.answer.append(dns.rrset.from_text(question.name, 600, "IN", kind, *types[kind]))
        self.transport.sendto(response.to_wire(), addr)


@contextmanager
def resolver(names: dict[str, dict[str, list[str]]], delay: float) -> Iterator[tuple[int, Slow]]:
    """The port of an unbound in front of the slow server, its cache empty."""
    loop = asyncio.new_event_loop()
    slow = Slow(names, delay)
    endpoint = loop.run_until_complete(loop.create_datagram_endpoint(lambda: slow, local_addr=("127.0.0.1", 0)))
    upstream = endpoint[0].get_extra_info("sockname")[1]
    threading.Thread(target=loop.run_forever, daemon=True).start()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as place:
        config = Path(place, "unbound.conf")
        config.write_text(CONFIG.format(port=port, place=place, upstream=upstream))
        with subprocess.Popen([UNBOUND or "unbound", "-d", "-c", str(config)], stderr=subprocess.DEVNULL) as process:
            try:
                for _ in range(50):
                    if LiveDns(f"127.0.0.1:{port}", seconds=0.5).ask("host7.example.com", "TXT").outcome.certain:
                        break
                    time.sleep(0.1)
                yield port, slow
            finally:
                process.terminate()
                loop.call_soon_threadsafe(loop.stop)


def message(number: int, body: bytes) -> bytes:
    """One signed message of a sender of its own, that came over three hops."""
    top = (
        b"Return-Path: <a@sender%d.example>\r\nReceived: from host7.example.com (host7.example.com [192.0.2.7])\r\n"
        b"\tby mx.receiver.example with ESMTPS id 1 for <b@receiver.example>; Tue, 6 Oct 2026 10:01:00 +0000\r\n"
        % number
    )
    for selector in (b"one", b"two"):
        top += b"DKIM-Signature: v=1; a=rsa-sha256; d=sender%d.example; s=%s; h=from; bh=AA==; b=AA==\r\n" % (
            number,
            selector,
        )
    return top + body.replace(b"ann@example.com", b"ann@sender%d.example" % number)


def main() -> None:
    """Measure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--delay", type=float, default=60)
    options.add_argument("--messages", type=int, default=10)
    given = options.parse_args()
    if UNBOUND is None:
        print("unbound is not installed (Debian: apt-get install unbound), so nothing is measured")
        return
    bodies, record = signed(given.messages, 4_000)
    names = {"bench._domainkey.example.com.": {"TXT": [" ".join(f'"{record[at : at + 250]}"' for at in (0, 250))]}}
    for number in range(given.messages):
        names |= zone(number)
    mails = [message(number, body) for number, body in enumerate(bodies)]
    told = {}
    for way, ahead in (("one after the other", 0), ("ahead of their turn", DEFAULT_LIMITS.dns_ahead)):
        limits = replace(DEFAULT_LIMITS, dns_ahead=ahead)
        with resolver(names, given.delay / 1000) as (port, slow):
            context = Context(CachingDns(LiveDns(f"127.0.0.1:{port}")), limits=limits)
            before, start = slow.asked, time.perf_counter()
            reports = [examine(mail, context=context) for mail in mails]
            seconds = (time.perf_counter() - start) / len(mails)
            time.sleep(1)
            questions = sum(len(report.questions) for report in reports) / len(mails)
            print(
                f"{way:20} {seconds:6.2f} s a report, {questions:4.1f} questions in the book, "
                f"{(slow.asked - before) / len(mails):4.1f} that reached the name server"
            )
        told[way] = [_settled(report.to_dict()) for report in reports]
    print("the reports are", "the same" if len({repr(each) for each in told.values()}) == 1 else "DIFFERENT")
    with tempfile.TemporaryDirectory() as place, resolver(names, given.delay / 1000) as (port, _):
        for number, mail in enumerate(mails):
            Path(place, f"{number:03}.eml").write_bytes(mail)
        start = time.perf_counter()
        rows = sum(1 for _ in scan([place], dns=CachingDns(LiveDns(f"127.0.0.1:{port}"))))
        print(f"scan                 {(time.perf_counter() - start) / rows:6.2f} s a message of {rows}")


_CLOCK = ("seconds", "ttl", "server")


def _settled(told: dict[str, Any]) -> dict[str, Any]:
    """A report without what the clock says; resolvers give the records of an answer in any order."""
    answers = [
        {key: value for key, value in each.items() if key not in _CLOCK} | {"answers": sorted(each["answers"])}
        for each in told["dns"]
    ]
    return {**told, "checked": None, "dns": answers}


if __name__ == "__main__":
    main()
