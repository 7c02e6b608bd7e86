"""Plain words for a row: what happened, whose move it is, whether to try again."""

from dataclasses import replace

from mailscope.bounce.failure import Bounce
from mailscope.bounce.rules import Rule


def explain(row: Bounce, rule: Rule | None) -> Bounce:
    """The row with meaning, remedy and retry advice."""
    return replace(row, meaning=(rule.meaning if rule else "") or None, remedy=(rule.remedy if rule else "") or None)
