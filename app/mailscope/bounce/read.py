"""Whatever tells of failed mail, read by the reader that knows its form."""

from dataclasses import replace

from mailscope.bounce.failure import Notice, Trouble
from mailscope.bounce.logs.read import read_log
from mailscope.bounce.notices.message import read_message, read_report
from mailscope.bounce.notices.pasted import read_pasted
from mailscope.bounce.sessions.transcript import read_transcript
from mailscope.limits import Limits
from mailscope.mail.message import Message
from mailscope.sources.header import KNOWN, STATUS
from mailscope.specimen import Kind, Specimen, Step


def read_notice(specimen: Specimen, message: Message, limits: Limits) -> Notice:
    """What a specimen tells of mail that failed; an empty Notice for ordinary mail. Never raises on what it holds."""
    match specimen.kind:
        case Kind.TRANSCRIPT:
            return _cut(specimen, read_transcript(specimen.content, limits))
        case Kind.LOG:
            return _cut(specimen, read_log(specimen.content, limits))
        case Kind.BOUNCE:
            return _bounce(specimen, message, limits)
        case Kind.REPORT:
            return read_report(message, limits) if message.fields else Notice()
        case _:
            return Notice()


def _cut(specimen: Specimen, notice: Notice) -> Notice:
    """What a record told, with a word on its end where only the beginning was read."""
    if Step.CUT not in specimen.steps:
        return notice
    size = specimen.size / (1024 * 1024)
    text = (
        f"Only the first {size:,.0f} MB were read; what came of mail after that is not told. Cut out the part to read."
    )
    return replace(notice, problems=(Trouble(text, is_limit=True), *notice.problems))


def _bounce(specimen: Specimen, message: Message, limits: Limits) -> Notice:
    """A notice, or pasted words: lines with a colon ("smtplib.SMTPDataError: (554, …") are no header by that alone."""
    known = sum(not field.malformed and field.key in KNOWN | STATUS for field in message.fields)
    if not known:  # "<a@b.example>: host mx.b.example said" is no field
        pasted = read_pasted(specimen.content, limits)
        return pasted if pasted.bounces or not message.fields else read_message(message, limits)
    notice = read_message(message, limits)
    told = any(one.diagnostic or one.recipient for one in notice.bounces)
    return notice if told or known > 1 else read_pasted(specimen.content, limits)
