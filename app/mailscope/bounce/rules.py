"""The tables of causes, read once: which words mean what, and whose they are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mailscope.errors import TableError
from mailscope.tables import read_table, table_names

_GAP = r"[^\n]{0,60}?"
_GAPS = 3
"""Stars in one pattern: each is a bounded gap, and their product is the work."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One phrase and its cause."""

    provider: str
    """The table's name; "general" for everybody's words."""
    category: str
    literals: tuple[str, ...]
    """Lower case; all must occur before the pattern is tried."""
    pattern: re.Pattern[str] | None
    """None where the one literal is the whole pattern."""
    weight: int
    meaning: str = ""
    remedy: str = ""
    source: str = ""
    example: str = ""
    phase: str = ""
    """Where this is said, as a rule: for inference only."""

    def matches(self, text: str) -> bool:
        """Whether a text, lower case and in one line, says it."""
        if not all(literal in text for literal in self.literals):
            return False
        return self.pattern is None or self.pattern.search(text) is not None


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


@lru_cache(maxsize=1)
def providers() -> tuple[Provider, ...]:
    """Every table of tables/bounces but the general one; raises TableError where one is malformed."""
    return tuple(_provider(name) for name in table_names("bounces") if not name.startswith("general"))


@lru_cache(maxsize=1)
def general_rules() -> tuple[Rule, ...]:
    """The grammar of refusals, whoever says them."""
    return tuple(
        rule for name in table_names("bounces") if name.startswith("general") for rule in _rules("general", read_table("bounces", name))
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
            literals, compiled = _compiled(pattern)
            yield Rule(
                provider,
                entry["category"],
                literals,
                compiled,
                int(entry.get("weight", 8 if provider != "general" else 5)),
                entry.get("meaning", ""),
                entry.get("remedy", ""),
                entry.get("source", ""),
                entry.get("example", ""),
                entry.get("phase", ""),
            )


def _compiled(pattern: str) -> tuple[tuple[str, ...], re.Pattern[str] | None]:
    """Words with * for a gap of up to 60 characters; | between words for a choice, ^ for the start; else plain."""
    lowered = pattern.lower()
    if not any(char in lowered for char in "*^") and not any(_is_choice(word) for word in lowered.split(" ")):
        return (lowered,), None
    if lowered.count("*") > _GAPS:
        raise TableError(f"the pattern {pattern!r} has more than {_GAPS} gaps")
    start = "^" if lowered.startswith("^") else ""
    pieces = [piece.strip() for piece in lowered.removeprefix("^").split("*")]
    literals: list[str] = []
    built: list[str] = []
    for piece in pieces:
        words: list[str] = []
        for word in piece.split(" "):
            if _is_choice(word):
                words.append("(?:" + "|".join(re.escape(one) for one in word.split("|")) + ")")
            else:
                words.append(re.escape(word))
        built.append(" ".join(words))
        plain = [word for word in piece.split(" ") if word and not _is_choice(word)]
        literals.extend(plain)
    return tuple(literals), re.compile(start + _GAP.join(built))


def _is_choice(word: str) -> bool:
    """"a|b" is one; a pipe as programs are called ("|/usr/bin/x") is itself."""
    return "|" in word and all(word.split("|"))
