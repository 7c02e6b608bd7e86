"""The line above the list: how many, how bad, how far, and in which order."""

from mailscope.amounts import count
from mailscope_widgets import Piece, Pieces, Tone

_CELLS = 8


def tally(
    cases: int,
    shown: int,
    severities: dict[str, int],
    waiting: int,
    strays: int = 0,
    *,
    marked: int = 0,
    busy: bool = True,
) -> Pieces:
    """The left end; strays are not among the cases."""
    pieces = [Piece(f" {count(cases, 'message')}" if shown == cases else f" {shown:,} of {cases:,} shown", strong=True)]
    if marked:
        pieces.append(Piece(f" · {marked:,} marked", Tone.NOTE))
    if severities.get("critical"):
        pieces.append(Piece(f" · {severities['critical']:,} critical"))
    if strays:
        pieces.append(Piece(f" · {strays:,} no mail (/unread)", Tone.DIM))
    if waiting:
        pieces.append(Piece(f" · {waiting:,} {'to examine' if busy else 'not examined'}", Tone.WARN))
    return tuple(pieces)


def progress(share: float | None, order: str) -> Pieces:
    """The right end while something is read or examined: a bar, its share in words; else how the list is sorted."""
    if share is None:
        return (Piece(f"{order} ", Tone.DIM),) if order else ()
    full = round(min(1.0, max(0.0, share)) * _CELLS)
    return (
        Piece("█" * full, Tone.NOTE),
        Piece("░" * (_CELLS - full), Tone.DIM),
        Piece(f" {min(99, int(share * 100))}% ", Tone.WARN),
    )
