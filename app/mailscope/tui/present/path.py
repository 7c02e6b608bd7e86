"""The way of the message: hops newest first, the border as a line, delays on a logarithmic bar."""

from datetime import datetime

from mailscope.report import Report
from mailscope.trace.hop import Hop
from mailscope.tui.present.wording import (
    Detail,
    Page,
    count,
    cut_text,
    duration,
    joined,
    known,
    moment,
    stated,
    text,
    verdict_pieces,
)
from mailscope.visible import visible
from mailscope_widgets import (
    Block,
    Gap,
    Item,
    Margin,
    Pairs,
    Para,
    Piece,
    Pieces,
    Rule,
    Split,
    Tone,
    log_bar,
    para,
    words,
)

SLOW_SECONDS = 300
"""From here a delay is called slow: queues that run every few minutes stay below it."""
_DAY = 86_400


def path_page(report: Report) -> Page:
    """Newest hop on top, as in the header block."""
    route = report.analysis.route
    if not route.hops:
        return Page(
            (
                para("There is no Received field: nothing says where this has been.", Tone.DIM),
                *_problems(route.problems),
            )
        )
    blocks: list[Block] = [Para(_heading(report)), *_problems(route.problems), Gap()]
    border = route.border.hop
    newest = max((hop.time for hop in route.hops if hop.time), default=None)
    if border is None:
        blocks += [_border_rule("no border: every line below is a claim"), *_basis(route.border.basis)]
    for place in range(len(route.hops) - 1, -1, -1):
        blocks.append(_hop(place, route.hops[place], border, newest))
        if place == border:
            client = visible(route.border.ip or route.border.helo or "an unnamed client")
            below = "Below it are claims by strangers." if place else "Nothing is claimed before it."
            blocks += [_border_rule(f"the border: {client} handed it over"), *_basis(f"{below} {route.border.basis}")]
    if route.unread:
        blocks.append(
            para(f"{count(route.unread, 'further Received field')} not read: more than a loop needs.", Tone.WARN)
        )
    return Page(tuple(blocks), lambda key: _detail(report, key))


def _heading(report: Report) -> Pieces:
    route = report.analysis.route
    total = f" in {duration(route.seconds)}" if route.seconds is not None else ""
    times = [hop.time for hop in route.hops if hop.time]
    newest = f", arrived {moment(max(times))}" if times else ", no times are stated"
    return (Piece(count(len(route.hops), "hop") + total, strong=True), Piece(f"{newest}. Newest first.", Tone.DIM))


def _problems(problems: tuple[str, ...]) -> list[Block]:
    return [Para((Piece("▲ ", Tone.WARN), *text(problem, Tone.WARN)), 2) for problem in problems]


def _border_rule(label: str) -> Rule:
    return Rule(words(label, Tone.ACCENT, strong=True), Tone.ACCENT, "═")


def _basis(basis: str) -> list[Block]:
    return [Margin(words("   "), (Para(text(basis, Tone.DIM)),))] if basis else []


def _hop(place: int, hop: Hop, border: int | None, newest: datetime | None) -> Item:
    dim = hop.claimed
    tone = Tone.DIM if dim else Tone.PLAIN
    mark = words("○ " if dim else "● ", Tone.DIM if dim else Tone.ACCENT, strong=not dim)
    line = words("  " if place == 0 else "┊ " if dim else "│ ", Tone.DIM if dim else Tone.ACCENT)
    by: Pieces = (Piece(f"{place + 1} ", Tone.DIM), *text(hop.by, tone, strong=not dim, missing="an unnamed host"))
    if place == border:
        by = (*by, Piece("  the border host", Tone.ACCENT))
    body: list[Block] = [Split(by, _clock(hop, newest)), Para(_source(hop, tone), 2)]
    body += [Para((Piece("▲ ", Tone.WARN), *text(problem, Tone.WARN)), 2) for problem in hop.problems]
    return Item(f"hop:{place}", (Margin(mark, tuple(body), line),))


