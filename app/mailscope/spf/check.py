"""SPF for one client and one identity (RFC 7208 section 4), by pyspf, with everything that a person needs to see."""

from typing import Any

from mailscope.dns.answer import Dns
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.spf.evaluator import Unknown, evaluator
from mailscope.spf.identity import Identity, client_address, identity_of
from mailscope.spf.trail import Trail
from mailscope.spf.verdicts import Scope, SpfCheck
from mailscope.verdict import Verdict
from mailscope.visible import visible


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
    return evaluate(ip, helo, mail_from, dns=dns, limits=limits, hop=hop)


def evaluate(ip: str, helo: str, mail_from: str, *, dns: Dns, limits: Limits, hop: int | None) -> SpfCheck:
    """The verdict alone, without a look at the record's style."""
    identity = identity_of(mail_from, helo)
    asked = {"scope": identity.scope, "helo": helo, "mail_from": mail_from, "hop": hop}
    client = client_address(ip)
    if client is None:
        return SpfCheck(None, identity.domain or None, ip=ip, problem="The client's address cannot be read.", **asked)
    domain = identity.domain or None
    if identity.problem:
        problem = f"There is no domain to ask for the {_named(identity)}: {identity.problem}."
        return SpfCheck(Verdict.NONE, domain, ip=str(client), lookups=0, void_lookups=0, problem=problem, **asked)
    query = evaluator()(str(client), identity.sender, identity.local, identity.domain, helo, dns, limits)
    result, problem = _run(query)
    trail: Trail = query.trail
    return SpfCheck(
        result,
        domain,
        ip=str(client),
        mechanism=_mechanism(query, result),
        lookups=None if result is None else trail.lookups,
        void_lookups=None if result is None else len(trail.voids),
        explanation=query.explained() if result is Verdict.FAIL else None,
        problem=problem or None,
        record=trail.record,
        terms=trail.terms(),
        **asked,
    )


def _run(query: Any) -> tuple[Verdict | None, str]:
    trail: Trail = query.trail
    try:
        word = str(query.check()[0])
    except Unknown as unknown:
        return None, str(unknown)
    except Exception as error:  # noqa: BLE001 - wall: pyspf raises at will on records nobody has thought of
        return None, f"The evaluator stumbled over the record ({type(error).__name__})."
    result = Verdict(word)
    if result in (Verdict.PERMERROR, Verdict.TEMPERROR):
        return result, _error(query)
    if result is Verdict.NONE:
        return result, f"No SPF record was found at {visible(query.o)}."
    return result, ""


def _error(query: Any) -> str:
    """What went wrong, in which term of whose record."""
    trail: Trail = query.trail
    said = visible(str(getattr(query, "prob", "") or "an error that pyspf does not name"))
    terms = [step for step in trail.steps if step.outcome in ("permerror", "temperror", "syntax error")]
    if not terms:
        return f"{said[:1].upper()}{said[1:]}."
    step = terms[-1] if terms[-1].outcome == "syntax error" else max(terms, key=lambda each: each.depth)
    return f"{said[:1].upper()}{said[1:]}, at {visible(step.text)} in the record of {visible(step.domain)}."


def _mechanism(query: Any, result: Verdict | None) -> str | None:
    if result in (None, Verdict.NONE, Verdict.PERMERROR, Verdict.TEMPERROR):
        return None
    return query.mechanism or "default"


def _named(identity: Identity) -> str:
    return "HELO name" if identity.scope is Scope.HELO else "envelope sender"
