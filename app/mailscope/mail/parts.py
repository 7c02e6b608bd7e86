"""The parts of a message, found by their boundaries in one pass: bounded in number and depth, nothing decoded."""

from dataclasses import dataclass, replace

from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.decode import shown
from mailscope.mail.field import Field, Span
from mailscope.mail.lexer import without_comments
from mailscope.mail.message import LineEnds, Message, parse_message
from mailscope.mail.parameters import parse_parameters

_PROTECTED = {
    "multipart/encrypted": "PGP encrypted",
    "application/pgp-encrypted": "PGP encrypted",
    "application/pgp-signature": "PGP signature",
    "application/pgp-keys": "PGP key",
    "application/pkcs7-signature": "S/MIME signature",
    "application/x-pkcs7-signature": "S/MIME signature",
}
_AS_IT_IS = ("7bit", "8bit", "binary")
_PART_HEADER = 64 * 1024
"""Header block of one part that is taken apart."""
_LONGEST_LINE = 300
"""A delimiter; RFC 2046 section 5.1.1 allows boundaries of 70 characters."""
_HEADER_ENDS = (b"\n\n", b"\n\r\n", b"\r\r")
_CANDIDATES = 1_000_000
"""Lines that start with two hyphens and are compared with the boundaries."""


@dataclass(frozen=True, slots=True)
class Part:
    """One MIME part; spans are offsets into the message's bytes."""

    index: int
    """Place in the order of the text, from 0 (the message itself)."""
    depth: int
    """How many containers hold it."""
    type: str
    """"text/plain" and so on, in lower case; what RFC 2045 section 5.2 assumes where none is named."""
    charset: str
    """As named; "" for none."""
    filename: str
    """Decoded, not made safe; "" for none."""
    encoding: str
    """The transfer encoding in lower case; "7bit" where none is named."""
    disposition: str
    """"attachment", "inline" or "" for none, in lower case."""
    span: Span
    """The part's body, as transferred."""
    header: Span
    """The part's header block."""
    content_id: str = ""
    protection: str = ""
    """"S/MIME signature", "PGP encrypted", …; "" for none."""
    boundary: str = ""
    """Of a multipart: as named."""
    problem: str = ""
    """What is wrong with it: a boundary that never closes or never comes, a limit that bit."""

    @property
    def size(self) -> int:
        """Bytes as transferred."""
        return self.span.stop - self.span.start

    @property
    def is_container(self) -> bool:
        """Whether it holds other parts."""
        return self.type.startswith("multipart/")

    @property
    def is_attachment(self) -> bool:
        """Whether a reader would be offered it as a file."""
        if self.is_container or (self.depth == 0 and not self.filename and self.disposition != "attachment"):
            return False
        return bool(
            self.disposition == "attachment" or self.filename or not self.type.startswith(("text/", "message/"))
        )


@dataclass(frozen=True, slots=True)
class Walk:
    """The parts, and which limit bit; "" for none."""

    parts: tuple[Part, ...]
    problem: str = ""


def walk_parts(message: Message, limits: Limits = DEFAULT_LIMITS) -> Walk:
    """Every part of a message, in one pass over the lines that start with two hyphens; linear, never raises.

    Parts inside an enclosed message (message/rfc822) are walked like others.
    """
    return _Walker(message, limits).walk()


