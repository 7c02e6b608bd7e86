"""The pipeline on one page: from a specimen to everything that can be said for a fact."""

from dataclasses import dataclass
from datetime import datetime

from mailscope.agreement import Stamp
from mailscope.arc.verdicts import ArcCheck
from mailscope.bounce.failure import Bounce, Notice
from mailscope.dkim.coverage import Coverage
from mailscope.dkim.verdicts import DkimCheck
from mailscope.dmarc.verdicts import DmarcCheck
from mailscope.dns.answer import Asked, DnsMode
from mailscope.mail.message import Message
from mailscope.specimen import Specimen
from mailscope.spf.verdicts import SpfCheck
from mailscope.trace.hop import Route


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the header block says at a glance, decoded for people; not made safe to show: that is visible()'s work."""

    from_: str | None = None
    from_domain: str | None = None
    """The author domain that DMARC judges: lower case, A-labels; None where From has none or several."""
    to: str | None = None
    subject: str | None = None
    date: datetime | None = None
    message_id: str | None = None
    return_path: str | None = None


@dataclass(frozen=True, slots=True)
class DmarcPair:
    """DMARC by both standards."""

    rfc9989: DmarcCheck
    rfc7489: DmarcCheck


@dataclass(frozen=True, slots=True)
class Authentication:
    """Every verdict, computed, and what others claimed."""

    spf: SpfCheck | None
    """At the border; None where there is none to trust."""
    spf_by_hop: tuple[SpfCheck, ...]
    dkim: tuple[DkimCheck, ...]
    coverage: tuple[Coverage, ...]
    """One a signature, in the same order."""
    arc: ArcCheck
    dmarc: DmarcPair
    stamped: tuple[Stamp, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """All facts about one specimen; opinions are findings."""

    specimen: Specimen
    message: Message
    envelope: Envelope
    route: Route
    authentication: Authentication
    notice: Notice
    enclosed: "Analysis | None"
    """Of the message or header block that a bounce returns."""
    questions: tuple[Asked, ...]
    dns: DnsMode
    at: datetime
    """When this was computed."""
    now: datetime
    """The time against which expiry and age were judged."""

    @property
    def bounces(self) -> tuple[Bounce, ...]:
        """One a recipient."""
        return self.notice.bounces
