"""DMARC for one author domain: the policy that applies, the identifiers that align, and what follows."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from mailscope.dmarc.align import Alignment, align
from mailscope.dmarc.discover import Explorer
from mailscope.dmarc.lint import Remark, lint
from mailscope.dmarc.policy import Discovery, discover, governing_tag
from mailscope.dmarc.record import Record, applied
from mailscope.dmarc.reports import report_addresses
from mailscope.dmarc.verdicts import DmarcCheck, Identifier, Standard
from mailscope.dns.answer import Answer, Dns, Outcome
from mailscope.dns.name import absolute
from mailscope.verdict import Verdict

_LOWER = {"reject": "quarantine", "quarantine": "none", "none": "none"}


class Authenticated(Protocol):
    """What DMARC needs to know of an SPF or DKIM check: whose domain, and how it ended."""

    @property
    def domain(self) -> str | None:
        """The envelope sender's (SPF) or the signer's (DKIM) domain."""
        ...

    @property
    def result(self) -> Any:
        """A word of RFC 8601; None where it was not evaluated."""
        ...


@dataclass(frozen=True, slots=True)
class _Policy:
    """The record that applies, before alignment."""

    record: Record
    tag: str

    @property
    def policy(self) -> str:
        return {"p": self.record.p, "sp": self.record.sp, "np": self.record.np}[self.tag] or "none"


def check_dmarc(
    from_domain: str,
    spf: Authenticated | None,
    dkim: Iterable[Authenticated],
    *,
    dns: Dns,
    standard: Standard | str = Standard.RFC9989,
) -> DmarcCheck:
    """DMARC by RFC 9989 (tree walk; psd, np, t) or RFC 7489 (public suffix list; pct).

    spf None: there is no SPF identifier. One whose result is None is unknown: it may be the one that would have passed.
    Raises ValueError for a standard that is neither.
    """
    standard = Standard(standard)
    name = absolute(from_domain)
    identifiers = _identifiers(spf, dkim)
    if name is None or name == ".":
        return DmarcCheck(
            Verdict.PERMERROR,
            standard,
            from_domain[:255],
            reason="The author's domain is no name that the DNS could carry, so it can have no policy.",
        )
    author = name[:-1]
    explorer = Explorer(dns)
    found = discover(author, standard, explorer)
    check = _noted(
        DmarcCheck(
            None,
            standard,
            author,
            organizational_domain=found.organization,
            identifiers=identifiers,
            looks=found.looks,
        ),
        found.remarks,
    )
    if found.trouble is not None:
        return _unanswered(check, found.trouble)
    if found.record is None or found.domain is None:
        return replace(check, result=Verdict.NONE, reason=_no_policy(author, found))
    check = replace(check, record=found.record.text)
    check = _noted(check, (*found.remarks, *lint(found.record, found.domain, found.organization)))
    record = applied(found.record, standard)
    if record is None:
        why = f"The record at _dmarc.{found.domain} has no valid policy and no report address, so it does not count."
        return replace(check, result=Verdict.NONE, reason=why)
    tag, exists = governing_tag(author, found.domain, record, standard, explorer)
    check = replace(
        check,
        record_domain=found.domain,
        exists=exists,
        reports=report_addresses(found.record, found.domain, found.organization or found.domain, dns),
    )
    alignment = align(author, identifiers, record, standard, explorer)
    return _concluded(check, _Policy(record, tag), alignment)


def _noted(check: DmarcCheck, remarks: tuple[Remark, ...]) -> DmarcCheck:
    remarks = tuple(sorted(remarks, key=lambda each: not each.fault))
    return replace(
        check,
        remarks=tuple(each.text for each in remarks),
        faults=sum(1 for each in remarks if each.fault),
    )


def _concluded(check: DmarcCheck, policy: _Policy, alignment: Alignment) -> DmarcCheck:
    """The verdict: pass where anything that passed aligns; unknown where something unknown may have been it."""
    result, reason = _verdict(check.from_domain or "", alignment)
    record = policy.record
    disposition, testing, percent = policy.policy, False, None
    if check.standard is Standard.RFC9989:
        testing = record.testing
        disposition = _LOWER[disposition] if testing else disposition
    elif record.percent < 100:
        percent = record.percent
        # Between 0 and 100 chance decides, message by message: the policy itself is what may be met with.
        disposition = _LOWER[disposition] if percent == 0 else disposition
    return replace(
        check,
        result=result,
        policy=policy.policy,
        policy_tag=policy.tag,
        disposition=disposition,
        spf_aligned=alignment.passing("spf"),
        dkim_aligned=alignment.passing("dkim"),
        spf_alignment=record.spf_alignment,
        dkim_alignment=record.dkim_alignment,
        identifiers=alignment.identifiers,
        testing=testing,
        percent=percent,
        reason=reason,
    )


def _verdict(author: str, alignment: Alignment) -> tuple[Verdict | None, str]:
    passed = [each for each in alignment.identifiers if each.result == Verdict.PASS]
    aligned = [each for each in passed if each.aligned]
    if aligned:
        ways = _named(aligned)
        verb = "passes and aligns" if len(ways) == 1 else "pass and align"
        return Verdict.PASS, f"{' and '.join(ways)} {verb} with {author}."
    if any(each.aligned is None for each in passed):
        return Verdict.TEMPERROR, "The DNS did not answer which organization an identifier that passes belongs to."
    unsure = [each for each in alignment.identifiers if each.aligned is not False and each.result != Verdict.PASS]
    if any(each.result == Verdict.TEMPERROR for each in unsure):
        return Verdict.TEMPERROR, "A check that could have carried DMARC met a DNS error; another time it may pass."
    unknown = dict.fromkeys(each.method.upper() for each in unsure if each.result is None)
    if unknown:
        return None, f"{' and '.join(unknown)} could not be evaluated, and may be what would have passed."
    if not passed:
        return Verdict.FAIL, "Neither SPF nor any DKIM signature passes."
    others = _named(passed)
    verb = "passes, but does" if len(others) == 1 else "pass, but do"
    return Verdict.FAIL, f"{' and '.join(others)} {verb} not align with {author}."


def _named(identifiers: list[Identifier]) -> list[str]:
    """The first few, each once."""
    return list(dict.fromkeys(f"{each.method.upper()} for {each.domain}" for each in identifiers))[:4]


def _identifiers(spf: Authenticated | None, dkim: Iterable[Authenticated]) -> tuple[Identifier, ...]:
    checks = [("spf", spf)] if spf is not None else []
    checks += [("dkim", each) for each in dkim]
    return tuple(Identifier(method, check.domain or None, _word(check.result)) for method, check in checks)


def _word(result: Any) -> str | None:
    return None if result is None else str(getattr(result, "value", result)).lower()


def _unanswered(check: DmarcCheck, trouble: Answer) -> DmarcCheck:
    name = trouble.question.name.rstrip(".")
    if trouble.outcome in (Outcome.NOT_ASKED, Outcome.NOT_RECORDED):
        why = "DNS was not asked" if trouble.outcome is Outcome.NOT_ASKED else "the recording does not hold the answer"
        return replace(check, reason=f"The policy at {name} is unknown: {why}.")
    told = f"{trouble.outcome.value}{f': {trouble.note}' if trouble.note else ''}"
    return replace(check, result=Verdict.TEMPERROR, reason=f"The policy at {name} could not be fetched ({told}).")


def _no_policy(author: str, found: Discovery) -> str:
    if found.several is not None:
        return f"There is more than one DMARC record at _dmarc.{found.several}, so none of them counts."
    where = f"_dmarc.{author}" if len(found.looks) == 1 else f"_dmarc.{author} or above it"
    return f"There is no DMARC record at {where}."
