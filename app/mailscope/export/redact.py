"""Taking people out of a report before it is given away: addresses, names and subjects get stable stand-ins."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from mailscope.export.blocks import Block, Item, Outline, Pairs, Paragraph, Quote, Section, Table
from mailscope.mail.address import parse_addresses
from mailscope.mail.decode import shown
from mailscope.report import Report
from mailscope.visible import visible

SAID = (
    "Local parts of addresses, names, logins, subjects, quoted text and what tells readers apart in links were "
    "replaced; domains, hosts, network addresses and the ids of servers were not, since verdicts rest on them. What a "
    "sender wrote in other forms is not found."
)
"""What a redacted report says of itself."""

_FIELDS = ("From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Delivered-To", "Disposition-Notification-To")
"""Whose display names are taken out."""
_MOST_NAMES = 200
_LOGIN = re.compile(
    r"(?i)(\bauthenticated (?:sender|as|user)[: ]\s?|\b(?:sasl_username|authid|auth_sender|login)[=:]\s?|\(account )"
    r"([^\s()<>,;@]{1,128})"
)
"""Where hosts write who had logged in."""
_LINK = re.compile(r"(https?://[^\s/?#\"'<>]{1,300})([/?#][^\s\"'<>]*)", re.IGNORECASE)
_ADDRESSED = re.compile("@|%40|=")
_USER = re.compile(r"//([^/?#\s@]{1,300}:[^/?#\s@]{1,300})@")
"""A login with its password in a link; one without looks like a host as a rule, and verdicts rest on that."""
_DIGIT = re.compile(r"\d")
_LONG = 12
"""Characters from which a piece of a path with digits in it may tell who reads."""
_QUOTED = re.compile("“[^“”]{1,2000}”")
"""How sentences of ours quote the text of a message."""
_TAG = re.compile(r"\s{0,20}\[[^\[\]]{1,60}\]\s{0,20}")
_ADDRESS = re.compile(r"[^\s<>\"'(),:;\[\]@\\]{1,128}@(?=[A-Za-z0-9\[\u0080-\U0010ffff])")
_ENCODED = re.compile(r"=\?[^\s?]{1,40}\?[BbQq]\?[^\s?]{0,500}\?=")
_LINE = "[a line of the message]"
"""Stands for what a difference shows: text of people."""
_SHORTEST = 3
"""Characters of a name that is looked for; shorter ones occur inside other words."""
_LONGEST = 500


class Redactor:
    """Replaces what names a person, always by the same stand-in within one report."""

    def __init__(self, report: Report) -> None:
        self._people: dict[str, str] = {}
        self._words: dict[str, str] = {}
        for each in _with_enclosed(report):
            self._learn(each)
        known = sorted(self._words, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, text: str) -> str:
        """The text without people."""
        if self._known is not None:
            text = self._known.sub(lambda found: self._words[found[0]], text)
        if "=?" in text:
            text = _ENCODED.sub("[encoded words]", text)
        if "“" in text:
            text = _QUOTED.sub("“[text]”", text)
        if "://" in text:
            text = _LINK.sub(_without_reader, text)
        text = _LOGIN.sub(lambda found: found[1] + self._named(found[2]), text)
        return _ADDRESS.sub(self._person, text) if "@" in text else text

    def data(self, value: Any) -> Any:
        """JSON-ready data, every string in it redacted; keys are ours and stay."""
        if isinstance(value, str):
            return self(value)
        if isinstance(value, dict):
            if value.keys() == {"mark", "text"} and value["mark"] != "@":
                return {**value, "text": _LINE}
            if value.get("source") == "difference":
                return {**value, "text": _line(value["text"])}
            return {key: _file(item, self) if key in _FILES else self.data(item) for key, item in value.items()}
        return [self.data(item) for item in value] if isinstance(value, list) else value

    def outline(self, outline: Outline) -> Outline:
        """The outline without people, saying so."""
        sections = tuple(
            Section(section.title, tuple(map(self._block, section.blocks)), section.key) for section in outline.sections
        )
        lead = (*map(self._block, outline.lead), Paragraph(SAID))
        return replace(
            outline, name=_file(outline.name, self), headline=self(outline.headline), lead=lead, sections=sections
        )

    def _block(self, block: Block) -> Block:
        match block:
            case Paragraph(text):
                return Paragraph(self(text))
            case Pairs(rows):
                return Pairs(tuple((label, self(value)) for label, value in rows))
            case Quote(label, text):
                return Quote(label, _line(text) if block.is_difference else self(text), block.is_difference)
            case Table(heads, rows, is_difference=True):
                kept = tuple((mark, text if mark == "at" else _LINE) for mark, text in rows)
                return Table(heads, kept, is_difference=True)
            case Table(heads, rows):
                return Table(heads, tuple(tuple(map(self, row)) for row in rows))
            case Item(title, blocks, severity):
                return Item(self(title), tuple(map(self._block, blocks)), severity)

    def _person(self, found: re.Match[str]) -> str:
        # By the local part alone: who is bob@a.example in one place may be bob@sub.a.example in another.
        return self._named(found[0][:-1]) + "@"

    def _named(self, local: str) -> str:
        return self._people.setdefault(local.casefold(), f"person{len(self._people) + 1}")

    def _learn(self, report: Report) -> None:
        envelope = report.analysis.envelope
        for author in envelope.authors:
            self._word(author.display, "name")
        fields = [field for name in _FIELDS for field in report.analysis.message.all(name)[:3]]
        for address in [each for field in fields for each in parse_addresses(field.value)][:_MOST_NAMES]:
            self._word(address.display, "name")
        for subject in (envelope.subject or "", *map(shown, report.analysis.message.all("Subject")[:3])):
            self._word(subject, "subject")
            self._word(_TAG.sub("", subject), "subject")

        for link in report.analysis.links.found[:_MOST_NAMES]:
            for found in _USER.finditer(link.target):
                self._word(found[1], "login")

    def _word(self, text: str, what: str) -> None:
        for form in (text, visible(text)):
            if _SHORTEST <= len(form) <= _LONGEST and "@" not in form:
                self._words.setdefault(form, f"[{what}]")


_FILES = ("path", "label")
"""Keys of the JSON that hold names of files."""


def _without_reader(link: re.Match[str]) -> str:
    """A link to where it led, without what may tell who was to follow it."""
    path, mark, _ = re.split(r"([?#]|$)", link[2], maxsplit=1)
    pieces = ("[…]" if _tells(piece) else piece for piece in path.split("/"))
    return link[1] + "/".join(pieces) + (f"{mark}[…]" if mark else "")


def _tells(piece: str) -> bool:
    """Whether a piece of a path may tell who reads: an address, a value, something long with digits in it."""
    return bool(_ADDRESSED.search(piece) or (len(piece) >= _LONG and _DIGIT.search(piece)))


def _file(name: Any, redact: Redactor) -> Any:
    """A file without the folders that it lies in, which bear the names of users."""
    return redact(name.replace("\\", "/").rpartition("/")[2]) if isinstance(name, str) else name


def _line(text: str) -> str:
    """A line of a difference without what it says; its mark stays."""
    return f"{text.partition(':')[0]}: {_LINE}"


def _with_enclosed(report: Report | None) -> Iterator[Report]:
    while report is not None:
        yield report
        report = report.enclosed
