"""What others stamped on the message, beside our own verdicts: whose word it is, and whether it agrees."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from mailscope.arc.verdicts import ArcCheck
from mailscope.claims.claim import Claim
from mailscope.dkim.verdicts import DkimCheck, DkimReason
from mailscope.dmarc.verdicts import DmarcCheck
from mailscope.spf.verdicts import SpfCheck
from mailscope.verdict import Verdict


class Whose(StrEnum):
    """Who wrote a claim, as the trace tells."""

    RECEIVER = "receiver"
    INTERMEDIARY = "intermediary"
    SENDER = "sender"
    """Below the border, or nobody knows: a forgery risk and never evidence."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """One claim, placed and compared."""

    claim: Claim
    whose: Whose
    agrees: bool | None = None
    """With our own verdict; None where there is nothing to compare with."""
    ours: str | None = None
    """Our verdict on the same question."""
    note: str = ""
    """Where they differ: why that may be so."""


@dataclass(frozen=True, slots=True)
class Ours:
    """Our own verdicts, as far as others may have stamped theirs."""

    spf: SpfCheck | None
    dkim: tuple[DkimCheck, ...]
    arc: ArcCheck
    dmarc: tuple[DmarcCheck, ...]
    """By both standards: a receiver may run either."""


def reconcile(claims: tuple[Claim, ...], whose: Callable[[Claim], str], ours: Ours) -> tuple[Stamp, ...]:
    """Every claim with its author and whether our own verdict agrees (RFC 8601 section 7)."""
    return tuple(_stamp(claim, Whose(whose(claim)), ours) for claim in claims)


def _stamp(claim: Claim, whose: Whose, ours: Ours) -> Stamp:
    if claim.result not in _WORDS:
        return Stamp(claim, whose)
    compare = _COMPARED.get(claim.method)
    if compare is None or (whose is not Whose.RECEIVER and claim.method != "dkim"):
        # An intermediary met another client than the border did: only signatures can be asked again for it.
        return Stamp(claim, whose)
    verdicts, note = compare(claim, ours)
    if not verdicts:
        return Stamp(claim, whose)
    theirs = "fail" if claim.result == "hardfail" else claim.result
    agrees = theirs in verdicts
    return Stamp(claim, whose, agrees, str(verdicts[0]), "" if agrees else note)


def _spf(claim: Claim, ours: Ours) -> tuple[tuple[Verdict, ...], str]:
    check = ours.spf
    if check is None or check.result is None or not _same_identity(claim, check):
        return (), ""
    their_ip = claim.property("client-ip", "smtp.client-ip", "smtp.remote-ip", "policy.client-ip")
    if their_ip and check.ip and their_ip.strip("[]").lower() != check.ip.lower():
        return (check.result,), f"They evaluated {their_ip}, we evaluated {check.ip}."
    return (check.result,), "The record may have been changed since, or they evaluated another address or identity."


def _same_identity(claim: Claim, check: SpfCheck) -> bool:
    """Whether both speak about the same domain, as far as the claim says."""
    if claim.property("smtp.helo") and not claim.property("smtp.mailfrom"):
        return check.scope == "helo"
    theirs = claim.property("smtp.mailfrom", "envelope-from", "smtp.envelope-from")
    if not theirs or not check.domain:
        return True
    return theirs.strip("<>\"'").rpartition("@")[2].rstrip(".").lower() == check.domain.lower()


def _dkim(claim: Claim, ours: Ours) -> tuple[tuple[Verdict, ...], str]:
    check = _signature_of(claim, ours.dkim)
    if check is None:
        if claim.result == "none" and not ours.dkim:
            return (Verdict.NONE,), ""
        return (), ""
    if check.result is None:
        return (), ""
    verdicts = (check.result,)
    if check.result in (Verdict.PERMERROR, Verdict.NEUTRAL, Verdict.POLICY):
        # Receivers word a signature that cannot be used in four ways (RFC 8601 section 2.7.1); none contradicts us.
        verdicts = (check.result, Verdict.PERMERROR, Verdict.NEUTRAL, Verdict.POLICY, Verdict.FAIL)
    return verdicts, _why_dkim_differs(check)


def _signature_of(claim: Claim, checks: tuple[DkimCheck, ...]) -> DkimCheck | None:
    """The signature that a claim speaks about: by domain and selector as far as the claim names them."""
    domain = claim.property("header.d")
    if not domain:
        identity = claim.property("header.i")
        domain = identity.rpartition("@")[2] if identity else None
    selector = claim.property("header.s")
    if not domain:
        return checks[0] if len(checks) == 1 and claim.result != "none" else None
    fitting = [check for check in checks if check.domain and _covers(domain.lower().rstrip("."), check.domain)]
    if selector:
        fitting = [check for check in fitting if check.selector and check.selector.lower() == selector.lower()]
    agreeing = [check for check in fitting if check.result == claim.result]
    return (agreeing or fitting or [None])[0]


def _covers(stated: str, domain: str) -> bool:
    """header.i may name a subdomain of d=."""
    return stated == domain or stated.endswith("." + domain)


def _why_dkim_differs(check: DkimCheck) -> str:
    if check.reason in (DkimReason.KEY_MISSING, DkimReason.KEY_REVOKED):
        return "The key has been withdrawn since: expected for old mail, and no forgery."
    if check.reason is DkimReason.EXPIRED:
        return "The signature has expired since."
    if check.reason in (DkimReason.BODY_HASH, DkimReason.SIGNATURE):
        return "The message was changed after the receiver saw it, or this is not the message as it stored it."
    return "The signer's DNS may have been changed since."


def _arc(claim: Claim, ours: Ours) -> tuple[tuple[Verdict, ...], str]:
    if ours.arc.result is None:
        return (), ""
    return (ours.arc.result,), "The message or the sealers' keys may have been changed since."


def _dmarc(claim: Claim, ours: Ours) -> tuple[tuple[Verdict, ...], str]:
    verdicts = tuple(check.result for check in ours.dmarc if check.result is not None)
    if claim.result == "bestguesspass":
        return (), ""
    return verdicts, "The policy, a key or the message may have been changed since, or they overruled the failure."


_WORDS = frozenset(Verdict) | {"hardfail"}
_COMPARED: dict[str, Callable[[Claim, Ours], tuple[tuple[Verdict, ...], str]]] = {
    "spf": _spf,
    "dkim": _dkim,
    "arc": _arc,
    "dmarc": _dmarc,
}
