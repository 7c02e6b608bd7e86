"""The ARC chain."""

from mailscope.arc.verdicts import ArcCheck, ArcInstance
from mailscope.moment import iso
from mailscope.schema.plain import Json


def arc_dict(check: ArcCheck) -> Json:
    """The verdict on the chain, and its instances, oldest first."""
    return {
        "result": check.result,
        "instances": [_instance(each) for each in check.instances],
        "reason": check.reason or None,
        "broken_at": check.broken_at,
        "oldest_pass": check.oldest_pass,
    }


def _instance(each: ArcInstance) -> Json:
    return {
        "instance": each.instance,
        "domain": each.domain,
        "selector": each.selector,
        "cv": each.cv,
        "seal": each.seal,
        "message_signature": each.message_signature,
        "sealed_at": iso(each.sealed_at),
        "by": each.authserv_id,
        "claims": [{"method": method, "result": result} for method, result in each.claims],
        "algorithm": each.algorithm,
        "seal_problem": each.seal_problem or None,
        "message_problem": each.message_problem or None,
        "problem": each.problem or None,
    }
