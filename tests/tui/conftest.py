"""Reports built by hand, so that the screens are tested apart from the engine; and a renderer of screens to text."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from textual.message import Message

from mailscope.agreement import Stamp, Whose
from mailscope.analysis import Analysis, Authentication, DmarcPair
from mailscope.arc.verdicts import ArcCheck, ArcInstance
from mailscope.bounce.failure import Bounce, Manner, Notice, Phase, PhaseBasis
from mailscope.bounce.recipient_side import MailHost, RecipientSide
from mailscope.claims.claim import Claim
from mailscope.context import Context
from mailscope.dkim.coverage import Coverage, Covered
from mailscope.dkim.verdicts import DkimCheck, DkimReason
from mailscope.dmarc.verdicts import DmarcCheck, Identifier, Look, ReportAddress, Standard
from mailscope.dns.answer import Answer as DnsAnswer
from mailscope.dns.answer import Asked, DnsMode, Outcome, Question
from mailscope.dns.snapshot import NoDns
from mailscope.errors import LoadError
from mailscope.findings.finding import Evidence, Finding
from mailscope.forensics.added import Unvouched, Writer
from mailscope.forensics.diagnosis import Cause, Diagnosis, DiffLine, Mark, Part
from mailscope.forensics.examine import Forensics
from mailscope.forensics.inject import InjectionProof
from mailscope.forensics.replay import Replay, ReplayLevel, ReplayReason
from mailscope.mail.address import Address
from mailscope.mail.envelope import Envelope
from mailscope.mail.field import Span
from mailscope.mail.message import parse_message
from mailscope.report import Answer, Report
from mailscope.sources.drop import Drop
from mailscope.specimen import Kind, Origin, Specimen
from mailscope.spf.verdicts import Fault, Scope, SpfCheck, Term
from mailscope.trace.hop import Border, Hop, Passage, Route, Way
from mailscope.tui.app import MailscopeApp
from mailscope.tui.bench import Bench
from mailscope.tui.case import Case
from mailscope.tui.engine import Engine
from mailscope.tui.messages import Batch, Result
from mailscope.verdict import Severity, Verdict

NOON = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)
HOSTILE = (
    "[/]",
    "[@click=app.quit]x[/]",
    "\x1b[31mred\x1b]0;title\x07",
    "\x1b]52;c;UFdORUQ=\x07",
    "\u202eevil\u2066",
)
"""The five strings that break other terminal programs."""

RAW = (
    b"Return-Path: <bounce@lists.example.net>\r\n"
    b"Received: from out.lists.example.net (out.lists.example.net [192.0.2.25])\r\n"
    b"\tby mx.example.org (Postfix) with ESMTPS id 4X1 for <ann@example.org>;\r\n"
    b"\tTue, 24 Nov 2026 12:07:31 +0000\r\n"
    b"Subject: Please pay this invoice at once\r\n"
    b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=k1;\r\n"
    b"\th=from:to:subject:date; bh=abc=; b=def=\r\n"
    b"From: Bea Author <bea@example.com>\r\n"
    b"To: Ann Reader <ann@example.org>\r\n"
    b"Subject: The minutes of Monday\r\n"
    b"Date: Tue, 24 Nov 2026 12:00:00 +0000\r\n"
    b"Message-ID: <1@example.com>\r\n"
    b"\r\n"
    b"Dear Ann,\r\n\r\nhere they are.\r\n\r\nBea\r\n-- \r\nlist mailing list\r\n"
)


def specimen(
    raw: bytes = RAW, kind: Kind = Kind.MESSAGE, path: str | None = "mail/minutes.eml", **more: object
) -> Specimen:
    basis = {Kind.MESSAGE: "11 header fields and a body", Kind.BOUNCE: "a delivery report"}.get(kind, "guessed")
    return Specimen(raw, raw, kind, Origin(path), kind_basis=basis, **more)  # type: ignore[arg-type]


def analysis(given: Specimen, **parts: object) -> Analysis:
    message = parse_message(given.content)
    none = DmarcCheck(None, reason="No author domain.")
    empty: dict[str, object] = {
        "specimen": given,
        "message": message,
        "envelope": Envelope(),
        "route": Route(),
        "authentication": Authentication(
            None, (), (), (), ArcCheck(Verdict.NONE, reason="There is no chain."), DmarcPair(none, none), ()
        ),
        "notice": Notice(),
        "enclosed": None,
        "questions": (),
        "dns": DnsMode.SNAPSHOT,
        "at": NOON,
        "now": NOON + timedelta(days=1),
    }
    return Analysis(**(empty | parts))  # type: ignore[arg-type]


def forensics(text: Callable[[str], str]) -> Forensics:
    """A footer that broke the signature, a proof and a replay level beside it, so that every row has its say."""
    diff = (
        DiffLine(Mark.PLACE, text("body, line 6")),
        DiffLine(Mark.SAME, "Bea"),
        DiffLine(Mark.SIGNED, text("signed\tline")),
        DiffLine(Mark.NOW, text("list mailing list")),
    )
    diagnosis = Diagnosis(
        0, Part.BODY, (Cause.FOOTER,), detail=text("Text was put in at the end."), undone=True, body_undone=True,
        diff=diff, by=text("the list run by Mailman"), tried=12,
    )  # fmt: skip
    proof = InjectionProof(
        0, text("A second Reply-To on top"), "Reply-To", b"Reply-To: x@attacker.example\r\n", b"", text("example.com"),
        "k1", text("answers go to this address"),
    )  # fmt: skip
    replay = Replay(0, ReplayLevel.ELEVATED, (ReplayReason("no-expiry", text("The signature never expires."), 3),))
    added = Unvouched(2, Writer.INJECTED, text("It stands above the signed one."))
    return Forensics(((proof,),), (diagnosis,), (replay,), ((added,),))


def broken_report(text: Callable[[str], str] = lambda plain: plain) -> Report:
    """A list message: SPF passes for another domain, DKIM broken in the body, a Subject added on top.

    text is applied to every string that comes from outside.
    """
    given = specimen(path=text("mail/minutes.eml"))
    fields = parse_message(RAW).fields
    hops = (
        Hop("raw a", by=text("laptop.example.com"), with_="HTTP", time=NOON, claimed=True, family=None),
        Hop(
            text("from laptop.example.com by out.example.com"),
            from_helo=text("laptop.example.com"),
            from_ip="198.51.100.7",
            by=text("out.example.com"),
            with_="ESMTPSA",
            time=NOON + timedelta(seconds=2),
            delay_seconds=2.0,
            claimed=True,
            tls_version="TLSv1.3",
        ),
        Hop(
            "raw c",
            from_helo=text("out.example.com"),
            from_ip="198.51.100.25",
            by="lists.example.net",
            with_="ESMTP",
            time=NOON + timedelta(minutes=7),
            delay_seconds=418.0,
            claimed=True,
            problems=(text("The date has no zone, so UTC is assumed."),),
        ),
        Hop(
            "raw d",
            from_helo="out.lists.example.net",
            from_rdns="out.lists.example.net",
            from_ip="192.0.2.25",
            by="mx.example.org",
            with_="ESMTPS",
            tls_version="TLSv1.3",
            tls_cipher="TLS_AES_256_GCM_SHA384",
            time=NOON + timedelta(minutes=7, seconds=31),
            delay_seconds=31.0,
            family="postfix",
            for_="ann@example.org",
            id="4X1",
            field_index=1,
            span=fields[1].span,
        ),
        Hop(
            "raw e",
            from_helo="mx.example.org",
            by="store.example.org",
            with_="LMTP",
            time=NOON + timedelta(minutes=7, seconds=29),
            delay_seconds=-2.0,
        ),
    )
    route = Route(
        hops,
        Border(
            3,
            "192.0.2.25",
            text("out.lists.example.net"),
            "bounce@lists.example.net",
            text("The newest hop whose client lies outside example.org."),
        ),
        passages=(Passage(Way.LIST, text("It came through a mailing list."), 0),),
        organizations=(text("example.com"), "example.net", "example.org"),
    )
    dkim = (
        DkimCheck(
            0,
            3,
            Verdict.FAIL,
            DkimReason.BODY_HASH,
            text("The body was changed after signing."),
            domain="example.com",
            selector="k1",
            algorithm="rsa-sha256",
            canonicalization=("relaxed", "relaxed"),
            key_type="rsa",
            key_bits=2048,
            key_name="k1._domainkey.example.com",
            key_record=text("v=DKIM1; k=rsa; p=MIIB"),
            signed_at=NOON,
            signed_headers=("from", "to", "subject", "date"),
            signed_fields=(4, 5, 6, 7),
            body_hash_stated="abc=",
            body_hash_computed="xyz=",
            body_hash_ok=False,
            signature_ok=True,
        ),
    )
    covered = [Covered.UNSIGNED] * len(fields)
    covered[2], covered[3] = Covered.ADDED, Covered.SIGNATURE
    covered[4], covered[5], covered[6], covered[7] = Covered.SEALED, Covered.SIGNED, Covered.SIGNED, Covered.SIGNED
    coverage = (
        Coverage(0, tuple(covered), ("from", "to", "subject", "date"), ("message-id",), ("subject",), ("subject",)),
    )
    dmarc = DmarcCheck(
        Verdict.FAIL,
        from_domain=text("example.com"),
        policy="reject",
        policy_tag="p",
        disposition="reject",
        record_domain="example.com",
        record="v=DMARC1; p=reject",
        organizational_domain="example.com",
        spf_aligned=False,
        dkim_aligned=False,
        reason=text("Neither SPF nor DKIM passes for example.com."),
        looks=(Look(text("example.com"), "a record", "v=DMARC1; p=reject", 1),),
        identifiers=(
            Identifier("spf", text("lists.example.net"), "pass", "example.net", False),
            Identifier("dkim", "example.com", "fail", aligned=True),
        ),
        remarks=(text("The record wants no reports."),),
        faults=1,
        reports=(ReportAddress("rua", "mailto:x@example.org", text("x@example.org"), "example.org", True, False),),
    )
    spf = SpfCheck(
        Verdict.PASS,
        "lists.example.net",
        Scope.MAIL_FROM,
        "192.0.2.25",
        text("out.lists.example.net"),
        text("bounce@lists.example.net"),
        text("ip4:192.0.2.0/24"),
        1,
        0,
        record="v=spf1 ip4:192.0.2.0/24 -all",
        terms=(
            Term(0, "lists.example.net", text("include:_spf.example.net"), "_spf.example.net", "no match", counts=True),
            Term(1, "_spf.example.net", "ip4:198.51.100.0/24", None, "no match"),
            Term(0, "lists.example.net", "ip4:192.0.2.0/24", None, "match"),
        ),
        faults=(Fault("wide", text("ip4:192.0.2.0/24 lets 256 addresses send."), "lists.example.net", 7),),
        lookups_needed=11,
        void_names=(text("gone.example.net"),),
        hop=3,
    )
    stamps = (
        Stamp(Claim(0, "Authentication-Results", "mx.example.org", "spf", "pass"), Whose.RECEIVER, True, "pass"),
        Stamp(
            Claim(
                0,
                "Authentication-Results",
                text("mx.example.org"),
                "dkim",
                "pass",
                properties=(("header.d", "example.com"),),
            ),
            Whose.RECEIVER,
            False,
            "fail",
            text("The message was changed after the receiver saw it."),
        ),
        Stamp(Claim(0, "Authentication-Results", text("relay.example.com"), "iprev", "pass"), Whose.SENDER),
    )
    questions = (
        Asked(
            DnsAnswer(Question("lists.example.net.", "TXT"), Outcome.ANSWER, ("v=spf1 ip4:192.0.2.0/24 -all",)),
            ("spf",),
        ),
        Asked(
            DnsAnswer(Question("k1._domainkey.example.com.", "TXT"), Outcome.ANSWER, (text("v=DKIM1; k=rsa; p=MIIB"),)),
            ("dkim",),
        ),
        Asked(DnsAnswer(Question("_dmarc.example.com.", "TXT"), Outcome.ANSWER, ("v=DMARC1; p=reject",)), ("dmarc",)),
        Asked(DnsAnswer(Question("25.2.0.192.in-addr.arpa.", "PTR"), Outcome.NOT_RECORDED), ("spf",)),
    )
    findings = (
        Finding(
            "header-added",
            Severity.CRITICAL,
            "dkim",
            text("A Subject was added above the signed one"),
            text(
                "Mail programs show the topmost Subject, “Please pay this invoice at once”; "
                "example.com signed the one below it."
            ),
            (Evidence(text("Subject: Please pay this invoice at once"), fields[2].span),),
            text("Do not act on the Subject. Senders: name Subject twice in h=."),
            "RFC 6376 section 8.15",
        ),
        Finding(
            "dkim-body-changed",
            Severity.WARNING,
            "dkim",
            "The body was changed after example.com signed it",
            "The body's hash is xyz=, the signature example.com/k1 says abc=. The signed fields are as they were.",
            (Evidence("bh=abc=", Span(fields[3].span.start, fields[3].span.stop)), Evidence("xyz=", source="computed")),
            "Look for a list footer between the signer and here.",
            "RFC 6376 section 3.7",
        ),
        Finding(
            "trace-slow",
            Severity.NOTICE,
            "trace",
            "It waited 7 minutes at lists.example.net",
            "From out.example.com to lists.example.net it took 418 s.",
        ),
        Finding(
            "spf-pass",
            Severity.OK,
            "spf",
            "lists.example.net lets 192.0.2.25 send",
            "SPF passes, but for another domain than the author's.",
        ),
    )
    envelope = Envelope(
        from_=text("Bea Author <bea@example.com>"),
        from_domain="example.com",
        authors=(Address("Bea Author", text("bea"), "example.com"),),
        to=text("Ann Reader <ann@example.org>"),
        subject=text("Please pay this invoice at once"),
        date=NOON,
        message_id="<1@example.com>",
        return_path=text("bounce@lists.example.net"),
    )
    whole = analysis(
        given,
        envelope=envelope,
        route=route,
        authentication=Authentication(
            spf,
            (SpfCheck(Verdict.FAIL, "lists.example.net", ip="198.51.100.7", hop=1), spf),
            dkim,
            coverage,
            ArcCheck(
                Verdict.PASS,
                (
                    ArcInstance(
                        1,
                        text("lists.example.net"),
                        "arc",
                        "none",
                        Verdict.PASS,
                        Verdict.PASS,
                        NOON,
                        claims=(("dkim", "pass"), ("spf", "pass")),
                    ),
                ),
                "The chain is whole.",
            ),
            DmarcPair(
                dmarc,
                replace(dmarc, standard=Standard.RFC7489),
            ),
            stamps,
            forensics(text),
        ),
        questions=questions,
    )
    headline = text("DMARC fails: SPF passes for another domain, and DKIM is broken in the body")
    return Report(whole, findings, Answer(Severity.CRITICAL, headline))


def clean_report(number: int = 0) -> Report:
    """A message with nothing wrong."""
    given = specimen(path=f"mail/clean-{number}.eml")
    subject = f"Lunch on day {number}"
    envelope = Envelope(
        from_="Cy <cy@example.com>",
        from_domain="example.com",
        authors=(Address("Cy", "cy", "example.com"),),
        subject=subject,
        date=NOON,
    )
    passing = DmarcCheck(
        Verdict.PASS,
        from_domain="example.com",
        policy="reject",
        disposition="none",
        spf_aligned=True,
        dkim_aligned=True,
        reason="SPF and DKIM pass for example.com.",
    )
    parts = Authentication(
        SpfCheck(Verdict.PASS, "example.com", Scope.MAIL_FROM, "192.0.2.1"),
        (),
        (DkimCheck(0, 3, Verdict.PASS, domain="example.com", selector="k1"),),
        (),
        ArcCheck(Verdict.NONE),
        DmarcPair(passing, passing),
        (),
    )
    finding = Finding(
        "dmarc-pass", Severity.OK, "dmarc", "example.com is the author", "SPF and DKIM pass for example.com."
    )
    return Report(
        analysis(given, envelope=envelope, authentication=parts),
        (finding,),
        Answer(Severity.OK, "It is from example.com: SPF and DKIM pass and align"),
    )


def bounce_report(text: Callable[[str], str] = lambda plain: plain) -> Report:
    """A delivery report about two recipients that returns a message."""
    given = specimen(kind=Kind.BOUNCE, path=text("mail/bounce.eml"))
    notice = Notice(
        (
            Bounce(
                recipient=text("nobody@example.net"),
                action="failed",
                phase=Phase.RCPT,
                phase_basis=PhaseBasis.STATED,
                reply_code="550",
                enhanced_code="5.1.1",
                permanent=True,
                category="user_unknown",
                provider="google",
                remote_mta="mx.example.net",
                reporting_mta="out.example.org",
                diagnostic=text(
                    "550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking "
                    "the recipient's email address for typos or unnecessary spaces."
                ),
                meaning=text("There is no such mailbox."),
                remedy=text("Correct the address or take it off the list."),
                retry_advice="Do not try again.",
                remarks=(text("Two codes contradict each other."),),
            ),
            Bounce(
                recipient="full@example.net",
                manner=Manner.DELAY,
                phase=Phase.UNKNOWN,
                category="mailbox_full",
                permanent=False,
                attempts=("12:00 busy", "13:00 busy"),
            ),
        ),
        form="rfc3464",
    )
    envelope = Envelope(
        from_="Mail Delivery System <MAILER-DAEMON@example.org>",
        authors=(Address("Mail Delivery System", "MAILER-DAEMON", "example.org"),),
        subject=text("Undelivered Mail Returned to Sender"),
        date=NOON,
        return_path="",
    )
    finding = Finding(
        "bounce-user-unknown",
        Severity.WARNING,
        "bounce",
        "example.net has no mailbox nobody",
        "mx.example.net refused the recipient at RCPT TO.",
        remedy="Correct the address.",
    )
    inner = broken_report(text)
    side = RecipientSide(
        text("example.net"), Outcome.ANSWER, (MailHost(text("mx.example.net"), 10, ("192.0.2.9",), True),)
    )
    whole = analysis(given, envelope=envelope, notice=notice, enclosed=inner.analysis, recipients=(side,))
    return Report(
        whole,
        (finding,),
        Answer(Severity.WARNING, text("Refused for good at RCPT TO: there is no mailbox nobody@example.net")),
        inner,
    )


class FakeSettings:
    """Who answers DNS, without anybody who does."""

    dns_label = "recording samples/dns.json"
    dns = "none"
    own_hosts = ()

    def context(self) -> Context:
        return Context(dns=NoDns())


@dataclass
class FakeEngine:
    """Files are names; a name's report is given."""

    reports: dict[str, Report | Exception]
    drops: dict[str, Drop] = field(default_factory=dict)
    kinds: list[Kind | None] = field(default_factory=list)
    pause: float = 0.0
    """Seconds that a file still takes after its message was read."""

    def load_path(self, path: Path) -> Iterator[Specimen]:
        known = self.reports.get(str(path))
        if isinstance(known, LoadError):
            raise known
        yield Specimen(RAW, RAW, Kind.MESSAGE, Origin(str(path)), kind_basis="11 header fields and a body")
        time.sleep(self.pause)

    def load_bytes(self, raw: bytes, origin: Origin, kind: Kind | None) -> tuple[Specimen, ...]:
        self.kinds.append(kind)
        if raw == b"riddle" and kind is None:
            raise LoadError("it looks like no kind of mail")
        return (
            Specimen(
                raw, raw, kind or Kind.HEADERS, origin, guessed=kind is None, kind_basis="2 header fields, no body"
            ),
        )

    def examine(self, given: Specimen, context: Context) -> Report:
        found = self.reports.get(given.origin.name)
        if isinstance(found, Exception):
            raise found
        return found or broken_report()

    def engine(self) -> Engine:
        return Engine(
            walk=iter,
            load_path=self.load_path,
            load_bytes=self.load_bytes,
            read_drop=lambda text: self.drops.get(text) or Drop(text=text),
            examine=self.examine,
            pieces=lambda reports, form, choice: [f"# {len(list(reports))} report(s) as {form}\n"],
        )


