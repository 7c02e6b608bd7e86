"""What the DNS did not say, and how far what it said can be trusted."""

from collections.abc import Iterator, Sequence

from mailscope.analysis import Analysis
from mailscope.dns.answer import Answer, Outcome
from mailscope.findings.finding import Finding
from mailscope.findings.words import capital, computed, find

_SHOWN = 4
_FAILED = (Outcome.SERVFAIL, Outcome.TIMEOUT, Outcome.REFUSED)


def dns_rules(analysis: Analysis) -> Iterator[Finding]:
    """Questions without an answer, each kind for its reason, and DNSSEC."""
    answers = [asked.answer for asked in analysis.questions]
    silent = _names([answer for answer in answers if answer.outcome is Outcome.NOT_ASKED])
    if silent:
        yield find("dns-not-asked", computed(", ".join(silent[:6])), count=len(silent))
    missing = _names([answer for answer in answers if answer.outcome is Outcome.NOT_RECORDED])
    if missing:
        yield find("dns-not-recorded", count=len(missing), names=_listed(missing))
    limited = [answer for answer in answers if answer.limited]
    if limited:
        yield find("dns-limit", count=len(limited), why=capital(limited[0].limit))
    bogus = [answer for answer in answers if answer.bogus]
    if bogus:
        evidence = [computed(f"{answer.question.name} {answer.question.type}: {answer.note}") for answer in bogus[:4]]
        yield find("dns-bogus", *evidence, names=_listed(_names(bogus)))
    ill = [answer for answer in answers if answer.outcome in _FAILED and not answer.limited and not answer.bogus]
    if ill:
        told = {f"{answer.question.name.rstrip('.')} ({answer.outcome})": None for answer in ill}
        yield find("dns-trouble", count=len(told), names=_listed(list(told)))
    unfit = _names([answer for answer in answers if answer.outcome is Outcome.INVALID])
    if unfit:
        yield find("dns-name", count=len(unfit), names=_listed([name[:80] for name in unfit]))
    yield from _dnssec(analysis)


def _dnssec(analysis: Analysis) -> Iterator[Finding]:
    """Whether the records that the verdicts rest on were validated; nothing where the resolver did not say."""
    deciding = [answer for asked in analysis.questions if (answer := asked.answer) and _decides(answer, asked.used_by)]
    if not deciding or any(answer.validated is None for answer in deciding):
        return
    plain = _names([answer for answer in deciding if not answer.validated])
    count = len(_names(deciding))
    if plain:
        yield find("dnssec", signed=count - len(plain), count=count, names=_listed(plain))
    else:
        yield find("dnssec-all", names=_listed(_names(deciding)))


def _decides(answer: Answer, users: Sequence[str]) -> bool:
    """Whether it is a key or a policy: TXT records with a version tag, asked for by the checks."""
    wanted = ("v=spf1", "v=DKIM1", "v=DMARC1", "p=", "k=")
    return (
        answer.question.type == "TXT"
        and bool(users)
        and any(record.lstrip().startswith(wanted) for record in answer.records)
    )


def _names(answers: Sequence[Answer]) -> list[str]:
    """Each name once, without its final dot."""
    return list(dict.fromkeys(answer.question.name.removesuffix(".") for answer in answers))


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
