"""What the ARC chain says: whether it holds, who sealed what, where the message was changed."""

from collections.abc import Iterator

from mailscope.analysis import Analysis
from mailscope.arc.verdicts import ArcCheck, ArcInstance
from mailscope.findings.finding import Finding
from mailscope.findings.words import field_evidence, find
from mailscope.verdict import Verdict

_MOST = 10
_WORD = 40
_METHODS = ("spf", "dkim", "dmarc", "arc")


def arc_rules(analysis: Analysis) -> Iterator[Finding]:
    """The verdict on the chain, then its sets, where there is one."""
    check = analysis.authentication.arc
    if check.result is Verdict.NONE or (check.result is None and not check.instances):
        return
    evidence = [field_evidence(field) for field in analysis.message.all("ARC-Seal")[:3]]
    if check.result is Verdict.PASS:
        sealers = ", ".join(dict.fromkeys(each.domain or "an unnamed host" for each in check.instances))
        yield find("arc-pass", *evidence, count=len(check.instances), sealers=sealers, saw=_first_saw(check))
    elif check.result is None or check.result is Verdict.TEMPERROR:
        yield find("arc-unknown", *evidence, reason=check.reason)
    else:
        yield find("arc-fail", *evidence, reason=check.reason, where=_where(check))
    if check.instances:
        told = "; ".join(_set(each) for each in check.instances[:_MOST])
        more = len(check.instances) - _MOST
        results = [field_evidence(field) for field in analysis.message.all("ARC-Authentication-Results")[:3]]
        yield find("arc-sets", *results, told=told + (f"; and {more} more" if more > 0 else ""))
    yield from _changed(check)
    yield find("arc-historic")


def _first_saw(check: ArcCheck) -> str:
    """What the first sealer says it saw."""
    for each in check.instances[:1]:
        words = _saw(each)
        if words:
            return f" ({words} when it came to {each.authserv_id or each.domain})"
    return ""


def _saw(each: ArcInstance) -> str:
    return ", ".join(f"{method}={result[:_WORD]}" for method, result in each.claims[:_MOST] if method in _METHODS)


def _where(check: ArcCheck) -> str:
    """Whom to ask where a chain is broken."""
    broken = next((each for each in check.instances if each.instance == check.broken_at), None)
    if broken is None:
        return "the sealers named in the chain"
    return f"{broken.domain or 'the unnamed host'} (instance {broken.instance}) and whoever had the message after it"


def _set(each: ArcInstance) -> str:
    """One set in a few words."""
    saw = _saw(each) or "nothing that it states"
    seal = _HELD.get(each.seal, "was not evaluated")
    signature = _HELD.get(each.message_signature, "was not evaluated")
    who = each.domain or "an unnamed host"
    return f"{each.instance}: {who} saw {saw}; its seal {seal}, its message signature {signature}"


def _changed(check: ArcCheck) -> Iterator[Finding]:
    """Where the message was changed on its way between sealers that otherwise did well."""
    if check.result is not Verdict.PASS or check.oldest_pass in (None, 1):
        return
    place = next(i for i, each in enumerate(check.instances) if each.instance == check.oldest_pass)
    before, after = check.instances[place - 1], check.instances[place]
    if before.message_signature is Verdict.FAIL:
        yield find(
            "arc-changed",
            before=before.domain or "an unnamed host",
            after=after.domain or "an unnamed host",
            first=before.instance,
            second=after.instance,
        )


_HELD: dict[Verdict | None, str] = {
    Verdict.PASS: "holds",
    Verdict.FAIL: "does not hold",
    Verdict.TEMPERROR: "could not be checked",
}
