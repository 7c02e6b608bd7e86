"""What SPF says at the border, how the mail came there, and what is wrong in the record."""

from collections.abc import Iterator

from mailscope.analysis import Analysis
from mailscope.findings.finding import Evidence, Finding
from mailscope.findings.words import computed, dns_evidence, find, phrase
from mailscope.specimen import Kind
from mailscope.spf.rewritten import rewritten
from mailscope.spf.verdicts import Fault, Scope, SpfCheck
from mailscope.verdict import Severity, Verdict

_MOST = 5
"""Faults of one kind that a finding spells out."""


def spf_rules(analysis: Analysis) -> Iterator[Finding]:
    """The verdict at the border, forwarding, alignment and the record's faults."""
    check = analysis.authentication.spf
    if check is None or analysis.specimen.kind not in (Kind.MESSAGE, Kind.HEADERS):
        return
    domain = check.domain or "the sender"
    evidence = [dns_evidence(domain, check.record)] if check.record else []
    earlier = would_have_passed(analysis)
    dmarc = analysis.authentication.dmarc.rfc9989
    carried = check.result in (Verdict.FAIL, Verdict.SOFTFAIL) and dmarc.result is Verdict.PASS
    yield find(
        "spf-unknown" if check.result is None else f"spf-{_IDS[check.result]}",
        *evidence,
        severity=Severity.NOTICE if carried else None,
        domain=domain,
        identity="HELO name" if check.scope == "helo" else f"envelope sender {check.mail_from or '<>'}",
        ip=check.ip or "an unknown address",
        mechanism=check.mechanism or "nothing that matches",
        problem=check.problem or "No reason was given.",
        dmarc=phrase("spf", "carried") if carried else "",
    )
    author = analysis.envelope.from_domain
    if check.result is Verdict.PASS and author and dmarc.result is Verdict.FAIL and dmarc.spf_aligned is False:
        yield find(
            "spf-elsewhere", computed(f"SPF domain {domain}, From domain {author}"), domain=domain, author=author
        )
    if check.scope is Scope.HELO and check.mail_from == "":
        yield find("spf-null-sender", helo=check.helo or "an unknown name")
    if earlier is not None:
        yield _forwarding(analysis, check, earlier)
    yield from _sender(analysis, check)
    yield from _faults(check, evidence)


def would_have_passed(analysis: Analysis) -> SpfCheck | None:
    """The oldest hop whose client SPF would have passed, where the border's did not: the mark of forwarding."""
    check = analysis.authentication.spf
    if check is None or check.hop is None or check.result not in (Verdict.FAIL, Verdict.SOFTFAIL, Verdict.NEUTRAL):
        return None
    for other in analysis.authentication.spf_by_hop:
        earlier = other.hop is not None and other.hop < check.hop
        if earlier and other.result is Verdict.PASS and other.scope == check.scope and other.mechanism != "all":
            return other
    return None


def _forwarding(analysis: Analysis, check: SpfCheck, earlier: SpfCheck) -> Finding:
    dmarc = analysis.authentication.dmarc.rfc9989
    if dmarc.result is Verdict.PASS and dmarc.dkim_aligned:
        conclusion = phrase("spf", "forwarder-survived", ip=check.ip)
    elif dmarc.result is Verdict.FAIL:
        conclusion = phrase("spf", "forwarder-or-invented", ip=check.ip)
    else:
        conclusion = phrase("spf", "forwarder-claimed", ip=check.ip)
    hop = (earlier.hop or 0) + 1
    return find(
        "spf-forwarded",
        computed(f"border {check.ip}: {check.result}; hop {hop} {earlier.ip}: {earlier.result} ({earlier.mechanism})"),
        said=_SAID.get(check.result or Verdict.FAIL, "fails"),
        ip=check.ip or "an unknown address",
        hop=hop,
        earlier=earlier.ip,
        conclusion=conclusion,
    )


def _sender(analysis: Analysis, check: SpfCheck) -> Iterator[Finding]:
    """An envelope sender whose shape tells who wrote it."""
    found = rewritten(check.mail_from or "")
    if found is None or found.scheme == "VERP":
        return
    earlier = ""
    for other in analysis.authentication.spf_by_hop:
        before = other.hop is not None and check.hop is not None and other.hop < check.hop
        if before and other.result is Verdict.PASS and other.mail_from == found.original:
            earlier = phrase("spf", "earlier", hop=(other.hop or 0) + 1, ip=other.ip)
            break
    ident = "spf-rewritten-sender" if found.by_forwarder else "spf-tagged-sender"
    yield find(
        ident,
        computed(f"{check.mail_from} stands for {found.original}"),
        sender=check.mail_from,
        forwarder=found.forwarder,
        scheme=found.scheme,
        original=found.original,
        earlier=earlier,
    )


def _faults(check: SpfCheck, evidence: list[Evidence]) -> Iterator[Finding]:
    """A finding for each kind of fault, with the first few spelt out."""
    kinds: dict[str, list[Fault]] = {}
    for fault in check.faults:
        kinds.setdefault(fault.code, []).append(fault)
    for code, faults in kinds.items():
        told = " ".join(fault.text for fault in faults[:_MOST])
        if len(faults) > _MOST:
            told += f" And {len(faults) - _MOST} more."
        domains = {fault.domain for fault in faults if fault.domain}
        domain = domains.pop() if len(domains) == 1 else check.domain
        # The verdict has said it loudly already; here stands what to do.
        quiet = Severity.INFO if check.result is Verdict.PERMERROR and code in _FATAL else None
        yield find(f"spf-record-{code}", *evidence, severity=quiet, domain=domain or "the sender", remark=told)


_FATAL = ("too-many-lookups", "several-records", "syntax", "repeated-modifier", "no-record", "loop", "void")
_SAID = {Verdict.FAIL: "fails", Verdict.SOFTFAIL: "softfails", Verdict.NEUTRAL: "is neutral"}
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
