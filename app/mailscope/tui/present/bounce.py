"""Why it came back: a card a recipient, with the place in the dialogue where it ended."""

from collections import Counter

from mailscope.amounts import count
from mailscope.bounce.causes.rules import provider_name
from mailscope.bounce.failure import Bounce, Manner, Notice, Phase, PhaseBasis
from mailscope.bounce.recipient_side import MailHost, RecipientSide
from mailscope.report import Report
from mailscope.tui.present.summary import finding_detail, finding_item
from mailscope.tui.present.wording import Detail, Page, cut_text, known, stated, text
from mailscope.visible import visible
from mailscope_widgets import Block, Card, Gap, Item, Margin, Pairs, Para, Piece, Pieces, Rule, Steps, Tone, para, words

_STATIONS = {
    Phase.DNS: "DNS",
    Phase.CONNECT: "connect",
    Phase.BANNER: "greeting",
    Phase.HELO: "HELO",
    Phase.STARTTLS: "TLS",
    Phase.AUTH: "AUTH",
    Phase.MAIL: "MAIL",
    Phase.RCPT: "RCPT",
    Phase.DATA: "DATA",
    Phase.MESSAGE: "message",
    Phase.DELIVERY: "later",
}
_OPTIONAL = (Phase.DNS, Phase.STARTTLS, Phase.AUTH)
"""A session may do without them."""
_PHASES = {
    Phase.DNS: "before any connection, while looking for the server",
    Phase.CONNECT: "while connecting",
    Phase.BANNER: "at the greeting",
    Phase.HELO: "at HELO or EHLO",
    Phase.STARTTLS: "while starting TLS",
    Phase.AUTH: "at the login",
    Phase.MAIL: "at MAIL FROM: the sender was refused",
    Phase.RCPT: "at RCPT TO: the recipient was refused",
    Phase.DATA: "at DATA, before the message was sent",
    Phase.MESSAGE: "after the message was sent, at its final dot",
    Phase.DELIVERY: "after the message had been accepted",
    Phase.UNKNOWN: "nothing says where in the dialogue it ended",
}
_BASES = {
    PhaseBasis.STATED: "the text says so",
    PhaseBasis.INFERRED: "inferred from code, wording or provider",
    PhaseBasis.NONE: "not known",
}
_MANNERS = {
    Manner.REJECTION: ("✗", "REJECTED", Tone.BAD),
    Manner.TIMEOUT: ("✗", "GIVEN UP", Tone.BAD),
    Manner.ASYNCHRONOUS: ("✗", "BOUNCED LATER", Tone.BAD),
    Manner.DELAY: ("▲", "DELAYED", Tone.WARN),
    Manner.REPORT: ("●", "REPORT", Tone.NOTE),
    Manner.REPLY: ("●", "AUTOMATIC REPLY", Tone.NOTE),
    Manner.DELIVERED: ("✓", "DELIVERED", Tone.GOOD),
}
_RANK = {Manner.DELAY: 1, Manner.REPORT: 2, Manner.REPLY: 2, Manner.DELIVERED: 3}
"""What failed comes first; the rest in this order."""
_FAILED = (Manner.REJECTION, Manner.TIMEOUT, Manner.ASYNCHRONOUS, Manner.DELAY)
_FORMS = {
    "rfc3464": "a delivery report (RFC 3464)",
    "feedback": "a feedback report (RFC 5965)",
    "transcript": "an SMTP session",
    "log": "a mail log",
    "text": "a notice in plain words",
    "answer": "an automatic answer",
}
"""Forms that have a longer name; the others are called after the software that writes them."""
_SHOWN = 200
"""Cards on the page; a report of ten thousand recipients is for the export."""


