"""Every DNS question of a report, and how it ended."""

from collections import Counter

from mailscope.amounts import count, duration
from mailscope.dns.answer import Asked, DnsMode
from mailscope.report import Report
from mailscope.tui.present.answers import outcome_pieces, told
from mailscope.tui.present.wording import Detail, Page, cut_text, joined, known, stated, text
from mailscope.visible import visible
from mailscope_widgets import Block, Gap, Item, Margin, Pairs, Para, Piece, Pieces, Tone, para, words

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
        Para(_tally(asked)),
        Gap(),
    ]
    blocks += [Item(f"dns:{place}", (_question(each),)) for place, each in enumerate(asked)]
    if not asked:
        blocks.append(para("No question came up.", Tone.DIM))
    return Page(tuple(blocks), lambda key: _detail(report, key))


def _tally(asked: tuple[Asked, ...]) -> Pieces:
    """How the questions ended, in words, and what was validated or refused for its signatures."""
    outcomes = Counter(each.answer.outcome for each in asked)
    said = [f"{number:,} {told(outcome)}" for outcome, number in outcomes.most_common()]
    validated = sum(1 for each in asked if each.answer.validated)
    parts: list[Pieces] = [words(", ".join(said), Tone.DIM)] if said else []
    if validated:
        parts.append(words(f"✓ {validated:,} validated by DNSSEC", Tone.GOOD))
    if bogus := sum(1 for each in asked if each.answer.bogus):
        parts.append(words(f"✗ {count(bogus, 'answer')} BOGUS", Tone.BAD, strong=True))
    if limited := sum(1 for each in asked if each.answer.limited):
        parts.append(words(f"▲ {limited:,} NOT ASKED: a limit bit", Tone.WARN, strong=True))
    servers = tuple(dict.fromkeys(each.answer.server for each in asked if each.answer.server))
    if servers:
        parts.append((Piece("from ", Tone.DIM), *text(", ".join(servers[:4]), Tone.DIM)))
    return joined(parts)


def _question(asked: Asked) -> Block:
    answer = asked.answer
    users = f"  for {', '.join(asked.used_by)}" if asked.used_by else ""
    marks = ((answer.validated, "  ✓ DNSSEC", Tone.GOOD), (answer.bogus, "  ✗ BOGUS", Tone.BAD),
             (answer.limited, "  ▲ LIMIT", Tone.WARN))  # fmt: skip
    name = (
        *text(answer.question.name, strong=True),
        Piece(f" {visible(answer.question.type)}", Tone.ACCENT),
        Piece(users, Tone.DIM),
        *(Piece(word, tone, strong=True) for there, word, tone in marks if there),
    )
    lines: list[Block] = [Para(name)]
    if answer.aliases:
        lines.append(Para(text("alias of " + " → ".join(answer.aliases[:4]), Tone.DIM), 2))
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
    asked = report.analysis.questions[int(number)]
    answer = asked.answer
    validated = "✓ validated" if answer.validated else "not validated"
    validated = "✗ BOGUS: refused, since its signatures do not hold" if answer.bogus else validated
    dnssec = words(validated, Tone.BAD if answer.bogus else Tone.GOOD if answer.validated else Tone.PLAIN)
    rows = (
        ("Name", text(answer.question.name)),
        ("Type", text(answer.question.type)),
        ("Outcome", outcome_pieces(answer.outcome)),
        ("Aliases", known(" → ".join(answer.aliases))),
        ("DNSSEC", dnssec if answer.validated is not None or answer.bogus else None),
        ("Asked for", known(", ".join(asked.used_by))),
        ("Answered by", known(answer.server)),
        ("TTL", words(duration(answer.ttl)) if answer.ttl is not None else None),
        ("Took", words(f"{answer.seconds * 1000:.0f} ms") if answer.seconds is not None else None),
    )
    blocks: list[Block] = [Pairs(stated(rows)), Gap()]
    bar = words("▏ ", Tone.ACCENT)
    blocks += [Margin(bar, (Para(text(cut_text(record))),), bar) for record in answer.records]
    pieces = [len(strings) for strings in answer.strings if len(strings) > 1]
    if pieces:
        blocks.append(para(f"Published in {pieces[0]} strings, which are joined without a space.", Tone.DIM))
    if not answer.records:
        blocks.append(para("No records.", Tone.DIM))
    if answer.note:
        blocks += [Gap(), Para(text(answer.note, Tone.WARN))]
    return Detail(words(f"{visible(answer.question.name)} {answer.question.type}", strong=True), tuple(blocks))
