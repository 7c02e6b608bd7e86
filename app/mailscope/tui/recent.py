"""The places opened last: paths only, in one small file of the reader's own."""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

MOST = 20
"""Paths that are remembered."""
_LONGEST = 4_096
_BYTES = 256 * 1024


class Recent:
    """Paths, the last opened first; a file that cannot be read or written is no list, and no error."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.paths = _read(file)

    def add(self, paths: Iterable[str]) -> None:
        """Put these first, absolute, and keep that: written beside the file, then put in its place."""
        new = [os.path.abspath(path) for path in paths]  # noqa: PTH100 - links stay as they are called
        new = [path for path in new if len(path) <= _LONGEST][:MOST]
        known = _read(self._file)  # another window may have added some
        self.paths = tuple(dict.fromkeys((*new, *known)))[:MOST]
        part = self._file.with_name(f"{self._file.name}.{os.getpid()}.part")
        with suppress(OSError, UnicodeError):
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(number, "w", encoding="ascii") as stream:
                json.dump(self.paths, stream, indent=1)
            part.replace(self._file)


def _read(file: Path) -> tuple[str, ...]:
    try:
        with file.open("rb") as stream:
            data = json.loads(stream.read(_BYTES))
    except (OSError, ValueError, RecursionError):
        return ()
    if not isinstance(data, list):
        return ()
    return tuple(path for path in data if isinstance(path, str) and 0 < len(path) <= _LONGEST)[:MOST]


def recent_file() -> Path:
    """Where the list lies: $XDG_STATE_HOME/mailscope, or what stands for it on other systems."""
    # late: only the screen remembers places
    from platformdirs import user_state_path  # noqa: PLC0415

    return user_state_path("mailscope", appauthor=False) / "recent.json"
