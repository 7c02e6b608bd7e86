"""A card a mechanism and a signature: our verdict, what others stamped, and the DNS questions behind it."""

from mailscope.agreement import Stamp, Whose
from mailscope.arc.verdicts import ArcInstance
from mailscope.dkim.verdicts import DkimCheck
from mailscope.dmarc.verdicts import DmarcCheck
from mailscope.report import Report
from mailscope.spf.verdicts import Scope, SpfCheck
from mailscope.tui.present.authentication_details import detail
from mailscope.tui.present.wording import Page, cut_text, joined, text, verdict_pieces, verdict_tone
from mailscope.visible import visible
from mailscope_widgets import Block, Card, Gap, Item, Pairs, Piece, Pieces, Tone, words

_OWNERS = {
    Whose.RECEIVER: "your side",
    Whose.INTERMEDIARY: "on the way",
    Whose.SENDER: "written below the border, no evidence",
}


def authentication_page(report: Report) -> Page:
    """DMARC first, since it is the conclusion; then what it rests on."""
    auth = report.authentication
    cards: list[tuple[str, Card]] = [("dmarc", _dmarc(report)), ("spf", _spf(report))]
    cards += [(f"dkim:{check.index}", _dkim(report, check)) for check in auth.dkim]
    if not auth.dkim:
        cards.append(("nodkim", Card(words("○ NONE  DKIM: the message bears no signature", Tone.DIM, strong=True))))
    cards.append(("arc", _arc(report)))
    rest = tuple(stamp for stamp in auth.stamped if not _placed(stamp, report))
    if rest:
        title = (Piece("● OTHER STAMPS", Tone.NOTE, strong=True), Piece("  claims about none of the above", Tone.DIM))
        cards.append(
            ("stamps", Card(title, (Pairs(tuple(_stamp(stamp, method=True) for stamp in rest[:40])),), Tone.NOTE))
        )
    blocks: list[Block] = []
    for key, card in cards:
        blocks += [Item(key, (card,)), Gap()]
    return Page(tuple(blocks[:-1]), lambda key: detail(report, key))


def _title(name: str, result: Pieces, about: Pieces) -> Pieces:
    return (Piece(f"{name}  ", strong=True), *result, Piece("  "), *about)


def _dmarc(report: Report) -> Card:
    pair = report.authentication.dmarc
    title = _title(
        "DMARC",
        verdict_pieces(pair.rfc9989.result),
        text(pair.rfc9989.from_domain, strong=True, missing="no author domain"),
    )
    rows = [("RFC 9989", _policy(pair.rfc9989)), ("RFC 7489", _policy(pair.rfc7489))]
    check = pair.rfc9989
    if check.reason:
        rows.append(("Because", text(check.reason)))
    rows += [("Remark", text(remark, Tone.WARN)) for remark in check.remarks[:4]]
    rows += _stamps(report, "dmarc") + _questions(report, "dmarc")
    return Card(title, (Pairs(tuple(rows), 9),), verdict_tone(pair.rfc9989.result))


def _policy(check: DmarcCheck) -> Pieces:
    """One standard's result, policy and alignment."""
    parts: list[Pieces] = [verdict_pieces(check.result)]
    if check.policy:
        asked = f"policy {visible(check.policy)}"
        if check.disposition and check.disposition != check.policy:
            asked += f", of which {visible(check.disposition)} is left"
        parts.append(words(asked))
    for name, aligned in (("SPF", check.spf_aligned), ("DKIM", check.dkim_aligned)):
        if aligned is not None:
            glyph, tone = ("✓", Tone.GOOD) if aligned else ("✗", Tone.BAD)
            parts.append((Piece(f"{glyph} {name} {'aligned' if aligned else 'unaligned'}", tone),))
    return joined(parts)


def _spf(report: Report) -> Card:
    check = report.authentication.spf
    if check is None:
        reason = report.border.basis or "no hop can be trusted, so no client address is known"
        title = _title("SPF", verdict_pieces(None), ())
        rows = [("Because", text(reason)), *_stamps(report, "spf")]
        return Card(title, (Pairs(tuple(rows), 9),), Tone.DIM)
    title = _title("SPF", verdict_pieces(check.result), text(check.domain, strong=True, missing="no domain"))
    rows = [("Client", _client(check))]
    if check.mechanism:
        rows.append(("Decided", (*text(check.mechanism), Piece(_lookups(check), Tone.DIM))))
    if check.problem:
        rows.append(("Because", text(check.problem)))
    if check.explanation:
        rows.append(("They say", text(cut_text(check.explanation, 300))))
    rows += [("Remark", text(remark, Tone.WARN)) for remark in check.remarks[:4]]
    others = [
        (Piece(f"hop {(each.hop or 0) + 1} ", Tone.DIM), *verdict_pieces(each.result))
        for each in report.authentication.spf_by_hop
        if each.hop != check.hop and each.result is not None
    ]
    if others:
        rows.append(("Elsewhere", joined(others[:8])))
    rows += _stamps(report, "spf") + _questions(report, "spf")
    return Card(title, (Pairs(tuple(rows), 9),), verdict_tone(check.result))


