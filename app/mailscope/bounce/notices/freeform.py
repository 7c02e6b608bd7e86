"""Notices written for people: the recipients that they name, and the words that belong to each."""

import re
from collections import Counter
from dataclasses import dataclass, replace

from mailscope.bounce.causes.classify import classify
from mailscope.bounce.notices.mentions import ADDRESS, Mention, Tier, expanded_from, local_names, mentions, ours
from mailscope.bounce.notices.returned import cuts
from mailscope.bounce.reply import read_codes
from mailscope.bounce.told import Told
from mailscope.bounce.unwrap import one_line, rejoined
from mailscope.limits import Limits

_LINES = 60_000
"""Lines of a notice's text that are read."""
_LONGEST = 4_000
"""Characters of one line."""
_SHORT = 1_500
"""Characters of a notice whose every sentence may be the reason."""
_SEGMENT = 60
"""Lines after a recipient that may be about them."""
_AROUND = 3_000
_RULE = re.compile(r"[\s\-=*_#+~.|]*$")
_STOCK = re.compile(
    r"could not be delivered|couldn't be delivered|was not delivered|cannot be delivered|can't be delivered"
    r"|delivery system|following (?:address|recipient|list)|created automatically|"
    r"this is (?:the|an?) |unable to deliver|had (?:permanent|transient)|delivery errors|please (?:note|do not)"
    r"|no action is required|if your message was|you do not need|attempts to deliver|original message"
    r"|please reply to|if you feel|is a copy of|truncated original"
    r"|undeliverable to|recipients? of (?:the|your) message|delivery to the following|failed to deliver",
    re.IGNORECASE,
)
_SESSION = re.compile(r"-{2,}\s*transcript of session follows", re.IGNORECASE)
_GOING_ON = re.compile(
    r"^(?:(?:warning: )?message (?:still undelivered|could not be delivered for|will be deleted)|will keep trying"
    r"|>>>|<<<|\.\.\. while talking to|-{3,}"
    r"|(?:host )?[\w.-]{1,250} \[[\d.a-f:]{3,45}\]:?$|\(reason: ?\)$)",
    re.IGNORECASE,
)
_LABEL = 2
"""Words before a recipient that are a label only; more of them may tell where it failed."""
_ANY_CODE = re.compile(r"\b[45]\d\d\b|\b[45]\.\d{1,3}\.\d")
_AGAIN = 12
"""Times that one address is looked at: texts name it here and there, hostile ones without end."""
_TOP = 400
"""Lines at the start that may be about every recipient."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a text tells of recipients, and how many of them were left out."""

    rows: tuple[Told, ...] = ()
    unread: int = 0


@dataclass(frozen=True, slots=True)
class _Text:
    """A notice's lines, and what is said in it for every recipient."""

    lines: list[str]
    shared: str
    telling: str
    """The reason, where it does not stand beside a recipient; "" for none."""
    coded: dict[str, list[int]]
    """Address -> the lines with a reply code that name it."""


def read_freeform(
    text: str, not_them: frozenset[str], limits: Limits, known: tuple[str, ...] = (), *, alone: bool = True
) -> Read:
    """A Told for every recipient that the text names, with the words that follow; linear, bounded.

    not_them are addresses of the notice's own header; known are recipients that it names outside the text; alone where
    no machine's part tells anything, so that every sentence counts.
    """
    lines = [line[:_LONGEST] for line in text.split("\n")[:_LINES]]
    found = _chosen(mentions(lines, not_them - {name.lower() for name in known}), known)
    if not known and not any(one.tier is Tier.HEAD for one in found):
        # A notice to oneself about oneself: its own addresses count where a line is devoted to one.
        found = [one for one in mentions(lines, frozenset()) if one.tier is Tier.HEAD] or found
    if not found and not known:
        found = local_names(lines)
    telling = rejoined(_telling(lines)) or rejoined(_session(lines) or (_sentences(lines) if alone else ""))
    shared = one_line(" ".join(line for line in lines[:_TOP] if line.strip())[:_AROUND])
    whole = _Text(lines, shared, telling, _coded_lines(lines))
    rows: dict[str, Told] = {}
    places = sorted({one.line for one in found})
    after = dict(zip(places, [*places[1:], len(lines)], strict=False))
    seen: Counter[str] = Counter()
    unread = 0
    for one in found:
        key = one.address.lower()
        seen[key] += 1
        if key not in rows and len(rows) >= limits.bounce_rows:
            unread += seen[key] == 1
            continue
        if seen[key] > _AGAIN:
            continue
        row = _row(one, whole, after[one.line], alone=len(places) == 1)
        if key not in rows:
            rows[key] = row
        elif _says_more(row, rows[key]):
            rows[key] = replace(row, original=row.original or rows[key].original)
    for name in known:
        if name.lower() not in rows and len(rows) < limits.bounce_rows:
            rows[name.lower()] = Told(recipient=name, said=telling or shared[:3000] or None, frame=shared)
    return Read(tuple(rows.values()), unread)


def _coded_lines(lines: list[str]) -> dict[str, list[int]]:
    """The lines with a code that name an address, wherever they stand: "550 5.1.1 <a@b>... User unknown"."""
    found: dict[str, list[int]] = {}
    for place, line in enumerate(lines):
        if "@" not in line or _ANY_CODE.search(line) is None:
            continue
        for match in ADDRESS.finditer(line):
            places = found.setdefault(match[0].strip("<>',;:.)]").lower(), [])
            if len(places) < _AGAIN:
                places.append(place)
    return found


