"""The few shapes that an outline is made of; every string in them is one line, safe to show, and no markup yet."""

from dataclasses import dataclass

from mailscope.verdict import Severity


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Pairs:
    """Labels and their values; labels are our own words."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """The very bytes or answer that something stands on; the label is ours."""

    label: str
    text: str
    is_difference: bool = False
    """Whether it is a line as it was signed or as it is: text of people."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under column heads, all of one length; the heads are our own words."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_difference: bool = False
    """Whether its rows are marks and lines of the message, as they were signed and as they are."""


@dataclass(frozen=True, slots=True)
class Item:
    """A thing with a title, and what is to be said of it."""

    title: str
    blocks: "tuple[Block, ...]" = ()
    severity: Severity | None = None


Block = Paragraph | Pairs | Quote | Table | Item


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, in our own words, and what stands below it."""

    title: str
    blocks: tuple[Block, ...]
    key: str
    """What callers choose it by: a word in lower case."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One report: the answer in one line, what it rests on, and the sections."""

    name: str
    """What was examined."""
    severity: Severity | None
    """None where it could not be examined."""
    headline: str
    lead: tuple[Block, ...]
    sections: tuple[Section, ...]

    @property
    def word(self) -> str:
        """The severity in capitals, so that it stands out without colour."""
        return severity_word(self.severity)


def severity_word(severity: Severity | None) -> str:
    """The severity in capitals; ERROR where there is none."""
    return severity.value.upper() if severity else "ERROR"
