"""How terminals, shells and file managers write the names of files, undone without knowing which of them wrote."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

LOOKS = re.compile(r"(?:&\s*)?(?:\$?['\"])?(?:/(?![/*])|~/|\.{1,2}/|[A-Za-z]:[\\/]|\\\\|file:/)", re.IGNORECASE)
"""How a path begins, whatever stands around it."""
WINDOWS = re.compile(r"[A-Za-z]:[\\/]|\\\\")
"""How a path of Windows begins."""
_DRIVE = re.compile(r"([A-Za-z]):[\\/]")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_SHELL_ESCAPE = re.compile(r"\\([^A-Za-z0-9])", re.DOTALL)
_ANSI_C = re.compile(r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{4})|([0-7]{1,3})|(.))", re.DOTALL)
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v"}


def readings(word: str) -> Iterator[str]:
    """Every name that a word may stand for, the most literal first; which one is meant, existence decides."""
    seen: set[str] = set()
    for text in (word, word.removesuffix(" "), word.strip()):
        for reading in _readings(text):
            for name in (reading, *_elsewhere(reading)):
                if name and name not in seen:
                    seen.add(name)
                    yield name


def _readings(word: str) -> Iterator[str]:
    yield word
    if word[:5].lower() == "file:":
        yield _of_uri(word)
        return
    bare = word[1:].lstrip() if word.startswith("&") else word  # PowerShell calls what it is given
    if bare != word:
        yield bare
    if bare.startswith("$'") and bare.endswith("'") and len(bare) > 3:
        yield _ANSI_C.sub(_ansi_c, bare[2:-1])
    if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "'\"":
        inner = bare[1:-1]
        yield inner
        yield inner.replace("'\\''", "'").replace("\\'", "'")
        yield _ESCAPE.sub(r"\1", inner)
        bare = inner
    if "\\" in bare:
        yield _SHELL_ESCAPE.sub(r"\1", bare)  # a backslash before a letter belongs to a Windows name
        yield _ESCAPE.sub(r"\1", bare)


def _elsewhere(name: str) -> Iterator[str]:
    """The same file as this system calls it."""
    drive = _DRIVE.match(name)
    if drive is not None:
        # Windows names under WSL.
        yield f"/mnt/{drive[1].lower()}/" + name[3:].replace("\\", "/")
    if name[:5].lower() == "file:":
        yield _of_uri(name)


def _of_uri(uri: str) -> str:
    """The path of a file URI (RFC 8089); a drive letter loses the slash before it."""
    rest = uri[5:]
    if rest.startswith("//"):
        rest = rest[2:]
        host, slash, path = rest.partition("/")
        rest = slash + path if slash else host
    path = unquote(rest, errors="surrogateescape")
    return path[1:] if re.match(r"/[A-Za-z]:[\\/]", path) else path


def _ansi_c(match: "re.Match[str]") -> str:
    """One escape of a $'…' string."""
    if match[1] or match[2]:
        return chr(int(match[1] or match[2], 16))
    if match[3]:
        return chr(int(match[3], 8))
    return _NAMED.get(match[4], match[4])


def shell_words(line: str) -> list[str] | None:
    """A line as a POSIX shell would split it, each word without its quoting; None where a quotation does not end."""
    words: list[str] = []
    word: list[str] | None = None
    position = 0
    while position < len(line):
        char = line[position]
        position += 1
        if char in " \t":
            if word is not None:
                words.append("".join(word))
                word = None
            continue
        word = [] if word is None else word
        if char == "\\" and position < len(line):
            word.append(line[position])
            position += 1
        elif char in "'\"":
            end = line.find(char, position)
            if end < 0:
                return None
            inside = line[position:end]
            word.append(inside if char == "'" else inside.replace('\\"', '"'))
            position = end + 1
        else:
            word.append(char)
    if word is not None:
        words.append("".join(word))
    return words


def quoted_words(line: str) -> list[str]:
    """A line split at blanks outside of double quotes, backslashes left alone, as Windows does."""
    return [match[1] if match[2] is None else match[2] for match in re.finditer(r'"([^"]*)"|([^\s"]+)', line)]
