"""From what a reader was told to what it means: codes, phase, manner, cause and the words for people."""

import re
from dataclasses import replace
from functools import lru_cache

from mailscope.bounce.causes.classify import Cause, at_phase, classify, likely
from mailscope.bounce.causes.explain import explain
from mailscope.bounce.causes.infer import infer_phase
from mailscope.bounce.causes.phase import cue_phase, stated_phase
from mailscope.bounce.causes.remarks import remarks
from mailscope.bounce.failure import Bounce, Manner, Phase, PhaseBasis
from mailscope.bounce.reply import Codes, read_codes, specific
from mailscope.bounce.told import Told
from mailscope.bounce.unwrap import one_line

_GAVE_UP = re.compile(
    r"retry time(?:out)? (?:not reached|exceeded)|could not deliver for"
    r"|message will be deleted from queue|retry timeout|could not be delivered for|too long (?:in|on) (?:the )?queue"
    r"|queue too long"
    r"|(?:message|delivery time|envelope|delivery|mail|it has) expired|been (?:in|on) the queue too long"
    r"|i'm not going to try again"
    r"|cannot send message (?:for|within)|(?:final )?deliver(?:y|ed) .{0,40}timed? ?out"
    r"|not been collected"
    r"|max(?:imum)? (?:number of )?(?:retries|attempts|time)|retry (?:limit|count)|been trying to .{0,60}for"
    r"|attempts? (?:were|was) made"
    r"|too many failures|exceeds the expiry|allowed (?:queue|delivery) (?:period|time)"
    r"|unreachable for too long|exhausted|timed out while trying|number of delivery attempts",
    re.IGNORECASE,
)
_EXPIRED = re.compile(r"(?:envelope|message|mail|delivery time|queue lifetime)s? (?:has )?expired", re.IGNORECASE)
_INNER = re.compile(r"(?:expired|unable to deliver)[^<>]{0,80}<(4\d\d [^<>]{3,2000})>", re.IGNORECASE)
_FINAL = frozenset(
    {
        "user_unknown",
        "domain_unknown",
        "mailbox_disabled",
        "mailbox_moved",
        "domain_refuses_mail",
        "relay_denied",
        "suppressed",
    }
)
_ADDED = re.compile(
    r"\s*\((?:in reply to|in response to|while sending) [^()]{1,200}\)\s*$|:? retry timeout exceeded\s*$"
    r"|\s*Giving up on [\d.a-f:]{3,45}\.?\s*$"
    r"|\s*\(delivery attempts: \d+\)\s*$"
    r"|\s*(?:Warning: message still undelivered|Message could not be delivered for|Message will be deleted)\b.*$",
    re.IGNORECASE,
)
_HOST = re.compile(
    r"\bhost:? ([\w.-]{1,253}\.[\w-]{1,63}) ?[\[(:]|\b(?:connect to"
    r"|lost connection with) ([\w.-]{1,253}\.[\w-]{1,63})\["
    r"|\bwhile talking to ([\w.-]{1,253}\.[\w-]{1,63})"
    r"|^([\w.-]{1,253}\.[\w-]{1,63}) (?:\[[\d.a-f:]{3,45}\] )?(?:did not like our|does not like)"
    r"|\bconnected to ([\w.-]{1,253}\.[\w-]{1,63}) but"
    r"|\bby (?:the server )?([\w.-]{1,253}\.[\w-]{1,63})\. \[[\d.a-f:]{3,45}\]",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W\d_]{2,}")
_TALK = re.compile(r"refused to talk to (?:me|us)", re.IGNORECASE)
_DIAGNOSTIC = 2_000
"""Characters of the server's words that are kept."""


