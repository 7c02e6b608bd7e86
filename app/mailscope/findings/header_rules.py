"""What the header block itself says, whoever sent it."""

import re
from collections import Counter
from collections.abc import Iterator

from mailscope.analysis import Analysis
from mailscope.findings.finding import Finding
from mailscope.findings.words import field_evidence, find
from mailscope.mail.decode import shown
from mailscope.mail.field import ONCE
from mailscope.mail.message import LineEnds, Message
from mailscope.specimen import Kind
from mailscope.visible import hidden

_MIME_ONCE = ("MIME-Version", "Content-Type", "Content-Transfer-Encoding")
"""Those of MIME that may stand only once (RFC 2045 section 3)."""

_EMOJI = re.compile("[\ufe00-\ufe0f]|(?<=[^\\w\\s])\u200d")
"""What joins and colours pictures, and hides nothing."""


def header_rules(analysis: Analysis) -> Iterator[Finding]:
    """Authors, repeated and malformed fields, hidden characters, and how the input was prepared."""
    if analysis.specimen.steps:
        yield find("unwrapped", steps="; ".join(step.value for step in analysis.specimen.steps))
    if not analysis.message.fields:
        return
    mail = analysis.specimen.kind in (Kind.MESSAGE, Kind.HEADERS)
    if mail:
        yield from _authors(analysis)
    yield from _repeated(analysis.message)
    yield from _malformed(analysis.message)
    yield from _hidden(analysis)
    ends = analysis.message.line_ends
    if mail and analysis.authentication.dkim and ends in (LineEnds.LF, LineEnds.CR, LineEnds.MIXED):
        yield find("line-ends-mended", ends="mixed" if ends is LineEnds.MIXED else f"bare {ends}")


def _authors(analysis: Analysis) -> Iterator[Finding]:
    fields = analysis.message.all("From")
    authors = analysis.envelope.authors
    evidence = [field_evidence(field) for field in fields[:4]]
    if not fields:
        if not analysis.message.truncated_fields:
            yield find("from-missing")
        return
    if len(fields) > 1:
        domains = ", ".join(dict.fromkeys(author.domain or "no domain" for author in authors))
        yield find("from-several-fields", *evidence, count=len(fields), domains=domains)
    elif len(authors) > 1:
        addresses = ", ".join(author.spec for author in authors[:4])
        yield find("from-several-addresses", *evidence, count=len(authors), addresses=addresses)
    if not any(author.domain for author in authors):
        yield find("from-unreadable", *evidence)
    for author in authors[:4]:
        named = _address_in(author.display)
        if named and author.domain and not _same_site(named, author.domain):
            yield find("display-name-address", *evidence, display=author.display, address=author.spec)


def _address_in(display: str) -> str | None:
    """The domain of an address that a display name shows, or None."""
    for word in display.split():
        local, at, domain = word.strip("<>()[]\"',;:").rpartition("@")
        if at and local and "." in domain:
            return domain.lower()
    return None


def _same_site(one: str, other: str) -> bool:
    return one == other or one.endswith("." + other) or other.endswith("." + one)


def _repeated(message: Message) -> Iterator[Finding]:
    counts = Counter(field.key for field in message.fields if not field.malformed)
    for name in (*ONCE, *_MIME_ONCE):
        if counts[name.lower()] > 1 and name != "From":  # that has a finding of its own
            evidence = [field_evidence(field) for field in message.all(name)[:4]]
            yield find("field-repeated", *evidence, name=name, count=counts[name.lower()])


def _malformed(message: Message) -> Iterator[Finding]:
    broken = [field for field in message.fields if field.malformed]
    if message.truncated_fields:
        yield find("field-limit", read=len(message.fields) - 1)
        broken = broken[:-1]
    if broken:
        yield find("line-malformed", *(field_evidence(field) for field in broken[:4]), count=len(broken))


def _hidden(analysis: Analysis) -> Iterator[Finding]:
    for name in ("From", "Subject", "Reply-To", "To"):
        for field in analysis.message.all(name)[:2]:
            found = hidden(_EMOJI.sub("", shown(field)))
            if found:
                yield find("name-hides-characters", field_evidence(field), name=name, characters=", ".join(found[:6]))
