"""Reply codes (RFC 5321 section 4.2) and enhanced codes (RFC 3463) in running text."""

import re
from dataclasses import dataclass
from functools import lru_cache

_LONGEST = 8_000
"""Characters of one text that are searched."""
_ENHANCED = re.compile(r"(?<![\w.])(?<!\d-)([245])\.(\d{1,3})\.(\d{1,3})(?![\w]|\.\d)", re.ASCII)
_JOINED = re.compile(r"(?<![\w.])[2-5]\d\d[- ][#'\"]?\(?([245]\.\d{1,3}\.\d{1,3})(?![\w]|\.\d)", re.ASCII)
_TIGHT = re.compile(r"(?<![\w.])[45]\d\d([45]\.\d{1,3}\.\d{1,3})(?![\w]|\.\d)", re.ASCII)
_CODE = re.compile(r"(?<![\w.@/=+%-])([245][0-9]\d)(?=[\s\-:;,.)\]'\"]|$)(?![.,:/-]\d{1,3}(?!\d?\.\d)\b)", re.ASCII)
_KNOWN = frozenset(map(str, (
    421, 422, 431, 432, 441, 442, 446, 447, 449, 450, 451, 452, 453, 454, 455, 458, 459, 471,
    472, 500, 501, 502, 503, 504, 510, 511, 512, 513, 515, 516, 517, 521, 522, 523, 524, 525,
    530, 531, 533, 534, 535, 538, 541, 542, 543, 544, 546, 547, 549, 550, 551, 552, 553, 554,
    555, 556, 557, 560, 561, 570, 571, 572, 573, 577, 581,
)))  # fmt: skip
"""Reply codes in use, standard or not."""
_CUE = re.compile(
    r"(?:smtp;|said:|<<<|reason:|reply:?|response:?|responded:?|error(?: code)?:?|code:?|status:?|#|[\[\"'(:;]"
    r"|returned:?"
    r"|answered:?|diagnostic:?|message:?)\s*$",
    re.IGNORECASE,
)
_NOT_CODE = re.compile(
    r"(?:\bport|\bline|\bof|\bin|\bsize|\bafter|\bthan|\bid|\bver(?:sion)?|\bexceeds?|\d,)\s*$", re.I
)
_AFTER_NOT = re.compile(
    r"[\s-]*(?:(?i:bytes?|[kmg]b|seconds?|minutes?|hours?|days?)|lines|messages|recipients|times)\b"
)


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of one text; None for none."""

    reply: str | None = None
    enhanced: str | None = None
    """The most specific."""
    all_enhanced: tuple[str, ...] = ()
    """Each one once, in the order of the text."""
    at: int = -1
    """Where the reply code stands."""


@lru_cache(maxsize=256)  # one text is asked for its codes several times, and by all rows that share it
def read_codes(text: str) -> Codes:
    """The reply code and the most specific enhanced code of a text; linear, bounded."""
    text = text[:_LONGEST]
    reply, at = _reply(text)
    found = _all_enhanced(text)
    best = max(found, key=lambda code: _weight(code, found, reply), default=None)
    return Codes(reply, best, found, at)


def specific(code: str | None) -> bool:
    """Whether an enhanced code says more than its class: x.0.0 does not."""
    return bool(code) and not str(code).endswith(".0.0")


def _weight(code: str, found: tuple[str, ...], reply: str | None) -> tuple[int, int, int, int]:
    agrees = reply is None or code[0] == reply[0]
    return (int(code[0] != "2"), int(specific(code)), int(agrees), -found.index(code))


def _all_enhanced(text: str) -> tuple[str, ...]:
    """Codes joined to a reply code first: those are surely codes, a bare 4.8.5 may be a version."""
    joined = dict.fromkeys(match[1] for match in _JOINED.finditer(text))
    joined.update(dict.fromkeys(match[1] for match in _TIGHT.finditer(text)))
    for match in _ENHANCED.finditer(text):
        code = f"{match[1]}.{match[2]}.{match[3]}"
        before = text[max(0, match.start() - 24) : match.start()].lower()
        if code in joined or before.endswith(("version ", "ver. ", "v", "/", "release ", "postfix ", "exim ")):
            continue
        joined[code] = None
    return tuple(code for code in joined if _plausible(code))


def _plausible(code: str) -> bool:
    """Subjects run from 0 to 7 (RFC 3463 section 3); Microsoft and Google number details up to 999."""
    _, subject, detail = code.split(".")
    return int(subject) <= 9 and int(detail) <= 999


def _reply(text: str) -> tuple[str | None, int]:
    best: tuple[int, str, int] | None = None
    for match in _CODE.finditer(text):
        code, start, stop = match[1], match.start(), match.end()
        if code[0] == "2":
            continue
        score = _standing(text, code, start, stop)
        if score > 0 and (best is None or score > best[0]):
            best = (score, code, start)
            if score >= 6:
                break
    return (best[1], best[2]) if best else (None, -1)


def _standing(text: str, code: str, start: int, stop: int) -> int:
    """How surely these digits are a reply code; 0 for not."""
    after, before = text[stop : stop + 16], text[max(0, start - 20) : start]
    if re.match(r"[\s-]+#?\(?[245]\.\d{1,3}\.\d", after):
        return 6
    if _AFTER_NOT.match(after) or _NOT_CODE.search(before):
        return 0
    first = not before.strip() or before.endswith("\n")
    known = code in _KNOWN
    if first:
        return 5 if known or re.match(r"[ -]\S", after) else 0
    if _CUE.search(before):
        return 4 if known else 2
    if known and re.match(r"(?: |-|: )[A-Za-z<\"'\[(]", after):
        return 3
    return (
        1
        if known and re.match(r"[\s).\]:;,]|$", after) and re.search(r"(?i)smtp|error|reply|code|[(\[]$", before)
        else 0
    )