def conclude(told: Told) -> Bounce:
    """The row for one recipient; never raises, linear in bounded text."""
    told = _unwrapped(told)
    said = told.said or ""
    codes = read_codes(said)
    if codes.reply is None and codes.enhanced is None and told.frame:
        codes = read_codes(told.frame)
    reply = told.reply_code or codes.reply
    if told.manner is Manner.DELIVERED or told.action in ("delivered", "relayed"):
        accepted = re.match(r"(2\d\d)[ -]", said)
        reply = reply or (accepted[1] if accepted else None)
    enhanced = _enhanced(codes, told.status)
    cause = _cause(told, reply, enhanced)
    phase, basis = _phase(told, read_codes(said), cause, reply)
    cause = at_phase(cause, phase, reply)
    manner = _manner(told, reply, enhanced, cause, phase)
    row = Bounce(
        recipient=told.recipient or None,
        original_recipient=told.original,
        action=told.action,
        manner=manner,
        phase=phase,
        phase_basis=basis,
        reply_code=reply,
        enhanced_code=enhanced,
        permanent=_permanent(manner, reply, enhanced, told, cause),
        category=_final_category(manner, cause),
        provider=told.provider or cause.provider,
        remote_mta=told.remote or _remote(told),
        reporting_mta=told.reporting,
        diagnostic=_their_words(said),
        attempts=told.attempts,
        feedback_type=told.feedback or None,
    )
    row = replace(row, remarks=remarks(row, told, codes))
    fitting = cause.rule if cause.rule is not None and cause.rule.category == row.category else None
    return explain(row, fitting, told.feedback)


def _their_words(said: str) -> str | None:
    """The server's words alone: from the reply code on, without what the reporting side adds around them."""
    return one_line(_ADDED.sub("", _from_code(said)))[:_DIAGNOSTIC] or None


def _from_code(said: str) -> str:
    """Words from the reply code on; all of them where none follow it ("mailbox full (552 5.2.2)")."""
    at = read_codes(said).at
    return said[at:] if at > 0 and _WORDS.search(said, at) else said


def _remote(told: Told) -> str | None:
    """The host that refused, as the reporting side names it in its own words."""
    match = _HOST.search(told.frame[:_DIAGNOSTIC]) or _HOST.search((told.said or "")[:_DIAGNOSTIC])
    if match is None:
        return None
    return next(group for group in match.groups() if group).rstrip(".,:;")[:255]


def _unwrapped(told: Told) -> Told:
    """With the other side's last reply set free from the sending service's own: "554 4.4.7 expired …<421 4.4.2 …>"."""
    match = _INNER.search(told.said or "")
    if match is None:
        return told
    return replace(told, said=match[1], frame=f"{told.frame} {told.said}", gave_up=True)


def _enhanced(codes: Codes, status: str | None) -> str | None:
    """The most specific code: the server's own, then the one that the reporting side chose."""
    if codes.enhanced and specific(codes.enhanced):
        return codes.enhanced
    if specific(status):
        return status
    return codes.enhanced or status


def _cause(told: Told, reply: str | None, enhanced: str | None) -> Cause:
    if told.category is not None:
        return Cause(told.category, provider=told.provider)
    # The recipient's own domain is the last resort: "gmail.com" refuses for itself, as a rule.
    at_home = (told.recipient or "").rpartition("@")[2] if reply is not None else None
    # Whoever reports speaks for itself alone: what another host said is not its refusal.
    remote = told.remote or _remote(told)
    hosts = (remote, at_home, None if remote else told.reporting)
    said = told.said or told.frame
    # What the server said counts; the reporting side's frame before it names commands and hosts.
    cause = classify(_from_code(said), reply, enhanced, hosts)
    if cause.category in ("undetermined", "on_hold") or cause.weight < 2:
        wider = classify(f"{told.said or ''} {told.frame}", reply, enhanced, hosts)
        if wider.category not in ("undetermined", "on_hold") and wider.weight > cause.weight:
            return wider
    coded = reply is not None or enhanced is not None
    return likely(cause, _their_words(told.said) or "", coded=coded) if told.said else cause


def _phase(told: Told, codes: Codes, cause: Cause, reply: str | None) -> tuple[Phase, PhaseBasis]:
    if told.phase is not None and told.phase is not Phase.UNKNOWN and not (told.quoted and _forwarded(told)):
        return told.phase, PhaseBasis.STATED if told.phase_stated else PhaseBasis.INFERRED
    said = told.said or ""
    if _forwarded(told) and told.action in ("failed", None):
        return Phase.DELIVERY, PhaseBasis.STATED
    if not told.quoted:
        found = _stated(told, said, codes)
        if found is not None:
            return found, PhaseBasis.STATED
    found = infer_phase(told, cause, reply)
    return (found, PhaseBasis.INFERRED) if found is not None else (Phase.UNKNOWN, PhaseBasis.NONE)


