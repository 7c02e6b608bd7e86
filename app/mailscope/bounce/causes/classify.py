"""The cause of a refusal: what text, code and provider say together."""

import re
from dataclasses import dataclass
from functools import lru_cache

from mailscope.bounce.causes.provider import provider_of
from mailscope.bounce.causes.rules import Index, Rule, general_rules, providers
from mailscope.bounce.causes.topics import topical
from mailscope.bounce.failure import Phase
from mailscope.bounce.reply import specific
from mailscope.bounce.unwrap import one_line
from mailscope.tables import read_table

_LONGEST = 4_000
"""Characters of a text that are judged."""
_ADDRESS = re.compile(r"[<(]?[^\s<>\"'(),:;\[\]@]{1,128}@[^\s<>\"'(),:;\[\]@]{1,250}[>)]?")
_HOST_SAID = re.compile(r"\bhost \S{1,200}(?: ?\[[\da-f.:]{3,45}\])?(?::\d+)? (?=said|refused)")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"']{1,500}")
_OF_MAIL = re.compile(
    r"mail|message|recipient|sender|deliver|bounce|unsubscri|smtp|server|\bhost|domain|\bmx\b|queue|nachricht|zustell|empf\u00e4nger|courri|correo"
    r"|mensaje|mensagem|messaggio|bericht|wiadomo|\u043f\u0438\u0441\u044c\u043c|\u043f\u043e\u0447\u0442",
    re.IGNORECASE,
)
_SURER = 1.1
"""How much words together must weigh above what a code says."""
_ANSWER = 240
"""Characters of what a server says; reporting sides explain at length, and speak of much."""
_OWN = 12
"""From this weight on, a rule of the provider's own is a sentence that it publishes."""
_ENOUGH = 4
"""From this weight on, words decide; below, the codes do."""


@dataclass(frozen=True, slots=True)
class Cause:
    """The category of a failure, how surely, and the rule that decided."""

    category: str
    weight: float = 0.0
    rule: Rule | None = None
    provider: str | None = None


@lru_cache(maxsize=64)  # cause and phase are judged by the same words
def plain(text: str) -> str:
    """Text as rules see it: one line, lower case, addresses and host names that are no evidence taken out."""
    text = one_line(text[:_LONGEST]).lower()
    if "@" in text:
        text = _ADDRESS.sub("<>", text)
    return _HOST_SAID.sub("", text) if "host " in text else text


@lru_cache(maxsize=256)  # the rows of one notice often share their words
def classify(
    text: str, reply: str | None = None, enhanced: str | None = None, hosts: tuple[str | None, ...] = ()
) -> Cause:
    """The cause that a text and its codes tell; "undetermined" where there is nothing, "on_hold" where nothing fits."""
    return _judged(plain(text), reply, enhanced, hosts)


def likely(cause: Cause, text: str, *, coded: bool = True) -> Cause:
    """The cause, or where no known words told it: the one that the words of an answer together make likely.

    coded: whether a code says that something failed; without one, the words must be few, and about mail.
    """
    # "policy" says that it was refused; with little weight, others say where ("database") or that all is over.
    vague = cause.category == "policy" or (
        cause.category in ("system_error", "expired", "on_hold") and cause.weight < _ENOUGH
    )
    if cause.rule is not None and not vague:
        return cause
    if not coded and (len(text) > _ANSWER or not _OF_MAIL.search(text)):
        return cause
    told = topical(_URL.sub("", plain(text)))
    known = cause.weight + (_SURER if cause.rule is None else 0)
    if told is None or (told[1] <= known and cause.category not in ("on_hold", "undetermined")):
        return cause
    return Cause(told[0], told[1], None, cause.provider)


