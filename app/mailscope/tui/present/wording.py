"""The small words, glyphs and tones in which every page speaks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from mailscope.mail.field import Span
from mailscope.verdict import Severity, Verdict
from mailscope.visible import visible, visible_bytes
from mailscope_widgets import Block, Piece, Pieces, Tone

_SEVERITIES = {
    Severity.CRITICAL: ("✗", Tone.BAD),
    Severity.WARNING: ("▲", Tone.WARN),
    Severity.NOTICE: ("●", Tone.NOTE),
    Severity.INFO: ("○", Tone.DIM),
    Severity.OK: ("✓", Tone.GOOD),
}
_VERDICTS = {
    Verdict.PASS: ("✓", Tone.GOOD),
    Verdict.FAIL: ("✗", Tone.BAD),
    Verdict.SOFTFAIL: ("▲", Tone.WARN),
    Verdict.NEUTRAL: ("●", Tone.NOTE),
    Verdict.NONE: ("○", Tone.DIM),
    Verdict.TEMPERROR: ("▲", Tone.WARN),
    Verdict.PERMERROR: ("✗", Tone.BAD),
    Verdict.POLICY: ("▲", Tone.WARN),
}


@dataclass(frozen=True, slots=True)
class Detail:
    """What opens when an item is chosen: a title, blocks, and the bytes of the message that it is about."""

    title: Pieces
    blocks: tuple[Block, ...]
    spans: tuple[Span, ...] = ()


def no_detail(key: str) -> Detail | None:  # noqa: ARG001 - stands where a page gives details
    """For pages whose items have nothing behind them."""
    return None


@dataclass(frozen=True, slots=True)
class Page:
    """What one pane shows, and what stands behind each of its items."""

    blocks: tuple[Block, ...]
    detail: Callable[[str], Detail | None] = no_detail


def text(value: str | None, tone: Tone = Tone.PLAIN, *, strong: bool = False, missing: str = "not stated") -> Pieces:
    """Text from outside as one safe piece; a missing value is said in words."""
    if value is None or value == "":
        return (Piece(missing, Tone.DIM),)
    return (Piece(visible(value), tone, strong),)


def raw_text(data: bytes) -> str:
    """Bytes in one safe line; a tab is → since many fonts lack its picture."""
    return visible_bytes(data).replace("\u2409", "→")


def cut_text(value: str, most: int = 2_000) -> str:
    """Text of at most this many characters, saying how much is left out."""
    return value if len(value) <= most else f"{value[:most]}… {len(value) - most:,} characters more"


def touched(span: Span, lit: Iterable[Span]) -> bool:
    """Whether lit bytes lie in this span."""
    return any(each.start < span.stop and span.start < each.stop for each in lit)


def severity_mark(severity: Severity) -> tuple[str, str, Tone]:
    """Glyph, word and tone of a severity."""
    glyph, tone = _SEVERITIES[severity]
    return glyph, severity.value.upper(), tone


def severity_pieces(severity: Severity) -> Pieces:
    """Glyph and word, padded so that what follows stands in a column."""
    glyph, word, tone = severity_mark(severity)
    return (Piece(f"{glyph} {word:<8}  ", tone, strong=True),)


def verdict_pieces(result: Verdict | str | None) -> Pieces:
    """Glyph and word of a result; what was not evaluated says so."""
    if result is None:
        return (Piece("? NOT EVALUATED", Tone.DIM, strong=True),)
    try:
        glyph, tone = _VERDICTS[Verdict(result)]
    except ValueError:
        glyph, tone = "●", Tone.NOTE
    return (Piece(f"{glyph} {visible(str(result)).upper()}", tone, strong=True),)


def verdict_tone(result: Verdict | None) -> Tone:
    """The tone of a result."""
    return Tone.DIM if result is None else _VERDICTS[result][1]


def moment(time: datetime | None) -> str:
    """A time in UTC, or words that there is none."""
    return f"{time:%d %b %Y %H:%M:%S} UTC" if time else "not stated"


def stated(rows: Iterable[tuple[str, Pieces | None]]) -> tuple[tuple[str, Pieces], ...]:
    """The rows that have something to say, and one that names the others."""
    rows = tuple(rows)
    silent = [label for label, value in rows if value is None]
    told = tuple((label, value) for label, value in rows if value is not None)
    return (*told, ("Not stated", (Piece(", ".join(silent), Tone.DIM),))) if silent else told


def known(value: str | None) -> Pieces | None:
    """Text from outside, or None where there is none: for stated()."""
    return text(value) if value else None


def joined(parts: list[Pieces], between: str = " · ") -> Pieces:
    """Pieces with something between them."""
    out: list[Piece] = []
    for number, pieces in enumerate(parts):
        if number:
            out.append(Piece(between, Tone.DIM))
        out.extend(pieces)
    return tuple(out)
