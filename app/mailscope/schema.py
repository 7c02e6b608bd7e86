"""A report as plain data: the JSON of schema mailscope/1, described for its readers in docs/json.md."""

import re
from collections.abc import Sequence
from typing import Any

from mailscope.analysis import Analysis, Authentication, DmarcPair
from mailscope.arc.verdicts import ArcCheck, ArcInstance
from mailscope.bounce.failure import Bounce
from mailscope.dkim.coverage import Coverage, weight_of
from mailscope.dkim.forensics import NO_FORENSICS
from mailscope.dkim.verdicts import Atps, DkimCheck
from mailscope.dmarc.differ import differences
from mailscope.dmarc.verdicts import DmarcCheck
from mailscope.dns.answer import Asked
from mailscope.dns.suffixes import organizational_domain
from mailscope.findings.finding import Evidence, Finding
from mailscope.findings.requirements import sender_requirements
from mailscope.mail.message import Message
from mailscope.moment import iso
from mailscope.schema_bounce import behaviour_dicts, recipient_dicts
from mailscope.schema_forensics import coverage_dict, diagnosis_dict, forensics_dict, writers
from mailscope.schema_spf import requirement_dict, spf_dict, stamp_dict
from mailscope.schema_trace import border_dict, hop_dict, route_dict
from mailscope.spf.verdicts import SpfCheck
from mailscope.trace.hop import Route
from mailscope.version import __version__

SCHEMA = "mailscope/1"

_SURROGATE = re.compile("[\ud800-\udfff]")

Json = dict[str, Any]


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
            "dkim": _signatures(analysis),
            "arc": _arc(auth.arc),
            "dmarc": _dmarc_pair(auth.dmarc),
            "stamped": [stamp_dict(stamp) for stamp in auth.stamped],
        },
        "fields": _fields(analysis.message, auth),
        "bounces": [_bounce(bounce) for bounce in analysis.bounces],
        "behaviour": behaviour_dicts(analysis.notice.behaviour),
        "recipient_side": recipient_dicts(analysis.recipients),
        "dns": [_asked(asked) for asked in analysis.questions],
        "requirements": [] if error else [requirement_dict(each) for each in sender_requirements(analysis)],
        "findings": [_finding(finding) for finding in findings],
    }
    plain: Json = _plain(data)
    plain["enclosed"] = enclosed
    return plain


def signature_labels(checks: Sequence[DkimCheck]) -> tuple[str, ...]:
    """domain/selector for each signature; the second of the same name is marked "#2", and so on."""
    seen: dict[str, int] = {}
    labels = []
    for check in checks:
        number = seen[check.name] = seen.get(check.name, 0) + 1
        labels.append(check.name if number == 1 else f"{check.name}#{number}")
    return tuple(labels)


def bounce_dict(bounce: Bounce) -> Json:
    """One bounce as JSON-ready data, as it stands in a report."""
    plain: Json = _plain(_bounce(bounce))
    return plain


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


def _signatures(analysis: Analysis) -> list[Json]:
    auth = analysis.authentication
    coverage = {each.index: each for each in auth.coverage}
    domain = analysis.envelope.from_domain
    signatures = [
        _dkim(check, label, coverage.get(check.index), _aligned(check, auth.dmarc.rfc9989, domain))
        | forensics_dict(auth.forensics, place, analysis.message)
        for place, (check, label) in enumerate(zip(auth.dkim, signature_labels(auth.dkim), strict=True))
    ]
    # Signatures of a message that this one was put around: told, never judged.
    for each in auth.forensics.wrapped:
        told = _dkim(each.check, each.check.name, None, None) | forensics_dict(NO_FORENSICS, 0, analysis.message)
        told |= {"diagnosis": diagnosis_dict(each.diagnosis), "enclosed": True, "field": None}
        signatures.append(told)
    return signatures


def _dkim(check: DkimCheck, label: str, coverage: Coverage | None, aligned: bool | None) -> Json:
    return {
        "name": label,
        "field": check.field_index,
        "result": check.result,
        "reason": check.reason,
        "problem": check.problem or None,
        "domain": check.domain,
        "selector": check.selector,
        "identity": check.identity,
        "algorithm": check.algorithm,
        "canonicalization": "/".join(check.canonicalization),
        "key_name": check.key_name,
        "key_bits": check.key_bits,
        "key_testing": check.key_testing,
        "key_type": check.key_type,
        "key_record": check.key_record,
        "key_fingerprint": check.key_fingerprint,
        "key_validated": check.key_validated,
        "key_notes": list(check.key_notes),
        "key_remarks": list(check.key_remarks),
        "signed_at": iso(check.signed_at),
        "expires_at": iso(check.expires_at),
        "body_length": check.body_length,
        "body_size": check.body_size,
        "body_hash": check.body_hash_stated,
        "body_hash_computed": check.body_hash_computed,
        "body_hash_ok": check.body_hash_ok,
        "signature_ok": check.signature_ok,
        "made_with_key": check.made_with_key,
        "atps": _atps(check.atps),
        "second_opinion": check.second_opinion,
        "skipped": check.skipped,
        "line_ends_mended": check.line_ends_mended,
        "aligned": aligned,
        "signed_headers": list(check.signed_headers),
        "unsigned_headers": list(coverage.unsigned) if coverage else [],
        "injectable_headers": list(coverage.injectable) if coverage else [],
        "added_after_signing": list(coverage.added) if coverage else [],
        **coverage_dict(coverage),
        "enclosed": False,
    }


