"""Mail that goes to a report address: where reports about reports come from (RFC 9991 section 5.1)."""

from collections.abc import Sequence

from mailscope.dmarc.discover import Explorer
from mailscope.dmarc.policy import discover
from mailscope.dmarc.record import Record, mail_address
from mailscope.dmarc.verdicts import DmarcCheck, ReportLoop, Standard
from mailscope.dns.answer import Dns
from mailscope.dns.name import absolute

_RECIPIENTS = 50
_DOMAINS = 3
"""Recipients' domains whose records are asked for."""


def report_loop(recipients: Sequence[str], check: DmarcCheck, *, is_report: bool, dns: Dns) -> ReportLoop | None:
    """The first recipient that the author's record names for reports, or, of a report, that the recipient's does.

    recipients: addresses; the DNS is asked only for a message that is a DMARC report itself.
    """
    addresses = dict.fromkeys(_key(each) for each in recipients[:_RECIPIENTS])
    for each in check.reports:
        if each.address is not None and _key(each.address) in addresses:
            domain = check.record_domain or check.from_domain or ""
            return ReportLoop(each.address, each.tag, domain, own=True)
    if not is_report:
        return None
    explorer = Explorer(dns)
    domains = dict.fromkeys(address.rpartition("@")[2] for address in addresses)
    for domain in [domain for domain in domains if domain][:_DOMAINS]:
        found = discover(domain, Standard.RFC9989, explorer)
        if found.record is not None:
            for tag, address in _named(found.record):
                if _key(address) in addresses:
                    return ReportLoop(address, tag, found.domain or domain, own=False)
    return None


def _named(record: Record) -> list[tuple[str, str]]:
    pairs = [("rua", uri) for uri in record.rua] + [("ruf", uri) for uri in record.ruf]
    return [(tag, address) for tag, uri in pairs if (address := mail_address(uri)) is not None]


def _key(address: str) -> str:
    """The address as it is compared: lower case, the domain in A-labels."""
    local, _, domain = address.rpartition("@")
    return f"{local.lower()}@{(absolute(domain) or domain.lower()).removesuffix('.')}"
