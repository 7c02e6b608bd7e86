"""Answers that a recording gives, or nobody; and the making of recordings."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mailscope.dns.answer import Answer, Asked, DnsMode, Outcome, Question
from mailscope.dns.name import absolute
from mailscope.moment import iso

ALIASES = 16
"""CNAMEs followed for one question; resolvers give up about there."""
_TEXT = frozenset({"TXT", "SPF"})
_WORDS = {
    "NXDOMAIN": Outcome.NXDOMAIN,
    "NODATA": Outcome.NODATA,
    "SERVFAIL": Outcome.SERVFAIL,
    "REFUSED": Outcome.REFUSED,
    "TIMEOUT": Outcome.TIMEOUT,
    "NOT-RECORDED": Outcome.NOT_RECORDED,
}
_WORD_OF = {outcome: word for word, outcome in _WORDS.items()}


class NoDns:
    """Nobody answers: the reader allowed no DNS."""

    mode = DnsMode.NONE

    def ask(self, name: str, rdtype: str) -> Answer:
        """An answer that says that nothing was asked."""
        wanted = absolute(name)
        if wanted is None:
            return invalid(name, rdtype)
        return Answer(Question(wanted, rdtype.upper()), Outcome.NOT_ASKED)


def invalid(name: str, rdtype: str) -> Answer:
    """The answer for a name that DNS cannot carry."""
    return Answer(Question(name[:1024], rdtype.upper()), Outcome.INVALID, note="DNS cannot carry this name")


@dataclass(frozen=True, slots=True)
class _Set:
    """What a snapshot holds for one name and type."""

    outcome: Outcome
    records: tuple[str, ...] = ()
    strings: tuple[tuple[bytes, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class _Meta:
    """What a snapshot tells of itself, by "name. TYPE" where it is about one answer."""

    absent: Outcome | None
    validated: Mapping[str, bool]
    ttl: Mapping[str, int]
    seconds: Mapping[str, float]
    notes: Mapping[str, str]
    server: str


class SnapshotDns:
    """A recording in the form of docs/dns.md, from a file, JSON-like mapping of names to types to answers.

    Raises OSError where the file cannot be read, ValueError, in one line, where it is no snapshot.
    """

    mode = DnsMode.SNAPSHOT

    def __init__(self, snapshot: Path | str | Mapping[str, Any]) -> None:
        data = snapshot if isinstance(snapshot, Mapping) else _read(Path(snapshot))
        self._meta = _meta(data.get("meta", {}))
        self._names: dict[str, dict[str, _Set]] = {}
        for name, types in data.items():
            if name != "meta":
                self._names.setdefault(_key(name), {}).update(_types(name, types))
        self._parents = {
            parent for name, types in self._names.items() if _exists(types) for parent in _parents_of(name)
        }

    def ask(self, name: str, rdtype: str) -> Answer:
        """What the recording holds, CNAMEs followed."""
        wanted = absolute(name)
        if wanted is None:
            return invalid(name, rdtype)
        question = Question(wanted, rdtype.upper())
        aliases: list[str] = []
        place = wanted
        while True:
            found = self._at(place, question.type)
            if isinstance(found, _Set):
                return self._answer(question, place, found, tuple(aliases))
            if found in aliases or found == wanted:
                note = f"the aliases lead in a circle: {' '.join((wanted, *aliases, found))}"
                return Answer(question, Outcome.SERVFAIL, aliases=tuple(aliases), note=note[:400])
            if len(aliases) >= ALIASES:
                return Answer(
                    question, Outcome.SERVFAIL, aliases=tuple(aliases), note=f"more than {ALIASES} aliases in a row"
                )
            aliases.append(found)
            place = found

    def _at(self, name: str, rdtype: str) -> "_Set | str":
        """What stands at a name, or the name that it is an alias for."""
        types = self._names.get(name)
        if types is None:
            absent = self._meta.absent or Outcome.NXDOMAIN
            if absent is Outcome.NXDOMAIN and name in self._parents:
                return _Set(Outcome.NODATA)
            return _Set(absent)
        found = types.get(rdtype)
        if found is not None:
            return found
        alias = types.get("CNAME")
        if alias is not None and alias.outcome is Outcome.ANSWER:
            target = absolute(alias.records[0])
            return target if target is not None else _Set(Outcome.SERVFAIL)
        return types.get("*", _Set(Outcome.NODATA))

    def _answer(self, question: Question, place: str, found: _Set, aliases: tuple[str, ...]) -> Answer:
        label = f"{question.name} {question.type}"
        end = f"{place} {question.type}"
        return Answer(
            question,
            found.outcome,
            found.records,
            found.strings,
            aliases,
            validated=self._meta.validated.get(label, self._meta.validated.get(end)),
            ttl=self._meta.ttl.get(label, self._meta.ttl.get(end)),
            seconds=self._meta.seconds.get(label),
            note=self._meta.notes.get(label, ""),
            server=self._meta.server if label in self._meta.seconds else "",
        )


def keep(known: dict[Question, Asked], asked: Iterable[Asked]) -> None:
    """Put answers to those that are known; of two to one question the more certain one stays."""
    for each in asked:
        old = known.get(each.answer.question)
        if old is None or (each.answer.outcome.certain and not old.answer.outcome.certain):
            known[each.answer.question] = each


def record(asked: Iterable[Asked]) -> dict[str, Any]:
    """A snapshot of these answers, ready for JSON; what nobody answered is left out."""
    names: dict[str, dict[str, Any]] = {}
    validated: dict[str, bool] = {}
    ttl: dict[str, int] = {}
    seconds: dict[str, float] = {}
    notes: dict[str, str] = {}
    servers: dict[str, None] = {}
    for each in asked:
        answer = each.answer
        if answer.limited or not (answer or answer.outcome in _WORD_OF):
            continue
        if answer.outcome is Outcome.NOT_RECORDED:
            continue
        place = answer.question.name
        chain = answer.aliases if answer.outcome.certain else ()
        for alias in chain:
            names.setdefault(place, {})["CNAME"] = [alias]
            place = alias
        types = names.setdefault(place, {})
        types[answer.question.type] = _written(answer)
        # A recording knows what was asked and nothing else; a name that does not exist has no other types either.
        if answer.outcome is Outcome.NXDOMAIN or "*" not in types:
            types["*"] = "NXDOMAIN" if answer.outcome is Outcome.NXDOMAIN else "NOT-RECORDED"
        servers |= dict.fromkeys(filter(None, [answer.server]))
        label = f"{answer.question.name} {answer.question.type}"
        if answer.validated is not None:
            validated[label] = answer.validated
        if answer.ttl is not None:
            ttl[label] = answer.ttl
        if answer.seconds is not None:
            seconds[label] = round(answer.seconds, 4)
        if answer.note:
            notes[label] = answer.note
    meta = {"absent": "NOT-RECORDED", "recorded": iso(datetime.now(UTC))}
    told = {"server": ", ".join(servers), "validated": validated, "ttl": ttl, "seconds": seconds, "notes": notes}
    return {"meta": {**meta, **{key: value for key, value in told.items() if value}}, **names}


def _written(answer: Answer) -> list[str | list[str]] | str:
    if answer.outcome is not Outcome.ANSWER:
        return _WORD_OF[answer.outcome]
    if not answer.strings:
        return list(answer.records)
    return [
        joined if _chunks(joined.encode("latin-1")) == parts else [part.decode("latin-1") for part in parts]
        for parts, joined in zip(answer.strings, answer.records, strict=True)
    ]


def _unusable(why: str) -> ValueError:
    return ValueError(why)


def _read(path: Path) -> Mapping[str, Any]:
    try:
        data = json.loads(path.read_bytes())
    except RecursionError:
        raise _unusable("it is nested too deeply") from None
    except UnicodeDecodeError:
        raise _unusable("it is not text") from None
    except json.JSONDecodeError as error:
        raise _unusable(f"it is not JSON (line {error.lineno}: {error.msg})") from None
    if not isinstance(data, dict):
        raise _unusable('it is not an object of names, like {"example.org.": {"TXT": ["v=spf1 -all"]}}')
    return data


def _key(name: object) -> str:
    made = absolute(name) if isinstance(name, str) else None
    if made is None:
        raise _unusable(f"{str(name)[:60]!r} is no domain name")
    return made


def _types(name: str, types: object) -> dict[str, _Set]:
    if not isinstance(types, Mapping):
        raise _unusable(f'{name[:60]!r} should hold types, like {{"TXT": ["..."]}}')
    return {str(rdtype).upper(): _set(name, str(rdtype).upper(), value) for rdtype, value in types.items()}


def _set(name: str, rdtype: str, value: object) -> _Set:
    where = f"{name[:60]} {rdtype[:20]}"
    if isinstance(value, str):
        if value.upper() not in _WORDS:
            raise _unusable(f"{where}: an answer is a list or one of {', '.join(_WORDS)}, not {value[:40]!r}")
        return _Set(_WORDS[value.upper()])
    if not isinstance(value, list | tuple):
        raise _unusable(f"{where}: an answer is a list or a word, not {type(value).__name__}")
    if not value:
        return _Set(Outcome.NODATA)
    strings = tuple(_strings(where, each) for each in value)
    if rdtype in _TEXT:
        return _Set(Outcome.ANSWER, tuple(b"".join(parts).decode("latin-1") for parts in strings), strings)
    return _Set(Outcome.ANSWER, tuple(" ".join(part.decode("latin-1") for part in parts) for parts in strings))


def _strings(where: str, value: object) -> tuple[bytes, ...]:
    parts: Any = value if isinstance(value, list | tuple) else [value]
    try:
        raw = tuple(str.encode(part, "latin-1") for part in parts)
    except TypeError:
        raise _unusable(f"{where}: a record is text, or a list of texts") from None
    except UnicodeEncodeError as error:
        char = error.object[error.start]
        raise _unusable(f"{where}: one character stands for one byte, and {char!r} is none") from None
    return raw if isinstance(value, list | tuple) else _chunks(raw[0])


def _chunks(text: bytes) -> tuple[bytes, ...]:
    """A TXT record's text in strings as long as they may be (RFC 1035 section 3.3)."""
    return tuple(text[at : at + 255] for at in range(0, len(text), 255)) or (b"",)


