"""DMARC by both standards, and where they differ."""

from mailscope.analysis import DmarcPair
from mailscope.dmarc.differ import differences
from mailscope.dmarc.verdicts import DmarcCheck
from mailscope.schema.plain import Json


def dmarc_dict(pair: DmarcPair) -> Json:
    """Both verdicts, those on further authors, and the report address that the message itself goes to."""
    loop = pair.loop
    return {
        "rfc9989": _dmarc(pair.rfc9989),
        "rfc7489": _dmarc(pair.rfc7489),
        "differences": list(differences(pair.rfc9989, pair.rfc7489)),
        "authors": [_dmarc(check) for check in pair.authors],
        "report_loop": None
        if loop is None
        else {"address": loop.address, "tag": loop.tag, "domain": loop.domain, "own": loop.own},
    }


def _dmarc(check: DmarcCheck) -> Json:
    return {
        "from_domain": check.from_domain,
        "result": check.result,
        "policy": check.policy,
        "policy_tag": check.policy_tag,
        "disposition": check.disposition,
        "record_domain": check.record_domain,
        "record": check.record,
        "organizational_domain": check.organizational_domain,
        "spf_aligned": check.spf_aligned,
        "dkim_aligned": check.dkim_aligned,
        "reason": check.reason or None,
        "spf_alignment": check.spf_alignment,
        "dkim_alignment": check.dkim_alignment,
        "testing": check.testing,
        "percent": check.percent,
        "exists": check.exists,
        "tried": [{"domain": look.domain, "found": look.said} for look in check.looks],
        "identifiers": [
            {
                "method": each.method,
                "domain": each.domain,
                "result": each.result,
                "organizational_domain": each.organizational_domain,
                "aligned": each.aligned,
            }
            for each in check.identifiers
        ],
        "reports": [
            {
                "tag": each.tag,
                "uri": each.uri,
                "external": each.external,
                "authorized": each.authorized,
            }
            for each in check.reports
        ],
        "remarks": list(check.remarks),
        "faults": check.faults,
    }
