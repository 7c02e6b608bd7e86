"""Protocol words and encryption of one hop: what the line was, as far as the field says."""

import re
from dataclasses import dataclass
from functools import lru_cache

from mailscope.tables import read_table
from mailscope.trace.hop import Hop

_SECURED = re.compile(r"\bover TLS secured channel\b|\((?:TLS|SSL)\)|with STARTTLS\b", re.IGNORECASE)
_AUTHENTICATED = re.compile(r"\((?:SquirrelMail )?authenticated (?:bits=|sender: |user )", re.IGNORECASE)
"""With a blank inside: a client's greeting, which stands in the field too, can hold none."""
_VERSION = re.compile(r"(TLS|SSL)v(\d)(?:\.(\d))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Protocol:
    """A word of the with clause (RFC 5321 section 4.4, IANA "Mail Transmission Types"), told."""

    words: str
    """What it means, in a few words; "" for a word nobody registered."""
    encrypted: bool | None = None
    """None where the word does not say."""
    logged_in: bool = False
    """The client had proved who it is (RFC 4954)."""
    speaker: str | None = None
    """The organization whose hosts alone use the word."""


@dataclass(frozen=True, slots=True)
class Line:
    """How the message crossed one line; all of it is the writing host's claim."""

    encrypted: bool | None
    """None where the field does not say."""
    version: str | None = None
    cipher: str | None = None
    weak: tuple[str, ...] = ()
    """What is weak about it, a short sentence each."""
    protocol: Protocol = Protocol("")

    @property
    def words(self) -> str:
        """In a few words: "TLSv1.3, TLS_AES_256_GCM_SHA384", "encrypted", "not encrypted", "not stated"."""
        if self.version or self.cipher:
            return ", ".join(filter(None, (self.version, self.cipher)))
        return {True: "encrypted", False: "not encrypted", None: "not stated"}[self.encrypted]


def line_of(hop: Hop) -> Line:
    """The line that a hop came over."""
    protocol = protocol_of(hop.with_)
    stated = bool(hop.tls_version or hop.tls_cipher or _SECURED.search(hop.raw[:2000]))
    encrypted = True if stated else protocol.encrypted
    return Line(encrypted, hop.tls_version, hop.tls_cipher, _weak(hop), protocol)


def logged_in(hop: Hop) -> bool:
    """Whether the client had proved who it is: a user handing in mail, not a server handing it over."""
    return protocol_of(hop.with_).logged_in or _AUTHENTICATED.search(hop.raw[:2000]) is not None


@lru_cache(maxsize=256)
def protocol_of(with_: str | None) -> Protocol:
    """What a with clause says of the protocol."""
    if not with_:
        return Protocol("")
    table = read_table("trace", "protocols.toml")
    text = with_.lower()
    word = re.split(r"[\s/(]", text, maxsplit=1)[0]
    entry = table["word"].get(text) or table["word"].get(word)
    if entry is None:
        return Protocol("")
    return Protocol(entry["means"], entry.get("encrypted"), entry.get("login", False), entry.get("speaker"))


def _weak(hop: Hop) -> tuple[str, ...]:
    table = read_table("trace", "protocols.toml")
    found: list[str] = []
    version = _VERSION.match(hop.tls_version or "")
    # "TLSv1/SSLv3" is what OpenSSL calls a family of ciphers: it tells no version.
    if version and "/" not in (hop.tls_version or ""):
        name = f"{version[1].upper()}v{version[2]}" + (f".{version[3]}" if version[3] else "")
        found += filter(None, [table["weak_versions"].get(name)])
    cipher = (hop.tls_cipher or "").upper().replace("_", "-")
    for mark, words in table["weak_ciphers"].items():
        if f"-{mark}-" in f"-{cipher}-" or (mark.endswith("*") and f"-{mark[:-1]}" in f"-{cipher}"):
            found.append(words)
    return tuple(dict.fromkeys(found))
