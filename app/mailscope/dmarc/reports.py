"""Where a record wants its reports, and whether those who live there agree (RFC 9990 section 4)."""

from mailscope.dmarc.record import Record
from mailscope.dmarc.verdicts import ReportAddress
from mailscope.dns.answer import Dns


def report_addresses(record: Record, domain: str, organization: str, dns: Dns) -> tuple[ReportAddress, ...]:
    """Every destination of rua, then of ruf."""
    return ()
