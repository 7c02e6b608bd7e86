"""What From, Sender, Reply-To, To and Cc may have been before lists and gateways wrote in them."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice, permutations

from mailscope.forensics.clues import Clues
from mailscope.forensics.diagnosis import Cause
from mailscope.forensics.search import Original
from mailscope.mail.address import parse_addresses

_SPEC = re.compile(rb"[^\s<>(),;:\"\[\]@]{1,64}@[A-Za-z0-9.-]{1,255}")
_VIA = re.compile(rb"\s+(?:via|over|durch|par|por|\(via|on behalf of|im Auftrag von)\s+.{0,120}$", re.IGNORECASE)
_MUNGED = re.compile(
    rb"([^\s<>@]{1,64}?)(?:=40|=|\+at\+|\.at\.|#|_at_)([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8})@"
)
_SPECS = 24
AUTHORS = frozenset({"from", "sender", "reply-to"})


def address_originals(name: str, value: bytes, clues: Clues) -> Iterator[Original]:
    """Values of an address field (name in lower case) that may have stood here before, best first."""
    author = name == "from"
    for copy, kept in clues.copies(name):
        for each in (kept, b" " + kept.strip()):
            yield Original(
                each, (_cause(name, value, each),), f"{copy} keeps the {name.title()} as it was", likely=True
            )
    yield from _without_name(name, value)
    if author:
        yield from _authors(value, clues)
    if name in ("to", "cc") and b"@" not in value:
        yield from _delivered(name, clues)
    yield from _domains(name, value, clues)
    yield from _specs(name, value, clues)
    yield from _fewer(name, value)
    if name in AUTHORS and not author:
        for kept in clues.values("from"):
            yield Original(kept, (Cause.HEADER_REPLACED,), f"{name.title()} was written anew")


def _authors(value: bytes, clues: Clues) -> Iterator[Original]:
    """From as other fields name the author, with the name in the forms that mail programs write."""
    note = "From was written anew: the author stands in another field"
    display = value.rpartition(b"<")[0].strip(b' \t"') if b"<" in value else b""
    name = _VIA.sub(b"", display).strip(b"'\"")
    for number, kept in enumerate(clues.authors):
        yield Original(b" " + kept.strip(), (Cause.FROM_REWRITTEN,), note, likely=number < 2)
        for address in parse_addresses(kept)[:3]:
            spec = address.spec.encode("utf-8", "surrogateescape")
            for label in dict.fromkeys((name, address.display.encode("utf-8", "surrogateescape"))):
                yield from (
                    Original(each, (Cause.FROM_REWRITTEN,), note, likely=number < 2) for each in _forms(label, spec)
                )
    for spec_text in clues.addresses:
        spec = spec_text.encode("utf-8", "surrogateescape")
        for each in _forms(name, spec):
            yield Original(each, (Cause.FROM_REWRITTEN,), note)
    munged = _MUNGED.search(value)
    if munged:
        for each in _forms(name, munged[1] + b"@" + munged[2]):
            yield Original(
                each, (Cause.FROM_REWRITTEN,), "the author's address was packed into the list's", likely=True
            )
    if value.rstrip(b"> \t").endswith((b".INVALID", b".invalid")):
        bare = re.sub(rb"\.invalid(?=>?\s*$)", b"", value, flags=re.IGNORECASE)
        yield Original(bare, (Cause.FROM_REWRITTEN,), "“.invalid” was put behind the author's address", likely=True)


def _delivered(name: str, clues: Clues) -> Iterator[Original]:
    """A list of nobody, as it was when it named whom the message was delivered to."""
    note = f"{name.title()} named whom it was delivered to, and was emptied"
    for spec_text in clues.recipients:
        spec = spec_text.encode("utf-8", "surrogateescape")
        for each in (b" " + spec, b" <" + spec + b">", b' "' + spec + b'" <' + spec + b">"):
            yield Original(each, (Cause.HEADER_REPLACED,), note, likely=True)


def _forms(label: bytes, spec: bytes) -> Iterator[bytes]:
    if label:
        yield b" " + label + b" <" + spec + b">"
        yield b' "' + label + b'" <' + spec + b">"
    yield b" " + spec
    yield b" <" + spec + b">"


def _domains(name: str, value: bytes, clues: Clues) -> Iterator[Original]:
    """Addresses whose domain was exchanged: the signing domain, or one that the other fields name, put back."""
    hosts = dict.fromkeys(
        (clues.domain, clues.identity.rpartition("@")[2], *(each.rpartition("@")[2] for each in clues.addresses))
    )
    present = list(dict.fromkeys(match[0].rpartition(b"@")[2] for match in list(islice(_SPEC.finditer(value), _SPECS))))
    for number, host_text in enumerate(host for host in hosts if host):
        host = host_text.encode("ascii", "replace")
        for old in present[:4]:
            if old.lower() == host:
                continue
            note = f"the domain {host_text} became {old.decode('ascii', 'replace')}"
            cause = (_domain_cause(name, clues),)
            yield Original(value.replace(b"@" + old, b"@" + host), cause, note, likely=number == 0)
            places = [match for match in list(islice(_SPEC.finditer(value), _SPECS)) if match[0].endswith(b"@" + old)]
            if len(places) > 1:
                for match in places:
                    at = match.end() - len(old)
                    yield Original(value[:at] + host + value[match.end() :], cause, note, likely=number == 0)


def _specs(name: str, value: bytes, clues: Clues) -> Iterator[Original]:
    """One address put back where another stands."""
    places = list(islice(_SPEC.finditer(value), _SPECS))
    for spec_text in clues.addresses:
        spec = spec_text.encode("utf-8", "surrogateescape")
        for match in places[:4]:
            if match[0] == spec:
                continue
            changed = value[: match.start()] + spec + value[match.end() :]
            note = f"{spec_text} became {match[0].decode('ascii', 'replace')}"
            likely = name in AUTHORS and spec_text.endswith("@" + clues.domain) and len(places) == 1
            yield Original(changed, (_domain_cause(name, clues),), note, likely=likely)


def _without_name(name: str, value: bytes) -> Iterator[Original]:
    """A single address in other forms: lists write the author's name to it."""
    addresses = parse_addresses(value)
    if len(addresses) == 1 and addresses[0].domain:
        spec = addresses[0].spec.encode("utf-8", "surrogateescape")
        label = addresses[0].display.encode("utf-8", "surrogateescape")
        note = f"{name.title()} was written in another form"
        for each in islice(_forms(label, spec), 2) if label else ():
            yield Original(each, (Cause.HEADER_REFOLDED,), note)
        for number, each in enumerate(_forms(b"", spec)):
            yield Original(each, (Cause.HEADER_REPLACED,), note, likely=number == 0 and name == "reply-to")


