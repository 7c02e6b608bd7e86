"""What others stamped on the message, held against our own verdicts."""

from collections.abc import Iterator

from mailscope.agreement import Stamp, Whose
from mailscope.amounts import duration
from mailscope.analysis import Analysis
from mailscope.findings.finding import Finding
from mailscope.findings.words import field_evidence, find, phrase
from mailscope.verdict import Severity


def claims_rules(analysis: Analysis) -> Iterator[Finding]:
    """Agreement, disagreement, and stamps that are no evidence."""
    stamped = analysis.authentication.stamped
    fields = analysis.message.fields
    seen: set[tuple[str, str, str | None]] = set()
    for stamp in stamped:
        claim = stamp.claim
        key = (claim.method, claim.result, claim.property("header.d", "header.i"))
        if stamp.agrees is False and stamp.whose is Whose.RECEIVER and key not in seen:
            seen.add(key)
            yield find(
                "claim-differs",
                field_evidence(fields[claim.field_index]),
                severity=Severity.NOTICE if stamp.expected else None,
                by=_by(stamp),
                method=claim.method.upper(),
                theirs=claim.result,
                ours=stamp.ours,
                note=stamp.note,
                when=when(analysis),
            )
    yield from _on_the_way(analysis)
    agreeing = [stamp for stamp in stamped if stamp.agrees and stamp.whose is Whose.RECEIVER]
    if agreeing and not seen:
        methods = ", ".join(dict.fromkeys(f"{stamp.claim.method}={stamp.claim.result}" for stamp in agreeing))
        places = dict.fromkeys(stamp.claim.field_index for stamp in agreeing)
        evidence = [field_evidence(fields[place]) for place in list(places)[:3]]
        yield find("claim-agrees", *evidence, by=_by(agreeing[0]), methods=methods, when=when(analysis))
    below = [stamp for stamp in stamped if stamp.whose is Whose.SENDER]
    if below:
        names = ", ".join(dict.fromkeys(stamp.claim.field for stamp in below))
        evidence = [field_evidence(fields[place]) for place in dict.fromkeys(s.claim.field_index for s in below)][:3]
        yield find("claim-below-border", *evidence, count=len(below), fields=names)


def _on_the_way(analysis: Analysis) -> Iterator[Finding]:
    """What hosts on the way saw otherwise: between them and the border the message changed, or the DNS since."""
    seen: set[tuple[str, str, str | None]] = set()
    fields = analysis.message.fields
    for stamp in analysis.authentication.stamped:
        claim = stamp.claim
        key = (claim.method, claim.result, claim.property("header.d", "header.i"))
        if stamp.whose is Whose.INTERMEDIARY and stamp.agrees is False and key not in seen:
            seen.add(key)
            yield find(
                "claim-on-the-way",
                field_evidence(fields[claim.field_index]),
                by=_by(stamp),
                method=claim.method.upper(),
                theirs=claim.result,
                ours=stamp.ours,
                note=stamp.note,
            )


def when(analysis: Analysis) -> str:
    """How long after the message was received it was checked here, in one sentence."""
    received, age = analysis.received_at, analysis.age_seconds
    if received is None or age is None:
        return phrase("claims", "received-unknown")
    time = f"{received:%Y-%m-%d %H:%M}"
    if age < 0:
        return phrase("claims", "received-after", time=time)
    return phrase("claims", "received-before", time=time, later=duration(age))


def _by(stamp: Stamp) -> str:
    return stamp.claim.by or f"The {stamp.claim.field} field"
