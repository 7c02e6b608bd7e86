"""The part of the outline that tells where a message has been: a table of hops, the border, what protected it."""

from collections.abc import Iterator

from mailscope.amounts import count, duration
from mailscope.export.blocks import Block, Item, Pairs, Paragraph, Table
from mailscope.export.wording import safe, time_words
from mailscope.report import Report
from mailscope.trace.hop import Hop, Route
from mailscope.trace.protection import protection
from mailscope.trace.transport import line_of

_HEADS = ("Hop", "From", "To", "When (UTC)", "Line")
_ENCRYPTED: dict[bool | None, str] = {True: "yes", False: "no", None: "not told"}


def path_blocks(report: Report, most: int) -> tuple[Block, ...]:
    """Hops oldest first, at most so many; then the border with its reason; () where there is no Received field."""
    route = report.analysis.route
    return tuple(_blocks(report, route, most)) if route.hops else ()


def _blocks(report: Report, route: Route, most: int) -> Iterator[Block]:
    took = f", {duration(route.seconds)} from first to last" if route.seconds is not None else ""
    yield Paragraph(
        f"{count(len(route.hops), 'hop')}, oldest first{took}. What stands below the border is only claimed."
    )
    yield Table(_HEADS, tuple(_rows(route, most)))
    if len(route.hops) > most:
        yield Paragraph(f"And {count(len(route.hops) - most, 'more hop')}; the JSON export holds all of them.")
    yield Pairs(tuple(_border(report, route, most)))
    yield from (item for place, hop in enumerate(route.hops[:most]) if (item := _details(place, hop)))
    guards = protection(report.analysis.message, route)
    yield Table(
        ("Protected", "Encrypted", "How we know"),
        tuple((guard.layer.value, _ENCRYPTED[guard.encrypted], safe(guard.told)) for guard in guards),
    )


def _rows(route: Route, most: int) -> Iterator[tuple[str, ...]]:
    """A row a hop; the day stands where it is another than that of the row above."""
    day = None
    for place, hop in enumerate(route.hops[:most]):
        yield _row(place, hop, route.border.hop, dated=hop.time is not None and hop.time.date() != day)
        day = hop.time.date() if hop.time else day


def _row(place: int, hop: Hop, border: int | None, *, dated: bool) -> tuple[str, ...]:
    client = hop.from_rdns or hop.from_helo
    who = " ".join(filter(None, (safe(client) if client else "", f"[{safe(hop.from_ip)}]" if hop.from_ip else "")))
    # What stands below the border is said once a hop, in a word: it is the one thing a reader must not overlook.
    standing = "THE BORDER" if place == border else "claimed" if hop.claimed else "your side"
    when = f"{hop.time:{'%Y-%m-%d ' if dated else ''}%H:%M:%S}" if hop.time else "no time"
    if hop.delay_seconds is not None:
        when += f", {'' if hop.delay_seconds < 0 else '+'}{duration(hop.delay_seconds)}"
    if hop.skew_seconds:
        when += " (wrong clock)"
    line = safe(line_of(hop).words.partition(",")[0]) if hop.from_ip or hop.from_helo else "none"
    return (f"{place + 1} {standing}", who or "nobody named", safe(hop.by, "unnamed"), when, line)


def _border(report: Report, route: Route, most: int) -> Iterator[tuple[str, str]]:
    border = route.border
    where = f"hop {border.hop + 1}, {safe(border.ip, 'address not stated')}" if border.hop is not None else "none"
    yield "Border", where
    yield "Because", safe(border.basis)
    if border.mail_from is not None:
        yield "Envelope sender there", safe(border.mail_from or "<>")
    reverse = report.analysis.reverse
    if reverse and reverse.known:
        named = ", ".join(reverse.names[:5]) or "it has none"
        yield "Its name in the DNS", safe(f"{named}{', confirmed' if reverse.confirmed else ', not confirmed'}")
    if border.candidates:
        yield "It may also be", ", ".join(f"hop {place + 1}" for place in border.candidates[:most])
    if len(route.organizations) > 1:
        yield "Passed through", safe(", then ".join(route.organizations[:20]))
    for passage in route.passages:
        yield "On the way", safe(passage.told)
    for problem in route.problems:
        yield "Odd", safe(problem)


def _details(place: int, hop: Hop) -> Item | None:
    """What does not fit the table; None where there is nothing more to say."""
    client = hop.from_rdns or hop.from_helo
    line = line_of(hop)
    rows: list[tuple[str, str | None]] = [
        ("Greeted as", hop.from_helo if hop.from_helo != client else None),
        ("Encrypted by", ", ".join(filter(None, (hop.tls_version, hop.tls_cipher))) if hop.tls_cipher else None),
        ("Protocol", f"{hop.with_}: {line.protocol.words}" if hop.with_ and line.protocol.words else hop.with_),
        ("Via", hop.via),
        ("For", hop.for_),
        ("Id", hop.id),
        *(("Note", remark) for remark in hop.remarks),
        *(("Odd", problem) for problem in hop.problems),
    ]
    told = tuple((label, safe(value)) for label, value in rows if value)
    return Item(f"{place + 1}. {safe(hop.by, 'unnamed')}, {time_words(hop.time)}", (Pairs(told),)) if told else None
