"""What an examination is going to ask the DNS, told before it begins, so that the answers can be on their way."""

from collections.abc import Iterator
from itertools import islice

from mailscope.bounce.failure import Notice
from mailscope.bounce.recipient_side import expected_recipients
from mailscope.dkim.signature import Role, Signature, parse_signature
from mailscope.dmarc.ahead import expected_dmarc
from mailscope.dns.answer import Expected
from mailscope.limits import Limits
from mailscope.mail.envelope import Envelope
from mailscope.mail.message import Message
from mailscope.spf.ahead import expected_spf
from mailscope.trace.hop import Route
from mailscope.trace.reverse import expected_names
from mailscope.trace.transport import logged_in

_MOST_FIELDS = 50
"""Signature fields whose keys are asked ahead; a message with more has time."""
_AUTHORS = 5


def foresee(
    message: Message, envelope: Envelope, route: Route, notice: Notice, limits: Limits, *, helo: bool = False
) -> Iterator[Expected]:
    """Every question that is known before an answer is, the slowest chains first; helo: its name is judged as well."""
    signatures = _signatures(message, limits)
    border = route.border
    mail_from = border.mail_from
    yield from _spf(route, limits, helo=helo)
    authors = [envelope.from_domain] if envelope.from_domain else [author.domain for author in envelope.authors]
    signers = [each.domain for each in signatures if each.role is Role.DKIM and each.domain]
    sender = [(mail_from or border.helo or "").rpartition("@")[2]]
    for author in list(dict.fromkeys(filter(None, authors)))[:_AUTHORS]:
        yield from expected_dmarc(author, sender, signers)
    for name in dict.fromkeys(each.key_name for each in signatures):
        if name is not None:
            yield Expected(name, "TXT")
    if border.ip is not None:
        yield from expected_names(border.ip)
    yield from expected_recipients(notice.bounces)


def _spf(route: Route, limits: Limits, *, helo: bool) -> Iterator[Expected]:
    border = route.border
    known = [hop for hop in route.hops if hop.from_ip]
    met = route.hops[border.hop] if border.hop is not None else None
    if border.mail_from is not None:
        first = max(0, len(known) - limits.spf_hops)
        clients = [hop.from_ip for hop in known[first:] if hop.from_ip]
        if border.ip is not None and not (met and logged_in(met)):
            clients.insert(0, border.ip)
        greetings = [border.helo or ""] if border.mail_from else [hop.from_helo or "" for hop in known]
        senders = [(border.mail_from, each) for each in dict.fromkeys(greetings)]
        yield from expected_spf(senders[: limits.spf_hops], clients, limits)
    if helo and border.ip is not None:
        yield from expected_spf([("", border.helo or "")], [border.ip], limits)


def _signatures(message: Message, limits: Limits) -> list[Signature]:
    """The fields that name a key: DKIM's as many as are verified, then those of ARC."""
    found: list[Signature] = []
    for role, most in ((Role.DKIM, limits.signatures), (Role.SEAL, limits.arc_sets), (Role.MESSAGE, limits.arc_sets)):
        fields = islice(message.all(role.value), min(most, _MOST_FIELDS - len(found)))
        found += [parse_signature(field.raw, role, limits) for field in fields]
    return found
