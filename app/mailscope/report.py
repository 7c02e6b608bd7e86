"""A report: the analysis, and what we think of it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mailscope.analysis import Analysis, Authentication, DmarcPair, analyse, message_of
from mailscope.arc.verdicts import ArcCheck
from mailscope.bounce.failure import Bounce, Notice, Phase
from mailscope.bounce.read import read_notice
from mailscope.context import Context
from mailscope.dmarc.verdicts import DmarcCheck, Standard
from mailscope.dns.answer import Asked, Dns
from mailscope.dns.cache import CachingDns
from mailscope.dns.live import LiveDns
from mailscope.errors import LoadError
from mailscope.findings.answer import Answer, answer
from mailscope.findings.behaviour_rules import behaviour_findings
from mailscope.findings.finding import Finding
from mailscope.findings.judge import judge
from mailscope.findings.requirement import Requirement
from mailscope.findings.requirements import sender_requirements
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.envelope import Envelope
from mailscope.mail.message import parse_message
from mailscope.moment import as_utc
from mailscope.schema.report import report_dict
from mailscope.sources.load import load_bytes, load_path
from mailscope.specimen import Kind, Origin, Specimen, Step
from mailscope.trace.hop import Border, Hop, Route
from mailscope.verdict import Severity
from mailscope.visible import visible


@dataclass(frozen=True, slots=True)
class Report:
    """One specimen, analysed and judged; immutable, and it pickles."""

    analysis: Analysis
    findings: tuple[Finding, ...]
    """Loudest first."""
    answer: Answer
    enclosed: "Report | None" = None
    """Of the message or header block that a bounce returns."""
    error: str | None = None
    """Why there is nothing to report: the row of a scan that could not be read."""

    @property
    def hops(self) -> tuple[Hop, ...]:
        """Oldest first."""
        return self.analysis.route.hops

    @property
    def border(self) -> Border:
        """Where the receiver's system met the outside."""
        return self.analysis.route.border

    @property
    def authentication(self) -> Authentication:
        """Every verdict."""
        return self.analysis.authentication

    @property
    def is_mail(self) -> bool:
        """Whether it has header fields: a transcript, a log or a pasted sentence has none."""
        return any(not field.malformed for field in self.analysis.message.fields)

    @property
    def bounces(self) -> tuple[Bounce, ...]:
        """One a recipient."""
        return self.analysis.notice.bounces

    @property
    def questions(self) -> tuple[Asked, ...]:
        """Every DNS question behind it, those for a returned message included."""
        return (*self.analysis.questions, *(self.enclosed.questions if self.enclosed else ()))

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """What the big receivers ask of their senders, and whether this message meets it; empty for what is no mail."""
        return sender_requirements(self.analysis) if self.error is None else ()

    def to_dict(self) -> dict[str, Any]:
        """The JSON of schema mailscope/1, ready for json.dumps: every key there, unknown values None."""
        enclosed = self.enclosed.to_dict() if self.enclosed else None
        said = (self.answer.severity.value, self.answer.headline)
        return report_dict(self.analysis, self.findings, enclosed, self.error, said)


def examine(
    source: bytes | str | Path,
    *,
    dns: Dns | None = None,
    now: datetime | str | None = None,
    kind: Kind | str | None = None,
    context: Context | None = None,
) -> Report:
    """The report on one thing: bytes or str are the thing itself, a Path is a file; of several in it, the first.

    dns None asks the network. context stands for dns and now together. Raises LoadError for what cannot be read,
    TypeError and ValueError for unusable arguments; whatever a message contains comes back as a value and a finding.
    """
    if context is not None and (dns is not None or now is not None):
        raise TypeError("a context says who answers DNS and what time it is: give it, or dns and now")
    context = context or Context(dns=dns if dns is not None else CachingDns(LiveDns()), now=as_utc(now))
    wanted = Kind(kind) if kind is not None else None
    if isinstance(source, Path):
        specimen = next(load_path(source, kind=wanted, limits=context.limits), None)
        if specimen is None:
            raise LoadError(f"{source}: there is no mail in it")
    else:
        specimen = load_bytes(_bytes(source), kind=wanted, limits=context.limits)[0]
    return examine_specimen(specimen, context)


