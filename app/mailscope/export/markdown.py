"""Markdown that holds only our own marks: nothing that came from a message becomes markup, a link, an image or HTML."""

import re
from collections.abc import Iterator

from mailscope.export.blocks import Block, Item, Outline, Pairs, Paragraph, Quote, Table, severity_word

_MARKS = re.compile(r"([\\`*_\[\]<>&|~#$^=])")
_LINKS_ITSELF = re.compile(r"@|://|www\.|\.[A-Za-z]|^\W*#\d", re.IGNORECASE)
"""Tokens that renderers turn into links or mentions without any markup: addresses, URLs, host names, issue numbers."""
_BAR = re.compile(r"(?<!\\)\|")
_LIST_START = re.compile(r"^([-+]|\d{1,9}[.)])(?=\s|$)")
_BEFORE = "\"'("
_AFTER = "\"').,;:?!"


def markdown_of(outline: Outline) -> str:
    """The outline as Markdown (CommonMark, GitHub's dialect included), ending in a line end."""
    lines = [f"# {outline.word}: {prose(outline.headline)}", "", f"{code(outline.name)}", ""]
    for block in outline.lead:
        lines += [*_block(block, ""), ""]
    for section in outline.sections:
        lines += [f"## {section.title}", ""]
        for block in section.blocks:
            if not isinstance(block, Item) and lines[-1]:
                lines.append("")  # what follows a list without a blank line would belong to its last item
            lines += _block(block, "")
            if not isinstance(block, Item):
                lines.append("")
        if lines[-1]:
            lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def _block(block: Block, indent: str) -> Iterator[str]:
    match block:
        case Paragraph(text):
            yield indent + (f"- {prose(text)}" if indent else prose(text))
        case Pairs(rows):
            for label, value in rows:
                yield f"{indent}- {label}: {prose(value)}"
        case Quote(label, text):
            yield f"{indent}- {label}: {code(text)}"
        case Table(heads, rows) if indent:  # a table inside a list item is read by few renderers
            for row in rows:
                yield f"{indent}- " + "; ".join(f"{head}: {prose(cell)}" for head, cell in zip(heads, row, strict=True))
        case Table(heads, rows):
            yield from (_row(heads), _row(("---",) * len(heads)))
            yield from (_row(tuple(map(prose, row))) for row in rows)
        case Item(title, blocks, severity):
            mark = f"**{severity_word(severity)}** " if severity else ""
            yield f"{indent}- {mark}{prose(title)}"
            for inner in blocks:
                yield from _block(inner, indent + "  ")


def _row(cells: tuple[str, ...]) -> str:
    # GitHub's tables take a bar for the end of a cell even inside a code span, unless it is escaped.
    return "| " + " | ".join(_BAR.sub(r"\\|", cell) for cell in cells) + " |"


def prose(text: str) -> str:
    """One line of text with every mark escaped, and what would link itself set as code."""
    words = [_word(word) for word in text.split(" ")]
    line = " ".join(words).strip()
    # A list or a heading inside a list item would begin with these.
    return _LIST_START.sub(lambda found: found[1][:-1] + "\\" + found[1][-1], line)


def code(text: str) -> str:
    """One line of text as a code span (CommonMark section 6.1), whatever backticks it holds."""
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    # A code span that begins or ends with a backtick needs a blank there; one of blanks alone is none.
    padded = f" {text} " if text[:1] in ("`", " ") or text[-1:] in ("`", " ") else text
    return f"{fence}{padded}{fence}" if text.strip() else "(nothing)"


def _word(word: str) -> str:
    if not _LINKS_ITSELF.search(word):
        return _MARKS.sub(r"\\\1", word)
    core = word.lstrip(_BEFORE).rstrip(_AFTER)
    if not core:
        return code(word)
    before = len(word) - len(word.lstrip(_BEFORE))
    return f"{word[:before]}{code(core)}{word[before + len(core) :]}"
