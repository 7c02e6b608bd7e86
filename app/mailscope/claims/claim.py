"""What a header field says somebody checked; a claim, worth as much as whoever wrote it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """One method's result in an Authentication-Results field or one of its kin (RFC 8601 section 2.2)."""

    field_index: int
    field: str
    """The field's name as written."""
    by: str | None
    """The authserv-id, or the host the field names as the checker; None where it names none."""
    method: str
    """"spf", "dkim", "dmarc", "arc", … in lower case."""
    result: str
    """As written, in lower case."""
    reason: str | None = None
    properties: tuple[tuple[str, str], ...] = ()
    """("smtp.mailfrom", "example.com"), … in order; ptype.property in lower case."""
    comment: str | None = None
    instance: int | None = None
    """The ARC instance of an ARC-Authentication-Results field."""

    def property(self, *names: str) -> str | None:
        """The value of the first of these properties that the claim has."""
        for wanted in names:
            for name, value in self.properties:
                if name == wanted:
                    return value
        return None
