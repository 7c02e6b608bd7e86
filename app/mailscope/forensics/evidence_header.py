"""What speaks for a change of the header where none of the likely ones could be undone: never a guess."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailscope.forensics.clues import Clues
from mailscope.forensics.diagnosis import Cause
from mailscope.forensics.target import Target
from mailscope.forensics.undo_header import spelt
from mailscope.mail.address import parse_addresses
from mailscope.mail.date import parse_date
from mailscope.mail.decode import decoded_words

_EXTERNAL = re.compile(
    r"\s*(?:[\[({<*]{1,3}\s?(?:external|ext|extern|externe|externo|outside|spam|suspected spam|possible spam"
    r"|phish\w{0,6}|caution|warning|virus|bulk|filtered|quarantin\w{0,4})\b|(?:external|ext|caution|spam):)",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"\s*\[([^\]]{1,60})\]")
_VIA = re.compile(r"\bvia\b|\bon behalf of\b", re.IGNORECASE)
_BOUNDARY = re.compile(rb'boundary\s{0,9}=\s{0,9}(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)
_SECONDS = re.compile(r"(?<!\d)(1\d{9}|2\d{9})(?!\d)")
_MILLISECONDS = re.compile(r"(?<!\d)([12]\d{12})(?!\d)")
_HEXA = re.compile(r"(?<![0-9A-Fa-f])([4-7][0-9A-Fa-f]{7})(?![0-9A-Fa-f])")
_LATER, _SAME = 600, 5
"""Seconds: a Date that is so much later than the signing, and so near to a hop, is the hop's."""
_MINUTE, _YEAR = 60, 366 * 86_400
_EXCHANGE = re.compile(r"_\d{3}_[0-9A-Za-z]{12,80}_")
_OF_EXCHANGE = ("x-ms-", "thread-", "x-originatororg", "accept-language", "x-microsoft-", "msip_")
_PYTHON = re.compile(r"={15}\d{15,22}==")
_PLAIN_CHARSET = re.compile(rb"^Content-Type: text/[^\r\n;]{1,40};[^\r\n]{0,200}charset=[A-Za-z]", re.MULTILINE)
_QUOTED_CHARSET = re.compile(rb"^Content-Type: text/[^\r\n;]{1,40};[^\r\n]{0,200}charset=\"", re.MULTILINE)
_ONCE = ("message-id", "date", "from", "subject", "mime-version", "content-type")
"""Fields that practically every message has: signers that name them found them."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A cause that something speaks for, what it is about, and what speaks for it in a sentence."""

    cause: Cause
    field: str
    why: str


def header_signs(target: Target, clues: Clues, later: tuple[str, ...], times: tuple[int, ...] = ()) -> Iterator[Sign]:
    """Signs of changed header fields; later are the hosts (lower case) that had the message after it was signed.

    times are those of their Received fields, in seconds since 1970.
    """
    named = frozenset(name.lower() for name in target.signature.names)
    yield from _lost(target)
    if "from" in named:
        yield from _author(clues)
    if "subject" in named:
        yield from _subject(clues)
    if "date" in named:
        yield from _date(clues, times)
    if "message-id" in named and not _oversigned(target):
        yield from _message_id(clues, later)
    if "content-type" in named and target.body_ok is False:
        yield from boundary_signs(clues, later)
    if "content-transfer-encoding" in named:
        yield from _autoconverted(clues)


def _lost(target: Target) -> Iterator[Sign]:
    pairs = [(name.lower(), place) for name, place in zip(target.signature.names, target.picked, strict=True)]
    absent = [name for name, place in pairs if place is None]
    keys = frozenset(target.material.keys)
    sealed = _oversigned(target)
    if "mime-version" in absent and "mime-version" not in keys and keys & {"content-type", "content-transfer-encoding"}:
        why = "The signature names MIME-Version, and without it Content-Type makes no sense; it is not there any more."
        yield Sign(Cause.HEADER_REMOVED, "MIME-Version", why)
    if sealed or len(absent) > 3:
        return  # names beyond what is there are this signer's habit
    for name in absent:
        if name in _ONCE and name != "mime-version":
            why = f"The signature names {spelt(name)}, which nearly every message has; it is not there any more."
            yield Sign(Cause.HEADER_REMOVED, spelt(name), why)


def _oversigned(target: Target) -> bool:
    """Whether this signer names more than there is, so that an absent field may have been absent when it signed."""
    keys = frozenset(target.material.keys)
    return any(
        place is None and name.lower() in keys
        for name, place in zip(target.signature.names, target.picked, strict=True)
    )


def _author(clues: Clues) -> Iterator[Sign]:
    values = clues.values("from")
    if len(values) != 1:
        return
    authors = parse_addresses(values[0])
    if len(authors) != 1 or not authors[0].domain:
        return
    author = authors[0]
    lists = _list_addresses(clues)
    away = not _within(author.domain, clues.domain)
    if away and author.spec.lower() in lists:
        yield Sign(Cause.FROM_REWRITTEN, "From", f"From names the list's own address, {author.spec}.")
    elif away and _VIA.search(author.display) and (clues.listed or clues.values("x-original-from")):
        yield Sign(Cause.FROM_REWRITTEN, "From", f"From says “{author.display[:60]}”, as lists write it.")
    elif away and any(
        _within(each.domain, clues.domain)
        for value in clues.values("x-original-from")
        for each in parse_addresses(value)
    ):
        yield Sign(Cause.FROM_REWRITTEN, "From", "X-Original-From names another author, of the domain that signed.")
    elif away and clues.identity and author.spec.lower() != clues.identity.lower():
        why = f"The signature was made for {clues.identity}, From names {author.spec}."
        yield Sign(Cause.ADDRESS_REWRITTEN, "From", why)


