"""What a header field says somebody checked; a claim, worth as much as whoever wrote it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Meaning:
    """One key of a verdict, told in words."""

    key: str
    """As written: "SCL"."""
    value: str
    means: str
    """What the key tells: "spam confidence level"."""
    words: str
    """What the value says: "not spam"; "" where it speaks for itself."""

    def __str__(self) -> str:
        return f"{self.means}: {self.value}" + (f" ({self.words})" if self.words else "")


@dataclass(frozen=True, slots=True)
class Claim:
    """One method's result in an Authentication-Results field or one of its kin (RFC 8601 section 2.2)."""

    field_index: int
    field: str
    """The field's name as written."""
    by: str | None
    """The authserv-id, or the host the field names as the checker; None where it names none."""
    method: str
    """"spf", "dkim", "dmarc", "arc", … in lower case; "spam", "virus", … for filters."""
    result: str
    """As written, in lower case."""
    reason: str | None = None
    properties: tuple[tuple[str, str], ...] = ()
    """("smtp.mailfrom", "example.com"), … in order; ptype.property in lower case."""
    comment: str | None = None
    instance: int | None = None
    """The ARC instance of an ARC-Authentication-Results field."""
    software: str | None = None
    """Who writes fields of this name, for the verdicts of filters: "Exchange Online Protection"."""
    meanings: tuple[Meaning, ...] = ()
    """The keys and words that can be told in plain words, in order."""

    def property(self, *names: str) -> str | None:
        """The value of the first of these properties that the claim has."""
        for wanted in names:
            for name, value in self.properties:
                if name == wanted:
                    return value
        return None
