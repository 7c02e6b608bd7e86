"""Which organization a host belongs to, as far as its name tells; services with many names are one."""

from functools import lru_cache

from mailscope.dns.suffixes import organizational_domain
from mailscope.mail.address import ascii_domain
from mailscope.tables import read_table


@lru_cache(maxsize=4096)
def organization(host: str | None) -> str | None:
    """The registered domain of a host name, one name for services that have several; None for no name.

    A name of one label, or below no known suffix, stands for itself.
    """
    if not host:
        return None
    name = ascii_domain(host[:255]).strip(".[]<>()")
    if not name or name[-1].isdigit() or ":" in name:
        return None
    domain = organizational_domain(name) or name
    return _services().get(domain, domain)


def same_organization(one: str | None, other: str | None) -> bool:
    """Whether both names belong to one organization; False where one tells none."""
    first = organization(one)
    return first is not None and first == organization(other)


@lru_cache(maxsize=1)
def _services() -> dict[str, str]:
    table = read_table("trace", "organizations.toml")
    return {domain: name for name, domains in table["domains"].items() for domain in domains}
