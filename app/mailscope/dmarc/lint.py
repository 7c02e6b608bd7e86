"""What is wrong or unwise in a DMARC record."""

from mailscope.dmarc.record import Record


def lint(record: Record, domain: str) -> tuple[str, ...]:
    """A short sentence for each."""
    return ()
