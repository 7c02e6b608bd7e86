"""A signed message that a filter or list made an attachment of: its signatures stand inside, and may still hold."""

from dataclasses import dataclass, replace
from datetime import datetime

from mailscope.dkim.check import check_dkim
from mailscope.dkim.verdicts import DkimCheck
from mailscope.dns.answer import Dns
from mailscope.forensics.diagnosis import Cause, Diagnosis, Part
from mailscope.forensics.transfer import crlf
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.decode import shown
from mailscope.mail.message import Message, parse_message
from mailscope.mail.mime import decoded_part
from mailscope.mail.parts import walk_parts
from mailscope.verdict import Verdict

_PARTS = 20
_LARGEST = 16 * 1024 * 1024
_PROBLEM = (
    "This signature is not the message's own: it stands in the attached original, and says nothing about what is "
    "around it."
)


@dataclass(frozen=True, slots=True)
class WrappedSignature:
    """A signature of the message inside; check.result is None, since nobody would judge the outer message by it."""

    check: DkimCheck
    inner: Verdict | None
    """What it comes to on the attached original."""
    diagnosis: Diagnosis


def find_wrapped(
    message: Message, *, dns: Dns, now: datetime, limits: Limits = DEFAULT_LIMITS
) -> tuple[WrappedSignature, ...]:
    """The signatures of a message that another was put around on the way; () where none was.

    An attached message counts only where the outer one bears its Message-ID, or its Date and Subject: people forward
    messages too.
    """
    if len(message.raw) > _LARGEST or b"dkim-signature" not in message.body_bytes.lower():
        return ()
    for part in walk_parts(message, limits).parts[:_PARTS]:
        if part.is_container or not part.type.startswith(("message/", "text/")):
            continue
        content = decoded_part(message, part, _LARGEST)
        if b"dkim-signature" not in content[: limits.header_bytes].lower():
            continue
        inner = parse_message(content, limits)
        if not inner.has_body or not inner.all("DKIM-Signature") or not _same(message, inner):
            continue
        if part.encoding in ("base64", "quoted-printable"):
            inner = parse_message(crlf(content), limits)
        checks = check_dkim(inner, dns=dns, now=now, limits=limits)
        return tuple(_wrapped(check) for check in checks)
    return ()


def _same(outer: Message, inner: Message) -> bool:
    """Whether the outer message takes the inner one's place."""

    def value(message: Message, name: str) -> str:
        field = message.first(name)
        return " ".join(shown(field).split()) if field else ""

    if value(outer, "Message-ID") and value(outer, "Message-ID") == value(inner, "Message-ID"):
        return True
    dated = value(outer, "Date") and value(outer, "Date") == value(inner, "Date")
    return bool(dated) and value(inner, "Subject") in value(outer, "Subject")


def _wrapped(check: DkimCheck) -> WrappedSignature:
    holds = check.result is Verdict.PASS
    said = "there it still verifies" if holds else f"there it does not verify either: {check.problem}"
    detail = f"The signed message was put into another one as an attachment; {said}"
    diagnosis = Diagnosis(
        index=check.index,
        part=Part.BOTH,
        causes=(Cause.WRAPPED,),
        detail=detail if detail.endswith(".") else detail + ".",
        undone=holds,
        header_undone=check.signature_ok,
        body_undone=check.body_hash_ok,
        tried=1,
    )
    kept = replace(check, result=None, reason=None, problem=_PROBLEM)
    return WrappedSignature(kept, check.result, diagnosis)
