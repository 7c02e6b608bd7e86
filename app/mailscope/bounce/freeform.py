"""Notices written for people: find the recipients, and the words that belong to each."""

import re
from dataclasses import dataclass

from mailscope.bounce.reply import read_codes
from mailscope.bounce.told import Told
from mailscope.bounce.unwrap import one_line, rejoined
from mailscope.limits import Limits

_LINES = 20_000
"""Lines of a notice's text that are read."""
_SEGMENT = 60
"""Lines after a recipient that may be about them."""
_ADDRESS = r"[^\s<>\"'(),:;\[\]\\]{1,128}@(?:[^\s<>\"'(),:;\[\]\\@]{1,250}|\[[\d.a-fA-F:]{3,45}\])"
ADDRESS = re.compile(rf"<?\"?({_ADDRESS})\"?>?")
ADDRESS_ONLY = re.compile(rf"(?<![^\s<>\"'(),:;\[\]\\]){_ADDRESS}")
_QUOTED_LOCAL = re.compile(r"<(\"[^\"\n]{1,100}\"@[^\s<>]{1,250})>")
_LABEL = (
    r"(?:(?:failed |final |original |intended |bad |invalid |unknown )?(?:recipients?|addresse?s?|rcpt(?: to)?|to|e-?mail|mailbox"
    r"|users?|addressed to|address(?:es)?|destinatarios?|destinataires?|empf(?:ae|\u00e4)nger|for)(?:\(s\))?"
    r"(?: address(?:es)?| user)?)"
)
# What may stand before a recipient at the start of a line: "<a@b>: host … said", "a@b", "* a@b", "To: a@b", "Ann <a@b>".
_OPENING = re.compile(
    rf"[\s>|]*(?:(?:[*\u2022\u00b7-]{{1,3}}|\d{{1,3}}[.)]|\(?[a-z]\))\s*)?(?:{_LABEL}\s*(?:[:=]\s*|(?=[<\[(\"'])))?"
    rf"(?:(?:\"[^\"\n]{{0,80}}\"|[\w.,' -]{{1,60}})\s*(?=[<\[(]|&lt;))?(?:[<\[('\"]|&lt;|mailto:|rfc822;\s?|smtp:|\s)*$",
    re.IGNORECASE,
)
_CLOSING = re.compile(r"(?:&gt;|[>\])'\"])*(?:[<(\[](?:mailto:)?[^()<>\[\]\n]{0,200}[)>\]])?\s*(?:\([^()\n]{0,200}\))?\s*")
_ALONE = re.compile(r"[:,;.\s-]*$")
_FOLLOWS = re.compile(r"\s*(?::|\.\.\.|-{1,3}\s|;|,\s|\[|\(|\u2026|=>|is |was |has |could |does |did |because|failed|unknown|user |said|not |"
                      r"mailbox|cannot|\d{3}[ -]|refused|rejected|invalid|address |host |\.{3})", re.IGNORECASE)  # fmt: skip
