"""The hosts that the user called their own: names, domains, addresses and networks."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from mailscope.mail.address import ascii_domain
from mailscope.trace.address import parsed


@dataclass(frozen=True, slots=True)
class OwnHosts:
    """What belongs to the receiving side."""

    names: frozenset[str] = frozenset()
    domains: tuple[str, ...] = ()
    """With their leading dot: every host below."""
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.names or self.domains or self.networks)

    def has(self, host: str | None, address: str | None = None) -> bool:
        """Whether the name or the address is one of them."""
        if host:
            name = ascii_domain(host[:255]).strip("[]")
            if name in self.names or f".{name}".endswith(self.domains or ("\0",)):
                return True
            address = address or name
        value = parsed(address) if address else None
        return value is not None and any(value in network for network in self.networks)


def parse_own(hosts: tuple[str, ...]) -> OwnHosts:
    """The user's list taken apart; what is neither address nor network is a name, with a leading dot a domain."""
    names: set[str] = set()
    domains: list[str] = []
    networks: list[IPv4Network | IPv6Network] = []
    for host in hosts:
        try:
            networks.append(ip_network(host.strip("[]"), strict=False))
            continue
        except ValueError:
            pass
        name = ascii_domain(host)
        if name.startswith("."):
            domains.append(name)
        else:
            names.add(name)
    return OwnHosts(frozenset(names), tuple(domains), tuple(networks))
