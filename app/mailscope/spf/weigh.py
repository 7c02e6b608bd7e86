"""The whole tree of a record's includes and redirects: what it costs a client that matches nothing in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from mailscope.dns.answer import Dns, Outcome
from mailscope.limits import Limits
from mailscope.spf.lint import fault
from mailscope.spf.record import RecordTerm, SpfRecord, is_record, parse_record
from mailscope.spf.verdicts import Fault

_MOST_UNANSWERED = 2
"""Names that nobody answers for, after which the walk is given up: the rest would only wait."""


@dataclass(slots=True)
class Weight:
    """What the walk came to."""

    dns: Dns
    limits: Limits
    lookups: int = 0
    records: int = 0
    unanswered: int = 0
    cut: bool = False
    """Whether the tree was left before its end; lookups is then a lower bound."""
    faults: list[Fault] = field(default_factory=list)


def weigh(domain: str, record: SpfRecord, dns: Dns, limits: Limits) -> Weight:
    """Walk the tree, as far as its names are the same for every client, within limits.spf_tree_records."""
    weight = Weight(dns, limits)
    _walk(domain, record, (domain,), weight)
    if weight.cut and weight.records >= limits.spf_tree_records:
        weight.faults.append(fault("unweighed", domain, count=limits.spf_tree_records))
    if weight.lookups > limits.spf_lookups:
        count = f"at least {weight.lookups}" if weight.cut else str(weight.lookups)
        weight.faults.append(fault("too-many-lookups", domain, count=count, limit=limits.spf_lookups))
    elif weight.lookups >= limits.spf_lookups - 1:
        weight.faults.append(fault("many-lookups", domain, count=weight.lookups, limit=limits.spf_lookups))
    return weight


def _walk(domain: str, record: SpfRecord, path: tuple[str, ...], weight: Weight) -> None:
    limits = weight.limits
    for term in record.reached:
        if term.fault or not term.asks:
            continue
        weight.lookups += 1
        if term.kind not in ("include", "redirect") or not term.fixed:
            continue
        target = term.target.lower().rstrip(".")
        if target in path:
            weight.faults.append(fault("loop", domain, term.at, term=term.text, target=target))
            continue
        if len(path) > limits.spf_lookups or weight.records >= limits.spf_tree_records:
            weight.cut = True
            continue
        if weight.unanswered >= _MOST_UNANSWERED:
            weight.cut = True
            return
        inner = _record(domain, target, term, weight)
        if inner is not None:
            weight.faults += _passing_everyone(target, inner)
            _walk(target, inner, (*path, target), weight)


def _record(domain: str, target: str, term: RecordTerm, weight: Weight) -> SpfRecord | None:
    answer = weight.dns.ask(target, "TXT")
    weight.records += 1
    records = [text for text in answer.records if is_record(text)]
    if len(records) > 1:
        weight.faults.append(fault("several-records", target, count=len(records)))
        return None
    if records:
        if len(records[0]) <= weight.limits.spf_record_bytes:
            return parse_record(records[0])
        weight.cut = True
        return None
    if answer.outcome.certain:
        state = "does not exist" if answer.outcome is Outcome.NXDOMAIN else "publishes no SPF record"
        weight.faults.append(fault("no-record", domain, term.at, term=term.text, target=target, state=state))
    else:
        weight.unanswered += 1
        weight.cut = True
    return None


def _passing_everyone(domain: str, record: SpfRecord) -> Iterator[Fault]:
    """An included record that passes everybody passes everybody for its includer too."""
    for term in record.reached:
        everyone = term.kind == "all" or (term.network is not None and term.network.prefixlen == 0)
        if everyone and term.qualifier == "+":
            yield fault("everyone", domain, term.at, term=term.text)
