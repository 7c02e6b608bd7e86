"""Every DKIM signature of a message, verified (RFC 6376 section 6, RFC 8301, RFC 8463)."""

import base64
from dataclasses import replace
from datetime import datetime

from mailscope.dkim.atps import check_atps
from mailscope.dkim.canonical import Material, material, other_readings
from mailscope.dkim.fetch import Fetched, fetch_key
from mailscope.dkim.hygiene import key_notes, key_remarks
from mailscope.dkim.key import KeyRecord, PublicKey, parse_key_record, signed_digest
from mailscope.dkim.ruling import rule
from mailscope.dkim.signature import Signature, parse_signature
from mailscope.dkim.verdicts import DkimCheck
from mailscope.dkim.verify import Proof, prove
from mailscope.dns.answer import Dns
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.envelope import read_envelope
from mailscope.mail.message import Message, parse_message
from mailscope.moment import as_utc, since_1970
from mailscope.verdict import Verdict

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
    """One check a DKIM-Signature field, topmost first, limits.signatures_listed at most; () where there is none.

    now (an aware or naive UTC datetime or its ISO 8601 form, default the present) is what t= and x= are judged against;
    headers_only says that the body is not at hand: nothing fails then for want of it. Never raises on what the mail
    holds; TypeError and ValueError for an unusable call only.
    """
    if isinstance(message, (bytes, bytearray, memoryview)):
        message = parse_message(bytes(message), limits)
    elif not isinstance(message, Message):
        raise TypeError(f"a message is bytes or a Message, not {type(message).__name__}")
    at = as_utc(now)
    fields = message.all("DKIM-Signature")
    if not fields:
        return ()
    stuff = material(message, headers_only)
    others = other_readings(message, stuff)
    checks = []
    verified = 0
    budget = 4 * limits.signature_bytes
    for index, field in enumerate(fields[: limits.signatures_listed]):
        raw = stuff.fields[field.index]
        budget -= min(len(raw), limits.signature_bytes)
        if budget < 0:
            checks.append(
                DkimCheck(index, field.index, None, problem=BEYOND.format(limit=limits.signatures), skipped=True)
            )
            continue
        signature = parse_signature(raw, limits=limits)
        start = _described(index, field.index, signature)
        if verified >= limits.signatures:
            checks.append(replace(start, problem=BEYOND.format(limit=limits.signatures), skipped=True))
            continue
        # A signature that names no key costs next to nothing, so a heap of them does not crowd out the good ones.
        verified += signature.key_name is not None
        check = _check(start, signature, fetch_key(signature, dns, limits), _fitting(signature, stuff, others), at)
        if check.result is Verdict.PASS and signature.tags.tag("atps"):
            check = replace(check, atps=check_atps(signature, read_envelope(message).from_domain, dns))
        if message.truncated_fields and check.result not in (Verdict.PERMERROR, Verdict.TEMPERROR):
            check = replace(check, result=None, reason=None, problem=UNREAD)
        checks.append(check)
    return tuple(checks)


def _described(index: int, place: int, signature: Signature) -> DkimCheck:
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
        signed_at=since_1970(signature.signed_at),
        expires_at=since_1970(signature.expires_at),
        body_length=signature.body_length,
        signed_headers=signature.names,
        body_hash_stated=signature.body_hash_text,
        key_name=signature.key_name,
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
        key_type=key.type if key else None,
        key_bits=key.bits if key else None,
        key_testing=record.testing if record else False,
        key_record=record.text if record else None,
        key_notes=tuple(key_notes(fetched, record)),
        key_remarks=tuple(key_remarks(fetched, record)),
        key_validated=fetched.answer.validated if fetched.answer else None,
        key_fingerprint=key.fingerprint if key else None,
        body_size=None if stuff.body is None else len(stuff.canonical_body(signature.body_canon)),
        signed_fields=tuple(place for place in proof.picked if place is not None),
        body_hash_computed=base64.b64encode(proof.body_digest).decode() if proof.body_digest else None,
        body_hash_ok=proof.body,
        signature_ok=proof.header,
        made_with_key=_made(signature, key, proof),
        line_ends_mended=stuff.mended,
    )
    result, reason, problem = rule(told, signature, fetched, record, now)
    return replace(told, result=result, reason=reason, problem=problem)


def key_of(check: DkimCheck, limits: Limits = DEFAULT_LIMITS) -> PublicKey | None:
    """The public key that a check used, made from its record again; None where it had none to use."""
    if not check.key_record or check.key_bits is None:
        return None
    return parse_key_record(check.key_record, limits).public


def _fitting(signature: Signature, first: Material, others: tuple[Material, ...]) -> Material:
    """The reading of the line ends under which the body is the one that was signed, else the first."""
    for stuff in (first, *others) if others else ():
        found = stuff.body_digest(signature.body_canon, signature.hash, signature.body_length)
        if found == signature.body_hash:
            return stuff
    return first


def _made(signature: Signature, key: PublicKey | None, proof: Proof) -> bool | None:
    if proof.header or key is None or key.type != "rsa" or proof.header is None:
        return proof.header or None
    return signed_digest(key, signature.value, signature.hash) is not None


def _best(signature: Signature, fetched: Fetched, stuff: Material, own: int) -> tuple[KeyRecord | None, Proof]:
    """The record that verifies, else the first that could, else the first (RFC 6376 section 6.1.2 allows it)."""
    chosen: tuple[KeyRecord, Proof] | None = None
    for record in fetched.records:
        usable = record.fault is None and record.unsuitable(signature) is None
        proof = prove(signature, record.public, stuff, own)
        if usable and proof.header:
            return record, proof
        if chosen is None or (usable and chosen[0].fault is not None):
            chosen = record, proof
    if chosen is None and signature.key_name is None:
        return None, Proof(None, None)  # nothing can come of it, so nothing is hashed
    return chosen or (None, prove(signature, None, stuff, own))
