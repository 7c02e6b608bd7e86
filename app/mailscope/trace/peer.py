"""The from clause: what the client called itself, what was looked up for it, and its address.

Software differs in what it prints first. Postfix, Sendmail and Exchange print the HELO name, then what they know of the
client in a comment; Exim and qmail print the name that they looked up and tell the HELO name only where it differs.
"""

import re
from dataclasses import dataclass

from mailscope.trace.address import address_of

_BRACKETED = re.compile(r"\s*(?:not verified)?([^\s\[\]=]*)\s*\[([^\[\]\s]*)\](.*)", re.DOTALL | re.IGNORECASE)
"""(name [address]) with whatever follows."""
_HELO_COMMENT = re.compile(r"(?:^|\s)(?:HELO|EHLO|LHLO)[ \t]+(.+)", re.DOTALL)
_HELO_PARAMETER = re.compile(r"(?:^|\s)helo=(\S+)")
_QUOTED = re.compile(r':\d{1,5}\s+"(?:HELO|EHLO)\s+([^"]{1,255})"')
"""ZMailer: ([address]:port "EHLO name" flags); what it looked up stands before."""
_NAME = re.compile(r"(?:[\w-]+\.)+[\w-]+\.?|localhost", re.ASCII | re.IGNORECASE)

_NOBODY = frozenset(("unknown", "unverified", "unknown_domain", "unknown.domain", "unknown-host", "unknownhost", ""))
"""What software prints where it has no name."""


@dataclass(frozen=True, slots=True)
class Peer:
    """The client as one Received field tells of it."""

    helo: str | None = None
    rdns: str | None = None
    ip: str | None = None
    forged: bool = False
    """The writer says that the looked-up name may be forged."""
    damaged: bool = False
    """There is something where the address belongs, and it is none."""
    exim: bool = False
    """The comments are written as Exim writes them."""


class _Told:
    """What the comments of one from clause tell, gathered."""

    def __init__(self) -> None:
        self.name: str | None = None
        self.ip: str | None = None
        self.greeted: str | None = None
        """(HELO name)"""
        self.parameter: str | None = None
        """(helo=name)"""
        self.bare: str | None = None
        self.forged = self.damaged = self.exim = False

    def read(self, comment: str) -> None:
        parameter = _HELO_PARAMETER.search(comment)
        if parameter:
            self.parameter = self.parameter or parameter[1]
            comment = f"{comment[: parameter.start()]}{comment[parameter.end() :]}"
        elif "LO " in comment and (greeting := _HELO_COMMENT.search(comment)):
            self.greeted = self.greeted or greeting[1].strip()
            return
        if comment.startswith("port="):
            self.exim = True
            return
        if comment.startswith("account "):  # CommuniGate: (account user@domain [address] verified)
            comment = comment[comment.rfind(" [") + 1 :]
        bracketed = _BRACKETED.match(comment)
        if bracketed:
            self._bracketed(bracketed)
            return
        self._plain(comment.strip())

    def _bracketed(self, found: re.Match[str]) -> None:
        name, literal, rest = found.groups()
        address = address_of(literal)
        if self.ip is None:
            if address:
                self.ip = address
                self.damaged = False
            elif literal and literal.lower() not in ("local", "localhost", "unknown", "unix"):
                self.damaged = True
            self.name = name.rpartition("@")[2] or None
            quoted = _QUOTED.match(rest)
            if quoted:
                self.greeted = self.greeted or quoted[1].strip()
                return
            self.exim = self.exim or (not name and rest[:1] == ":" and rest[1:2].isdigit())
        if "may be forged" in rest:
            self.forged = True

    def _plain(self, comment: str) -> None:
        word, _, more = comment.partition(" ")
        if self.ip is None:
            _, at, address = word.rpartition("@")
            found = address_of(address)
            inner = address_of(more.strip("()")) if more[:1] == "(" else None
            if more and not inner and not found and (word.lower() in _NOBODY or _NAME.fullmatch(word)):
                inner = address_of(more)  # (name address), bare
            if inner and not found:  # an old Sendmail: (name (address))
                self.ip, self.name = inner, word
                return
            if found and (not more or at or more.startswith("with ")):
                self.ip = found
                return
            if not more and at and address.count(".") == 3 and address[-1:].isdigit():
                self.damaged = True
                return
        # (user@host): Sendmail, of a client on the host itself that says who it is (RFC 1413).
        name = word.rpartition("@")[2]
        if (not more or more.startswith("[[")) and self.bare is None and _NAME.fullmatch(name):
            self.bare = name


def read_peer(words: list[str], comments: list[str], *, looked_up: bool) -> Peer:
    """The peer from a from clause's words and comments; looked_up: this software prints the looked-up name first."""
    told = _Told()
    for comment in comments:
        told.read(comment)
    first = words[0].strip("<>") if words else ""
    if words[:3] == ["mail", "pickup", "service"]:
        first = "mail pickup service"
    if len(words) > 1 and told.ip is None and words[1][:1] == "[":
        told.ip = address_of(words[1])
    if words[-4:-1] == ["claiming", "to", "be"]:  # Obtuse smtpd: name(address), claiming to be "name"
        told.greeted = told.greeted or words[-1].strip('"')
    own = address_of(first)
    if told.greeted or told.parameter:
        name = None if own else first
        ip = told.ip or own
        # A damaged address must not be replaced by a placeholder that stands before it.
        if told.damaged and told.ip is None and told.greeted:
            ip = None
        if told.parameter and ip is None:
            name = None  # Exim's (helo=) without an address: a user of the host stands first
        return _peer(told.greeted or told.parameter, name or told.name, ip, told)
    if told.ip or told.damaged or told.name:
        rdns = told.name
        if not rdns and looked_up and not own:
            rdns = first
        return _peer(first, rdns, told.ip, told)
    if told.bare:
        return _peer(first, told.bare, None, told)
    if own:
        return _peer(None, None, own, told)
    return _peer(first, None, None, told)


def _peer(helo: str | None, rdns: str | None, ip: str | None, told: _Told) -> Peer:
    if helo is not None and helo.lower() in _NOBODY:
        helo = None
    if rdns is not None:
        rdns = rdns.strip("<>").rstrip(".")
        if rdns.lower() in _NOBODY or address_of(rdns):
            rdns = None
    return Peer(helo, rdns, ip, told.forged, told.damaged, told.exim or bool(told.parameter))
