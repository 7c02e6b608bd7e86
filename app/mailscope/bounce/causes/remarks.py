"""Contradictions and bad manners in a refusal, a short sentence each."""

import re
from collections.abc import Iterator

from mailscope.bounce.causes.classify import enhanced_table
from mailscope.bounce.failure import Bounce, Manner, Phase, PhaseBasis
from mailscope.bounce.reply import Codes, specific
from mailscope.bounce.told import Told

_AGAIN = re.compile(
    r"(?:please |and )?(?:try|retry|resend|send|come back)(?: it| again| your message| the message)* (?:again|later"
    r"|at a later time|in \d+|after)|temporar(?:y|ily)|for now\b|deferred",
    re.IGNORECASE,
)
_NEVER = re.compile(r"permanent(?:ly)?\b|will not succeed|do(?:n't| not) (?:re)?try|never", re.IGNORECASE)
_PASSING = {
    "mailbox_full": "A full mailbox is a passing state", "greylisted": "Greylisting asks to come back",
    "rate_limited": "Too much at once is a passing state", "system_full": "A full disk is a passing state",
    "network": "Network trouble is a passing state",
}  # fmt: skip
_LASTING = frozenset({"user_unknown", "domain_unknown", "domain_refuses_mail", "mailbox_moved", "virus"})
_TOO_LATE = {
    "user_unknown": "that there is no such mailbox", "mailbox_full": "that the mailbox is full",
    "mailbox_disabled": "that the mailbox is closed",
    "relay_denied": "that it does not relay", "greylisted": "to come back later (greylisting)",
    "mailbox_moved": "that the recipient has moved",
}  # fmt: skip
_TOO_EARLY = {
    "virus": "malware", "content": "the content", "not_compliant": "the message's form",
}  # fmt: skip
_WORDS_OF = (
    (Phase.RCPT, re.compile(r"recipient address rejected|relay access denied|\bRCPT TO\b", re.IGNORECASE)),
    (Phase.MAIL, re.compile(r"sender address rejected|\bMAIL FROM\b", re.IGNORECASE)),
    (Phase.HELO, re.compile(r"helo command rejected|\bE?HELO\b", re.IGNORECASE)),
    (Phase.DATA, re.compile(r"data command rejected|end of data", re.IGNORECASE)),
)
_NAMES = {
    Phase.BANNER: "the greeting", Phase.HELO: "HELO", Phase.MAIL: "MAIL FROM", Phase.RCPT: "RCPT TO",
    Phase.DATA: "DATA", Phase.MESSAGE: "the end of the data", Phase.STARTTLS: "STARTTLS", Phase.AUTH: "AUTH",
    Phase.CONNECT: "connect", Phase.DNS: "DNS",
}  # fmt: skip


def remarks(row: Bounce, told: Told, codes: Codes) -> tuple[str, ...]:
    """What in a refusal contradicts itself or is against good manners (RFC 5321 section 4.2, RFC 3463 section 2)."""
    if row.manner in (Manner.DELIVERED, Manner.REPLY, Manner.REPORT):
        return told.remarks
    return (*told.remarks, *_of_codes(row, told, codes), *_of_words(row, told), *_of_phase(row, told))


def _of_codes(row: Bounce, told: Told, codes: Codes) -> Iterator[str]:
    reply, enhanced = row.reply_code, codes.enhanced
    if reply and enhanced and enhanced[0] in "45" and reply[0] != enhanced[0]:
        first, second = ("passing", "final") if reply[0] == "4" else ("final", "passing")
        yield f"The reply code {reply} says that the failure is {first}, the enhanced code {enhanced} says {second}."
    different = [code for code in codes.all_enhanced if specific(code)]
    if len(different) > 1:
        yield f"The words give several enhanced codes ({', '.join(different[:4])}); {row.enhanced_code} was taken."
    if specific(told.status) and enhanced and specific(enhanced) and told.status != enhanced:
        yield f"The report's status is {told.status}, the server said {enhanced}."
    elif told.status and reply and told.status[0] in "45" and told.status[0] != reply[0] and not _ended(row, told):
        taken = "passing" if told.status[0] == "4" else "final"
        yield f"The server said {reply}, but the report's status is {told.status}: the sender took it for {taken}."
    entry = enhanced_table().get((row.enhanced_code or "").partition(".")[2])
    coded = entry.get("category") if entry else None
    if coded in _LASTING and row.category in _PASSING:
        yield f"The code {row.enhanced_code} stands for another cause than the words tell; the words were believed."
    elif coded == "user_unknown" and row.category not in (
        "user_unknown",
        "on_hold",
        "undetermined",
        "mailbox_disabled",
        "domain_unknown",
        "expired",
    ):
        yield f"The code {row.enhanced_code} means no such mailbox; the words tell another cause and were believed."


def _ended(row: Bounce, told: Told) -> bool:
    """Whether a final status only says that the attempts are over: the last answer was a passing one."""
    return row.manner is Manner.TIMEOUT and (told.status or "").startswith("5")


def _of_words(row: Bounce, told: Told) -> Iterator[str]:
    said = told.said or ""
    reply = row.reply_code
    if reply is None:
        return
    if reply[0] == "5" and row.category in _PASSING:
        yield f"{_PASSING[row.category]}, but the server answered {reply}, which is final: a 4xx code would have fit."
    elif reply[0] == "5" and _AGAIN.search(said) and not _NEVER.search(said):
        yield f"The reply code {reply} is final, but the words ask to try again."
    if reply[0] == "4" and row.category in _LASTING and row.category != "domain_unknown":
        yield f"The cause lasts, but the server answered {reply}, which asks to try again: a 5xx code would have fit."
    if reply[0] == "4" and _NEVER.search(said):
        yield f"The reply code {reply} is a passing one, but the words say that trying again is of no use."


def _of_phase(row: Bounce, told: Told) -> Iterator[str]:
    if row.phase_basis is not PhaseBasis.STATED or row.reply_code is None:
        return
    if row.phase is Phase.MESSAGE and row.category in _TOO_LATE:
        late = _TOO_LATE[row.category]
        yield f"Only after the whole message was sent did the server say {late}; that belongs to RCPT TO."
    if row.phase in (Phase.BANNER, Phase.HELO, Phase.MAIL, Phase.RCPT) and row.category in _TOO_EARLY:
        about = _TOO_EARLY[row.category]
        yield f"The words are about {about}, but the message had not been sent yet at {_NAMES[row.phase]}."
    said = told.said or ""
    at = said.find(row.reply_code)
    theirs = re.sub(r"\(in reply to .{0,200}\)\s*$", "", said[at:]) if at >= 0 else ""
    for phase, pattern in _WORDS_OF:
        if phase is not row.phase and row.phase in _NAMES and pattern.search(theirs):
            yield f"The words speak of {_NAMES[phase]}, but were said at {_NAMES[row.phase]}."
            return