# A sentence that names whom it could not reach.
_SENTENCE = re.compile(
    r"(?:to|for|recipients?|address(?:es)?|user|mailbox|account|deliver(?:ing|ed)?|nach|an|zu|\u00e0|a|para|al?|pour|naar|til|till|do|na)"
    rf"(?:\s+(?:the\s+)?(?:following\s+)?(?:user|recipient|address|mailbox|account)(?:\(s\))?)?\s*:?\s*[<\[\"'(]{{0,2}}({_ADDRESS})",
    re.IGNORECASE,
)
_NOISE = re.compile(
    r"contact|assist|please (?:send|forward|write|e-?mail|visit)|questions?|help|support|abuse@|postmaster|mailto:|https?://|sender:|^from:"
    r"|return-path|message-id|report(?:ed)? (?:to|by)|mail from|envelope-from|reply-to|\bby\b.{0,80}\bwith\b|original sender|von:",
    re.IGNORECASE,
)
_CUT = re.compile(
    r"^[\s>]*(?:[-=*_#+~]{2,}[\s-]*)?(?:this is a copy of (?:the |your )?(?:message|headers?)|below this line is|the header of the original message"
    r"|(?:the )?(?:original|returned|unsent|undeliver(?:ed|able)|your|rejected|failed|returned|full|first part of) ?(?:original )?(?:e-?mail |mail )?"
    r"(?:message|header|mail|letter|content)s?(?: headers?| text| content| body| is| was| included)?(?: follows?| below| is| attached| included| header)*"
    r"|message (?:headers?|text|contents?)(?: follows?| below)?|a copy of (?:your|the) (?:original )?message|copy of (?:the )?(?:original )?message"
    r"|original-?nachricht|urspr(?:\u00fc|ue)ngliche nachricht|message d'origine|mensaje original|mensagem original|messaggio originale"
    r"|the (?:first )?(?:\d+ )?(?:lines|headers|text) of (?:the|your) (?:original |failed )?message|header of your message|forwarded message"
    r"|message-?header|begin (?:original|returned) (?:message|headers?)|non-delivered message|undelivered message follows"
    r"|included is a copy of the message header|below is (?:a copy|the (?:original|message))|here is (?:the|a) (?:original|copy))"
    r"[^\n]{0,60}$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s*[-=*_#+~]{3,}.*|.*(?:[-=*_]{3,}|follows?|below|attached|:|\.)\s*$")
_HEADERISH = re.compile(r"^(?:Received|Return-Path|From|To|Subject|Date|Message-ID|MIME-Version|X-[\w-]+|DKIM-Signature|Content-Type|Delivered-To"
                        r"|Authentication-Results|Sender|Cc|Reply-To|ARC-[\w-]+)\s?:", re.IGNORECASE)  # fmt: skip