def _atps(atps: Atps | None) -> Json | None:
    if atps is None:
        return None
    return {"domain": atps.domain, "result": atps.result, "name": atps.name, "problem": atps.problem or None}


def _aligned(check: DkimCheck, dmarc: DmarcCheck, author: str | None) -> bool | None:
    """Whether the signer belongs to the author's organization: relaxed alignment (RFC 9989), passing or not."""
    if not check.domain or not author:
        return None
    if check.domain == author:
        return True
    # The tree walk knows the author's organization where it could be asked; else the public suffix list does.
    organization = dmarc.organizational_domain or organizational_domain(author)
    if not organization:
        return False
    return check.domain == organization or check.domain.endswith("." + organization)


def _arc(check: ArcCheck) -> Json:
    return {
        "result": check.result,
        "instances": [_instance(each) for each in check.instances],
        "reason": check.reason or None,
        "broken_at": check.broken_at,
        "oldest_pass": check.oldest_pass,
    }


def _instance(each: ArcInstance) -> Json:
    return {
        "instance": each.instance,
        "domain": each.domain,
        "selector": each.selector,
        "cv": each.cv,
        "seal": each.seal,
        "message_signature": each.message_signature,
        "sealed_at": iso(each.sealed_at),
        "by": each.authserv_id,
        "claims": [{"method": method, "result": result} for method, result in each.claims],
        "algorithm": each.algorithm,
        "seal_problem": each.seal_problem or None,
        "message_problem": each.message_problem or None,
        "problem": each.problem or None,
    }


def _dmarc_pair(pair: DmarcPair) -> Json:
    loop = pair.loop
    return {
        "rfc9989": _dmarc(pair.rfc9989),
        "rfc7489": _dmarc(pair.rfc7489),
        "differences": list(differences(pair.rfc9989, pair.rfc7489)),
        "authors": [_dmarc(check) for check in pair.authors],
        "report_loop": None
        if loop is None
        else {"address": loop.address, "tag": loop.tag, "domain": loop.domain, "own": loop.own},
    }


def _dmarc(check: DmarcCheck) -> Json:
    return {
        "from_domain": check.from_domain,
        "result": check.result,
        "policy": check.policy,
        "policy_tag": check.policy_tag,
        "disposition": check.disposition,
        "record_domain": check.record_domain,
        "record": check.record,
        "organizational_domain": check.organizational_domain,
        "spf_aligned": check.spf_aligned,
        "dkim_aligned": check.dkim_aligned,
        "reason": check.reason or None,
        "spf_alignment": check.spf_alignment,
        "dkim_alignment": check.dkim_alignment,
        "testing": check.testing,
        "percent": check.percent,
        "exists": check.exists,
        "tried": [{"domain": look.domain, "found": look.said} for look in check.looks],
        "identifiers": [
            {
                "method": each.method,
                "domain": each.domain,
                "result": each.result,
                "organizational_domain": each.organizational_domain,
                "aligned": each.aligned,
            }
            for each in check.identifiers
        ],
        "reports": [
            {
                "tag": each.tag,
                "uri": each.uri,
                "external": each.external,
                "authorized": each.authorized,
            }
            for each in check.reports
        ],
        "remarks": list(check.remarks),
        "faults": check.faults,
    }


def _fields(message: Message, auth: Authentication) -> list[Json]:
    labels = dict(zip((check.index for check in auth.dkim), signature_labels(auth.dkim), strict=True))
    # Of a crowd of signatures only those that were examined: fields times signatures is for an attacker to choose.
    examined = {check.index for check in auth.dkim if not check.skipped}
    coverage = [(labels[each.index], each.fields) for each in auth.coverage if each.index in examined]
    written = writers(auth.forensics, signature_labels(auth.dkim))
    return [
        {
            "name": field.name or None,
            "index": field.index,
            "malformed": field.malformed,
            "coverage": {label: words[field.index] for label, words in coverage if field.index < len(words)},
            "written_by": written.get(field.index, {}),
            "weight": None if field.malformed else weight_of(field.name),
        }
        for field in message.fields
    ]


def _bounce(bounce: Bounce) -> Json:
    return {
        "recipient": bounce.recipient,
        "original_recipient": bounce.original_recipient,
        "action": bounce.action,
        "manner": bounce.manner,
        "phase": bounce.phase,
        "phase_basis": bounce.phase_basis,
        "reply_code": bounce.reply_code,
        "enhanced_code": bounce.enhanced_code,
        "permanent": bounce.permanent,
        "category": bounce.category,
        "provider": bounce.provider,
        "remote_mta": bounce.remote_mta,
        "reporting_mta": bounce.reporting_mta,
        "diagnostic": bounce.diagnostic,
        "meaning": bounce.meaning,
        "remedy": bounce.remedy,
        "retry_advice": bounce.retry_advice,
        "attempts": list(bounce.attempts),
        "remarks": list(bounce.remarks),
        "feedback_type": bounce.feedback_type,
    }


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


def _plain(value: Any) -> Any:
    """The same data with words as plain str and lone surrogates as U+FFFD; its depth is that of the schema above."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", str(value))
    if isinstance(value, dict):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
