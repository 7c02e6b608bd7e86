"""The session that Sendmail, Courier and others quote in a notice: which command was refused, as far as it tells."""

import re

from mailscope.bounce.failure import Phase
from mailscope.bounce.session import Exchange, joined, path_of, phase_of, verb_of

_OF_DATA = re.compile(
    r"<data>|data command|no valid recipients|need (?:a )?rcpt|rcpt .{0,20}(?:first|precede)|need recipient"
    r"|temporary lookup failure|timeout exceeded|bad sequence",
    re.IGNORECASE,
)
_LINES = 20_000
_LONGEST = 2_000
_SENT = re.compile(r"(?:Sent\s*<<<|>>>)\s*(.*)")
_GOT = re.compile(r"(?:Received\s*>>>|<<<)\s*(.*)")
# As others write it: "--> RCPT TO:<…>", "hMailServer sent: RCPT TO:<…>", "Remote server replied: 550 …".
_SENT_ELSE = re.compile(
    r".{0,60}?(?:-->|\bsent:|\bcommand:)\s*((?:EHLO|HELO|LHLO|MAIL FROM|RCPT TO|DATA|BDAT|AUTH|STARTTLS|QUIT)\b.*)",
    re.IGNORECASE,
)
_GOT_ELSE = re.compile(
    r".{0,60}?(?:<--|\brepl(?:ied|y):|\bresponse:|\banswered:)\s*([2-5]\d\d(?:[ -]|$).*)", re.IGNORECASE
)
_CODE = re.compile(r"([2-5]\d\d)([ -]|$)")
_MARK = re.compile(r"(?i)\b(?:sent|command): ?(?:EHLO|HELO|MAIL|RCPT|DATA|AUTH|STARTTLS)\b")
_MAPPED = re.compile(r"\.\.\. (?:user unknown|host unknown)", re.IGNORECASE)


def quotes_session(text: str) -> bool:
    """Whether a text may hold a session: marks of one stand in it."""
    return "<<<" in text or "<--" in text or _MARK.search(text[:20_000]) is not None


def read_session(text: str) -> tuple[Exchange, ...]:
    """The quoted session (">>> RCPT TO:<…>", "<<< 550 …"), in order; what stands behind >>> is kept as written."""
    found: list[Exchange] = []
    command: str | None = None
    lines: list[str] = []

    def end() -> None:
        reply = joined(lines)
        if reply is not None:
            found.append(Exchange(command, reply))
        lines.clear()

    for raw in text.split("\n")[:_LINES]:
        line = raw.strip()[:_LONGEST]
        sent = _SENT.match(line) or _SENT_ELSE.match(line)
        if sent is not None:
            end()
            command = sent[1]
            continue
        got = _GOT.match(line) or _GOT_ELSE.match(line)
        if got is None:
            continue
        code = _CODE.match(got[1])
        if lines and code and not lines[-1].startswith(f"{code[1]}-"):
            end()
        if code or lines:
            lines.append(got[1])
    end()
    return tuple(found)


def refused(
    exchanges: tuple[Exchange, ...], recipient: str | None, text: str
) -> tuple[Exchange, Phase | None, bool] | None:
    """The exchange that failed for a recipient, its phase, and whether that is stated; None where none failed.

    text is the notice around it. ">>> DATA" is the last command printed, whatever the reply answers: with pipelining a
    RCPT, and after the data the final dot.
    """
    failed = [one for one in exchanges if one.reply is not None and one.reply.refuses]
    if not failed:
        return None
    first = _own(failed, recipient)
    phase = phase_of(first.command) or _of_words(first.command)
    if phase is Phase.BANNER and first.reply is not None and (first.reply.code[0] == "4" or first.command is None):
        # A passing refusal at the greeting is tried again elsewhere: this need not be the last attempt.
        return first, phase if first.reply.code in ("421", "554", "521") else None, False
    if phase is not Phase.DATA or first.reply is None:
        return first, phase, True
    later = failed[failed.index(first) + 1 :]
    if any(one.reply is not None and _OF_DATA.search(one.reply.text) for one in later):
        return first, Phase.RCPT, False
    if _OF_DATA.search(first.reply.text):
        return first, Phase.DATA, True
    # Sendmail says "User unknown" of its own where a RCPT was refused, "Service unavailable" where the data was.
    named = recipient is not None and any(
        recipient.lower() in line.lower() and _MAPPED.search(line)
        for line in text.split("\n")[:2000]
        if not line.lstrip().startswith("<<<")
    )
    if named:
        return first, Phase.RCPT, False
    theirs = text.lower()
    after = (
        "service unavailable" in theirs or "transcript of session" not in theirs
    )  # only Sendmail pipelines and prints so
    return first, Phase.MESSAGE if after else None, False


def _own(failed: list[Exchange], recipient: str | None) -> Exchange:
    """The refusal of this recipient: of its RCPT, or that names it; else the first that is of nobody else's RCPT."""
    if not recipient:
        return failed[0]
    name = recipient.lower()
    own = [
        one
        for one in failed
        if one.command and verb_of(one.command) == "RCPT" and (path_of(one.command) or "").lower() == name
    ]
    if own:
        return own[-1]
    named = [one for one in failed if one.reply is not None and name in one.reply.text.lower()]
    if named:
        return named[0]
    others = [
        one
        for one in failed
        if not (one.command and verb_of(one.command) == "RCPT" and "@" in (path_of(one.command) or ""))
    ]
    return (others or failed)[0]


def _of_words(command: str | None) -> Phase | None:
    """What is no command: Courier's "(initial greeting)", its note that STARTTLS was asked for."""
    words = (command or "").lower()
    if "greeting" in words:
        return Phase.BANNER
    return Phase.STARTTLS if "tls" in words else None
