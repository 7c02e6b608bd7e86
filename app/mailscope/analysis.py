"""The pipeline on one page: from a specimen to everything that can be said for a fact."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from mailscope.agreement import Ours, Stamp, judges_helo, reconcile
from mailscope.arc.check import check_arc
from mailscope.arc.verdicts import ArcCheck
from mailscope.bounce.failure import Bounce, Notice
from mailscope.bounce.read import read_notice
from mailscope.bounce.recipient_side import RecipientSide, look_at_recipients
from mailscope.claims.claim import Claim
from mailscope.claims.read import read_claims
from mailscope.context import Context
from mailscope.dkim.check import check_dkim
from mailscope.dkim.coverage import Coverage, cover
from mailscope.dkim.second import with_second_opinions
from mailscope.dkim.verdicts import DkimCheck
from mailscope.dmarc.check import check_dmarc
from mailscope.dmarc.loop import report_loop
from mailscope.dmarc.verdicts import DmarcCheck, ReportLoop, Standard
from mailscope.dns.ahead import Lead
from mailscope.dns.answer import Asked, Dns, DnsMode
from mailscope.dns.cache import Ledger, asks_ahead
from mailscope.dns.suffixes import owner
from mailscope.forensics.examine import NO_FORENSICS, Forensics, Surroundings, examine_signatures
from mailscope.foresight import foresee
from mailscope.limits import Limits
from mailscope.mail.address import parse_addresses
from mailscope.mail.envelope import Envelope, read_envelope
from mailscope.mail.field import Span
from mailscope.mail.links import NO_LINKS, Links, read_links
from mailscope.mail.message import Message, parse_message
from mailscope.mail.mime import parts
from mailscope.specimen import Kind, Origin, Specimen
from mailscope.spf.check import check_spf
from mailscope.spf.replay import replay_spf
from mailscope.spf.verdicts import SpfCheck
from mailscope.trace.hop import Route
from mailscope.trace.reverse import Reverse, look_back
from mailscope.trace.route import read_route
from mailscope.trace.transport import logged_in
from mailscope.trace.whose import whose

_AUTHORS = 5
"""Author domains that are judged where From names several."""
_QUICK = 1_000_000
"""Bytes of a message that is read twice so that its questions can be asked ahead."""


@dataclass(frozen=True, slots=True)
class DmarcPair:
    """DMARC by both standards."""

    rfc9989: DmarcCheck
    rfc7489: DmarcCheck
    authors: tuple[DmarcCheck, ...] = ()
    """Where From names several author domains: each of them by RFC 9989, in the order of the names."""
    loop: ReportLoop | None = None
    """Where the message goes to an address that a DMARC record names for reports."""


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
    forensics: Forensics = NO_FORENSICS
    """Proofs, diagnoses and replay, one entry a signature; empty where context.forensics is off."""
    stamps_limit: int | None = None
    """The limit at which the reading of others' verdicts stopped; None where all were read."""


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
    reverse: Reverse | None = None
    """The border's address asked for its name; None where there is no border."""
    recipients: tuple[RecipientSide, ...] = ()
    """What the DNS says of the recipient domains of a notice, where it may have caused the failure."""
    links: Links = NO_LINKS
    """Where the bodies lead to."""

    @property
    def bounces(self) -> tuple[Bounce, ...]:
        """One a recipient."""
        return self.notice.bounces

    @property
    def received_at(self) -> datetime | None:
        """When the receiver took the message: the border's time, else the newest hop's, else what Date claims."""
        hops, border = self.route.hops, self.route.border.hop
        at_border = hops[border].time if border is not None and border < len(hops) else None
        return at_border or next((hop.time for hop in reversed(hops) if hop.time), None) or self.envelope.date

    @property
    def age_seconds(self) -> float | None:
        """From the receiver's taking it to the time it is judged at: what the DNS may have changed meanwhile."""
        received = self.received_at
        return None if received is None else (self.now - received).total_seconds()


def analyse(specimen: Specimen, context: Context) -> Analysis:
    """Everything that can be said about a specimen, in the order in which one thing needs another.

    Never raises on what the specimen holds.
    """
    return _analysed(specimen, context, Ledger(context.dns, context.limits), 0)


def _analysed(specimen: Specimen, context: Context, ledger: Ledger, depth: int) -> Analysis:
    try:
        return _within(specimen, context, ledger, depth)
    finally:
        ledger.end()  # where a Dns raises, too: threads would go on asking for nobody


