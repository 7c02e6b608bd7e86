"""Whose SPF record is to be asked about a client: the envelope sender's domain, or the HELO name."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from mailscope.mail.address import ascii_domain
from mailscope.spf.verdicts import Scope

_LONGEST_NAME = 253
_LONGEST_ADDRESS = 1_000
"""RFC 5321 section 4.5.3.1 allows 64 octets before the @ and 255 after it; macros multiply what is kept here."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What SPF is asked about (RFC 7208 section 2)."""

    scope: Scope
    sender: str
    """The address whose domain is asked: for HELO, postmaster@ the name (RFC 7208 section 2.4)."""
    local: str
    domain: str
    """Lower case, A-labels, no final dot."""
    written: str
    """The domain as macros give it: the case as it was written, else as domain."""
    problem: str = ""
    """Why there is no domain to ask: the result is "none" (RFC 7208 section 4.3)."""


def identity_of(mail_from: str, helo: str) -> Identity:
    """The identity that a receiver checks: MAIL FROM, or HELO where the sender is null."""
    mail_from = mail_from.strip(" \t\r\n")
    if mail_from[:1] == "<" and mail_from[-1:] == ">":
        mail_from = mail_from[1:-1]
    scope = Scope.MAIL_FROM if mail_from else Scope.HELO
    address = mail_from or f"postmaster@{helo.strip()}"
    local, at, domain = address.rpartition("@")
    if not at:
        domain = address
    local = local or "postmaster"
    if len(local) > _LONGEST_ADDRESS or len(domain) > _LONGEST_ADDRESS:
        return Identity(scope, address[:_LONGEST_ADDRESS], "postmaster", "", "", "it is too long to be an address")
    written, domain = domain, ascii_domain(domain)
    if written.lower() != domain:
        written = domain
    return Identity(scope, f"{local}@{written}", local, domain, written, _unusable(domain))


def client_address(text: str) -> IPv4Address | IPv6Address | None:
    """The client's address; brackets, the IPv6: tag and a zone are taken off, IPv4 in IPv6 is IPv4."""
    text = text.strip(" \t\r\n[]")[:100]
    if text[:5].lower() == "ipv6:":
        text = text[5:]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address


def _unusable(domain: str) -> str:
    if not domain:
        return "there is no domain"
    if domain.startswith("["):
        return "it is an address literal, not a domain"
    if len(domain) > _LONGEST_NAME:
        return f"the domain has more than {_LONGEST_NAME} characters"
    labels = domain.split(".")
    if len(labels) < 2:
        return "the domain has one label only"
    if any(not label or len(label) > 63 for label in labels):
        return "a label of the domain is empty or has more than 63 characters"
    if labels[-1].isdecimal():
        return "it is an address, not a domain"
    return ""
