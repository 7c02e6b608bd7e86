"""Envelope senders that somebody rewrote: SRS, BATV and their kin, and what they stand for."""

import re
from dataclasses import dataclass

_LONGEST = 1_000
_SRS0 = re.compile(r"SRS0[-+=]([^=]{1,64})=([^=]{1,8})=([^=]{1,255})=(.+)", re.IGNORECASE)
_SRS1 = re.compile(r"SRS1[-+=]([^=]{1,64})=([^=]{1,255})=([-+=].+)", re.IGNORECASE)
_BATV = re.compile(r"prvs=([0-9a-z]{6,12})=(.+)", re.IGNORECASE)
_BATV_REVERSED = re.compile(r"prvs=(.+)/([0-9a-z]{6,12})", re.IGNORECASE)
_FORWARDED = re.compile(r"(.+)\+caf_=(.+)=([a-z0-9.-]+)", re.IGNORECASE)
_VERP_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A sender address taken apart; an opinion from its shape, since only its writer can check the hash."""

    scheme: str
    """"SRS", "SRS, twice rewritten", "BATV", "Gmail forwarding", "VERP"."""
    forwarder: str
    """The domain that wrote it."""
    original: str
    """The address that it stands for; for VERP the recipient it was sent to."""
    by_forwarder: bool
    """Whether another party than the sender wrote it."""


def rewritten(address: str) -> Rewritten | None:
    """What a rewritten or tagged address stands for; None where it has no such shape."""
    local, at, domain = address.strip("<>").rpartition("@")
    if not at or not local or len(address) > _LONGEST:
        return None
    domain = domain.rstrip(".").lower()
    if found := _SRS0.fullmatch(local):
        return Rewritten("SRS", domain, f"{found[4]}@{found[3]}", by_forwarder=True)
    if found := _SRS1.fullmatch(local):
        # SRS1 keeps the first forwarder's SRS0 local part from its separator on (SRS paper, section 6.1).
        inner = _SRS0.fullmatch("SRS0" + found[3])
        original = f"{inner[4]}@{inner[3]}" if inner else f"an address of {found[2]}"
        return Rewritten("SRS, twice rewritten", domain, original, by_forwarder=True)
    if found := _BATV.fullmatch(local):
        return Rewritten("BATV", domain, f"{found[2]}@{domain}", by_forwarder=False)
    if found := _BATV_REVERSED.fullmatch(local):
        return Rewritten("BATV", domain, f"{found[1]}@{domain}", by_forwarder=False)
    if found := _FORWARDED.fullmatch(local):
        return Rewritten("Gmail forwarding", domain, f"{found[1]}@{domain}", by_forwarder=True)
    return _verp(local, domain)


def _verp(local: str, domain: str) -> Rewritten | None:
    """list-bounces+anna=example.com, and the same with a hyphen: the recipient that the message was sent to."""
    before, equals, theirs = local.rpartition("=")
    if not equals or not _VERP_DOMAIN.fullmatch(theirs):
        return None
    at = max(before.rfind("+"), before.rfind("-"))
    if at < 1 or at + 1 == len(before) or "=" in before:
        return None
    return Rewritten("VERP", domain, f"{before[at + 1 :]}@{theirs}", by_forwarder=False)