_TRACE = re.compile(r"^(?:Received|Return-Path|Message-ID|MIME-Version|DKIM-Signature|X-[\w-]+)\s?:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Split:
    """A notice's text, and the message or header block that it returns inline."""

    text: str
    returned: bytes | None = None


def split_returned(text: str) -> Split:
    """Cut off the original message where a text encloses it; linear, bounded."""
    lines = text.split("\n")
    for place, line in enumerate(lines[:_LINES]):
        if len(line) < 200 and _CUT.match(line) and _RULE.match(line):
            after = _first_header(lines, place + 1)
            if after is not None:
                return Split("\n".join(lines[:place]), _encode(lines[after:]))
        if place and _TRACE.match(line) and not lines[place - 1].strip() and _looks_like_headers(lines[place : place + 12]):
            return Split("\n".join(lines[:place]), _encode(lines[place:]))
    return Split(text)


def _first_header(lines: list[str], start: int) -> int | None:
    for place in range(start, min(start + 12, len(lines))):
        if _HEADERISH.match(lines[place].lstrip(" \t>|")) and _looks_like_headers(lines[place : place + 12], least=1):
            return place
    return None


def _looks_like_headers(lines: list[str], least: int = 3) -> bool:
    count = 0
    for line in lines:
        if not line.strip():
            break
        if _HEADERISH.match(line.lstrip(" \t>|")):
            count += 1
        elif not line[0].isspace():
            break
    return count >= least


def _encode(lines: list[str]) -> bytes:
    marks = [len(line) - len(line.lstrip(" \t")) for line in lines[:8] if line.strip() and _HEADERISH.match(line.lstrip(" \t"))]
    indent = min(marks, default=0)
    return "\n".join(line[indent:] if line[:indent].isspace() else line for line in lines).encode("utf-8", "surrogateescape")


def read_freeform(text: str, not_them: frozenset[str], limits: Limits) -> tuple[Told, ...]:
    """A Told for every recipient that the text names, with the words that follow; not_them are the sender's addresses."""
    lines = text.split("\n")[:_LINES]
    heads = _heads(lines, not_them)
    if not heads:
        return _from_sentences(text, lines, not_them, limits)
    rows: dict[str, Told] = {}
    shared = one_line(" ".join(line for line in lines if line.strip())[:6000])
    for number, (place, address, rest) in enumerate(heads[: limits.bounce_rows]):
        stop = heads[number + 1][0] if number + 1 < len(heads) else min(len(lines), place + _SEGMENT)
        segment = _segment(rest, lines[place + 1 : stop])
        key = address.lower()
        said = rejoined(segment) if segment else None
        if key in rows:
            before = rows[key].said
            if said and (not before or (read_codes(said).reply and not read_codes(before).reply)):
                rows[key] = Told(recipient=rows[key].recipient, said=said, frame=segment, around=shared)
            continue
        rows[key] = Told(recipient=address, said=said, frame=segment, around=shared)
    return tuple(rows.values())


def _heads(lines: list[str], not_them: frozenset[str]) -> list[tuple[int, str, str]]:
    """Lines that begin with a recipient: where, who, and what follows on the line."""
    heads: list[tuple[int, str, str]] = []
    for place, line in enumerate(lines):
        if "@" not in line or len(line) > 2000:
            continue
        match = ADDRESS_ONLY.search(line)
        if match is None or not _OPENING.match(line[: match.start()]):
            continue
        address = _address(match[0])
        if address is None or address.lower() in not_them or _NOISE.search(line[: match.end()]):
            continue
        closing = _CLOSING.match(line, match.end())
        rest = line[closing.end() if closing else match.end() :]
        if _ALONE.match(rest) or _FOLLOWS.match(rest) or ADDRESS.match(rest.lstrip(" ,;<(")):
            heads.append((place, address, rest))
            # "a@b, c@d" on one line
            heads.extend((place, more, "") for more in _more(rest, not_them) if _ALONE.match(ADDRESS.sub("", rest)))
    return heads


def _more(rest: str, not_them: frozenset[str]) -> list[str]:
    found = [_address(match[1]) for match in ADDRESS.finditer(rest[:2000])]
    return [address for address in found if address and address.lower() not in not_them]


def _address(text: str) -> str | None:
    """A plausible address without the punctuation around it; None for a Message-ID and the like."""
    address = text.strip("<>'\".,;:").rstrip(")]")
    local, _, domain = address.rpartition("@")
    if not local or not domain or len(address) > 320 or address.lower().startswith(("http", "mailer-daemon@")):
        return None
    if not re.match(r"[\w\u0080-\uffff.!#$%&'*+/=?^`{|}~\"-]+$", local) or domain.startswith((".", "-")):
        return None
    return address


def _segment(rest: str, lines: list[str]) -> str:
    """The words about one recipient: the rest of the line, and the lines after, to the end of their paragraph.

    A paragraph that says nothing yet (blank, a rule) does not end it.
    """
    words = [rest.strip(" :;,")] if rest.strip(" :;,.-") else []
    for line in lines[:_SEGMENT]:
        bare = line.strip()
        if not bare:
            if any(len(word) > 3 for word in words):
                break
            continue
        if _CUT.match(line) and _RULE.match(line):
            break
        if set(bare) <= set("-=*_#+~ "):
            if words:
                break
            continue
        words.append(bare)
    return one_line(" ".join(words))


def _from_sentences(text: str, lines: list[str], not_them: frozenset[str], limits: Limits) -> tuple[Told, ...]:
    """No line begins with a recipient: look for sentences that name one, then for any address that is not the sender's."""
    flat = one_line(text)
    found: dict[str, str] = {}
    for pattern in (_SENTENCE, ADDRESS):
        for line in lines:
            if "@" not in line or len(line) > 4000:
                continue
            for match in pattern.finditer(line):
                address = _address(match[1])
                before = line[max(0, match.start() - 60) : match.start(1)]
                if address and address.lower() not in not_them and not _NOISE.search(before) and not _NOISE.search(address):
                    found.setdefault(address.lower(), address)
        if found:
            break
    words = rejoined(_telling(lines) or flat[:3000])
    return tuple(Told(recipient=address, said=words, frame=flat[:6000], around=flat[:6000]) for address in list(found.values())[: limits.bounce_rows])


def _telling(lines: list[str]) -> str:
    """The paragraph that holds a reply code; "" for none."""
    paragraph: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            paragraph.append(line.strip())
            continue
        words = one_line(" ".join(paragraph))
        codes = read_codes(words)
        if words and (codes.reply or (codes.enhanced and codes.enhanced[0] != "2")):
            return words
        paragraph = []
    return ""
