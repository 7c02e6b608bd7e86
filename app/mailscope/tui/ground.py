"""The background of the terminal, as it tells it when it is asked (OSC 11)."""

import re

from textual.message import Message

ASK = "\x1b]11;?\x07"
"""Asks a terminal for its background."""
ANSWER = re.compile(
    r"\x1b\]11;rgba?:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})[/0-9a-fA-F]{0,5}(?:\x07|\x1b\\)"
)
"""What it says."""
BEGUN = re.compile(r"\x1b(?:\](?:1(?:1(?:;[rgba:/0-9A-Fa-f]{0,30}\x1b?)?)?)?)?\Z")
"""The first half of that, at the end of a read."""
SECONDS = 3.0
"""How long the first half of an answer, were it a lone ESC, is held for the second."""


class Ground(Message):
    """The terminal has told its background."""

    def __init__(self, *, light: bool) -> None:
        super().__init__()
        self.light = light


def heard(told: re.Match[str]) -> Ground:
    """What the answer means: light is what looks nearer to white; parts have one to four hexadecimal digits."""
    red, green, blue = (int(part, 16) / (16 ** len(part) - 1) for part in told.groups())
    return Ground(light=0.299 * red + 0.587 * green + 0.114 * blue > 0.5)