def _client(check: SpfCheck) -> Pieces:
    who = {Scope.MAIL_FROM: "envelope sender ", Scope.HELO: "greeting name "}.get(check.scope or Scope.MAIL_FROM, "")
    identity = check.helo if check.scope is Scope.HELO else check.mail_from
    return (
        *text(check.ip, missing="no address"),
        Piece(f" for the {who}", Tone.DIM),
        *text(identity, missing="not known"),
    )


def _lookups(check: SpfCheck) -> str:
    return f"  ({check.lookups} of 10 lookups)" if check.lookups is not None else ""


def _dkim(report: Report, check: DkimCheck) -> Card:
    title = _title("DKIM", verdict_pieces(check.result), text(check.name, strong=True))
    rows: list[tuple[str, Pieces]] = []
    if check.problem:
        reason = f"{check.reason.value}: " if check.reason else ""
        rows.append(("Because", (Piece(reason, Tone.LABEL), *text(check.problem))))
    parts: list[Pieces] = [_kept("fields", check.signature_ok), _kept("body", check.body_hash_ok)]
    rows.append(("Intact", joined(parts)))
    key = " ".join(filter(None, (check.algorithm, f"{check.key_bits} bits" if check.key_bits else None)))
    rows.append(
        ("Key", (*text(key, missing="not read"), Piece("  in test mode (t=y)" if check.key_testing else "", Tone.WARN)))
    )
    rows += [("Remark", text(note, Tone.WARN)) for note in check.key_notes[:4]]
    if check.body_length is not None:
        rows.append(("Remark", words(f"signs only the first {check.body_length:,} bytes of the body (l=)", Tone.WARN)))
    for stamp in report.authentication.stamped:
        if stamp.claim.method == "dkim" and _about(stamp, check):
            rows.append(_stamp(stamp))
    if check.key_name:
        rows += _questions(report, "dkim", check.key_name)
    return Card(title, (Pairs(tuple(rows), 9),), verdict_tone(check.result))


def _kept(what: str, ok: bool | None) -> Pieces:
    if ok is None:
        return (Piece(f"? {what} not computed", Tone.DIM),)
    return (Piece(f"✓ {what} as signed", Tone.GOOD),) if ok else (Piece(f"✗ {what} changed", Tone.BAD),)


def _arc(report: Report) -> Card:
    check = report.authentication.arc
    many = f"{len(check.instances)} sealed" if check.instances else "no chain"
    rows = [(f"Set {each.instance}", _instance(each)) for each in check.instances[:10]]
    if check.reason:
        rows.append(("Because", text(check.reason)))
    rows += _stamps(report, "arc") + _questions(report, "arc")
    return Card(
        _title("ARC", verdict_pieces(check.result), words(many)), (Pairs(tuple(rows), 9),), verdict_tone(check.result)
    )


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


def _stamps(report: Report, method: str) -> list[tuple[str, Pieces]]:
    return [_stamp(stamp) for stamp in report.authentication.stamped if stamp.claim.method == method]


def _stamp(stamp: Stamp, *, method: bool = False) -> tuple[str, Pieces]:
    """Who says what, and whether we agree."""
    claim = stamp.claim
    dim = stamp.whose is Whose.SENDER
    said = f"{visible(claim.method)} " if method else ""
    pieces = [
        Piece(visible(claim.by or claim.field), Tone.DIM if dim else Tone.PLAIN),
        Piece(f" ({_OWNERS[stamp.whose]}) says ", Tone.DIM),
        Piece(f"{said}{visible(claim.result)}", Tone.DIM if dim else Tone.PLAIN, strong=not dim),
    ]
    if stamp.agrees is True:
        pieces.append(Piece("  ✓ agrees", Tone.GOOD))
    elif stamp.agrees is False:
        pieces.append(Piece(f"  ✗ DISAGREES: ours is {visible(stamp.ours or '?')}. ", Tone.WARN, strong=True))
        pieces.append(Piece(visible(stamp.note), Tone.DIM))
    else:
        pieces.append(Piece("  not compared", Tone.DIM))
    return "Stamped", tuple(pieces)


def _questions(report: Report, user: str, name: str | None = None) -> list[tuple[str, Pieces]]:
    """The DNS questions of a mechanism, a line each."""
    rows: list[tuple[str, Pieces]] = []
    for asked in report.analysis.questions:
        question = asked.answer.question
        if user in asked.used_by and (name is None or question.name.rstrip(".") == name.rstrip(".").lower()):
            outcome = asked.answer.outcome.value
            tone = Tone.DIM if asked.answer.outcome.certain else Tone.WARN
            rows.append(("DNS", (Piece(f"{visible(question.name)} {question.type} ", Tone.DIM), Piece(outcome, tone))))
    if len(rows) > 6:
        rows[5:] = [("DNS", words(f"and {len(rows) - 5} more (7 DNS)", Tone.DIM))]
    return rows


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