def _list_addresses(clues: Clues) -> frozenset[str]:
    found = set()
    for value in clues.values("list-post"):
        match = re.search(rb"<mailto:([^>?\s]{3,200})", value)
        if match:
            found.add(match[1].decode("ascii", "replace").lower())
    for value in clues.values("list-id"):
        match = re.search(rb"<([^<>@\s.]{1,64})\.([^<>@\s]{1,200})>", value)
        if match:
            found.add(f"{match[1].decode('ascii', 'replace')}@{match[2].decode('ascii', 'replace')}".lower())
    return frozenset(found)


def _subject(clues: Clues) -> Iterator[Sign]:
    for value in clues.values("subject")[:1]:
        text = decoded_words(value[:2000])
        if clues.authored and _EXTERNAL.match(text):
            yield Sign(
                Cause.SUBJECT_TAG, "Subject", f"The Subject begins with a gateway's or filter's mark: “{_cut(text)}”."
            )
            return
        bracket = _BRACKET.match(text)
        if bracket and clues.listed:
            tag = _plain(bracket[1])
            names = [
                _plain(decoded_words(each[:400])) for each in (*clues.values("list-id"), *clues.values("list-post"))
            ]
            if tag and any(tag in name for name in names):
                yield Sign(Cause.SUBJECT_TAG, "Subject", f"The Subject begins with the list's name: “{_cut(text)}”.")


def _date(clues: Clues, times: tuple[int, ...]) -> Iterator[Sign]:
    for value in clues.values("date")[:1]:
        moment = parse_date(value.decode("latin-1"))
        if moment is None or clues.signed_at is None:
            return
        date = int(moment.timestamp())
        if date > clues.signed_at + _LATER and any(abs(date - each) <= _SAME for each in times):
            why = "The Date is the time at which a host on the way had it, long after it was signed."
            yield Sign(Cause.HEADER_REPLACED, "Date", why)


def _message_id(clues: Clues, later: tuple[str, ...]) -> Iterator[Sign]:
    for value in clues.values("message-id")[:1]:
        host = value.decode("latin-1").strip(" \t<>").rpartition("@")[2].lower()
        authors = {author.domain for each in clues.values("from") for author in parse_addresses(each)[:4]}
        if any(_related(host, name) for name in (clues.domain, *authors)):
            return
        if host in later or any(_related(host, name) for name in later):
            why = f"The Message-ID is of {host}, where the message came only after it was signed."
            yield Sign(Cause.HEADER_REPLACED, "Message-ID", why)


def boundary_signs(clues: Clues, later: tuple[str, ...]) -> Iterator[Sign]:
    """Signs that the boundary was written after signing; later are the hosts that had the message then."""
    for value in clues.values("content-type")[:1]:
        match = _BOUNDARY.search(value)
        if match is None:
            return
        boundary = (match[1] or match[2]).decode("latin-1")
        why = _boundary_why(boundary, clues, later)
        if why:
            yield Sign(Cause.MIME_REWRITTEN, "Content-Type", why)


def _boundary_why(boundary: str, clues: Clues, later: tuple[str, ...]) -> str:
    host = next((name for name in later if "." in name and name in boundary.lower()), None)
    if host is not None:
        return f"The boundary bears the name of {host}, which had the message only after it was signed."
    signed = clues.written_at
    times = [int(digits) for digits in _SECONDS.findall(boundary)] + [int(hexa, 16) for hexa in _HEXA.findall(boundary)]
    times += [int(digits) // 1_000 for digits in _MILLISECONDS.findall(boundary)]
    if signed and any(signed + _MINUTE < moment < signed + _YEAR for moment in times):
        return "The boundary bears a time (in seconds since 1970) that lies after the message was written."
    keys = frozenset(clues.material.keys)
    if _EXCHANGE.fullmatch(boundary) and not any(key.startswith(_OF_EXCHANGE) for key in keys):
        return (
            "The boundary is of the form that Exchange writes, and no other field is Exchange's: it came in on the way."
        )
    body = (clues.material.body or b"")[: 64 * 1024]
    if _PYTHON.fullmatch(boundary) and _PLAIN_CHARSET.search(body) and not _QUOTED_CHARSET.search(body):
        return "The boundary is of the form that Python writes, but the headers of the parts are not Python's."
    return ""


def _autoconverted(clues: Clues) -> Iterator[Sign]:
    for value in clues.values("x-mime-autoconverted")[:1]:
        why = f"X-MIME-Autoconverted says so: “{_cut(decoded_words(value[:400]))}”."
        yield Sign(Cause.RECODED, "Content-Transfer-Encoding", why)


def _related(one: str, other: str) -> bool:
    """Whether two names share their last two labels, and these are no bare public suffix of short labels."""
    ends = [name.rstrip(".").split(".")[-2:] for name in (one, other)]
    return len(ends[0]) == 2 and ends[0] == ends[1] and len(ends[0][0]) > 3


def _within(host: str, domain: str) -> bool:
    return bool(domain) and (host == domain or host.endswith("." + domain))


def _plain(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"
