"""The DNS behind a card: one row on the card, and what was answered behind it."""

from collections import Counter
from collections.abc import Iterator

from mailscope.amounts import count
from mailscope.dns.answer import Answer, Asked, Outcome
from mailscope.report import Report
from mailscope.tui.present.wording import cut_text, text
from mailscope.visible import visible
from mailscope_widgets import Block, Gap, Margin, Para, Piece, Pieces, Rule, Tone, words

_OUTCOMES = {
    Outcome.ANSWER: ("✓", Tone.GOOD),
    Outcome.NODATA: ("○", Tone.NOTE),
    Outcome.NXDOMAIN: ("○", Tone.NOTE),
    Outcome.NOT_ASKED: ("?", Tone.DIM),
    Outcome.NOT_RECORDED: ("?", Tone.WARN),
}
_TOLD = {
    Outcome.ANSWER: "answered",
    Outcome.NODATA: "without data",
    Outcome.NXDOMAIN: "no such name",
    Outcome.NOT_ASKED: "not asked",
    Outcome.NOT_RECORDED: "not recorded",
    Outcome.SERVFAIL: "servfail",
    Outcome.INVALID: "no valid name",
}
_SHOWN = 30
_RECORDS = 6


def outcome_pieces(outcome: Outcome) -> Pieces:
    """Glyph and word, padded so that what follows stands in a column."""
    glyph, tone = _OUTCOMES.get(outcome, ("✗", Tone.BAD))
    return (Piece(f"{glyph} {outcome.value.upper():<12}  ", tone, strong=True),)


def told(outcome: Outcome) -> str:
    """In words: "answered", "no such name", "timeout"."""
    return _TOLD.get(outcome, outcome.value)


def asked_by(report: Report, user: str, name: str | None = None) -> Iterator[Asked]:
    """The questions of one mechanism, those about one name where it is given."""
    wanted = name.rstrip(".").lower() if name is not None else None
    for asked in report.analysis.questions:
        if user in asked.used_by and (wanted is None or asked.answer.question.name.rstrip(".") == wanted):
            yield asked


def question_row(report: Report, user: str, name: str | None = None) -> list[tuple[str, Pieces]]:
    """How many questions stand behind a card, and how they ended; nothing where there are none."""
    outcomes = Counter(asked.answer.outcome for asked in asked_by(report, user, name))
    if not outcomes:
        return []
    pieces = [Piece(f"{count(outcomes.total(), 'question')}: ", Tone.DIM)]
    for place, (outcome, number) in enumerate(outcomes.most_common()):
        between = ", " if place else ""
        how_many = f"{number} " if len(outcomes) > 1 else ""
        tone = Tone.DIM if outcome.certain else Tone.WARN
        pieces.append(Piece(f"{between}{how_many}{told(outcome)}", tone))
    return [("DNS", (*pieces, Piece("  (enter: the answers)", Tone.DIM)))]


def answers(report: Report, user: str, name: str | None = None) -> list[Block]:
    """Every question of a mechanism with its answer."""
    questions = tuple(asked_by(report, user, name))
    if not questions:
        return []
    blocks: list[Block] = [Gap(), Rule(words("what the DNS answered", Tone.LABEL))]
    for asked in questions[:_SHOWN]:
        blocks += _answer(asked.answer)
    if len(questions) > _SHOWN:
        blocks.append(Para(words(f"and {count(len(questions) - _SHOWN, 'more question')} (7 DNS)", Tone.DIM)))
    return blocks


def _answer(answer: Answer) -> list[Block]:
    glyph, tone = _OUTCOMES.get(answer.outcome, ("✗", Tone.BAD))
    name = (*text(answer.question.name), Piece(f" {visible(answer.question.type)}", Tone.ACCENT))
    blocks: list[Block] = [Para((Piece(f"{glyph} ", tone), *name, Piece(f"  {told(answer.outcome)}", tone)), 2)]
    bar = words("  ▏ ", Tone.ACCENT)
    blocks += [Margin(bar, (Para(text(cut_text(record, 600))),), bar) for record in answer.records[:_RECORDS]]
    if len(answer.records) > _RECORDS:
        blocks.append(Para(words(f"    and {count(len(answer.records) - _RECORDS, 'more record')}", Tone.DIM)))
    if answer.note:
        blocks.append(Margin(words("    "), (Para(text(answer.note, Tone.WARN)),), words("    ")))
    return blocks
