"""A card a mechanism and a signature: our verdict, what others stamped, why they differ, and what to do."""

from mailscope.amounts import count, duration
from mailscope.arc.verdicts import ArcInstance
from mailscope.dmarc.differ import differences
from mailscope.dmarc.verdicts import DmarcCheck, Identifier
from mailscope.forensics.wrapped import WrappedSignature
from mailscope.report import Report
from mailscope.tui.present.answers import question_row
from mailscope.tui.present.authentication_details import detail
from mailscope.tui.present.cards import card_title, to_do
from mailscope.tui.present.dkim import dkim_card
from mailscope.tui.present.spf import spf_card
from mailscope.tui.present.stamps import Rows, other_stamps, stamp_rows
from mailscope.tui.present.wording import Page, joined, text, verdict_pieces, verdict_tone
from mailscope.visible import visible
from mailscope_widgets import Block, Card, Gap, Item, Pairs, Para, Piece, Pieces, Tone, words

_SIGNATURES = 60
_WEEK = 7 * 86_400


def authentication_page(report: Report) -> Page:
    """DMARC first, since it is the conclusion; then what it rests on."""
    auth = report.authentication
    cards: list[tuple[str, Card]] = [("dmarc", _dmarc(report)), ("spf", spf_card(report))]
    cards += [(f"dkim:{place}", dkim_card(report, place)) for place in range(min(len(auth.dkim), _SIGNATURES))]
    if not auth.dkim:
        cards.append(("nodkim", Card(words("○ NONE  DKIM: the message bears no signature", Tone.DIM, strong=True))))
    cards += [(f"wrapped:{place}", _wrapped(each)) for place, each in enumerate(auth.forensics.wrapped)]
    cards.append(("arc", _arc(report)))
    stamps = other_stamps(report)
    if stamps is not None:
        cards.append(("stamps", stamps))
    blocks: list[Block] = [_times(report), Gap()]
    for key, card in cards:
        blocks += [Item(key, (card,)), Gap()]
    if len(auth.dkim) > _SIGNATURES:
        more = count(len(auth.dkim) - _SIGNATURES, "more signature")
        blocks += [Para(words(f"And {more}; the export has all of them.", Tone.DIM)), Gap()]
    return Page(tuple(blocks[:-1]), lambda key: detail(report, key))


def _times(report: Report) -> Para:
    """When the message was received and when this was judged: between the two, keys and records may have changed."""
    analysis = report.analysis
    judged = (Piece("judged ", Tone.DIM), Piece(f"{analysis.now:%d %b %Y %H:%M} UTC"))
    if analysis.received_at is None or analysis.age_seconds is None:
        return Para((Piece("Nothing tells when it was received; ", Tone.DIM), *judged, Piece(".", Tone.DIM)))
    old = analysis.age_seconds
    received = Piece(f"{analysis.received_at:%d %b %Y %H:%M}")
    pieces = [Piece("Received ", Tone.DIM), received, Piece(", ", Tone.DIM), *judged]
    if old < 0:
        pieces.append(Piece(f": {duration(-old)} before that. ▲ The clocks disagree.", Tone.WARN))
    else:
        pieces.append(Piece(f": {_later(old)} later.", Tone.PLAIN if old >= _WEEK else Tone.DIM, strong=old >= _WEEK))
    if old >= _WEEK:
        pieces.append(Piece(" Keys and records may have changed.", Tone.DIM))
    return Para(tuple(pieces))


def _later(seconds: float) -> str:
    """Hours do not matter after weeks."""
    days = round(seconds / 86_400)
    return duration(seconds) if seconds < 4 * _WEEK else count(days, "day")