def _clock(hop: Hop, newest: datetime | None) -> Pieces:
    """In columns: when (and how many days before the newest), after how long, a bar, a word where it is odd."""
    when = f"{hop.time:%H:%M:%S}" if hop.time else "no time "
    days = (newest.date() - hop.time.date()).days if newest and hop.time else 0
    when += f" {-days:+}d" if days else ""
    delay = hop.delay_seconds
    skewed, slow = delay is not None and delay < 0, delay is not None and delay >= SLOW_SECONDS
    word = "▲ SKEW" if skewed else "✗ SLOW" if slow else ""
    tone = Tone.WARN if skewed else Tone.BAD if slow else Tone.PLAIN if delay and delay >= 60 else Tone.DIM
    label = "" if delay is None else ("" if skewed else "+") + duration(delay)
    bar = log_bar(delay or 0, _DAY, 8)
    return (
        Piece(f"{when:<13}", Tone.DIM),
        Piece(f"{label:>11} ", Tone.PLAIN if word else tone, strong=bool(word)),
        Piece(f"{bar:<8} ", tone),
        Piece(f"{word:<6}", tone, strong=True),
    )


def _source(hop: Hop, tone: Tone) -> Pieces:
    """Who gave it, over what, under which lock."""
    parts: list[Pieces] = []
    named = hop.from_helo or hop.from_rdns
    if named or hop.from_ip:
        name = text(named, tone, missing="an unnamed client")
        address = (Piece(f" [{visible(hop.from_ip)}]", Tone.DIM),) if hop.from_ip else ()
        parts.append((Piece("from ", Tone.DIM), *name, *address))
    else:
        parts.append((Piece("from nobody named: made or picked up there", Tone.DIM),))
    if hop.with_:
        parts.append(text(hop.with_, Tone.DIM))
    parts.append(_lock(hop))
    return joined(parts)


def _lock(hop: Hop) -> Pieces:
    """Whether the line was encrypted, as far as the field says."""
    dim = hop.claimed
    if hop.tls_version:
        version = visible(hop.tls_version).replace("TLSv", "TLS ").replace("_", ".")
        version = version if version.upper().startswith("TLS") else f"TLS {version}"
        return (Piece(f"locked ({version})", Tone.DIM if dim else Tone.GOOD),)
    protocol = (hop.with_ or "").upper()
    if protocol in ("ESMTPS", "ESMTPSA", "UTF8SMTPS", "UTF8SMTPSA", "LMTPS", "LMTPSA", "SMTPS"):
        return (Piece("locked", Tone.DIM if dim else Tone.GOOD),)
    if protocol in ("SMTP", "ESMTP", "ESMTPA", "UTF8SMTP", "UTF8SMTPA"):
        return (Piece("OPEN LINE", Tone.DIM if dim else Tone.NOTE),)
    return (Piece("lock not stated", Tone.DIM),)


def _detail(report: Report, key: str) -> Detail | None:
    kind, _, number = key.partition(":")
    if kind != "hop":
        return None
    hop = report.hops[int(number)]
    rows = (
        ("Written by", known(hop.by)),
        ("Client said", known(hop.from_helo)),
        ("Looked up", known(hop.from_rdns)),
        ("Address", known(hop.from_ip)),
        ("Protocol", known(hop.with_)),
        ("Via", known(hop.via)),
        ("TLS", known(" ".join(filter(None, (hop.tls_version, hop.tls_cipher))))),
        ("For", known(hop.for_)),
        ("Queue id", known(hop.id)),
        ("Time", words(moment(hop.time)) if hop.time else None),
        ("Delay", words(duration(hop.delay_seconds)) if hop.delay_seconds is not None else None),
        ("Software", known(hop.family)),
        ("Worth", words("a stranger's claim" if hop.claimed else "your own side's word", Tone.DIM)),
    )
    blocks: list[Block] = [
        Pairs(stated(rows)),
        Gap(),
        Rule(words("the field itself", Tone.LABEL)),
        Para(text(cut_text(hop.raw))),
    ]
    blocks += _spf(report, int(number))
    blocks += [Para((Piece("▲ ", Tone.WARN), *text(problem)), 2) for problem in hop.problems]
    return Detail(words(f"Hop {int(number) + 1}", strong=True), tuple(blocks), (hop.span,) if hop.span else ())


def _spf(report: Report, place: int) -> list[Block]:
    """What SPF would say if this hop were the border."""
    lines: list[Block] = []
    for check in report.authentication.spf_by_hop:
        if check.hop == place:
            domain = text(check.domain, missing="no domain")
            lines.append(
                Para((Piece("SPF here: ", Tone.LABEL), *verdict_pieces(check.result), Piece(" for "), *domain))
            )
    return [Gap(), *lines] if lines else []
