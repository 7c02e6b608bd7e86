"""One thing that a big receiver asks of its senders, and whether a message meets it."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from mailscope.errors import TableError
from mailscope.tables import read_table


class State(StrEnum):
    """Whether a requirement is met, as far as one message tells."""

    PASS = "pass"  # noqa: S105 - a result, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"
    """One message cannot tell."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Who asks it, and of whom."""

    provider: str
    """"google", "yahoo", "microsoft", "apple", "gmx"."""
    title: str
    """The provider's name for people."""
    level: str
    """"everyone", "bulk" or "advised"."""
    source: str
    """The provider's own page."""
    codes: tuple[str, ...] = ()
    """Enhanced status codes (RFC 3463) by which the provider names the requirement when it refuses mail."""
    bulk: str = ""
    """Whom the provider counts as a bulk sender."""
    enforced: str = ""
    """Since when, and how, one sentence or two."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One row of the checklist."""

    id: str
    title: str
    state: State
    why: str
    """One sentence, safe to show: what the state rests on."""
    demands: tuple[Demand, ...]
    remedy: str
    reference: str

    @property
    def level(self) -> str:
        """The strictest level at which anybody asks it: "everyone", "bulk" or "advised"."""
        levels = {demand.level for demand in self.demands}
        return next(level for level in LEVELS if level in levels)


LEVELS = {"everyone": "of everyone", "bulk": "of bulk senders", "advised": "as advice"}
"""The levels, strictest first, in the words that follow "asked"."""


@lru_cache(maxsize=1)
def listed() -> dict[str, Requirement]:
    """Every requirement of tables/senders, not yet judged; raises TableError where the table is malformed."""
    table = read_table("senders", "requirements.toml")
    try:
        providers = table["provider"]
        return {
            ident: Requirement(
                id=ident,
                title=row["title"],
                state=State.UNKNOWN,
                why="",
                demands=tuple(
                    Demand(
                        name,
                        providers[name]["title"],
                        _level(level),
                        providers[name]["source"],
                        tuple(row.get("codes", {}).get(name, ())),
                        providers[name]["bulk"],
                        providers[name]["enforced"],
                    )
                    for name, level in row["providers"].items()
                ),
                remedy=row["remedy"],
                reference=row["reference"],
            )
            for ident, row in table["requirement"].items()
        }
    except (KeyError, TypeError, ValueError) as error:
        raise TableError(f"tables/senders/requirements.toml lacks or garbles {error}") from error


def _level(word: str) -> str:
    if word not in LEVELS:
        raise ValueError(word)
    return word