@lru_cache(maxsize=2_000)  # a log or a list's report says the same of thousands of recipients
def _judged(words: str, reply: str | None, enhanced: str | None, hosts: tuple[str | None, ...]) -> Cause:
    provider = provider_of(words, hosts)
    scores: dict[str, float] = {}
    best: dict[str, Rule] = {}
    bare = _URL.sub("", words) if "http" in words or "www." in words else words
    tried = [(rule, words) for rule in _of_provider(provider.key if provider else "").worth_trying(words)]
    tried += [(rule, bare) for rule in _general().worth_trying(bare)]
    for rule, where in tried:
        if not rule.phrase.found_in(where):
            continue
        # Further words for the same cause add a little, once.
        scores[rule.category] = max(
            scores.get(rule.category, 0.0), rule.weight + (0.5 if rule.category in best else 0.0)
        )
        if rule.category not in best or best[rule.category].weight < rule.weight:
            best[rule.category] = rule
    coded = _by_codes(reply, enhanced)
    vague = max(scores.values(), default=0.0) < _ENOUGH  # "rejected": then the codes say more
    for category, weight in coded.items():
        if category in scores or weight >= _ENOUGH or vague:
            scores[category] = scores.get(category, 0.0) + (weight * 0.5 if category in scores else weight)
    key = provider.key if provider else None
    _bounded(scores, best)
    if not scores:
        scores = dict(coded)
    if not scores:
        return Cause("on_hold" if re.search(r"[^\W\d_]{2}", words) else "undetermined", provider=key)
    category = max(scores, key=lambda name: scores[name])
    return Cause(category, scores[category], best.get(category), key)


def _bounded(scores: dict[str, float], best: dict[str, Rule]) -> None:
    """Everybody's words, however many and whatever the codes add, stay below a receiver's own sentence."""
    own = max((scores[name] for name, rule in best.items() if rule.provider != "general"), default=0.0)
    if own < _OWN:
        return
    for name, rule in best.items():
        if rule.provider == "general":
            scores[name] = min(scores[name], own - 0.1)


@lru_cache(maxsize=1)
def _general() -> Index:
    return Index(general_rules())


@lru_cache(maxsize=256)
def _of_provider(key: str) -> Index:
    """A provider's rules, and those of public lists and programs: whoever quotes or runs them, their words count."""
    own = [rule for one in providers() if one.key == key for rule in one.rules]
    return Index([*own, *(rule for one in providers() if not one.hosts and one.key != key for rule in one.rules)])


_VAGUE = frozenset({"policy", "on_hold", "undetermined", "syntax_error", "system_error"})
_AT_PHASE = {Phase.STARTTLS: "tls_failed", Phase.AUTH: "smtp_auth_required"}


def at_phase(cause: Cause, phase: Phase, reply: str | None) -> Cause:
    """The cause as the phase tells it: vague words at STARTTLS are about TLS; before MAIL nobody knows a recipient."""
    if reply is None:
        return cause
    category = cause.category
    if phase in _AT_PHASE and category in _VAGUE:
        category = _AT_PHASE[phase]
    elif (
        phase in (Phase.BANNER, Phase.HELO)
        and reply[0] == "5"
        and category in (*_VAGUE, "domain_unknown", "user_unknown")
    ):
        category = "blocked" if phase is Phase.BANNER or category != "syntax_error" else category
    elif phase is Phase.MAIL and category in ("user_unknown", "domain_unknown"):
        category = "sender_rejected"
    if category == cause.category:
        return cause
    return Cause(category, cause.weight, None, cause.provider)


def _by_codes(reply: str | None, enhanced: str | None) -> dict[str, float]:
    """What the codes alone say, with how much it is worth; generic ones are worth little."""
    found: dict[str, float] = {}
    entry = enhanced_table().get(enhanced.partition(".")[2]) if enhanced and specific(enhanced) else None
    if entry and entry.get("category"):
        found[entry["category"]] = float(entry.get("weight", 3))
    basic = reply_table().get(reply) if reply else None
    if basic and basic.get("category"):
        found[basic["category"]] = max(found.get(basic["category"], 0.0), float(basic.get("weight", 1)))
    return found


@lru_cache(maxsize=1)
def enhanced_table() -> dict[str, dict[str, str]]:
    """Enhanced codes by subject and detail ("1.1")."""
    return {str(entry["code"]): entry for entry in read_table("smtp", "enhanced.toml")["code"]}


@lru_cache(maxsize=1)
def reply_table() -> dict[str, dict[str, str]]:
    """Reply codes by their three digits."""
    return {str(entry["code"]): entry for entry in read_table("smtp", "reply.toml")["code"]}
