"""Where it probably happened, when nobody says it: from the wording, the cause and the codes."""

import re
from dataclasses import dataclass
from functools import lru_cache

from mailscope.bounce.causes.classify import Cause, plain
from mailscope.bounce.causes.rules import Phrase, phrase
from mailscope.bounce.failure import Phase
from mailscope.bounce.told import Told
from mailscope.tables import read_table

_BY_CATEGORY = {
    "user_unknown": Phase.RCPT, "mailbox_full": Phase.RCPT, "mailbox_disabled": Phase.RCPT, "mailbox_moved": Phase.RCPT,
    "relay_denied": Phase.RCPT, "greylisted": Phase.RCPT, "recipient_refused": Phase.RCPT,
    "domain_refuses_mail": Phase.DNS,
    "sender_rejected": Phase.MAIL, "spam": Phase.MESSAGE, "virus": Phase.MESSAGE, "content": Phase.MESSAGE,
    "auth_failed": Phase.MESSAGE,
    "not_compliant": Phase.MESSAGE, "too_big": Phase.MESSAGE, "mailer_error": Phase.DELIVERY,

}  # fmt: skip
_AFTER = re.compile(
    r"command died|local delivery failed|mail loop|forwarding loop|input/output error|read-only|no space left|child"
    r"|exit(?:ed)? (?:status|code|with)"
    r"|local mailer|pipe to|\|/|disk quota|storedrv|routing loop|hop count",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Wording:
    """Words that are said in one phase as a rule."""

    phase: Phase
    phrases: tuple[Phrase, ...]
    replies: frozenset[str]
    """Only with one of these reply codes; empty for any."""
    own: bool
    """Only where no server replied: the reporting side's own words."""


@lru_cache(maxsize=1)
def wordings() -> tuple[Wording, ...]:
    """The table tables/smtp/wording.toml; raises TableError where it is malformed."""
    return tuple(
        Wording(
            Phase(entry["phase"]),
            tuple(phrase(pattern) for pattern in entry["patterns"]),
            frozenset(entry.get("reply", ())),
            bool(entry.get("own", False)),
        )
        for entry in read_table("smtp", "wording.toml")["wording"]
    )


def infer_phase(told: Told, cause: Cause, reply: str | None) -> Phase | None:
    """The probable phase; None where nothing speaks for one."""
    said = told.said or ""
    if not said and not told.local:
        return None
    if told.local or (reply is None and _AFTER.search(said) and "loops back to myself" not in said):
        return Phase.DELIVERY
    if reply is not None and cause.rule is not None and cause.rule.phase and cause.rule.provider == cause.provider:
        return Phase(cause.rule.phase)  # a receiver's own words, said there by what it publishes
    words = plain(said)
    for wording in wordings():
        if wording.own and reply is not None:
            continue
        if wording.replies and reply not in wording.replies:
            continue
        if any(one.found_in(words) for one in wording.phrases):
            return wording.phase
    if reply is None:
        return None
    return _BY_CATEGORY.get(cause.category)
