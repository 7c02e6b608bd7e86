"""Which questions DMARC will ask about an author's domain, told before the first of them is answered."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mailscope.dmarc.discover import by_list, walked
from mailscope.dmarc.record import Record, is_record, parse_record
from mailscope.dmarc.reports import authorization_name, external_targets
from mailscope.dns.answer import Answer, Expected
from mailscope.dns.name import absolute


def expected_dmarc(author: str, spf: Iterable[str], dkim: Iterable[str]) -> Iterator[Expected]:
    """The walk from author (RFC 9989 section 4.10), and what the record found will make to be asked.

    spf and dkim: the domains of the identifiers that may align.
    """
    name = absolute(author)
    if name is None or name == ".":
        return
    domain = name[:-1]
    search = _Search(domain, by_list(domain), tuple(spf), tuple(dkim))
    yield Expected(f"_dmarc.{domain}", "TXT", search.own)
    for above in walked(domain)[1:]:
        yield Expected(f"_dmarc.{above}", "TXT")


@dataclass(frozen=True, slots=True)
class _Search:
    """What is looked for, and what hangs on it."""

    author: str
    organization: str
    """By the list: a good guess at where the walk will find it."""
    spf: tuple[str, ...]
    dkim: tuple[str, ...]

    def own(self, answer: Answer) -> Iterator[Expected]:
        """What follows from the answer at the author's domain: the record, or the search above."""
        record = _read(answer)
        if record is not None:
            yield from self._with(record, self.author)
        elif self.organization != self.author and answer.outcome.certain:
            yield Expected(f"_dmarc.{self.organization}", "TXT", self.above)

    def above(self, answer: Answer) -> Iterator[Expected]:
        """What follows from the answer at the organization's."""
        record = _read(answer)
        if record is not None:
            if record.np is not None:
                yield Expected(self.author, "A")
            yield from self._with(record, self.organization)

    def _with(self, record: Record, found_at: str) -> Iterator[Expected]:
        for target in external_targets(record, self.organization):
            yield Expected(authorization_name(found_at, target), "TXT")
        relaxed = (self.spf if record.spf_alignment == "r" else ()) + (
            self.dkim if record.dkim_alignment == "r" else ()
        )
        for domain in dict.fromkeys(filter(None, map(absolute, relaxed))):
            name = domain.removesuffix(".")
            if name != self.author and by_list(name) == self.organization:
                yield from (Expected(f"_dmarc.{each}", "TXT") for each in walked(name))


def _read(answer: Answer) -> Record | None:
    texts = [text for text in answer.records if is_record(text)]
    return parse_record(texts[0]) if len(texts) == 1 else None
