"""What big receivers ask of their senders."""

from mailscope.findings.requirement import Requirement
from mailscope.schema.plain import Json


def requirement_dict(requirement: Requirement) -> Json:
    """One row of what the big receivers ask of their senders."""
    return {
        "id": requirement.id,
        "title": requirement.title,
        "state": requirement.state,
        "why": requirement.why,
        "level": requirement.level,
        "asked_by": [
            {
                "provider": demand.provider,
                "level": demand.level,
                "source": demand.source,
                "codes": list(demand.codes),
                "bulk": demand.bulk,
                "enforced": demand.enforced,
            }
            for demand in requirement.demands
        ],
        "remedy": requirement.remedy,
        "reference": requirement.reference,
    }
