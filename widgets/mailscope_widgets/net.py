"""The last net before the terminal: no control character of any text gets through, whoever forgot to clean it."""

import re

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)


class ControlNet(LineFilter):
    """Deletes controls, direction marks and zero-width characters from every segment that is drawn."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        """The segments, clean; they are returned as they are when they already were."""
        if not any(_UNSAFE.search(segment.text) for segment in segments):
            return segments
        return [
            segment if segment.control else Segment(_UNSAFE.sub(" ", segment.text), segment.style)
            for segment in segments
        ]
