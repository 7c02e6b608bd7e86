"""Where it probably happened, when nobody says it: from the cause, the code and the wording."""

from mailscope.bounce.classify import Cause
from mailscope.bounce.failure import Phase
from mailscope.bounce.told import Told

_BY_CATEGORY = {
    "user_unknown": Phase.RCPT, "mailbox_full": Phase.RCPT, "mailbox_disabled": Phase.RCPT, "mailbox_moved": Phase.RCPT,
    "relay_denied": Phase.RCPT, "greylisted": Phase.RCPT, "domain_unknown": Phase.DNS, "domain_refuses_mail": Phase.DNS,
    "sender_rejected": Phase.MAIL, "spam": Phase.MESSAGE, "virus": Phase.MESSAGE, "content": Phase.MESSAGE,
    "not_compliant": Phase.MESSAGE, "tls_failed": Phase.STARTTLS, "smtp_auth_required": Phase.AUTH,
    "mailer_error": Phase.DELIVERY,
}  # fmt: skip


def infer_phase(told: Told, cause: Cause, reply: str | None, enhanced: str | None) -> Phase | None:
    """The probable phase; None where nothing speaks for one."""
    if cause.rule is not None and cause.rule.phase:
        return Phase(cause.rule.phase)
    if told.local:
        return Phase.DELIVERY
    return _BY_CATEGORY.get(cause.category)
