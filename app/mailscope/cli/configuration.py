"""The user's own defaults: a TOML file, read strictly, whose mistakes are told by file and key."""

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from mailscope.errors import LoadError
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.sources.reading import read_file

VARIABLE = "MAILSCOPE_CONFIG"
"""The environment variable that names the file; "none" for no file."""
_KEYS = ("dns", "own_hosts", "limits", "theme", "keys", "recent")


class ConfigError(LoadError):
    """The configuration cannot be used: one line that names the file, the key and what would do."""


@dataclass(frozen=True, slots=True)
class Config:
    """What the file says; what it leaves out is as the program has it."""

    dns: str | None = None
    own_hosts: tuple[str, ...] = ()
    limits: Limits = DEFAULT_LIMITS
    theme: str | None = None
    """Of the screen; None: what fits the terminal."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Keys of the screen, with commas between, by the id of what they do."""
    recent: bool = True
    """Whether the screen remembers the places opened last."""
    path: Path | None = None
    """Where it was read; None where there is no file."""


def read_config(named: str | None = None) -> Config:
    """The configuration named on the command line, by MAILSCOPE_CONFIG, or at its usual place, which may be empty.

    "none" reads no file. Raises ConfigError for a file that is named and missing, or one that is wrong.
    """
    named = named if named is not None else os.environ.get(VARIABLE)
    if named == "none":
        return Config()
    path = Path(named).expanduser() if named else usual_place()
    if not named and not path.is_file():
        return Config()
    try:
        told = tomllib.loads(read_file(path).decode("utf-8"))
    except LoadError as error:
        raise ConfigError(f"the configuration {error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is no TOML: {error}") from error
    return _config(told, path)


def usual_place() -> Path:
    """Where the file lies if nothing else is said: ~/.config/mailscope/config.toml on Linux."""
    # late: only a call that names no file asks where files are kept
    from platformdirs import user_config_path  # noqa: PLC0415

    return user_config_path("mailscope") / "config.toml"


def _config(told: dict[str, Any], path: Path) -> Config:
    for key in told:
        if key not in _KEYS:
            raise ConfigError(f"{path}: there is no key {key!r}{_nearest(key, _KEYS)}")
    dns = told.get("dns")
    if dns is not None and not (isinstance(dns, str) and dns):
        raise ConfigError(f'{path}: dns is "live", "none" or the path of a snapshot, not {_brief(dns)}')
    if dns not in (None, "live", "none"):
        dns = str(path.parent / Path(dns).expanduser())  # a snapshot lies beside the file that names it
    hosts = told.get("own_hosts", [])
    if not isinstance(hosts, list) or not all(isinstance(host, str) for host in hosts):
        raise ConfigError(f'{path}: own_hosts is a list of names in quotes, ["mx.example.org", ".example.net"]')
    theme = told.get("theme")
    if theme is not None and not isinstance(theme, str):
        raise ConfigError(f'{path}: theme is the name of one, "mailscope-light", not {_brief(theme)}')
    recent = told.get("recent", True)
    if not isinstance(recent, bool):
        raise ConfigError(f"{path}: recent is true or false, not {_brief(recent)}")
    limits = _limits(told.get("limits", {}), path)
    return Config(dns, tuple(hosts), limits, theme, _keys(told.get("keys", {}), path), recent, path)


def _keys(told: object, path: Path, under: str = "") -> dict[str, str]:
    """Keys by id, desk.export; the dot may make a table of its own."""
    if not isinstance(told, dict):
        raise ConfigError(f'{path}: keys is a table: a line [keys], and below it "desk.export" = "ctrl+e"')
    made: dict[str, str] = {}
    for name, value in told.items():
        if isinstance(value, dict) and not under:
            made |= _keys(value, path, f"{name}.")
        elif isinstance(value, str) and value:
            made[f"{under}{name}"] = value
        else:
            raise ConfigError(f'{path}: keys.{under}{name} is a key like "ctrl+e", not {_brief(value)}')
    return made


def _limits(told: object, path: Path) -> Limits:
    if not isinstance(told, dict):
        raise ConfigError(f"{path}: limits is a table: a line [limits], and below it file_bytes = 100_000_000")
    known = {each.name: getattr(DEFAULT_LIMITS, each.name) for each in fields(Limits)}
    for key, value in told.items():
        if key not in known:
            raise ConfigError(f"{path}: there is no key {key!r} in limits{_nearest(key, tuple(known))}")
        whole = isinstance(known[key], int)
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float) or value <= 0:
            number = "a whole number" if whole else "a number"
            raise ConfigError(f"{path}: limits.{key} is {number} above zero, not {_brief(value)}")
    return replace(DEFAULT_LIMITS, **told)


def _nearest(key: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known[:12])}"


def _brief(value: object) -> str:
    return repr(value)[:60]
