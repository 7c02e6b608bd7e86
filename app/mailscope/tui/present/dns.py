"""Every DNS question of a report, and how it ended."""

from mailscope.dns.answer import Asked, DnsMode, Outcome
from mailscope.report import Report
from mailscope.tui.present.wording import Detail, Page, count, cut_text, duration, text
from mailscope.visible import visible
from mailscope_widgets import Block, Gap, Item, Margin, Pairs, Para, Piece, Pieces, Tone, para, words

_OUTCOMES = {
    Outcome.ANSWER: ("✓", Tone.GOOD),
    Outcome.NODATA: ("○", Tone.NOTE),
    Outcome.NXDOMAIN: ("○", Tone.NOTE),
    Outcome.NOT_ASKED: ("?", Tone.DIM),
    Outcome.NOT_RECORDED: ("?", Tone.WARN),
}
_MODES = {
    DnsMode.LIVE: "The network answered, just now or moments before.",
    DnsMode.SNAPSHOT: "A recording answered, not the network: what it does not hold is unknown.",
    DnsMode.NONE: "Nobody was asked: everything that needs the DNS is not evaluated.",
}


def dns_page(report: Report) -> Page:
    """Questions in the order in which they were asked."""
    asked = report.analysis.questions
    blocks: list[Block] = [
        Para((Piece(count(len(asked), "question"), strong=True), Piece(f". {_MODES[report.analysis.dns]}", Tone.DIM))),
        Gap(),
    ]
    blocks += [Item(f"dns:{place}", (_question(each),)) for place, each in enumerate(asked)]
    if not asked:
        blocks.append(para("No question came up.", Tone.DIM))
    return Page(tuple(blocks), lambda key: _detail(report, key))


def outcome_pieces(outcome: Outcome) -> Pieces:
    """Glyph and word."""
    glyph, tone = _OUTCOMES.get(outcome, ("✗", Tone.BAD))
    return (Piece(f"{glyph} {outcome.value.upper():<12}  ", tone, strong=True),)


def _question(asked: Asked) -> Block:
    answer = asked.answer
    users = f"  for {', '.join(asked.used_by)}" if asked.used_by else ""
    name = (
        *text(answer.question.name, strong=True),
        Piece(f" {answer.question.type}", Tone.ACCENT),
        Piece(users, Tone.DIM),
    )
    lines: list[Block] = [Para(name)]
    lines += [Para(text(cut_text(record, 200), Tone.DIM), 2) for record in answer.records[:4]]
    if len(answer.records) > 4:
        lines.append(para(f"and {count(len(answer.records) - 4, 'more record')}", Tone.DIM))
    if answer.note:
        lines.append(Para(text(answer.note, Tone.WARN)))
    return Margin(outcome_pieces(answer.outcome), tuple(lines))


def _detail(report: Report, key: str) -> Detail | None:
    kind, _, number = key.partition(":")
    if kind != "dns":
        return None
    answer = report.analysis.questions[int(number)].answer
    validated = {True: "yes", False: "no", None: "nobody knows"}[answer.validated]
    rows: list[tuple[str, Pieces]] = [
        ("Name", text(answer.question.name)),
        ("Type", text(answer.question.type)),
        ("Outcome", outcome_pieces(answer.outcome)),
        ("Aliases", text(" → ".join(answer.aliases), missing="none")),
        ("DNSSEC", words(validated)),
        ("TTL", words(duration(answer.ttl) if answer.ttl is not None else "not stated")),
        ("Took", words(f"{answer.seconds * 1000:.0f} ms" if answer.seconds is not None else "not measured")),
    ]
    blocks: list[Block] = [Pairs(tuple(rows)), Gap()]
    bar = words("▏ ", Tone.ACCENT)
    blocks += [Margin(bar, (Para(text(cut_text(record))),), bar) for record in answer.records]
    if not answer.records:
        blocks.append(para("No records.", Tone.DIM))
    if answer.note:
        blocks += [Gap(), Para(text(answer.note, Tone.WARN))]
    return Detail(words(f"{visible(answer.question.name)} {answer.question.type}", strong=True), tuple(blocks))
