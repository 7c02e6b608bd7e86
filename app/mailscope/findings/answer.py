"""The one line that answers what brought the reader here."""

from collections import Counter
from dataclasses import dataclass

from mailscope.analysis import Analysis
from mailscope.bounce.failure import Bounce, Manner
from mailscope.findings.bounce_rules import WHERE, cause
from mailscope.findings.dmarc_rules import DISOWNED, capital, dkim_said, dmarc_why, spf_said
from mailscope.findings.finding import Finding
from mailscope.specimen import Kind
from mailscope.verdict import Severity, Verdict
from mailscope.visible import visible


@dataclass(frozen=True, slots=True)
class Answer:
    """What the reader came for, in one line."""

    severity: Severity
    headline: str
    """One sentence, safe to show: "DMARC fails: SPF passes for another domain, DKIM is broken in the body"."""


def answer(analysis: Analysis, findings: tuple[Finding, ...]) -> Answer:
    """The headline of a report, and the severity of its loudest finding."""
    severity = findings[0].severity if findings else Severity.OK
    if analysis.bounces:
        headline = _bounced(analysis.bounces)
        if any(found.id in DISOWNED for found in findings):
            headline = f"Perhaps forged, since DMARC fails for {analysis.envelope.from_domain}: {headline}"
    elif analysis.specimen.kind in (Kind.MESSAGE, Kind.HEADERS):
        headline = _mail(analysis, findings)
    else:
        headline = f"No failure was found in this {analysis.specimen.kind.value}"
    return Answer(severity, visible(headline))


def _bounced(bounces: tuple[Bounce, ...]) -> str:
    first = bounces[0]
    if len(bounces) == 1:
        return f"{_became(first)}: {cause(first)}, {first.recipient or 'recipient not named'}"
    kinds = Counter(_became(bounce) for bounce in bounces)
    told = ", ".join(f"{count} {became[:1].lower()}{became[1:]}" for became, count in kinds.most_common(3))
    causes = ", ".join(word.replace("_", " ") for word, _ in Counter(b.category for b in bounces).most_common(2))
    return f"{len(bounces)} recipients: {told} ({causes})"


def _became(bounce: Bounce) -> str:
    where = f" {WHERE[bounce.phase]}" if WHERE[bounce.phase] else ""
    return {
        Manner.REJECTION: f"Rejected{where}",
        Manner.ASYNCHRONOUS: "Accepted, then returned",
        Manner.TIMEOUT: f"Given up after trying{where}",
        Manner.DELAY: f"Not delivered yet, stuck{where}",
        Manner.DELIVERED: "Delivered",
        Manner.REPORT: "Complaint",
        Manner.REPLY: "Automatic answer",
    }[bounce.manner]


def _mail(analysis: Analysis, findings: tuple[Finding, ...]) -> str:
    alarms = [f for f in findings if f.severity is Severity.CRITICAL and f.area != "dmarc"]
    verdict = _dmarc(analysis)
    if alarms:
        return f"{alarms[0].title}; {verdict}"
    return verdict


def _dmarc(analysis: Analysis) -> str:
    check = analysis.authentication.dmarc.rfc9989
    domain = analysis.envelope.from_domain
    if domain is None:
        said = "no author domain" if not analysis.envelope.authors else "several author domains"
        return f"DMARC has {said} to judge; {spf_said(analysis)}, {dkim_said(analysis)}"
    if check.result is Verdict.PASS:
        ways = [way for way, aligned in (("DKIM", check.dkim_aligned), ("SPF", check.spf_aligned)) if aligned]
        rest = "" if len(ways) == 2 else f"; {_other(analysis, ways)}"
        return f"DMARC passes for {domain} by {' and '.join(ways)}{rest}"
    if check.result is Verdict.FAIL:
        policy = {"none": "policy none"}.get(check.disposition or "none", f"policy {check.disposition}")
        return f"DMARC fails for {domain} ({policy}): {dmarc_why(analysis)}"
    if check.result is Verdict.NONE:
        return f"No DMARC policy at {domain}; {spf_said(analysis)}, {dkim_said(analysis)}"
    if check.result is None:
        return f"DMARC for {domain} not evaluated: {dmarc_why(analysis)}"
    return f"DMARC for {domain} cannot be judged: {dmarc_why(analysis)}"


def _other(analysis: Analysis, ways: list[str]) -> str:
    """What the mechanism did that did not carry the pass."""
    return capital(spf_said(analysis)) if ways == ["DKIM"] else capital(dkim_said(analysis))
