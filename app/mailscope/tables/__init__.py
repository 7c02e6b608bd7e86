"""Text that a postmaster could correct, kept as data and read once."""

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any

from mailscope.errors import TableError
from mailscope.visible import visible


@lru_cache(maxsize=256)
def read_table(*parts: str) -> dict[str, Any]:
    """A TOML table by its place below tables/ ("findings", "dkim.toml"); callers must not change it.

    Raises TableError where it is missing or malformed.
    """
    place = resources.files(__name__).joinpath(*parts)
    try:
        return tomllib.loads(place.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TableError(f"table {'/'.join(parts)} cannot be read: {error}") from error


def sentence(folder: str, name: str, ident: str, /, **facts: str | int | None) -> str:
    """The text of one entry of a table, its {names} filled in with facts, which are made safe to show.

    Raises TableError where there is no such entry, or where it asks for a fact that is not given.
    """
    safe = {key: visible(fact) if isinstance(fact, str) else fact for key, fact in facts.items()}
    try:
        return str(read_table(folder, name)[ident]["text"]).format_map(safe)
    except (KeyError, TypeError, ValueError) as error:
        raise TableError(f"{ident} in table {folder}/{name} lacks or garbles {error}") from error


@lru_cache(maxsize=32)
def table_names(folder: str) -> tuple[str, ...]:
    """The names of the TOML files in a folder below tables/, sorted; empty where there is no such folder."""
    place = resources.files(__name__).joinpath(folder)
    if not place.is_dir():
        return ()
    return tuple(sorted(entry.name for entry in place.iterdir() if entry.name.endswith(".toml")))


def read_text(*parts: str) -> str:
    """A text file by its place below tables/, UTF-8; raises TableError where it is missing."""
    place = resources.files(__name__).joinpath(*parts)
    try:
        return place.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TableError(f"table {'/'.join(parts)} cannot be read: {error}") from error
