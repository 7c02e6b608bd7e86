"""What stands behind the cards of DMARC, ARC and the stamps; SPF and DKIM have files of their own."""

from collections.abc import Callable

from mailscope.dmarc.differ import differences
from mailscope.dmarc.verdicts import DmarcCheck, Identifier, ReportAddress
from mailscope.report import Report
from mailscope.tui.present.answers import answers
from mailscope.tui.present.dkim_detail import dkim_detail, wrapped_blocks
from mailscope.tui.present.spf import spf_detail
from mailscope.tui.present.stamps import stamps_detail
from mailscope.tui.present.wording import Detail, cut_text, known, moment, text, verdict_pieces
from mailscope.visible import visible
from mailscope_widgets import Block, Gap, Pairs, Para, Piece, Pieces, Rule, Tone, words

_MODES = {"r": "relaxed", "s": "strict"}


def detail(report: Report, key: str) -> Detail | None:
    """The detail behind one card."""
    kind, _, number = key.partition(":")
    match kind:
        case "dmarc":
            return _dmarc(report)
        case "spf":
            return spf_detail(report)
        case "dkim":
            return dkim_detail(report, int(number))
        case "wrapped":
            each = report.authentication.forensics.wrapped[int(number)]
            return Detail((*text(each.check.name, strong=True), Piece(" inside")), tuple(wrapped_blocks(each)))
        case "arc":
            return _arc(report)
        case "stamps":
            return stamps_detail(report)
        case _:
            return None


def _dmarc(report: Report) -> Detail:
    pair = report.authentication.dmarc
    new, old = pair.rfc9989, pair.rfc7489
    blocks: list[Block] = [Pairs(tuple(_both(*row) for row in _rows(new, old) if row[1] or row[2]))]
    why = differences(new, old)
    if why:
        blocks += [Gap(), Rule(words("why the standards differ, and whom it concerns", Tone.LABEL))]
        blocks += [Para((Piece("● ", Tone.NOTE), *text(each)), 2) for each in why]
    blocks += [Gap(), Rule(words("where a record was looked for", Tone.LABEL)), Pairs(_looks(new, old))]
    if new.identifiers:
        blocks += [Gap(), Rule(words("who speaks for it", Tone.LABEL))]
        blocks.append(Pairs(tuple((each.method.upper(), _identifier(each)) for each in new.identifiers[:40])))
    for author in pair.authors:
        blocks += [Gap(), Rule((Piece("author ", Tone.LABEL), *text(author.from_domain)))]
        blocks.append(Para((*verdict_pieces(author.result), Piece(" "), *text(author.reason, missing=""))))
    blocks += [Gap(), Rule(words("the record", Tone.LABEL))]
    blocks.append(Para(text(new.record and cut_text(new.record), missing="none was found")))
    for place, remark in enumerate(new.remarks[:40]):
        tone = Tone.WARN if place < new.faults else Tone.DIM
        blocks.append(Para((Piece("▲ " if place < new.faults else "○ ", tone), *text(remark, tone)), 2))
    if new.reports:
        blocks += [Gap(), Rule(words("where it wants reports", Tone.LABEL))]
        blocks += [Para(_report_address(each), 2) for each in new.reports[:40]]
    blocks += answers(report, "dmarc")
    return Detail(words("DMARC", strong=True), tuple(blocks))


def _both(label: str, new: Pieces | None, old: Pieces | None) -> tuple[str, Pieces]:
    """A row of the two standards: once where they say the same, else one below the other."""
    missing = (Piece("not stated", Tone.DIM),)
    if new == old:
        return label, new or missing
    return label, (
        Piece("RFC 9989: ", Tone.NOTE), *(new or missing), Piece("\n"),
        Piece("RFC 7489: ", Tone.NOTE), *(old or missing),
    )  # fmt: skip