def _within(specimen: Specimen, context: Context, ledger: Ledger, depth: int) -> Analysis:
    limits = context.limits
    message = message_of(specimen, limits)
    claims = read_claims(message, limits)
    route = read_route(message, claims, context.own_hosts, limits, context.now)
    envelope = read_envelope(message, limits)
    notice = read_notice(specimen, message, limits)
    if ledger.foresees:
        helo = any(judges_helo(claim) for claim in claims)
        ledger.expect(foresee(message, envelope, route, notice, limits, helo=helo))

    headers_only = specimen.kind is Kind.HEADERS or not message.has_body
    dkim = check_dkim(message, dns=ledger.view("dkim"), now=context.now, limits=limits, headers_only=headers_only)
    if context.forensics and not headers_only:
        dkim = with_second_opinions(message, dkim, limits)
    arc = check_arc(message, dns=ledger.view("arc"), now=context.now, limits=limits, headers_only=headers_only)
    spf = _spf(route, ledger.view("spf"), limits)
    dmarc = _dmarc(envelope, spf, dkim, ledger.view("dmarc"))
    coverage = tuple(cover(message, check) for check in dkim)
    forensics = NO_FORENSICS
    if context.forensics and specimen.kind is Kind.MESSAGE and not headers_only:
        about = Surroundings(route, spf, ledger.view("dkim"), context.now, limits, context.cancelled)
        forensics = examine_signatures(message, dkim, coverage, about)
    dmarc = replace(dmarc, loop=_report_loop(specimen, message, envelope, dmarc, ledger.view("dmarc")))
    # Last of all, since hops are as many as a sender likes, and questions are limited.
    spf_by_hop, spf_helo = _spf_elsewhere(route, claims, ledger.view("spf"), limits)
    stamped = reconcile(
        claims,
        lambda claim: whose(claim, message, route),
        Ours(spf, dkim, arc, (dmarc.rfc9989, dmarc.rfc7489), spf_by_hop, spf_helo),
    )
    recipients = look_at_recipients(notice.bounces, ledger.view("recipient"))
    reverse = look_back(route.border.ip, ledger.view("reverse")) if route.border.ip else None
    ledger.end()
    return Analysis(
        specimen=specimen,
        message=message,
        envelope=envelope,
        route=route,
        authentication=Authentication(
            spf=spf,
            spf_by_hop=spf_by_hop,
            dkim=dkim,
            coverage=coverage,
            arc=arc,
            dmarc=dmarc,
            stamped=stamped,
            forensics=forensics,
            stamps_limit=limits.claims if len(claims) >= limits.claims else None,
        ),
        notice=notice,
        recipients=recipients,
        enclosed=_enclosed(specimen, notice, context, ledger, depth),
        links=_links(message, limits),
        reverse=reverse,
        questions=ledger.asked,
        dns=context.dns.mode,
        at=datetime.now(UTC),
        now=context.now,
    )


def look_ahead(specimen: Specimen, context: Context, lead: Lead) -> None:
    """Have the DNS asked for what a message in line is going to ask, while another is examined; returns at once.

    Nothing where answers are not kept, and for what would take long to read.
    """
    quick = specimen.kind in (Kind.MESSAGE, Kind.HEADERS) and len(specimen.content) <= _QUICK
    if not (quick and asks_ahead(context.dns, context.limits)):
        return
    limits = context.limits
    message = message_of(specimen, limits)
    route = read_route(message, read_claims(message, limits), context.own_hosts, limits, context.now)
    context.dns.expect(foresee(message, read_envelope(message, limits), route, Notice(), limits), lead)


def message_of(specimen: Specimen, limits: Limits) -> Message:
    """The specimen as a message; a transcript, a log or a pasted sentence has no header block."""
    message = parse_message(specimen.content, limits)
    fields = sum(1 for field in message.fields if not field.malformed)
    text_only = specimen.kind in (Kind.TRANSCRIPT, Kind.LOG) or (
        specimen.kind is Kind.BOUNCE and fields * 2 <= len(message.fields)
    )
    if not text_only:
        return message
    return Message(specimen.content, (), Span(0, len(specimen.content)), message.line_ends, has_body=True)


def _links(message: Message, limits: Limits) -> Links:
    """Where the bodies lead to; a text without a header block has none that could deceive."""
    if not message.fields or not message.has_body:
        return NO_LINKS
    return read_links(message, parts(message, limits), owner, limits)


