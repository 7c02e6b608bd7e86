"""Verdict fields of spam and virus filters, decoded into words; what each key means stands in tables/claims."""

import re
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from typing import Any

from mailscope.claims.claim import Claim, Meaning
from mailscope.mail.field import Field
from mailscope.tables import read_table

_LONGEST = 4_000
"""Characters of one field; real ones list a few hundred rules."""
_VALUE = 300
"""Characters of one value that are kept."""
_PAIR = re.compile(r"([A-Za-z][\w-]{0,40})\s?=\s?(\[[^\]]*\]|\"[^\"]*\"|'[^']*'|[^\s;]*)")
_RSPAMD = re.compile(r"[\w-]{1,40}: (True|False) \[(-?[\d.]{1,12}) / (-?[\d.]{1,12})\]")
_SYMBOL = re.compile(r"([A-Z][A-Z0-9_]{1,60})\((-?[\d.]{1,10})\)")
_NUMBER = re.compile(r"-?\d{1,6}(?:\.\d{1,6})?")
_DASHES = re.compile(r"([A-Za-z]{1,10}|\d{1,3})-(-?[\d.]{1,12})-(-?[\d.]{1,12})(?:-(\d{1,4})-(\d{1,3}))?")
_POINTS = re.compile(r"\(\s?(-?[\d.]{1,12}) points(?:, ([\d.]{1,12}) required)?")
_SCORED = re.compile(r"([A-Za-z][\w -]{0,30}?)\s*[(,]\s*(?:[a-z]{1,10}=)?(-?[\d.]{1,12})")


@dataclass(frozen=True, slots=True)
class _Filter:
    fields: re.Pattern[str]
    software: str
    method: str
    form: str
    verdict: str
    keys: dict[str, Any]
    """Key in lower case -> its entry of the table."""


def read_filter(field: Field, text: str) -> Claim | None:
    """The verdict that a filter's field bears, with its keys told in words; None for a field of no known filter."""
    known = _filter_of(field.key)
    if known is None:
        return None
    pairs = tuple(_pairs(known, text[:_LONGEST].strip()))
    if not pairs:
        return None
    stated = {key.lower(): value for key, value in reversed(pairs)}
    result = stated.get(known.verdict.lower()) or "not stated"
    return Claim(
        field.index,
        field.name,
        None,
        known.method,
        result.lower()[:_VALUE],
        properties=tuple((key.lower(), value) for key, value in pairs),
        software=known.software,
        meanings=tuple(meaning for key, value in pairs if (meaning := _meaning(known, key, value))),
    )


def result_meanings(method: str, stated: tuple[tuple[str, str], ...]) -> tuple[Meaning, ...]:
    """What a receiver's additions to a result mean: (key, value) pairs of Authentication-Results, told in words."""
    table = read_table("claims", "methods.toml").get(method)
    if table is None:
        return ()
    return tuple(
        Meaning(key, value, entry["means"], words)
        for key, value in stated
        if (entry := table.get(key)) and (words := _starred(entry["values"], value.lower()))
    )


def _starred(values: dict[str, str], value: str) -> str:
    return values.get(value) or values.get(f"{value[:1]}*", "")


def _pairs(known: _Filter, text: str) -> list[tuple[str, str]]:
    """Keys and values, in order."""
    if known.form == "colons":
        cut = (piece.partition(":") for piece in text.split(";"))
        return [(key.strip(), value.strip()[:_VALUE]) for key, colon, value in cut if colon and value.strip()]
    if known.form == "named":  # the verdict is the first key: "junk:10;V03:K0:…"
        verdict, _, rest = text.partition(":")
        weight = rest.partition(";")[0].strip()[:_VALUE]
        return [*_word(verdict.strip()), *([("weight", weight)] if weight else [])]
    if known.form == "number":
        found = _NUMBER.search(text)
        return [("score", found[0])] if found else []
    if known.form == "equals":
        cut = (piece.partition("=") for piece in text.split(";"))
        return [(key.strip(), value.strip()[:_VALUE]) for key, equals, value in cut if equals and value.strip()]
    if known.form == "dashes":
        return _named(("verdict", "score", "required", "category", "type"), _DASHES.match(text))
    if known.form == "report":
        return _named(("score", "required"), _POINTS.search(text))
    if known.form == "scored":
        return _named(("verdict", "score"), _SCORED.match(text)) or _word(text)
    if known.form == "rspamd":
        return _rspamd(text)
    if known.form == "pairs":
        return _spamassassin(text)
    return _word(text)


def _word(text: str) -> list[tuple[str, str]]:
    return [("verdict", text[:_VALUE])] if text else []


def _named(keys: tuple[str, ...], found: re.Match[str] | None) -> list[tuple[str, str]]:
    """What a pattern caught, each under its key."""
    return [(key, value) for key, value in zip(keys, found.groups(), strict=True) if value] if found else []


def _spamassassin(text: str) -> list[tuple[str, str]]:
    """A first word or two up to a comma, then key=value; a list may be folded after its commas."""
    joined = re.sub(r",\s+(?=[A-Z0-9_]{3,}(?:=|,|\s|$))", ",", text)
    first = re.match(r"\s*([A-Za-z][A-Za-z ]{0,20}?)\s*(?:,|$)", joined)
    found = [("verdict", first[1])] if first else []
    return found + [(key, value.strip("[]\"'").rstrip(",")[:_VALUE]) for key, value in _PAIR.findall(joined)]


def _rspamd(text: str) -> list[tuple[str, str]]:
    found = _RSPAMD.match(text)
    if not found:
        return []
    rules = ",".join(f"{name}({points})" for name, points in _SYMBOL.findall(text)[:12])
    return [("verdict", found[1]), ("score", found[2]), ("required", found[3]), *([("tests", rules)] if rules else [])]


def _meaning(known: _Filter, key: str, value: str) -> Meaning | None:
    entry = known.keys.get(key.lower())
    if entry is None:
        return None
    values = entry.get("values", {})
    words = values.get(value.lower(), "") or values.get(f"{value.lower().partition(',')[0]}*", "")
    if not words and "ranges" in entry and _NUMBER.fullmatch(value):
        words = next((told for low, high, told in entry["ranges"] if low <= float(value) <= high), "")
    return Meaning(key, value, entry["means"], words)


@lru_cache(maxsize=512)
def _filter_of(key: str) -> _Filter | None:
    if not key.startswith(("x-", "spam", "cmm-", "ui-")):
        return None
    return next((known for known in _filters() if known.fields.fullmatch(key)), None)


@lru_cache(maxsize=1)
def _filters() -> tuple[_Filter, ...]:
    return tuple(
        _Filter(
            re.compile("|".join(translate(name) for name in entry["fields"])),
            entry["software"],
            entry["method"],
            entry["form"],
            entry.get("verdict", "score" if entry["form"] == "number" else "verdict"),
            {key.lower(): _lowered(told) for key, told in entry.get("keys", {}).items()},
        )
        for entry in read_table("claims", "filters.toml")["filter"]
    )


def _lowered(told: dict[str, Any]) -> dict[str, Any]:
    return {**told, "values": {value.lower(): words for value, words in told.get("values", {}).items()}}