def _chosen(found: list[Mention], known: tuple[str, ...]) -> list[Mention]:
    """The surest mentions; of known recipients only, where some are known."""
    if known:
        names = {name.lower() for name in known}
        best = [one for one in found if one.address.lower() in names]
        heads = [one for one in best if one.tier is Tier.HEAD]
        return heads or best
    tier = max((one.tier for one in found), default=Tier.ANY)
    chosen = [one for one in found if one.tier is tier]
    if tier < Tier.TO:
        people = [one for one in chosen if not ours(one.address)]
        chosen = people or chosen
    return chosen


def _row(one: Mention, whole: _Text, stop: int, *, alone: bool) -> Told:
    lines, shared, telling = whole.lines, whole.shared, whole.telling
    if one.tier < Tier.TO:
        words = telling if _tells(telling) else shared[:3000]
        return Told(recipient=one.address, original=one.original, said=words or None, frame=shared)
    segment = _segment(one.rest, lines[one.line + 1 : min(stop, one.line + 1 + _SEGMENT)], coded=one.tier is Tier.TO)
    if _GOING_ON.match(segment) or _STOCK.match(segment):
        segment = "" if not read_codes(segment).reply else segment
    original = one.original or expanded_from(segment[:200])
    if not _tells(segment) or not _coded(segment):
        named = _named(one.address, whole)
        if named:
            segment = f"{segment} {named}" if _tells(segment) else named
    if alone and _coded(telling) and not _coded(segment):
        segment = telling
    if alone and _tells(segment) and not _coded(segment) and _vague(segment):
        before = _paragraph_before(lines, one.line)
        segment = segment if _vague(before) else before
    if not _tells(segment):
        before = _paragraph_before(lines, one.line) if alone else ""
        segment = telling or ("" if _STOCK.search(before) else before)
    label = lines[one.line].partition(one.address)[0]
    frame = f"{label} {segment}" if len(label.split()) > _LABEL else segment
    return Told(recipient=one.address, original=original, said=rejoined(segment) or None, frame=frame)


def _vague(words: str) -> bool:
    """Whether words name no cause."""
    return not words or classify(words).category in ("on_hold", "undetermined", "policy")


def _coded(words: str) -> bool:
    """Whether words hold a reply code or an enhanced code."""
    codes = read_codes(words)
    return codes.reply is not None or codes.enhanced is not None


def _tells(segment: str) -> bool:
    """Whether words say anything: a rule, a date or a bracket does not."""
    return len(re.findall(r"[^\W\d_]{3,}|\d\d\d", re.sub(r"\S+@\S+|\(?expanded from\S*", "", segment[:2000]))) >= 2


def _says_more(new: Told, old: Told) -> bool:
    if not new.said:
        return False
    if not old.said:
        return True
    return read_codes(new.said).reply is not None and read_codes(old.said).reply is None


def _segment(rest: str, lines: list[str], *, coded: bool = False) -> str:
    """The words about one recipient: the rest of the line, and the lines after, to the end of their paragraph.

    A paragraph that says nothing yet (blank, a rule) does not end it.
    """
    words = [rest.strip(" \t:;,")] if rest.strip(" \t:;,.-") else []
    for line in lines:
        bare = line.strip()
        if not bare:
            if words and _tells(" ".join(words)):
                break
            continue
        if cuts(line):
            break
        if _RULE.match(bare):
            if words:
                break
            continue
        if words and (
            re.match(r"-{3,}\s", bare) or (coded and re.match(r"[45]\d\d |>>>|<<<|while talking", bare, re.IGNORECASE))
        ):
            break
        words.append(bare)
    return one_line(" ".join(words))


def _named(address: str, whole: _Text) -> str:
    """The words of a line with a reply code that names the recipient."""
    for place in whole.coded.get(address.lower(), ()):
        words = _segment(whole.lines[place], whole.lines[place + 1 : place + 6], coded=True)
        if _coded(words):
            return re.sub(r"^(?:<<<|>>>)\s*", "", words)
    return ""


def _paragraph_before(lines: list[str], place: int) -> str:
    """The words just above a recipient, up to a blank line."""
    words: list[str] = []
    for line in reversed(lines[max(0, place - 8) : place]):
        if not line.strip():
            if words:
                break
            continue
        if _RULE.match(line) or re.match(r"\s*-{3,}", line):
            break
        words.insert(0, line.strip())
    return one_line(" ".join(words))


def _session(lines: list[str]) -> str:
    """What the reporting side adds below "Transcript of session follows", the session itself left out."""
    words: list[str] = []
    for place, line in enumerate(lines):
        if not words and not _SESSION.search(line):
            continue
        if not words:
            words.append("")
            continue
        if not line.strip() and len(words) > 1:
            break
        bare = re.sub(r"^<?[^\s<>]{1,320}>?\.\.\. ", "", line.strip())
        if bare and not _GOING_ON.match(bare) and place:
            words.append(bare)
    return one_line(" ".join(words))


def _sentences(lines: list[str]) -> str:
    """What a short notice says beside stock phrases, headings and addresses; long ones say other things."""
    kept = [
        line.strip()
        for line in lines
        if line.strip()
        and not _RULE.match(line)
        and not _STOCK.search(line)
        and "@" not in line
        and not line.lstrip().startswith(("--", "==", "**"))
    ]
    return one_line(" ".join(kept)) if sum(map(len, kept)) < _SHORT else ""


def _telling(lines: list[str]) -> str:
    """The paragraph that holds a reply code; "" for none."""
    paragraph: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            if len(paragraph) < _SEGMENT:
                paragraph.append(line.strip())
            continue
        words = one_line(" ".join(paragraph))
        codes = read_codes(words)
        if words and (codes.reply or (codes.enhanced and codes.enhanced[0] != "2")):
            return words
        paragraph = []
    return ""
