"""Who speaks in the record of an SMTP session: marks before the lines are learned from the lines themselves.

Every program marks its sessions in its own way ("C: ", "<** ", "-> \\"", a time and a thread, or nothing). What stands
before an unmistakable command is the client's mark, what stands before an unmistakable reply the server's, and a mark
seen before both says nothing: then the grammar of RFC 5321 section 4.1 decides line by line.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from mailscope.sources.protocol import told_apart

REPLY = re.compile(r"(?!465|587)(?:2[0-5]\d|3[35]4|4[2-7]\d|5[0-8]\d)(?=[ \-\\]|$)")
_VERBS = (
    r"(?:(?:EHLO|HELO|LHLO)[ \t]+(?!(?:command|or|and|was|is|not|failed)\b)[\w\[.-]"
    r"|(?:MAIL|SEND|SAML|SOML)[ \t]+FROM[ \t]?:|RCPT[ \t]+TO[ \t]?:|BDAT[ \t]+\d"
    r"|AUTH[ \t]+(?:PLAIN|LOGIN|CRAM-MD5|DIGEST-MD5|NTLM|GSSAPI|XOAUTH2|OAUTHBEARER"
    r"|EXTERNAL|ANONYMOUS|SCRAM-[\w-]+|XCLIENT|MSN)\b"
    r"(?![ \t]+(?:succeeded|successful|failed|failure|accepted|rejected)\b)"
    r"(?=[ \t]*(?:\\[rn].*|=|[A-Za-z0-9+/]{8,4000}={0,2}"
    r"|[A-Za-z0-9+/]{2,7}={1,2}|[(<*/\[].*)?(?:\\[rn].*)?['\")]*[ \t]*$)"
    r"|(?:VRFY|EXPN|ETRN)[ \t]+\S|(?:XCLIENT|XFORWARD)[ \t]+\w+="
    r"|(?:EHLO|HELO|LHLO|DATA|STARTTLS|X-EXPS|QUIT|RSET|NOOP|HELP|TURN)(?=[ \t]*(?:\\[rn].*|['\"]?\)?;?)$))"
)
COMMAND = re.compile(_VERBS, re.IGNORECASE)
_ANYWHERE = re.compile(
    rf"(?<![\w.@/+,=%\\-])(?:(?P<command>{_VERBS})|(?P<reply>(?!465|587)(?:2[0-5]\d"
    rf"|3[35]4|4[2-7]\d|5[0-8]\d)(?=[ -]\S|[ -]?$|\\r))"
    r"(?!\s?(?:bytes|ms|msec|seconds?|lines?)\b))",
    re.IGNORECASE,
)
"""In the middle of a line, a command or a reply begins behind a blank or a mark; digits with dots are addresses."""
_DIRECTION = re.compile(r"(?<!\w-)(?<!\w=)(?<=[-<>~=*])(?:2[0-5]\d|3[35]4|4[2-7]\d|5[0-8]\d)(?=[ -])")
_VARYING = re.compile(r"[0-9A-Fa-f]*\d[0-9A-Fa-f]*(?:-[0-9A-Fa-f]{2,})*")
_FRAME = re.compile(r"\s{2,}(?:File \"|at\s)|\s*(?:from\s)?/\S{1,200}:\d{1,6}:in\s")
_SPELT = re.compile(r":(?:EHLO|HELO|LHLO)\b|\bcommand failed: ?$", re.IGNORECASE)
"""A row of commands and codes in which a program sums a session up, and its own word on one of them."""
_CODED = re.compile(r"\b[45]\d\d [45]\.\d{1,3}\.\d{1,3} ")
_QUOTED = re.compile(r"((?:\w[\w.-]{0,40}=\S{1,100} ){1,8}msg=\"(?:[^\"\\]|\\.){0,3000})\"(?: \w[\w.-]{0,40}=|\s*$)")
_MENTIONED = re.compile(r"[a-z] $")
"""Before a lone "data" or "quit" in the middle of a sentence."""
_SUMMED = re.compile(r">\s*\(?[45]\d\d[ -]")
"""A command with its refusal in one line: a program's summary, not what was said."""
_ACCOUNTS = re.compile(r"2\d\d (?:2\.\d|ok\b|queued|accepted|message)|([45])\d\d[ -]\1\.\d{1,3}\.\d", re.IGNORECASE)
"""A reply that tells of a message, where the record leaves its lines out and its final dot."""
_END = re.compile(r"(?:\\r)?(?:\\n)?['\"]?\)?;?\s*$")
_IDENT = re.compile(
    r"(?<![\w.:/+-])(?=[A-Za-z-]*\d)(?=[\d-]*[A-Za-z])[0-9A-Za-z]{4,}(?:[-.][0-9A-Za-z]{1,}){0,6}(?![\w:/+-])"
)
_LEARN = 6_000
"""Lines from which the marks are learned."""
_MARKS = 40
"""Different marks that one text may have."""
_PLAIN = 2
"""So many commands and replies without a mark show that nothing is marked."""
_LONGEST_MARK = 160
_REPEATS = 3
"""Refusals that a program may repeat in its summary."""
_WIDE = 4_000
"""Characters of one line that are read."""


