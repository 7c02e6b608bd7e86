"""What a terminal sends when files are dropped on it or text is pasted: paths that exist, or text."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mailscope.sources.quoting import LOOKS, WINDOWS, quoted_words, readings, shell_words

_PATHS = 64 * 1024
"""Characters; a drop of paths is never longer."""
_LONGEST = 4_096
"""Characters of one path (PATH_MAX)."""
_CUTS = 100
"""Places at which a line of unquoted names is tried to be cut, for one name."""
_LOOKUPS = 20_000
"""Names that are looked up in the file system for one drop."""
_STEERING = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]{0,1000}(?:\x07|\x1b\\)|[@-Z\\^_])|\ufeff")
_CUT = re.compile(r"(?<=.)(?=[ \t]+|/|[A-Za-z]:\\|file:/)")


@dataclass(frozen=True, slots=True)
class Drop:
    """What was dropped or pasted: files and folders, names of files that are not here, or text."""

    paths: tuple[Path, ...] = ()
    missing: tuple[str, ...] = ()
    """What looks like a path and is none here: as a rule a file dropped into a remote session."""
    text: str | None = None
    """What is no path at all, as it came."""


def read_drop(text: str, home: Path | None = None) -> Drop:
    """Paths where what came names files that exist, in whatever quoting; else names that do not exist, or the text.

    home is what ~/ means (default: the user's). Existence decides what a name means, never the style of its quoting.
    Linear in the length of the text, and bounded in how often the file system is asked.
    """
    if len(text) > _PATHS:
        return Drop(text=text)
    plain = _STEERING.sub("", text).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip("\n")
    lines = [line for line in plain.split("\n") if line.strip()]
    if not lines:
        return Drop(text=text)
    finder = _Finder(home)
    whole = finder.find(text) or finder.find(plain) if len(text) <= _LONGEST else None
    if whole is not None:
        return Drop(paths=(whole,))
    paths: list[Path] = []
    missing: list[str] = []
    for line in lines:
        found = finder.line(line)
        if found:
            paths += found
        elif LOOKS.match(line.lstrip()) and len(line) <= _LONGEST:
            for name, path in finder.named(line):
                if path is not None:
                    paths.append(path)
                else:
                    missing.append(name)
        else:
            return Drop(text=text)
    return Drop(paths=tuple(dict.fromkeys(paths)), missing=tuple(dict.fromkeys(missing)))


class _Finder:
    """Looks names up, a bounded number of times."""

    def __init__(self, home: Path | None) -> None:
        self._home = home
        self._left = _LOOKUPS

    def find(self, word: str) -> Path | None:
        """The file or folder that a word names, in any quoting; None where there is none."""
        return next((path for name in readings(word) if (path := self._exists(name)) is not None), None)

    def line(self, line: str) -> list[Path]:
        """Every file that a line names; empty where a part of it names none."""
        one = self.find(line)
        if one is not None:
            return [one]
        splitters: tuple[Callable[[str], list[str] | None], ...] = (shell_words, quoted_words)
        for split in splitters:
            words = split(line)
            if words and words != [line]:
                found = self._all(words)
                if found:
                    return found
        return self._unquoted(line)

    def named(self, line: str) -> Iterator[tuple[str, Path | None]]:
        """The names of a line of which some name nothing, as far as they can be told without the files."""
        for split in (shell_words, quoted_words):
            words = split(line)
            if words and all(LOOKS.match(word) for word in words):
                for word in words:
                    yield _plainest(word), self.find(word)
                return
        yield _plainest(line), None

    def _all(self, words: list[str]) -> list[Path]:
        paths: list[Path] = []
        for word in words:
            path = self.find(word)
            if path is None:
                return []
            paths.append(path)
        return paths

    def _unquoted(self, line: str) -> list[Path]:
        """Names with bare blanks, or glued together: the longest that exists, then the longest of the rest."""
        paths: list[Path] = []
        rest = line.strip()
        while rest:
            ends = [match.start() for match in _CUT.finditer(rest[:_LONGEST])][:_CUTS]
            for end in (*([len(rest)] if len(rest) <= _LONGEST else []), *reversed(ends)):
                path = self.find(rest[:end])
                if path is not None and (end == len(rest) or path.is_file() or rest[end] in " \t"):
                    paths.append(path)
                    rest = rest[end:].strip()
                    break
            else:
                return []
        return paths

    def _exists(self, name: str) -> Path | None:
        if self._left <= 0 or len(name) > _LONGEST:
            return None
        self._left -= 1
        try:
            home = self._home or Path.home() if name.startswith("~/") else None
            path = home / name[2:] if home else Path(name)
            os.lstat(path)
        except (OSError, ValueError, RuntimeError):
            return None
        return path


def _plainest(word: str) -> str:
    """The reading that looks most like a name."""
    names = [name for name in readings(word.strip()) if name[:1] not in "&$'\"" and name[:5].lower() != "file:"]
    windows = next((name for name in names if WINDOWS.match(name)), None)
    return windows or (names[-1] if names else word.strip())
