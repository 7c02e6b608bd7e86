"""What SPF says at the border, and why it may have come so."""

from collections.abc import Iterator

from mailscope.analysis import Analysis
from mailscope.findings.finding import Finding
from mailscope.findings.words import computed, dns_evidence, find
from mailscope.specimen import Kind
from mailscope.spf.verdicts import SpfCheck
from mailscope.verdict import Verdict


def spf_rules(analysis: Analysis) -> Iterator[Finding]:
    """The verdict at the border, forwarding, alignment and the record's faults."""
    check = analysis.authentication.spf
    if check is None or analysis.specimen.kind not in (Kind.MESSAGE, Kind.HEADERS):
        return
    domain = check.domain or "the sender"
    identity = "HELO name" if check.scope == "helo" else f"envelope sender {check.mail_from or '<>'}"
    evidence = [dns_evidence(domain, check.record)] if check.record else []
    ident = "spf-unknown" if check.result is None else f"spf-{_IDS[check.result]}"
    yield find(
        ident,
        *evidence,
        domain=domain,
        identity=identity,
        ip=check.ip or "an unknown address",
        mechanism=check.mechanism or "nothing that matches",
        problem=check.problem or "No reason was given.",
        forwarded=_forwarded(analysis, check),
    )
    author = analysis.envelope.from_domain
    dmarc = analysis.authentication.dmarc.rfc9989
    if check.result is Verdict.PASS and author and dmarc.result is Verdict.FAIL and dmarc.spf_aligned is False:
        yield find("spf-elsewhere", computed(f"SPF domain {domain}, From domain {author}"), domain=domain, author=author)
    for remark in check.remarks:
        yield find("spf-record", *evidence, domain=domain, remark=remark)


def _forwarded(analysis: Analysis, check: SpfCheck) -> str:
    """Whether an earlier hop's client would have passed: the mark of forwarding."""
    for other in analysis.authentication.spf_by_hop:
        earlier = other.hop is not None and check.hop is not None and other.hop < check.hop
        if other.result is Verdict.PASS and other.scope == check.scope and earlier and other.hop is not None:
            return (
                f"It would have passed for {other.ip}, the client of hop {other.hop + 1}: "
                "the message was forwarded, if that hop's claim is true."
            )
    return ""


_IDS = {
    Verdict.PASS: "pass",
    Verdict.FAIL: "fail",
    Verdict.SOFTFAIL: "softfail",
    Verdict.NEUTRAL: "neutral",
    Verdict.NONE: "none",
    Verdict.TEMPERROR: "temperror",
    Verdict.PERMERROR: "permerror",
    Verdict.POLICY: "neutral",
}