class Speaker(StrEnum):
    """Who says a line; a note is the recording program's own remark."""

    CLIENT = "client"
    SERVER = "server"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Utterance:
    """One line without its mark."""

    speaker: Speaker
    text: str
    mark: str = ""
    """What stood before it: who spoke and when, as the recording program writes it."""
    sure: bool = True
    """False where the grammar alone tells who speaks: the message's own lines may look like that too."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one text."""

    pattern: re.Pattern[str] | None
    speakers: tuple[Speaker | None, ...]
    """One a group of the pattern; None: used by both sides."""

    @property
    def both(self) -> bool:
        """Whether the text marks at least one side."""
        return any(self.speakers)


def utterances(lines: list[str]) -> Iterator[Utterance]:
    """Every line that is not blank, with who says it; linear."""
    lines = told_apart([_within(line) if ' msg="' in line else line for line in lines])
    marks = learned(lines)
    # Where nothing marks the speaker, the final dot further down tells that a line like a reply is the message's own.
    dots = [] if marks.both else [place for place, line in enumerate(lines) if line.strip() == "."]
    dotless = not marks.both and not dots
    for place, line in enumerate(lines):
        if not line.strip():
            if not marks.both:
                yield Utterance(Speaker.NOTE, "", sure=False)
            continue
        said = _heard(line[:_WIDE].rstrip("\r\n"), marks)
        if said.speaker is Speaker.SERVER and not said.sure and dots:
            yield Utterance(said.speaker, said.text, said.mark, sure=bisect_right(dots, place) >= len(dots))
        elif dotless and said.speaker is Speaker.SERVER and _ACCOUNTS.match(said.text):
            yield Utterance(said.speaker, said.text, said.mark)
        else:
            yield said


def _within(line: str) -> str:
    """A line of names and values up to the end of what it quotes: msg="250 Ok" is followed by other values."""
    quoted = _QUOTED.match(line[:_WIDE])
    return quoted[1] if quoted else line


def threads(said: Iterable[Utterance]) -> list[Utterance]:
    """Utterances of sessions recorded in turns, each session's together, where the marks bear the session's id."""
    heard = list(said)
    keys = [_thread(one.mark) for one in heard]
    order = dict.fromkeys(key for key in keys if key)
    if len(order) < 2:
        return heard
    # The name of a thread is no id: in a session both sides speak.
    spoken = {
        speaker: {key for key, one in zip(keys, heard, strict=True) if one.speaker is speaker} for speaker in Speaker
    }
    both = spoken[Speaker.CLIENT] & spoken[Speaker.SERVER] & order.keys()
    if len(both) * 2 < len(order):
        return heard
    numbers = {key: number for number, key in enumerate(order)}
    current = 0
    places: list[int] = []
    for key in keys:
        current = numbers.get(key, current)
        places.append(current)
    return [heard[place] for place in sorted(range(len(heard)), key=lambda place: places[place])]


def _thread(mark: str) -> str:
    """The id in a mark; "" for none: letters and digits, neither a time nor an address."""
    return next((match[0] for match in _IDENT.finditer(mark)), "")


