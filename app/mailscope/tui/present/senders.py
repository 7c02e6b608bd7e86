"""What the big receivers ask of their senders, as a checklist: met, not met, cannot be known from one message."""

from collections import Counter
from collections.abc import Iterator

from mailscope.findings.requirement import LEVELS, Requirement, State
from mailscope.report import Report
from mailscope.tui.present.wording import Detail, text
from mailscope.visible import visible
from mailscope_widgets import Block, Gap, Item, Margin, Pairs, Para, Piece, Pieces, Rule, Tone, words

KEY = "requirements"
"""The key of the item that opens the checklist."""
_STATES = {
    State.FAIL: ("✗", "NOT MET", Tone.BAD),
    State.UNKNOWN: ("?", "UNKNOWN", Tone.DIM),
    State.PASS: ("✓", "MET", Tone.GOOD),
}


def senders_tally(report: Report) -> Pieces:
    """How many requirements are met, not met, and unknown."""
    return _tally(report.requirements)


def senders_item(report: Report) -> list[Block]:
    """The tally, and what is not met; nothing for what is no mail."""
    rows = report.requirements
    if not rows:
        return []
    body: list[Block] = [Para(_tally(rows))]
    body += [
        Para((Piece(visible(row.title)), Piece(f"  asked {LEVELS[row.level]}", Tone.DIM)), 2)
        for row in rows
        if row.state is State.FAIL
    ]
    body.append(Para(words("enter: the whole checklist, why, and who asks it", Tone.DIM)))
    worst = State.FAIL if any(row.state is State.FAIL for row in rows) else State.PASS
    glyph, word, tone = _STATES[worst]
    mark = (Piece(f"{glyph} {word:<8}  ", tone, strong=True),)
    return [Gap(), Rule(words("what the big receivers ask (a)", Tone.LABEL)), Item(KEY, (Margin(mark, tuple(body)),))]


def senders_detail(report: Report) -> Detail:
    """Every requirement, those that are not met first."""
    rows = sorted(report.requirements, key=lambda row: list(_STATES).index(row.state))
    blocks: list[Block] = [Para(_tally(tuple(rows)))]
    state: State | None = None
    for row in rows:
        if row.state is not state:
            state = row.state
            blocks += [Gap(), Rule(words(_STATES[state][1].lower(), Tone.LABEL))]
        blocks.append(_row(row))
    sources = {demand.title: demand.source for row in rows for demand in row.demands}
    blocks += [Gap(), Rule(words("where they ask it", Tone.LABEL))]
    blocks.append(Pairs(tuple((visible(title), text(source, Tone.DIM)) for title, source in sources.items())))
    blocks.append(Para(words("As far as one message tells; what receivers count over time it cannot.", Tone.DIM)))
    return Detail(words("What the big receivers ask", strong=True), tuple(blocks))


def _tally(rows: tuple[Requirement, ...]) -> Pieces:
    counted = Counter(row.state for row in rows)
    parts: list[Piece] = []
    for state, (glyph, word, tone) in _STATES.items():
        if counted[state]:
            parts.append(Piece(f"{glyph} {counted[state]} {word.lower()}   ", tone, strong=state is State.FAIL))
    return tuple(parts)


def _row(row: Requirement) -> Block:
    glyph, _, tone = _STATES[row.state]
    body: list[Block] = [
        Para((Piece(visible(row.title), strong=True), Piece(f"  {'; '.join(_asked(row))}", Tone.DIM))),
        Para(text(row.why, Tone.PLAIN if row.state is State.FAIL else Tone.DIM)),
    ]
    if row.state is State.FAIL:
        body.append(Para((Piece("To do: ", Tone.LABEL), *text(row.remedy))))
        body.append(Para((Piece("Reference: ", Tone.LABEL), *text(row.reference, Tone.DIM))))
    return Margin(words(f"{glyph} ", tone), tuple(body), words("  "))


def _asked(row: Requirement) -> Iterator[str]:
    for level in LEVELS:
        names = [demand.title.partition(" (")[0] for demand in row.demands if demand.level == level]
        if names:
            yield f"{', '.join(visible(name) for name in names)} {LEVELS[level]}"
