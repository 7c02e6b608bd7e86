"""What the DNS says of a recipient's domain: where its mail goes, and whether it can arrive (RFC 5321 section 5)."""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from mailscope.bounce.failure import Bounce, Manner, Phase
from mailscope.dns.answer import Answer, Dns, DnsMode, Expected, Outcome

_DOMAINS = 5
"""Recipient domains of one notice that are looked at."""
_HOSTS = 6
"""Mail hosts of one domain whose addresses are asked for."""
_CAUSES = frozenset(
    {
        "network",
        "domain_unknown",
        "domain_refuses_mail",
        "tls_failed",
        "expired",
        "on_hold",
        "undetermined",
        "relay_denied",
    }
)
"""Failures that the recipient's DNS may have caused."""
_PHASES = frozenset({Phase.DNS, Phase.CONNECT, Phase.STARTTLS})
_FAILED = frozenset({Manner.REJECTION, Manner.TIMEOUT, Manner.DELAY, Manner.ASYNCHRONOUS})
_MX = re.compile(r"(\d{1,5})\s+(\S{1,255})")
_NAME = re.compile(
    r"(?!-)[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})+|[^\x00-\x20<>@\"()\[\]]{1,253}\.[^\x00-\x20<>@\"()\[\]]{2,63}"
)
_STS_ID = re.compile(r"[A-Za-z0-9]{1,32}")
_LONGEST = 2_000
"""Characters of a record about TLS that are read."""
_RECORDS = 50


@dataclass(frozen=True, slots=True)
class MailHost:
    """One host that a domain's MX records name, or the domain itself where there are none."""

    name: str
    """Without the final dot."""
    preference: int | None
    addresses: tuple[str, ...] = ()
    exists: bool | None = None
    """False where the DNS knows no address for it; None where it could not be asked."""
    private: tuple[str, ...] = ()
    """Addresses that nobody outside can reach."""
    literal: bool = False
    """The record holds an address where a name must stand (RFC 1035 section 3.3.9)."""
    alias: bool = False
    """The name is an alias, which RFC 2181 section 10.3 forbids."""


@dataclass(frozen=True, slots=True)
class RecipientSide:
    """What the DNS says now of one recipient domain; the failure may be older."""

    domain: str
    outcome: Outcome
    """Of the question for MX records."""
    hosts: tuple[MailHost, ...] = ()
    null_mx: bool = False
    """The domain says that it takes no mail (RFC 7505)."""
    fallback: bool = False
    """No MX records: mail goes to the domain's own address (RFC 5321 section 5.1)."""
    asked_tls: bool = False
    """Whether the records about TLS were asked for."""
    mta_sts: str | None = None
    """The id of the MTA-STS record (RFC 8461 section 3.1); the policy lies on a web server, and is not fetched."""
    mta_sts_problem: str | None = None
    tls_reports_to: str | None = None
    """Where reports on failed TLS go (RFC 8460 section 3)."""

    @property
    def reachable(self) -> bool | None:
        """Whether some host has an address that the world can reach; None where that is unknown."""
        if self.null_mx or self.outcome is Outcome.NXDOMAIN:
            return False
        if any(set(host.addresses) - set(host.private) for host in self.hosts):
            return True
        unknown = not self.outcome.certain or any(host.exists is None for host in self.hosts)
        return None if unknown else False


def look_at_recipients(bounces: tuple[Bounce, ...], dns: Dns) -> tuple[RecipientSide, ...]:
    """The recipient domains of failures that the DNS may have caused; () where no DNS is allowed. Never raises."""
    if dns.mode is DnsMode.NONE:
        return ()
    return tuple(_side(domain, about_tls, dns) for domain, about_tls in _wanted(bounces).items())


def expected_recipients(bounces: tuple[Bounce, ...]) -> Iterator[Expected]:
    """The questions that look_at_recipients will ask, as far as they do not hang on answers."""
    for domain, about_tls in _wanted(bounces).items():
        yield Expected(domain, "MX", partial(_hosts_expected, domain))
        if about_tls:
            yield Expected(f"_mta-sts.{domain}", "TXT")
            yield Expected(f"_smtp._tls.{domain}", "TXT")


def _hosts_expected(domain: str, answer: Answer) -> list[Expected]:
    names = [domain] if answer.outcome is Outcome.NODATA else [name for _, name in _records(answer)[:_HOSTS]]
    return [Expected(name, kind) for name in names if name for kind in ("A", "AAAA")]


