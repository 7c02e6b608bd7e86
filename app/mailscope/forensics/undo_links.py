"""Links that a gateway made lead through itself, as they were: most such services keep the old address in the new."""

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

_MOST = 2_000
"""Links of one text."""
_LINK = re.compile(rb"https?://[^\s\"'<>]{8,6000}")
_ADDED = re.compile(rb"""\s(?:originalsrc|shash|data-orig-href)=(?:"[^"]{0,6000}"|'[^']{0,6000}')""", re.IGNORECASE)
"""Attributes that gateways put beside the link."""
_V2 = re.compile(rb"-([0-9A-F]{2})")
_V3 = re.compile(rb"https?://urldefense(?:\.us|\.com|\.proofpoint\.com)/v3/__(.{4,4000}?)__;([A-Za-z0-9_=-]{0,1000})!")
_RUN = re.compile(rb"\*(\*[A-Za-z0-9_-])?")
_RUNS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A text whose links lead again where they led."""

    text: bytes
    service: str
    """Who made them lead elsewhere, as people call it."""
    links: int
    """How many were changed back."""


def _query(link: bytes, name: bytes) -> bytes | None:
    match = re.search(rb"[?&]" + name + rb"=([^&#]{1,4000})", link)
    return unquote_to_bytes(match[1].replace(b"+", b"%20")) if match else None


def _safelinks(link: bytes) -> bytes | None:
    return _query(link, b"url")


def _proofpoint(link: bytes) -> bytes | None:
    third = _V3.match(link)
    if third:
        return _third(third[1], third[2])
    match = re.search(rb"[?&]u=([^&#]{1,4000})", link)
    if match is None:
        return None
    if b"/v1/" in link:
        return unquote_to_bytes(match[1])
    return unquote_to_bytes(_V2.sub(rb"%\1", match[1]).replace(b"_", b"/"))


def _third(text: bytes, kept: bytes) -> bytes | None:
    """The third form: each "*" stands for a byte that is kept behind the address, "**X" for several."""
    try:
        data = base64.urlsafe_b64decode(kept + b"=" * (-len(kept) % 4))
    except (binascii.Error, ValueError):
        return None
    place = 0

    def put_back(match: re.Match[bytes]) -> bytes:
        nonlocal place
        number = _RUNS.index(match[1][1:]) + 2 if match[1] else 1
        place += number
        return data[place - number : place]

    return _RUN.sub(put_back, text)


def _barracuda(link: bytes) -> bytes | None:
    return _query(link, b"a")


def _cisco(link: bytes) -> bytes | None:
    match = re.match(rb"https?://secure-web\.cisco\.com/[^/]{1,4000}/(http[^/]{4,4000})$", link)
    return unquote_to_bytes(match[1]) if match else None


def _sophos(link: bytes) -> bytes | None:
    coded = _query(link, b"u")
    try:
        return base64.b64decode(coded.replace(b" ", b"+") + b"=" * (-len(coded) % 4)) if coded else None
    except (binascii.Error, ValueError):
        return None


_SERVICES: tuple[tuple[bytes, str, Callable[[bytes], bytes | None]], ...] = (
    (b".safelinks.protection.", "Microsoft Defender (Safe Links)", _safelinks),
    (b"statics.teams.cdn.office.net/evergreen-assets/safelinks/", "Microsoft Defender (Safe Links)", _safelinks),
    (b"//urldefense.", "Proofpoint (URL Defense)", _proofpoint),
    (b"//linkprotect.cudasvc.com/", "Barracuda (Link Protection)", _barracuda),
    (b"//secure-web.cisco.com/", "Cisco (Secure Email)", _cisco),
    (b".trendmicro.com/", "Trend Micro (Click Time Protection)", _safelinks),
    (b".protection.sophos.com", "Sophos (Time of Click)", _sophos),
    (b"//protect.checkpoint.com/", "Check Point (Click Time Protection)", _safelinks),
    (b"//url.avanan.click/", "Check Point (Click Time Protection)", _safelinks),
    (b"//www.google.com/url?", "Google", lambda link: _query(link, b"q")),
)
"""By a piece of the address: who it is, and how the old address is read out of it."""


def unlinked(text: bytes, *, html: bool) -> Iterator[Unlinked]:
    """The text with every link of every such service changed back, then with those of each service alone."""
    found = [_service(match[0]) for match in _links(text)]
    present = list(dict.fromkeys(service for service in found if service))
    if not present:
        return
    choices = [frozenset(present), *(frozenset((one,)) for one in present if len(present) > 1)]
    for chosen in choices:
        for escaped in (True, False) if html else (False,):
            changed, number = _put_back(text, chosen, html=html, escaped=escaped)
            for bare in dict.fromkeys((_ADDED.sub(b"", changed), changed)) if html else (changed,):
                if number and bare != text:
                    yield Unlinked(bare, ", ".join(sorted(chosen)), number)


def _links(text: bytes) -> list[re.Match[bytes]]:
    return [match for match, _ in zip(_LINK.finditer(text), range(_MOST), strict=False)]


def _service(link: bytes) -> str:
    lower = link[:200].lower()
    return next((name for piece, name, _ in _SERVICES if piece in lower), "")


def _put_back(text: bytes, chosen: frozenset[str], *, html: bool, escaped: bool) -> tuple[bytes, int]:
    pieces: list[bytes] = []
    position = number = 0
    for match in _links(text):
        link = match[0].replace(b"&amp;", b"&") if html else match[0]
        old = _old(link, chosen)
        if old is None:
            continue
        pieces += (text[position : match.start()], old.replace(b"&", b"&amp;") if escaped else old)
        position = match.end()
        number += 1
    return b"".join([*pieces, text[position:]]), number


def _old(link: bytes, chosen: frozenset[str]) -> bytes | None:
    lower = link[:200].lower()
    for piece, name, read in _SERVICES:
        if piece in lower and name in chosen:
            old = read(link)
            # An address that is none, or that would end its line, was not there.
            return old if old and re.match(rb"[a-z][a-z0-9+.-]{0,20}:[^\s\"<>]+$", old, re.IGNORECASE) else None
    return None
