"""The last resort for a refusal in words that no table holds: what it speaks of, and what it says of that."""

import re
from dataclasses import dataclass
from functools import lru_cache

from mailscope.tables import read_table

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_WORDS = 120
"""Words of a text that are looked at: a reason stands early."""
_NEAR = 9
"""Words that may lie between what is spoken of and what is said of it."""
_SCOPE = 4
"""Words that a negation reaches."""
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")


@dataclass(frozen=True, slots=True)
class Pair:
    """A topic and what is said of it, and the cause that both mean."""

    topic: str
    said: str
    """"" where the topic alone tells."""
    category: str
    weight: float
    example: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What beginnings of words stand for."""

    words: dict[str, tuple[tuple[str, bool, bool, str], ...]]
    """(beginning, whether it is the whole word, whether only where denied, name) by its first two letters."""
    pairs: tuple[Pair, ...]
    negations: frozenset[str]

    def names(self, word: str, denied: bool) -> list[str]:
        """What a word stands for, given whether a negation stands before it."""
        return [
            name
            for begin, whole, negated, name in self.words.get(word[:2], ())
            if (denied or not negated) and (word == begin if whole else word.startswith(begin))
        ]


def topical(text: str) -> tuple[str, float] | None:
    """The cause that the words of a lower-case text together tell, and how surely; None where they tell none."""
    places = _places(text)
    best: tuple[float, int, str] | None = None
    for pair in _vocabulary().pairs:
        apart = _apart(places.get(f"topic {pair.topic}"), places.get(f"said {pair.said}")) if pair.said else 0
        if apart is None or f"topic {pair.topic}" not in places:
            continue
        found = (pair.weight, -apart, pair.category)
        if best is None or found > best:
            best = found
    return None if best is None else (best[2], best[0])


def _places(text: str) -> dict[str, list[int]]:
    """Where each topic is spoken of and each thing said, in words from the start."""
    vocabulary = _vocabulary()
    places: dict[str, list[int]] = {}
    denied_at = -_WORDS
    for place, match in enumerate(_WORD.finditer(text)):
        if place >= _WORDS:
            break
        word = match[0]
        if word in vocabulary.negations or word.endswith(("n't", "n’t")):
            denied_at = place
        if _NUMBER.fullmatch(word):
            places.setdefault("topic client", []).append(place)
            continue
        for name in vocabulary.names(word, place - denied_at <= _SCOPE):
            places.setdefault(name, []).append(place)
            if name == "topic mailbox" and place - denied_at <= 2:  # "no such user"
                places.setdefault("said unknown", []).append(place)
    return places


def _apart(topics: list[int] | None, said: list[int] | None) -> int | None:
    """How many words the nearest two stand apart; None where they are not near."""
    if not topics or not said:
        return None
    nearest = min(abs(one - other) for one in topics for other in said)
    return nearest if nearest <= _NEAR else None


@lru_cache(maxsize=1)
def _vocabulary() -> Vocabulary:
    table = read_table("smtp", "topics.toml")
    words: dict[str, list[tuple[str, bool, bool, str]]] = {}
    for kind in ("topic", "said"):
        for name, entries in table[kind].items():
            for entry in entries:
                word = entry.removeprefix("#not ").removesuffix("=")
                whole, denied = entry.endswith("="), entry.startswith("#not ")
                words.setdefault(word[:2], []).append((word, whole, denied, f"{kind} {name}"))
    pairs = tuple(
        Pair(pair["topic"], pair.get("said", ""), pair["category"], float(pair["weight"]), pair["example"])
        for pair in table["pair"]
    )
    return Vocabulary({key: tuple(entries) for key, entries in words.items()}, pairs, frozenset(table["negations"]))


def pairs() -> tuple[Pair, ...]:
    """Every pair of the table."""
    return _vocabulary().pairs
