"""What a terminal sends when files are dropped on it or text is pasted: paths that exist, or text."""

from dataclasses import dataclass
from pathlib import Path

_PATHS = 64 * 1024
"""A drop of paths is never longer."""


@dataclass(frozen=True, slots=True)
class Drop:
    """What was dropped or pasted: files and folders, names of files that are not here, or text."""

    paths: tuple[Path, ...] = ()
    missing: tuple[str, ...] = ()
    text: str | None = None


def read_drop(text: str) -> Drop:
    """Paths where what was pasted names files that exist, in whatever quoting; else the text itself."""
    name = text.strip().strip("'\"")
    if 0 < len(name) < 4096 and "\n" not in name and "\0" not in name:
        try:
            if Path(name).exists():
                return Drop(paths=(Path(name),))
        except (OSError, ValueError):
            pass
    return Drop(text=text)
