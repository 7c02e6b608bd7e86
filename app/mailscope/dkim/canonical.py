"""What is hashed: header fields and body in canonical form (RFC 6376 sections 3.4, 3.7 and 5.4.2), in linear time."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self

from mailscope.mail.message import LineEnds, Message, line_ends

_WSP = b" \t"
_FWS = b" \t\r\n"
_SPACES = re.compile(rb" {2,}")
_LONG_RUN = b" " * 64


class Canon(StrEnum):
    """How much change a signature tolerates (RFC 6376 section 3.4)."""

    SIMPLE = "simple"
    RELAXED = "relaxed"


def mended(data: bytes, ends: LineEnds | None = None) -> bytes:
    """The data with CRLF line ends (RFC 6376 section 5.3): a bare LF becomes CRLF, and a bare CR where there is no LF.

    A bare CR among proper lines stays: transports keep it, and so do the signers and verifiers of mail.
    """
    ends = line_ends(data) if ends is None else ends
    if ends is LineEnds.LF:
        return data.replace(b"\n", b"\r\n")
    if ends is LineEnds.CR:
        return data.replace(b"\r", b"\r\n")
    if ends is LineEnds.MIXED:
        return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return data


def canonical_field(raw: bytes, canon: Canon) -> bytes:
    """One whole field (CRLF line ends) in canonical form, with its final CRLF (RFC 6376 sections 3.4.1, 3.4.2)."""
    if canon is Canon.SIMPLE:
        return raw if raw.endswith(b"\r\n") else raw + b"\r\n"
    name, _, value = raw.partition(b":")
    value = _narrow(value.replace(b"\r\n", b""))
    return name.strip(_FWS).lower() + b":" + value.strip(_WSP) + b"\r\n"


def canonical_signature(raw: bytes, canon: Canon) -> bytes:
    """A signature's own field as it is hashed: its b= empty, without the final CRLF (RFC 6376 section 3.7)."""
    return canonical_field(without_value(raw), canon)[:-2]


def without_value(raw: bytes) -> bytes:
    """A signature's field with the value of its first b= tag taken out, white space around it too."""
    name, colon, value = raw.partition(b":")
    position = 0
    for piece in value.split(b";"):
        tag, equals, content = piece.partition(b"=")
        if equals and tag.strip(_FWS) == b"b":
            start = position + len(tag) + 1
            return name + colon + value[:start] + value[start + len(content) :]
        position += len(piece) + 1
    return raw


def canonical_body(body: bytes, canon: Canon) -> bytes:
    """A body (CRLF line ends) in canonical form (RFC 6376 sections 3.4.3, 3.4.4)."""
    if canon is Canon.RELAXED:
        body = _narrow(body).replace(b" \r\n", b"\r\n").removesuffix(b" ")
    if body.endswith(b"\r\n\r\n") or body == b"\r\n":
        start = len(body.rstrip(b"\r\n"))
        # A tail may hold bare CRs, which are no line ends: only whole CRLFs at the very end are blank lines.
        tail = body[start:].replace(b"\r\n", b"\0\0").rstrip(b"\0")
        body = body[: start + len(tail)]
    elif body.endswith(b"\r\n"):
        return body
    if body or canon is Canon.SIMPLE:
        return body + b"\r\n"
    return body


def body_digest(canonical: bytes, algorithm: str, length: int | None = None) -> bytes:
    """The hash of a canonical body, of its first length bytes where l= says so; algorithm is hashlib's name."""
    return hashlib.new(algorithm, canonical if length is None else memoryview(canonical)[:length]).digest()


def header_digest(fields: Iterable[bytes], signature: bytes, algorithm: str) -> bytes:
    """The hash that is signed: the picked fields, then the signature's own, all canonical (RFC 6376 section 3.7)."""
    return hashlib.new(algorithm, b"".join((*fields, signature))).digest()


def pick(names: Sequence[str], keys: Sequence[str], own: int | None = None) -> tuple[int | None, ...]:
    """For each name of h= the field it means, or None where there is none left (RFC 6376 section 5.4.2).

    keys are the lower-case names of the header block from the top, "" for lines that are no fields; each name takes
    the lowest field that no earlier name took. own, the signature itself, is never picked.
    """
    wanted = {name.lower() for name in names}
    places: dict[str, list[int]] = {}
    for place, key in enumerate(keys):
        if key in wanted and place != own:
            places.setdefault(key, []).append(place)
    return tuple(found.pop() if (found := places.get(name.lower())) else None for name in names)


