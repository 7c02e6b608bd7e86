"""The second opinion: dkimpy, asked only what it can answer safely, and never believed against the standard."""

import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from mailscope.dkim.verdicts import DkimCheck, DkimReason
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.message import LineEnds, Message
from mailscope.verdict import Verdict

_HEADER_BYTES = 256 * 1024
"""dkimpy's white space and folding patterns take quadratic time, so only input is given to it that they cannot hurt."""
_HEADER_LINES = 3_000
_FIELDS = 500
_RUNS = re.compile(rb"[ \t]{16,}")
_RUN_WORK = 5_000_000
"""Steps that its patterns may take over runs of white space: the square of each run's length."""
_SIGNATURE_SPACES = 500
_NAMES = 100
_KEY_BITS = 4096
_WORK = 4_000_000
"""Bytes hashed by it for one message, all signatures together."""


def with_second_opinions(
    message: Message, checks: Sequence[DkimCheck], limits: Limits = DEFAULT_LIMITS
) -> tuple[DkimCheck, ...]:
    """The checks with what dkimpy says of each, where it can be asked; never raises, logs nothing, asks no DNS.

    It costs several times what our own verification costs: for a message that a person looks at, not for scans.
    """
    raw = message.raw
    if not checks or not _safe(message, limits):
        return tuple(checks)
    verifier = _verifier(raw)
    if verifier is None:
        return tuple(checks)
    most = _WORK // (len(raw) + 1)
    asked = [check.index for check in checks if _answerable(check, message)][:most]
    return tuple(
        replace(check, second_opinion=_opinion(verifier, check)) if check.index in asked else check for check in checks
    )


def disagrees(check: DkimCheck) -> bool:
    """Whether dkimpy comes to another end on the bytes; time, SHA-1, short keys and grammar are ours to judge."""
    if check.second_opinion is None or check.result not in (Verdict.PASS, Verdict.FAIL):
        return False
    held = check.result is Verdict.PASS or check.reason in (DkimReason.EXPIRED, DkimReason.FUTURE)
    return (check.second_opinion is Verdict.PASS) != held


def _safe(message: Message, limits: Limits) -> bool:
    """Whether the message holds nothing that makes dkimpy slow."""
    if (
        len(message.raw) > limits.second_opinion_bytes
        or message.truncated_fields
        or message.line_ends is LineEnds.MIXED
    ):
        return False
    if message.body.start > _HEADER_BYTES or len(message.fields) > _FIELDS:
        return False
    if message.raw.count(b"\n", 0, message.body.start) > _HEADER_LINES:
        return False
    return sum((run.end() - run.start()) ** 2 for run in _RUNS.finditer(message.raw)) <= _RUN_WORK


def _answerable(check: DkimCheck, message: Message) -> bool:
    """Whether it is a question to which dkimpy has an answer by the standard."""
    raw = message.fields[check.field_index].raw
    if check.key_record is None or (check.key_bits or 0) > _KEY_BITS or len(check.signed_headers) > _NAMES:
        return False
    if sum(map(raw.count, (b" ", b"\t", b"\n"))) > _SIGNATURE_SPACES:
        return False
    # It takes every From as signed, whether h= names it or not: stricter than the standard, on purpose.
    named = sum(1 for name in check.signed_headers if name.lower() == "from")
    return named >= len(message.all("From"))


def _verifier(raw: bytes) -> Any:
    """A dkimpy verifier that judges no times: it knows no clock but the machine's; None where it cannot start."""
    # late: a heavy package, asked only where somebody looks
    import dkim  # noqa: PLC0415

    class Timeless(dkim.DKIM):  # type: ignore[misc]  # dkimpy is untyped
        """Leaves t= and x= out of what is validated."""

        def verify_headerprep(self, idx: int = 0) -> tuple[dict[bytes, bytes], list[bytes], list[tuple[bytes, bytes]]]:
            """The tags, the names of h=, and all signature fields."""
            fields = [(name, value) for name, value in self.headers if name.lower() == b"dkim-signature"]
            tags: dict[bytes, bytes] = dkim.parse_tag_value(fields[idx][1])
            dkim.validate_signature_fields({name: value for name, value in tags.items() if name not in (b"t", b"x")})
            names = [name.strip().lower() for name in tags[b"h"].split(b":")]
            return tags, names, fields

    try:
        return Timeless(raw, logger=_silent())
    except Exception:  # noqa: BLE001 - a package that raises at will: what it cannot read it has no opinion on
        return None


def _opinion(verifier: Any, check: DkimCheck) -> Verdict | None:
    record = (check.key_record or "").encode("latin-1", "replace")
    # late: a heavy package, asked only where somebody looks
    import dkim  # noqa: PLC0415

    try:
        return Verdict.PASS if verifier.verify(check.index, dnsfunc=lambda *_, **__: record) else Verdict.FAIL
    except dkim.MessageFormatError:
        return None
    except dkim.DKIMException:
        return Verdict.FAIL
    except Exception:  # noqa: BLE001 - a package that raises at will: what it cannot read it has no opinion on
        return None


def _silent() -> logging.Logger:
    """A logger of its own that nobody hears: dkimpy writes its reasons there."""
    logger = logging.getLogger("mailscope.second-opinion")
    logger.disabled = True
    return logger
