"""What became of the mail, one finding a recipient."""

from collections.abc import Iterator

from mailscope.analysis import Analysis
from mailscope.bounce.causes.explain import cause_name
from mailscope.bounce.failure import Bounce, Manner, Phase, PhaseBasis
from mailscope.findings.finding import Finding
from mailscope.findings.words import computed, find
from mailscope.specimen import Kind

SHOWN_ROWS = 50
"""Recipients that get a finding of their own; every row is in the report."""

WHERE = {
    Phase.DNS: "before any connection",
    Phase.CONNECT: "at connect",
    Phase.BANNER: "at the greeting",
    Phase.HELO: "at HELO",
    Phase.STARTTLS: "at STARTTLS",
    Phase.AUTH: "at the login",
    Phase.MAIL: "at MAIL FROM",
    Phase.RCPT: "at RCPT TO",
    Phase.DATA: "at DATA",
    Phase.MESSAGE: "after the message was sent",
    Phase.DELIVERY: "at delivery",
    Phase.UNKNOWN: "",
}
_IDS = {
    Manner.REJECTION: "bounce-rejected",
    Manner.ASYNCHRONOUS: "bounce-returned",
    Manner.TIMEOUT: "bounce-gave-up",
    Manner.DELAY: "bounce-delayed",
    Manner.DELIVERED: "bounce-delivered",
    Manner.REPORT: "bounce-complaint",
    Manner.REPLY: "bounce-auto-reply",
}


def bounce_rules(analysis: Analysis) -> Iterator[Finding]:
    """The cause, the contradictions and the limits of a notice."""
    notice = analysis.notice
    # A log tells of thousands that went well: those that failed come first.
    for bounce in sorted(notice.bounces, key=lambda one: one.manner is Manner.DELIVERED)[:SHOWN_ROWS]:
        speaker = "The server said" if bounce.reply_code else "What is told"  # no code: the reporting side's own words
        said = f"{speaker}: {bounce.diagnostic}" if bounce.diagnostic else ""
        evidence = [computed(bounce.diagnostic)] if bounce.diagnostic else []
        yield find(
            _ident(bounce),
            *evidence,
            who=bounce.recipient or "a recipient that is not named",
            where=where(bounce),
            category=cause(bounce),
            meaning=bounce.meaning or "",
            said=said,
            remedy=bounce.remedy or "",
            retry=bounce.retry_advice or "",
        )
        for remark in bounce.remarks:
            yield find("bounce-remark", *evidence, who=bounce.recipient or "a recipient", remark=remark)
    if notice.unread:
        yield find("bounce-limit", unread=notice.unread)
    for problem in notice.problems:
        yield find("bounce-cut" if problem.is_limit else "bounce-trouble", problem=problem.text)
    kind = analysis.specimen.kind
    if not notice.bounces and kind in (Kind.BOUNCE, Kind.TRANSCRIPT, Kind.LOG):
        yield find("bounce-no-cause", kind=kind.value)


def _ident(bounce: Bounce) -> str:
    if bounce.feedback_type not in (None, "abuse", "fraud", "virus"):
        return "bounce-feedback"
    return "bounce-put-off" if put_off(bounce) else _IDS[bounce.manner]


def where(bounce: Bounce) -> str:
    """Where it happened, with a blank before it, said with care where it is inferred; "" where nobody knows."""
    place = WHERE[bounce.phase]
    if not place:
        return ""
    return f" probably {place}" if bounce.phase_basis is PhaseBasis.INFERRED else f" {place}"


def put_off(bounce: Bounce) -> bool:
    """Whether it was refused for a time only: a 4xx that nobody has given up on (RFC 5321 section 4.2.1)."""
    return bounce.manner is Manner.REJECTION and bounce.permanent is False


def cause(bounce: Bounce) -> str:
    """The cause as words, with the code that was given: "no such mailbox (550 5.1.1)"."""
    codes = " ".join(code for code in (bounce.reply_code, bounce.enhanced_code) if code)
    words = cause_name(bounce.category)
    return f"{words} ({codes})" if codes else words
