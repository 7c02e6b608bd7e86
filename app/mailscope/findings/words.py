"""The words of every finding, from tables/findings, filled in with facts."""

from dataclasses import dataclass, replace
from functools import lru_cache

from mailscope.errors import TableError
from mailscope.findings.finding import Evidence, Finding
from mailscope.mail.field import Field, Span
from mailscope.tables import read_table, sentence, table_names
from mailscope.verdict import Severity
from mailscope.visible import visible, visible_bytes

EXCERPT = 400
"""Characters of evidence shown with a finding; the span says where the rest is."""


@dataclass(frozen=True, slots=True)
class Words:
    """What one finding says; title, detail and remedy hold {names} of the facts that fill them."""

    area: str
    severity: Severity
    title: str
    detail: str
    remedy: str
    reference: str


@lru_cache(maxsize=1)
def all_words() -> dict[str, Words]:
    """Every finding's words by id; raises TableError where a table is malformed or an id stands twice."""
    words: dict[str, Words] = {}
    for name in table_names("findings"):
        for ident, entry in read_table("findings", name).items():
            if ident in words:
                raise TableError(f"finding {ident} stands twice in tables/findings")
            try:
                words[ident] = Words(
                    area=name.removesuffix(".toml"),
                    severity=Severity(entry["severity"]),
                    title=entry["title"],
                    detail=entry["detail"],
                    remedy=entry.get("remedy", ""),
                    reference=entry.get("reference", ""),
                )
            except (KeyError, TypeError, ValueError) as error:
                raise TableError(f"finding {ident} in tables/findings/{name} lacks or garbles {error}") from error
    return words


def find(ident: str, *evidence: Evidence, severity: Severity | None = None, **facts: str | float | None) -> Finding:
    """The finding of this id with its words filled in; facts are made safe to show, so callers pass them raw."""
    words = all_words()[ident]
    safe = {name: visible(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
    try:
        title, detail, remedy = (template.format_map(safe) for template in (words.title, words.detail, words.remedy))
    except (KeyError, IndexError, ValueError) as error:
        raise TableError(f"the words of finding {ident} ask for a fact that nobody gives: {error}") from error
    return Finding(
        id=ident,
        severity=severity or words.severity,
        area=words.area,
        title=" ".join(title.split()),
        detail=" ".join(detail.split()),
        evidence=evidence,
        remedy=" ".join(remedy.split()),
        reference=words.reference,
    )


def phrase(area: str, ident: str, **facts: str | int | None) -> str:
    """A sentence of tables/phrases that fills a place in the words of a finding, as the case may be."""
    return sentence("phrases", f"{area}.toml", ident, **facts)


def field_evidence(field: Field) -> Evidence:
    """A header field's very bytes."""
    return Evidence(excerpt(field.raw), field.span)


def span_evidence(content: bytes, span: Span) -> Evidence:
    """Any range of the content."""
    return Evidence(excerpt(span.of(content)), span)


def dns_evidence(name: str, answer: str) -> Evidence:
    """A DNS name and what it answered."""
    return Evidence(_cut(f"{visible(name)}  {visible(answer)}"), source="dns")


def computed(text: str) -> Evidence:
    """Something mailscope worked out itself."""
    return Evidence(_cut(visible(text)), source="computed")


def difference(mark: str, line: str) -> Evidence:
    """A line as it was signed, or as it is now: text of the people who write to each other."""
    return replace(computed(f"{mark}: {line}"), source="difference")


def excerpt(data: bytes) -> str:
    """Bytes in one safe line, cut where they are long, folding shown as one space."""
    text = visible_bytes(b" ".join(data[: EXCERPT * 4].split()))
    return _cut(text) if len(data) <= EXCERPT * 4 else text[: EXCERPT - 1] + "…"


def capital(text: str) -> str:
    """The text with its first letter capital and the rest as it is."""
    return text[:1].upper() + text[1:]


def _cut(text: str) -> str:
    return text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…"
