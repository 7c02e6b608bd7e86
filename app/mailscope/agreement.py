"""What others stamped on the message, beside our own verdicts: whose word it is, whether it agrees, and why not."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address

from mailscope.arc.verdicts import ArcCheck
from mailscope.claims.claim import Claim
from mailscope.dkim.verdicts import DkimCheck, DkimReason
from mailscope.dmarc.verdicts import DmarcCheck
from mailscope.spf.identity import client_address
from mailscope.spf.verdicts import Scope, SpfCheck
from mailscope.tables import read_table, sentence
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
    """Why they differ, or what is to be known although they do not; one or two plain sentences, safe to show."""
    source: str = ""
    """Where a receiver's known habit is described."""
    expected: bool = False
    """Whether a difference is what time, another client or a known habit brings about, and no cause for alarm."""


@dataclass(frozen=True, slots=True)
class Ours:
    """Our own verdicts, as far as others may have stamped theirs."""

    spf: SpfCheck | None
    dkim: tuple[DkimCheck, ...]
    arc: ArcCheck
    dmarc: tuple[DmarcCheck, ...]
    """By both standards: a receiver may run either."""
    spf_by_hop: tuple[SpfCheck, ...] = ()
    spf_helo: SpfCheck | None = None
    """For the greeting at the border, where somebody stamped a verdict on it."""


@dataclass(frozen=True, slots=True)
class _View:
    """What we have to say to one claim: our verdicts that would agree with it, and why others differ."""

    verdicts: tuple[Verdict, ...] = ()
    """Ours first, then the words that mean the same; empty where there is nothing to compare."""
    note: str = ""
    agrees_note: str = ""
    expected: bool = False


_CLIENT = re.compile(r"(?:\bdesignates?|\bIP is|:)\s+([0-9A-Fa-f:.]{3,45})(?=[\s)]|$)")
_WORDS = frozenset(Verdict)
_NOTHING = _View()
_TIME_DOES = (DkimReason.KEY_MISSING, DkimReason.KEY_REVOKED, DkimReason.EXPIRED, DkimReason.DNS)
_FAILING = (Verdict.FAIL, Verdict.PERMERROR, Verdict.NEUTRAL, Verdict.POLICY)


def reconcile(claims: tuple[Claim, ...], whose: Callable[[Claim], str], ours: Ours) -> tuple[Stamp, ...]:
    """Every claim with its author and whether our own verdict agrees (RFC 8601 section 7)."""
    return tuple(_stamp(claim, Whose(whose(claim)), ours) for claim in claims)


def _stamp(claim: Claim, whose: Whose, ours: Ours) -> Stamp:
    habit, source = _habit(claim)
    compare = _COMPARED.get(claim.method)
    theirs = "fail" if claim.result == "hardfail" else claim.result
    if theirs not in _WORDS or compare is None:
        return Stamp(claim, whose, note=habit, source=source)
    view = compare(claim, ours, whose)
    if not view.verdicts:
        return Stamp(claim, whose, note=view.note or habit, source=source if habit and not view.note else "")
    agrees = theirs in view.verdicts
    note = view.agrees_note or habit if agrees else habit or view.note
    expected = not agrees and (view.expected or note == habit != "")
    return Stamp(claim, whose, agrees, str(view.verdicts[0]), note, source if note == habit else "", expected)


def _spf(claim: Claim, ours: Ours, whose: Whose) -> _View:
    if whose is Whose.SENDER:
        # Nobody knows whose client was judged, nor whether anybody was.
        return _NOTHING
    client = _client(claim)
    check = ours.spf_helo if judges_helo(claim) and whose is Whose.RECEIVER else ours.spf
    if client is not None and (check is None or check.ip != str(client)):
        there = next((each for each in ours.spf_by_hop if each.ip == str(client)), None)
        if there is not None and there.result is not None and _same_identity(claim, there):
            said = reason("other-hop", theirs=str(client), hop=(there.hop or 0) + 1)
            return _View((there.result,), _why_spf_differs(claim, there), said)
        if whose is Whose.RECEIVER and check is not None and check.result is not None:
            note = reason("other-client", theirs=str(client), ours=check.ip or "nobody")
            return _View((check.result,), note, expected=True)
        return _NOTHING
    if whose is not Whose.RECEIVER or check is None or check.result is None:
        # An intermediary met another client than the border did, and does not say which.
        return _NOTHING
    if not _same_identity(claim, check):
        return _View(note=reason("other-identity", theirs=_identity(claim) or "HELO", ours=check.domain or "none"))
    expected = Verdict.TEMPERROR in (claim.result, check.result)
    return _View((check.result,), _why_spf_differs(claim, check), expected=expected)


def _client(claim: Claim) -> IPv4Address | IPv6Address | None:
    """The client that a claim says it judged: as a property, or in the comment as Google and Microsoft write it."""
    stated = claim.property("client-ip", "smtp.client-ip", "smtp.remote-ip", "policy.client-ip")
    if stated is None:
        found = _CLIENT.search((claim.comment or "")[:1_000])
        stated = found[1] if found else None
    return client_address(stated.strip("\"'")) if stated else None


def judges_helo(claim: Claim) -> bool:
    """Whether an SPF claim is about the greeting, not the envelope sender."""
    if claim.method != "spf":
        return False
    helo = claim.property("smtp.helo") and not claim.property("smtp.mailfrom", "envelope-from", "smtp.envelope-from")
    return bool(helo) or claim.property("identity") == "helo"


def _identity(claim: Claim) -> str | None:
    return claim.property("smtp.mailfrom", "envelope-from", "smtp.envelope-from", "smtp.helo", "helo")


