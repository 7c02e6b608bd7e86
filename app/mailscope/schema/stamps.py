"""What others stamped, beside our own verdicts."""

from mailscope.agreement import Stamp
from mailscope.schema.plain import Json


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
