"""What a log line says of a delivery, in whatever words: the outcome, and the other server's answer set free."""

import re

from mailscope.bounce.logs.book import Fortune
from mailscope.bounce.reply import read_codes
from mailscope.bounce.unwrap import rejoined

_SENT = re.compile(
    r"^(?:sent|ok\b|ex_ok|delivered\b|delivery$|success(?:ful|fully)?"
    r"|accept(?:ed)?|relayed|delivered|d$|2\d\d[ -]|2\.\d{1,3}\.\d)|deliver(?:y|ed) success"
    r"|(?:^|: )(?:delivered|sent)\b|^saved|successfully (?:sent|delivered)|^transferred$",
    re.IGNORECASE,
)
_DEFERRED = re.compile(
    r"^(?:t$|tq$|ex_tempfail)|defer|temp(?:orary|fail|_?fail)?(?:\b|_)|retry|retrying"
    r"|delay(?:ed)?\b|resched|soft|postpone|try again|queued for|will try|transient|greylist"
    r"|requeue|4\d\d[ -]|^4\.\d{1,3}\.\d|later\b",
    re.IGNORECASE,
)
_EXPIRED = re.compile(
    r"expired?\b|too long|gave up|giv(?:en|ing) up (?!on )|timed? out after \d+ (?:days"
    r"|hours)|max(?:imum)? (?:retries|attempts|lifetime)|retry time(?:out)? exceeded"
    r"|queue (?:time|life)",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"^(?:b$|rb$|f$|ex_)|bounc|fail|perm|reject|undeliver|hard|error|refused|denied"
    r"|unknown|invalid|discard|drop|dead|5\d\d[ -]|^5\.\d{1,3}\.\d|returned|not (?:sent"
    r"|delivered)|unable|could not|blocked|suppress",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"(?:said|responded|answered|replied|response|reply|says|returned|server|error"
    r"|failed|rejected|message|command|DATA|connect(?:ion)?|FROM|TO|greeting|banner"
    r"|EHLO|HELO|dot|got|with|host)?"
    r"\s?[\]>)]?[:=(\"'\[]\s?['\"<(]{0,2}(?=[245]\d\d(?:[ \-#]|$|[245]\.))",
    re.IGNORECASE,
)
_TYPED = re.compile(r"(?:smtp|lmtp|esmtp|x-[a-z]+|dns)\s?;\s*", re.IGNORECASE)
_START = re.compile(r"['\"(\[]{0,2}[245]\d\d(?:[ \-#]|$)")
_TRAILING = re.compile(r"\s*\(in reply to [^()]{0,200}\)?\s*\)?$")

BESIDE = (
    "dovecot",
    "sshd",
    "cron",
    "systemd",
    "named",
    "spamd",
    "amavis",
    "opendkim",
    "opendmarc",
    "policyd",
    "rspamd",
    "postgrey",
)
"""Programs beside a mail server, whose words on an address are no delivery."""
_CONTINUED = re.compile(r"[245]\d\d[- ]([245]\.\d{1,3}\.\d{1,3}) ")


def fortune_of(word: str, code: str = "") -> Fortune | None:
    """The outcome that a status word and a code tell; None where they tell none."""
    word = word.strip()[:300]
    if _SENT.search(word):
        return Fortune.SENT
    if _EXPIRED.search(word):
        return Fortune.EXPIRED
    if code[:1] == "4":
        return Fortune.DEFERRED
    if code[:1] == "5":
        return Fortune.FAILED
    if _DEFERRED.search(word):
        return Fortune.DEFERRED
    if _FAILED.search(word):
        return Fortune.FAILED
    return Fortune.SENT if code[:1] == "2" else None


def answer(text: str) -> str:
    """The other server's words within a log's own, from its reply code on; all of it where there is no code."""
    text = _TYPED.sub("", text.strip())
    if _START.match(text):
        return _trimmed(text)
    match = _ANSWER.search(text[:3000])
    if match:
        return _trimmed(text[match.end() :])
    at = read_codes(text).at
    return _trimmed(text[at:]) if at > 0 else text


def _trimmed(text: str) -> str:
    text = _TRAILING.sub("", text).strip(" \"'")
    if text.endswith(")") and "(" not in text:
        text = text[:-1]
    head = _CONTINUED.match(text)
    if head and text.count(head[1]) > 1:
        # The lines of one reply, joined with the code of each: "550-5.7.1 refused5.7.1 for"
        text = text[: head.end()] + re.sub(rf"(?<!\d[ -]){re.escape(head[1])}(?=\s)\s*", " ", text[head.end() :])
    return rejoined(text)
