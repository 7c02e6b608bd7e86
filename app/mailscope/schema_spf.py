"""The part of the JSON that tells of SPF, of what others stamped, and of what big receivers ask of senders."""

from typing import Any

from mailscope.agreement import Stamp
from mailscope.findings.requirement import Requirement
from mailscope.spf.verdicts import SpfCheck

Json = dict[str, Any]


def spf_dict(check: SpfCheck, *, terms: bool) -> Json:
    """One SPF verdict; its way through the record only where terms is true, since there may be many hops."""
    return {
        "hop": check.hop,
        "result": check.result,
        "domain": check.domain,
        "scope": check.scope,
        "ip": check.ip,
        "helo": check.helo,
        "mail_from": check.mail_from,
        "mechanism": check.mechanism,
        "lookups": check.lookups,
        "void_lookups": check.void_lookups,
        "explanation": check.explanation,
        "problem": check.problem,
        "record": check.record,
        "remarks": list(check.remarks),
        "lookups_needed": check.lookups_needed,
        "void_names": list(check.void_names),
        "faults": [
            {"code": fault.code, "text": fault.text, "domain": fault.domain, "at": fault.at} for fault in check.faults
        ],
        "terms": [
            {
                "depth": term.depth,
                "domain": term.domain,
                "term": term.text,
                "target": term.target,
                "outcome": term.outcome,
                "counts": term.counts,
            }
            for term in check.terms
        ]
        if terms
        else None,
    }


def stamp_dict(stamp: Stamp) -> Json:
    """One verdict that somebody stamped, beside ours."""
    claim = stamp.claim
    return {
        "by": claim.by,
        "field": claim.field,
        "field_index": claim.field_index,
        "instance": claim.instance,
        "whose": stamp.whose,
        "method": claim.method,
        "result": claim.result,
        # Of a property that stands twice the first counts, as in Claim.property.
        "properties": dict(reversed(claim.properties)),
        "agrees": stamp.agrees,
        "ours": stamp.ours,
        "note": stamp.note or None,
        "source": stamp.source or None,
        "software": claim.software,
        "meanings": [
            {"key": each.key, "value": each.value, "means": each.means, "words": each.words or None}
            for each in claim.meanings
        ],
        "expected": stamp.expected if stamp.agrees is False else None,
    }


def requirement_dict(requirement: Requirement) -> Json:
    """One row of what the big receivers ask of their senders."""
    return {
        "id": requirement.id,
        "title": requirement.title,
        "state": requirement.state,
        "why": requirement.why,
        "level": requirement.level,
        "asked_by": [
            {"provider": demand.provider, "level": demand.level, "source": demand.source}
            for demand in requirement.demands
        ],
        "remedy": requirement.remedy,
        "reference": requirement.reference,
    }