def _rows(new: DmarcCheck, old: DmarcCheck) -> list[tuple[str, Pieces | None, Pieces | None]]:
    def pair(label: str, told: Callable[[DmarcCheck], Pieces | None]) -> tuple[str, Pieces | None, Pieces | None]:
        return label, told(new), told(old)

    aligned = {True: ("✓ aligned", Tone.GOOD), False: ("✗ not aligned", Tone.BAD), None: ("? not known", Tone.DIM)}

    def alignment(ok: bool | None, mode: str) -> Pieces:
        word, tone = aligned[ok]
        return (Piece(word, tone), Piece(f" ({visible(_MODES.get(mode, mode))})", Tone.DIM))

    def policy(check: DmarcCheck) -> Pieces | None:
        return known(f"{check.policy} (from {check.policy_tag or 'p'}=)" if check.policy else None)

    exists = {True: "yes", False: "no", None: None}
    return [
        pair("Result", lambda check: verdict_pieces(check.result)),
        pair("Why", lambda check: known(check.reason)),
        pair("Author", lambda check: known(check.from_domain)),
        pair("Exists", lambda check: known(exists[check.exists])),
        pair("Organization", lambda check: known(check.organizational_domain)),
        pair("Record at", lambda check: known(check.record_domain)),
        pair("Policy", policy),
        pair("What is left", lambda check: known(check.disposition)),
        pair("SPF", lambda check: alignment(check.spf_aligned, check.spf_alignment)),
        pair("DKIM", lambda check: alignment(check.dkim_aligned, check.dkim_alignment)),
    ]


def _looks(new: DmarcCheck, old: DmarcCheck) -> tuple[tuple[str, Pieces], ...]:
    rows: list[tuple[str, Pieces]] = []
    for label, check in (("RFC 9989", new), ("RFC 7489", old)):
        for place, look in enumerate(check.looks[:20]):
            name = (*text(f"_dmarc.{look.domain}"), Piece(f"  {visible(look.said)}", Tone.DIM))
            counts = Piece("  this one counts", Tone.GOOD) if look.domain == check.record_domain else Piece("")
            rows.append(("" if place else label, (*name, counts)))
        if not check.looks:
            rows.append((label, text(", ".join(check.tried), missing="nowhere")))
    return tuple(rows)


def _identifier(each: Identifier) -> Pieces:
    said = {
        True: ("✓ aligns", Tone.GOOD),
        False: ("✗ does not align", Tone.BAD),
        None: ("? alignment not known", Tone.DIM),
    }
    word, tone = said[each.aligned]
    of = f" (of {visible(each.organizational_domain)})" if each.organizational_domain else ""
    result = visible(each.result) if each.result else "not evaluated"
    return (*text(each.domain, missing="no domain"), Piece(f"{of}  {result}  ", Tone.DIM), Piece(word, tone))


def _report_address(each: ReportAddress) -> Pieces:
    pieces = [Piece(f"{visible(each.tag)}= ", Tone.LABEL), *text(each.address or each.uri)]
    if each.external:
        agreed = {
            True: ("  ✓ they agree to it", Tone.GOOD),
            False: ("  ▲ they do not agree, so nothing is sent there", Tone.WARN),
            None: ("  ? whether they agree was not told", Tone.DIM),
        }
        pieces.append(Piece("  another organization", Tone.DIM))
        pieces.append(Piece(*agreed[each.authorized]))
    return tuple(pieces)


def _arc(report: Report) -> Detail:
    check = report.authentication.arc
    blocks: list[Block] = [Para((*verdict_pieces(check.result), Piece("  "), *text(check.reason, missing="")))]
    if check.oldest_pass is not None:
        said = f"The oldest set whose message signature still verifies is {check.oldest_pass}."
        blocks.append(Para(words(said, Tone.DIM)))
    for each in check.instances:
        saw = ", ".join(f"{method} {result}" for method, result in each.claims)
        rows = (
            ("Sealed by", text(each.domain)),
            ("Selector", text(each.selector)),
            ("Method", text(each.algorithm)),
            ("At", words(moment(each.sealed_at))),
            ("Chain then", text(each.cv)),
            ("Seal", (*verdict_pieces(each.seal), Piece(" "), *text(each.seal_problem, Tone.DIM, missing=""))),
            (
                "Message",
                (
                    *verdict_pieces(each.message_signature),
                    Piece(" "),
                    *text(each.message_problem, Tone.DIM, missing=""),
                ),
            ),
            ("Host", text(each.authserv_id)),
            ("Saw", text(saw, missing="nothing stated")),
        )
        here = Piece("  ✗ the chain is broken here", Tone.BAD, strong=True)
        head = (Piece(f"set {each.instance}", Tone.LABEL), *((here,) if check.broken_at == each.instance else ()))
        blocks += [Gap(), Rule(head), Pairs(rows)]
    blocks += answers(report, "arc")
    return Detail(words("ARC", strong=True), tuple(blocks))
