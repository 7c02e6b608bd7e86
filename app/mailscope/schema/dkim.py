"""The signatures of a message, and what they vouch for."""

from collections.abc import Sequence

from mailscope.analysis import Analysis, Authentication
from mailscope.dkim.coverage import Coverage, weight_of
from mailscope.dkim.verdicts import Atps, DkimCheck
from mailscope.dmarc.verdicts import DmarcCheck
from mailscope.dns.suffixes import organizational_domain
from mailscope.forensics.examine import NO_FORENSICS
from mailscope.mail.message import Message
from mailscope.moment import iso
from mailscope.schema.forensics import coverage_dict, diagnosis_dict, forensics_dict, writers
from mailscope.schema.plain import Json


def signature_labels(checks: Sequence[DkimCheck]) -> tuple[str, ...]:
    """domain/selector for each signature; the second of the same name is marked "#2", and so on."""
    seen: dict[str, int] = {}
    labels = []
    for check in checks:
        number = seen[check.name] = seen.get(check.name, 0) + 1
        labels.append(check.name if number == 1 else f"{check.name}#{number}")
    return tuple(labels)


def signature_dicts(analysis: Analysis) -> list[Json]:
    """Every signature, topmost first; after them those of a message that this one was put around."""
    auth = analysis.authentication
    coverage = {each.index: each for each in auth.coverage}
    domain = analysis.envelope.from_domain
    signatures = [
        _dkim(check, label, coverage.get(check.index), _aligned(check, auth.dmarc.rfc9989, domain))
        | forensics_dict(auth.forensics, place, analysis.message)
        for place, (check, label) in enumerate(zip(auth.dkim, signature_labels(auth.dkim), strict=True))
    ]
    # What the wrapped message bears is told, never judged.
    for each in auth.forensics.wrapped:
        told = _dkim(each.check, each.check.name, None, None) | forensics_dict(NO_FORENSICS, 0, analysis.message)
        told |= {"diagnosis": diagnosis_dict(each.diagnosis), "enclosed": True, "field": None}
        signatures.append(told)
    return signatures


def field_dicts(message: Message, auth: Authentication) -> list[Json]:
    """Every header field, topmost first, with what each signature says of it."""
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
