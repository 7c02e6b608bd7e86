"""Who may have changed a message after it was signed, as far as the trace and the marks in the header tell."""

import re
from itertools import pairwise

from mailscope.dkim.canonical import Material
from mailscope.forensics.diagnosis import Cause
from mailscope.mail.decode import decoded_words
from mailscope.trace.hop import Hop

_LIST = frozenset({Cause.SUBJECT_TAG, Cause.FOOTER, Cause.FROM_REWRITTEN, Cause.MIME_REWRITTEN, Cause.HEADER_ADDED,
                   Cause.RECODED, Cause.WRAPPED, Cause.HEADER_REPLACED, Cause.ATTACHMENT_REMOVED})  # fmt: skip
_MARKS = (
    ("x-mime-autoconverted", frozenset({Cause.RECODED}), "X-MIME-Autoconverted"),
    ("x-renattach-info", frozenset({Cause.ATTACHMENT_REMOVED, Cause.SUBJECT_TAG}), "X-RenAttach-Info"),
    ("x-content-filtered-by", frozenset({Cause.ATTACHMENT_REMOVED, Cause.MIME_REWRITTEN}), "X-Content-Filtered-By"),
    ("x-spam-checker-version", frozenset({Cause.SUBJECT_TAG, Cause.WRAPPED}), "X-Spam-Checker-Version"),
    ("x-mimedefang-action", frozenset({Cause.ATTACHMENT_REMOVED, Cause.RECODED}), "X-MIMEDefang-Action"),
)


def later_hosts(own: int, hops: tuple[Hop, ...]) -> tuple[str, ...]:
    """Hosts (lower case) whose Received stands above the signature: they had the message after it was signed."""
    names = [
        hop.by.lower().rstrip(".") for hop in hops if hop.by and hop.field_index is not None and hop.field_index < own
    ]
    return tuple(dict.fromkeys(names))


def who(causes: tuple[Cause, ...], own: int, material: Material, hops: tuple[Hop, ...]) -> str:
    """A short phrase with its basis; "" where nothing tells."""
    if not causes:
        return ""
    values = {
        key: raw.partition(b":")[2] for key, raw in zip(reversed(material.keys), reversed(material.fields), strict=True)
    }
    kinds = frozenset(causes)
    for key, about, name in _MARKS:
        if key in values and kinds & about:
            return f"what wrote {name}: {_said(values[key])}"
    if "list-id" in values and kinds & _LIST:
        match = re.search(rb"<([^<>\s]{1,200})>", values["list-id"])
        called = match[1].decode("latin-1") if match else _said(values["list-id"])
        software = f", run by Mailman {_said(values['x-mailman-version'])}" if "x-mailman-version" in values else ""
        return f"the list {called} (by its List-Id){software}"
    after = [hop for hop in hops if hop.by and hop.field_index is not None and hop.field_index < own]
    for hop, following in pairwise(after):
        if hop.for_ and following.for_ and hop.for_.lower() != following.for_.lower():
            return f"{hop.by}, which had it for {hop.for_} and sent it on to somebody else"
    if len(after) == 1:
        family = f" ({after[0].family})" if after[0].family else ""
        return f"{after[0].by}{family}, the only host that wrote a Received field after it was signed"
    if after:
        names = list(dict.fromkeys(hop.by for hop in after if hop.by))
        return f"one of the hosts that had it after it was signed: {', '.join(names[:6])}"
    return ""


def _said(value: bytes) -> str:
    text = " ".join(decoded_words(value[:400]).split())
    return text if len(text) <= 80 else text[:79] + "…"
