"""Which software or service wrote a Received field, by its marks; the marks stand in tables/trace/software.toml."""

import re
from functools import lru_cache

from mailscope.tables import read_table
from mailscope.trace.clauses import Clauses

_SENDMAIL = re.compile(r"\d+\.\d+(?:\.\d+)*\w*/")
_EXIM_ID = re.compile(r"[0-9A-Za-z]{6}-(?:[0-9A-Za-z]{6}-[0-9A-Za-z]{2}|[0-9A-Za-z]{11}-[0-9A-Za-z]{4})")
_ADDRESS_TAIL = re.compile(r"[0-9a-f:.]*:[0-9a-f:.]*")
_FIRST = re.compile(r"[\s,;]+")
_VERSION = re.compile(r"[/-][\d.v].*|[\d.]+$")

QMAIL = "qmail"
EXIM = "exim"


def family_of(clauses: Clauses, by: str | None, with_: str | None, ident: str | None) -> str | None:
    """The family whose marks a field bears, or None; the from clause is not asked, it is under the client's control."""
    comments, withs, hosts = _marks()
    for clause, text in clauses.comments:
        if clause == "from" or not text:
            continue
        if clause == "":
            if text.startswith(("qmail ", "Haraka ", "nullmailer ")):
                return text.partition(" ")[0].lower()
            continue
        first = _comment_words(text)
        found = comments.get(first[0]) or comments.get(first[1])
        if found:
            return found
        if _SENDMAIL.match(text):
            return "sendmail"
    if with_:
        words = with_.lower().split(None, 2)
        found = withs.get(" ".join(words[:2])) or withs.get(words[0].partition("(")[0])
        if found and not (found == "exchange" and by and by.lower().endswith((".outlook.com", ".exchangelabs.com"))):
            return found
    return (_by_host(by, hosts) if by else None) or _by_form(ident, by)


def _by_host(by: str, hosts: dict[str, str]) -> str | None:
    labels = by.lower().rstrip(".").split(".")
    for length in (3, 2):
        found = hosts.get(".".join(labels[-length:]))
        if found:
            return found
    return None


def _by_form(ident: str | None, by: str | None) -> str | None:
    if ident and _EXIM_ID.fullmatch(ident):
        return EXIM
    if by and by.startswith("2002:") and _ADDRESS_TAIL.fullmatch(by):
        return "gmail"
    return None


@lru_cache(maxsize=1024)
def _comment_words(text: str) -> tuple[str, str]:
    """The first two words of a comment and the first alone, versions off."""
    words = _FIRST.split(text[:60].lower().strip(), 2)
    first = _VERSION.sub("", words[0]) if words else ""
    second = words[1] if len(words) > 1 else ""
    return f"{first} {second}".strip(), first


@lru_cache(maxsize=1)
def _marks() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    table = read_table("trace", "software.toml")
    return table["comment"], table["with"], table["by"]
