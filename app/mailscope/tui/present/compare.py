"""A comparison as blocks: the names, the reasons, then rows by area."""

from mailscope.amounts import count
from mailscope.compare import Area, Comparison, Difference
from mailscope.visible import visible
from mailscope_widgets import Beside, Block, Card, Gap, Item, Pairs, Para, Piece, Pieces, Rule, Tone, para, words

_SHORT = 26
"""Both sides up to this long stand in one line."""
_NAMES = {
    Area.VERDICT: "verdicts",
    Area.FINDING: "findings",
    Area.PATH: "the path",
    Area.FIELD: "header fields",
    Area.BODY: "the body",
    Area.DNS: "the same DNS question",
}


def compare_blocks(comparison: Comparison, *, everything: bool, varying: bool) -> tuple[Block, ...]:
    """Reasons on top; then the rows that differ (or all), those that differ between any two messages on demand."""
    names = Pairs(((" A", words(comparison.left, strong=True)), (" B", words(comparison.right, strong=True))), 2)
    reasons: tuple[Block, ...] = tuple(para(visible(each), hang=2) for each in comparison.reasons)
    if not reasons:
        reasons = (para("SPF, DKIM, ARC and DMARC say the same of both.", Tone.DIM),)
    title = words("Why they differ" if comparison.reasons else "No verdict differs", strong=True)
    blocks: list[Block] = [names, Gap(), Card(title, reasons, Tone.ACCENT)]
    hidden = 0
    for area in Area:
        rows = []
        for place, row in enumerate(comparison.rows):
            if row.area is not area or (row.same and not everything):
                continue
            if not row.telling and not (varying or everything):
                hidden += 1
                continue
            rows.append((place, row))
        if rows:
            rows.sort(key=lambda each: each[1].same)
            blocks += [Gap(), Rule(words(_NAMES[area], Tone.LABEL))]
            blocks += [Item(f"row:{place}", _row(row)) for place, row in rows]
    if not comparison.differing:
        blocks += [Gap(), para("Nothing differs.", Tone.DIM)]
    if hidden:
        said = f"{count(hidden, 'field')} that differ between any two messages: v shows them."
        blocks += [Gap(), para(said, Tone.DIM)]
    return tuple(blocks)


def _row(row: Difference) -> tuple[Block, ...]:
    if row.same:
        return (Para((Piece("=  ", Tone.DIM), Piece(f"{row.name}  ", Tone.LABEL), *_side(row.left, Tone.DIM)), 3),)
    name = (Piece("≠  ", Tone.WARN, strong=True), Piece(row.name, strong=True))
    if row.left is None or row.right is None:
        where = "only in B" if row.left is None else "only in A"
        told = _side(row.right if row.left is None else row.left)
        return (Para((*name, Piece(f"  {where}: ", Tone.NOTE), *told), 6),)
    if all(len(side or "") <= _SHORT for side in (row.left, row.right)):
        return (
            Para((*name, Piece("  A: ", Tone.DIM), *_side(row.left), Piece("  B: ", Tone.DIM), *_side(row.right)), 3),
        )
    sides = (Pairs(((f"   {letter}", _side(side)),), 4) for letter, side in (("A", row.left), ("B", row.right)))
    left, right = sides
    return (Para(name), Beside((left,), (right,)))


def _side(value: str | None, tone: Tone = Tone.PLAIN) -> Pieces:
    return words("absent", Tone.NOTE) if value is None else words(visible(value) or "(empty)", tone)
