"""One verdict a signature, with its precise reason, and what stands in the way of more."""

from collections.abc import Iterator

from mailscope.analysis import Analysis
from mailscope.dkim.second import disagrees
from mailscope.dkim.verdicts import DkimCheck, DkimReason
from mailscope.dns.answer import DnsMode
from mailscope.findings.finding import Finding
from mailscope.findings.words import computed, dns_evidence, field_evidence, find, phrase
from mailscope.verdict import Severity, Verdict

MOST_TOLD = 25
"""Signatures that each get findings of their own whatever they come to; beyond, only those that pass."""
_MOST_NAMES = 40
_LONGEST_NAME = 80
ROTATED_DAYS = 30
"""Keys stay published for some weeks after their last use; on older mail a missing key is no surprise."""


def verdict_rules(check: DkimCheck, analysis: Analysis) -> Iterator[Finding]:
    """What one signature comes to; nothing for those that a limit left out, which are counted together."""
    if check.skipped:
        return
    message = analysis.message
    evidence = [field_evidence(message.fields[check.field_index])]
    if check.key_record and check.key_name:
        evidence.append(dns_evidence(check.key_name, check.key_record))
    names = list(dict.fromkeys(name[:_LONGEST_NAME].lower() for name in check.signed_headers))
    listed = ", ".join(names[:_MOST_NAMES]) + (" and more" if len(names) > _MOST_NAMES else "")
    yield find(
        _ident(check),
        *evidence,
        name=check.name,
        domain=check.domain or "an unnamed domain",
        algorithm=check.algorithm or "?",
        bits=f"{check.key_bits} bits" if check.key_bits else "unknown key length",
        fields=len(check.signed_fields) if check.result is Verdict.PASS else listed,
        body="the whole body" if check.body_length is None else f"the first {check.body_length} bytes of the body",
        computed=check.body_hash_computed or "unknown",
        stated=check.body_hash_stated or "nothing",
        header=_header_said(check),
        key=check.key_name or "its key's name",
        problem=check.problem or "No reason was given.",
        remedy=_unknown_remedy(check, analysis),
        arrived=_arrived(check, analysis),
        aged=_aged(analysis),
        severity=_severity(check, analysis),
    )
    if disagrees(check):
        ours = "passes" if check.result is Verdict.PASS else "fails"
        theirs = "passes" if check.second_opinion is Verdict.PASS else "refuses"
        yield find("dkim-second-opinion", evidence[0], name=check.name, ours=ours, theirs=theirs)


def crowd_rules(analysis: Analysis) -> Iterator[Finding]:
    """More signatures than are verified, or than anybody would read about."""
    checks = analysis.authentication.dkim
    borne = len(analysis.message.all("DKIM-Signature"))
    verified = sum(not check.skipped for check in checks)
    if borne > verified:
        yield find(
            "dkim-limit", computed(f"{borne:,} DKIM-Signature fields, {verified:,} looked at"), count=borne - verified
        )
    untold = [check for check in checks[MOST_TOLD:] if not check.skipped and check.result is not Verdict.PASS]
    if untold:
        yield find("dkim-crowd", computed(f"{borne:,} DKIM-Signature fields"), count=len(untold))


def _header_said(check: DkimCheck) -> str:
    if check.signature_ok is True:
        return phrase("dkim", "header-intact")
    if check.made_with_key is True:
        return phrase("dkim", "header-changed")
    if check.signature_ok is False:
        return phrase("dkim", "header-unfit")
    return ""


def _unknown_remedy(check: DkimCheck, analysis: Analysis) -> str:
    """What would make an answer possible where there is none."""
    if check.body_hash_ok is None and check.signature_ok is not None:
        return phrase("dkim", "remedy-body")
    if check.result is Verdict.TEMPERROR:
        return phrase("dkim", "remedy-again")
    if check.key_record is not None:
        return ""
    return phrase("dkim", "remedy-allow") if analysis.dns is DnsMode.NONE else phrase("dkim", "remedy-record")


def _arrived(check: DkimCheck, analysis: Analysis) -> str:
    """Whether a signature that has expired was still good when the message came."""
    came = analysis.received_at
    if check.reason is not DkimReason.EXPIRED or check.expires_at is None or came is None:
        return phrase("dkim", "arrived-unknown")
    if came <= check.expires_at:
        return phrase("dkim", "arrived-in-time", day=f"{came:%Y-%m-%d}")
    return phrase("dkim", "arrived-late", day=f"{came:%Y-%m-%d}")


def _aged(analysis: Analysis) -> str:
    """What the message's age makes of a key that is not, or no longer, there."""
    age = analysis.age_seconds
    if age is None:
        return phrase("dkim", "aged-unknown")
    days = int(age // 86_400)
    if days > ROTATED_DAYS:
        return phrase("dkim", "aged-old", days=f"{days:,}")
    return phrase("dkim", "aged-new")


def _severity(check: DkimCheck, analysis: Analysis) -> Severity | None:
    """Lower than the table says where time alone explains what is found."""
    came, age = analysis.received_at, analysis.age_seconds
    if check.reason is DkimReason.EXPIRED and check.expires_at and came:
        return Severity.NOTICE if came <= check.expires_at else None
    if check.reason in (DkimReason.KEY_MISSING, DkimReason.KEY_REVOKED) and age is not None:
        return Severity.NOTICE if age > ROTATED_DAYS * 86_400 else None
    return None


def _ident(check: DkimCheck) -> str:
    if check.result is Verdict.PASS:
        return "dkim-pass"
    if check.result is None or check.result is Verdict.TEMPERROR:
        return "dkim-unknown"
    if check.result is Verdict.POLICY:
        return "dkim-key-weak" if check.reason is DkimReason.KEY_UNSUITABLE else "dkim-sha1"
    if check.reason is DkimReason.SIGNATURE and check.made_with_key is False:
        return "dkim-other-key"
    return _IDS.get(check.reason, "dkim-refused") if check.reason else "dkim-refused"


_IDS = {
    DkimReason.BODY_HASH: "dkim-body-changed",
    DkimReason.SIGNATURE: "dkim-header-changed",
    DkimReason.KEY_MISSING: "dkim-key-missing",
    DkimReason.KEY_REVOKED: "dkim-key-revoked",
    DkimReason.KEY_SYNTAX: "dkim-key-bad",
    DkimReason.KEY_UNSUITABLE: "dkim-key-bad",
    DkimReason.EXPIRED: "dkim-expired",
    DkimReason.FUTURE: "dkim-future",
}
