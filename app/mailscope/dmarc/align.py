"""Which authenticated identifiers belong to the author (RFC 9989 sections 4.4 and 4.10.2, RFC 7489 section 3.1)."""

from dataclasses import dataclass, replace

from mailscope.dmarc.discover import Explorer, by_list
from mailscope.dmarc.record import Record
from mailscope.dmarc.verdicts import Identifier, Standard
from mailscope.dns.name import absolute
from mailscope.verdict import Verdict

IDENTIFIERS = 100
"""Identifiers that are aligned; a message with more has them listed without a verdict."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """The identifiers, each with whether it aligns."""

    identifiers: tuple[Identifier, ...]

    def passing(self, method: str) -> bool | None:
        """Whether one that passed aligns; None where that is unknown."""
        own = [each for each in self.identifiers if each.method == method]
        passed = [each.aligned for each in own if each.result == Verdict.PASS]
        if True in passed:
            return True
        return (
            None if None in passed or any(each.result is None and each.aligned is not False for each in own) else False
        )


def align(
    author: str, identifiers: tuple[Identifier, ...], record: Record, standard: Standard, explorer: Explorer
) -> Alignment:
    """Every identifier beside the author's domain, strict or relaxed as the record asks.

    Only those that passed, or might have, are asked about; the rest need no DNS.
    """
    walk = standard is Standard.RFC9989
    return Alignment(
        tuple(
            _aligned(
                author,
                each,
                strict=(record.spf_alignment if each.method == "spf" else record.dkim_alignment) == "s",
                explorer=explorer if walk else None,
            )
            for each in identifiers[:IDENTIFIERS]
        )
        + identifiers[IDENTIFIERS:]
    )


def _aligned(author: str, identifier: Identifier, *, strict: bool, explorer: Explorer | None) -> Identifier:
    name = absolute(identifier.domain) if identifier.domain else None
    if name is None:
        return identifier if identifier.domain is None else replace(identifier, aligned=False)
    domain = name.removesuffix(".")
    identifier = replace(identifier, domain=domain)
    if domain == author or strict:
        return replace(identifier, aligned=domain == author)
    if explorer is None:
        organization = by_list(domain)
        return replace(identifier, organizational_domain=organization, aligned=organization == by_list(author))
    if not _related(author, domain):
        return replace(identifier, aligned=False)
    own = explorer.walk(author).organizational_domain
    if own is not None and domain != own and not domain.endswith("." + own):
        return replace(identifier, aligned=False)  # its organization lies above it, so it cannot be the author's
    theirs = explorer.walk(domain).organizational_domain
    aligned = own == theirs if own is not None and theirs is not None else None
    return replace(identifier, organizational_domain=theirs, aligned=aligned)


def _related(one: str, other: str) -> bool:
    """Whether two domains share their last label: others have no common organization."""
    return one.rpartition(".")[2] == other.rpartition(".")[2]