def _wanted(bounces: tuple[Bounce, ...]) -> dict[str, bool]:
    """The domains to look at, and whether their records about TLS matter."""
    wanted: dict[str, bool] = {}
    for bounce in bounces:
        domain = (bounce.recipient or "").rpartition("@")[2].rstrip(".").lower()
        if not _relevant(bounce) or not _NAME.fullmatch(domain):
            continue
        about_tls = bounce.category == "tls_failed" or bounce.phase is Phase.STARTTLS
        if domain in wanted or len(wanted) < _DOMAINS:
            wanted[domain] = wanted.get(domain, False) or about_tls
    return wanted


def _relevant(bounce: Bounce) -> bool:
    return bounce.manner in _FAILED and (bounce.category in _CAUSES or bounce.phase in _PHASES)


def _side(domain: str, about_tls: bool, dns: Dns) -> RecipientSide:
    answer = dns.ask(domain, "MX")
    sts, problem, reports = _tls(domain, dns) if about_tls else (None, None, None)
    records = _records(answer)
    null = len(records) == 1 and records[0][1] in ("", ".")
    hosts: tuple[MailHost, ...] = ()
    fallback = answer.outcome is Outcome.NODATA
    if fallback:
        hosts = (_host(domain, None, dns),)
    elif not null:
        # A null MX beside others is none (RFC 7505 section 3), and no host either.
        named = [(preference, name) for preference, name in records if name]
        hosts = tuple(_host(name, preference, dns) for preference, name in named[:_HOSTS])
    return RecipientSide(
        domain, answer.outcome, hosts, null, fallback, about_tls, sts, problem, reports
    )  # fmt: skip


def _records(answer: Answer) -> list[tuple[int, str]]:
    """Preference and name of each MX record, best first."""
    found = [(int(match[1]), match[2].rstrip(".")) for match in map(_MX.fullmatch, answer.records) if match]
    return sorted(found)


def _host(name: str, preference: int | None, dns: Dns) -> MailHost:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        pass
    else:
        return MailHost(name, preference, exists=False, literal=True)
    answers = [dns.ask(name, kind) for kind in ("A", "AAAA")]
    addresses = tuple(record for answer in answers for record in answer.records)
    certain = all(answer.outcome.certain for answer in answers)
    return MailHost(
        name,
        preference,
        addresses,
        True if addresses else (False if certain else None),
        tuple(address for address in addresses if _private(address)),
        alias=preference is not None and any(answer.aliases for answer in answers),
    )


def _private(address: str) -> bool:
    """Whether an address is of no use to the world; the documentation's networks stand for public ones."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return False
    return known.is_loopback or known.is_link_local or known.is_unspecified or known.is_multicast or any(
        known.version == net.version and known in net for net in _INSIDE
    )  # fmt: skip


_INSIDE = tuple(
    ipaddress.ip_network(net)
    for net in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "0.0.0.0/8",
        "240.0.0.0/4",
        "fc00::/7",
        "fec0::/10",
    )
)


def _tls(domain: str, dns: Dns) -> tuple[str | None, str | None, str | None]:
    """The id of the MTA-STS record, what is wrong with it, and where TLS reports go."""
    found = _fields(dns.ask(f"_mta-sts.{domain}", "TXT"), "v=STSv1")
    sts: str | None = None
    problem: str | None = None
    if len(found) > 1:
        problem = f"There are {len(found)} MTA-STS records; with more than one, senders ignore them all."
    elif found:
        sts = found[0].get("id")
        if sts is None or not _STS_ID.fullmatch(sts):
            sts, problem = None, "The MTA-STS record has no id of up to 32 letters and digits, so senders ignore it."
    reports = _fields(dns.ask(f"_smtp._tls.{domain}", "TXT"), "v=TLSRPTv1")
    to = reports[0].get("rua", "") if len(reports) == 1 else ""
    return sts, problem, ", ".join(filter(None, (uri.strip(" \t") for uri in to.split(",")))) or None


def _fields(answer: Answer, version: str) -> list[dict[str, str]]:
    """The fields of each record that begins with a version, in any order (RFC 8461 section 3.1, RFC 8460 section 3).

    Of a field that stands twice the first counts; names that nobody knows are passed over.
    """
    found = []
    for record in answer.records[:_RECORDS]:
        first, *rest = (part.strip(" \t") for part in record[:_LONGEST].split(";"))
        if first == version:
            pairs = [part.partition("=") for part in rest]
            found.append({name: value for name, equals, value in reversed(pairs) if equals})
    return found