def _exists(types: Mapping[str, _Set]) -> bool:
    """Whether what is known of a name means that it exists, and so do its parents (RFC 8020)."""
    absent = (Outcome.NXDOMAIN, Outcome.NOT_RECORDED)
    return not types or any(each.outcome not in absent for each in types.values())


def _parents_of(name: str) -> Iterable[str]:
    rest = name
    while rest:
        rest = rest.partition(".")[2]
        if rest:
            yield rest


def _meta(value: object) -> _Meta:
    if not isinstance(value, Mapping):
        raise _unusable("meta should be an object")
    word = value.get("absent")
    if word is not None and str(word).upper() not in _WORDS:
        raise _unusable(f"meta.absent is one of {', '.join(_WORDS)}, not {str(word)[:40]!r}")
    return _Meta(
        _WORDS[str(word).upper()] if word is not None else None,
        validated=_flags(value.get("validated", {})),
        ttl={label: int(each) for label, each in _told(value, "ttl").items() if isinstance(each, int)},
        seconds={
            label: float(each) for label, each in _told(value, "seconds").items() if isinstance(each, int | float)
        },
        notes={label: each for label, each in _told(value, "notes").items() if isinstance(each, str)},
        server=str(value.get("server") or ""),
    )


def _flags(value: object) -> dict[str, bool]:
    """Which answers were validated: an object of "name. TYPE" to true or false, or a list of those that were."""
    if isinstance(value, list | tuple):
        return {str(label): True for label in value}
    given = value if isinstance(value, Mapping) else {}
    return {str(label): each for label, each in given.items() if isinstance(each, bool)}


def _told(meta: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = meta.get(key, {})
    return value if isinstance(value, Mapping) else {}
