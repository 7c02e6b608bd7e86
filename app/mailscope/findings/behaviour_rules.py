"""How the sides of sessions and queues behaved."""

from collections.abc import Iterator

from mailscope.analysis import Analysis
from mailscope.bounce.failure import Behaviour
from mailscope.findings.finding import Finding
from mailscope.findings.words import computed, find


def behaviour_rules(analysis: Analysis) -> Iterator[Finding]:
    """Those of the sessions and queues that the specimen tells of."""
    yield from behaviour_findings(analysis.notice.behaviour)


def behaviour_findings(seen: tuple[Behaviour, ...]) -> Iterator[Finding]:
    """A finding a kind of behaviour, with the lines that show it."""
    for one in seen:
        evidence = [computed(line) for line in one.evidence if line]
        facts: dict[str, str | int | float | None] = {**dict(one.facts), "times": _times(one.count)}
        yield find(f"behaviour-{one.id}", *evidence, severity=None, **facts)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
