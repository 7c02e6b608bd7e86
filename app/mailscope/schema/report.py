"""The report as a whole, and what is its own: where it came from, what was asked, what is thought of it."""

from collections.abc import Sequence

from mailscope.analysis import Analysis
from mailscope.dns.answer import Asked
from mailscope.findings.finding import Evidence, Finding
from mailscope.findings.requirements import sender_requirements
from mailscope.moment import iso
from mailscope.schema.arc import arc_dict
from mailscope.schema.bounce import behaviour_dicts, bounce_dict, recipient_dicts
from mailscope.schema.dkim import field_dicts, signature_dicts
from mailscope.schema.dmarc import dmarc_dict
from mailscope.schema.links import links_dict
from mailscope.schema.plain import Json, plain
from mailscope.schema.senders import requirement_dict
from mailscope.schema.spf import spf_dict
from mailscope.schema.stamps import stamp_dict
from mailscope.schema.trace import border_dict, hop_dict, route_dict
from mailscope.spf.verdicts import SpfCheck
from mailscope.trace.hop import Route
from mailscope.version import __version__

SCHEMA = "mailscope/1"


def report_dict(
    analysis: Analysis,
    findings: Sequence[Finding],
    enclosed: Json | None,
    error: str | None,
    answer: tuple[str, str] | None = None,
) -> Json:
    """The report as JSON-ready data: every key always there, unknown values None, times ISO 8601 in UTC.

    answer is the severity and the headline. Strings hold no lone surrogates: bytes that are no text become U+FFFD.
    """
    auth = analysis.authentication
    data = {
        "schema": SCHEMA,
        "source": _source(analysis, error),
        "checked": {
            "at": iso(analysis.at),
            "now": iso(analysis.now),
            "dns": analysis.dns,
            "received_at": iso(analysis.received_at),
            "age_seconds": analysis.age_seconds,
            "version": __version__,
        },
        "answer": {"severity": answer[0], "headline": answer[1]} if answer else None,
        "message": _message(analysis),
        "hops": [hop_dict(hop) for hop in analysis.route.hops],
        "border": border_dict(analysis.route.border, analysis.reverse),
        "route": route_dict(analysis.message, analysis.route),
        "authentication": {
            "spf": spf_dict(auth.spf or SpfCheck(None, problem=_no_spf(analysis.route, error)), terms=True),
            "spf_by_hop": [spf_dict(check, terms=False) for check in auth.spf_by_hop],
            "dkim": signature_dicts(analysis),
            "arc": arc_dict(auth.arc),
            "dmarc": dmarc_dict(auth.dmarc),
            "stamped": [stamp_dict(stamp) for stamp in auth.stamped],
        },
        "fields": field_dicts(analysis.message, auth),
        "links": links_dict(analysis.links),
        "bounces": [bounce_dict(bounce) for bounce in analysis.bounces],
        "behaviour": behaviour_dicts(analysis.notice.behaviour),
        "recipient_side": recipient_dicts(analysis.recipients),
        "dns": [_asked(asked) for asked in analysis.questions],
        "requirements": [] if error else [requirement_dict(each) for each in sender_requirements(analysis)],
        "findings": [_finding(finding) for finding in findings],
    }
    report: Json = plain(data)
    report["enclosed"] = enclosed
    return report


def _source(analysis: Analysis, error: str | None) -> Json:
    specimen = analysis.specimen
    unread = error is not None and not specimen.raw
    return {
        "path": specimen.origin.path,
        "index": specimen.origin.index,
        "label": specimen.origin.label,
        "kind": None if unread else specimen.kind,
        "kind_basis": specimen.kind_basis or None,
        "kind_guessed": None if unread else specimen.guessed,
        "steps": list(specimen.steps),
        "size": None if unread else specimen.size,
        "sha256": None if unread else specimen.sha256,
        "error": error,
    }


def _message(analysis: Analysis) -> Json:
    envelope = analysis.envelope
    return {
        "from": envelope.from_,
        "from_domain": envelope.from_domain,
        "to": envelope.to,
        "subject": envelope.subject,
        "date": iso(envelope.date),
        "message_id": envelope.message_id,
        "return_path": envelope.return_path,
    }


def _no_spf(route: Route, error: str | None) -> str | None:
    if error is not None:
        return None
    return route.border.basis or "No hop can be trusted, so there is no client address to judge."


def _asked(asked: Asked) -> Json:
    answer = asked.answer
    return {
        "name": answer.question.name,
        "type": answer.question.type,
        "outcome": answer.outcome,
        "answers": list(answer.records),
        "aliases": list(answer.aliases),
        "validated": answer.validated,
        "ttl": answer.ttl,
        "seconds": answer.seconds,
        "note": answer.note or None,
        "server": answer.server or None,
        "used_by": list(asked.used_by),
    }


def _finding(finding: Finding) -> Json:
    return {
        "id": finding.id,
        "severity": finding.severity,
        "area": finding.area,
        "title": finding.title,
        "detail": finding.detail,
        "evidence": [_evidence(each) for each in finding.evidence],
        "remedy": finding.remedy or None,
        "reference": finding.reference or None,
    }


def _evidence(evidence: Evidence) -> Json:
    span = evidence.span
    return {
        "text": evidence.text,
        "start": span.start if span else None,
        "stop": span.stop if span else None,
        "source": evidence.source,
    }
