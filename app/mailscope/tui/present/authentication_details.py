"""What stands behind each card of the authentication page: every tag, record, term and claim."""

from mailscope.dmarc.verdicts import DmarcCheck
from mailscope.mail.field import Span
from mailscope.report import Report
from mailscope.tui.present.wording import Detail, cut_text, known, moment, stated, text, verdict_pieces
from mailscope.visible import visible
from mailscope_widgets import Block, Gap, Pairs, Para, Piece, Pieces, Rule, Tone, para, words


def detail(report: Report, key: str) -> Detail | None:
    """The detail behind one card."""
    kind, _, number = key.partition(":")
    match kind:
        case "dmarc":
            return _dmarc(report)
        case "spf":
            return _spf(report)
        case "dkim":
            return _dkim(report, int(number))
        case "arc":
            return _arc(report)
        case "stamps":
            return _stamps(report)
        case _:
            return None


def _record(record: str | None, missing: str) -> list[Block]:
    return [Gap(), Rule(words("the record", Tone.LABEL)), Para(text(record and cut_text(record), missing=missing))]


def _dmarc(report: Report) -> Detail:
    blocks: list[Block] = []
    for name, check in (
        ("RFC 9989", report.authentication.dmarc.rfc9989),
        ("RFC 7489", report.authentication.dmarc.rfc7489),
    ):
        blocks += [Rule(words(name, Tone.LABEL)), Pairs(_dmarc_rows(check)), Gap()]
    blocks += _record(report.authentication.dmarc.rfc9989.record, "none was found")[1:]
    return Detail(words("DMARC", strong=True), tuple(blocks))


def _dmarc_rows(check: DmarcCheck) -> tuple[tuple[str, Pieces], ...]:
    aligned = {True: "aligned", False: "not aligned", None: "not known"}
    mode = {"r": "relaxed", "s": "strict"}
    spf_mode = mode.get(check.spf_alignment, check.spf_alignment)
    dkim_mode = mode.get(check.dkim_alignment, check.dkim_alignment)
    tag = f"{visible(check.policy)} (from {visible(check.policy_tag or 'p')}=)" if check.policy else None
    rows = (
        ("Result", verdict_pieces(check.result)),
        ("Why", known(check.reason)),
        ("Author", known(check.from_domain)),
        ("Organization", known(check.organizational_domain)),
        ("Record at", known(check.record_domain)),
        ("Asked", known(", ".join(check.tried))),
        ("Policy", known(tag)),
        ("Disposition", known(check.disposition)),
        ("SPF", words(f"{aligned[check.spf_aligned]} ({visible(spf_mode)})")),
        ("DKIM", words(f"{aligned[check.dkim_aligned]} ({visible(dkim_mode)})")),
    )
    return stated(rows)


def _spf(report: Report) -> Detail | None:
    check = report.authentication.spf
    if check is None:
        return None
    rows = (
        ("Result", verdict_pieces(check.result)),
        ("Client", known(check.ip)),
        ("Greeting", known(check.helo)),
        ("Sender", known(check.mail_from)),
        ("Domain", known(check.domain)),
        ("Decided by", known(check.mechanism)),
        ("Lookups", None if check.lookups is None else words(f"{check.lookups} of 10 allowed")),
        ("Void", None if check.void_lookups is None else words(f"{check.void_lookups} of 2 allowed")),
        ("Problem", known(check.problem)),
    )
    blocks: list[Block] = [Pairs(stated(rows)), *_record(check.record, "none was found")]
    if check.terms:
        blocks += [Gap(), Rule(words("the way through the record", Tone.LABEL))]
    for term in check.terms[:200]:
        indent = "  " * min(term.depth, 10)
        counted = Piece(" counts" if term.counts else "", Tone.DIM)
        target = f" → {visible(term.target)}" if term.target else ""
        outcome = Piece(f"  {visible(term.outcome)}", Tone.GOOD if term.outcome == "match" else Tone.DIM)
        blocks.append(
            Para((Piece(indent), *text(term.text), Piece(target, Tone.DIM), outcome, counted), 2 + len(indent))
        )
    for each in report.authentication.spf_by_hop:
        hop = "no hop" if each.hop is None else f"hop {each.hop + 1}"
        address = text(each.ip, Tone.DIM, missing="no address")
        blocks.append(Para((Piece(f"{hop} ", Tone.LABEL), *verdict_pieces(each.result), Piece(" "), *address)))
    return Detail(words("SPF", strong=True), tuple(blocks))


