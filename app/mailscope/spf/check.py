"""SPF for one client and one identity (RFC 7208 section 4), by pyspf, with everything that a person needs to see."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from mailscope.dns.answer import Dns
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.spf.identity import client_address, identity_of
from mailscope.spf.lint import lint_answer, lint_mx, lint_old_type, lint_record, lint_voids
from mailscope.spf.record import is_record, parse_record
from mailscope.spf.verdicts import Fault, Scope, SpfCheck
from mailscope.spf.weigh import weigh
from mailscope.verdict import Verdict
from mailscope.visible import visible

if TYPE_CHECKING:
    from mailscope.spf.evaluator import Evaluation

_MOST_FAULTS = 20
_MOST_MX = 3
"""Terms mx whose hosts are looked at; a second one is rare."""


def check_spf(
    ip: str, helo: str, mail_from: str, *, dns: Dns, limits: Limits = DEFAULT_LIMITS, hop: int | None = None
) -> SpfCheck:
    """Whether the sender's domain lets this client send (RFC 7208), with its way through the record.

    mail_from is the envelope sender, "" for the null sender: then the HELO name is judged. Raises TypeError only
    where an argument is no text; whatever the mail or the DNS hold comes back as a value.
    """
    for name, value in (("ip", ip), ("helo", helo), ("mail_from", mail_from)):
        if not isinstance(value, str):
            raise TypeError(f"{name} must be text, not {type(value).__name__}")
    check = evaluate(ip, helo, mail_from, dns=dns, limits=limits, hop=hop)
    if check.domain is None or check.result in (None, Verdict.TEMPERROR):
        return check
    faults, needed = examine_record(check.domain, dns, limits)
    return replace(check, faults=faults + tuple(lint_voids(check, limits)), lookups_needed=needed)


def examine_record(domain: str, dns: Dns, limits: Limits) -> tuple[tuple[Fault, ...], int | None]:
    """What is wrong or unwise in what a domain publishes, and how many lookups its whole tree needs."""
    answer = dns.ask(domain, "TXT")
    faults = list(lint_answer(domain, answer))
    records = [text for text in answer.records if is_record(text)]
    if len(records) != 1 or len(records[0]) > limits.spf_record_bytes:
        return _told(faults), None
    record = parse_record(records[0])
    faults += lint_record(domain, record)
    for term in [term for term in record.reached if term.kind == "mx" and term.fixed and not term.fault][:_MOST_MX]:
        faults += lint_mx(domain, term, dns)
    weight = weigh(domain, record, dns, limits)
    faults += weight.faults
    faults += lint_old_type(domain, records[0], dns)
    return _told(faults), weight.lookups


def _told(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """The faults without repetition; of one kind the first twenty, then how many more there are."""
    counts: Counter[str] = Counter()
    kept = []
    for each in dict.fromkeys(faults):
        counts[each.code] += 1
        if counts[each.code] <= _MOST_FAULTS:
            kept.append(each)
    more = [(code, number - _MOST_FAULTS) for code, number in counts.items() if number > _MOST_FAULTS]
    return (*kept, *(Fault(code, f"And {number:,} more of this kind.") for code, number in more))


def evaluate(ip: str, helo: str, mail_from: str, *, dns: Dns, limits: Limits, hop: int | None) -> SpfCheck:
    """The verdict alone, without a look at the record's style."""
    identity = identity_of(mail_from, helo)
    check = SpfCheck(None, identity.domain or None, identity.scope, ip=ip, helo=helo, mail_from=mail_from, hop=hop)
    client = client_address(ip)
    if client is None:
        return replace(check, problem="The client's address cannot be read, so there is nobody to judge.")
    check = replace(check, ip=str(client))
    if identity.problem:
        who = "HELO name" if identity.scope is Scope.HELO else "envelope sender"
        problem = f"There is no domain to ask for the {who}: {identity.problem}."
        return replace(check, result=Verdict.NONE, lookups=0, void_lookups=0, problem=problem)
    # late: pyspf pulls in dnspython's resolver, 100 ms that only an evaluation needs
    from mailscope.spf.evaluator import Evaluation  # noqa: PLC0415

    query = Evaluation(str(client), helo, identity, dns, limits)
    result, problem = _run(query)
    trail = query.trail
    decided = result in (Verdict.PASS, Verdict.FAIL, Verdict.SOFTFAIL, Verdict.NEUTRAL)
    return replace(
        check,
        result=result,
        mechanism=(query.mechanism or "default") if decided else None,
        lookups=None if result is None else trail.lookups,
        void_lookups=None if result is None else len(trail.voids),
        explanation=query.explained() if result is Verdict.FAIL else None,
        problem=problem or None,
        record=trail.record,
        terms=trail.terms(),
        void_names=tuple(trail.voids),
        over_limit=trail.over_limit and result is Verdict.PERMERROR,
    )


def _run(query: "Evaluation") -> tuple[Verdict | None, str]:
    """The result word, and what is to be said where it is no plain verdict."""
    try:
        result = Verdict(str(query.check()[0]))
    except Exception as error:  # noqa: BLE001 - wall: pyspf raises at will on records nobody has thought of
        return None, query.trail.unknown or f"The evaluator stumbled over the record ({type(error).__name__})."
    if result in (Verdict.PERMERROR, Verdict.TEMPERROR):
        return result, _error(query)
    if result is Verdict.NONE:
        return result, f"No SPF record was found at {visible(query.o)}."
    return result, ""


def _error(query: "Evaluation") -> str:
    """What went wrong, in which term of whose record."""
    said = visible(str(getattr(query, "prob", "") or "an error that pyspf does not name"))
    said = said[:1].upper() + said[1:].rstrip(".")
    terms = [step for step in query.trail.steps if step.outcome in ("permerror", "temperror", "syntax error")]
    if not terms:
        return f"{said}."
    step = terms[-1] if terms[-1].outcome == "syntax error" else max(terms, key=lambda each: each.depth)
    return f"{said}, at {visible(step.text)} in the record of {visible(step.domain)}."
