"""The one line that answers what brought the reader here."""

from collections import Counter
from dataclasses import dataclass

from mailscope.analysis import Analysis
from mailscope.bounce.causes.explain import cause_name
from mailscope.bounce.failure import Bounce, Manner
from mailscope.findings.bounce_rules import cause, put_off, where
from mailscope.findings.dmarc_rules import DISOWNED, dkim_said, dmarc_why, spf_said
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
        headline = bounced(analysis.bounces)
        if any(found.id in DISOWNED for found in findings):
            headline = f"Perhaps forged, since DMARC fails for {analysis.envelope.from_domain}: {headline}"
    elif analysis.specimen.kind in (Kind.MESSAGE, Kind.HEADERS):
        headline = _mail(analysis, findings)
    else:
        headline = f"No failure was found in this {analysis.specimen.kind.value}"
    return Answer(severity, visible(headline))


def bounced(bounces: tuple[Bounce, ...]) -> str:
    """What became of the mail, in one line; of many recipients their sum. At least one bounce; not yet made safe."""
    first = bounces[0]
    if len(bounces) == 1:
        who = first.recipient or "recipient not named"
        if first.manner in _NO_FAILURE:
            return f"{_NO_FAILURE[first.manner]} {who}"
        return f"{_became(first)}: {cause(first)}, {who}"
    kinds = Counter(_became(bounce) for bounce in bounces)
    told = ", ".join(f"{count:,} {became[:1].lower()}{became[1:]}" for became, count in kinds.most_common(3))
    failed = Counter(cause_name(bounce.category) for bounce in bounces if bounce.manner not in _NO_FAILURE)
    causes = ", ".join(name for name, _ in failed.most_common(2))
    return f"{len(bounces):,} recipients: {told}" + (f" ({causes})" if causes else "")


_NO_FAILURE = {
    Manner.DELIVERED: "Delivered:",
    Manner.REPORT: "A complaint, not a failure:",
    Manner.REPLY: "An automatic answer, not a failure:",
}


def _became(bounce: Bounce) -> str:
    place = where(bounce)
    return {
        Manner.REJECTION: f"{'Put off' if put_off(bounce) else 'Rejected'}{place}",
        Manner.ASYNCHRONOUS: "Accepted, then returned",
        Manner.TIMEOUT: f"Given up after trying{place}",
        Manner.DELAY: f"Not delivered yet, stuck{place}",
        Manner.DELIVERED: "Delivered",
        Manner.REPORT: "Complaint",
        Manner.REPLY: "Automatic answer",
    }[bounce.manner]


def _mail(analysis: Analysis, findings: tuple[Finding, ...]) -> str:
    verdict = _dmarc(analysis)
    alarms = [f for f in findings if f.severity is Severity.CRITICAL and f.area != "dmarc"]
    if not alarms and analysis.authentication.dmarc.rfc9989.result is Verdict.PASS:
        # Nothing is wrong with the domain: a warning that the reader is deceived otherwise must not hide behind that.
        alarms = [f for f in findings if f.severity is Severity.WARNING and f.area in _DECEIT]
    if alarms:
        return f"{alarms[0].title}; {verdict}"
    return verdict


_DECEIT = ("header", "links")
"""Areas whose warnings are about what the reader is shown."""


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
    return spf_said(analysis) if ways == ["DKIM"] else dkim_said(analysis)
