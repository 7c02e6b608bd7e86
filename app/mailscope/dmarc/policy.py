"""Which record speaks for an author domain, by either standard, and which of its tags."""

from dataclasses import dataclass

from mailscope.dmarc.discover import Explorer, Found, by_list
from mailscope.dmarc.lint import Remark, near_misses, remark
from mailscope.dmarc.record import Record
from mailscope.dmarc.verdicts import Look, Standard
from mailscope.dns.answer import Answer


@dataclass(frozen=True, slots=True)
class Discovery:
    """Where the search for a policy ended."""

    steps: tuple[Found, ...]
    domain: str | None = None
    record: Record | None = None
    organization: str | None = None
    trouble: Answer | None = None
    """The question that nobody answered, where that ended the search."""

    @property
    def looks(self) -> tuple[Look, ...]:
        """The names asked, in order."""
        return tuple(step.look for step in self.steps)

    @property
    def several(self) -> str | None:
        """The first domain that has more than one record."""
        return next((step.look.domain for step in self.steps if step.look.count > 1), None)

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What stood in the way of texts that were meant as records."""
        made: list[Remark] = []
        for step in self.steps:
            if step.look.count > 1:
                made.append(remark("several", count=step.look.count, domain=step.look.domain))
            elif step.record is None:
                made += near_misses(step.texts, step.look.domain)
        return tuple(made)


def discover(author: str, standard: Standard, explorer: Explorer) -> Discovery:
    """The record that applies to author (lower case, A-labels, no final dot)."""
    return _walked(author, explorer) if standard is Standard.RFC9989 else _listed(author, explorer)


def governing_tag(
    author: str, domain: str, record: Record, standard: Standard, explorer: Explorer
) -> tuple[str, bool | None]:
    """Which of p, sp and np speaks about author, and whether author exists, which is asked only where np may count."""
    if domain == author:
        return "p", None
    exists = None
    if standard is Standard.RFC9989 and record.np is not None:
        exists = explorer.exists(author)
        if exists is False:
            return "np", exists
    return ("sp" if record.sp is not None else "p"), exists


def _walked(author: str, explorer: Explorer) -> Discovery:
    """RFC 9989 section 4.10.1: the author domain, else its organization, else the public suffix domain above."""
    walk = explorer.walk(author)
    first = walk.steps[0]
    organization = walk.organizational_domain
    if first.record is not None:
        return Discovery(walk.steps, author, first.record, organization)
    if walk.trouble is not None:
        return Discovery(walk.steps, trouble=walk.trouble)
    records = dict(walk.records)
    if organization in records:
        return Discovery(walk.steps, organization, records[organization], organization)
    suffix = next((domain for domain, record in walk.records if record.psd == "y"), None)
    if suffix is not None:
        return Discovery(walk.steps, suffix, records[suffix], organization)
    return Discovery(walk.steps, organization=organization)


def _listed(author: str, explorer: Explorer) -> Discovery:
    """RFC 7489 section 6.6.3: the author domain, else its organization by the public suffix list."""
    organization = by_list(author)
    steps: tuple[Found, ...] = ()
    for domain in dict.fromkeys((author, organization)):
        found = explorer.at(domain)
        steps += (found,)
        if found.trouble is not None:
            return Discovery(steps, trouble=found.trouble)
        if found.record is not None:
            return Discovery(steps, domain, found.record, organization)
        if found.look.count > 1:
            break  # step 5: several records end the search
    return Discovery(steps, organization=organization)
