"""Whether the message meets what the big receivers ask of their senders, in one finding."""

from collections.abc import Iterator

from mailscope.amounts import count
from mailscope.analysis import Analysis
from mailscope.findings.finding import Finding
from mailscope.findings.requirement import LEVELS, State
from mailscope.findings.requirements import sender_requirements
from mailscope.findings.words import computed, find

_MOST = 6


def senders_rules(analysis: Analysis) -> Iterator[Finding]:
    """The requirements that fail, the reasons as evidence; the whole list stands in the report's own section."""
    failing = [each for each in sender_requirements(analysis) if each.state is State.FAIL]
    if not failing:
        return
    names = {demand.title for each in failing for demand in each.demands}
    yield find(
        "senders-unmet",
        *(computed(f"{each.title}: {each.why}") for each in failing[:_MOST]),
        count=count(len(failing), "requirement"),
        providers=", ".join(sorted(names)),
        what="; ".join(f"{each.title} (asked {LEVELS[each.level]})" for each in failing[:_MOST]),
        remedy=" ".join(dict.fromkeys(each.remedy for each in failing[:_MOST])),
    )
