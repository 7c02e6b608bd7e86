"""The part of the outline that tells every verdict, what it rests on, and what others stamped."""

from mailscope.agreement import Stamp, Whose
from mailscope.amounts import count
from mailscope.analysis import DmarcPair
from mailscope.arc.verdicts import ArcCheck
from mailscope.dkim.coverage import Coverage
from mailscope.dkim.verdicts import Atps, DkimCheck
from mailscope.dmarc.differ import differences
from mailscope.dmarc.verdicts import DmarcCheck, Identifier, ReportAddress
from mailscope.export.blocks import Block, Item, Pairs, Paragraph, Table
from mailscope.export.wording import safe, time_words
from mailscope.report import Report
from mailscope.schema.dkim import signature_labels
from mailscope.spf.verdicts import Scope, SpfCheck
from mailscope.verdict import Verdict

Rows = list[tuple[str, str | None]]

_WHOSE = {
    Whose.RECEIVER: "your side",
    Whose.INTERMEDIARY: "a host on the way",
    Whose.SENDER: "written below the border, no evidence",
}
_MOST = 50
_VALIDATED: dict[bool | None, str] = {True: "validated by DNSSEC", False: "not validated by DNSSEC"}


def results_line(report: Report) -> str:
    """DMARC, SPF, DKIM and ARC in one line."""
    auth = report.authentication
    signatures = ", ".join(verdict_word(check.result) for check in auth.dkim[:5]) or "no signature"
    if len(auth.dkim) > 5:
        signatures += f" and {len(auth.dkim) - 5} more"
    return "; ".join(
        (
            f"DMARC {verdict_word(auth.dmarc.rfc9989.result)}",
            f"SPF {verdict_word(auth.spf.result if auth.spf else None)}",
            f"DKIM {signatures}",
            f"ARC {verdict_word(auth.arc.result)}",
        )
    )


def verdict_word(result: Verdict | None) -> str:
    """The word of RFC 8601, or that it was not evaluated."""
    return "not evaluated" if result is None else result.value


def authentication_blocks(report: Report) -> tuple[Block, ...]:
    """DMARC first, since it is the conclusion; then what it rests on, and what others stamped."""
    auth = report.authentication
    blocks: list[Block] = [_dmarc(auth.dmarc), _spf(report)]
    labels = signature_labels(auth.dkim)
    coverage = {each.index: each for each in auth.coverage}
    blocks += [
        _dkim(check, label, coverage.get(check.index)) for check, label in zip(auth.dkim, labels, strict=True)
    ] or [Item("DKIM: the message bears no signature")]
    blocks.append(_arc(auth.arc))
    if auth.stamped:
        shown = tuple((_stamper(stamp), _stamp(stamp)) for stamp in auth.stamped[:_MOST])
        more = (Paragraph(f"And {count(len(auth.stamped) - _MOST, 'more stamp')}."),) if auth.stamped[_MOST:] else ()
        blocks.append(Item("What others stamped on it", (Pairs(shown), *more)))
    return tuple(blocks)


def _told(rows: Rows) -> Pairs:
    return Pairs(tuple((label, safe(value)) for label, value in rows if value))


def _dmarc(pair: DmarcPair) -> Item:
    new, old = pair.rfc9989, pair.rfc7489
    rows: Rows = [
        ("Because", new.reason),
        ("By RFC 9989", _policy(new)),
        ("By RFC 7489", _policy(old)),
        *(("They differ", why) for why in differences(new, old)),
        ("Record at", new.record_domain),
        ("Record", new.record),
        ("Organization", new.organizational_domain),
        ("Asked", "; ".join(f"{look.domain}: {look.said}" for look in new.looks) or None),
        *(("Identifier", _identifier(each, new)) for each in new.identifiers[:_MOST]),
        *(("Reports go to", _report_address(each)) for each in new.reports[:_MOST]),
        *(("Remark", remark) for remark in new.remarks[:_MOST]),
        *(("Author", f"{check.from_domain}: {_policy(check)}") for check in pair.authors),
    ]
    title = f"DMARC {verdict_word(new.result)}: {safe(new.from_domain, 'no author domain')}"
    return Item(title, (_told(rows),))


