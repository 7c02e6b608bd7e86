"""Notifications of sending services as JSON (Amazon SES, SendGrid, Mailgun and their like), an event a recipient."""

import json
import re
from typing import Any

from mailscope.bounce.failure import Manner
from mailscope.bounce.told import Told
from mailscope.bounce.unwrap import one_line
from mailscope.limits import Limits

_BYTES = 2_000_000
"""A longer body is no notification."""
_DEPTH = 8
_NODES = 50_000
_WHO = ("emailaddress", "email", "recipient", "rcpt", "rcptto", "rcpt_to", "to", "address")
_SAID = (
    "diagnosticcode",
    "diagnostic_code",
    "reason",
    "response",
    "message",
    "description",
    "smtp-response",
    "smtpresponse",
    "bouncemessage",
    "details",
    "error",
)
_WHAT = ("event", "eventtype", "notificationtype", "type", "recordtype", "record_type", "action", "event_type")
_MANNERS = {
    "bounce": None, "bounced": None, "failed": None, "dropped": None, "hardbounce": None, "softbounce": None,
    "hard_bounce": None, "reject": None, "rejected": None,
    "out_of_band": Manner.ASYNCHRONOUS, "policy_rejection": None, "delay": Manner.DELAY,
    "deliverydelay": Manner.DELAY, "deferred": Manner.DELAY, "delayed": Manner.DELAY,
    "complaint": Manner.REPORT, "spamreport": Manner.REPORT, "complained": Manner.REPORT,
    "spam_complaint": Manner.REPORT, "spamcomplaint": Manner.REPORT,
    "delivery": Manner.DELIVERED, "delivered": Manner.DELIVERED, "undelivered": None, "blocked": None,
}  # fmt: skip
_EVENT = re.compile(r"\"(?:notificationType|eventType|event)\"\s{0,9}:\s{0,9}\"(\w{3,40})\"")
_MAILBOX = re.compile(r"\"emailAddress\"\s{0,9}:\s{0,9}\"([^\"\s]{1,64}@[^\"\s]{1,250})\"")
_DIAGNOSTIC = re.compile(r"\"diagnosticCode\"\s{0,9}:\s{0,9}\"([^\"]{1,1000})\"")
_STATUS = re.compile(r"\"status\"\s{0,9}:\s{0,9}\"([245]\.\d{1,3}\.\d{1,3})\"")
_ACTIONS = {Manner.DELAY: "delayed", Manner.DELIVERED: "delivered"}


def read_webhook(text: str, limits: Limits) -> tuple[Told, ...]:
    """A Told for every recipient of a JSON notification at the start of a text; () where it is none. Never raises."""
    start = text.lstrip()
    if start[:1] not in ("{", "[") or len(start) > _BYTES:
        return ()
    try:
        data, _ = json.JSONDecoder(strict=False).raw_decode(start)
    except (ValueError, RecursionError):
        return _salvaged(start)
    found: list[Told] = []
    _walk(data, "", found, [_NODES], _DEPTH)
    rows: dict[str, Told] = {}
    for one in found[: limits.bounce_rows]:
        key = (one.recipient or "").lower()
        if key not in rows or (one.said and not rows[key].said):
            rows[key] = one
    return tuple(rows.values())


def _salvaged(text: str) -> tuple[Told, ...]:
    """A notification that a mail system has folded out of shape: its recipients, by their marks."""
    text = text.replace('\\"', '"')
    event = _EVENT.search(text)
    if event is None or event[1].lower() not in _MANNERS:
        return ()
    kind = event[1].lower()
    rows: dict[str, Told] = {}
    for match in _MAILBOX.finditer(text):
        about = text[match.end() : match.end() + 1_000].partition("}")[0]
        marks = {"diagnosticcode": _DIAGNOSTIC.search(about), "status": _STATUS.search(about)}
        fields = {name: found[1] for name, found in marks.items() if found is not None}
        rows.setdefault(match[1].lower(), _told(fields, kind, match[1]))
    return tuple(rows.values())


def _walk(node: Any, kind: str, found: list[Told], left: list[int], depth: int) -> None:
    """Objects that name a recipient below an object that names an event."""
    left[0] -= 1
    if left[0] < 0 or depth < 0:
        return
    if isinstance(node, str) and node[:1] == "{":  # a notification within a notification, as Amazon SNS wraps it
        try:
            node = json.JSONDecoder(strict=False).raw_decode(node)[0]
        except (ValueError, RecursionError):
            return
    if isinstance(node, list):
        for one in node:
            _walk(one, kind, found, left, depth - 1)
        return
    if not isinstance(node, dict):
        return
    fields = {str(name).lower(): value for name, value in node.items()}
    named = next((str(fields[name]).lower() for name in _WHAT if isinstance(fields.get(name), str)), "")
    kind = named if named in _MANNERS else kind
    who = next((fields[name] for name in _WHO if isinstance(fields.get(name), str) and "@" in fields[name]), None)
    if kind in _MANNERS and who is not None:
        found.append(_told(fields, kind, who))
        return
    if kind in ("delivery", "delivered") and isinstance(fields.get("recipients"), list):
        found.extend(_told(fields, kind, one) for one in fields["recipients"] if isinstance(one, str) and "@" in one)
        return
    for name, value in fields.items():
        if name not in ("mail", "headers", "commonheaders", "tags", "user-variables", "envelope"):
            _walk(value, kind, found, left, depth - 1)


def _told(fields: dict[str, Any], kind: str, who: str) -> Told:
    status = fields.get("delivery-status") if isinstance(fields.get("delivery-status"), dict) else {}
    more = {**{str(name).lower(): value for name, value in (status or {}).items()}, **fields}
    said = next((more[name] for name in _SAID if isinstance(more.get(name), str) and more[name].strip()), None)
    manner = _MANNERS[kind]
    code = str(more.get("code", "")).strip()
    enhanced = next(
        (
            str(more[name])
            for name in ("status", "enhanced-code", "enhancedcode")
            if str(more.get(name, ""))[:1] in "245" and str(more.get(name, "")).count(".") == 2
        ),
        None,
    )
    action = more.get("action") if more.get("action") in ("failed", "delayed", "delivered") else None
    return Told(
        recipient=who.strip("<> ")[:320],
        action=action or _ACTIONS.get(manner or Manner.REJECTION, "failed" if manner is None else None),
        said=one_line(str(said))[:4000].removeprefix("smtp; ") if said else None,
        status=enhanced,
        reply_code=code if code[:1] in "245" and code.isdigit() and len(code) == 3 else None,
        manner=manner if manner in (Manner.REPORT, Manner.DELIVERED, Manner.ASYNCHRONOUS) else None,
        category="feedback" if manner is Manner.REPORT else None,
    )