class _Walker:
    """The state of one pass."""

    def __init__(self, message: Message, limits: Limits) -> None:
        self.message = message
        self.raw = message.raw
        self.limits = limits
        self.parts: list[Part] = []
        self.unended: list[int] = []
        """Parts whose end has not come, outermost first."""
        self.containers: list[int] = []
        """Those of them that are multiparts with a boundary, outermost first."""
        self.delimiters: dict[bytes, int] = {}
        """Delimiter -> the part that it delimits, innermost."""
        self.problem = ""

    def walk(self) -> Walk:
        self._begin(self.message.fields, Span(0, self.message.body.start), depth=0, default="text/plain")
        mark = b"\r--" if self.message.line_ends is LineEnds.CR else b"\n--"
        # A body may begin with its first delimiter: the line end before it belongs to the header.
        position = max(self.message.body.start - 1, 0)
        for _ in range(_CANDIDATES):
            at = self.raw.find(mark, position) if self.containers and not self.problem else -1
            if at < 0:
                break
            position = self._line(at + 1)
        else:
            self.problem = self.problem or f"only the first {_CANDIDATES:,} lines that look like boundaries were read"
        for index in self.containers:
            self._note(index, "its closing boundary is missing")
        self._end(-1, len(self.raw))
        return Walk(tuple(self.parts), self.problem)

    def _line(self, start: int) -> int:
        """Take a line that starts with two hyphens; where to go on looking."""
        line = self.raw[start : start + _LONGEST_LINE]
        ends = [end for mark in b"\r\n" if (end := line.find(mark)) >= 0]
        text = line[: min(ends, default=len(line))].rstrip(b" \t")
        closes = text not in self.delimiters
        container = self.delimiters.get(text[:-2] if closes and text.endswith(b"--") else text)
        after = start + len(text)
        if container is None:
            return after
        self._end(container, _before_line_end(self.raw, start))
        while self.containers[-1] != container:
            self._note(self.containers.pop(), "its closing boundary is missing")
        if closes:
            self.containers.pop()
        self.delimiters = {_delimiter(self.parts[index]): index for index in self.containers}
        if closes:
            return after
        if len(self.parts) >= self.limits.mime_parts:
            self.problem = f"only the first {self.limits.mime_parts:,} MIME parts were read"
            return after
        digest = self.parts[container].type == "multipart/digest"
        fields, header = self._header(_after_line_end(self.raw, after))
        self._begin(fields, header, self.parts[container].depth + 1, "message/rfc822" if digest else "text/plain")
        return max(header.stop - 1, after)

    def _header(self, start: int) -> tuple[tuple[Field, ...], Span]:
        """The header block of a part or enclosed message that starts here."""
        block = self.raw[start : start + _PART_HEADER]
        # A delimiter ends a header too, and no field begins with two hyphens: thus no byte is read for two parts.
        ends = [at + len(mark) for mark in _HEADER_ENDS if (at := block.find(mark)) >= 0]
        ends += [at + 1 for mark in (b"\n--", b"\r--") if (at := block.find(mark)) >= 0]
        if block.startswith(b"--"):
            ends.append(0)
        parsed = parse_message(block[: min(ends, default=_PART_HEADER)], self.limits)
        if parsed.fields and parsed.fields[0].malformed:
            return (), Span(start, start)  # no header and no blank line: all of it is body
        return parsed.fields, Span(start, start + parsed.body.start)

    def _begin(self, fields: tuple[Field, ...], header: Span, depth: int, default: str) -> None:
        """Note a part as its header describes it, and what it encloses; to a bounded depth."""
        while True:
            part = _described((len(self.parts), depth), fields, header, default, self.limits)
            self.parts.append(part)
            self.unended.append(part.index)
            depth += 1
            encloses = part.type in ("message/rfc822", "message/global") and part.encoding in _AS_IT_IS
            if not encloses and not (part.is_container and part.boundary):
                return
            if depth > self.limits.mime_depth:
                self.problem = f"MIME parts nested more than {self.limits.mime_depth} deep were not read"
                return
            if not encloses:
                self.containers.append(part.index)
                self.delimiters[_delimiter(part)] = part.index
                return
            fields, header = self._header(header.stop)
            default = "text/plain"

    def _end(self, container: int, at: int) -> None:
        """All that is open inside this part ends here."""
        while self.unended and self.unended[-1] > container:
            part = self.parts[self.unended.pop()]
            self.parts[part.index] = replace(part, span=Span(part.span.start, max(at, part.span.start)))

    def _note(self, index: int, problem: str) -> None:
        part = self.parts[index]
        self.parts[index] = replace(part, problem=part.problem or problem)


def _delimiter(part: Part) -> bytes:
    return b"--" + part.boundary.rstrip(" \t").encode("utf-8", "surrogateescape")


def _before_line_end(raw: bytes, at: int) -> int:
    """The line end before a delimiter belongs to it (RFC 2046 section 5.1.1)."""
    return at - 2 if raw[max(at - 2, 0) : at] == b"\r\n" else at - 1


def _after_line_end(raw: bytes, at: int) -> int:
    """The start of the next line."""
    while raw[at : at + 1] in (b" ", b"\t"):
        at += 1
    return at + 2 if raw[at : at + 2] == b"\r\n" else min(at + 1, len(raw))


def _described(place: tuple[int, int], fields: tuple[Field, ...], header: Span, default: str, limits: Limits) -> Part:
    """A part, at this index and depth, by what its header says; its end is not known yet."""
    first: dict[str, Field] = {}
    for field in fields:
        if not field.malformed and field.key.startswith("content-"):
            first.setdefault(field.key, field)
    kind, parameters = _value(first, "content-type", limits)
    disposition, more = _value(first, "content-disposition", limits)
    problem = ""
    if "content-type" in first and kind.count("/") != 1:
        problem, kind = f"not a MIME type: {kind[:60]!r}", "text/plain"
    kind = kind or default
    encoding = first["content-transfer-encoding"].unfolded.lower() if "content-transfer-encoding" in first else "7bit"
    boundary = parameters.get("boundary", "")
    if kind.startswith("multipart/") and not boundary:
        problem = problem or "a multipart without a boundary"
    identity = first.get("content-id")
    return Part(
        index=place[0],
        depth=place[1],
        type=kind,
        charset=parameters.get("charset", ""),
        filename=more.get("filename") or parameters.get("name", ""),
        encoding=without_comments(encoding).strip() or "7bit",
        disposition=disposition,
        span=Span(header.stop, header.stop),
        header=header,
        content_id=shown(identity, limits).strip("<>") if identity else "",
        protection=_protection(kind, parameters),
        boundary=boundary,
        problem=problem,
    )


def _value(first: dict[str, Field], key: str, limits: Limits) -> tuple[str, dict[str, str]]:
    return parse_parameters(first[key].value, limits) if key in first else ("", {})


def _protection(kind: str, parameters: dict[str, str]) -> str:
    if kind == "multipart/signed":
        return "PGP signed" if "pgp" in parameters.get("protocol", "").lower() else "S/MIME signed"
    if kind in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        by = parameters.get("smime-type", "").lower()
        return {"signed-data": "S/MIME signed", "enveloped-data": "S/MIME encrypted",
                "authenveloped-data": "S/MIME encrypted"}.get(by, "S/MIME")  # fmt: skip
    return _PROTECTED.get(kind, "")
