"""A report as sections of plain blocks, safe to show: what every format for people writes down in its own marks."""

from collections.abc import Iterator

from mailscope.amounts import count, duration, size_words
from mailscope.analysis import Analysis
from mailscope.bounce.causes.rules import provider_name
from mailscope.bounce.failure import Bounce, Manner, Phase
from mailscope.export.authentication import authentication_blocks, results_line
from mailscope.export.blocks import Block, Item, Outline, Pairs, Paragraph, Quote, Section
from mailscope.export.forensics import fields_blocks, forensics_blocks
from mailscope.export.links import links_blocks
from mailscope.export.path import path_blocks
from mailscope.export.recipients import recipients_blocks
from mailscope.export.senders import senders_blocks
from mailscope.export.wording import DNS_WORDS, safe, time_words
from mailscope.findings.finding import Evidence, Finding
from mailscope.report import Report
from mailscope.specimen import Kind
from mailscope.version import __version__

MOST = 100
"""Rows of one list (hops, fields, recipients, questions) that are written out; the JSON holds all of them."""

SECTION_KEYS = frozenset(
    {
        "findings",
        "bounces",
        "recipients",
        "message",
        "links",
        "path",
        "authentication",
        "senders",
        "forensics",
        "fields",
        "enclosed",
    }
    | {"dns", "made"}
)
"""The keys by which sections are chosen."""


def outline(report: Report) -> Outline:
    """The whole report: the answer first, then what stands behind it, at last how it was made."""
    name = safe(report.analysis.specimen.origin.name)
    if report.error is not None:
        return Outline(name, None, f"Cannot be examined: {safe(report.error)}", (), ())
    sections = [
        Section("Findings", _findings(report), "findings"),
        Section("What became of the mail", tuple(_bounces(report.bounces)), "bounces"),
        Section(
            "The recipients' side, as the DNS says now", recipients_blocks(report.analysis.recipients), "recipients"
        ),
        Section("The message", (_message(report),), "message"),
        Section("Where its links lead", links_blocks(report.analysis.links, MOST), "links"),
        Section("The path", _path(report), "path"),
        Section("Authentication", authentication_blocks(report) if report.is_mail else (), "authentication"),
        Section("What big receivers ask of senders", senders_blocks(report), "senders"),
        Section("The signatures, taken apart", forensics_blocks(report), "forensics"),
        Section("Header fields and what vouches for them", fields_blocks(report, MOST), "fields"),
        Section("The message that it returns", tuple(_enclosed(report.enclosed)), "enclosed"),
        Section("DNS questions", tuple(_questions(report)), "dns"),
        Section("How this report was made", (_made(report),), "made"),
    ]
    lead = (Paragraph(results_line(report)),) if report.is_mail else ()
    return Outline(
        name,
        report.answer.severity,
        safe(report.answer.headline),
        lead,
        tuple(section for section in sections if section.blocks),
    )


def _findings(report: Report) -> tuple[Block, ...]:
    if not report.findings:
        return (Paragraph("Nothing was found that would need a word."),)
    return tuple(finding_item(finding) for finding in report.findings)


def finding_item(finding: Finding) -> Item:
    """One finding: what it says, what to do, its evidence."""
    blocks: list[Block] = [Paragraph(safe(finding.detail))] if finding.detail else []
    if finding.remedy:
        blocks.append(Pairs((("What to do", safe(finding.remedy)),)))
    blocks += [_evidence(evidence) for evidence in finding.evidence]
    if finding.reference:
        blocks.append(Pairs((("Reference", safe(finding.reference)),)))
    return Item(safe(finding.title), tuple(blocks), finding.severity)


def _evidence(evidence: Evidence) -> Quote:
    return Quote(f"Evidence, {evidence.whence}", safe(evidence.text, "nothing"), evidence.source == "difference")


def _bounces(bounces: tuple[Bounce, ...]) -> Iterator[Block]:
    for bounce in bounces[:MOST]:
        yield bounce_item(bounce)
    if len(bounces) > MOST:
        yield _more(len(bounces) - MOST, "recipient")


def bounce_item(bounce: Bounce) -> Item:
    """What one bounce says of one recipient: what it means and what to do before the codes."""
    rows: list[tuple[str, str | None]] = [
        ("What happened", bounce.meaning),
        ("What to do", bounce.remedy),
        ("Trying again", bounce.retry_advice),
        ("Category", f"{bounce.category.replace('_', ' ')}, {_MANNERS[bounce.manner]}"),
        ("Phase", f"{bounce.phase} ({bounce.phase_basis})" if bounce.phase != "unknown" else None),
        ("Codes", " ".join(filter(None, (bounce.reply_code, bounce.enhanced_code))) or None),
        ("Permanent", None if bounce.permanent is None else "yes" if bounce.permanent else "no"),
        ("They said", bounce.diagnostic),
        (_other_side(bounce), bounce.remote_mta),
        ("Reported by", bounce.reporting_mta),
        ("Whose words", provider_name(bounce.provider) if bounce.provider else None),
        ("First addressed to", bounce.original_recipient),
        *(("Attempt", attempt) for attempt in bounce.attempts[:MOST]),
        *(("Remark", remark) for remark in bounce.remarks),
    ]
    told = tuple((label, safe(value)) for label, value in rows if value)
    return Item(safe(bounce.recipient, "Recipient not named"), (Pairs(told),))


