"""Two reports side by side: what is the same, what differs, and which difference decides."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from mailscope.amounts import count
from mailscope.mail.decode import shown
from mailscope.mail.message import Message
from mailscope.report import Report
from mailscope.schema.dkim import signature_labels
from mailscope.verdict import Verdict
from mailscope.visible import visible

_MOST_FIELDS = 500
"""Fields of one message that are compared; the rest is said to be left out."""
_LONGEST = 300
_VARY = frozenset(
    {"received", "x-received", "arc-seal", "arc-message-signature", "dkim-signature", "message-id", "date"}
)
"""Fields that differ between any two messages and explain nothing by that alone."""


class Area(StrEnum):
    """What a row is about, in the order in which rows are read."""

    VERDICT = "verdict"
    FINDING = "finding"
    PATH = "path"
    FIELD = "field"
    BODY = "body"
    DNS = "dns"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in both reports; None where one of them has no such thing. All of it is safe to show."""

    area: Area
    name: str
    left: str | None
    right: str | None
    telling: bool = True
    """False for what differs between any two messages."""

    @property
    def same(self) -> bool:
        """Whether both say the same."""
        return self.left == self.right


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every row, equal ones too, and why the verdicts differ, a sentence each; in those the left is called A."""

    left: str
    right: str
    reasons: tuple[str, ...]
    rows: tuple[Difference, ...]

    @property
    def differing(self) -> tuple[Difference, ...]:
        """The rows that are not the same."""
        return tuple(row for row in self.rows if not row.same)


def compare_reports(left: Report, right: Report) -> Comparison:
    """What differs between two reports, and why one passes where the other fails."""
    rows = (
        *_verdicts(left, right),
        *_findings(left, right),
        *_path(left, right),
        *_fields(left.analysis.message, right.analysis.message),
        *_body(left.analysis.message, right.analysis.message),
        *_dns(left, right),
    )
    names = tuple(visible(report.analysis.specimen.origin.name) for report in (left, right))
    return Comparison(names[0], names[1], tuple(_reasons(left, right)), rows)


def _verdicts(left: Report, right: Report) -> Iterator[Difference]:
    def row(name: str, one: str | None, other: str | None) -> Difference:
        return Difference(Area.VERDICT, name, _safe(one), _safe(other))

    a, b = left.authentication, right.authentication
    yield row("Answer", left.answer.headline, right.answer.headline)
    yield row("DMARC", a.dmarc.rfc9989.result, b.dmarc.rfc9989.result)
    yield row("DMARC policy", a.dmarc.rfc9989.policy, b.dmarc.rfc9989.policy)
    yield row("Author domain", left.analysis.envelope.from_domain, right.analysis.envelope.from_domain)
    yield row("SPF", a.spf.result if a.spf else None, b.spf.result if b.spf else None)
    yield row("SPF domain", a.spf.domain if a.spf else None, b.spf.domain if b.spf else None)
    ours, theirs = _signatures(left), _signatures(right)
    for name in dict.fromkeys((*ours, *theirs)):
        yield row(f"DKIM {visible(name)}", ours.get(name), theirs.get(name))
    yield row("ARC", a.arc.result, b.arc.result)
    for place, (one, other) in enumerate(zip_longest(left.bounces, right.bounces)):
        for key in ("recipient", "category", "phase", "reply_code", "enhanced_code", "diagnostic"):
            said = [None if bounce is None else getattr(bounce, key) for bounce in (one, other)]
            yield row(
                f"Bounce {place + 1} {key.replace('_', ' ')}", *(None if each is None else str(each) for each in said)
            )
        if place >= 99:
            break


def _signatures(report: Report) -> dict[str, str]:
    checks = report.authentication.dkim
    return {
        label: " ".join(filter(None, (check.result or "not evaluated", check.reason and f"({check.reason})")))
        for label, check in zip(signature_labels(checks), checks, strict=True)
    }


def _findings(left: Report, right: Report) -> Iterator[Difference]:
    ours = {finding.id: f"{finding.severity.value}: {finding.title}" for finding in left.findings}
    theirs = {finding.id: f"{finding.severity.value}: {finding.title}" for finding in right.findings}
    for ident in dict.fromkeys((*ours, *theirs)):
        yield Difference(Area.FINDING, ident, _safe(ours.get(ident)), _safe(theirs.get(ident)))


def _path(left: Report, right: Report) -> Iterator[Difference]:
    yield Difference(Area.PATH, "Hops", str(len(left.hops)), str(len(right.hops)))
    for name, key in (("Border address", "ip"), ("Border greeting", "helo"), ("Envelope sender", "mail_from")):
        yield Difference(Area.PATH, name, _safe(getattr(left.border, key)), _safe(getattr(right.border, key)))
    for place, (one, other) in enumerate(zip_longest(left.hops[:100], right.hops[:100])):
        said = [
            " to ".join((hop.from_rdns or hop.from_helo or hop.from_ip or "?", hop.by or "?")) if hop else None
            for hop in (one, other)
        ]
        yield Difference(Area.PATH, f"Hop {place + 1}", _safe(said[0]), _safe(said[1]))


def _fields(left: Message, right: Message) -> Iterator[Difference]:
    """Fields of one name are compared in their order; a name keeps the place of its first field."""
    ours, theirs = _by_name(left), _by_name(right)
    for key in dict.fromkeys((*ours, *theirs)):
        for one, other in zip_longest(ours.get(key, ()), theirs.get(key, ())):
            name = (one or other or ("", ""))[0]
            yield Difference(Area.FIELD, name, one and one[1], other and other[1], telling=key not in _VARY)
    left_out = max(len(left.fields), len(right.fields)) - _MOST_FIELDS
    if left_out > 0:
        yield Difference(Area.FIELD, "(left out)", count(left_out, "field"), None, telling=False)


def _by_name(message: Message) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for field in message.fields[:_MOST_FIELDS]:
        text = visible(shown(field))
        found[field.key].append(
            (visible(field.name) or "(no field)", text[:_LONGEST] + ("…" if len(text) > _LONGEST else ""))
        )
    return found


def _body(left: Message, right: Message) -> Iterator[Difference]:
    sizes = [count(len(message.body_bytes), "byte") if message.has_body else None for message in (left, right)]
    if left.body_bytes == right.body_bytes:
        yield Difference(Area.BODY, "Body", sizes[0], sizes[1])
        return
    yield Difference(Area.BODY, "Body", sizes[0], sizes[1] and f"{sizes[1]}, other content")
    ours, theirs = left.body_bytes.splitlines(), right.body_bytes.splitlines()
    for number, (one, other) in enumerate(zip_longest(ours, theirs), 1):
        if one != other:
            said = [
                None if line is None else visible(line[:_LONGEST].decode("utf-8", "replace")) for line in (one, other)
            ]
            yield Difference(Area.BODY, f"First line that differs ({number:,})", said[0], said[1])
            return


def _dns(left: Report, right: Report) -> Iterator[Difference]:
    ours, theirs = _answers(left), _answers(right)
    for name in dict.fromkeys((*ours, *theirs)):
        if name in ours and name in theirs:
            yield Difference(Area.DNS, name, ours[name], theirs[name])


def _answers(report: Report) -> dict[str, str]:
    return {
        visible(f"{asked.answer.question.name} {asked.answer.question.type}"): visible(
            "; ".join(sorted(asked.answer.records))[:_LONGEST] or asked.answer.outcome.value
        )
        for asked in report.analysis.questions[:_MOST_FIELDS]
    }


def _reasons(left: Report, right: Report) -> Iterator[str]:
    """Why the verdicts differ, from the outside in: policy, alignment, then each mechanism."""
    a, b = left.authentication, right.authentication
    if a.dmarc.rfc9989.result != b.dmarc.rfc9989.result:
        yield f"DMARC: A {_dmarc(left)}; B {_dmarc(right)}."
    spf = [check and check.result for check in (a.spf, b.spf)]
    if spf[0] != spf[1]:
        where = [
            f"{result or 'not evaluated'} for {report.border.ip or 'no known address'}"
            for result, report in zip(spf, (left, right), strict=True)
        ]
        yield visible(f"SPF: A {where[0]}; B {where[1]}.")
    if [c.result for c in a.dkim] != [c.result for c in b.dkim]:
        said = [
            ", ".join(f"{name} {result}" for name, result in _signatures(report).items()) or "no signature"
            for report in (left, right)
        ]
        yield visible(f"DKIM: A {said[0]}; B {said[1]}.")
        for side, report in (("A", left), ("B", right)):
            for check in report.authentication.dkim:
                if check.result not in (Verdict.PASS, None) and check.problem:
                    yield visible(f"{side}, {check.name}: {check.problem}")


def _dmarc(report: Report) -> str:
    check = report.authentication.dmarc.rfc9989
    ways = [way for way, aligned in (("DKIM", check.dkim_aligned), ("SPF", check.spf_aligned)) if aligned]
    return f"{check.result or 'not evaluated'}" + (f" by {' and '.join(ways)}" if ways else "")


def _safe(value: str | None) -> str | None:
    return None if value is None else visible(str(value))[:_LONGEST]
