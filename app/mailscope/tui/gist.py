"""What the list keeps of a report for good, in plain values: a hundred thousand of these are held, reports are not."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gist:
    """A report in a few strings, safe to show: enough for its row, for sorting, grouping and filtering."""

    severity: str
    """The word of the answer's severity."""
    rank: int
    """0 for the loudest severity."""
    headline: str
    subject: str = ""
    recipient: str = ""
    """Of a bounce."""
    sender: str = ""
    from_: str = ""
    domain: str = ""
    """Of the author."""
    domains: str = ""
    """The author's and the signers', with blanks between."""
    categories: str = ""
    """Of a bounce, with blanks between."""
    phases: str = ""
    findings: str = ""
    """Ids, with blanks between."""
    kind: str = ""
    when: float = 0.0
    """Seconds since 1970 of the Date field; 0: unknown."""
    cause: str = ""
    """What the list is grouped by, in words."""
    problem: bool = False
    """Whether something critical or a warning was found."""