def _stated(told: Told, said: str, codes: Codes) -> Phase | None:
    """The phase that the reporting side names in its own words."""
    texts = (told.frame, said) if told.frame != said else (said,)
    for text in texts:
        found = stated_phase(text)
        if found is not None:
            return found
    for text in texts:
        at = codes.at if text == said else read_codes(text).at
        own = text[:at] if at >= 0 else text
        if _TALK.search(own[-60:]):
            return _refused_to_talk(text[at:] if at >= 0 else "")
        found = cue_phase(own) if own else None
        if found is Phase.BANNER and re.search(r"time-?d? ?out", own[-200:], re.IGNORECASE):
            return None  # silence after connecting is silence of the network as well
        if found is not None:
            return found
    return None


def _refused_to_talk(reply: str) -> Phase | None:
    """Postfix says it of greeting and HELO alike: greetings are refused by 554, 521 and 421 (RFC 5321 section 3.1)."""
    if re.match(r"(?:554|521)\b", reply):
        return Phase.BANNER
    if re.match(r"421\b", reply) and re.search(
        r"connection|service (?:not|un)|volume|complaint|busy|rate|limit|\btoo\b|deferred", reply, re.IGNORECASE
    ):
        return Phase.BANNER
    return None


def _manner(told: Told, reply: str | None, enhanced: str | None, cause: Cause, phase: Phase) -> Manner:
    if told.manner is not None:
        return told.manner
    if cause.category == "vacation":
        return Manner.REPLY
    if cause.category == "feedback":
        return Manner.REPORT
    if told.action in ("delivered", "relayed", "expanded"):
        return Manner.DELIVERED
    if told.action == "delayed" and not told.gave_up and not _EXPIRED.search(told.said or ""):
        return Manner.DELAY
    if _forwarded(told):
        return Manner.ASYNCHRONOUS
    if gave_up(told):
        return Manner.TIMEOUT
    if (reply or enhanced or "5")[0] == "4" or (told.status or "5")[0] == "4":
        return Manner.TIMEOUT
    if phase is Phase.DELIVERY or told.local:
        return Manner.ASYNCHRONOUS
    if (
        reply is None
        and told.action == "failed"
        and not told.said
        and not told.local
        and (enhanced or "5.0.0")[2:] == "0.0"
    ):
        return Manner.TIMEOUT
    if (
        reply is None
        and "loops back to myself" not in (told.said or "")
        and cause.category in ("network", "expired", "system_error", "tls_failed", "smtp_auth_required")
        and (enhanced or "4")[2:4] != "1."
    ):
        # Nobody refused, and such failures pass: whoever reports it has tried for its time.
        return Manner.TIMEOUT
    return Manner.REJECTION


def gave_up(told: Told) -> bool:
    """Whether attempts went on until the queue gave up."""
    return told.gave_up or any(_says_over(text) for text in (told.frame, told.said or "") if text)


@lru_cache(maxsize=128)  # rows of one notice often share their words
def _says_over(text: str) -> bool:
    return _GAVE_UP.search(text) is not None


def _forwarded(told: Told) -> bool:
    """Whether the reporting side took the message for one address and passed it on to another domain's."""
    if told.original is None or told.recipient is None or "@" not in told.original or gave_up(told):
        return False
    return told.original.rpartition("@")[2].lower() != told.recipient.rpartition("@")[2].lower()


def _permanent(manner: Manner, reply: str | None, enhanced: str | None, told: Told, cause: Cause) -> bool | None:
    if manner in (Manner.DELIVERED, Manner.REPORT, Manner.REPLY):
        return None
    if manner is Manner.DELAY:
        return False
    if (told.status or "")[:1] == "4" or (manner is Manner.TIMEOUT and (enhanced or "")[:1] == "4"):
        return False  # whoever had to decide took it for passing, whatever the reply code (RFC 3464 section 2.3.4)
    first = (reply or enhanced or "")[:1]
    if first in ("4", "5"):
        return first == "5"
    return True if told.action == "failed" or cause.category in _FINAL else None


def _final_category(manner: Manner, cause: Cause) -> str:
    if manner is Manner.DELIVERED:
        return "delivered"
    if manner is Manner.REPLY:
        return "vacation"
    if manner is Manner.REPORT:
        return "feedback"
    if manner in (Manner.TIMEOUT, Manner.DELAY) and cause.category in ("undetermined", "on_hold"):
        return "expired"
    return cause.category
