"""What DMARC says by both standards, and why."""

from collections.abc import Iterator

from mailscope.analysis import Analysis
from mailscope.dkim.verdicts import DkimCheck, DkimReason
from mailscope.dmarc.differ import differences, differs
from mailscope.dmarc.reports import authorization_name
from mailscope.dmarc.verdicts import DmarcCheck
from mailscope.findings.finding import Evidence, Finding
from mailscope.findings.forensics_rules import causes_text
from mailscope.findings.words import capital, dns_evidence, find
from mailscope.specimen import Kind
from mailscope.verdict import Severity, Verdict

DISOWNED = ("dmarc-fail-reject", "dmarc-fail-quarantine")
"""Findings that say: the author's domain asks not to accept this."""


def dmarc_rules(analysis: Analysis) -> Iterator[Finding]:
    """The verdict by RFC 9989, where RFC 7489 differs, the record's faults, and where its reports go."""
    if not analysis.message.fields:
        return
    pair = analysis.authentication.dmarc
    if pair.loop is not None:
        ident = "dmarc-report-own" if pair.loop.own else "dmarc-report-about-report"
        yield find(ident, address=pair.loop.address, domain=pair.loop.domain, tag=pair.loop.tag)
    new, old = pair.rfc9989, pair.rfc7489
    mail = analysis.specimen.kind in (Kind.MESSAGE, Kind.HEADERS)
    if not mail and _ident(new) not in DISOWNED:
        return
    domain = analysis.envelope.from_domain or "the author"
    place = f"_dmarc.{new.record_domain or old.record_domain or domain}"
    shown = new.record or old.record
    evidence = [dns_evidence(place, shown)] if shown else []
    yield find(
        _ident(new),
        *evidence,
        domain=domain,
        record=place,
        policy=_policy(new),
        by=_by(analysis, new),
        why=f"{capital(dmarc_why(analysis))}.",
    )
    if not mail:
        return  # a notice is judged by what it tells, but one that its author's domain disowns may be a lure
    yield from _differing(new, old, evidence)
    if new.exists is False:
        yield find("dmarc-nonexistent", domain=domain)
    yield from _record(new, domain, evidence)
    yield from _reports(new)


def _differing(new: DmarcCheck, old: DmarcCheck, evidence: list[Evidence]) -> Iterator[Finding]:
    """Loud where a receiver's choice of standard changes what becomes of this message."""
    why = differences(new, old)
    if why:
        yield find(
            "dmarc-standards-differ",
            *evidence,
            severity=None if differs(new, old) else Severity.INFO,
            new=_said(new),
            old=_said(old),
            why=" ".join(why),
        )


def _record(check: DmarcCheck, domain: str, evidence: list[Evidence]) -> Iterator[Finding]:
    """What is wrong with the record, and apart from it what is only unwise."""
    faults, advice = check.remarks[: check.faults], check.remarks[check.faults :]
    where = check.record_domain or domain
    if faults:
        yield find("dmarc-record", *evidence, domain=where, remark=" ".join(faults))
    if advice:
        yield find("dmarc-record-advice", *evidence, domain=where, remark=" ".join(advice))


def _reports(check: DmarcCheck) -> Iterator[Finding]:
    """Report addresses in other organizations that do not agree."""
    refused = dict.fromkeys(each.domain for each in check.reports if each.authorized is False and each.domain)
    if refused:
        domain = check.record_domain or ""
        targets = list(refused)
        names = [authorization_name(domain, target) for target in targets[:4]]
        yield find(
            "dmarc-report-refused",
            *(dns_evidence(name, "no v=DMARC1 there") for name in names),
            domain=domain,
            targets=", ".join(targets[:4]) + (" and others" if targets[4:] else ""),
            name=names[0],
        )


def dmarc_why(analysis: Analysis) -> str:
    """Why DMARC did not pass, as half a sentence a mechanism."""
    auth = analysis.authentication
    check = auth.dmarc.rfc9989
    if check.result in (None, Verdict.TEMPERROR, Verdict.PERMERROR):
        return check.reason.rstrip(".") or "the DNS did not answer"
    return f"{spf_said(analysis)}, {dkim_said(analysis)}"


def spf_said(analysis: Analysis) -> str:
    """SPF in half a sentence, as it counts towards DMARC."""
    spf = analysis.authentication.spf
    if spf is None:
        return "SPF cannot be replayed"
    if spf.result is None:
        return "SPF was not evaluated"
    if spf.result is Verdict.PASS:
        aligned = analysis.authentication.dmarc.rfc9989.spf_aligned
        return "SPF passes" if aligned else f"SPF passes for another domain ({spf.domain})"
    return f"SPF {_SPF[spf.result]}"


