"""Links in the bodies of a message: where they say they lead, and where they lead. Nothing is ever fetched."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from html import unescape

from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.address import ascii_domain
from mailscope.mail.charset import codec_of, text_of
from mailscope.mail.field import Span
from mailscope.mail.message import Message
from mailscope.mail.parts import Part
from mailscope.mail.target import Target, read_target
from mailscope.mail.transfer import Carried, carried_by
from mailscope.tables import sentence

_PART = 1_000_000
"""Bytes of one part that are decoded."""
_LONGEST = 4_000
_SHOWN = 300
_WRITTEN = 500
_MISSES = 20
"""Tags of one part that may be sought in vain among its bytes; after that its links bear the span of the whole part."""
_TAG = re.compile(r"<(a|area|form|img|iframe|base)[\s/]([^<>]{1,4000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"(?:^|[\s/\"'])(href|src|action)\s{0,20}=\s{0,20}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE
)
_END = re.compile(r"<a[\s/>]|</a\s{0,20}>", re.IGNORECASE)
"""What ends the words of a link: its end, or the next one, since links do not nest."""
_MARKUP = re.compile(r"<[^<>]{0,2000}>")
_PLAIN = re.compile(r"\b(?:https?|ftp)://[^\s<>\"'\u200b]{1,4000}", re.IGNORECASE)
_NAMES_HOST = re.compile(r"^((?:https?://)?)((?:[\w-]{1,63}\.){1,8}[a-z]{2,24})(?:[/:?#]|$)", re.IGNORECASE)
_TRAILING = ".,;:!?)]}>"
_CODE = frozenset(("javascript", "vbscript", "data"))
_CLICKED = frozenset(("a", "area", "form", "text"))
_CHAIN = 2
"""Targets inside a target from which it is a chain of redirectors."""
_FILES = frozenset(("ai", "md", "mov", "pl", "ps", "py", "rs", "sh", "zip"))
"""Endings of files that are top-level domains too."""


class Oddity(StrEnum):
    """Why to look twice at a link; tables/links/oddities.toml says each in a sentence."""

    OTHER_HOST = "other-host"
    CODE = "code"
    FILE = "file"
    USER_PART = "user-part"
    OTHER_SCRIPT = "other-script"
    BARE_ADDRESS = "bare-address"
    HIDDEN = "hidden"
    CODED = "coded"
    CHAIN = "chain"


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
    shown_host: str = ""
    """The host that the words name, where they begin with one."""
    inner: tuple[str, ...] = ()
    """Hosts of other targets that the target names: where a redirector sends on to, outermost first."""
    oddities: tuple[Oddity, ...] = ()
    """Why to look twice."""
    span: Span | None = None
    """Where it stands in the message: its very bytes, or the lines that hold them in encoded parts."""
    written: str = ""
    """How it stands there, decoded, to a bounded length."""

    @property
    def is_clicked(self) -> bool:
        """Whether people follow it, unlike an image that is fetched."""
        return self.element in _CLICKED


@dataclass(frozen=True, slots=True)
class Links:
    """The links of a message in the order of the text, equal ones once."""

    found: tuple[Link, ...] = ()
    problem: str = ""
    """Which limit bit."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host that is led to, once, in the order of the text."""
        return tuple(dict.fromkeys(link.host for link in self.found if link.host))

    @property
    def odd(self) -> tuple[Link, ...]:
        """Those to look at twice."""
        return tuple(link for link in self.found if link.oddities)


NO_LINKS = Links()


def remark(link: Link, oddity: Oddity) -> str:
    """Why to look twice, in a sentence that is safe to show."""
    facts = {"shown": link.shown_host[:100], "host": link.host[:100], "inner": ", ".join(link.inner)[:300]}
    return sentence("links", "oddities.toml", oddity, **facts)


def read_links(
    message: Message,
    parts: tuple[Part, ...],
    owner: Callable[[str], str],
    limits: Limits = DEFAULT_LIMITS,
) -> Links:
    """Every link of the text parts; linear, bounded, never raises.

    owner tells whom a host belongs to (its organizational domain), "" for what is no name of a host.
    """
    links: dict[tuple[str, str, str], Link] = {}
    room, problem = limits.links_bytes, ""
    for part in parts:
        if part.type not in ("text/plain", "text/html") or part.is_attachment:
            continue
        most = min(room, _PART)
        if part.size > most:
            problem = problem or f"only the first {most:,} bytes of a part were looked through for links"
        carried = carried_by(message, part, most)
        room -= len(carried.raw)
        for link in _of_part(carried, part):
            links.setdefault((link.target, link.shown, link.element), link)
            if len(links) >= limits.links:
                return _judged(links, owner, f"only the first {limits.links:,} links were read")
    return _judged(links, owner, problem)


