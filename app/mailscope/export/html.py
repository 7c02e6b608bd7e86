"""One HTML file that stands alone: no script, nothing fetched, every word from outside escaped."""

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from html import escape

from mailscope.export.blocks import Block, Item, Outline, Pairs, Paragraph, Quote, Table, severity_word

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --page: #fff; --soft: #57606a; --line: #d0d7de; --box: #f6f8fa;
  --critical: #b3261e; --warning: #8a5300; --notice: #0b57b0; --info: #57606a; --ok: #1a6b2f; --error: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ed; --page: #14171b; --soft: #9da7b1; --line: #343b44; --box: #1d2229;
    --critical: #ff8a80; --warning: #f0b45a; --notice: #83b7ff; --info: #9da7b1; --ok: #7fd393; --error: #ff8a80; } }
body { margin: 0 auto; max-width: 52rem; padding: 1.5rem 1rem 4rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.35rem; line-height: 1.35; margin: 1.5rem 0 .3rem; }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; padding-bottom: .2rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.1rem 0 .2rem; font-weight: 600; }
p { margin: .2rem 0; }
.name, figcaption, dt { color: var(--soft); font-size: .9rem; }
.word { font-weight: 700; margin-right: .5em; }
.critical { color: var(--critical); } .warning { color: var(--warning); } .notice { color: var(--notice); }
.info { color: var(--info); } .ok { color: var(--ok); } .error { color: var(--error); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .9rem; margin: .2rem 0; }
dd { margin: 0; min-width: 0; }
figure { margin: .4rem 0; }
pre { margin: .1rem 0; padding: .5rem .7rem; background: var(--box); border-left: 3px solid var(--line);
  font: .85rem/1.45 ui-monospace, monospace; white-space: pre-wrap; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: .4rem 0; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .15rem .8rem .15rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; }
th, td:first-child { overflow-wrap: break-word; } td { min-width: 4.5rem; }
.body { margin-left: 1rem; }
article + article { margin-top: 4rem; border-top: 3px double var(--line); }
@media (max-width: 34rem) { dl { display: block; } dd { margin-bottom: .3rem; } }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } h1, h2, h3 { break-after: avoid; }
  figure, dl { break-inside: avoid; } article + article { break-before: page; border: 0; } }
"""
_HASH = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEAD = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{_HASH}'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>mailscope report</title>
<style>{_STYLE}</style>
</head>
<body>
"""


def html_page(outlines: Iterable[Outline]) -> str:
    """All outlines as one page; of several, a list of contents comes first."""
    articles: list[str] = []
    contents: list[str] = []
    for place, outline in enumerate(outlines, 1):
        mark = f"r{place}"
        contents.append(
            f'<li><a href="#{mark}">{_severity(outline.word)}{_text(outline.headline)}</a>'
            f' <span class="name">{_text(outline.name)}</span></li>\n'
        )
        articles.append(_article(outline, mark))
    listed = f"<nav><h2>{len(contents)} reports</h2>\n<ol>\n{''.join(contents)}</ol></nav>\n" if contents[1:] else ""
    return f"{_HEAD}<main>\n{listed}{''.join(articles)}</main>\n</body>\n</html>\n"


def _article(outline: Outline, mark: str) -> str:
    parts = [
        f'<article id="{mark}">\n<h1>{_severity(outline.word)}{_text(outline.headline)}</h1>\n',
        f'<p class="name">{_text(outline.name)}</p>\n',
        *(_block(block) for block in outline.lead),
    ]
    for section in outline.sections:
        parts.append(f"<section>\n<h2>{_text(section.title)}</h2>\n")
        parts += [_block(block) for block in section.blocks]
        parts.append("</section>\n")
    return "".join([*parts, "</article>\n"])


def _block(block: Block) -> str:
    match block:
        case Paragraph(text):
            return f"<p>{_text(text)}</p>\n"
        case Pairs(rows):
            told = "".join(f"<dt>{_text(label)}</dt><dd>{_text(value)}</dd>\n" for label, value in rows)
            return f"<dl>\n{told}</dl>\n" if rows else ""
        case Quote(label, text):
            return f"<figure><figcaption>{_text(label)}</figcaption><pre>{_text(text)}</pre></figure>\n"
        case Table(heads, rows):
            head = "".join(f"<th>{_text(cell)}</th>" for cell in heads)
            body = "".join(f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>\n" for row in rows)
            return f'<div class="wide"><table>\n<tr>{head}</tr>\n{body}</table></div>\n'
        case Item(title, (), None):
            return f"<p>{_text(title)}</p>\n"
        case Item(title, blocks, severity):
            mark = _severity(severity_word(severity)) if severity else ""
            body = f'<div class="body">\n{"".join(_block(inner) for inner in blocks)}</div>\n' if blocks else ""
            return f"<h3>{mark}{_text(title)}</h3>\n{body}"


def _severity(word: str) -> str:
    return f'<span class="word {word.lower()}">{word}</span>'


def _text(text: str) -> str:
    """Escaped, and isolated, so that a name in a right-to-left script cannot reorder what stands beside it."""
    return escape(text) if text.isascii() else f"<bdi>{escape(text)}</bdi>"