def bounce_page(report: Report) -> Page:
    """A card a recipient, failures first, then how the sides behaved, and what the DNS says of the recipient's."""
    notice = report.analysis.notice
    form = f", read as {_FORMS.get(notice.form, visible(notice.form))}" if notice.form else ""
    blocks: list[Block] = [Para((Piece(_heading(notice), strong=True), Piece(f"{form}.", Tone.DIM)))]
    blocks += [Para((Piece("▲ ", Tone.WARN), *text(problem.text)), 2) for problem in notice.problems]
    order = sorted(range(len(notice.bounces)), key=lambda place: _RANK.get(notice.bounces[place].manner, 0))
    for place in order[:_SHOWN]:
        blocks += [Gap(), Item(f"bounce:{place}", (_card(notice.bounces[place]),))]
    rest = len(notice.bounces) - _SHOWN + notice.unread if len(notice.bounces) > _SHOWN else notice.unread
    if rest > 0:
        blocks += [
            Gap(),
            para(f"{count(rest, 'further recipient')} not shown here; the export has those that were read."),
        ]
    behaved = [(n, each) for n, each in enumerate(report.findings) if each.id.startswith("behaviour-")]
    if behaved:
        blocks += [Gap(), Rule(words("how the two sides behaved", Tone.LABEL))]
        blocks += [finding_item(f"finding:{place}", finding) for place, finding in behaved]
    if report.analysis.recipients:
        blocks += [Gap(), Rule(words("the recipient's side, as the DNS says now", Tone.LABEL))]
        blocks += [_side(side) for side in report.analysis.recipients]
    return Page(tuple(blocks), lambda key: finding_detail(report, key) or _detail(report, key))


def _heading(notice: Notice) -> str:
    said = count(len(notice.bounces), "recipient")
    became = Counter(_MANNERS[bounce.manner][1].lower() for bounce in notice.bounces)
    if len(notice.bounces) > 1:
        said += ": " + ", ".join(f"{number:,} {word}" for word, number in became.most_common())
    return said


def _side(side: RecipientSide) -> Block:
    """Where a recipient domain's mail goes, and whether it can arrive there."""
    glyph, word, tone = {
        True: ("✓", "REACHABLE", Tone.GOOD),
        False: ("✗", "NOT REACHABLE", Tone.BAD),
        None: ("?", "NOT KNOWN", Tone.DIM),
    }[side.reachable]
    rows: list[tuple[str, Pieces]] = []
    if side.null_mx:
        rows.append(("MX", words("0 . : the domain takes no mail, and says so (null MX)", Tone.BAD)))
    elif side.fallback:
        rows.append(("MX", words("▲ none: mail goes to the domain's own address", Tone.WARN)))
    elif not side.outcome.certain:
        rows.append(("MX", words(f"? {side.outcome.value}", Tone.WARN)))
    rows += [("Host", _host(host)) for host in side.hosts[:8]]
    if side.asked_tls:
        policy = text(side.mta_sts_problem, Tone.WARN) if side.mta_sts_problem else text(side.mta_sts, missing="none")
        rows += [("MTA-STS", policy), ("TLS-RPT", text(side.tls_reports_to, missing="none"))]
    title = (Piece(f"{glyph} {word}  ", tone, strong=True), *text(side.domain, strong=True))
    return Card(title, (Pairs(tuple(rows), 9),), tone)


def _host(host: MailHost) -> Pieces:
    pieces: list[Piece] = []
    if host.preference is not None:
        pieces.append(Piece(f"{host.preference} ", Tone.DIM))
    pieces += [*text(host.name), Piece("  ")]
    if host.exists is False:
        pieces.append(Piece("✗ has no address", Tone.BAD))
    elif host.exists is None:
        pieces.append(Piece("? could not be asked", Tone.DIM))
    else:
        pieces += text(", ".join(host.addresses[:4]), Tone.DIM, missing="no address")
    faults = (
        ("an address that nobody outside can reach", bool(host.private)),
        ("an address where a name must stand", host.literal),
        ("an alias, which MX must not name", host.alias),
    )
    pieces += [Piece(f"  ▲ {fault}", Tone.WARN) for fault, there in faults if there]
    return tuple(pieces)