def build_app(
    reports: dict[str, Report | Exception] | None = None, drops: dict[str, Drop] | None = None
) -> tuple[MailscopeApp, FakeEngine]:
    """An app on these reports, a path each."""
    fake = FakeEngine(reports or {}, drops or {})
    return MailscopeApp([Path(name) for name in fake.reports], FakeSettings(), engine=fake.engine()), fake


def screen_text(app: MailscopeApp) -> str:
    """What stands on the screen, line by line, without colours."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips) + "\n"


class Told(list[Message]):
    """What a bench tells, as it comes."""

    def wait(self, wanted: Callable[["Told"], object], seconds: float = 30.0) -> None:
        end = time.monotonic() + seconds
        while not wanted(self):
            assert time.monotonic() < end, f"never came: {list(self)}"
            time.sleep(0.005)

    def results(self) -> list[Result]:
        return [result for message in self if isinstance(message, Batch) for result in message.results]

    def arrived(self) -> list[Case]:
        return [case for message in self if isinstance(message, Batch) for case in message.arrived]


def build_bench(
    reports: dict[str, Report | Exception] | None = None,
    drops: dict[str, Drop] | None = None,
    fake: FakeEngine | None = None,
) -> tuple[Bench, Told, FakeEngine]:
    """A bench without a screen."""
    fake = fake or FakeEngine(reports or {}, drops or {})
    told = Told()
    return Bench(told.append, FakeSettings(), fake.engine()), told, fake


@pytest.fixture
def make_bench() -> Callable[..., tuple[Bench, Told, FakeEngine]]:
    """Builds a bench on given reports, and what it tells."""
    return build_bench


@pytest.fixture
def make_app() -> Callable[..., tuple[MailscopeApp, FakeEngine]]:
    """Builds an app on given reports."""
    return build_app


@pytest.fixture
def text_of() -> Callable[[MailscopeApp], str]:
    """Renders the screen to text."""
    return screen_text


@pytest.fixture
def broken() -> Callable[..., Report]:
    """Builds the report of a list message with an injected Subject."""
    return broken_report


@pytest.fixture
def clean() -> Callable[..., Report]:
    """Builds the report of a message with nothing wrong."""
    return clean_report


@pytest.fixture
def bounced() -> Callable[..., Report]:
    """Builds the report of a bounce."""
    return bounce_report


@pytest.fixture
def hostile() -> tuple[str, ...]:
    """Five strings."""
    return HOSTILE


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compares with a stored screen; MAILSCOPE_REWRITE=1 stores it anew."""
    folder = Path(__file__).parent / "data"

    def compare(name: str, text: str) -> None:
        place = folder / f"{name}.txt"
        if os.environ.get("MAILSCOPE_REWRITE"):
            folder.mkdir(exist_ok=True)
            place.write_text(text, encoding="utf-8")
        assert place.exists(), f"no golden {place.name}: run with MAILSCOPE_REWRITE=1 and look at it"

        assert text == place.read_text(encoding="utf-8")

    return compare
