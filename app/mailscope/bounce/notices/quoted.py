"""The session that Sendmail, Courier and others quote in a notice: which command was refused, as far as it tells."""

import re
from dataclasses import dataclass, field

from mailscope.bounce.failure import Phase
from mailscope.bounce.notices.mentions import ADDRESS
from mailscope.bounce.sessions.session import Exchange, joined, path_of, phase_of, verb_of

_OF_DATA = re.compile(
    r"<data>|data command|no valid recipients|need (?:a )?rcpt|rcpt .{0,20}(?:first|precede)|need recipient"
    r"|temporary lookup failure|timeout exceeded|bad sequence",
    re.IGNORECASE,
)
_LINES = 20_000
_LONGEST = 2_000
_SENT = re.compile(r"(?:Sent\s*<<<|>>>)\s*(.*)")
_GOT = re.compile(r"(?:Received\s*>>>|<<<)\s*(.*)")
_SENT_ELSE = re.compile(
    r".{0,60}?(?:-->|\bsent:|\bcommand:)\s*((?:EHLO|HELO|LHLO|MAIL FROM|RCPT TO|DATA|BDAT|AUTH|STARTTLS|QUIT)\b.*)",
    re.IGNORECASE,
)
"""As others write it: "--> RCPT TO:<…>", "hMailServer sent: RCPT TO:<…>", "Remote server replied: 550 …"."""
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


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a quoted session refused, ready to be asked for each recipient."""

    failed: tuple[Exchange, ...] = ()
    by_rcpt: dict[str, int] = field(default_factory=dict)
    """Recipient -> the refusal of its RCPT."""
    by_name: dict[str, int] = field(default_factory=dict)
    """Address -> the first refusal that names it."""
    common: int = 0
    """The first refusal that is of nobody's RCPT."""
    last_of_data: int = -1
    """The last refusal that answers a DATA command."""
    mapped: frozenset[str] = frozenset()
    """Of whom Sendmail says "User unknown" in words of its own: so it does where a RCPT was refused."""
    after_data: bool = False
    """Whether what is refused behind DATA is the message: only Sendmail pipelines and prints so."""

    @property
    def codes(self) -> frozenset[str]:
        """The reply codes of the refusals."""
        return frozenset(one.reply.code for one in self.failed if one.reply is not None)


def read_quoted(text: str) -> Quoted:
    """The refusals of the session that a notice's text quotes; linear."""
    failed = tuple(one for one in read_session(text) if one.reply is not None and one.reply.refuses)
    if not failed:
        return Quoted()
    by_rcpt: dict[str, int] = {}
    by_name: dict[str, int] = {}
    common: list[int] = []
    last_of_data = -1
    for place, one in enumerate(failed):
        said = one.reply.text if one.reply is not None else ""
        path = (path_of(one.command) or "").lower() if one.command and verb_of(one.command) == "RCPT" else ""
        if "@" in path:
            by_rcpt[path] = place
        else:
            common.append(place)
        for match in ADDRESS.finditer(said[:_LONGEST]):
            by_name.setdefault(match[0].strip("<>.,;:").lower(), place)
        if _OF_DATA.search(said):
            last_of_data = place
    theirs = text.lower()
    after = "service unavailable" in theirs or "transcript of session" not in theirs
    return Quoted(failed, by_rcpt, by_name, common[0] if common else 0, last_of_data, _mapped(text), after)


def _mapped(text: str) -> frozenset[str]:
    found: set[str] = set()
    for line in text.split("\n")[:_LINES]:
        if _MAPPED.search(line) and not line.lstrip().startswith("<<<"):
            found.update(match[0].lower() for match in ADDRESS.finditer(line[:_LONGEST]))
    return frozenset(found)


def refused(quoted: Quoted, recipient: str | None) -> tuple[Exchange, Phase | None, bool] | None:
    """The exchange that failed for a recipient, its phase, and whether that is stated; None where none failed.

    ">>> DATA" is the last command printed, whatever the reply answers: with pipelining a RCPT, and after the data the
    final dot.
    """
    if not quoted.failed:
        return None
    name = (recipient or "").lower()
    place = quoted.by_rcpt.get(name, quoted.by_name.get(name, quoted.common)) if name else 0
    first = quoted.failed[place]
    phase = phase_of(first.command) or _of_words(first.command)
    if phase is Phase.BANNER and first.reply is not None and (first.reply.code[0] == "4" or first.command is None):
        # A passing refusal at the greeting is tried again elsewhere: this need not be the last attempt.
        return first, phase if first.reply.code in ("421", "554", "521") else None, False
    if phase is not Phase.DATA or first.reply is None:
        return first, phase, True
    if quoted.last_of_data > place:
        return first, Phase.RCPT, False
    if _OF_DATA.search(first.reply.text):
        return first, Phase.DATA, True
    if name in quoted.mapped:
        return first, Phase.RCPT, False
    return first, Phase.MESSAGE if quoted.after_data else None, False


def _of_words(command: str | None) -> Phase | None:
    """What is no command: Courier's "(initial greeting)", its note that STARTTLS was asked for."""
    words = (command or "").lower()
    if "greeting" in words:
        return Phase.BANNER
    return Phase.STARTTLS if "tls" in words else None
