"""What others stamped, beside our own verdict: who says it, whether it agrees, and why it may not."""

from collections import Counter

from mailscope.agreement import Stamp, Whose
from mailscope.dkim.verdicts import DkimCheck
from mailscope.report import Report
from mailscope.tui.present.wording import Detail, text
from mailscope.visible import visible
from mailscope_widgets import Block, Card, Gap, Pairs, Para, Piece, Pieces, Rule, Tone, para, words

_OWNERS = {
    Whose.RECEIVER: "your side",
    Whose.INTERMEDIARY: "on the way",
    Whose.SENDER: "written below the border, no evidence",
}
_ON_CARD = 40
_IN_DETAIL = 100

Rows = list[tuple[str, Pieces]]


def stamp_rows(report: Report, method: str) -> Rows:
    """Every stamp about a method."""
    return _once([stamp_row(stamp) for stamp in report.authentication.stamped if stamp.claim.method == method])


def signature_rows(report: Report, check: DkimCheck) -> Rows:
    """Every stamp about one signature."""
    stamped = report.authentication.stamped
    return _once([stamp_row(each) for each in stamped if each.claim.method == "dkim" and _about(each, check)])


def _once(rows: Rows) -> Rows:
    """Rows that say the same once, with how often: lists stamp what they saw in two fields."""
    counted = Counter(rows)
    return [
        (label, (*pieces, Piece(f"  ×{times}", Tone.DIM)) if times > 1 else pieces)
        for (label, pieces), times in counted.items()
    ]


def stamp_row(stamp: Stamp, *, method: bool = False) -> tuple[str, Pieces]:
    """Who says what, and whether we agree."""
    claim = stamp.claim
    dim = stamp.whose is Whose.SENDER
    said = f"{visible(claim.method)} " if method else ""
    pieces = [
        Piece(visible(claim.by or claim.software or claim.field), Tone.DIM if dim else Tone.PLAIN),
        Piece(f" ({_OWNERS[stamp.whose]}) says ", Tone.DIM),
        Piece(f"{said}{visible(claim.result)}", Tone.DIM if dim else Tone.PLAIN, strong=not dim),
    ]
    if stamp.agrees is True:
        pieces.append(Piece("  ✓ agrees", Tone.GOOD))
    elif stamp.agrees is False and stamp.expected:
        pieces.append(Piece(f"  ● DIFFERS AS EXPECTED: ours is {visible(stamp.ours or '?')}.", Tone.NOTE, strong=True))
    elif stamp.agrees is False:
        pieces.append(Piece(f"  ✗ DISAGREES: ours is {visible(stamp.ours or '?')}.", Tone.WARN, strong=True))
    elif stamp.ours:
        pieces.append(Piece(f"  not compared; ours is {visible(stamp.ours)}", Tone.DIM))
    else:
        pieces.append(Piece("  not compared", Tone.DIM))
    if stamp.note:
        between = "" if pieces[-1].text.endswith(".") else ":"
        pieces.append(Piece(f"{between} {visible(stamp.note)}", Tone.DIM))
    return "Stamped", tuple(pieces)


def other_stamps(report: Report) -> Card | None:
    """A card for the stamps that belong to none of the mechanisms; None where there are none."""
    rest = tuple(stamp for stamp in report.authentication.stamped if not _placed(stamp, report))
    if not rest:
        return None
    title = (
        Piece("● OTHER STAMPS", Tone.NOTE, strong=True),
        Piece("  of filters, and about none of the above", Tone.DIM),
    )
    rows: Rows = []
    for stamp in rest[:_ON_CARD]:
        rows.append(stamp_row(stamp, method=True))
        if stamp.claim.meanings:
            told = "; ".join(str(meaning) for meaning in stamp.claim.meanings[:3])
            rest_of = len(stamp.claim.meanings) - 3
            rows.append(("", text(told + (f"; and {rest_of} more (enter)" if rest_of > 0 else ""), Tone.DIM)))
    return Card(title, (Pairs(tuple(rows), 9),), Tone.NOTE)


def stamps_detail(report: Report) -> Detail:
    """Every stamp with its properties, the meaning of its keys, and where a receiver's habit is described."""
    blocks: list[Block] = []
    for stamp in report.authentication.stamped[:_IN_DETAIL]:
        claim = stamp.claim
        by = claim.by or claim.software or claim.field
        head = (*text(by, strong=True), Piece(f" says {visible(claim.method)} {visible(claim.result)}"))
        blocks += [
            Rule((*head, Piece(f" ({_OWNERS[stamp.whose]})", Tone.DIM))),
            para(f"{visible(claim.field)}, field {claim.field_index + 1} from the top", Tone.DIM),
        ]
        if claim.properties and not claim.meanings:
            blocks.append(Pairs(tuple((visible(name), text(value)) for name, value in claim.properties[:40])))
        if claim.reason or claim.comment:
            blocks.append(Para((Piece("its words: ", Tone.LABEL), *text(claim.reason or claim.comment))))
        for meaning in claim.meanings[:40]:
            words_ = f" ({visible(meaning.words)})" if meaning.words else ""
            blocks.append(
                Para(
                    (*text(meaning.means), Piece(": "), *text(meaning.value, strong=True), Piece(words_, Tone.ACCENT)),
                    2,
                )
            )
        if stamp.note:
            blocks.append(
                Para(text(stamp.note, Tone.WARN if stamp.agrees is False and not stamp.expected else Tone.DIM))
            )
        if stamp.source:
            blocks.append(Para((Piece("Described at ", Tone.LABEL), *text(stamp.source, Tone.DIM))))
        blocks.append(Gap())
    return Detail(words("Stamps", strong=True), tuple(blocks[:-1]))


def _about(stamp: Stamp, check: DkimCheck) -> bool:
    """Whether a claim speaks of this signature, as far as it names one."""
    domain = stamp.claim.property("header.d")
    if not domain:
        identity = stamp.claim.property("header.i")
        domain = identity.rpartition("@")[2] if identity else None
    selector = stamp.claim.property("header.s")
    if domain is None or check.domain is None:
        return False
    fits = domain.lower() == check.domain or domain.lower().endswith("." + check.domain)
    return fits and (selector is None or selector == check.selector)


def _placed(stamp: Stamp, report: Report) -> bool:
    """Whether a claim is shown on one of the cards."""
    if stamp.claim.method == "dkim":
        return any(_about(stamp, check) for check in report.authentication.dkim)
    return stamp.claim.method in ("spf", "dmarc", "arc")
