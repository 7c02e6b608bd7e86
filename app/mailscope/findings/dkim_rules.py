"""What the signatures say: verified or why not, and what they do not vouch for."""

from collections.abc import Iterator

from mailscope.analysis import Analysis
from mailscope.dkim.coverage import Coverage, Covered
from mailscope.dkim.verdicts import DkimCheck, DkimReason
from mailscope.findings.finding import Evidence, Finding
from mailscope.findings.words import computed, dns_evidence, field_evidence, find
from mailscope.mail.message import Message
from mailscope.specimen import Kind
from mailscope.verdict import Verdict

# What a reader sees or a reader's answer depends on: worth a word where a signature leaves it open.
SHOWN = ("from", "subject", "to", "cc", "date", "reply-to", "sender", "content-type", "list-unsubscribe")
_SPELT = {"from": "From", "subject": "Subject", "to": "To", "cc": "Cc", "date": "Date", "reply-to": "Reply-To",
          "sender": "Sender", "content-type": "Content-Type", "list-unsubscribe": "List-Unsubscribe"}  # fmt: skip
SHORT_BITS = 2048


def dkim_rules(analysis: Analysis) -> Iterator[Finding]:
    """One verdict a signature, then what it leaves open, then whose signatures they are."""
    if analysis.specimen.kind not in (Kind.MESSAGE, Kind.HEADERS):
        return
    auth = analysis.authentication
    if not auth.dkim:
        if analysis.message.fields:
            yield find("dkim-none")
        return
    for check, coverage in zip(auth.dkim, auth.coverage, strict=True):
        yield from _verdict(check, analysis.message)
        yield from _key(check)
        if check.result is Verdict.PASS:
            yield from _open(check, coverage, analysis.message)
    yield from _third_party(analysis)


def _verdict(check: DkimCheck, message: Message) -> Iterator[Finding]:
    evidence = [field_evidence(message.fields[check.field_index])]
    if check.key_record and check.key_name:
        evidence.append(dns_evidence(check.key_name, check.key_record))
    names = dict.fromkeys(name.lower() for name in check.signed_headers)
    yield find(
        _ident(check),
        *evidence,
        name=check.name,
        domain=check.domain or "an unnamed domain",
        algorithm=check.algorithm or "?",
        bits=f"{check.key_bits} bits" if check.key_bits else "unknown key length",
        fields=len(check.signed_fields) if check.result is Verdict.PASS else ", ".join(names),
        body="the whole body" if check.body_length is None else f"the first {check.body_length} bytes of the body",
        computed=check.body_hash_computed or "unknown",
        stated=check.body_hash_stated or "nothing",
        header=_header_said(check),
        key=check.key_name or "its key's name",
        problem=check.problem or "No reason was given.",
    )


def _header_said(check: DkimCheck) -> str:
    if check.signature_ok is True:
        return "The signed header fields are as they were signed."
    if check.signature_ok is False:
        return "The signed header fields do not fit either."
    return ""


def _ident(check: DkimCheck) -> str:
    if check.result is Verdict.PASS:
        return "dkim-pass"
    if check.result is None or check.result is Verdict.TEMPERROR:
        return "dkim-unknown"
    return _IDS.get(check.reason, "dkim-refused") if check.reason else "dkim-refused"


def _key(check: DkimCheck) -> Iterator[Finding]:
    domain = check.domain or "an unnamed domain"
    key = check.key_name or "its key's name"
    evidence = [dns_evidence(check.key_name, check.key_record)] if check.key_name and check.key_record else []
    if check.result is Verdict.PASS and check.key_type == "rsa" and check.key_bits and check.key_bits < SHORT_BITS:
        yield find("dkim-key-short", *evidence, domain=domain, bits=check.key_bits, key=key)
    if check.key_testing:
        yield find("dkim-key-testing", *evidence, domain=domain, key=key)
    for remark in check.key_notes:
        yield find("dkim-key-remark", *evidence, domain=domain, remark=remark, key=key)


def _open(check: DkimCheck, coverage: Coverage, message: Message) -> Iterator[Finding]:
    """What a signature that verifies does not vouch for."""
    domain = check.domain or "an unnamed domain"
    for name in coverage.added:
        if name in SHOWN:
            evidence = _fields_of(message, coverage, name)
            yield find("dkim-field-added", *evidence, field=_SPELT[name], domain=domain, name=check.name)
    unsigned = [_SPELT[name] for name in SHOWN if name in coverage.unsigned]
    if unsigned:
        yield find("dkim-fields-unsigned", domain=domain, name=check.name, fields=", ".join(unsigned))
    added = set(coverage.added)
    loose = [
        _SPELT[name]
        for name in SHOWN
        if name in coverage.injectable and name not in added and name not in coverage.unsigned
    ]
    if loose:
        yield find("dkim-not-sealed", domain=domain, name=check.name, fields=", ".join(loose))
    if coverage.body_unsigned:
        said = computed(f"l={check.body_length}, body {check.body_size} bytes")
        yield find(
            "dkim-body-appended",
            said,
            domain=domain,
            name=check.name,
            bytes=coverage.body_unsigned,
            length=check.body_length,
        )
    elif check.body_length is not None:
        yield find("dkim-body-length", domain=domain, name=check.name, length=check.body_length)


def _fields_of(message: Message, coverage: Coverage, name: str) -> list[Evidence]:
    """The added field and the signed one, in the order of the message."""
    wanted = (Covered.ADDED, Covered.SIGNED, Covered.SEALED)
    return [field_evidence(field) for field in message.all(name) if coverage.fields[field.index] in wanted][:4]


def _third_party(analysis: Analysis) -> Iterator[Finding]:
    author = analysis.envelope.from_domain
    passing = [check for check in analysis.authentication.dkim if check.result is Verdict.PASS]
    dmarc = analysis.authentication.dmarc
    if not passing or not author or dmarc.rfc9989.dkim_aligned or dmarc.rfc7489.dkim_aligned:
        return
    domains = ", ".join(dict.fromkeys(check.domain or "?" for check in passing))
    evidence = [field_evidence(analysis.message.fields[check.field_index]) for check in passing[:2]]
    yield find("dkim-third-party", *evidence, domains=domains, author=author)


_IDS = {
    DkimReason.BODY_HASH: "dkim-body-changed",
    DkimReason.SIGNATURE: "dkim-header-changed",
    DkimReason.KEY_MISSING: "dkim-key-missing",
    DkimReason.KEY_REVOKED: "dkim-key-revoked",
    DkimReason.KEY_SYNTAX: "dkim-key-bad",
    DkimReason.KEY_UNSUITABLE: "dkim-key-bad",
    DkimReason.EXPIRED: "dkim-expired",
    DkimReason.FUTURE: "dkim-future",
    DkimReason.DNS: "dkim-unknown",
}
