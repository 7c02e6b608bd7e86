"""Text that a postmaster could correct, kept as data and read once."""

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any

from mailscope.errors import TableError


@lru_cache(maxsize=256)
def read_table(*parts: str) -> dict[str, Any]:
    """A TOML table by its place below tables/, e.g. read_table("findings", "dkim.toml"); callers must not change it.

    Raises TableError where it is missing or malformed.
    """
    place = resources.files(__name__).joinpath(*parts)
    try:
        return tomllib.loads(place.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TableError(f"table {'/'.join(parts)} cannot be read: {error}") from error


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
