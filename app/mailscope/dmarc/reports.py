"""Where a record wants its reports, and whether those who live there agree (RFC 9990 section 4)."""

from mailscope.dmarc.record import Record, is_record, mail_address, parse_record, valid_uri
from mailscope.dmarc.verdicts import ReportAddress
from mailscope.dns.answer import Dns
from mailscope.dns.name import absolute

_ASKED = 10
"""Organizations that are asked whether they agree; a record that names more has the rest listed unasked."""


def report_addresses(record: Record, domain: str, organization: str, dns: Dns) -> tuple[ReportAddress, ...]:
    """Every destination of rua, then of ruf, of a record found at domain.

    One in another organization has to agree by a record at domain._report._dmarc.there.
    """
    agreed: dict[str, bool | None] = {}
    made = []
    for tag, uris in (("rua", record.rua), ("ruf", record.ruf)):
        for uri in uris:
            address = mail_address(uri)
            target = _target(uri)
            if not valid_uri(uri) or target is None:
                made.append(ReportAddress(tag, uri, address, target))
                continue
            external = _external(target, organization)
            if external and target not in agreed and len(agreed) < _ASKED:
                agreed[target] = _agrees(domain, target, dns)
            made.append(ReportAddress(tag, uri, address, target, external, agreed.get(target) if external else None))
    return tuple(made)


def external_targets(record: Record, organization: str) -> tuple[str, ...]:
    """The organizations other than the author's that are asked whether they agree."""
    found: dict[str, None] = {}
    for uri in record.rua + record.ruf:
        target = _target(uri)
        if target is not None and valid_uri(uri) and _external(target, organization):
            found.setdefault(target)
    return tuple(found)[:_ASKED]


def _target(uri: str) -> str | None:
    address = mail_address(uri)
    name = absolute(address.rpartition("@")[2]) if address else None
    return name.removesuffix(".") if name else None


def _external(target: str, organization: str) -> bool:
    return target != organization and not target.endswith("." + organization)


def authorization_name(domain: str, target: str) -> str:
    """The name at which an organization agrees to have reports about domain (RFC 9990 section 4)."""
    return f"{domain}._report._dmarc.{target}"


def _agrees(domain: str, target: str, dns: Dns) -> bool | None:
    answer = dns.ask(authorization_name(domain, target), "TXT")
    if not answer.outcome.certain:
        return None
    return any(is_record(text) and not _leads_away(text, target) for text in answer.records)


def _leads_away(text: str, target: str) -> bool:
    """Whether an agreement sends the reports on to another host, which makes both addresses unusable (step 9)."""
    addresses = [mail_address(uri) for uri in parse_record(text).rua]
    return any(address is None or address.rpartition("@")[2].lower() != target for address in addresses)
