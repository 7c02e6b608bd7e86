"""Every DKIM signature of a message, verified (RFC 6376 section 6, RFC 8301, RFC 8463)."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mailscope.dkim.canonical import Material, material
from mailscope.dkim.fetch import Fetched, fetch_key
from mailscope.dkim.hygiene import key_notes
from mailscope.dkim.key import LEAST_BITS, KeyRecord
from mailscope.dkim.signature import Fault, Signature, parse_signature
from mailscope.dkim.verdicts import DkimCheck, DkimReason
from mailscope.dkim.verify import Proof, prove
from mailscope.dns.answer import Dns
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.message import Message, parse_message
from mailscope.moment import as_utc
from mailscope.verdict import Verdict

SKEW = timedelta(hours=1)
"""How far ahead of ours a signer's clock may be before t= counts as the future."""
UNREAD = "The header block is longer than is read, so what was signed is not known."
BEYOND = "The message bears more signatures than are verified ({limit}); this one was not."


def check_dkim(
    message: Message | bytes,
    *,
    dns: Dns,
    now: datetime | str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    headers_only: bool = False,
) -> tuple[DkimCheck, ...]:
    """One check a DKIM-Signature field, topmost first; () where there is none. Never raises on what the mail holds.

    now (an aware or naive UTC datetime or its ISO 8601 form, default the present) is what t= and x= are judged against;
    headers_only says that the body is not at hand: nothing fails then for want of it. Raises TypeError and ValueError
    for an unusable call only.
    """
    if isinstance(message, (bytes, bytearray, memoryview)):
        message = parse_message(bytes(message), limits)
    elif not isinstance(message, Message):
        raise TypeError(f"a message is bytes or a Message, not {type(message).__name__}")
    moment = as_utc(now)
    fields = message.all("DKIM-Signature")
    if not fields:
        return ()
    stuff = material(message, headers_only)
    checks = []
    verified = 0
    for index, field in enumerate(fields):
        signature = parse_signature(stuff.fields[field.index], limits=limits)
        start = _described(index, field.index, signature, stuff)
        if verified >= limits.signatures:
            checks.append(replace(start, problem=BEYOND.format(limit=limits.signatures)))
            continue
        # A signature that names no key costs nothing, so a heap of them does not crowd out the good ones.
        verified += signature.key_name is not None
        check = _check(start, signature, fetch_key(signature, dns, limits), stuff, moment)
        if message.truncated_fields:
            check = replace(check, result=None, reason=None, problem=UNREAD)
        checks.append(check)
    return tuple(checks)


def _described(index: int, place: int, signature: Signature, stuff: Material) -> DkimCheck:
    """What the signature says of itself."""
    return DkimCheck(
        index=index,
        field_index=place,
        result=None,
        domain=signature.domain,
        selector=signature.selector,
        identity=signature.identity,
        algorithm=signature.algorithm,
        canonicalization=(signature.header_canon.value, signature.body_canon.value),
        signed_at=_moment(signature.signed_at),
        expires_at=_moment(signature.expires_at),
        body_length=signature.body_length,
        signed_headers=signature.names,
        body_hash_stated=signature.body_hash_text,
        key_name=signature.key_name,
        line_ends_mended=stuff.mended,
    )


def _check(
    start: DkimCheck,
    signature: Signature,
    fetched: Fetched,
    stuff: Material,
    now: datetime,
) -> DkimCheck:
    """The signature with everything that its key and the bytes tell."""
    record, proof = _best(signature, fetched, stuff, start.field_index)
    key = record.public if record else None
    told = replace(
        start,
        key_type=key.type if key else record.type if record and record.public else None,
        key_bits=key.bits if key else None,
        key_testing=record.testing if record else False,
        key_record=record.text if record else None,
        key_notes=key_notes(signature, fetched, record),
        key_validated=fetched.answer.validated if fetched.answer else None,
        key_fingerprint=key.fingerprint if key else None,
        body_size=None if stuff.body is None else len(stuff.canonical_body(signature.body_canon)),
        signed_fields=tuple(place for place in proof.picked if place is not None),
        body_hash_computed=base64.b64encode(proof.body_digest).decode() if proof.body_digest else None,
        body_hash_ok=proof.body,
        signature_ok=proof.header,
    )
    result, reason, problem = _verdict(told, signature, fetched, record, now)
    return replace(told, result=result, reason=reason, problem=problem)


