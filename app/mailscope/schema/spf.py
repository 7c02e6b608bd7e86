"""SPF verdicts."""

from mailscope.schema.plain import Json
from mailscope.spf.verdicts import SpfCheck


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
