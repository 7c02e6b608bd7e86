"""Who put a field there that a signature does not vouch for: an attacker, a list, a gateway, the transport."""

from dataclasses import dataclass
from enum import StrEnum

from mailscope.dkim.coverage import Coverage, Covered, Weight, weight_of
from mailscope.mail.address import parse_addresses
from mailscope.mail.decode import shown
from mailscope.mail.field import ONCE, Field
from mailscope.mail.message import Message

_ONCE = frozenset({
    *map(str.lower, ONCE),
    "mime-version", "content-type", "content-transfer-encoding", "content-disposition", "list-id", "list-post",
    "list-unsubscribe", "list-unsubscribe-post", "list-help", "list-subscribe", "list-owner", "list-archive",
})  # fmt: skip
"""RFC 5322 section 3.6, RFC 2045 section 3 and RFC 2369 section 3 allow one of each in a message."""
_GATEWAYS = ("x-spam", "x-virus", "x-amavis", "x-rspamd", "x-ms-exchange", "x-microsoft", "x-forefront", "x-proofpoint",
             "x-mimecast", "x-barracuda", "x-ironport", "x-cisco", "x-sophos", "x-mailscanner", "x-scanned", "x-clamav",
             "x-antiabuse", "x-fe-", "x-mime-autoconverted", "x-eopattributedmessage")  # fmt: skip
_LISTS = ("list-", "x-mailman", "x-beenthere", "precedence", "x-list", "x-mailing-list", "mailing-list", "x-mailfrom",
          "x-original-from", "x-original-sender", "x-google-group", "x-content-filtered-by", "errors-to", "x-loop",
          "mail-followup-to", "x-sympa", "x-validation-by", "archived-at", "x-message-id-hash")  # fmt: skip


class Writer(StrEnum):
    """Who probably wrote a field that a signature does not vouch for."""

    INJECTED = "injected"
    """Plainly put on top to be shown in place of the signed one."""
    LIST = "list"
    GATEWAY = "gateway"
    TRANSPORT = "transport"
    REPEATED = "repeated"
    """It says what the signed one says."""
    UNKNOWN = "unknown"
    """The sender may have written it, or anybody on the way."""


@dataclass(frozen=True, slots=True)
class Unvouched:
    """A field that one signature does not vouch for, and who probably wrote it."""

    field_index: int
    writer: Writer
    why: str
    """One sentence."""


def unvouched(message: Message, coverage: Coverage) -> tuple[Unvouched, ...]:
    """Every field outside a signature, topmost first, each with who probably wrote it."""
    return tuple(
        _judged(field, message, coverage, covered)
        for field, covered in zip(message.fields, coverage.fields, strict=True)
        if covered in (Covered.ADDED, Covered.UNSIGNED) and not field.malformed
    )


def _judged(field: Field, message: Message, coverage: Coverage, covered: Covered) -> Unvouched:
    key = field.key
    name = field.name
    if covered is Covered.ADDED and key in _ONCE:
        return _added(field, message, coverage)
    if weight_of(key) is Weight.TRACE:
        why = f"{name} is written by the hosts that carry mail, after signing; it is right that it is not signed."
        return Unvouched(field.index, Writer.TRANSPORT, why)
    if key.startswith(_LISTS):
        return Unvouched(field.index, Writer.LIST, f"{name} is what mailing lists add on the way.")
    if key.startswith(_GATEWAYS):
        return Unvouched(field.index, Writer.GATEWAY, f"{name} is what filters and gateways add on the way.")
    if covered is Covered.ADDED:
        why = f"The signature vouches for another {name} below; this one was added later, and may be."
        return Unvouched(field.index, Writer.UNKNOWN, why)
    return Unvouched(field.index, Writer.UNKNOWN, f"{name} is not signed: the sender or anybody on the way wrote it.")


def _added(field: Field, message: Message, coverage: Coverage) -> Unvouched:
    """A field that may stand only once, above the one that was signed."""
    name = field.name
    signed = [
        message.fields[place] for each in coverage.repeated if each.name == field.key for place in each.picked[:1]
    ]
    now = _plain(field)
    was = _plain(signed[0]) if signed else ""
    if now == was:
        return Unvouched(field.index, Writer.REPEATED, f"It says what the signed {name} says.")
    if field.key == "subject" and was and was in now and _filtered(message):
        return Unvouched(field.index, Writer.GATEWAY, "It is the signed Subject with the mark of a filter or list.")
    if field.key.startswith("list-") and message.first("List-Id"):
        why = f"A mailing list put its own {name} above the sender's."
        return Unvouched(field.index, Writer.LIST, why)
    if field.key in ("reply-to", "sender") and _of_list(field, message):
        return Unvouched(field.index, Writer.LIST, f"A mailing list put its own address into a {name} of its own.")
    why = f"A message has one {name}. This one stands above the signed one, is not signed, and is what readers see."
    return Unvouched(field.index, Writer.INJECTED, why)


def _plain(field: Field) -> str:
    return " ".join(shown(field).split()).lower()


def _filtered(message: Message) -> bool:
    """Whether a list or a filter left its marks."""
    return any(field.key.startswith((*_GATEWAYS, *_LISTS)) for field in message.fields)


def _of_list(field: Field, message: Message) -> bool:
    ident = message.first("List-Id")
    if ident is None:
        return False
    text = ident.unfolded.lower()
    host = text.rpartition("<")[2].partition(">")[0]
    return any(
        address.domain and (host.endswith(address.domain) or address.spec.lower() in text)
        for address in parse_addresses(field.value)
    )
