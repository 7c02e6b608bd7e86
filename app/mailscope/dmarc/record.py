"""One DMARC record (RFC 9989 section 4.7, RFC 7489 section 6.3), read as receivers read it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from mailscope.dmarc.verdicts import Standard
from mailscope.mail.tags import TagList, parse_tags

POLICIES = ("none", "quarantine", "reject")
RECORD_BYTES = 4 * 1024
"""How much of a record is read; long ones have a few hundred bytes."""
_VERSION = re.compile(r"[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|\Z)")
_URI = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:[!-~]+\Z")
_MAILTO = re.compile(r"[^@\s]+@[A-Za-z0-9._-]+\Z")
_SIZE = re.compile(r"!\d+[kmgtKMGT]?\Z")


@dataclass(frozen=True, slots=True)
class Record:
    """The tags that count, each with its default where it is absent or cannot be read."""

    text: str
    """As far as it was read."""
    size: int
    """Of the whole, in bytes."""
    tags: TagList
    values: Mapping[str, str]
    """By tag name in lower case: the value as written, of a repeated tag the first."""
    p: str | None
    """None where absent or no policy, as with sp and np."""
    sp: str | None
    np: str | None
    faulty: tuple[str, ...] = ()
    """Which of p, sp and np stand there with a value that is no policy."""
    psd: str = "u"
    testing: bool = False
    percent: int = 100
    spf_alignment: str = "r"
    dkim_alignment: str = "r"
    rua: tuple[str, ...] = ()
    """URIs as written, empty entries left out."""
    ruf: tuple[str, ...] = ()

    @property
    def reports(self) -> bool:
        """Whether rua names a destination that is written as a URI should be."""
        return any(valid_uri(uri) for uri in self.rua)


def is_record(text: str) -> bool:
    """Whether a TXT record is a DMARC record: its first tag is v, and that is DMARC1 exactly."""
    return _VERSION.match(text) is not None


def parse_record(text: str) -> Record:
    """The record; tag names in any case, the first of a repeated tag; any text gives a Record."""
    size = len(text)
    text = text[:RECORD_BYTES]
    tags = parse_tags(text)
    values: dict[str, str] = {}
    for tag in tags.tags:
        values.setdefault(tag.name.lower(), tag.value)
    words = {name: value.lower() for name, value in values.items()}
    return Record(
        text=text,
        size=size,
        tags=tags,
        values=values,
        p=_policy(words.get("p")),
        sp=_policy(words.get("sp")),
        np=_policy(words.get("np")),
        faulty=tuple(name for name in ("p", "sp", "np") if name in words and words[name] not in POLICIES),
        psd=words["psd"] if words.get("psd") in ("y", "n") else "u",
        testing=words.get("t") == "y",
        percent=percentage(values.get("pct", "")),
        spf_alignment="s" if words.get("aspf") == "s" else "r",
        dkim_alignment="s" if words.get("adkim") == "s" else "r",
        rua=uris(values.get("rua", "")),
        ruf=uris(values.get("ruf", "")),
    )


def applied(record: Record, standard: Standard) -> Record | None:
    """The record as it is applied (RFC 9989 section 4.10.1, RFC 7489 section 6.6.3).

    One whose policies cannot be read counts as p=none where it asks for reports, else not at all: None.
    """
    faulty = [name for name in record.faulty if name != "np" or standard is Standard.RFC9989]
    if record.p is not None and not faulty:
        return record
    return replace(record, p="none", sp=None, np=None) if record.reports else None


def _policy(word: str | None) -> str | None:
    return word if word in POLICIES else None


def uris(value: str) -> tuple[str, ...]:
    """The entries of a comma-separated list."""
    return tuple(each for part in value.split(",") if (each := part.strip(" \t\r\n")))


def valid_uri(uri: str) -> bool:
    """Whether it is a URI, and an address where it is mailto: (a size limit at its end is passed over)."""
    if not _URI.match(uri):
        return False
    return mail_address(uri) is not None if uri.lower().startswith("mailto:") else True


def mail_address(uri: str) -> str | None:
    """The address of a mailto: URI without size limit and header fields; None for another URI or a broken one."""
    if not uri.lower().startswith("mailto:"):
        return None
    address = _SIZE.sub("", uri[7:].partition("?")[0])
    return address if _MAILTO.match(address) else None


def percentage(value: str) -> int:
    """The value of pct as a number; 100 where it is none (RFC 7489 section 6.3)."""
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 3 and int(value) <= 100 else 100
