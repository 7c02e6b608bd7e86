"""What the ARC chain says."""

from collections.abc import Iterator

from mailscope.analysis import Analysis
from mailscope.findings.finding import Finding
from mailscope.findings.words import field_evidence, find
from mailscope.verdict import Verdict


def arc_rules(analysis: Analysis) -> Iterator[Finding]:
    """One finding on the chain, where there is one."""
    check = analysis.authentication.arc
    if check.result is Verdict.NONE or (check.result is None and not check.instances):
        return
    evidence = [field_evidence(field) for field in analysis.message.all("ARC-Seal")[:3]]
    if check.result is Verdict.PASS:
        sealers = ", ".join(dict.fromkeys(one.domain or "an unnamed host" for one in check.instances))
        yield find("arc-pass", *evidence, count=len(check.instances), sealers=sealers, saw=_saw(analysis))
    elif check.result is None or check.result is Verdict.TEMPERROR:
        yield find("arc-unknown", *evidence, reason=check.reason)
    else:
        yield find("arc-fail", *evidence, reason=check.reason)


def _saw(analysis: Analysis) -> str:
    """What the first sealer says it saw."""
    for one in analysis.authentication.arc.instances[:1]:
        words = [f"{method}={result}" for method, result in one.claims if method in ("spf", "dkim", "dmarc")]
        if words:
            return f" ({', '.join(words)} when it came to {one.authserv_id or one.domain})"
    return ""
