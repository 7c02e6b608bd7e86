"""The way of the message: hops newest first, the border as a line, delays on a logarithmic bar."""

from datetime import datetime

from mailscope.amounts import count, duration
from mailscope.mail.field import Span
from mailscope.report import Report
from mailscope.specimen import Kind
from mailscope.trace.hop import Hop, Route
from mailscope.trace.protection import Guard, protection
from mailscope.trace.transport import line_of
from mailscope.tui.present.wording import (
    Detail,
    Page,
    cut_text,
    joined,
    known,
    moment,
    stated,
    text,
    touched,
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

SKEW_SECONDS = 60
"""Clocks that disagree by less are as clocks are: it is told, in a low voice."""
SLOW_SECONDS = 300
"""From here a delay is called slow: queues that run every few minutes stay below it."""
_DAY = 86_400
_LONG = 16
"""Hops from which on each takes one line: the way of a loop must be seen at a glance."""


def path_page(report: Report, lit: tuple[Span, ...] = ()) -> Page:
    """Newest hop on top, as in the header block; the hops that lit bytes lie in are marked."""
    route = report.analysis.route
    if not route.hops:
        kind = report.analysis.specimen.kind
        said = "There is no Received field: nothing says where this has been."
        if kind in (Kind.TRANSCRIPT, Kind.LOG):
            said = f"A {kind} is no message, and has no path; what it tells of recipients stands in 5 Bounce."
        nothing = para(said, Tone.DIM)
        return Page((nothing, *_problems(route.problems)))
    blocks: list[Block] = [*_heading(report), *_problems(route.problems), Gap()]
    border = route.border.hop
    newest = max((hop.time for hop in route.hops if hop.time), default=None)
    brief = len(route.hops) > _LONG
    if border is None:
        blocks += [_border_rule("no border: every line below is a claim"), *_basis(route.border.basis)]
    for place in range(len(route.hops) - 1, -1, -1):
        blocks.append(_hop(place, route, newest, brief=brief, lit=lit))
        if place == border:
            blocks += _border(report, place)
    if route.unread:
        blocks.append(
            para(f"{count(route.unread, 'further Received field')} not read: more than a loop needs.", Tone.WARN)
        )
    blocks += _passages(route)
    guards = protection(report.analysis.message, route)
    blocks += [Gap(), Rule(words("what protected it", Tone.LABEL)), *(_guard(guard) for guard in guards)]
    return Page(tuple(blocks), lambda key: _detail(report, key))


def _heading(report: Report) -> list[Block]:
    route = report.analysis.route
    total = f" in {duration(route.seconds)}" if route.seconds is not None else ""
    times = [hop.time for hop in route.hops if hop.time]
    newest = f", arrived {moment(max(times))}" if times else ", no times are stated"
    marks = " ▣ locked, □ open line." if len(route.hops) > _LONG else ""
    rest = Piece(f"{newest}. Newest first.{marks}", Tone.DIM)
    first = (Piece(count(len(route.hops), "hop") + total, strong=True), rest)
    blocks: list[Block] = [Para(first)]
    if len(route.organizations) > 1:
        hands = [text(each) for each in route.organizations[-8:]]
        more = (Piece("… → ", Tone.DIM),) if len(route.organizations) > 8 else ()
        blocks.append(Para((Piece("From hand to hand: ", Tone.DIM), *more, *joined(hands, " → ")), 2))
    return blocks


def _border(report: Report, place: int) -> list[Block]:
    """The line between evidence and claims, with its reason, and what the DNS calls the client."""
    border = report.border
    client = visible(border.ip or border.helo or "an unnamed client")
    below = "Below it are claims by strangers." if place else "Nothing is claimed before it."
    blocks: list[Block] = [_border_rule(f"the border: {client} handed it over"), *_basis(f"{below} {border.basis}")]
    reverse = report.analysis.reverse
    if reverse is not None and reverse.known:
        if reverse.confirmed:
            said = (Piece("✓ ", Tone.GOOD), *text(reverse.confirmed), Piece(" is its name, confirmed", Tone.DIM))
        elif reverse.names:
            said = (Piece("▲ ", Tone.WARN), *text(reverse.names[0]), Piece(" is its name, NOT CONFIRMED", Tone.WARN))
        else:
            said = (Piece("▲ its address has no name in the DNS", Tone.WARN),)
        blocks.append(Margin(words("   "), (Para(said),)))
    if border.candidates:
        others = ", ".join(str(each + 1) for each in border.candidates[:6])
        blocks += _basis(f"In doubt it may also be hop {others}.")
    return blocks


def _passages(route: Route) -> list[Block]:
    if not route.passages:
        return []
    told = (
        Margin(words(f"{passage.way.value:<10} ", Tone.NOTE), (Para(text(passage.told)),))
        for passage in route.passages[:20]
    )
    return [Gap(), Rule(words("on the way", Tone.LABEL)), *told]


def _guard(guard: Guard) -> Block:
    word, tone = {
        True: ("▣ encrypted", Tone.GOOD),
        False: ("□ readable ", Tone.NOTE),
        None: ("? not told ", Tone.DIM),
    }[guard.encrypted]
    mark = (Piece(f"{guard.layer.value:<11} "), Piece(f"{word}  ", tone, strong=guard.encrypted is not None))
    return Margin(mark, (Para(text(guard.told, Tone.DIM)),))


def _problems(problems: tuple[str, ...]) -> list[Block]:
    return [Para((Piece("▲ ", Tone.WARN), *text(problem, Tone.WARN)), 2) for problem in problems]


def _border_rule(label: str) -> Rule:
    return Rule(words(label, Tone.ACCENT, strong=True), Tone.ACCENT, "═")


def _basis(basis: str) -> list[Block]:
    return [Margin(words("   "), (Para(text(basis, Tone.DIM)),))] if basis else []


def _hop(place: int, route: Route, newest: datetime | None, *, brief: bool, lit: tuple[Span, ...]) -> Item:
    hop = route.hops[place]
    dim = hop.claimed
    tone = Tone.DIM if dim else Tone.PLAIN
    mark = words("○ " if dim else "● ", Tone.DIM if dim else Tone.ACCENT, strong=not dim)
    line = words("  " if place == 0 else "┊ " if dim else "│ ", Tone.DIM if dim else Tone.ACCENT)
    pin = Piece("▶ " if hop.span and touched(hop.span, lit) else "", Tone.ACCENT, strong=True)
    number = Piece(f"{place + 1:>{len(str(len(route.hops)))}} ", Tone.DIM)
    by: Pieces = (number, pin, *text(hop.by, tone, strong=not dim, missing="an unnamed host"))
    if brief:
        client = visible(hop.from_helo or hop.from_rdns or hop.from_ip or "nobody named")
        odd = (Piece(" ▲", Tone.WARN),) if hop.problems else ()
        head = (*by, Piece(" ← ", Tone.DIM), Piece(client, tone), *odd)
        return Item(f"hop:{place}", (Margin(mark, (Split(head, _clock(hop, newest, brief=True), shrink=True),), line),))
    if place == route.border.hop:
        by = (*by, Piece("  the border host", Tone.ACCENT))
    body: list[Block] = [Split(by, _clock(hop, newest)), Para(_source(hop, tone), 2)]
    body += [Para((Piece("▲ ", Tone.WARN), *text(problem, Tone.WARN)), 2) for problem in hop.problems]
    body += [Para((Piece("○ ", Tone.DIM), *text(remark, Tone.DIM)), 2) for remark in hop.remarks]
    return Item(f"hop:{place}", (Margin(mark, tuple(body), line),))


def _clock(hop: Hop, newest: datetime | None, *, brief: bool = False) -> Pieces:
    """In columns: when (and how many days before the newest), after how long, a bar, a word where it is odd."""
    when = f"{hop.time:%H:%M:%S}" if hop.time else "no time "
    days = (newest.date() - hop.time.date()).days if newest and hop.time else 0
    when += f" {-days:+}d" if days else ""
    delay = hop.delay_seconds
    skewed, slow = delay is not None and delay < 0, delay is not None and delay >= SLOW_SECONDS
    little = delay is not None and -SKEW_SECONDS < delay < 0
    word = "○ skew" if little else "▲ SKEW" if skewed else "✗ SLOW" if slow else ""
    waited = delay is not None and delay >= 60
    tone = Tone.DIM if little else Tone.WARN if skewed else Tone.BAD if slow else Tone.PLAIN if waited else Tone.DIM
    label = "" if delay is None else ("" if skewed else "+") + duration(delay)
    word_piece = Piece(f"{word:<6}", tone, strong=not little)
    if brief:
        lock = _lock(hop)[0]
        short = duration(delay).split(" ")[:2] if delay is not None else [""]
        label = "" if delay is None else ("" if skewed else "+") + " ".join(short)
        bar = Piece(f"{log_bar(delay or 0, _DAY, 4):<4} ", tone)
        return (
            Piece(f"{lock.text[:1]} ", lock.tone),
            Piece(f"{when:<12}", Tone.DIM),
            Piece(f"{label:>8} ", tone),
            bar,
            word_piece,
        )
    return (
        Piece(f"{when:<13}", Tone.DIM),
        Piece(f"{label:>11} ", Tone.PLAIN if word else tone, strong=bool(word) and not little),
        Piece(f"{log_bar(delay or 0, _DAY, 8):<8} ", tone),
        word_piece,
    )


def _source(hop: Hop, tone: Tone) -> Pieces:
    """Who gave it, over what, under which lock."""
    parts: list[Pieces] = []
    named = hop.from_helo or hop.from_rdns
    given = bool(named or hop.from_ip)
    if given:
        name = text(named, tone, missing="an unnamed client")
        address = (Piece(f" [{visible(hop.from_ip)}]", Tone.DIM),) if hop.from_ip else ()
        parts.append((Piece("from ", Tone.DIM), *name, *address))
    else:
        parts.append((Piece("from nobody named: made or picked up there", Tone.DIM),))
    if hop.with_:
        parts.append(text(hop.with_, Tone.DIM))
    if given or hop.tls_version:
        parts.append(_lock(hop))
    return joined(parts)


def _lock(hop: Hop) -> Pieces:
    """Whether the line was encrypted, as far as the field says."""
    line = line_of(hop)
    version = visible(line.version or "").replace("TLSv", "TLS ").replace("_", ".")
    if line.weak:
        return (Piece(f"▲ WEAK LOCK {version}".rstrip(), Tone.WARN),)
    if line.encrypted:
        # no-break spaces: a glyph stays with its word
        said = f"▣ locked {version}".rstrip().replace(" ", "\u00a0")
        return (Piece(said, Tone.DIM if hop.claimed else Tone.GOOD),)
    if line.encrypted is False:
        return (Piece("□\u00a0OPEN\u00a0LINE", Tone.DIM if hop.claimed else Tone.NOTE),)
    return (Piece("?\u00a0lock\u00a0not\u00a0stated", Tone.DIM),)


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
        ("Protocol", _protocol(hop)),
        ("Via", known(hop.via)),
        ("Line", _line(hop)),
        ("For", known(hop.for_)),
        ("Queue id", known(hop.id)),
        ("Time", words(moment(hop.time)) if hop.time else None),
        ("Delay", words(duration(hop.delay_seconds)) if hop.delay_seconds is not None else None),
        ("Clock", _skew(hop)),
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
    blocks += [Para((Piece("▲ ", Tone.WARN), *text(each)), 2) for each in (*line_of(hop).weak, *hop.problems)]
    blocks += [Para((Piece("○ ", Tone.DIM), *text(remark)), 2) for remark in hop.remarks]
    return Detail(words(f"Hop {int(number) + 1}", strong=True), tuple(blocks), (hop.span,) if hop.span else ())


def _protocol(hop: Hop) -> Pieces | None:
    meaning = line_of(hop).protocol.words
    return (*text(hop.with_), Piece(f"  {visible(meaning)}", Tone.DIM)) if hop.with_ and meaning else known(hop.with_)


def _line(hop: Hop) -> Pieces | None:
    if not (hop.from_helo or hop.from_rdns or hop.from_ip or hop.tls_version):
        return None
    return (*_lock(hop), Piece("  "), *text(hop.tls_cipher, Tone.DIM, missing=""))


def _skew(hop: Hop) -> Pieces | None:
    """By how much this host's clock seems wrong, and its time against the border's."""
    if hop.skew_seconds:
        way = "ahead" if hop.skew_seconds > 0 else "behind"
        return words(f"▲ seems {duration(abs(hop.skew_seconds))} {way}", Tone.WARN)
    if hop.offset_seconds is None:
        return None
    way = "before" if hop.offset_seconds < 0 else "after"
    return words(f"{duration(abs(hop.offset_seconds))} {way} the border's time")


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
