"""The tables of causes, read once: which words mean what, and whose they are."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mailscope.errors import TableError
from mailscope.tables import read_table, table_names

_GAP = r"[^\n]{0,60}?"
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_WORD_START = r"(?<![a-z0-9])"
_BEGIN = re.compile(r"(?<![a-z0-9])[a-z0-9]{1,4}")
_GAPS = 3
"""Stars in one pattern: each is a bounded gap, and their product is the work."""


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words to find in a text that is lower case and in one line."""

    literals: tuple[str, ...]
    """All must occur before the pattern is tried."""
    pattern: str | None
    """A regular expression, compiled when it is first tried; None where the one literal is the whole phrase."""
    keys: tuple[str, ...] = ("",)
    """Up to four letters each, with one of which a word of the text must begin; "" where nothing can be said."""
    choices: tuple[tuple[str, ...], ...] = ()
    """Of each, one must occur before the pattern is tried."""

    def found_in(self, text: str) -> bool:
        """Whether a text says it, at the start of a word."""
        if self.pattern is not None:
            for literal in self.literals:
                if literal not in text:
                    return False
            for choice in self.choices:
                if not any(word in text for word in choice):
                    return False
            return _compiled(self.pattern).search(text) is not None
        literal = self.literals[0]
        at = text.find(literal)
        while at > 0 and literal[0] in _LETTERS and text[at - 1] in _LETTERS:
            at = text.find(literal, at + 1)
        return at >= 0


@dataclass(frozen=True, slots=True)
class Rule:
    """One phrase and its cause."""

    provider: str
    """The table's name; "general" for everybody's words."""
    category: str
    phrase: Phrase
    weight: float
    meaning: str = ""
    remedy: str = ""
    source: str = ""
    example: str = ""
    phase: str = ""
    """Where this is said, as a rule: for inference only."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A receiver or a program whose words are known."""

    key: str
    name: str
    hosts: tuple[str, ...]
    """Suffixes of its host names."""
    marks: tuple[str, ...]
    """Lower-case words that only it says."""
    rules: tuple[Rule, ...]


class Index:
    """Rules by how their first word begins: few of two thousand need to be tried on a text."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._by_key: dict[str, list[tuple[int, Rule]]] = {}
        for place, rule in enumerate(rules):
            for key in rule.phrase.keys:
                self._by_key.setdefault(key, []).append((place, rule))

    def worth_trying(self, text: str) -> list[Rule]:
        """The rules that may fit a text (lower case, in one line), in their order."""
        keys = {""}
        for begin in set(_BEGIN.findall(text)):
            keys.update(begin[:size] for size in range(1, len(begin) + 1))
        found = {place: rule for key in keys & self._by_key.keys() for place, rule in self._by_key[key]}
        return [found[place] for place in sorted(found)]


@lru_cache(maxsize=1)
def providers() -> tuple[Provider, ...]:
    """Every table of tables/bounces but the general one; raises TableError where one is malformed."""
    return tuple(_provider(name) for name in table_names("bounces") if not name.startswith("general"))


def provider_name(key: str) -> str:
    """A provider's name for people ("Google"); the key itself where no table has one."""
    return next((one.name for one in providers() if one.key == key), key)


@lru_cache(maxsize=1)
def general_rules() -> tuple[Rule, ...]:
    """The grammar of refusals, whoever says them."""
    return tuple(
        rule
        for name in table_names("bounces")
        if name.startswith("general")
        for rule in _rules("general", read_table("bounces", name))
    )


def _provider(name: str) -> Provider:
    table = read_table("bounces", name)
    key = name.removesuffix(".toml")
    about = table.get("provider", {})
    return Provider(
        key,
        str(about.get("name", key)),
        tuple(str(host).lower() for host in about.get("hosts", ())),
        tuple(str(mark).lower() for mark in about.get("marks", ())),
        tuple(_rules(key, table)),
    )


def _rules(provider: str, table: dict[str, Any]) -> Iterator[Rule]:
    for entry in table.get("rule", ()):
        patterns = entry.get("pattern") or entry["patterns"]
        for pattern in [patterns] if isinstance(patterns, str) else patterns:
            yield Rule(
                provider,
                entry["category"],
                phrase(pattern),
                float(entry.get("weight", 14 if provider != "general" else 5)),
                entry.get("meaning", ""),
                entry.get("remedy", ""),
                entry.get("source", ""),
                entry.get("example", ""),
                entry.get("phase", ""),
            )


@lru_cache(maxsize=8192)
def phrase(pattern: str) -> Phrase:
    """Words with * for a gap of up to 60 characters; a|b between words for a choice, ^ for the start; else plain.

    Raises TableError for a pattern whose work would not be bounded.
    """
    lowered = pattern.lower()
    if not any(char in lowered for char in "*^") and not any(_is_choice(word) for word in lowered.split(" ")):
        return Phrase((lowered,), None, (_key(lowered),))
    if lowered.count("*") > _GAPS:
        raise TableError(f"the pattern {pattern!r} has more than {_GAPS} gaps")
    start = "^" if lowered.startswith("^") else _WORD_START if lowered[0] in _LETTERS else ""
    literals: list[str] = []
    choices: list[tuple[str, ...]] = []
    built: list[str] = []
    for piece in (piece.strip() for piece in lowered.removeprefix("^").split("*")):
        words: list[str] = []
        plain: list[str] = []
        for word in piece.split(" "):
            if _is_choice(word):
                choices.append(tuple(word.split("|")))
                words.append("(?:" + "|".join(re.escape(one) for one in choices[-1]) + ")")
                literals.append(" ".join(plain))
                plain = []
            else:
                words.append(re.escape(word))
                plain.append(word)
        literals.append(" ".join(plain))
        built.append(" ".join(words))
    first = lowered.split(" ", 1)[0]
    keys = tuple(sorted({_key(word) for word in first.split("|")})) if start == _WORD_START else ("",)
    return Phrase(
        tuple(literal for literal in literals if literal),
        start + _GAP.join(built),
        keys if all(keys) and "*" not in first else ("",),
        tuple(sorted(choices, key=len)),
    )


def _key(words: str) -> str:
    begin = _BEGIN.match(words)
    return begin[0] if begin else ""


def _is_choice(word: str) -> bool:
    """Whether a word is a choice: "a|b" is one; a pipe as programs are called ("|/usr/bin/x") is itself."""
    return "|" in word and all(word.split("|"))
