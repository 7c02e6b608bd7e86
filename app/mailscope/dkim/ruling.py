"""What a signature comes to: what no receiver can get past, then the mathematics, then time and policy."""

from datetime import datetime, timedelta

from mailscope.dkim.fetch import Fetched
from mailscope.dkim.key import LEAST_BITS, KeyRecord
from mailscope.dkim.signature import Fault, Signature
from mailscope.dkim.verdicts import DkimCheck, DkimReason
from mailscope.moment import since_1970
from mailscope.verdict import Verdict

SKEW = timedelta(hours=1)
"""How far ahead of ours a signer's clock may be before t= counts as the future."""
HELD = " The mathematics held, though."

Ruling = tuple[Verdict | None, DkimReason | None, str]
"""The verdict, why it is not pass, and one plain sentence."""


def rule(told: DkimCheck, signature: Signature, fetched: Fetched, record: KeyRecord | None, now: datetime) -> Ruling:
    """The verdict on a signature whose hashes are computed (RFC 6376 section 6.1, RFC 8301).

    told holds what was computed; record is the key record that was used, None where there is none.
    """
    if signature.faults:
        return _refused(Verdict.PERMERROR, signature.faults[0], told)
    if fetched.fault or record is None:
        return _keyless(told, signature, fetched)
    fault = record.fault or record.unsuitable(signature)
    if fault:
        return _refused(Verdict.PERMERROR, fault, told)
    if told.body_hash_ok is False:
        return _body(told, signature)
    if told.body_hash_ok is None:
        return _headers_only(told)
    if not told.signature_ok:
        return _header(told)
    return _time(signature, now) or _policy(told, signature, record) or (Verdict.PASS, None, "")


def _keyless(told: DkimCheck, signature: Signature, fetched: Fetched) -> Ruling:
    fault = fetched.fault or Fault(DkimReason.KEY_MISSING, "There is no key.")
    if not (fetched.unknown or fetched.transient):
        return _refused(Verdict.PERMERROR, fault, told)
    if told.body_hash_ok is False:
        # Certain whatever the key: the body is not the one that was signed.
        return _body(told, signature, f" {fault.text}")
    if fetched.unknown:
        return None, None, fault.text
    return Verdict.TEMPERROR, fault.reason, fault.text


def _refused(verdict: Verdict, fault: Fault, told: DkimCheck) -> Ruling:
    return verdict, fault.reason, fault.text + (HELD if told.signature_ok and told.body_hash_ok else "")


def _body(told: DkimCheck, signature: Signature, more: str = "") -> Ruling:
    length, size = signature.body_length, told.body_size
    if length is not None and size is not None and length > size:
        text = f"The signature covers {length:,} bytes of the body (l=), but only {size:,} are there."
    else:
        text = "The body's hash is not the one that was signed."
    return Verdict.FAIL, DkimReason.BODY_HASH, text + more


def _header(told: DkimCheck) -> Ruling:
    text = "The signature does not fit the signed header fields."
    if told.made_with_key:
        text += " The published key did make it, so one of them was changed, added or removed since."
    elif told.made_with_key is False:
        text += " The published key did not make it: the key was replaced since, or the signature itself was damaged."
    return Verdict.FAIL, DkimReason.SIGNATURE, text


def _headers_only(told: DkimCheck) -> Ruling:
    text = "The signed header fields are as they were signed; the body is not at hand to be compared."
    if not told.signature_ok:
        text = (
            "The body is not at hand, and the signed header fields do not fit as they stand here: "
            "copying may have changed them."
        )
    return None, None, text


def _time(signature: Signature, now: datetime) -> Ruling | None:
    seconds = now.timestamp()
    expires, signed = signature.expires_at, signature.signed_at
    if expires is not None and expires < seconds:
        when = since_1970(expires)
        told = f" on {when:%Y-%m-%d at %H:%M:%S} UTC" if when else ""
        return Verdict.FAIL, DkimReason.EXPIRED, f"The signature expired{told} (x=)."
    if signed is not None and signed > seconds + SKEW.total_seconds():
        when = since_1970(signed)
        told = f"on {when:%Y-%m-%d at %H:%M:%S} UTC" if when else "at a time that no calendar reaches"
        return (
            Verdict.FAIL,
            DkimReason.FUTURE,
            f"The signature says that it was made {told} (t=), which is yet to come.",
        )
    return None


def _policy(told: DkimCheck, signature: Signature, record: KeyRecord) -> Ruling | None:
    """What must not be believed although the mathematics held."""
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