def _card(bounce: Bounce) -> Card:
    glyph, word, tone = _MANNERS[bounce.manner]
    title = (
        Piece(f"{glyph} {word}  ", tone, strong=True),
        *text(bounce.recipient, strong=True, missing="recipient not named"),
    )
    body: list[Block] = []
    if bounce.meaning:
        body += [Para(text(bounce.meaning)), Gap()]
    if bounce.phase in _STATIONS or bounce.manner is Manner.DELIVERED:
        body.append(steps(bounce, tone))
    basis = "" if bounce.phase is Phase.UNKNOWN else f" ({_BASES[bounce.phase_basis]})"
    body.append(para(f"{_PHASES[bounce.phase]}{basis}", Tone.DIM))
    body.append(Gap())
    rows: list[tuple[str, Pieces]] = [("They said", text(_short(bounce.diagnostic), missing="nothing that was kept"))]
    if bounce.remedy:
        rows.append(("To do", text(bounce.remedy)))
    if bounce.retry_advice:
        rows.append(("Retry", text(bounce.retry_advice)))
    if bounce.attempts:
        last = f"{count(len(bounce.attempts), 'attempt')}, the last: {bounce.attempts[-1]}"
        rows.append(("Tried", text(cut_text(last, 300))))
    rows += [("Remark", (Piece("▲ ", Tone.WARN), *text(remark, Tone.WARN))) for remark in bounce.remarks[:4]]
    rows.append(("Why", words(f"{visible(bounce.category.replace('_', ' '))}{_lasting(bounce)}")))
    rows.append(("Code", text(" ".join(filter(None, (bounce.reply_code, bounce.enhanced_code))))))
    whose = f"  in the words of {visible(provider_name(bounce.provider))}" if bounce.provider else ""
    rows.append(("Server", (*text(bounce.remote_mta), Piece(whose, Tone.DIM))))
    body.append(Pairs(tuple(rows)))
    return Card(title, tuple(body), tone)


def steps(bounce: Bounce, tone: Tone) -> Steps:
    """The dialogue with the station where it ended."""
    stations = list(_STATIONS)
    at = stations.index(bounce.phase) if bounce.phase in _STATIONS else None
    if bounce.manner is Manner.DELIVERED:
        at = len(stations)  # beyond the last: each of them was passed
    return Steps(tuple(_STATIONS.values()), at, tone, frozenset(map(stations.index, _OPTIONAL)))


def _short(diagnostic: str | None) -> str | None:
    return None if diagnostic is None else cut_text(diagnostic, 600)


def _lasting(bounce: Bounce) -> str:
    if bounce.manner not in _FAILED:
        return ""
    return {True: ", permanent", False: ", temporary", None: ", not said whether for good"}[bounce.permanent]


def _detail(report: Report, key: str) -> Detail | None:
    kind, _, number = key.partition(":")
    if kind != "bounce":
        return None
    bounce = report.bounces[int(number)]
    glyph, word, tone = _MANNERS[bounce.manner]
    rows = (
        ("Recipient", known(bounce.recipient)),
        ("Originally", known(bounce.original_recipient)),
        ("Action", known(bounce.action)),
        ("Manner", words(bounce.manner.value)),
        ("Phase", words(f"{bounce.phase} ({_BASES[bounce.phase_basis]})")),
        ("Category", known(bounce.category)),
        ("Reply code", known(bounce.reply_code)),
        ("Enhanced", known(bounce.enhanced_code)),
        ("Provider", known(provider_name(bounce.provider) if bounce.provider else None)),
        ("Remote", known(bounce.remote_mta)),
        ("Reported by", known(bounce.reporting_mta)),
    )
    blocks: list[Block] = [Pairs(stated(rows)), Gap(), Rule(words("their words, whole", Tone.LABEL))]
    bar = words("▏ ", Tone.ACCENT)
    blocks.append(Margin(bar, (Para(text(bounce.diagnostic, missing="none were kept")),), bar))
    if bounce.attempts:
        blocks += [Gap(), Rule(words("attempts", Tone.LABEL)), *(Para(text(each), 2) for each in bounce.attempts[:50])]
    if bounce.remarks:
        remarks = (Para((Piece("▲ ", Tone.WARN), *text(each)), 2) for each in bounce.remarks)
        blocks += [Gap(), Rule(words("remarks", Tone.LABEL)), *remarks]
    return Detail((Piece(f"{glyph} {word}", tone, strong=True),), tuple(blocks))
