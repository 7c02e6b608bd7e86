"""Text from outside for Textual's own widgets."""

from textual.content import Content

from mailscope.visible import visible, visible_lines


def safe(text: str) -> Content:
    """Text as literal content in one line: no markup is read, no control character is left."""
    return Content(visible(text))


def safe_lines(text: str) -> str:
    """Text of several lines without control characters, for the clipboard and for notices without markup."""
    return visible_lines(text).replace("\t", "    ")