def _fewer(name: str, value: bytes) -> Iterator[Original]:
    """The list without one of its addresses: somebody added one."""
    pieces = value.split(b",")
    if 1 < len(pieces) <= _SPECS:
        for place, piece in enumerate(pieces):
            rest = pieces[:place] + pieces[place + 1 :]
            joined = b",".join(rest)
            note = f"{' '.join(piece.decode('utf-8', 'replace').split())[:80]} was added to {name.title()}"
            yield Original(b" " + joined.strip(), (Cause.HEADER_REPLACED,), note, likely=len(pieces) == 2)


def _domain_cause(name: str, clues: Clues) -> Cause:
    return Cause.FROM_REWRITTEN if name == "from" and clues.listed else Cause.ADDRESS_REWRITTEN


def _cause(name: str, value: bytes, copy: bytes) -> Cause:
    now = {address.spec.lower() for address in parse_addresses(value)}
    was = {address.spec.lower() for address in parse_addresses(copy)}
    if now == was:
        return Cause.HEADER_REFOLDED
    return Cause.FROM_REWRITTEN if name == "from" else Cause.HEADER_REPLACED


def mappings(clues: Clues) -> Iterator[tuple[str, str]]:
    """The author's address as it is and as it may have been: by the kept addresses, then by the author's name."""
    for value in clues.values("from")[:1]:
        for author in parse_addresses(value)[:1]:
            if not author.domain or not clues.domain:
                continue
            locals_ = [each.rpartition("@")[0] for each in clues.addresses]
            for local in dict.fromkeys((*locals_, *_locals(author.display, author.local), author.local)):
                yield author.spec, f"{local}@{clues.domain}"


def _locals(display: str, local: str) -> Iterator[str]:
    """Local parts as they are made of a person's name."""
    words = re.findall(r"[a-z0-9]{1,40}", _folded(display))[:4]
    yield from re.findall(r"[A-Za-z0-9]{1,40}", local)[:4]
    yield from words
    for first, last in permutations(words, 2):
        for joint in ("", ".", "_", "-"):
            yield from (f"{first}{joint}{last}", f"{first[0]}{joint}{last}", f"{first}{joint}{last[0]}")


def _folded(text: str) -> str:
    """Lower case without accents."""
    return "".join(char for char in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(char))