def _dkim(report: Report, index: int) -> Detail | None:
    check = next((each for each in report.authentication.dkim if each.index == index), None)
    if check is None:
        return None
    body = "all of it" if check.body_length is None else f"its first {check.body_length:,} bytes"
    rows = (
        ("Result", verdict_pieces(check.result)),
        ("Reason", known(check.problem)),
        ("Domain (d)", known(check.domain)),
        ("Selector (s)", known(check.selector)),
        ("Identity (i)", known(check.identity)),
        ("Algorithm", known(check.algorithm)),
        ("Form (c)", known("/".join(check.canonicalization))),
        ("Signed (t)", words(moment(check.signed_at)) if check.signed_at else None),
        ("Expires (x)", words(moment(check.expires_at)) if check.expires_at else None),
        ("Body (l)", words(body)),
        ("Body hash", known(check.body_hash_stated)),
        ("computed", known(check.body_hash_computed)),
        ("Fields (h)", known(cut_text(" ".join(check.signed_headers)))),
        ("Key at", known(check.key_name)),
        ("Key", known(f"{check.key_type or ''} {f'{check.key_bits} bits' if check.key_bits else ''}".strip())),
        ("dkimpy says", verdict_pieces(check.second_opinion) if check.second_opinion else None),
    )
    blocks: list[Block] = [Pairs(stated(rows)), *_record(check.key_record, "none was read")]
    blocks += _coverage(report, index)
    fields = report.analysis.message.fields
    spans: tuple[Span, ...] = (fields[check.field_index].span,) if check.field_index < len(fields) else ()
    return Detail(text(check.name, strong=True), tuple(blocks), spans)


def _coverage(report: Report, index: int) -> list[Block]:
    cover = next((each for each in report.authentication.coverage if each.index == index), None)
    if cover is None:
        return []
    rows: list[tuple[str, Pieces]] = [
        ("Not signed", text(cut_text(" ".join(cover.unsigned)), missing="none")),
        ("Could be added", text(cut_text(" ".join(cover.injectable)), missing="none")),
        ("Added since", text(cut_text(" ".join(cover.added)), Tone.BAD, missing="none")),
    ]
    if cover.body_unsigned:
        rows.append(("Body", words(f"{cover.body_unsigned:,} bytes at its end are not signed", Tone.BAD)))
    return [Gap(), Rule(words("what it vouches for", Tone.LABEL)), Pairs(tuple(rows))]


def _arc(report: Report) -> Detail:
    check = report.authentication.arc
    blocks: list[Block] = [Para((*verdict_pieces(check.result), Piece("  "), *text(check.reason, missing="")))]
    for each in check.instances:
        saw = ", ".join(f"{method} {result}" for method, result in each.claims)
        rows = (
            ("Sealed by", text(each.domain)),
            ("Selector", text(each.selector)),
            ("At", words(moment(each.sealed_at))),
            ("Chain then", text(each.cv)),
            ("Seal", verdict_pieces(each.seal)),
            ("Message", verdict_pieces(each.message_signature)),
            ("Host", text(each.authserv_id)),
            ("Saw", text(saw, missing="nothing stated")),
            ("Problem", text(each.problem, missing="none")),
        )
        blocks += [Gap(), Rule(words(f"set {each.instance}", Tone.LABEL)), Pairs(rows)]
    return Detail(words("ARC", strong=True), tuple(blocks))


def _stamps(report: Report) -> Detail:
    blocks: list[Block] = []
    for stamp in report.authentication.stamped[:100]:
        claim = stamp.claim
        blocks += [
            Para(
                (
                    *text(claim.by or claim.field, strong=True),
                    Piece(f" says {visible(claim.method)} {visible(claim.result)}"),
                )
            ),
            para(" ".join(f"{visible(name)}={visible(value)}" for name, value in claim.properties), Tone.DIM),
            Gap(),
        ]
    return Detail(words("Stamps", strong=True), tuple(blocks))
