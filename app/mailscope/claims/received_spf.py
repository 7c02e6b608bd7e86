"""Received-SPF (RFC 7208 section 9.1), as written by pypolicyd, Google, Outlook and others."""

import re

from mailscope.claims.auth_results import Result
from mailscope.mail.lexer import TokenKind, tokens

_WORD = re.compile(r"[A-Za-z]+", re.ASCII)
_HOST = re.compile(r"([\w-]+(?:\.[\w-]+)+):\s", re.ASCII)


def parse_received_spf(text: str) -> tuple[str | None, Result | None]:
    """Who says it (None where nobody is named) and the result; (None, None) where there is no result word.

    Never raises; linear in the text.
    """
    word = _WORD.match(text.strip())
    if word is None:
        return None, None
    comment: str | None = None
    properties: list[tuple[str, str]] = []
    name = ""
    value: str | None = None
    for token in tokens(text.strip()[word.end() :], frozenset(";=")):
        if token.kind is TokenKind.COMMENT:
            comment = comment or token.text.strip()
        elif token.is_special("="):
            if value is None:
                value = ""
            else:
                value += "="
        elif token.is_special(";"):
            _keep(properties, name, value)
            name, value = "", None
        elif value is None:
            name = token.text
        elif token.spaced and value:
            _keep(properties, name, value)
            name, value = token.text, None
        else:
            value += token.text
    _keep(properties, name, value)
    found = dict(reversed(properties))
    by = found.get("receiver")
    if by is None or by.lower() in ("<unknown>", "unknown", ""):
        host = _HOST.match(comment or "")
        by = host[1] if host else None
    return by, Result("spf", word[0].lower(), None, tuple(properties), comment)


def _keep(properties: list[tuple[str, str]], name: str, value: str | None) -> None:
    if name and value:
        properties.append((name.lower(), value))
