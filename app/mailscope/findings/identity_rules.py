"""How people are fooled about who wrote: borrowed names, lookalike domains, answers and bounces that go elsewhere."""

from collections.abc import Iterator

from mailscope.analysis import Analysis
from mailscope.dns.suffixes import organizational_domain
from mailscope.findings.finding import Finding
from mailscope.findings.lookalike import (
    brand_named_in,
    brand_resembled_by,
    brand_worn_by,
    is_freemail,
    mixed_scripts,
    unicode_domain,
)
from mailscope.findings.words import computed, dns_evidence, field_evidence, find
from mailscope.mail.address import Address, parse_addresses
from mailscope.mail.field import Field
from mailscope.specimen import Kind

_MOST = 3
"""Addresses of one field that are looked at."""


def identity_rules(analysis: Analysis) -> Iterator[Finding]:
    """Authors, their domains, Sender, Reply-To and the envelope sender held against each other; the client's name."""
    if analysis.specimen.kind not in (Kind.MESSAGE, Kind.HEADERS):
        return
    fields = analysis.message.all("From")
    for author in analysis.envelope.authors[:_MOST]:
        yield from _name(author, fields)
    for domain in dict.fromkeys(author.domain for author in analysis.envelope.authors[:_MOST] if author.domain):
        yield from _domain(domain, fields)
    yield from _reply(analysis)
    yield from _sender(analysis)
    yield from _bounces_elsewhere(analysis)
    yield from _reverse(analysis)


def _name(author: Address, fields: tuple[Field, ...]) -> Iterator[Finding]:
    brand = brand_named_in(author.display) if author.display else None
    if brand and author.domain and not brand.owns(author.domain):
        evidence = [field_evidence(field) for field in fields[:_MOST]]
        where = "an address that anybody can get" if is_freemail(author.domain) else f"the domain {author.domain}"
        yield find(
            "display-name-brand", *evidence, brand=brand.name, display=author.display, where=where, address=author.spec
        )


def _domain(domain: str, fields: tuple[Field, ...]) -> Iterator[Finding]:
    evidence = [field_evidence(field) for field in fields[:_MOST]]
    shown = unicode_domain(domain)
    scripts = mixed_scripts(domain)
    likeness = brand_resembled_by(domain)
    if likeness:
        brand, own = likeness
        yield find("domain-lookalike", *evidence, domain=domain, shown=shown, brand=brand.name, own=own)
    elif worn := brand_worn_by(domain):
        yield find("domain-wears-brand", *evidence, domain=domain, brand=worn.name)
    if scripts:
        names = " and ".join(script.capitalize() for script in scripts)
        yield find("domain-mixed-scripts", *evidence, domain=domain, shown=shown, scripts=names)
    elif shown != domain:
        yield find("domain-international", *evidence, domain=domain, shown=shown)


def _reply(analysis: Analysis) -> Iterator[Finding]:
    field = analysis.message.first("Reply-To")
    author = analysis.envelope.from_domain
    if field is None or author is None:
        return
    for address in parse_addresses(field.value)[:_MOST]:
        if address.domain and not _same_side(address.domain, author):
            ident = (
                "reply-to-freemail" if is_freemail(address.domain) and not is_freemail(author) else "reply-elsewhere"
            )
            yield find(ident, field_evidence(field), reply_to=address.domain, from_domain=author)
            return


def _sender(analysis: Analysis) -> Iterator[Finding]:
    field = analysis.message.first("Sender")
    author = analysis.envelope.from_domain
    if field is None or author is None:
        return
    domain = next((address.domain for address in parse_addresses(field.value)[:1] if address.domain), None)
    if domain and not _same_side(domain, author):
        yield find("sender-elsewhere", field_evidence(field), sender=domain, from_domain=author)


def _bounces_elsewhere(analysis: Analysis) -> Iterator[Finding]:
    sender = analysis.route.border.mail_from
    author = analysis.envelope.from_domain
    domain = (sender or "").rpartition("@")[2].lower()
    if author and domain and not _same_side(domain, author):
        yield find("return-elsewhere", computed(f"envelope sender {sender}"), sender=sender, from_domain=author)


def _reverse(analysis: Analysis) -> Iterator[Finding]:
    """What the border's address is called, where the DNS said so for certain."""
    reverse = analysis.reverse
    if reverse is None or not reverse.known:
        return
    greeted = analysis.route.border.helo or "nothing"
    if reverse.confirmed:
        evidence = dns_evidence(reverse.ip, reverse.confirmed)
        yield find("reverse-confirmed", evidence, ip=reverse.ip, name=reverse.confirmed, helo=greeted)
    elif reverse.names:
        names = ", ".join(reverse.names[:_MOST])
        yield find("reverse-unconfirmed", dns_evidence(reverse.ip, names), ip=reverse.ip, names=names, helo=greeted)
    else:
        yield find("reverse-missing", dns_evidence(reverse.ip, "no name"), ip=reverse.ip, helo=greeted)


def _same_side(one: str, other: str) -> bool:
    """Whether two domains belong to one organization, as far as their names tell."""
    return one == other or (organizational_domain(one) or one) == (organizational_domain(other) or other)