def _identifier(each: Identifier, check: DmarcCheck) -> str:
    mode = check.spf_alignment if each.method == "spf" else check.dkim_alignment
    aligned = {True: "aligned", False: "not aligned", None: "alignment unknown"}[each.aligned]
    asked = "strict" if mode == "s" else "relaxed"
    return f"{each.method.upper()} {each.domain or 'no domain'}: {each.result or 'not evaluated'}, {aligned} ({asked})"


def _report_address(each: ReportAddress) -> str:
    if not each.external:
        return f"{each.uri} ({each.tag})"
    agrees = {True: "which agrees", False: "which does not agree", None: "whose consent is unknown"}[each.authorized]
    return f"{each.uri} ({each.tag}), in another organization, {agrees}"


def _policy(check: DmarcCheck) -> str:
    parts = [verdict_word(check.result)]
    if check.policy:
        left = check.disposition and check.disposition != check.policy
        parts.append(f"policy {check.policy}" + (f", of which {check.disposition} is left" if left else ""))
    for name, aligned in (("SPF", check.spf_aligned), ("DKIM", check.dkim_aligned)):
        if aligned is not None:
            parts.append(f"{name} {'aligned' if aligned else 'not aligned'}")
    return "; ".join(parts)


def _spf(report: Report) -> Item:
    check = report.authentication.spf
    if check is None:
        reason = report.border.basis or "no hop can be trusted, so no client address is known"
        return Item("SPF not evaluated", (_told([("Because", reason)]),))
    rows: Rows = [
        ("Because", check.problem),
        ("Client", _client(check)),
        ("Decided by", check.mechanism),
        ("Lookups", _lookups(check)),
        ("Found nothing", ", ".join(check.void_names[:_MOST])),
        ("They say", check.explanation),
        ("Record", check.record),
        *(("Remark", remark) for remark in check.remarks[:_MOST]),
        *_elsewhere(report.authentication.spf_by_hop, check),
    ]
    return Item(f"SPF {verdict_word(check.result)}: {safe(check.domain, 'no domain')}", (_told(rows), *_way(check)))


def _client(check: SpfCheck) -> str:
    identity = check.helo if check.scope is Scope.HELO else check.mail_from
    who = "greeting name" if check.scope is Scope.HELO else "envelope sender"
    return f"{safe(check.ip, 'no address')} for the {who} {safe(identity or None, 'not known')}"


def _lookups(check: SpfCheck) -> str | None:
    if check.lookups is None:
        return None
    said = f"{check.lookups} of 10, {check.void_lookups or 0} of 2 that found nothing"
    return f"{said}; the whole tree needs {check.lookups_needed}" if check.lookups_needed is not None else said


def _way(check: SpfCheck) -> tuple[Block, ...]:
    """The terms as they were met, dots for their depth: includes and redirects stand above what they led to."""
    if not check.terms:
        return ()
    rows = tuple(
        (
            f"{'. ' * min(term.depth, 10)}{safe(term.text)}",
            safe(term.domain, ""),
            safe(term.target, ""),
            term.outcome + (" (counts)" if term.counts else ""),
        )
        for term in check.terms[:_MOST]
    )
    more = (Paragraph(f"And {count(len(check.terms) - _MOST, 'more term')}."),) if check.terms[_MOST:] else ()
    return (Table(("Term, as it was met", "In the record of", "Asked for", "Outcome"), rows), *more)


def _elsewhere(by_hop: tuple[SpfCheck, ...], border: SpfCheck) -> Rows:
    """The same question at the other hops."""
    rows: Rows = []
    for each in by_hop[:_MOST]:
        if each.hop is not None and each.hop != border.hop and each.result is not None:
            sender = f" for {safe(each.mail_from)}" if each.mail_from != border.mail_from else ""
            rows.append((f"At hop {each.hop + 1}", f"{verdict_word(each.result)}, {safe(each.ip)}{sender}"))
    return rows


