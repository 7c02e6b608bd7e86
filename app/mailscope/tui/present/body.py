"""What lies below the header: parts, attachments, links with their true targets, and the text as it is written."""

from dataclasses import dataclass

from mailscope.amounts import count, size_words
from mailscope.limits import DEFAULT_LIMITS
from mailscope.mail.field import Span
from mailscope.mail.links import Link, Links, remark
from mailscope.mail.mime import Body, read_body
from mailscope.mail.parts import Part
from mailscope.report import Report
from mailscope.tui.present.wording import Detail, Page, cut_text, known, stated, text, touched
from mailscope.visible import visible, visible_lines
from mailscope_widgets import Block, Gap, Item, Margin, Pairs, Para, Piece, Pieces, Rule, Tone, para, words

_TEXT = 20_000
"""Characters of one body that are shown here; Raw holds all of it."""
_ELEMENTS = {
    "a": "link",
    "area": "link",
    "form": "form",
    "img": "image",
    "iframe": "frame",
    "base": "base",
    "text": "link",
}


@dataclass(frozen=True, slots=True)
class Content:
    """A body read: its parts, texts and links."""

    body: Body
    links: Links

    def holder(self, lit: tuple[Span, ...]) -> str:
        """The key of the link whose bytes are lit, else of the innermost part that they lie in; "" where in none."""
        for place, link in enumerate(self.links.found):
            if _meant(link, lit):
                return f"link:{place}"
        return next((f"part:{part.index}" for part in reversed(self.body.parts) if _lit(part, lit)), "")


def read_content(report: Report) -> Content | None:
    """The body of a report's message, taken apart; None where there is none. It takes seconds for many megabytes."""
    message = report.analysis.message
    if not message.has_body or message.body.start >= message.body.stop:
        return None
    body = read_body(message, DEFAULT_LIMITS)
    return Content(body, report.analysis.links)


def body_page(content: Content | None, lit: tuple[Span, ...] = ()) -> Page:
    """Parts first, then links, then the text; the parts that lit bytes lie in are marked."""
    if content is None:
        return Page((para("There is no body here, only header fields.", Tone.DIM),))
    body, links = content.body, content.links
    blocks: list[Block] = [_heading(body, links), *_problems(body, links), Gap(), Rule(words("parts", Tone.LABEL))]
    blocks += [Item(f"part:{part.index}", (_part(part, lit),)) for part in body.parts]
    if links.found:
        blocks += [Gap(), Rule(words("links, none of them followed", Tone.LABEL))]
        blocks += [Item(f"link:{place}", (_link(link, lit),)) for place, link in enumerate(links.found)]
    for kind, texts in (("plain text", body.plain), ("HTML, as it is written", body.html)):
        for each in texts:
            blocks += [Gap(), Rule(words(kind, Tone.LABEL)), Para(_written(each))]
    return Page(tuple(blocks), lambda key: _detail(body, links, key))


def _lit(part: Part, lit: tuple[Span, ...]) -> bool:
    """Whether lit bytes lie in a part; the message's own header is not the first part's affair."""
    return touched(part.span, lit) or (part.index > 0 and touched(part.header, lit))


def _heading(body: Body, links: Links) -> Para:
    odd = len(links.odd)
    said = [count(len(body.parts), "part"), count(len(body.attachments), "attachment"), count(len(links.found), "link")]
    pieces = [Piece(", ".join(said), strong=True)]
    if odd:
        pieces.append(Piece(f"  ▲ {count(odd, 'link')} to look at twice", Tone.WARN, strong=True))
    return Para(tuple(pieces))


def _problems(body: Body, links: Links) -> list[Block]:
    told = [body.problem, links.problem, *(f"mail-parser notes: {defect}" for defect in body.defects)]
    return [Para((Piece("▲ ", Tone.WARN), *text(each, Tone.WARN)), 2) for each in told if each]


def _part(part: Part, lit: tuple[Span, ...]) -> Block:
    pin = Piece("▶ " if _lit(part, lit) else "", Tone.ACCENT, strong=True)
    pieces: list[Piece] = [Piece("  " * min(part.depth, 12)), pin, *text(part.type, strong=not part.is_container)]
    if part.filename:
        pieces += [Piece("  "), *text(part.filename, Tone.ACCENT)]
    facts = [part.charset, part.encoding if part.encoding != "7bit" else "", part.disposition, part.protection]
    pieces.append(
        Piece(f"  {size_words(part.size)}" + "".join(f", {visible(fact)}" for fact in facts if fact), Tone.DIM)
    )
    lines: list[Block] = [Para(tuple(pieces), 4)]
    if part.problem:
        lines.append(Para((Piece("▲ ", Tone.WARN), *text(part.problem, Tone.WARN)), 2))
    mark = words("▣ " if part.is_attachment else "  ", Tone.ACCENT)
    return Margin(mark, tuple(lines))


def _meant(link: Link, lit: tuple[Span, ...]) -> bool:
    """Whether the lit bytes are this link's, not those of the part around it."""
    span = link.span
    return span is not None and any(span.start <= each.start and each.stop <= span.stop for each in lit)


def _link(link: Link, lit: tuple[Span, ...]) -> Block:
    shown = text(cut_text(link.shown, 120)) if link.shown and link.shown != link.target else ()
    kind = _ELEMENTS.get(link.element, link.element)
    pin = Piece("▶ " if _meant(link, lit) else "", Tone.ACCENT, strong=True)
    first = (pin, *shown, Piece(" → " if shown else "", Tone.DIM), *text(cut_text(link.target, 160), Tone.ACCENT))
    lines: list[Block] = [Para(first)]
    lines += [Para((Piece("▲ ", Tone.WARN), *text(remark(link, oddity), Tone.WARN)), 2) for oddity in link.oddities]
    mark = words("▲ ODD    " if link.oddities else f"  {kind:<6} ", Tone.WARN if link.oddities else Tone.DIM)
    return Margin(mark, tuple(lines))


def _written(written: str) -> Pieces:
    return (Piece(visible_lines(cut_text(written, _TEXT)).expandtabs(8)),)


def _detail(body: Body, links: Links, key: str) -> Detail | None:
    kind, _, number = key.partition(":")
    if kind == "part":
        part = body.parts[int(number)]
        rare = (("Protection", part.protection), ("Problem", part.problem))
        rows = (
            ("Type", text(part.type)),
            ("File name", known(part.filename)),
            ("Charset", known(part.charset)),
            ("Encoding", text(part.encoding)),
            ("Disposition", known(part.disposition)),
            ("Content-ID", known(part.content_id)),
            ("Size", words(f"{size_words(part.size)} as transferred")),
            ("Boundary", known(part.boundary)),
        )
        told = tuple((label, text(value)) for label, value in rare if value)
        return Detail(
            words(f"Part {part.index + 1}", strong=True), (Pairs((*stated(rows), *told)),), (part.header, part.span)
        )
    if kind == "link":
        link = links.found[int(number)]
        where = [
            ("Shown as", text(link.shown, missing="nothing to read")),
            ("Leads to", text(link.target)),
            ("Host", text(link.host, missing="none")),
            ("Element", text(link.element)),
        ]
        blocks: list[Block] = [Pairs(tuple(where))]
        blocks += [Para((Piece("▲ ", Tone.WARN), *text(remark(link, oddity))), 2) for oddity in link.oddities]
        return Detail(words("Link, not followed", strong=True), tuple(blocks), (link.span,) if link.span else ())
    return None
