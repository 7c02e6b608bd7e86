"""What the empty screen says."""

from mailscope.tui.present.wording import Page
from mailscope_widgets import Card, Gap, Pairs, Piece, Pieces, Tone, para, words


def home_page(dns_label: str) -> Page:
    """What one can do, and who answers DNS."""

    def key(name: str, what: str) -> tuple[str, Pieces]:
        return name, words(what)

    ways = Pairs(
        (
            key("drop", "files or folders onto this window"),
            key("paste", "headers, a whole message, a bounce, an SMTP session, log lines"),
            key("o", "open a file, folder or mailbox by its path"),
            key("?", "every key that works here"),
            key("q", "quit"),
        ),
        6,
    )
    title = (Piece("mailscope", Tone.ACCENT, strong=True), Piece("  what a message claims, and what can be proved"))
    answers = (Piece("DNS: ", Tone.LABEL), Piece(dns_label))
    return Page(
        (
            Gap(),
            Card(title, (Gap(), ways, Gap(), Pairs((("DNS", answers[1:]),), 6)), Tone.ACCENT),
            Gap(),
            para(
                "Nothing of what you give it leaves this machine, apart from DNS questions where DNS is live.", Tone.DIM
            ),
        )
    )
