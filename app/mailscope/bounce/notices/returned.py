"""Where a notice's own words end and the original message begins, when it stands inline."""

import re
from dataclasses import dataclass

_LINES = 60_000
"""Lines of a notice's text that are read."""
_CUT = re.compile(
    r"^[\s>]*(?:[-=*_#+~]{2,}[\s-]*)?(?:this is a copy of (?:the |your )?(?:message|headers?)|below this line is"
    r"|the header of the original message"
    r"|(?:the )?(?:original|returned|unsent|undeliver(?:ed|able)|your|rejected|failed|returned|full"
    r"|first part of) ?(?:original )?(?:e-?mail |mail )?"
    r"(?:message|header|mail|letter|content)s?(?: headers?| text| content| body| is| was| included)?(?: follows?"
    r"| below| is| attached| included| header)*"
    r"|message (?:headers?|text|contents?)(?: follows?| below)?|a copy of (?:your|the) (?:original )?message"
    r"|copy of (?:the )?(?:original )?message"
    r"|original-?nachricht|urspr(?:\u00fc|ue)ngliche nachricht|message d'origine|mensaje original|mensagem original"
    r"|messaggio originale"
    r"|the (?:first )?(?:\d+ )?(?:lines|headers|text) of (?:the|your) (?:original |failed )?message"
    r"|header of your message|forwarded message"
    r"|message-?header|begin (?:original|returned) (?:message|headers?)|non-delivered message"
    r"|undelivered message follows"
    r"|included is a copy of the message header|below is (?:a copy|the (?:original|message))|here is (?:the"
    r"|a) (?:original|copy))"
    r"[^\n]{0,60}$",
    re.IGNORECASE,
)
_TELLS = re.compile(r"\b(?:could not|couldn't|can ?not|can't|was not|has not|is not|unable|failed to)\b", re.IGNORECASE)
"""A sentence about the message is no heading above it."""
_RULE = re.compile(r"^\s*[-=*_#+~]{3,}.*|.*(?:[-=*_]{3,}|follows?|below|attached|:|\.)\s*$")
_LINE = re.compile(r"^\s*[-=*_#+~]{5,}\s*$")
_HEADERISH = re.compile(r"^(?:Received|Return-Path|From|To|Subject|Date|Message-ID|MIME-Version|X-[\w-]+"
                        r"|DKIM-Signature|Content-Type|Delivered-To"
                        r"|Authentication-Results|Sender|Cc|Reply-To|ARC-[\w-]+)\s?:", re.IGNORECASE)  # fmt: skip
_TRACE = re.compile(r"^(?:Received|Return-Path|Message-ID|MIME-Version|DKIM-Signature|X-[\w-]+)\s?:", re.IGNORECASE)
_ENVELOPE = re.compile(r">?From \S{1,320} ")
"""What mailboxes put before a message."""


@dataclass(frozen=True, slots=True)
class Split:
    """A notice's text, and the message or header block that it returns inline."""

    text: str
    returned: bytes | None = None


def split_returned(text: str) -> Split:
    """Cut off the original message where a text encloses it; linear, bounded."""
    lines = text.split("\n")
    for place, line in enumerate(lines[:_LINES]):
        if cuts(line):
            after = _first_header(lines, place + 1)
            if after is not None and not any(one.strip() for one in lines[:place]):
                return _first_returned(lines, after)
            if after is not None:
                return Split("\n".join(lines[:place]), _encode(lines[after:]))
        if place and _TRACE.match(line) and _looks_like_headers(lines[place : place + 12]):
            before = lines[place - 1]
            if _ENVELOPE.match(before):
                return Split("\n".join(lines[: place - 1]), _encode(lines[place:]))
            if not before.strip():
                return Split("\n".join(lines[:place]), _encode(lines[place:]))
    return Split(text)


def _first_returned(lines: list[str], start: int) -> Split:
    """A notice that gives the original's header first, and its own words below."""
    end = next(
        (place for place in range(start, len(lines)) if not lines[place].strip() or _LINE.match(lines[place])), None
    )
    if end is None:
        return Split("", _encode(lines[start:]))
    return Split("\n".join(lines[end:]), _encode(lines[start:end]))


def _first_header(lines: list[str], start: int) -> int | None:
    for place in range(start, min(start + 12, len(lines))):
        if not _HEADERISH.match(lines[place].lstrip(" \t>|")):
            continue
        block = lines[place : place + 12]
        if _looks_like_headers(block) or any(_TRACE.match(line.lstrip(" \t>|")) for line in block):
            return place
    return None


def _looks_like_headers(lines: list[str]) -> bool:
    """Whether three fields at least stand at the top of these lines."""
    count = 0
    for line in lines:
        if not line.strip():
            break
        if _HEADERISH.match(line.lstrip(" \t>|")):
            count += 1
        elif not line[0].isspace():
            break
    return count >= 3


def _encode(lines: list[str]) -> bytes:
    marks = [
        len(line) - len(line.lstrip(" \t"))
        for line in lines[:8]
        if line.strip() and _HEADERISH.match(line.lstrip(" \t"))
    ]
    indent = min(marks, default=0)
    return "\n".join(line[indent:] if line[:indent].isspace() else line for line in lines).encode(
        "utf-8", "surrogateescape"
    )


def cuts(line: str) -> bool:
    """Whether a line announces the original message."""
    return len(line) < 200 and bool(_CUT.match(line) and _RULE.match(line)) and not _TELLS.search(line)