def _of_part(carried: Carried, part: Part) -> Iterator[Link]:
    text = text_of(carried.data, part.charset)
    read = _in_html if part.type == "text/html" else _in_text
    place = _Place(carried, text, codec_of(part.charset) or "utf-8")
    base = ""
    for link, start, stop in read(text):
        if link.element == "base":
            base = link.host
        elif base and not link.host and not read_target(link.target).scheme:
            link = replace(link, host=base)
        yield replace(link, span=place.of(start, stop), written=text[start : min(stop, start + _WRITTEN)])


def _judged(links: dict[tuple[str, str, str], Link], owner: Callable[[str], str], problem: str) -> Links:
    return Links(tuple(replace(link, oddities=tuple(_odd(link, owner))) for link in links.values()), problem)


class _Place:
    """Finds pieces of a text, asked for in their order, among the bytes that it was decoded from."""

    def __init__(self, carried: Carried, text: str, codec: str) -> None:
        self.carried = carried
        self.text = text
        self.codec = codec
        self.plain = len(text) == len(carried.data) and text.isascii()
        self.cursor = 0
        self.misses = 0

    def of(self, start: int, stop: int) -> Span:
        """The bytes of text[start:stop], or all of the part where they are not found."""
        if self.plain:
            return self.carried.span(start, stop)
        for codec in dict.fromkeys((self.codec, "utf-8")):
            if self.misses >= _MISSES:
                break
            piece = self.text[start:stop].encode(codec, "replace")
            at = self.carried.data.find(piece, self.cursor)
            if at >= 0:
                self.cursor = at + 1  # an image may stand inside a link
                return self.carried.span(at, at + len(piece))
            self.misses += 1
        return self.carried.span(0, len(self.carried.data))


def _in_html(text: str) -> Iterator[tuple[Link, int, int]]:
    ends = [(end.start(), end.end() if end[0][1] == "/" else end.start()) for end in _END.finditer(text)]
    for tag in _TAG.finditer(text):
        element = tag[1].lower()
        for attribute in _ATTRIBUTE.finditer(tag[2]):
            target = unescape(next(filter(None, attribute.groups()[1:]), ""))[:_LONGEST].strip()
            if target and not target.startswith("#"):
                inner = stop = tag.end()
                if element == "a":
                    inner, stop = ends[at] if (at := bisect_left(ends, (inner, 0))) < len(ends) else (len(text),) * 2
                    inner, stop = min(inner, tag.end() + _LONGEST), min(stop, tag.end() + _LONGEST)
                yield link_to(target, _words(text[tag.end() : inner]), element), tag.start(), stop
                break


def _words(inner: str) -> str:
    """What is read of a piece of HTML."""
    return " ".join(unescape(_MARKUP.sub(" ", inner)).split())[:_SHOWN]


def _in_text(text: str) -> Iterator[tuple[Link, int, int]]:
    for found in _PLAIN.finditer(text):
        target = found[0].rstrip(_TRAILING)
        yield link_to(target, target[:_SHOWN], "text"), found.start(), found.start() + len(target)


def link_to(target: str, shown: str, element: str) -> Link:
    """A link with where it leads, not judged yet."""
    read = read_target(target)
    said = _NAMES_HOST.match(shown.strip()) if element == "a" else None
    if said and not said[1] and said[2].count(".") == 1 and said[2].rpartition(".")[2].lower() in _FILES:
        said = None
    return Link(target, shown, element, read.host, ascii_domain(said[2]) if said else "", read.inner)


def _odd(link: Link, owner: Callable[[str], str]) -> Iterator[Oddity]:
    target: Target = read_target(link.target)
    shown = owner(link.shown_host) if link.shown_host else ""
    if shown and link.host and shown != (owner(link.host) or link.host):
        yield Oddity.OTHER_HOST
    if link.is_clicked or link.element == "iframe":
        if target.scheme in _CODE:
            yield Oddity.CODE
        if target.scheme == "file":
            yield Oddity.FILE
    if target.user:
        yield Oddity.USER_PART
    if any(label.startswith("xn--") for label in link.host.split(".")):
        yield Oddity.OTHER_SCRIPT
    if target.is_address:
        yield Oddity.BARE_ADDRESS
    if target.hides:
        yield Oddity.HIDDEN
    if target.coded:
        yield Oddity.CODED
    if len(link.inner) >= _CHAIN:
        yield Oddity.CHAIN