def learned(lines: list[str]) -> Marks:
    """The marks before commands and before replies; what the message says between 354 and the dot is left out."""
    seen: dict[str, list[int]] = {}
    replies: dict[str, set[str]] = {}
    within = False
    for line in lines[:_LEARN]:
        line = line[:_WIDE].rstrip()
        found = _ANYWHERE.search(line, 0, _LONGEST_MARK + 40)
        tight = _DIRECTION.search(line, 0, 60)
        start = found.start() if found else len(line)
        reply = bool(found and found["reply"])
        if tight is not None and tight.start() < start:
            start, reply = tight.start(), True
        elif found is None:
            within = within and not line.endswith(".")
            continue
        if not reply and _MENTIONED.search(line[:start]) and line[start:].islower():
            continue
        mark = _normal(line[:start])
        if within:
            if not reply or seen.get(mark, [0, 1])[1]:
                within = not line.endswith((" .", "\t.")) and line != "."
                continue
            within = False
        within = reply and line[start : start + 3] == "354"
        if start <= _LONGEST_MARK and not _prose(mark):
            seen.setdefault(mark, [0, 0])[0 if reply else 1] += 1
            if reply:
                replies.setdefault(mark, set()).add(_END.sub("", line[start : start + _LONGEST_MARK]).strip())
    for mark in [mark for mark, (_, commands) in seen.items() if not commands and _repeats(mark, replies)]:
        del seen[mark]
    bare = seen.get("", [0, 0])
    if min(bare) >= _PLAIN:
        # Both sides speak without a mark: what stands before a command or two is the program's own remark.
        seen = {mark: counts for mark, counts in seen.items() if sum(counts) > bare[1]}
    chosen = sorted((mark for mark in seen if mark.strip()), key=lambda mark: -sum(seen[mark]))[:_MARKS]
    # However wide the blanks are: what they stand before must not be taken for a mark of blanks.
    chosen.sort(key=lambda mark: len(" ".join(mark.split())), reverse=True)
    if not chosen:
        return Marks(None, ())
    pattern = re.compile("|".join(f"({_loosely(mark)})" for mark in chosen))
    return Marks(pattern, tuple(_whose(*seen[mark]) for mark in chosen))


def _repeats(mark: str, replies: dict[str, set[str]]) -> bool:
    """Whether a mark stands only before refusals that another has too: the program sums up ("server said: 550")."""
    own = replies.get(mark, set())
    return (
        0 < len(own) <= _REPEATS
        and all(reply[:1] in ("4", "5") for reply in own)
        and any(own <= other and len(other) > len(own) for key, other in replies.items() if key != mark)
    )


def _whose(replies: int, commands: int) -> Speaker | None:
    if replies and commands:
        return None
    return Speaker.SERVER if replies else Speaker.CLIENT


def _prose(mark: str) -> bool:
    """A sentence is no mark ("The server answered 550"), nor is a line of a stack trace ('File "x", line 5, in ')."""
    return bool(_FRAME.match(mark) or _CODED.search(mark) or _SPELT.search(mark)) or (
        len(mark) > 24 and len(re.findall(r"(?<!\S)[a-z]{2,}(?!\S)", mark)) > 4
    )


def _normal(mark: str) -> str:
    return _VARYING.sub("0", mark)


def _loosely(mark: str) -> str:
    """A pattern for a mark whose numbers, times and ids may differ."""
    pieces = [re.escape(piece) for piece in re.split(r"0|\s+", mark)]
    joints = re.findall(r"0|\s+", mark)
    built = pieces[0]
    for joint, piece in zip(joints, pieces[1:], strict=True):
        built += (r"[0-9A-Fa-f]{1,40}(?:-[0-9A-Fa-f]{2,40}){0,5}" if joint == "0" else r"\s{1,60}") + piece
    return built


def _heard(line: str, marks: Marks) -> Utterance:
    match = marks.pattern.match(line) if marks.pattern else None
    if match is not None and match.lastindex:
        speaker = marks.speakers[match.lastindex - 1]
        text = _bare(line[match.end() :], match[0])
        if speaker is Speaker.CLIENT and _SUMMED.search(text[:1000]):
            return Utterance(Speaker.NOTE, text, match[0], sure=False)
        if speaker is not None:
            return Utterance(speaker, text, match[0])
        return _by_grammar(text, match[0]) or Utterance(Speaker.NOTE, text, match[0], sure=False)
    bare = line.strip()
    return _by_grammar(bare, "") or Utterance(Speaker.NOTE, bare, sure=False)


def _by_grammar(text: str, mark: str) -> Utterance | None:
    if REPLY.match(text):
        return Utterance(Speaker.SERVER, text, mark, sure=False)
    if COMMAND.match(text):
        return Utterance(Speaker.CLIENT, text, mark, sure=False)
    return Utterance(Speaker.CLIENT, ".", mark, sure=False) if text == "." else None


def _bare(text: str, mark: str) -> str:
    """Without the quotation marks and escapes that a debugging output puts around."""
    if mark.rstrip()[-1:] in ("'", '"') or mark.count('"') % 2 or text.endswith(("\\r\\n", "\\n")):
        return _END.sub("", text)
    return text.strip()
