"""LiveDns against a real validating resolver, unbound, on the loopback interface."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailscope.dns.answer import Outcome
from mailscope.dns.live import LiveDns

UNBOUND = shutil.which("unbound") or shutil.which("unbound", path="/usr/sbin:/usr/local/sbin")
pytestmark = pytest.mark.skipif(UNBOUND is None, reason="unbound is not installed (Debian: apt-get install unbound)")

BIG = " ".join(f'"{"x" * 250}"' for _ in range(250))
ZONE = f"""
@ 600 SOA ns.{{zone}} root.{{zone}} 1 3600 600 86400 300
@ 600 NS ns.{{zone}}
ns 600 A 127.0.0.1
@ 120 MX 10 mx.{{zone}}
@ 600 TXT "v=spf1 " "mx -all"
mx 600 AAAA 2001:db8::25
alias 600 CNAME step.{{zone}}
step 300 CNAME mx.{{zone}}
round 600 CNAME about.{{zone}}
about 600 CNAME round.{{zone}}
long 600 TXT {" ".join(f'"{"y" * 200}"' for _ in range(12))}
huge 600 TXT {BIG}
xn--bcher-kva 600 TXT "books"
deep.down 600 A 192.0.2.1
"""
CONFIG = """
server:
  interface: 127.0.0.1
  port: {port}
  username: ""
  chroot: ""
  directory: "{place}"
  pidfile: "{place}/unbound.pid"
  use-syslog: no
  logfile: "{place}/log"
  do-daemonize: no
  access-control: 127.0.0.0/8 allow
  module-config: "validator iterator"
  trust-anchor-file: "{place}/anchors"
  ede: yes
  val-log-level: 2
  local-zone: "closed.example." refuse
remote-control:
  control-enable: no
{zones}
"""
AUTH = """
auth-zone:
  name: "{zone}"
  zonefile: "{place}/{zone}zone"
  for-upstream: yes
  for-downstream: no
"""


def signed(zone: str, *, ended: bool) -> tuple[str, str]:
    """The zone with signatures, valid or expired, and its key as a trust anchor."""
    import dns.dnssec
    import dns.zone
    from cryptography.hazmat.primitives.asymmetric import ec

    made = dns.zone.from_text(ZONE.format(zone=zone), origin=zone, relativize=False)
    private = ec.generate_private_key(ec.SECP256R1())
    key = dns.dnssec.make_dnskey(private.public_key(), dns.dnssec.Algorithm.ECDSAP256SHA256, flags=257)
    now = datetime.now(UTC)
    with made.writer() as transaction:
        dns.dnssec.sign_zone(
            made,
            transaction,
            keys=[(private, key)],
            inception=now - timedelta(days=9),
            expiration=now + timedelta(days=-2 if ended else 2),
        )
    return made.to_text(relativize=False), f"{zone} DNSKEY {key.to_text()}\n"


@pytest.fixture(scope="module")
def resolver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveDns]:
    place = tmp_path_factory.mktemp("unbound")
    anchors = []
    zones = {"plain.example.": ZONE.format(zone="plain.example.")}
    for zone, ended in (("signed.example.", False), ("expired.example.", True)):
        zones[zone], anchor = signed(zone, ended=ended)
        anchors.append(anchor)
    for zone, text in zones.items():
        (place / f"{zone}zone").write_text(f"$ORIGIN {zone}\n{text}")
    (place / "anchors").write_text("".join(anchors))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = place / "unbound.conf"
    auth = "".join(AUTH.format(zone=zone, place=place) for zone in zones)
    config.write_text(CONFIG.format(port=port, place=place, zones=auth))
    assert UNBOUND is not None
    with subprocess.Popen([UNBOUND, "-d", "-c", str(config)], stderr=subprocess.DEVNULL) as process:
        try:
            ours = LiveDns(f"127.0.0.1:{port}", seconds=5)
            wait_for(ours, process, place / "log")
            yield ours
        finally:
            process.terminate()


def wait_for(ours: LiveDns, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end and process.poll() is None:
        if ours.ask("plain.example", "SOA"):
            return
        time.sleep(0.1)
    pytest.fail(f"unbound does not answer: {log.read_text() if log.exists() else 'no log'}")


def test_reads_records_in_zone_file_form(resolver: LiveDns) -> None:
    mail = resolver.ask("plain.example", "mx")
    text = resolver.ask("plain.example.", "TXT")

    assert (mail.records, mail.ttl, mail.question.type) == (("10 mx.plain.example.",), 120, "MX")
    assert text.records == ("v=spf1 mx -all",)
    assert text.strings == ((b"v=spf1 ", b"mx -all"),)
    assert text.seconds is not None
    assert text.server == "127.0.0.1"


def test_follows_aliases_and_tells_them(resolver: LiveDns) -> None:
    answer = resolver.ask("alias.plain.example", "AAAA")

    assert answer.records == ("2001:db8::25",)
    assert answer.aliases == ("step.plain.example.", "mx.plain.example.")
    assert answer.ttl == 300


def test_tells_what_does_not_exist_from_what_holds_nothing_of_the_type(resolver: LiveDns) -> None:
    assert resolver.ask("nowhere.plain.example", "A").outcome is Outcome.NXDOMAIN
    assert resolver.ask("mx.plain.example", "A").outcome is Outcome.NODATA
    assert resolver.ask("down.plain.example", "A").outcome is Outcome.NODATA


def test_tells_refused_from_failed(resolver: LiveDns) -> None:
    assert resolver.ask("www.closed.example", "A").outcome is Outcome.REFUSED
    assert resolver.ask("round.plain.example", "A").outcome is Outcome.SERVFAIL


def test_fetches_over_tcp_what_a_datagram_cannot_hold(resolver: LiveDns) -> None:
    assert len(resolver.ask("long.plain.example", "TXT").records[0]) == 2_400
    assert len(resolver.ask("huge.plain.example", "TXT").records[0]) == 62_500


def test_asks_for_names_in_other_scripts(resolver: LiveDns) -> None:
    assert resolver.ask("Bücher.plain.example", "TXT").records == ("books",)


def test_sees_whether_dnssec_vouches_for_an_answer(resolver: LiveDns) -> None:
    assert resolver.ask("signed.example", "TXT").validated is True
    assert resolver.ask("nowhere.signed.example", "TXT").validated is True
    assert resolver.ask("plain.example", "TXT").validated is False


def test_names_dnssec_where_it_is_what_fails(resolver: LiveDns) -> None:
    answer = resolver.ask("expired.example", "TXT")

    assert answer.outcome is Outcome.SERVFAIL
    assert answer.bogus
    assert answer.validated is None
