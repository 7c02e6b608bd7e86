"""IP addresses as trace fields write them, and what kind of place an address is."""

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}", re.ASCII)
_IPV4_PORT = re.compile(rf"({_OCTET}(?:\.{_OCTET}){{3}}):\d{{1,5}}", re.ASCII)
_LONGEST = 60


def address_of(text: str) -> str | None:
    """The IP address that text is, brackets, the IPv6: tag, a port and a zone taken off; None where it is none.

    The address itself stays as written (RFC 5321 section 4.1.3 and what software makes of it).
    """
    if len(text) > _LONGEST:
        return None
    if text[:1] == "[":
        inner, bracket, _ = text[1:].partition("]")
        if not bracket:
            return None
        text = inner
    if _IPV4.fullmatch(text):
        return text
    if ":" not in text:
        return None
    port = _IPV4_PORT.fullmatch(text)
    if port:
        return port[1]
    if text[:5].lower() == "ipv6:":
        text = text[5:]
    text = text.partition("%")[0]
    return text if parsed(text) else None


@lru_cache(maxsize=4096)
def parsed(text: str) -> IPv4Address | IPv6Address | None:
    """The address as a value, an IPv4 address in IPv6 form as IPv4; None where text is none."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def same_address(one: str | None, other: str | None) -> bool:
    """Whether both are the same address, however written."""
    if not one or not other:
        return False
    if one == other:
        return True
    value = parsed(one)
    return value is not None and value == parsed(other)


def is_public(text: str | None) -> bool:
    """Whether a stranger's machine can have this address: not private, loopback, link-local or reserved.

    Documentation networks (RFC 5737, RFC 3849) count as public: examples stand for strangers.
    """
    return text is not None and place_of(text) in ("public", "documentation")


@lru_cache(maxsize=4096)
def place_of(text: str) -> str:
    """One word: public, documentation, loopback, private, shared, link-local, reserved or unreadable."""
    address = parsed(text)
    if address is None:
        return "unreadable"
    for kind, networks in _NETWORKS:
        if any(address.version == version and low <= int(address) <= high for version, low, high in networks):
            return kind
    if address.is_loopback:
        return "loopback"
    if address.is_link_local:
        return "link-local"
    if address.is_private:
        return "private" if address in _PRIVATE[address.version] else "reserved"
    if address.is_multicast or address.is_reserved or address.is_unspecified:
        return "reserved"
    return "public"


def _span(network: str) -> tuple[int, int, int]:
    from_, _, bits = network.partition("/")
    address = ip_address(from_)
    size = address.max_prefixlen - int(bits)
    return address.version, int(address), int(address) | ((1 << size) - 1)


class _Ranges:
    """Membership in a few networks, by number."""

    def __init__(self, *networks: str) -> None:
        self._spans = tuple(_span(network) for network in networks)

    def __contains__(self, address: IPv4Address | IPv6Address) -> bool:
        return any(low <= int(address) <= high for _, low, high in self._spans)


_NETWORKS = (
    ("documentation", tuple(map(_span, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")))),
    ("shared", (_span("100.64.0.0/10"),)),
)
_PRIVATE = {4: _Ranges("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"), 6: _Ranges("fc00::/7")}