@dataclass(frozen=True, slots=True)
class Material:
    """A message made ready for hashing, as many signatures as it bears; changed copies cost only what changed."""

    keys: tuple[str, ...]
    """The fields' names in lower case, topmost first; "" for lines that are no fields."""
    fields: tuple[bytes, ...]
    """Whole fields with CRLF line ends."""
    body: bytes | None
    """With CRLF line ends; None where there is none to hash: only the header block is at hand."""
    mended: bool = False
    """Whether line ends had to be mended."""
    _bodies: dict[Canon, bytes] = field(default_factory=dict, compare=False, repr=False)
    _digests: dict[tuple[Canon, str, int | None], bytes] = field(default_factory=dict, compare=False, repr=False)
    _fields: dict[tuple[int, Canon], bytes] = field(default_factory=dict, compare=False, repr=False)

    def canonical_body(self, canon: Canon) -> bytes:
        """The canonical body, computed once; empty where the body is absent."""
        found = self._bodies.get(canon)
        if found is None:
            found = self._bodies[canon] = canonical_body(self.body or b"", canon)
        return found

    def body_digest(self, canon: Canon, algorithm: str, length: int | None = None) -> bytes:
        """The body's hash, computed once for each way of asking."""
        asked = (canon, algorithm, length)
        found = self._digests.get(asked)
        if found is None:
            found = self._digests[asked] = body_digest(self.canonical_body(canon), algorithm, length)
        return found

    def canonical_field(self, place: int, canon: Canon) -> bytes:
        """One field in canonical form, computed once."""
        asked = (place, canon)
        found = self._fields.get(asked)
        if found is None:
            found = self._fields[asked] = canonical_field(self.fields[place], canon)
        return found

    def canonical_fields(self, picked: Iterable[int | None], canon: Canon) -> list[bytes]:
        """The picked fields in canonical form; absent ones add nothing."""
        return [self.canonical_field(place, canon) for place in picked if place is not None]

    def with_body(self, body: bytes) -> Self:
        """The same with another body (CRLF line ends)."""
        return replace(self, body=body, _bodies={}, _digests={})

    def with_fields(self, keys: tuple[str, ...], fields: tuple[bytes, ...]) -> Self:
        """The same body under another header block."""
        return replace(self, keys=keys, fields=fields, _fields={})


def material(message: Message, headers_only: bool = False) -> Material:
    """The message ready for hashing."""
    ends = message.line_ends
    body = None if headers_only else mended(message.body_bytes, ends)
    fields = tuple(mended(one.raw, ends) for one in message.fields)
    changed = ends is LineEnds.LF or ends is LineEnds.CR
    if ends is LineEnds.MIXED:
        changed = _differs(fields, message) or (body is not None and body != message.body_bytes)
    return Material(tuple("" if one.malformed else one.key for one in message.fields), fields, body, changed)


def other_readings(message: Message, stuff: Material) -> tuple[Material, ...]:
    """The same message with the line ends of its body understood otherwise, where they are mixed.

    Some signers hash a bare LF as the byte that it is, some make every CR and LF a line end: which one it was only the
    body's hash can tell. () where there is one reading only.
    """
    if message.line_ends is not LineEnds.MIXED or stuff.body is None:
        return ()
    given = message.body_bytes
    every = mended(given.replace(b"\r\n", b"\n").replace(b"\r", b"\n"), LineEnds.LF)
    header = _differs(stuff.fields, message)
    bodies = [body for body in dict.fromkeys((given, every)) if body != stuff.body]
    return tuple(replace(stuff.with_body(body), mended=header or body != given) for body in bodies)


def _differs(fields: Sequence[bytes], message: Message) -> bool:
    """Whether a field's line ends were mended."""
    return any(new != one.raw for new, one in zip(fields, message.fields, strict=True))


def _narrow(data: bytes) -> bytes:
    """Every run of spaces and tabs as one space; halving runs beats a substitution that visits every space."""
    if b"\t" in data:
        data = data.replace(b"\t", b" ")
    if _LONG_RUN in data:
        return _SPACES.sub(b" ", data)
    while b"  " in data:
        data = data.replace(b"  ", b" ")
    return data
