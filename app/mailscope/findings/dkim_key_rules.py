"""What the keys behind the signatures are worth: length, kind, record, age, and who else uses them."""

from collections import defaultdict
from collections.abc import Iterator

from mailscope.analysis import Analysis
from mailscope.dkim.hygiene import OLD, key_age
from mailscope.dkim.verdicts import DkimCheck
from mailscope.findings.finding import Evidence, Finding
from mailscope.findings.words import computed, dns_evidence, find
from mailscope.verdict import Verdict

SHORT_BITS = 2048
LONG_BITS = 4096


def key_rules(check: DkimCheck, analysis: Analysis) -> Iterator[Finding]:
    """Everything about one signature's key."""
    domain = check.domain or "an unnamed domain"
    key = check.key_name or "its key's name"
    evidence = [dns_evidence(check.key_name, check.key_record)] if check.key_name and check.key_record else []
    if check.result is Verdict.PASS:
        yield from _strength(check, domain, key, evidence, analysis)
    if check.key_testing:
        yield find("dkim-key-testing", *evidence, domain=domain, key=key)
    for remark in check.key_notes:
        yield find("dkim-key-remark", *evidence, domain=domain, remark=remark, key=key)
    if check.key_remarks:
        yield find("dkim-key-detail", *evidence, domain=domain, remarks=" ".join(check.key_remarks))
    age = key_age(check, analysis.now)
    if age is not None and age[0] >= OLD:
        years = f"{age[0].days / 365.25:.1f}"
        yield find("dkim-key-old", *evidence, domain=domain, years=years, basis=age[1], key=key)


def shared_key_rules(analysis: Analysis) -> Iterator[Finding]:
    """One key that stands under several names: whoever holds it signs for all of them."""
    names: defaultdict[str, dict[str, DkimCheck]] = defaultdict(dict)
    for check in analysis.authentication.dkim:
        if check.key_fingerprint and check.key_name:
            names[check.key_fingerprint].setdefault(check.key_name, check)
    for fingerprint, checks in names.items():
        if len(checks) > 1:
            listed = ", ".join(checks)
            yield find("dkim-key-shared", computed(f"SHA-256 of the key: {fingerprint}"), names=listed)


def _strength(
    check: DkimCheck, domain: str, key: str, evidence: list[Evidence], analysis: Analysis
) -> Iterator[Finding]:
    if check.key_type == "ed25519":
        beside = any(
            other.domain == check.domain and other.key_type == "rsa" and other.result is Verdict.PASS
            for other in analysis.authentication.dkim
        )
        yield find("dkim-key-ed25519" if beside else "dkim-key-ed25519-alone", *evidence, domain=domain)
    elif check.key_bits and check.key_bits < SHORT_BITS:
        yield find("dkim-key-short", *evidence, domain=domain, bits=check.key_bits, key=key)
    elif check.key_bits and check.key_bits >= LONG_BITS:
        yield find("dkim-key-long", *evidence, domain=domain, bits=check.key_bits)
    elif check.key_bits:
        yield find("dkim-key-good", *evidence, domain=domain, bits=check.key_bits)
