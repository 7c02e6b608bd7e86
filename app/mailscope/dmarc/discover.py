"""Where the policy and the organization of a domain are found: by tree walk (RFC 9989) or by list (RFC 7489)."""

from dataclasses import dataclass

from mailscope.dmarc.record import Record, is_record, parse_record
from mailscope.dmarc.verdicts import Look
from mailscope.dns.answer import Answer, Dns, Outcome
from mailscope.dns.suffixes import organizational_domain

WALK = 8
"""Names that one walk asks at most (RFC 9989 section 4.10)."""


@dataclass(frozen=True, slots=True)
class Found:
    """What stands at one name."""

    look: Look
    record: Record | None = None
    texts: tuple[str, ...] = ()
    """All text that stands there."""
    trouble: Answer | None = None
    """The answer, where it was none."""


@dataclass(frozen=True, slots=True)
class Walk:
    """The names from a domain upwards that were asked, and what was found there."""

    domain: str
    steps: tuple[Found, ...] = ()
    trouble: Answer | None = None
    """The question that nobody answered, where the walk had to end."""

    @property
    def records(self) -> tuple[tuple[str, Record], ...]:
        """Every domain with a record that counts, longest first."""
        return tuple((step.look.domain, step.record) for step in self.steps if step.record is not None)

    @property
    def organizational_domain(self) -> str | None:
        """RFC 9989 section 4.10.2; None where the walk could not be finished."""
        if self.trouble is not None:
            return None
        for domain, record in self.records:
            if record.psd == "n":
                return domain
            if record.psd == "y" and domain != self.domain:
                return below(self.domain, domain)
        return self.records[-1][0] if self.records else self.domain


class Explorer:
    """Asks for DMARC records, each name once."""

    def __init__(self, dns: Dns) -> None:
        self._dns = dns
        self._found: dict[str, Found] = {}
        self._walks: dict[str, Walk] = {}

    def at(self, domain: str) -> Found:
        """The record at _dmarc.domain; several there count as none (RFC 9989 section 4.10)."""
        if domain not in self._found:
            self._found[domain] = _read(domain, self._dns.ask(f"_dmarc.{domain}", "TXT"))
        return self._found[domain]

    def walk(self, domain: str) -> Walk:
        """The DNS Tree Walk (RFC 9989 section 4.10) from domain to the top, a psd tag or a question without answer."""
        if domain not in self._walks:
            steps: list[Found] = []
            trouble = None
            for name in walked(domain):
                found = self.at(name)
                steps.append(found)
                trouble = found.trouble
                if trouble is not None or (found.record is not None and found.record.psd != "u"):
                    break
            self._walks[domain] = Walk(domain, tuple(steps), trouble)
        return self._walks[domain]

    def exists(self, domain: str) -> bool | None:
        """Whether the name exists, whatever it holds (RFC 9989 section 3.2.13, RFC 8020); None where nobody says."""
        return self._dns.ask(domain, "A").outcome.exists


def walked(domain: str) -> tuple[str, ...]:
    """The names that a walk asks, in order: the domain, then its last seven labels, then one label less each time."""
    labels = domain.split(".")
    rest = labels[1:] if len(labels) < WALK else labels[-(WALK - 1) :]
    return (domain, *(".".join(rest[at:]) for at in range(len(rest))))


def below(domain: str, suffix: str) -> str:
    """The ancestor of domain that is one label longer than suffix."""
    labels = domain.split(".")
    return ".".join(labels[-suffix.count(".") - 2 :])


def by_list(domain: str) -> str:
    """The organizational domain by the public suffix list; a public suffix stands for itself (RFC 7489 section 3.2)."""
    return organizational_domain(domain) or domain


def _read(domain: str, answer: Answer) -> Found:
    if not answer:
        if answer.outcome.certain or answer.outcome is Outcome.INVALID:
            return Found(Look(domain, "no record"))
        return Found(Look(domain, f"unknown: {answer.outcome.value}"), trouble=answer)
    texts = [text for text in answer.records if is_record(text)]
    if len(texts) != 1:
        said = f"{len(texts)} records, so none counts" if texts else "text, but no DMARC record"
        return Found(Look(domain, said, count=len(texts)), texts=answer.records)
    record = parse_record(texts[0])
    flag = f" with psd={record.psd}" if record.psd != "u" else ""
    way = f", kept at {answer.aliases[-1].removesuffix('.')}" if answer.aliases else ""
    return Found(Look(domain, f"a record{flag}{way}", texts[0], 1), record, answer.records)