def examine_specimen(specimen: Specimen, context: Context) -> Report:
    """The report on what was loaded; never raises on what it holds."""
    return _judged(analyse(specimen, context))


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a text says became of mail, and how the sides behaved."""

    bounces: tuple[Bounce, ...]
    behaviour: tuple[Finding, ...]
    """Loudest first; empty but for transcripts and logs."""
    unread: int = 0
    """Recipients beyond the limit, which have no row."""
    cut: bool = False
    """Whether only the beginning was read, since it is bigger than the limit."""


def explain(text: str | bytes) -> tuple[Bounce, ...]:
    """A bounce text, an SMTP reply, a session transcript or log lines, explained: one Bounce a recipient (RFC 3463).

    Nothing is asked of the DNS. Text that tells of no failure gives an empty tuple: a sentence counts only where it
    holds a code, a recipient or a known cause. Raises TypeError for what is no text, LoadError for an empty one.
    """
    return explanation(text).bounces


def explanation(text: str | bytes, limits: Limits = DEFAULT_LIMITS, *, label: str = "given") -> Explanation:
    """As explain, with what a session or log shows of retries, STARTTLS, pipelining and the like (RFC 5321 4.5.4).

    label is what an error calls the text.
    """
    origin = Origin(label=label)
    specimens = load_bytes(_bytes(text), origin=origin, otherwise=Kind.BOUNCE, limits=limits)
    notices = [_notice(specimen, limits) for specimen in specimens]
    guessed = any(specimen.guessed and specimen.kind is Kind.HEADERS for specimen in specimens)
    if guessed and not any(notice.bounces for notice in notices):
        # "550 5.1.1 <a@b.example>: unknown" has a colon: what explains nothing as a header block is read as words.
        words = load_bytes(_bytes(text), origin=origin, kind=Kind.BOUNCE, limits=limits)
        notices = [_notice(specimen, limits) for specimen in words]
    bounces = tuple(bounce for notice in notices for bounce in notice.bounces if _tells(bounce))
    behaviour = [finding for notice in notices for finding in behaviour_findings(notice.behaviour)]
    return Explanation(
        bounces,
        tuple(sorted(behaviour, key=lambda finding: finding.severity.rank)),
        unread=sum(notice.unread for notice in notices),
        cut=any(Step.CUT in specimen.steps for specimen in specimens),
    )


def _tells(bounce: Bounce) -> bool:
    """Whether a row stands on anything that was said; "hello world" is no failure."""
    facts = (bounce.recipient, bounce.action, bounce.reply_code, bounce.enhanced_code)
    known = bounce.category not in ("on_hold", "undetermined") or bounce.phase is not Phase.UNKNOWN
    return known or any(facts)


def failed_report(origin: Origin, reason: str, context: Context) -> Report:
    """The row of something that could not be read: nothing but where it lay and why."""
    specimen = Specimen(b"", b"", Kind.MESSAGE, origin)
    analysis = Analysis(
        specimen=specimen,
        message=parse_message(b"", context.limits),
        envelope=Envelope(),
        route=Route(),
        authentication=Authentication(
            spf=None,
            spf_by_hop=(),
            dkim=(),
            coverage=(),
            arc=ArcCheck(None),
            dmarc=DmarcPair(DmarcCheck(None, Standard.RFC9989), DmarcCheck(None, Standard.RFC7489)),
            stamped=(),
        ),
        notice=Notice(),
        enclosed=None,
        questions=(),
        dns=context.dns.mode,
        at=datetime.now(UTC),
        now=context.now,
    )
    return Report(analysis, (), Answer(Severity.CRITICAL, visible(f"Cannot be read: {reason}")), error=reason)


def _judged(analysis: Analysis) -> Report:
    findings = judge(analysis)
    enclosed = _judged(analysis.enclosed) if analysis.enclosed else None
    return Report(analysis, findings, answer(analysis, findings), enclosed)


def _notice(specimen: Specimen, limits: Limits) -> Notice:
    return read_notice(specimen, message_of(specimen, limits), limits)


def _bytes(source: bytes | str) -> bytes:
    if isinstance(source, str):
        try:
            return source.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:  # half of a surrogate pair: no byte stands behind it
            return source.encode("utf-8", "replace")
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    raise TypeError(f"a source is bytes, a str or a Path, not {type(source).__name__}")