def _dmarc(report: Report) -> Card:
    pair = report.authentication.dmarc
    check = pair.rfc9989
    about = text(check.from_domain, strong=True, missing="no author domain")
    new, old = _policy(check), _policy(pair.rfc7489)
    rows: Rows = [("RFC 9989", new), ("RFC 7489", old)] if new != old else [("By both", new)]
    if check.reason:
        rows.append(("Because", text(check.reason)))
    rows += to_do(report, ("dmarc",))
    for why in differences(check, pair.rfc7489):
        rows.append(("Differ", (Piece("● ", Tone.NOTE), *text(why, Tone.NOTE))))
    rows += [(each.method.upper(), _identifier(each)) for each in check.identifiers[:6]]
    rows += [
        ("Author", (*text(each.from_domain), Piece("  "), *verdict_pieces(each.result))) for each in pair.authors[:5]
    ]
    if pair.loop is not None:
        said = f"{pair.loop.address} gets the reports of {pair.loop.domain} ({pair.loop.tag}=)"
        rows.append(("Loop", (Piece("▲ ", Tone.WARN), *text(said, Tone.WARN))))
    rows += [("Record", _remark(remark, place < check.faults)) for place, remark in enumerate(check.remarks[:4])]
    rows += stamp_rows(report, "dmarc") + question_row(report, "dmarc")
    return Card(card_title("DMARC", check.result, about), (Pairs(tuple(rows), 9),), verdict_tone(check.result))


def _remark(remark: str, fault: bool) -> Pieces:
    tone = Tone.WARN if fault else Tone.DIM
    return (Piece("▲ " if fault else "○ ", tone), *text(remark, tone))


def _policy(check: DmarcCheck) -> Pieces:
    """One standard's result, policy and alignment."""
    parts: list[Pieces] = [verdict_pieces(check.result)]
    if check.policy:
        asked = f"policy {visible(check.policy)}"
        if check.disposition and check.disposition != check.policy:
            asked += f", of which {visible(check.disposition)} is left"
        if check.testing:
            asked += " (t=y)"
        if check.percent is not None:
            asked += f" (pct={check.percent})"
        parts.append(words(asked))
    for name, aligned in (("SPF", check.spf_aligned), ("DKIM", check.dkim_aligned)):
        if aligned is not None:
            glyph, tone = ("✓", Tone.GOOD) if aligned else ("✗", Tone.BAD)
            parts.append((Piece(f"{glyph} {name} {'aligned' if aligned else 'unaligned'}", tone),))
    return joined(parts)


def _identifier(each: Identifier) -> Pieces:
    """Which domain a mechanism speaks for, and whether that is the author's."""
    aligned = {True: ("✓ the author's", Tone.GOOD), False: ("✗ not the author's", Tone.BAD), None: ("", Tone.DIM)}
    word, tone = aligned[each.aligned]
    return (
        *text(each.domain, missing="no domain"),
        Piece(f" {visible(each.result)}" if each.result else " not evaluated", Tone.DIM),
        Piece(f"  {word}", tone),
    )


def _wrapped(each: WrappedSignature) -> Card:
    said = Piece("  on the attached original, not on this message", Tone.DIM)
    title = (*card_title("DKIM", each.inner, text(each.check.name, strong=True)), said)
    return Card(title, (Para(text(each.check.problem, Tone.DIM)),), Tone.NOTE)


def _arc(report: Report) -> Card:
    check = report.authentication.arc
    many = f"{count(len(check.instances), 'set')}, oldest first" if check.instances else "no chain"
    rows: Rows = []
    for each in check.instances[:10]:
        broken = check.broken_at == each.instance
        rows.append((f"Set {each.instance}", (*_instance(each), *words("  ✗ BROKEN HERE" if broken else "", Tone.BAD))))
        if each.problem:
            rows.append(("", text(each.problem, Tone.DIM)))
    if len(check.instances) > 10:
        rows.append(("", words(f"and {len(check.instances) - 10} more (enter)", Tone.DIM)))
    if check.reason:
        rows.append(("Because", text(check.reason)))
    rows += to_do(report, ("arc",)) + stamp_rows(report, "arc") + question_row(report, "arc")
    return Card(card_title("ARC", check.result, words(many)), (Pairs(tuple(rows), 9),), verdict_tone(check.result))


def _instance(each: ArcInstance) -> Pieces:
    saw = ", ".join(f"{visible(method)} {visible(result)}" for method, result in each.claims[:6])
    parts: list[Pieces] = [
        text(each.domain, missing="no domain"),
        (Piece("seal ", Tone.DIM), *verdict_pieces(each.seal)),
        (Piece("message ", Tone.DIM), *verdict_pieces(each.message_signature)),
    ]
    if saw:
        parts.append(words(f"saw {saw}", Tone.DIM))
    return joined(parts)