def _other_side(bounce: Bounce) -> str:
    """What the remote host did, as a label."""
    if bounce.manner is Manner.DELIVERED:
        return "Taken by"
    return "Not reached" if bounce.phase in (Phase.DNS, Phase.CONNECT) and not bounce.reply_code else "Refused by"


_MANNERS = {
    Manner.REJECTION: "refused while the sending side tried",
    Manner.TIMEOUT: "given up after trying for a time",
    Manner.ASYNCHRONOUS: "accepted first, returned later",
    Manner.DELAY: "not delivered yet, still tried",
    Manner.REPORT: "a report, not a failure",
    Manner.REPLY: "an automatic answer, not a failure",
    Manner.DELIVERED: "delivered",
}


def _message(report: Report) -> Pairs:
    analysis = report.analysis
    envelope = analysis.envelope
    expected = analysis.specimen.kind in (Kind.MESSAGE, Kind.HEADERS)
    sender = "<> (a bounce or automatic answer)" if envelope.return_path == "" else envelope.return_path
    rows = (
        ("From", envelope.from_),
        ("To", envelope.to),
        ("Subject", envelope.subject),
        ("Date", time_words(envelope.date) if envelope.date else None),
        ("Message-ID", envelope.message_id),
    )
    kept = [(label, safe(value, "no such field, or it cannot be read")) for label, value in rows if value or expected]
    if sender:
        kept.append(("Envelope sender", safe(sender)))
    specimen = analysis.specimen
    basis = f" ({safe(specimen.kind_basis)})" if specimen.kind_basis else ""
    kept.append(("Taken as", specimen.kind.value + basis))
    if specimen.steps:
        kept.append(("Undone first", "; ".join(specimen.steps)))
    return Pairs(tuple(kept))


def _path(report: Report) -> tuple[Block, ...]:
    if not report.analysis.route.hops and report.is_mail:
        return (Paragraph("No Received field says where it has been."),)
    return path_blocks(report, MOST)


def _enclosed(inner: Report | None) -> Iterator[Block]:
    """The returned message in short: its answer, who and what, and its findings."""
    if inner is None:
        return
    yield Item(safe(inner.answer.headline), (_message(inner),), inner.answer.severity)
    yield from (finding_item(finding) for finding in inner.findings)


def _questions(report: Report) -> Iterator[Block]:
    asked = report.analysis.questions
    for each in asked[:MOST]:
        answer = each.answer
        about = [answer.outcome.value.replace("-", " ")]
        if answer.validated:
            about.append("validated by DNSSEC")
        if each.used_by:
            about.append(f"for {', '.join(each.used_by)}")
        rows = [("Answer", safe(record, "empty")) for record in answer.records[:MOST]]
        rows += [("Alias of", safe(alias)) for alias in answer.aliases[:MOST]]
        if answer.note:
            rows.append(("Note", safe(answer.note)))
        title = f"{safe(answer.question.name)} {safe(answer.question.type)}: {', '.join(about)}"
        yield Item(title, (Pairs(tuple(rows)),) if rows else ())
    if len(asked) > MOST:
        yield _more(len(asked) - MOST, "question")


def _made(report: Report) -> Pairs:
    analysis = report.analysis
    specimen = analysis.specimen
    return Pairs(
        (
            ("By", f"mailscope {__version__}, {time_words(analysis.at)}"),
            ("Judged as of", time_words(analysis.now)),
            ("Message received", _received(analysis)),
            ("DNS", DNS_WORDS[analysis.dns]),
            ("Size", size_words(specimen.size)),
            ("SHA-256", specimen.sha256),
        )
    )


def _received(analysis: Analysis) -> str:
    """When the receiver took the message, and how long before the check: the DNS may have changed since."""
    if analysis.received_at is None or analysis.age_seconds is None:
        return "at a time that nothing tells"
    return f"{time_words(analysis.received_at)}, {duration(analysis.age_seconds)} before that"


def _more(number: int, what: str) -> Paragraph:
    return Paragraph(f"And {count(number, f'more {what}')}; the JSON export holds all of them.")
