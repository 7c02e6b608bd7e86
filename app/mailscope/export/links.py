"""The part of the outline that tells where the links of the bodies lead."""

from mailscope.amounts import count
from mailscope.export.blocks import Block, Paragraph, Table
from mailscope.export.wording import safe
from mailscope.findings.words import capital
from mailscope.mail.links import Link, Links, remark

_HOSTS = 20
_LONGEST = 160


def links_blocks(links: Links, most: int) -> tuple[Block, ...]:
    """How many links to which hosts, and up to most of those to look at twice; nothing where there are no links."""
    if not links.found:
        return ()
    named = [safe(host) for host in links.hosts[:_HOSTS]]
    if len(links.hosts) > _HOSTS:
        named.append(f"and {len(links.hosts) - _HOSTS} more")
    said = f"{count(len(links.found), 'link')}{', to ' if named else ''}{', '.join(named)}. None was followed."
    blocks: list[Block] = [Paragraph(said)]
    if links.problem:
        blocks.append(Paragraph(f"{capital(links.problem)}."))
    if links.odd:
        rows = tuple((_cut(link.shown, "nothing"), _cut(link.target, ""), _why(link)) for link in links.odd[:most])
        blocks.append(Table(("Shown", "Target", "To look at twice"), rows))
    if len(links.odd) > most:
        more = len(links.odd) - most
        blocks.append(Paragraph(f"And {more} more to look at twice; the JSON export holds all of them."))
    return tuple(blocks)


def _why(link: Link) -> str:
    return "; ".join(remark(link, oddity) for oddity in link.oddities)


def _cut(text: str, missing: str) -> str:
    shown = safe(text, missing)
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"
