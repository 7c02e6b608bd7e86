"""Delivery reports for machines: the fields of RFC 3464 and RFC 6533, as they are really written."""

import re
from dataclasses import dataclass

from mailscope.bounce.told import Told
from mailscope.bounce.unwrap import one_line, rejoined, tidied
from mailscope.limits import Limits
from mailscope.mail.charset import text_of
from mailscope.mail.decode import shown

_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]{2,40})\s{0,3}:(.*)", re.DOTALL)
_TYPED = re.compile(r"\s*(?:[\w.-]{1,40}(?:\s[\w-]{1,20})?)\s*;\s*(.*)", re.DOTALL)
_ADDRESS = re.compile(r"<([^<>\s]{1,320})>|([^\s<>;,()\"]{1,256}@[^\s<>;,()\"]{1,255})")
_STATUS = re.compile(r"([245])\.([0-9]{1,3})\.([0-9]{1,3})")
_COMMENT = re.compile(r"\(([^()\n]{8,400})\)")
_STOCK = re.compile(
    r"\s*(?:permanent|temporary|persistent|transient|delivered|relayed|success|failed|delayed|unrecoverable"
    r"|undefined)\b",
    re.IGNORECASE,
)
_UNICODE = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")
_BREAK = re.compile(
    r"(?<=\S)[ \t]{1,8}(?=(?:Final-Recipient|Original-Recipient|Action|Status|Remote-MTA|Diagnostic-Code"
    r"|Last-Attempt-Date|Arrival-Date|Will-Retry-Until) ?:)"
)
_SAID = re.compile(r"Diagnostic-Code ?:", re.IGNORECASE)
_RUN_TOGETHER = 3
"""Colons of a line that may hold several fields."""
_FIELDS = 200_000
"""Fields of one report."""
_RECIPIENT = frozenset(
    {"final-recipient", "original-recipient", "x-actual-recipient", "action", "status", "diagnostic-code"}
)
_ACTIONS = {
    "failed": "failed", "failure": "failed", "fail": "failed", "delayed": "delayed", "delay": "delayed",
    "deferred": "delayed",
    "delivered": "delivered", "deliverable": "delivered", "relayed": "relayed", "expanded": "expanded",
    "expired": "failed", "undeliverable": "failed", "bounced": "failed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Status:
    """One report: what it says of the message, and a Told a recipient."""

    reporting: str | None = None
    rows: tuple[Told, ...] = ()
    unread: int = 0
    """Recipients beyond the limit."""


def read_status(data: bytes, limits: Limits) -> Status:
    """The recipients of a message/delivery-status body; any bytes give a Status, linear, bounded."""
    text = tidied(text_of(data).replace("\r\n", "\n").replace("\r", "\n"))
    reporting: str | None = None
    rows: list[Told] = []
    unread = 0
    for group in _groups("\n".join(map(_apart, text.split("\n")[:_FIELDS]))):
        reporting = reporting or _host(group.get("reporting-mta", ""))
        if not (group.keys() & _RECIPIENT):
            continue
        if len(rows) >= limits.bounce_rows:
            unread += 1
            continue
        row = _row(group)
        if row is not None:
            rows.append(row)
    return Status(reporting, tuple(rows), unread)


def _apart(line: str) -> str:
    """The fields of a line, a line each, where its breaks were lost; what a server said stays whole."""
    if line.count(":") < _RUN_TOGETHER or line[:1].isspace():
        return line
    said = _SAID.search(line)
    stop = said.end() if said else len(line)
    return _BREAK.sub("\n", line[:stop]) + line[stop:]


def _groups(text: str) -> list[dict[str, str]]:
    """Fields of each block; a repeated Final-Recipient begins one too, for blank lines get lost."""
    groups: list[dict[str, list[str]]] = [{}]
    key = ""
    for line in text.split("\n")[:_FIELDS]:
        if not line.strip():
            if groups[-1]:
                groups.append({})
            key = ""
            continue
        match = _FIELD.match(line) if not line[0].isspace() else None
        if match is None or (key == "diagnostic-code" and re.match(r"[245]\d\d[ -]", line)):
            # Folded as it should be, or not folded at all (nullmailer): it belongs to the field before.
            if key:
                groups[-1][key].append(line.strip())
            continue
        key = match[1].lower()
        if key == "final-recipient" and key in groups[-1]:
            groups.append({})
        if key in groups[-1]:
            key = f"{key} "  # said twice: the first counts
        groups[-1][key] = [match[2].strip()]
    return [{key: "\n".join(lines) for key, lines in group.items()} for group in groups if group]


def _row(group: dict[str, str]) -> Told | None:
    final = address_of(group.get("final-recipient", ""))
    original = address_of(group.get("original-recipient", ""))
    actual = address_of(group.get("x-actual-recipient", ""))
    action = _ACTIONS.get(group.get("action", "").split("(")[0].split(";")[0].strip().strip('"').lower())
    said = _said(group.get("diagnostic-code", ""))
    status = _STATUS.search(group.get("status", ""))
    recipient = final or actual or original
    if recipient and "@" not in recipient and original and "@" in original:
        recipient = original  # "local; pat", an X.400 name: the sender knows neither
    if recipient is None and action is None and not said:
        return None
    comment = _COMMENT.search(group.get("status", ""))
    if not said and comment is not None and not _STOCK.match(comment[1]):
        said = rejoined(comment[1])
    return Told(
        recipient=recipient,
        original=original if original and original != recipient else None,
        action=action,
        said=said or None,
        status=".".join(status.groups()) if status else None,
        remote=_host(group.get("remote-mta", "")),
        local=group.get("diagnostic-code", "").lower().lstrip().startswith("x-unix"),
        frame=one_line(re.sub(r"^[\d.\s]+", "", group.get("status", ""))),
    )


def _said(value: str) -> str:
    value = re.sub(
        r"^\s*(?:smtp|lmtp|esmtp|x-[\w-]+(?:\s+[\w-]+)?|x\.?400|dns|unix|local|unknown|rfc822|mime|text|http|custom"
        r"|internal)\s*;\s*",
        "",
        value,
        flags=re.IGNORECASE,
    )
    if "=?" in value:
        value = shown(value.encode("utf-8", "surrogateescape"))
    return rejoined(value)


def address_of(value: str) -> str | None:
    """The address of a recipient field ("rfc822; <a@b>"), as people write it; None for none."""
    value = value.strip()
    if not value:
        return None
    if "=?" in value:
        value = shown(value.encode("utf-8", "surrogateescape"))
    typed = _TYPED.match(value)
    value = (typed[1] if typed else value).strip()
    value = _UNICODE.sub(_char, value)
    found = _ADDRESS.search(value)
    address = (found[1] or found[2]) if found else value.split(" ")[0]
    address = address.strip("<>'\"").strip().rstrip(".,;")
    if ":" in address and "@" in address:
        address = address.rpartition(":")[2] or address
    if address.startswith("@"):
        return None
    return address[:512] or None


def _char(match: re.Match[str]) -> str:
    """RFC 6533 section 3: utf-8-addr-xtext writes characters as \\x{…}."""
    number = int(match[1], 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else match[0]


def _host(value: str) -> str | None:
    typed = _TYPED.match(value)
    host = (typed[1] if typed else value).strip()
    host = re.split(r"[\s(]", host, maxsplit=1)[0] if host else ""
    return host.strip("<>;,").rstrip(".")[:255] or None
