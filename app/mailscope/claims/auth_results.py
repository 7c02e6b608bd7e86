"""Authentication-Results (RFC 8601 section 2.2) in the dialects of those who write it, read without a guess."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mailscope.mail.lexer import Token, TokenKind, tokens

MOST = 500
"""Results of one field that are read; real ones hold a dozen."""
_SPECIALS = frozenset(";=")
_METHOD = re.compile(r"(?:x-)?[a-z][a-z0-9_-]{0,40}(?:/\d+)?", re.ASCII)
_METHODS = frozenset(
    (
        "spf", "dkim", "dmarc", "arc", "auth", "iprev", "domainkeys", "dkim-adsp", "dkim-atps", "sender-id",
        "senderid", "sid", "compauth", "bimi", "smime", "dnswl", "vbr", "rrvs", "x-tls", "x-ptr", "x-return-mx",
        "x-aligned-from", "x-google-dkim", "dara",
    )
)  # fmt: skip
"""Methods that may begin without a semicolon before them."""
_LOOSE = frozenset(
    ("reason", "action", "from", "policy", "header", "polrec", "pct", "sp", "p", "dis", "d", "s", "i", "b")
)
"""Names before an equals sign that are no method, though no dot is in them."""
_OF_THE_LAST = frozenset(("client-ip", "helo", "envelope-from", "receiver", "identity", "mechanism"))
"""What some put between semicolons as in Received-SPF: it belongs to the result before."""


@dataclass(frozen=True, slots=True)
class Result:
    """One method's result."""

    method: str
    result: str
    reason: str | None = None
    properties: tuple[tuple[str, str], ...] = ()
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class AuthResults:
    """A whole field: who says it, and what of which method."""

    by: str | None = None
    """The authserv-id; None where the field names none (Outlook)."""
    results: tuple[Result, ...] = ()


@dataclass(slots=True)
class _Open:
    """A result while it is being read."""

    method: str
    result: str
    reason: str | None = None
    properties: list[tuple[str, str]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    def closed(self) -> Result:
        comment = " ".join(text for text in self.comments if text) or None
        return Result(self.method, self.result, self.reason, tuple(self.properties), comment)


def parse_auth_results(text: str) -> AuthResults:
    """The value of an Authentication-Results field, one line or folded; any text gives AuthResults, in linear time."""
    by: str | None = None
    results: list[_Open] = []
    pending: list[tuple[str, str]] = []
    for place, segment in enumerate(_segments(tokens(text, _SPECIALS))):
        if len(results) >= MOST:
            break
        pieces = list(_pieces(segment))
        first = pieces[0] if place == 0 and pieces else None
        if isinstance(first, str):
            by = first
            del pieces[0]
        fresh = True
        for piece in pieces:
            if isinstance(piece, Token):
                if results and not fresh:
                    results[-1].comments.append(piece.text.strip())
                continue
            if isinstance(piece, str):
                continue
            name, value = piece
            if _begins(name, fresh=fresh):
                results.append(_Open(name.partition("/")[0], value.lower(), properties=pending))
                pending, fresh = [], False
            elif results and name in _OF_THE_LAST:
                results[-1].properties.append((name, value))
            elif fresh or not results:
                pending.append((_property(name), value))
            elif name == "reason":
                results[-1].reason = value
            else:
                results[-1].properties.append((_property(name), value))
    return AuthResults(by, tuple(each.closed() for each in results))


def _begins(name: str, *, fresh: bool) -> bool:
    """Whether name=value begins a method's result."""
    if "." in name or name in _LOOSE or name in _OF_THE_LAST or not _METHOD.fullmatch(name):
        return False
    return fresh or name.partition("/")[0] in _METHODS


def _property(name: str) -> str:
    """Yahoo of old put "from=domain" before the method that judged it."""
    return "header.from" if name == "from" else name


def _segments(found: Sequence[Token]) -> Iterator[list[Token]]:
    """What stands between semicolons."""
    segment: list[Token] = []
    for token in found:
        if token.is_special(";"):
            yield segment
            segment = []
        else:
            segment.append(token)
    yield segment


def _pieces(segment: list[Token]) -> Iterator[tuple[str, str] | str | Token]:
    """In order: (name, value) pairs, lone words, and comments (as tokens)."""
    place, size = 0, len(segment)
    while place < size:
        token = segment[place]
        if token.kind is TokenKind.COMMENT:
            yield token
            place += 1
            continue
        comment_free = place + 1
        while comment_free < size and segment[comment_free].kind is TokenKind.COMMENT:
            comment_free += 1
        if token.kind is TokenKind.ATOM and comment_free < size and segment[comment_free].is_special("="):
            value, place = _value(segment, comment_free + 1)
            yield token.text.lower(), value
            continue
        if not token.is_special("="):
            yield token.text
        place += 1


def _value(segment: list[Token], place: int) -> tuple[str, int]:
    """What follows an equals sign, up to white space, and where reading goes on."""
    text = ""
    start = place
    while place < len(segment):
        token = segment[place]
        if token.kind is TokenKind.COMMENT or (token.spaced and place > start):
            break
        # "smtp.mailfrom= header.d=x": an empty value before the next name.
        if place == start and token.spaced and place + 1 < len(segment) and segment[place + 1].is_special("="):
            break
        text += token.text
        place += 1
    return text, place