def _dkim(check: DkimCheck, label: str, coverage: Coverage | None) -> Item:
    key = " ".join(filter(None, (check.algorithm, f"{check.key_bits} bits" if check.key_bits else None)))
    length = f"only the first {check.body_length:,} bytes of the body (l=)" if check.body_length is not None else None
    rows: Rows = [
        ("Because", f"{check.problem} ({check.reason})" if check.reason else check.problem),
        ("Header fields", _kept(check.signature_ok)),
        ("Body", _kept(check.body_hash_ok)),
        ("Signs", length),
        ("Key", key + (", in test mode (t=y)" if check.key_testing else "")),
        ("Key record at", check.key_name),
        ("Key's answer", _VALIDATED.get(check.key_validated) if check.key_record else None),
        ("Line ends", "mended: the message was stored without CRLF" if check.line_ends_mended else None),
        ("Signed", time_words(check.signed_at) if check.signed_at else None),
        ("Expires", time_words(check.expires_at) if check.expires_at else None),
        ("Signed fields", ", ".join(check.signed_headers[:_MOST])),
        ("Could be added", ", ".join(coverage.injectable[:_MOST]) if coverage else None),
        ("Added since", ", ".join(coverage.added[:_MOST]) if coverage else None),
        *(("Remark", note) for note in (*check.key_notes, *check.key_remarks)[:_MOST]),
        ("Author's domain", _atps(check.atps)),
        ("dkimpy says", check.second_opinion.value if check.second_opinion else None),
    ]
    return Item(f"DKIM {verdict_word(check.result)}: {safe(label)}", (_told(rows),))


def _atps(atps: Atps | None) -> str | None:
    if atps is None:
        return None
    return f"{atps.domain}, authorized by ATPS: {verdict_word(atps.result)}. {atps.problem}".strip()


def _kept(ok: bool | None) -> str | None:
    return None if ok is None else "as they were signed" if ok else "changed since signing"


def _arc(check: ArcCheck) -> Item:
    rows: Rows = [("Because", check.reason)]
    for each in check.instances[:_MOST]:
        saw = ", ".join(f"{method} {result}" for method, result in each.claims[:10])
        told = [
            safe(each.domain, "no domain"),
            f"seal {verdict_word(each.seal)}",
            f"message {verdict_word(each.message_signature)}",
        ]
        if saw:
            told.append(f"saw {safe(saw)}")
        told += [safe(problem) for problem in (each.seal_problem, each.message_problem) if problem]
        rows.append((f"Set {each.instance}", "; ".join(told)))
    chain = count(len(check.instances), "set") if check.instances else "no chain"
    return Item(f"ARC {verdict_word(check.result)}: {chain}", (_told(rows),))


def _stamper(stamp: Stamp) -> str:
    return _WHOSE[stamp.whose].capitalize()


def _stamp(stamp: Stamp) -> str:
    claim = stamp.claim
    about = claim.property("header.d", "header.i", "smtp.mailfrom", "header.from", "smtp.helo")
    if claim.software:
        # A filter's verdict: nothing of ours to hold it against, but its keys can be told in words.
        return f"{safe(claim.field)}, {safe(claim.software)}: {safe('; '.join(map(str, claim.meanings)), claim.result)}"
    said = f"{safe(claim.by or claim.field)} says {safe(claim.method)} {safe(claim.result)}"
    if claim.meanings:
        said += f" ({safe('; '.join(map(str, claim.meanings)))})"
    if about:
        said += f" for {safe(about)}"
    note = f" {safe(stamp.note)}" if stamp.note else ""
    if stamp.agrees is None:
        return f"{said}; not compared.{note}"
    if stamp.agrees:
        return f"{said}; agrees.{note}"
    return f"{said}; DISAGREES: ours is {safe(stamp.ours)}.{note}"
