"""The tokens of structured header fields (RFC 5322 section 3.2), read once from left to right."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_SPACE = " \t\r\n"
_SPECIALS = frozenset('()<>[]:;@\\,."')


class TokenKind(StrEnum):
    """What a token is."""

    ATOM = "atom"
    QUOTED = "quoted"
    """A quoted string; its text is what stands between the quotes, quoted pairs resolved."""
    COMMENT = "comment"
    """A comment; its text is what stands between the outermost parentheses, quoted pairs resolved."""
    LITERAL = "literal"
    """A domain literal with its brackets."""
    SPECIAL = "special"
    """One of the characters that RFC 5322 sets apart, or one that lacks its partner."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a field's value; start and stop are offsets into the text that was read."""

    kind: TokenKind
    text: str
    start: int
    stop: int
    spaced: bool = False
    """Whether white space or a comment stands before it."""

    def is_special(self, characters: str) -> bool:
        """Whether it is one of these special characters."""
        return self.kind is TokenKind.SPECIAL and self.text in characters


def tokens(text: str, specials: frozenset[str] = _SPECIALS) -> tuple[Token, ...]:
    """The tokens of a value, comments among them; linear in the text, and anything gives tokens.

    specials are the characters that end an atom; a parenthesis, quote or bracket that is never closed
    is a special of its own.
    """
    return tuple(_read(text, specials))


def without_comments(text: str) -> str:
    """The text with every comment replaced by a space; quoted strings stay as they stand."""
    if "(" not in text:
        return text
    pieces: list[str] = []
    position = 0
    for token in _read(text, _SPECIALS):
        if token.kind is TokenKind.COMMENT:
            pieces += (text[position : token.start], " ")
            position = token.stop
    pieces.append(text[position:])
    return "".join(pieces)


def decoded(text: str) -> bytes:
    """The bytes behind text that was read with surrogate escapes."""
    return text.encode("utf-8", "surrogateescape")


def _read(text: str, specials: frozenset[str]) -> Iterator[Token]:
    position, size = 0, len(text)
    spaced = False
    partners: dict[int, int] | None = None
    unclosed = set[str]()
    while position < size:
        char = text[position]
        if char in _SPACE:
            position += 1
            spaced = True
            continue
        stop = position
        kind = TokenKind.SPECIAL
        if char == "(":
            if partners is None:
                partners = _partners(text, position)
            stop, kind = partners.get(position, position), TokenKind.COMMENT
        elif char == '"' and char not in unclosed:
            stop, kind = _closing(text, position, '"'), TokenKind.QUOTED
        elif char == "[" and char not in unclosed and "[" in specials:
            stop, kind = _closing(text, position, "]"), TokenKind.LITERAL
        elif char not in specials and char != '"':
            stop = _atom(text, position, specials)
            yield Token(TokenKind.ATOM, text[position:stop], position, stop, spaced)
            position, spaced = stop, False
            continue
        if stop == position:
            if char in '"[':
                unclosed.add(char)
            yield Token(TokenKind.SPECIAL, char, position, position + 1, spaced)
            position, spaced = position + 1, False
            continue
        inner = text[position:stop] if kind is TokenKind.LITERAL else _unquoted(text[position + 1 : stop - 1])
        yield Token(kind, inner, position, stop, spaced)
        position, spaced = stop, kind is TokenKind.COMMENT


def _atom(text: str, position: int, specials: frozenset[str]) -> int:
    size = len(text)
    while position < size:
        char = text[position]
        if char in specials or char in _SPACE or char in '"(':
            break
        position += 1
    return position


def _closing(text: str, start: int, mark: str) -> int:
    """One past the unescaped mark that closes what opens at start; start where there is none."""
    position = start + 1
    while True:
        end = text.find(mark, position)
        if end < 0:
            return start
        escaped = text.find("\\", position, end)
        if escaped < 0:
            return end + 1
        position = escaped + 2


def _partners(text: str, start: int) -> dict[int, int]:
    """For each parenthesis that opens from start on: one past its partner. A stack, so that depth costs nothing."""
    found: dict[int, int] = {}
    stack: list[int] = []
    position, size = start, len(text)
    while position < size:
        char = text[position]
        if char == "\\" and stack:
            position += 1
        elif char == '"' and not stack:
            position = max(_closing(text, position, '"') - 1, position)
        elif char == "(":
            stack.append(position)
        elif char == ")" and stack:
            found[stack.pop()] = position + 1
        position += 1
    return found


def _unquoted(text: str) -> str:
    """Quoted pairs resolved, folding taken out (RFC 5322 section 3.2.1)."""
    if "\r" in text or "\n" in text:
        text = text.replace("\r", "").replace("\n", "")
    if "\\" not in text:
        return text
    pieces: list[str] = []
    position = 0
    while (at := text.find("\\", position)) >= 0:
        pieces += (text[position:at], text[at + 1 : at + 2])
        position = at + 2
    pieces.append(text[position:])
    return "".join(pieces)