def _best(signature: Signature, fetched: Fetched, stuff: Material, own: int) -> tuple[KeyRecord | None, Proof]:
    """The record that verifies, else the first that could, else the first (RFC 6376 section 6.1.2: all may be tried)."""
    chosen: tuple[KeyRecord, Proof] | None = None
    for record in fetched.records:
        usable = record.fault is None and record.unsuitable(signature) is None
        proof = prove(signature, record.public, stuff, own)
        if usable and proof.header:
            return record, proof
        if chosen is None or (usable and chosen[0].fault is not None):
            chosen = record, proof
    return chosen or (None, prove(signature, None, stuff, own))


Outcome = tuple[Verdict | None, DkimReason | None, str]


def _verdict(
    told: DkimCheck, signature: Signature, fetched: Fetched, record: KeyRecord | None, now: datetime
) -> Outcome:
    """What it comes to: first what no receiver can get past, then the mathematics, then time and policy."""
    if signature.faults:
        return _refused(Verdict.PERMERROR, signature.faults[0], told)
    unknown = fetched.unknown or fetched.transient
    if told.body_hash_ok is False and unknown:
        # Certain whatever the key: the body is not the one that was signed.
        return _body(told, signature, f" {fetched.fault.text}" if fetched.fault else "")
    if fetched.fault:
        if fetched.unknown:
            return None, None, fetched.fault.text
        return _refused(Verdict.TEMPERROR if fetched.transient else Verdict.PERMERROR, fetched.fault, told)
    assert record is not None
    fault = record.fault or record.unsuitable(signature)
    if fault:
        return _refused(Verdict.PERMERROR, fault, told)
    if told.body_hash_ok is False:
        return _body(told, signature)
    if told.body_hash_ok is None:
        return _headers_only(told)
    if not told.signature_ok:
        return Verdict.FAIL, DkimReason.SIGNATURE, "The signature does not fit the signed header fields."
    return _time(signature, now) or _policy(told, signature, record) or (Verdict.PASS, None, "")


def _refused(verdict: Verdict, fault: Fault, told: DkimCheck) -> Outcome:
    held = " The mathematics held, though." if told.signature_ok and told.body_hash_ok else ""
    return verdict, fault.reason, fault.text + held


def _body(told: DkimCheck, signature: Signature, more: str = "") -> Outcome:
    length, size = signature.body_length, told.body_size
    if length is not None and size is not None and length > size:
        text = f"The signature covers {length:,} bytes of the body (l=), but only {size:,} are there."
    else:
        text = "The body's hash is not the one that was signed."
    return Verdict.FAIL, DkimReason.BODY_HASH, text + more


def _headers_only(told: DkimCheck) -> Outcome:
    if told.signature_ok:
        text = "The signed header fields are as they were signed; the body is not at hand to be compared."
    else:
        text = (
            "The body is not at hand, and the signed header fields do not fit as they stand here: "
            "copying may have changed them."
        )
    return None, None, text


def _time(signature: Signature, now: datetime) -> Outcome | None:
    seconds = now.timestamp()
    expires, signed = signature.expires_at, signature.signed_at
    if expires is not None and expires < seconds:
        when = _moment(expires)
        text = (
            f"The signature expired on {when:%Y-%m-%d at %H:%M:%S} UTC (x=)." if when else "The signature has expired."
        )
        return Verdict.FAIL, DkimReason.EXPIRED, text
    if signed is not None and signed > seconds + SKEW.total_seconds():
        when = _moment(signed)
        told = f"on {when:%Y-%m-%d at %H:%M:%S} UTC" if when else "at a time that no calendar reaches"
        text = f"The signature says that it was made {told} (t=), which is yet to come."
        return Verdict.FAIL, DkimReason.FUTURE, text
    return None


def _policy(told: DkimCheck, signature: Signature, record: KeyRecord) -> Outcome | None:
    """What RFC 8301 forbids to believe although the mathematics held."""
    if signature.hash == "sha1":
        text = "The mathematics held, but rsa-sha1 must not be believed any more (RFC 8301 section 3.1)."
        return Verdict.POLICY, DkimReason.UNSUPPORTED, text
    key = record.public
    if key and key.type == "rsa" and key.bits < LEAST_BITS:
        text = f"The mathematics held, but a key of {key.bits} bits must not be believed (RFC 8301 section 3.2)."
        return Verdict.POLICY, DkimReason.KEY_UNSUITABLE, text
    length = signature.body_length
    if length is not None and told.body_size is not None and length > told.body_size:
        text = f"The signature claims {length:,} bytes of the body (l=), but only {told.body_size:,} are there."
        return Verdict.PERMERROR, DkimReason.SYNTAX, text
    return None


def _moment(seconds: int | None) -> datetime | None:
    """A time in seconds since 1970; None where no calendar reaches it."""
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None
