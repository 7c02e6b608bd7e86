"""A Received field taken apart: clauses, comments and semicolons (RFC 5321 section 4.4, RFC 5322 section 3.2.2)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_WORD = re.compile(r'<[^<>]*>|"[^"]*"|[^\s;<"]+|[;<"]')
_PARENTHESES = re.compile(r"\\.|[()]", re.DOTALL)
_LOST = re.compile(r";|\s(?=(?:from|by|via|with|id|for)\s)|$", re.IGNORECASE)
"""Where a comment that is never closed is taken to end: before the next clause, a semicolon, or at the end."""

_KEYWORDS = {"from": "from", "by": "by", "via": "via", "with": "with", "whith": "with", "id": "id", "for": "for"}

GAP = ""
"""Stands in a clause's words where a comment stood."""


@dataclass(slots=True)
class Clauses:
    """What the clauses hold, while they are being read."""

    words: dict[str, list[str]] = field(default_factory=dict)
    """Keyword (in lower case) to its words; GAP marks a comment; "" holds what stands before any keyword."""
    comments: list[tuple[str, str]] = field(default_factory=list)
    """(keyword of the clause, text between the parentheses), in order."""

    def phrase(self, keyword: str) -> list[str]:
        """The clause's first run of words; a comment right after the keyword does not end it."""
        found: list[str] = []
        for word in self.words.get(keyword, ()):
            if word != GAP:
                found.append(word)
            elif found:
                break
        return found

    def of(self, keyword: str) -> list[str]:
        """The comments of one clause."""
        return [text for clause, text in self.comments if clause == keyword]


def comment_spans(text: str) -> tuple[list[tuple[int, int]], bool]:
    """Outermost comments as (start, stop) with their parentheses, and whether one was never closed; linear time."""
    if "(" not in text:
        return [], False
    stack: list[int] = []
    closed: dict[int, int] = {}
    for found in _PARENTHESES.finditer(text):
        mark = found[0]
        if mark == "(":
            stack.append(found.start())
        elif mark == ")" and stack:
            closed[stack.pop()] = found.end()
    if not stack:
        spans: list[tuple[int, int]] = []
        end = 0
        for start, stop in sorted(closed.items()):
            if start >= end:
                spans.append((start, stop))
                end = stop
        return spans, False
    return list(_mended(text, closed, stack)), True


def _mended(text: str, closed: dict[int, int], lost: list[int]) -> Iterator[tuple[int, int]]:
    """The spans where some parentheses are never closed."""
    end = 0
    for start in sorted((*closed, *lost)):
        if start < end:
            continue
        stop = closed.get(start)
        if stop is None:
            found = _LOST.search(text, start)
            stop = found.start() if found else len(text)
        end = max(stop, start + 1)
        yield start, end


def read_clauses(text: str, spans: list[tuple[int, int]], skip: tuple[int, int] | None) -> Clauses:
    """The clauses of text, where spans are its comments and skip is a range to leave out (the date)."""
    clauses = Clauses()
    reader = _Reader(clauses)
    position = 0
    for start, stop in spans:
        if skip and skip[0] <= start < skip[1]:
            continue
        reader.words(_without(text, position, start, skip), comment_follows=True)
        inner = stop - 1 if text[stop - 1] == ")" else stop
        reader.comment(text[start + 1 : inner])
        position = stop
    reader.words(_without(text, position, len(text), skip), comment_follows=False)
    return clauses


def _without(text: str, start: int, stop: int, skip: tuple[int, int] | None) -> str:
    if skip is None or skip[1] <= start or skip[0] >= stop:
        return text[start:stop]
    return f"{text[start : max(start, skip[0])]} ; {text[min(stop, skip[1]) : stop]}"


class _Reader:
    """Puts words and comments into the clause that is open."""

    def __init__(self, clauses: Clauses) -> None:
        self._clauses = clauses
        self._open = ""
        """The keyword of the open clause."""
        self._shut = False
        """A semicolon ended it: comments still belong to it, words do not."""

    def comment(self, inner: str) -> None:
        self._clauses.comments.append((self._open, inner))
        if self._open in self._clauses.words:
            self._clauses.words[self._open].append(GAP)

    def words(self, text: str, *, comment_follows: bool) -> None:
        found = _WORD.findall(text)
        last = len(found) - 1
        every = self._clauses.words
        for place, word in enumerate(found):
            keyword = _KEYWORDS.get(word.lower()) if len(word) <= 5 else None
            if keyword and not self._is_value(keyword, found, place, comment_follows and place == last):
                self._begin(keyword, found[place + 1] if place < last else "")
            elif word[2:3] == "=" and word[:2].lower() == "id" and "id" not in every and self._open:
                self._begin("id", "")  # trackers of bugs write "by ADDRESS id=NUMBER"
                every["id"].append(word[3:])
            elif word == ";":
                self._shut = True
            elif not self._shut:
                every.setdefault(self._open, []).append(word)

    def _is_value(self, keyword: str, found: list[str], place: int, last_before_comment: bool) -> bool:
        """Whether a word that looks like a keyword is the value of the open clause."""
        words = self._clauses.words.get(self._open)
        if self._shut or words is None:
            return False
        if self._open == "from" and not words:
            # A client may call itself "by": then what was looked up follows in a comment.
            return last_before_comment
        # "with ESMTP with STARTTLS" is one clause.
        return keyword == "with" and self._open == "with" and place + 1 < len(found)

    def _begin(self, keyword: str, following: str) -> None:
        self._shut = False
        every = self._clauses.words
        if keyword in every or (keyword == "by" and following.lower() == "authid"):
            # Said twice, or "by authid <user>": it says nothing new about the clause of that name.
            self._open = "other"
            every.setdefault("other", [])
            return
        self._open = keyword
        every[keyword] = []
