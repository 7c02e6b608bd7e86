"""What the DNS of a recipient's domain says, where that may have caused the failure."""

from collections.abc import Iterator

from mailscope.analysis import Analysis
from mailscope.bounce.recipient_side import MailHost, RecipientSide
from mailscope.dns.answer import Outcome
from mailscope.findings.finding import Evidence, Finding
from mailscope.findings.words import dns_evidence, find


def recipient_rules(analysis: Analysis) -> Iterator[Finding]:
    """One domain after the other: whether it is there, where its mail goes, what it says of TLS."""
    for side in analysis.recipients:
        yield from _route(side)
        yield from _tls(side)


def _route(side: RecipientSide) -> Iterator[Finding]:
    domain = side.domain
    shown = dns_evidence(f"{domain}. MX", _mx(side))
    if side.outcome is Outcome.NXDOMAIN:
        yield find("recipient-no-domain", shown, domain=domain)
    elif side.null_mx:
        yield find("recipient-null-mx", shown, domain=domain)
    elif side.outcome in (Outcome.SERVFAIL, Outcome.REFUSED, Outcome.TIMEOUT):
        yield find("recipient-dns-broken", shown, domain=domain, outcome=side.outcome.value)
    elif side.fallback and side.reachable is False and not side.hosts[0].addresses:
        yield find("recipient-no-mail-host", shown, domain=domain)
    elif side.outcome.certain:
        yield from _hosts(side)


def _hosts(side: RecipientSide) -> Iterator[Finding]:
    domain = side.domain
    if side.fallback:
        yield find("recipient-no-mx", *_addresses(side.hosts), domain=domain, host=side.domain)
    missing = [host for host in side.hosts if host.exists is False and not host.literal]
    if missing and not side.fallback:
        names = ", ".join(host.name for host in missing)
        ident = "recipient-mx-nowhere" if side.reachable is False else "recipient-mx-partly-nowhere"
        yield find(ident, dns_evidence(f"{domain}. MX", _mx(side)), domain=domain, hosts=names)
    for host in side.hosts:
        evidence = _addresses((host,))
        if host.literal:
            yield find("recipient-mx-literal", dns_evidence(f"{domain}. MX", _mx(side)), domain=domain, host=host.name)
        if host.private:
            yield find(
                "recipient-mx-private", *evidence, domain=domain, host=host.name, addresses=", ".join(host.private)
            )
        if host.alias:
            yield find("recipient-mx-alias", *evidence, domain=domain, host=host.name)
    sound = side.reachable and not missing and not any(host.private for host in side.hosts)
    if sound and not side.fallback and not side.asked_tls:
        names = ", ".join(host.name for host in side.hosts)
        yield find("recipient-dns-sound", *_addresses(side.hosts), domain=domain, hosts=names)


def _tls(side: RecipientSide) -> Iterator[Finding]:
    if side.mta_sts:
        record = dns_evidence(f"_mta-sts.{side.domain}. TXT", f"v=STSv1; id={side.mta_sts}")
        yield find("recipient-mta-sts", record, domain=side.domain)
    if side.mta_sts_problem:
        yield find("recipient-mta-sts-broken", domain=side.domain, problem=side.mta_sts_problem)
    if side.tls_reports_to:
        record = dns_evidence(f"_smtp._tls.{side.domain}. TXT", f"v=TLSRPTv1; rua={side.tls_reports_to}")
        yield find("recipient-tls-reports", record, domain=side.domain, where=side.tls_reports_to)


def _mx(side: RecipientSide) -> str:
    if side.null_mx:
        return "0 ."
    named = [f"{host.preference} {host.name}" for host in side.hosts if host.preference is not None]
    return ", ".join(named) or side.outcome.value


def _addresses(hosts: tuple[MailHost, ...]) -> list[Evidence]:
    return [dns_evidence(f"{host.name}. A, AAAA", ", ".join(host.addresses) or "none") for host in hosts[:4]]
