"""The target of a link read as a browser reads it (RFC 3986, and the forgiving ways of the WHATWG URL standard)."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from mailscope.mail.address import ascii_domain

_CONTROLS = re.compile("[\x00-\x20\x7f]")
_AUTHORITY = re.compile(r"[^/\\?#]*(?:[/\\]+[^/\\?#]*)?")
"""Scheme, slashes and what stands before the path."""
_NUMBERS = re.compile(r"(?:(?:0x[\da-f]{0,20}|\d{1,20})\.){0,3}(?:0x[\da-f]{0,20}|\d{1,20})", re.IGNORECASE | re.ASCII)
"""An IPv4 address as one to four numbers, which may be octal or hexadecimal."""
_WEB = ("http", "https", "ftp", "")
_PLAIN_CODES = re.compile(r"%(?:3[0-9]|4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9a])", re.IGNORECASE)
"""Letters and digits that stand as codes although nothing asks for it (RFC 3986 section 2.3)."""
_FEW_CODES = 3
_INNER = re.compile(r"https?:/{1,2}(?:[^\s/?#@&]{0,200}@)?([^\s/?#@:&_;\"']{1,255})", re.IGNORECASE)
_LAYERS = 3
"""How often a target is unquoted to find the targets inside."""
_MOST_INNER = 10


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads."""

    scheme: str
    """In lower case; "" for a relative one."""
    host: str
    """Lower case, A-labels, no port; "" for none."""
    user: str
    """What stands before an @ in front of the host."""
    inner: tuple[str, ...] = ()
    """Hosts of other targets that this one names, outermost first: where a redirector sends on to."""
    hides: bool = False
    """Whether blanks or control characters stand in or before the host, where browsers skip them."""
    coded: bool = False
    """Whether plain letters of it are written as codes."""

    @property
    def is_address(self) -> bool:
        """Whether the host is an IP address instead of a name, in any spelling that browsers take for one."""
        try:
            ip_address(self.host.strip("[]"))
        except ValueError:
            return _NUMBERS.fullmatch(self.host) is not None
        return True


def read_target(text: str) -> Target:
    """A target taken apart; any text gives one."""
    cleaned = _CONTROLS.sub("", text)
    start = _AUTHORITY.match(cleaned)
    head = (start[0] if start else cleaned).replace("\\", "/")
    try:
        parts = urlsplit(f"https:{head}" if head.startswith("//") else head)
        scheme, host, user = parts.scheme.lower(), (parts.hostname or "").rstrip("."), parts.netloc.rpartition("@")[0]
    except ValueError:
        scheme, host, user = head.partition(":")[0].lower(), "", ""
    if scheme not in _WEB:
        return Target(scheme, ascii_domain(host), user)
    written = _AUTHORITY.match(text)
    return Target(
        scheme,
        ascii_domain(host),
        user,
        inner=_inner(cleaned[len(head) :]),
        hides=bool(host and written and _CONTROLS.search(written[0])),
        coded=len(_PLAIN_CODES.findall(cleaned)) >= _FEW_CODES,
    )


def _inner(rest: str) -> tuple[str, ...]:
    """The hosts of targets inside, unquoted layer by layer; each host once."""
    found: dict[str, None] = {}
    for _ in range(_LAYERS):
        for host in _INNER.findall(rest):
            found.setdefault(ascii_domain(host.rstrip(".")))
            if len(found) >= _MOST_INNER:
                return tuple(found)
        plain = unquote(rest)
        if plain == rest:
            break
        rest = plain
    return tuple(found)
