"""What if: other surroundings for one case, so that its verdicts can be watched as they change."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from mailscope.context import Context
from mailscope.dns.answer import Asked, Dns
from mailscope.dns.name import absolute
from mailscope.dns.snapshot import SnapshotDns, record
from mailscope.dns.stacked import StackedDns
from mailscope.report import Report

BY_HAND = "set by hand, not by the DNS"
"""The note of every answer that the reader supposed."""
WORDS = ("NXDOMAIN", "NODATA", "SERVFAIL", "TIMEOUT")
"""What may stand in the place of records."""
BETWEEN = " || "
"""Between several records of one answer, in the line that they are typed into."""


@dataclass(frozen=True, slots=True)
class Record:
    """An answer that the reader supposes: the absolute name, the type, and records or one of WORDS."""

    name: str
    type: str
    answer: tuple[str, ...] | str

    @property
    def label(self) -> str:
        """Name and type."""
        return f"{self.name} {self.type}"


@dataclass(frozen=True, slots=True)
class Change:
    """Everything that is supposed about one case."""

    now: datetime | None = None
    own_hosts: tuple[str, ...] | None = None
    records: tuple[Record, ...] = ()
    live: bool = False
    """Ask the network, now, whoever answered before."""

    @property
    def empty(self) -> bool:
        """Whether nothing is supposed."""
        return self == Change()

    def with_record(self, record: Record) -> "Change":
        """The same with this record; it replaces one for the same question."""
        kept = tuple(each for each in self.records if each.label != record.label)
        return replace(self, records=(*kept, record))

    def words(self) -> str:
        """What is supposed, in words; names from outside are not made safe here."""
        said = []
        if self.live:
            said.append("live DNS, now")
        if self.now is not None:
            said.append(f"time {self.now:%Y-%m-%d %H:%M}")
        if self.own_hosts is not None:
            said.append(f"own hosts {', '.join(self.own_hosts) or 'none'}")
        said += [each.label for each in self.records]
        return ", ".join(said)

    def context(self, base: Context, report: Report | None, live: Callable[[], Dns]) -> Context:
        """The surroundings under which the case is examined anew.

        Without live, what was answered before is answered again, so that nothing differs but what is supposed.
        """
        layers: list[Dns] = []
        if self.records:
            layers.append(SnapshotDns(_snapshot(self.records)))
        if self.live:
            layers.append(live())
        else:
            if report is not None:
                layers.append(SnapshotDns(record(_questions(report))))
            layers.append(base.dns)
        now = self.now or (datetime.now(UTC) if self.live else report.analysis.now if report else base.now)
        dns = layers[0] if len(layers) == 1 else StackedDns(*layers)
        return replace(base, dns=dns, now=now, own_hosts=base.own_hosts if self.own_hosts is None else self.own_hosts)


def read_record(line: str) -> Record:
    """A supposed answer as it is typed: NAME TYPE RECORD, several with || between; raises ValueError, in one line."""
    parts = line.split(None, 2)
    if len(parts) < 3:
        raise ValueError("name, type and record, like: _dmarc.example.org TXT v=DMARC1; p=none (or NXDOMAIN)")
    name, rdtype = absolute(parts[0]), parts[1].upper()
    if name is None:
        raise ValueError(f"{parts[0][:60]!r} is no domain name")
    if not (rdtype.isascii() and rdtype.isalnum() and len(rdtype) <= 10):
        raise ValueError(f"{parts[1][:20]!r} is no record type; there are TXT, MX, A, AAAA, CNAME, PTR")
    said = parts[2].strip()
    answer = said.upper() if said.upper() in WORDS else tuple(part.strip() for part in said.split(BETWEEN.strip()))
    made = Record(name, rdtype, answer)
    SnapshotDns(_snapshot((made,)))
    return made


def _snapshot(records: tuple[Record, ...]) -> Mapping[str, object]:
    names: dict[str, dict[str, object]] = {}
    for each in records:
        types = names.setdefault(each.name, {"*": "NOT-RECORDED"})
        types[each.type] = each.answer if isinstance(each.answer, str) else list(each.answer)
    return {
        "meta": {"absent": "NOT-RECORDED", "notes": {each.label: BY_HAND for each in records}},
        **names,
    }


def _questions(report: Report | None) -> Iterator[Asked]:
    while report is not None:
        yield from report.analysis.questions
        report = report.enclosed