def _same_identity(claim: Claim, check: SpfCheck) -> bool:
    """Whether both speak about the same domain, as far as the claim says."""
    if judges_helo(claim):
        return check.scope is Scope.HELO
    theirs = claim.property("smtp.mailfrom", "envelope-from", "smtp.envelope-from")
    theirs = (theirs or "").strip("<>\"'").rpartition("@")[2].rstrip(".").lower()
    return not theirs or not check.domain or theirs == check.domain.lower()


def _why_spf_differs(claim: Claim, check: SpfCheck) -> str:
    domain = check.domain or "the sender"
    if claim.result == Verdict.TEMPERROR:
        return reason("their-dns")
    if check.result is Verdict.TEMPERROR:
        return reason("our-dns")
    if claim.result == Verdict.NONE:
        return reason("spf-published-since", domain=domain)
    if check.result is Verdict.NONE:
        return reason("spf-withdrawn-since", domain=domain)
    if check.result is Verdict.PERMERROR:
        return reason("spf-lookup-limit" if check.over_limit else "spf-fault", domain=domain)
    return reason("spf-record-changed", domain=domain)


def _dkim(claim: Claim, ours: Ours, whose: Whose) -> _View:
    del whose  # a signature can be asked again for anybody
    check = _signature_of(claim, ours.dkim)
    if check is None:
        return _View((Verdict.NONE,)) if claim.result == "none" and not ours.dkim else _NOTHING
    if check.result is None:
        return _NOTHING
    verdicts: tuple[Verdict, ...] = (check.result,)
    if check.result in _FAILING:
        # Receivers word a signature that does not hold in four ways (RFC 8601 section 2.7.1); none contradicts us.
        verdicts = (check.result, *_FAILING)
        if check.reason in (DkimReason.KEY_MISSING, DkimReason.KEY_REVOKED):
            # Gmail calls a key that is not there a temporary error, "no key for signature".
            verdicts += (Verdict.TEMPERROR,)
    expected = claim.result == Verdict.TEMPERROR or check.reason in _TIME_DOES
    return _View(verdicts, _why_dkim_differs(claim, check), expected=expected)


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
    return next(iter(agreeing or fitting), None)


def _covers(stated: str, domain: str) -> bool:
    """header.i may name a subdomain of d=."""
    return stated == domain or stated.endswith("." + domain)


def _why_dkim_differs(claim: Claim, check: DkimCheck) -> str:
    if check.result is Verdict.PASS:
        return reason("their-dns" if claim.result == Verdict.TEMPERROR else "dkim-changed-before")
    if check.reason in (DkimReason.KEY_MISSING, DkimReason.KEY_REVOKED):
        return reason("dkim-key-withdrawn")
    if check.reason is DkimReason.EXPIRED:
        expires = f"{check.expires_at:%Y-%m-%d %H:%M} UTC" if check.expires_at else "a time that has passed"
        return reason("dkim-expired", expires=expires)
    if check.reason in (DkimReason.KEY_UNSUITABLE, DkimReason.UNSUPPORTED):
        return reason("dkim-too-weak", problem=check.problem or "The key or the algorithm is too weak.")
    if check.reason in (DkimReason.BODY_HASH, DkimReason.SIGNATURE):
        return reason("dkim-changed")
    return reason("our-dns" if check.reason is DkimReason.DNS else "dkim-record-changed")


def _arc(_: Claim, ours: Ours, whose: Whose) -> _View:
    if whose is not Whose.RECEIVER or ours.arc.result is None:
        return _NOTHING
    return _View((ours.arc.result,), reason("arc-differs"))


def _dmarc(claim: Claim, ours: Ours, whose: Whose) -> _View:
    if whose is not Whose.RECEIVER:
        return _NOTHING
    checks = [check for check in ours.dmarc if check.result is not None]
    theirs = (claim.property("header.from") or "").rpartition("@")[2].rstrip(".").lower()
    if checks and theirs and checks[0].from_domain and theirs != checks[0].from_domain:
        return _View(note=reason("other-identity", theirs=theirs, ours=checks[0].from_domain))
    verdicts = tuple(check.result for check in checks if check.result is not None)
    if not verdicts:
        return _NOTHING
    return _View(verdicts, _why_dmarc_differs(claim, checks[0]))


def _why_dmarc_differs(claim: Claim, check: DmarcCheck) -> str:
    if claim.result == Verdict.TEMPERROR:
        return reason("their-dns")
    if check.result is Verdict.TEMPERROR:
        return reason("our-dns")
    changed = reason("dmarc-changed", domain=check.from_domain or "the author")
    if claim.result == Verdict.PASS and check.result is Verdict.FAIL:
        return f"{changed} {reason('dmarc-overruled')}"
    return changed


def reason(name: str, **facts: str | int) -> str:
    """The words of one reason, filled in with facts made safe to show."""
    return sentence("claims", "reasons.toml", name, **facts)


def _habit(claim: Claim) -> tuple[str, str]:
    """What a receiver is known to do, and where that is described."""
    said = " ".join(filter(None, (claim.comment, claim.reason, claim.property("action")))).lower()
    for method, result, comment, text, source in _habits():
        if method == claim.method and result in ("", claim.result) and comment in said:
            return text, source
    return "", ""


@lru_cache(maxsize=1)
def _habits() -> tuple[tuple[str, str, str, str, str], ...]:
    rows = read_table("claims", "receivers.toml")["receiver"]
    return tuple(
        (row["method"], row.get("result", ""), row.get("comment", ""), row["text"], row["source"]) for row in rows
    )


_COMPARED: dict[str, Callable[[Claim, Ours, Whose], _View]] = {
    "spf": _spf,
    "dkim": _dkim,
    "arc": _arc,
    "dmarc": _dmarc,
}
