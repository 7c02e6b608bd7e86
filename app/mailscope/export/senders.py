"""The part of the outline that holds the message against what the big receivers ask of their senders."""

from mailscope.export.blocks import Block, Pairs, Paragraph, Table
from mailscope.export.wording import safe
from mailscope.findings.requirement import LEVELS, Demand, Requirement, State
from mailscope.report import Report

_STATES = {State.PASS: "pass", State.FAIL: "FAIL", State.UNKNOWN: "cannot know"}


def senders_blocks(report: Report) -> tuple[Block, ...]:
    """The checklist, a row each, with who asks it; nothing for what is no mail."""
    rows = report.requirements
    if not rows:
        return ()
    sources = {demand.title: f"{demand.enforced} {demand.source}" for row in rows for demand in row.demands}
    return (
        Paragraph("As far as one message tells; what a receiver counts over time it cannot."),
        Table(
            ("Requirement", "State", "Why", "Asked by"),
            tuple((row.title, _STATES[row.state], safe(row.why), _asked(row)) for row in rows),
        ),
        Pairs(tuple((title, source) for title, source in sources.items())),
    )


def _name(demand: Demand, row: Requirement) -> str:
    """The provider, and with what it refuses such a message."""
    codes = f" ({', '.join(demand.codes)})" if demand.codes and row.state is State.FAIL else ""
    return demand.title.partition(" (")[0] + codes


def _asked(row: Requirement) -> str:
    parts = []
    for level in LEVELS:
        names = [_name(demand, row) for demand in row.demands if demand.level == level]
        if names:
            parts.append(f"{', '.join(names)} {LEVELS[level]}")
    return "; ".join(parts)
