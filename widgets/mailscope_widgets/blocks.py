"""What a sheet is made of: plain values that say what is shown and how loud, never how wide."""

from dataclasses import dataclass
from enum import StrEnum
from math import log10


class Tone(StrEnum):
    """How a piece of text is meant; the theme gives it a colour, so the text itself must say it too."""

    PLAIN = "plain"
    DIM = "dim"
    LABEL = "label"
    ACCENT = "accent"
    BAD = "bad"
    WARN = "warn"
    NOTE = "note"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text in one tone; shown literally, never as markup."""

    text: str
    tone: Tone = Tone.PLAIN
    strong: bool = False


Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Para:
    """Wrapped text; lines after the first are indented by hang cells. Line feeds break the line."""

    pieces: Pieces
    hang: int = 0


@dataclass(frozen=True, slots=True)
class Split:
    """A left and a right end in one line, or in two where there is no room for both."""

    left: Pieces
    right: Pieces
    shrink: bool = False
    """Whether the left end is cut where there is no room for both, rather than given a line of its own."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Labels in a column and what they stand for beside them, wrapped."""

    rows: tuple[tuple[str, Pieces], ...]
    label_width: int = 0
    """Cells of the label column; 0: as wide as the widest label."""


@dataclass(frozen=True, slots=True)
class Gap:
    """An empty line."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across, with words in it."""

    pieces: Pieces = ()
    tone: Tone = Tone.DIM
    line: str = "─"


@dataclass(frozen=True, slots=True)
class Steps:
    """Stations of a way in their order, with the one where it ended; wraps between stations."""

    names: tuple[str, ...]
    at: int | None
    """Index of the station where it ended; None: unknown, nothing is marked."""
    tone: Tone = Tone.BAD
    optional: frozenset[int] = frozenset()
    """Stations that a way may pass by: having got further says nothing about them."""


@dataclass(frozen=True, slots=True)
class Margin:
    """Blocks with a mark before the first line and another (or blanks) before each further line."""

    mark: Pieces
    body: tuple["Block", ...]
    rest: Pieces = ()


@dataclass(frozen=True, slots=True)
class Card:
    """Blocks under a title, held together by a bar in the card's tone on a raised ground."""

    title: Pieces
    body: tuple["Block", ...] = ()
    tone: Tone = Tone.DIM


@dataclass(frozen=True, slots=True)
class Item:
    """Blocks that the cursor can stand on and that can be opened."""

    key: str
    body: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """Two things side by side, or one below the other where there is no room for both."""

    left: tuple["Block", ...]
    right: tuple["Block", ...]


Block = Para | Split | Pairs | Gap | Rule | Steps | Margin | Card | Item | Beside


def words(text: str, tone: Tone = Tone.PLAIN, *, strong: bool = False) -> Pieces:
    """One piece of text."""
    return (Piece(text, tone, strong),)


def para(text: str, tone: Tone = Tone.PLAIN, *, strong: bool = False, hang: int = 0) -> Para:
    """Wrapped text in one tone."""
    return Para((Piece(text, tone, strong),), hang)


def log_bar(value: float, most: float, cells: int = 12) -> str:
    """A bar on a logarithmic scale; anything above nothing shows at least an eighth of a cell."""
    if value <= 0 or most <= 0:
        return ""
    eighths = max(1, round(cells * 8 * min(1.0, log10(1 + value) / log10(1 + most))))
    full, part = divmod(eighths, 8)
    return "█" * full + ("▏▎▍▌▋▊▉"[part - 1] if part else "")
