"""Text from outside for what Textual itself writes: notices and the clipboard."""

from mailscope.visible import visible_lines


def safe_lines(text: str) -> str:
    """Text of one or more lines without control characters; markup is switched off where it is shown."""
    return visible_lines(text).replace("\t", "    ")
