"""The reader's configuration: one TOML file, read once; what is wrong in it is said with file and key."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from mailscope.errors import MailscopeError

VARIABLE = "MAILSCOPE_CONFIG"
"""The environment variable that names another file; empty: none is read."""


class ConfigError(MailscopeError):
    """A configuration that cannot be used, in one line: the file, the key, what is wrong."""


@dataclass(frozen=True, slots=True)
class Config:
    """What the reader settled once; the command line goes before it."""

    theme: str | None = None
    """Name of the theme; None: ours for dark terminals, the terminal's own colours where it has sixteen."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Keys, with commas between, by the id of what they do."""
    own_hosts: tuple[str, ...] = ()
    dns: str | None = None
    """As --dns."""
    recent: bool = True
    """Whether the places opened last are remembered."""
    source: Path | None = None
    """Where it was read; None: there is no file."""


def config_file() -> Path | None:
    """The file that is read: named by the environment, or config.toml where such files belong (XDG)."""
    named = os.environ.get(VARIABLE)
    if named is not None:
        return Path(named).expanduser() if named else None
    # late: few calls need to know where configurations lie
    from platformdirs import user_config_path  # noqa: PLC0415

    return user_config_path("mailscope", appauthor=False) / "config.toml"


def read_config(path: Path | None) -> Config:
    """The configuration in a file; where there is no file, an empty one. Raises ConfigError."""
    if path is None:
        return Config()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if os.environ.get(VARIABLE):
            raise ConfigError(f"{path}: there is no such file ({VARIABLE} names it)") from None
        return Config()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    for key in data:
        if key not in _READERS:
            near = get_close_matches(key, _READERS, 1, 0.5)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ConfigError(f"{path}: {key}: there is no such key{hint} (there are {', '.join(_READERS)})")
    try:
        return Config(**{key: _READERS[key](key, value) for key, value in data.items()}, source=path)
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from None


def _text(key: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f'{key}: a text is wanted, like {key} = "..."')
    return value


def _texts(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueError(f'{key}: a list of texts is wanted, like {key} = ["..."]')
    return tuple(value)


def _flag(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{key}: true or false is wanted")  # noqa: TRY004 - all of these are caught as one
    return value


def _table(key: str, value: object) -> dict[str, str]:
    """A table of texts; the dots of an id may make tables of their own (desk.export = "x")."""
    if not isinstance(value, dict):
        raise ValueError(f'{key}: a table is wanted, like [{key}] and below it "desk.export" = "x"')  # noqa: TRY004
    made: dict[str, str] = {}
    for name, each in value.items():
        if isinstance(each, dict):
            made |= {f"{name}.{rest}": text for rest, text in _table(f"{key}.{name}", each).items()}
        else:
            made[name] = _text(f"{key}.{name}", each)
    return made


_READERS: dict[str, Any] = {
    "theme": _text,
    "keys": _table,
    "own_hosts": _texts,
    "dns": _text,
    "recent": _flag,
}