def _spf(route: Route, dns: Dns, limits: Limits) -> SpfCheck | None:
    """SPF at the border; None where no client is known."""
    border = route.border
    if border.ip is None:
        return None
    met = route.hops[border.hop] if border.hop is not None else None
    if met and logged_in(met):
        problem = (
            f"The client had logged in to {met.by or 'the host'}: SPF judges strangers, not users who hand in mail."
        )
        return SpfCheck(None, ip=border.ip, helo=border.helo, problem=problem, hop=border.hop)
    if border.mail_from is None:
        problem = "Nothing in the message says what the envelope sender was, so SPF has no domain to ask."
        return SpfCheck(None, ip=border.ip, helo=border.helo, problem=problem, hop=border.hop)
    return check_spf(border.ip, border.helo or "", border.mail_from, dns=dns, limits=limits, hop=border.hop)


def _spf_elsewhere(
    route: Route, claims: tuple[Claim, ...], dns: Dns, limits: Limits
) -> tuple[tuple[SpfCheck, ...], SpfCheck | None]:
    """The same question asked of every hop's client, and of the border's greeting where somebody stamped that."""
    clients = tuple((place, hop.from_ip, hop.from_helo) for place, hop in enumerate(route.hops))
    border = route.border
    by_hop = replay_spf(clients, border.mail_from, dns=dns, limits=limits)
    if border.ip is None or not any(judges_helo(claim) for claim in claims):
        return by_hop, None
    return by_hop, check_spf(border.ip, border.helo or "", "", dns=dns, limits=limits, hop=border.hop)


def _dmarc(envelope: Envelope, spf: SpfCheck | None, dkim: tuple[DkimCheck, ...], dns: Dns) -> DmarcPair:
    """DMARC by both standards; it knows identifiers, not where they come from."""
    # An SPF that was never evaluated is unknown, not failed: it may be the one that would have passed.
    identity = spf or SpfCheck(None)
    if envelope.from_domain is None:
        domains = tuple(dict.fromkeys(author.domain for author in envelope.authors if author.domain))
        each = tuple(check_dmarc(domain, identity, dkim, dns=dns) for domain in domains[:_AUTHORS])
        nobody = "No single author domain can be read from the From field, so there is none to judge."
        if each:
            told = ", ".join(f"{check.from_domain} {check.result or 'unknown'}" for check in each)
            nobody = f"From names {len(domains)} author domains, and DMARC judges one. Each by itself: {told}."
        return DmarcPair(
            DmarcCheck(None, Standard.RFC9989, reason=nobody),
            DmarcCheck(None, Standard.RFC7489, reason=nobody),
            authors=each,
        )
    return DmarcPair(
        check_dmarc(envelope.from_domain, identity, dkim, dns=dns, standard=Standard.RFC9989),
        check_dmarc(envelope.from_domain, identity, dkim, dns=dns, standard=Standard.RFC7489),
    )


def _report_loop(
    specimen: Specimen, message: Message, envelope: Envelope, dmarc: DmarcPair, dns: Dns
) -> ReportLoop | None:
    """Whether the message goes where DMARC reports go (the subject of a report is that of RFC 9990 section 3.5.2)."""
    fields = [field for name in ("To", "Cc", "Delivered-To", "X-Original-To") for field in message.all(name)]
    recipients = [address.spec for field in fields[:10] for address in parse_addresses(field.value)]
    subject = (envelope.subject or "").lstrip().lower()
    is_report = specimen.kind is Kind.REPORT or subject.startswith("report domain:")
    return report_loop(recipients, dmarc.rfc9989, is_report=is_report, dns=dns)


def _enclosed(specimen: Specimen, notice: Notice, context: Context, ledger: Ledger, depth: int) -> Analysis | None:
    """The message or header block that a bounce returns, examined in its turn, to a bounded depth."""
    if not notice.enclosed or depth >= context.limits.enclosed_depth:
        return None
    content = notice.enclosed
    kind = Kind.MESSAGE if parse_message(content, context.limits).body.start < len(content) else Kind.HEADERS
    origin = Origin(specimen.origin.path, specimen.origin.index, f"returned in {specimen.origin.label}")
    inner = Specimen(content, content, kind, origin, kind_basis="returned inside a bounce")
    return _analysed(inner, context, Ledger(context.dns, context.limits, within=ledger), depth + 1)
