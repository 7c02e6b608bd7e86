"""Where the bytes that a part carries stand in the message: its transfer encoding, undone and traced back."""

import binascii
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from mailscope.mail.field import Span
from mailscope.mail.message import Message
from mailscope.mail.mime import NOT_BASE64, decoded_part
from mailscope.mail.parts import Part


@dataclass(frozen=True)
class Carried:
    """What a part carries, decoded (RFC 2045 section 6), up to a bound; with a way back to the message's bytes."""

    data: bytes
    raw: bytes
    """The same, as transferred."""
    start: int
    """Offset of raw in the message."""
    encoding: str

    def span(self, start: int, stop: int) -> Span:
        """Where decoded bytes stand in the message: exactly, or the lines that hold them where they are encoded."""
        if self.encoding not in ("base64", "quoted-printable"):
            return Span(self.start + start, self.start + stop)
        decoded, lines = self._lines
        first = max(bisect_right(decoded, start) - 1, 0)
        last = max(bisect_right(decoded, max(stop - 1, start)), 1)
        end = lines[last] if last < len(lines) else len(self.raw)
        held = self.raw[lines[first] : end].rstrip(b"\r\n")
        return Span(self.start + lines[first], self.start + lines[first] + len(held))

    @cached_property
    def _lines(self) -> tuple[list[int], list[int]]:
        """For each line that carries something: how many bytes were carried before it, and where it begins."""
        decoded, lines = [0], [0]
        carried = place = characters = 0
        for line in self.raw.splitlines(keepends=True):
            if self.encoding == "base64":
                characters += len(line.translate(None, NOT_BASE64).rstrip(b"="))
                after = characters * 3 // 4
            else:
                after = carried + len(binascii.a2b_qp(line))
            if after > carried:
                decoded.append(carried)
                lines.append(place)
            carried, place = after, place + len(line)
        return decoded, lines


def carried_by(message: Message, part: Part, most: int) -> Carried:
    """Up to most transferred bytes of a part, decoded."""
    stop = min(part.span.stop, part.span.start + most)
    return Carried(
        decoded_part(message, part, most), message.raw[part.span.start : stop], part.span.start, part.encoding
    )
