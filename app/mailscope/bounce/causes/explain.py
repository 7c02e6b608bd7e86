"""Plain words for a row: what happened, what it means at that phase, whose move it is, whether to try again."""

from dataclasses import replace

from mailscope.bounce.causes.classify import enhanced_table, reply_table
from mailscope.bounce.causes.rules import Rule
from mailscope.bounce.failure import Bounce, Manner, Phase, PhaseBasis
from mailscope.bounce.reply import specific
from mailscope.tables import read_table

_OPENINGS = {
    Manner.TIMEOUT: "The sending side tried for its time and gave up.",
    Manner.DELAY: "The mail is still on its way: the sending side keeps trying.",
    Manner.ASYNCHRONOUS: "The message was accepted first and came back later.",
}
_WAITING = "Nothing to do yet: the sending server tries again by itself and tells when it gives up."
_NO_FAILURE = (Manner.DELIVERED, Manner.REPLY, Manner.REPORT)
_CODES_TELL = frozenset({"on_hold", "undetermined", "policy", "system_error", "network", "expired"})
"""Causes so wide that the code's own meaning says more."""


def explain(row: Bounce, rule: Rule | None, feedback: str = "") -> Bounce:
    """The row with meaning, remedy and retry advice, made from phase, code, cause and provider together.

    feedback is the type of a feedback report ("abuse"); "" for none.
    """
    cause = read_table("smtp", "causes.toml")[row.category]
    if feedback:
        told = read_table("smtp", "feedback.toml")
        words = told.get(feedback, told["other"])
        return replace(row, meaning=words["meaning"], remedy=words["remedy"], retry_advice=words["retry"])
    meaning = " ".join(part for part in (_happened(row), _why(row, rule), _points_to(row)) if part)
    remedy = (rule.remedy if rule and rule.remedy else "") or cause["remedy"]
    if row.manner is Manner.DELAY:
        return replace(row, meaning=meaning, remedy=f"{cause['whose']}: {_lower(remedy)}", retry_advice=_WAITING)
    return replace(
        row, meaning=meaning, remedy=f"{cause['whose']}: {_lower(remedy)}", retry_advice=_retry(row, cause["retry"])
    )


def _happened(row: Bounce) -> str:
    """The first sentence: how it failed, and where."""
    if row.manner in _NO_FAILURE:
        return ""
    phase = read_table("smtp", "phases.toml")[row.phase.value]
    refused = row.reply_code is not None and row.reply_code[0] in "45"
    where = (
        ""
        if row.phase is Phase.UNKNOWN and row.manner in _OPENINGS
        else str(phase["refused" if refused else "happened"])
    )
    if where and row.phase_basis is PhaseBasis.INFERRED:
        where = f"Probably {where[0].lower()}{where[1:]}"
    if row.phase is Phase.DELIVERY and row.manner is Manner.ASYNCHRONOUS:
        return str(where)
    return " ".join(part for part in (_OPENINGS.get(row.manner, ""), where) if part)


def _why(row: Bounce, rule: Rule | None) -> str:
    """The cause: in the provider's terms, else the code's where the cause is wide, else the cause's own."""
    if rule is not None and rule.meaning:
        return rule.meaning
    if row.manner is Manner.DELAY and row.category == "expired":
        return "The notice does not say what keeps it."
    if row.category in _CODES_TELL:
        entry = (
            enhanced_table().get((row.enhanced_code or "").partition(".")[2]) if specific(row.enhanced_code) else None
        )
        entry = entry or (reply_table().get(row.reply_code) if row.reply_code else None)
        if entry and entry.get("meaning"):
            return entry["meaning"]
    return str(read_table("smtp", "causes.toml")[row.category]["meaning"])


def _points_to(row: Bounce) -> str:
    """What is judged at this phase, where that helps; said with care where the phase is inferred."""
    if row.manner in _NO_FAILURE or row.phase is Phase.UNKNOWN:
        return ""
    told = str(read_table("smtp", "phases.toml")[row.phase.value]["points_to"])
    if row.phase_basis is PhaseBasis.INFERRED and told:
        return f"{told} (The phase is not stated: it is concluded from code and wording.)"
    return told


def _retry(row: Bounce, advice: str) -> str:
    """The cause's advice, bent by what the code says."""
    if row.manner is Manner.REJECTION and row.permanent is False:
        return f"{advice} The code is a passing one (4xx): the sending server should try again by itself."
    if row.manner is Manner.TIMEOUT and row.permanent is True and advice.startswith("Try again"):
        return f"{advice} The last answer was final (5xx)."
    return advice


def _lower(sentence: str) -> str:
    first = sentence.split(" ", 1)[0]
    return sentence if not first.istitle() or first in _NAMES else sentence[0].lower() + sentence[1:]


_NAMES = frozenset({"Google", "Microsoft", "Yahoo", "Outlook.com", "Orange", "SPF"})


def cause_name(category: str) -> str:
    """A cause in two or three words: "no such mailbox"."""
    return str(read_table("smtp", "causes.toml")[category]["name"])
