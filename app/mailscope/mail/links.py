"""Links in the bodies of a message: where they say they lead, and where they lead. Nothing is ever fetched."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from ipaddress import ip_address
from urllib.parse import urlsplit

from mailscope.mail.address import ascii_domain
from mailscope.mail.mime import Body

MOST = 1_000
"""Links of one message that are listed."""
_SCANNED = 2_000_000
"""Characters of all bodies that are looked through."""
_LONGEST = 4_000
_SHOWN = 300
_TAG = re.compile(r"<(a|area|form|img|iframe|base)\s([^<>]{1,4000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"(?:^|\s)(href|src|action)\s{0,20}=\s{0,20}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE
)
_MARKUP = re.compile(r"<[^<>]{0,2000}>")
_PLAIN = re.compile(r"\b(?:https?|ftp)://[^\s<>\"'\u200b]{1,4000}", re.IGNORECASE)
_NAMES_HOST = re.compile(r"^(?:https?://)?((?:[\w-]{1,63}\.){1,8}[a-z]{2,24})(?:[/:?#]|$)", re.IGNORECASE)
_TRAILING = ".,;:!?)]}>"
_CONTROLS = re.compile("[\x00-\x20\x7f]")
_ACTS = {"javascript", "vbscript", "data", "file"}


@dataclass(frozen=True, slots=True)
class Link:
    """One target, with what the reader is shown for it; raw from outside, nothing made safe."""

    target: str
    shown: str
    """The words that are clicked; "" for images and the like; the target itself in plain text."""
    element: str
    """"a", "area", "form", "img", "iframe", "base" of an HTML body, or "text" of a plain one."""
    host: str
    """Where it leads: lower case, A-labels, no port; "" where there is none."""
    oddities: tuple[str, ...] = ()
    """Why to look twice, a short sentence each."""


@dataclass(frozen=True, slots=True)
class Links:
    """The links of a message in the order of the text, equal ones once."""

    found: tuple[Link, ...] = ()
    problem: str = ""
    """Which limit bit."""


def read_links(body: Body) -> Links:
    """Every link of the text bodies; linear, bounded, never raises."""
    links: dict[tuple[str, str, str], Link] = {}
    room, problem = _SCANNED, ""
    for text, is_html in (*((text, True) for text in body.html), *((text, False) for text in body.plain)):
        if len(text) > room:
            problem = f"only the first {_SCANNED:,} characters were looked through for links"
        for link in (_in_html if is_html else _in_text)(text[:room]):
            links.setdefault((link.target, link.shown, link.element), link)
            if len(links) >= MOST:
                return Links(tuple(links.values()), f"only the first {MOST:,} links are listed")
        room = max(room - len(text), 0)
    return Links(tuple(links.values()), problem)


def _in_html(text: str) -> Iterator[Link]:
    for tag in _TAG.finditer(text):
        element = tag[1].lower()
        for attribute in _ATTRIBUTE.finditer(tag[2]):
            target = unescape(next(filter(None, attribute.groups()[1:]), ""))[:_LONGEST].strip()
            if target and not target.startswith("#"):
                shown = _shown(text, tag.end()) if element == "a" else ""
                yield link_to(target, shown, element)
                break


def _shown(text: str, start: int) -> str:
    """The words between a tag and its end."""
    inner = text[start : start + _LONGEST]
    end = inner.lower().find("</a")
    words = unescape(_MARKUP.sub(" ", inner if end < 0 else inner[:end]))
    return " ".join(words.split())[:_SHOWN]


def _in_text(text: str) -> Iterator[Link]:
    for found in _PLAIN.finditer(text):
        target = found[0].rstrip(_TRAILING)
        yield link_to(target, target[:_SHOWN], "text")


def link_to(target: str, shown: str, element: str) -> Link:
    """A link with where it leads and what is odd about it."""
    scheme, host, user = _parts(target)
    return Link(target, shown, element, host, tuple(_odd(scheme, host, user, shown, target)))


def _parts(target: str) -> tuple[str, str, str]:
    """Scheme, host and user part as a browser reads them: white space inside is skipped, backslashes are slashes."""
    cleaned = _CONTROLS.sub("", target).replace("\\", "/")
    if cleaned.startswith("//"):
        cleaned = f"https:{cleaned}"
    try:
        parts = urlsplit(cleaned)
        host = (parts.hostname or "").rstrip(".")
        user = parts.netloc.rpartition("@")[0]
    except ValueError:
        return cleaned.partition(":")[0].lower(), "", ""
    return parts.scheme.lower(), ascii_domain(host), user


def _odd(scheme: str, host: str, user: str, shown: str, target: str) -> Iterator[str]:
    said = _NAMES_HOST.match(shown.strip())
    if said and host and not _related(ascii_domain(said[1]), host):
        yield f"the text shows {said[1][:100]}, the link leads to {host[:100]}"
    if scheme in _ACTS:
        yield f"a {scheme}: link runs or opens something instead of leading somewhere"
    if user:
        yield "what stands before the @ is no host: it only looks like one"
    if any(label.startswith("xn--") for label in host.split(".")):
        yield f"the host is spelt in another script ({host[:100]})"
    if _is_address(host):
        yield "the host is a bare address"
    if _CONTROLS.search(target):
        yield "the target hides white space or control characters"


def _related(one: str, other: str) -> bool:
    one, other = one.removeprefix("www."), other.removeprefix("www.")
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _is_address(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def hosts(links: Iterable[Link]) -> tuple[str, ...]:
    """Every host that the links lead to, once, in the order of the text."""
    return tuple(dict.fromkeys(link.host for link in links if link.host))
