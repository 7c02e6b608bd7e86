"""Reports about mail that arrived: receipts (RFC 8098), complaints (RFC 5965), failed authentication (RFC 6591)."""

import re

from mailscope.bounce.failure import Manner
from mailscope.bounce.notices.dsn import address_of
from mailscope.bounce.told import Told
from mailscope.bounce.unwrap import one_line
from mailscope.limits import Limits
from mailscope.mail.address import parse_addresses
from mailscope.mail.charset import text_of
from mailscope.mail.message import parse_message

_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]{2,60})\s{0,3}:[ \t]*(.*)")
_FIELDS = 2_000


def read_feedback(data: bytes, enclosed: bytes | None, text: str, limits: Limits) -> tuple[Told, ...]:
    """A Told for every recipient that complained, or one where none is named; any bytes, bounded."""
    fields = _fields(text_of(data))
    kind = fields.get("feedback-type", ["abuse"])[0].lower()
    who = [
        address_of(value)
        for name in ("original-rcpt-to", "removal-recipient", "redacted-address")
        for value in fields.get(name, [])
    ]
    recipients = [address for address in who if address and "@" in address] or _written_to(enclosed, limits)
    about = [
        f"{name}: {fields[name][0]}"
        for name in ("source-ip", "auth-failure", "delivery-result", "reported-domain", "identity-alignment")
        if name in fields
    ]
    said = one_line("; ".join([one_line(text)[:600], *about])).strip("; ") or None
    agent = fields.get("user-agent", [None])[0]
    made = [
        Told(recipient=one, category="feedback", manner=Manner.REPORT, said=said, reporting=_host(fields),
             frame=f"{kind} {agent or ''}", feedback=kind)
        for one in dict.fromkeys(recipients[: limits.bounce_rows])
    ]  # fmt: skip
    return tuple(made) or (
        Told(category="feedback", manner=Manner.REPORT, said=said, reporting=_host(fields), frame=kind, feedback=kind),
    )


def read_receipt(data: bytes) -> Told:
    """A disposition notification (RFC 8098): the message reached the mailbox, and what became of it; any bytes."""
    fields = _fields(text_of(data))
    address = address_of(fields.get("final-recipient", [""])[0]) or address_of(
        fields.get("original-recipient", [""])[0]
    )
    what = fields.get("disposition", [""])[0]
    failed = any(name in fields for name in ("failure", "error")) or what.lower().rstrip().endswith(
        ("failed", "failure")
    )
    return Told(
        recipient=address,
        action="failed" if failed else "delivered",
        said=one_line(f"Disposition: {what}" if what else "") or None,
        manner=None if failed else Manner.DELIVERED,
        reporting=fields.get("reporting-ua", [""])[0].partition(";")[0].strip()[:255] or None,
    )


def _fields(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    key = ""
    for line in text.replace("\r\n", "\n").split("\n")[:_FIELDS]:
        match = _FIELD.match(line)
        if match is not None:
            key = match[1].lower()
            found.setdefault(key, []).append(match[2].strip())
        elif key and line[:1] in (" ", "\t"):
            found[key][-1] = f"{found[key][-1]} {line.strip()}"
    return found


def _host(fields: dict[str, list[str]]) -> str | None:
    value = fields.get("reporting-mta", [""])[0]
    host = value.partition(";")[2].strip() or value.strip()
    return host[:255] or None


def _written_to(enclosed: bytes | None, limits: Limits) -> list[str]:
    """The To of the message that is complained about."""
    if enclosed is None:
        return []
    field = parse_message(enclosed[: limits.header_bytes], limits).first("to")
    return [one.spec for one in parse_addresses(field.value, limits) if one.domain] if field is not None else []