def dkim_said(analysis: Analysis) -> str:
    """DKIM in half a sentence: the best signature for the author's domain, else the best of all."""
    auth = analysis.authentication
    if not auth.dkim:
        return "there is no DKIM signature"
    passing = [check for check in auth.dkim if check.result is Verdict.PASS]
    if passing:
        if auth.dmarc.rfc9989.dkim_aligned:
            return "DKIM passes"
        return f"DKIM passes for another domain ({passing[0].domain})"
    author = analysis.envelope.from_domain or ""
    place, nearest = min(enumerate(auth.dkim), key=lambda each: (not _related(each[1], author), each[1].index))
    found = auth.forensics.diagnoses[place] if place < len(auth.forensics.diagnoses) else None
    if found is not None and found.undone:
        return f"DKIM was broken by {causes_text(found)}"
    return broken(nearest)


def broken(check: DkimCheck) -> str:
    """A signature that does not pass, in half a sentence."""
    if check.result is None or check.reason is None:
        return "DKIM was not evaluated"
    return _BROKEN[check.reason]


def _related(check: DkimCheck, author: str) -> bool:
    domain = check.domain or ""
    return domain == author or author.endswith("." + domain) or domain.endswith("." + author)


def _ident(check: DmarcCheck) -> str:
    if check.result is None:
        return "dmarc-unknown"
    if check.result is Verdict.PASS:
        return "dmarc-pass"
    if check.result is Verdict.NONE:
        return "dmarc-none"
    if check.result is Verdict.FAIL:
        return {"reject": "dmarc-fail-reject", "quarantine": "dmarc-fail-quarantine"}.get(
            check.disposition or "none", "dmarc-fail-none"
        )
    return "dmarc-temperror" if check.result is Verdict.TEMPERROR else "dmarc-error"


def _policy(check: DmarcCheck) -> str:
    """The tag that applies, and what is left of it."""
    said = f"{check.policy_tag or 'p'}={check.policy}"
    return f"{said}, one step milder for testing (t=y)" if check.testing and check.policy != "none" else said


def _by(analysis: Analysis, check: DmarcCheck) -> str:
    """What carried the pass, or what there is where no policy is."""
    auth = analysis.authentication
    ways = []
    if check.dkim_aligned:
        ways.append("a DKIM signature in its domain")
    if check.spf_aligned:
        ways.append("SPF for its domain")
    if ways:
        return f"The author's domain is proved by {' and by '.join(ways)}."
    signed = [c.domain for c in auth.dkim if c.result is Verdict.PASS and c.domain]
    return f"It is signed by {', '.join(dict.fromkeys(signed))}." if signed else "Nothing proves its author."


def _said(check: DmarcCheck) -> str:
    if check.result is None:
        return "not evaluated"
    if check.result is Verdict.FAIL:
        return f"fail, {check.disposition}"
    return check.result.value


_SPF = {
    Verdict.FAIL: "fails",
    Verdict.SOFTFAIL: "softfails",
    Verdict.NEUTRAL: "is neutral",
    Verdict.NONE: "has no record to ask",
    Verdict.TEMPERROR: "got no answer",
    Verdict.PERMERROR: "meets a broken record",
    Verdict.POLICY: "is refused by policy",
}
_BROKEN = {
    DkimReason.BODY_HASH: "DKIM is broken in the body",
    DkimReason.SIGNATURE: "DKIM is broken in the header",
    DkimReason.KEY_MISSING: "the DKIM key is missing",
    DkimReason.KEY_REVOKED: "the DKIM key is revoked",
    DkimReason.KEY_SYNTAX: "the DKIM key record is malformed",
    DkimReason.KEY_UNSUITABLE: "the DKIM key is unfit",
    DkimReason.EXPIRED: "the DKIM signature has expired",
    DkimReason.FUTURE: "the DKIM signature is from the future",
    DkimReason.DOMAIN_MISMATCH: "the DKIM signature contradicts itself",
    DkimReason.SYNTAX: "the DKIM signature is malformed",
    DkimReason.UNSUPPORTED: "the DKIM signature uses an algorithm that is not accepted",
    DkimReason.DNS: "the DKIM key could not be fetched",
}
