"""What the empty screen says."""

from mailscope.tui.home import Home
from mailscope.tui.present.wording import Page
from mailscope.visible import visible
from mailscope_widgets import Block, Card, Gap, Item, Pairs, Para, Piece, Pieces, Rule, Tone, para, words

_SHOWN = 8


def home_page(dns_label: str, home: Home) -> Page:
    """What one can do, who answers DNS, and what was opened last; items are "samples" and "recent:PLACE"."""

    def key(name: str, what: str) -> tuple[str, Pieces]:
        return name, words(what)

    ways = Pairs(
        (
            key("drop", "files or folders onto this window"),
            key("paste", "headers, a whole message, a bounce, an SMTP session, log lines"),
            key("o", "open a file, folder, mailbox or case by its path"),
            key("?", "every key that works here"),
            key("q", "quit"),
        ),
        6,
    )
    title = (Piece("mailscope", Tone.ACCENT, strong=True), Piece("  what a message claims, and what can be proved"))
    answers = words(dns_label)
    blocks: list[Block] = [Gap(), Card(title, (Gap(), ways, Gap(), Pairs((("DNS", answers),), 6)), Tone.ACCENT)]
    if home.recent:
        blocks += [Gap(), Rule(words("opened last (enter opens)", Tone.LABEL))]
        blocks += [Item(f"recent:{place}", (_path(path),)) for place, path in enumerate(home.recent[:_SHOWN])]
    if home.samples is not None:
        blocks += [Gap(), Rule(words("to try it", Tone.LABEL))]
        told = (Piece("samples", strong=True), Piece("  one of everything, with its own DNS recording", Tone.DIM))
        blocks.append(Item("samples", (Para(told),)))
    blocks += [
        Gap(),
        para("Nothing of what you give it leaves this machine, apart from DNS questions where DNS is live.", Tone.DIM),
    ]
    return Page(tuple(blocks))


def _path(path: str) -> Para:
    """A path with its last part bright."""
    folder, slash, name = visible(path).rstrip("/").rpartition("/")
    return Para((Piece(name or "/", strong=True), Piece(f"  {folder}{slash}" if name else "", Tone.DIM)), 2)
