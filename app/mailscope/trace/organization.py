"""Which organization a host belongs to, as far as its name tells; services with many names are one."""

from functools import lru_cache

from mailscope.dns.suffixes import organizational_domain
from mailscope.mail.address import ascii_domain
from mailscope.tables import read_table

_PRIVATE_ENDS = (".internal", ".local", ".lan", ".localdomain", ".intranet", ".corp", ".home", ".private")
"""Names that only a network's own DNS answers for (RFC 6762, RFC 8375, and common use)."""


def organization(host: str | None) -> str | None:
    """The registered domain of a host name, one name for services that have several; None for no name.

    A name of one label, or below no known suffix, stands for itself.
    """
    domain = registered_domain(host)
    return _services().get(domain, domain) if domain else None


@lru_cache(maxsize=4096)
def registered_domain(host: str | None) -> str | None:
    """The registered domain of a host name, or the name itself where it has none; None for an address or no name."""
    if not host:
        return None
    name = ascii_domain(host[:255]).strip(".[]<>()")
    if not name or name[-1].isdigit() or ":" in name or " " in name:
        return None
    return organizational_domain(name) or name


def same_organization(one: str | None, other: str | None) -> bool:
    """Whether both names belong to one organization; False where one tells none."""
    first = organization(one)
    return first is not None and first == organization(other)


def is_private_name(host: str | None) -> bool:
    """Whether only a network's own DNS can have answered with this name."""
    return bool(host) and (host or "").lower().rstrip(".").endswith(_PRIVATE_ENDS)


@lru_cache(maxsize=1)
def _services() -> dict[str, str]:
    table = read_table("trace", "organizations.toml")
    return {domain: name for name, domains in table["domains"].items() for domain in domains}
