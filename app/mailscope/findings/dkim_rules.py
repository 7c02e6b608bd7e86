"""What the signatures say: verified or why not, and what they do not vouch for."""

from collections.abc import Iterator

from mailscope.analysis import Analysis
from mailscope.dkim.coverage import Coverage, Covered
from mailscope.dkim.verdicts import DkimCheck
from mailscope.findings.dkim_key_rules import key_rules, shared_key_rules
from mailscope.findings.dkim_verdict_rules import MOST_TOLD, crowd_rules, verdict_rules
from mailscope.findings.finding import Evidence, Finding
from mailscope.findings.words import computed, field_evidence, find
from mailscope.forensics.added import Writer, unvouched
from mailscope.mail.message import Message
from mailscope.specimen import Kind
from mailscope.verdict import Verdict

_SHOWN = {"from": "From", "subject": "Subject", "to": "To", "cc": "Cc", "date": "Date", "reply-to": "Reply-To",
          "sender": "Sender", "content-type": "Content-Type", "list-unsubscribe": "List-Unsubscribe"}  # fmt: skip
"""What a reader sees or a reader's answer depends on, and how it is spelt: worth a word where left open."""


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
        if check.index >= MOST_TOLD and check.result is not Verdict.PASS:
            continue  # counted by crowd_rules()
        yield from verdict_rules(check, analysis)
        yield from key_rules(check, analysis)
        if check.result is Verdict.PASS:
            yield from _open(check, coverage, analysis.message)
    yield from crowd_rules(analysis)
    yield from shared_key_rules(analysis)
    yield from _third_party(analysis)


def _open(check: DkimCheck, coverage: Coverage, message: Message) -> Iterator[Finding]:
    """What a signature that verifies does not vouch for."""
    domain = check.domain or "an unnamed domain"
    yield from _added(check, coverage, message)
    unsigned = [_SHOWN[name] for name in _SHOWN if name in coverage.unsigned]
    if unsigned:
        yield find("dkim-fields-unsigned", domain=domain, name=check.name, fields=", ".join(unsigned))
    added = set(coverage.added)
    loose = [
        _SHOWN[name]
        for name in _SHOWN
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


def _added(check: DkimCheck, coverage: Coverage, message: Message) -> Iterator[Finding]:
    """Fields above the signed ones: loud where they were put there to deceive, quiet where lists and gateways did."""
    domain = check.domain or "an unnamed domain"
    above = {message.fields[each.field_index].key: each for each in unvouched(message, coverage)
             if coverage.fields[each.field_index] is Covered.ADDED}  # fmt: skip
    for name in coverage.added:
        if name not in _SHOWN or name not in above:
            continue
        evidence = _fields_of(message, coverage, name)
        ident = "dkim-field-added" if above[name].writer is Writer.INJECTED else "dkim-field-added-openly"
        why = above[name].why
        yield find(ident, *evidence, field=_SHOWN[name], domain=domain, name=check.name, why=why)


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
    yield from _authorized(passing)
    domains = ", ".join(dict.fromkeys(check.domain or "?" for check in passing))
    evidence = [field_evidence(analysis.message.fields[check.field_index]) for check in passing[:2]]
    yield find("dkim-third-party", *evidence, domains=domains, author=author)


def _authorized(passing: list[DkimCheck]) -> Iterator[Finding]:
    """Whether the author's domain says that the third party may sign (RFC 6541)."""
    for check in passing:
        if check.atps is None:
            continue
        ident = "dkim-atps-pass" if check.atps.result is Verdict.PASS else "dkim-atps-fail"
        yield find(
            ident,
            *([computed(check.atps.name)] if check.atps.name else []),
            domain=check.domain or "?",
            author=check.atps.domain,
            problem=check.atps.problem,
        )
