"""What is supposed about a message, and what that changes, in a line."""

from collections.abc import Iterator

from mailscope.report import Report
from mailscope.tui.change import Change
from mailscope.tui.present.wording import severity_pieces, verdict_pieces
from mailscope.verdict import Verdict
from mailscope.visible import visible
from mailscope_widgets import Piece, Pieces, Tone, words


def change_pieces(change: Change, before: Report | None, after: Report | None) -> tuple[Pieces, Pieces]:
    """The left and right end of the line above the report: what changes, under what, and the way back."""
    right = words("x: more  u: undo ", Tone.DIM)
    supposed = Piece(f" · with {visible(change.words())}", Tone.DIM)
    if before is None or after is None:
        return (Piece(" what if…", strong=True), supposed), right
    return (*words(" what if: ", strong=True), *_changed(before, after), supposed), right


def changed_words(before: Report, after: Report) -> str:
    """The same as plain text, for a notice."""
    return "".join(piece.text for piece in _changed(before, after))


def _changed(before: Report, after: Report) -> Pieces:
    pieces: list[Piece] = []
    for name, one, other in _results(before, after):
        if one != other:
            pieces += [Piece(f"{'  ' if pieces else ''}{name} ")]
            pieces += [*verdict_pieces(one), Piece(" → "), *verdict_pieces(other)]
    if before.answer.severity != after.answer.severity:
        old, new = (severity_pieces(each.answer.severity)[0] for each in (before, after))
        pieces += [Piece("  " if pieces else ""), Piece(old.text.rstrip(), old.tone, strong=True), Piece(" → ")]
        pieces.append(Piece(new.text.rstrip(), new.tone, strong=True))
    if pieces:
        return tuple(pieces)
    if before.answer.headline != after.answer.headline:
        return (Piece(visible(f"{before.answer.headline} → {after.answer.headline}")),)
    return words("no verdict changes")


def _results(before: Report, after: Report) -> Iterator[tuple[str, Verdict | str | None, Verdict | str | None]]:
    a, b = before.authentication, after.authentication
    yield "DMARC", a.dmarc.rfc9989.result, b.dmarc.rfc9989.result
    yield "SPF", a.spf.result if a.spf else None, b.spf.result if b.spf else None
    for place, (one, other) in enumerate(zip(a.dkim, b.dkim, strict=False), 1):
        yield f"DKIM {place}" if len(a.dkim) > 1 else "DKIM", one.result, other.result
    yield "ARC", a.arc.result, b.arc.result
