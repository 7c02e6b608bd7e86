"""Whether bytes begin with a header block, told by the names of its fields."""

from dataclasses import dataclass, replace

from mailscope.limits import DEFAULT_LIMITS
from mailscope.mail.message import Message, parse_message

_HEAD = 256 * 1024
_LIMITS = replace(DEFAULT_LIMITS, fields=1_000)
KNOWN = frozenset({
    "received", "return-path", "delivered-to", "envelope-to", "x-original-to", "from", "to", "cc", "bcc", "sender",
    "reply-to", "subject", "date", "message-id", "in-reply-to", "references", "mime-version", "content-type",
    "content-transfer-encoding", "content-disposition", "content-language", "content-length", "dkim-signature",
    "domainkey-signature", "authentication-results", "received-spf", "arc-seal", "arc-message-signature",
    "arc-authentication-results", "list-id", "list-unsubscribe", "list-unsubscribe-post", "list-post", "list-help",
    "list-archive", "list-subscribe", "list-owner", "precedence", "auto-submitted", "importance", "priority",
    "sensitivity", "user-agent", "organization", "comments", "keywords", "resent-from", "resent-to", "resent-date",
    "resent-message-id", "resent-sender", "errors-to", "thread-topic", "thread-index", "accept-language",
    "disposition-notification-to", "mail-followup-to", "feedback-id", "apparently-to", "status", "lines",
    "mailing-list", "envelope-from", "autocrypt", "openpgp", "require-recipient-valid-since", "tls-required",
    "newsgroups", "path", "xref", "bimi-selector", "bimi-indicator",
})  # fmt: skip
"""Names that mail programs and servers write, in lower case; X-… are known besides."""
_TELLING = frozenset(
    {"received", "return-path", "dkim-signature", "authentication-results", "message-id", "mime-version",
     "delivered-to", "received-spf", "arc-seal", "arc-message-signature", "arc-authentication-results"}
)  # fmt: skip
STATUS = frozenset({
    "final-recipient", "original-recipient", "reporting-mta", "action", "status", "diagnostic-code", "remote-mta",
    "arrival-date", "last-attempt-date", "received-from-mta", "will-retry-until", "final-log-id",
    "x-actual-recipient", "dsn-gateway", "original-envelope-id", "x-postfix-queue-id", "x-postfix-sender",
})  # fmt: skip
"""Names of RFC 3464 section 2, in lower case."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the first lines of some bytes are, as fields."""

    message: Message
    """Of the first part of the bytes only."""
    fields: int
    """Well-formed fields."""
    known: int
    """Fields whose names mail software writes."""
    telling: int
    """Fields that nothing but mail bears."""
    status: int
    """Fields of delivery reports."""
    odd: int
    """Lines that are no fields."""
    whole: bool
    """Whether these were all the bytes."""

    @property
    def is_header(self) -> bool:
        """Whether they are the header block of a message."""
        lines = self.fields + self.odd
        if self.known + self.telling == 0 or self.status > self.known + self.telling:
            return False
        if self.message.fields[0].malformed and self.known < 3:
            return False
        return self.fields * 2 > lines or (self.known >= 3 and self.telling >= 1)

    @property
    def is_status(self) -> bool:
        """Whether they are fields of a delivery report alone (RFC 3464)."""
        return self.status >= 2 or (self.status == 1 and self.fields == 1 and self.odd == 0 and self.known <= 1)


def look_at(content: bytes) -> Look:
    """Look at the fields that some bytes begin with; linear in the first quarter megabyte."""
    message = parse_message(content[:_HEAD], _LIMITS)
    keys = [field.key for field in message.fields if not field.malformed]
    return Look(
        message=message,
        fields=len(keys),
        known=sum(1 for key in keys if key in KNOWN or key.startswith("x-")),
        telling=sum(1 for key in keys if key in _TELLING),
        status=sum(1 for key in keys if key in STATUS),
        odd=len(message.fields) - len(keys),
        whole=len(content) <= _HEAD,
    )
