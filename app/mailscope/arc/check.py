"""The ARC chain of a message, validated (RFC 8617 section 5.2)."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from mailscope.arc.chain import ArcSet, Chain, read_chain
from mailscope.arc.verdicts import ArcCheck, ArcInstance
from mailscope.claims.auth_results import parse_auth_results
from mailscope.dkim.canonical import Canon, Material, canonical_signature, material
from mailscope.dkim.fetch import fetch_key
from mailscope.dkim.key import LEAST_BITS, PublicKey, verify
from mailscope.dkim.signature import Signature
from mailscope.dkim.verify import prove
from mailscope.dns.answer import Dns
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.message import Message, parse_message
from mailscope.moment import as_utc, since_1970
from mailscope.verdict import Verdict

_ABSENT = "The body is not at hand, so the newest message signature could not be compared with it."
_WHOLE = "Every seal holds, and the newest message signature fits the message."
_UNREAD = "The header block is longer than is read, so what was sealed is not known."
_KEYS = 2
"""Keys at one name that are tried; with 50 sets even two are a hundred verifications."""
_LONGEST = 255
"""Characters of a name or word that are kept."""
_TOLD = 128 * 1024
"""Bytes of ARC-Authentication-Results read of all sets together; real ones stay under 2 kB a set."""

Half = tuple[Verdict | None, str]
"""What a seal or a message signature comes to, and why it does not pass."""


def check_arc(
    message: Message | bytes,
    *,
    dns: Dns,
    now: datetime | str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    headers_only: bool = False,
) -> ArcCheck:
    """The chain and each of its sets. Never raises on what the mail holds.

    now is what x= of a message signature is judged against; headers_only says that the body is not at hand: nothing
    fails then for want of it. Raises TypeError and ValueError for an unusable call only.
    """
    if isinstance(message, (bytes, bytearray, memoryview)):
        message = parse_message(bytes(message), limits)
    elif not isinstance(message, Message):
        raise TypeError(f"a message is bytes or a Message, not {type(message).__name__}")
    at = as_utc(now)
    if not any(field.key.startswith("arc-") for field in message.fields):
        return ArcCheck(Verdict.NONE, reason="The message bears no ARC fields.")
    stuff = material(message, headers_only)
    chain = read_chain(stuff, limits)
    if not chain.present:
        return ArcCheck(Verdict.NONE, reason="The message bears no ARC fields.")
    judge = _Judge(stuff, dns, at, limits)
    instances = tuple(judge.instances(chain))
    if message.truncated_fields:
        return ArcCheck(None, instances, _UNREAD)
    return _verdict(chain, instances)


class _Judge:
    """Verifies the halves of every set; the seals share one running hash, so that long chains stay linear."""

    def __init__(self, stuff: Material, dns: Dns, now: datetime, limits: Limits) -> None:
        self.stuff = stuff
        self.dns = dns
        self.now = now
        self.limits = limits
        self.running = hashlib.sha256()

    def instances(self, chain: Chain) -> Iterator[ArcInstance]:
        """Every set judged, oldest first."""
        share = min(self.limits.field_decoded_bytes, _TOLD // max(len(chain.sets), 1))
        for each in chain.sets:
            seal, seal_problem = self._seal(each)
            signature, problem = self._message(each)
            yield replace(
                self._told(each, share),
                seal=seal,
                seal_problem=seal_problem,
                message_signature=signature,
                message_problem=problem,
            )

    def _told(self, each: ArcSet, share: int) -> ArcInstance:
        """What the set says of itself; share is how many bytes of its results are read."""
        seal = each.seal_signature
        by: str | None = None
        claims: tuple[tuple[str, str], ...] = ()
        if each.results is not None:
            value = self.stuff.fields[each.results].partition(b":")[2].partition(b";")[2]
            text = value[:share].decode("utf-8", "surrogateescape")
            read = parse_auth_results(text)
            by = read.by[:_LONGEST] if read.by else None
            claims = tuple((one.method[:_LONGEST], one.result[:_LONGEST]) for one in read.results)
        return ArcInstance(
            instance=each.instance,
            domain=seal.domain if seal else None,
            selector=seal.selector if seal else None,
            cv=seal.chain if seal else None,
            sealed_at=since_1970(seal.signed_at) if seal else None,
            authserv_id=by,
            claims=claims,
            algorithm=seal.algorithm if seal else None,
        )

    def _seal(self, each: ArcSet) -> Half:
        """The seal over all sets up to its own (RFC 8617 section 5.1.1)."""
        for place in (each.results, each.message):
            if place is not None:
                self.running.update(self.stuff.canonical_field(place, Canon.RELAXED))
        if each.seal is None or each.seal_signature is None:
            return None, "There is no seal."
        own = self.running.copy()
        own.update(canonical_signature(self.stuff.fields[each.seal], Canon.RELAXED))
        self.running.update(self.stuff.canonical_field(each.seal, Canon.RELAXED))
        found = self._keys(each.seal_signature)
        if not isinstance(found, list):
            return found
        digest = own.digest()
        if not any(verify(key, each.seal_signature.value, digest, "sha256") for key in found):
            return Verdict.FAIL, "The seal does not fit the ARC fields up to its own set."
        return Verdict.PASS, ""

    def _message(self, each: ArcSet) -> Half:
        """The message signature, as DKIM does it (RFC 8617 section 4.1.2)."""
        signature = each.message_signature
        if signature is None:
            return None, "There is no message signature."
        found = self._keys(signature)
        proofs = [
            prove(signature, key, self.stuff, each.message) for key in (found if isinstance(found, list) else [None])
        ]
        proof = next((proof for proof in proofs if proof.header), proofs[0])
        if proof.body is False and not signature.faults:
            # Certain whatever the key: the body is not the one that was signed.
            return Verdict.FAIL, "The body's hash is not the one that was signed."
        if not isinstance(found, list):
            return found
        if proof.body is None:
            return None, _ABSENT
        if not proof.header:
            return Verdict.FAIL, "The message signature does not fit the header fields that it names."
        if signature.expires_at is not None and signature.expires_at < self.now.timestamp():
            return Verdict.FAIL, "The message signature has expired (x=)."
        return Verdict.PASS, ""

    def _keys(self, signature: Signature) -> list[PublicKey] | Half:
        """The keys to try, one at least, or what their lack comes to."""
        if signature.faults:
            return Verdict.FAIL, signature.faults[0].text
        fetched = fetch_key(signature, self.dns, self.limits)
        if fetched.fault:
            if fetched.unknown:
                return None, fetched.fault.text
            return Verdict.TEMPERROR if fetched.transient else Verdict.FAIL, fetched.fault.text
        keys = []
        faults = []
        for record in fetched.records:
            fault = record.fault or record.unsuitable(signature)
            if fault is not None or record.public is None:
                faults.append(fault.text if fault else "There is no key to use.")
            elif record.public.type == "rsa" and record.public.bits < LEAST_BITS:
                faults.append(f"A key of {record.public.bits} bits must not be believed (RFC 8301 section 3.2).")
            else:
                keys.append(record.public)
        return keys[:_KEYS] or (Verdict.FAIL, faults[0])


def _verdict(chain: Chain, instances: tuple[ArcInstance, ...]) -> ArcCheck:
    """The chain as a whole: its structure, then the newest message signature, then every seal from the newest down."""
    oldest = _oldest_pass(instances)
    if chain.fault:
        return ArcCheck(Verdict.FAIL, instances, chain.fault, chain.broken_at, oldest)
    newest = instances[-1]
    halves = [(newest.message_signature, newest.message_problem, "message signature", newest.instance)]
    halves += [(each.seal, each.seal_problem, "seal", each.instance) for each in reversed(instances)]
    for wanted in (Verdict.FAIL, Verdict.TEMPERROR, None):
        for verdict, problem, what, instance in halves:
            if verdict is wanted:
                broken = instance if verdict is Verdict.FAIL else None
                reason = f"The {what} of instance {instance} {_WORDS[verdict]}: {problem[:1].lower()}{problem[1:]}"
                return ArcCheck(verdict, instances, reason, broken, oldest)
    return ArcCheck(Verdict.PASS, instances, _WHOLE, None, oldest)


def _oldest_pass(instances: tuple[ArcInstance, ...]) -> int | None:
    """The oldest set from which on every message signature still verifies (RFC 8617 section 5.2 step 5)."""
    oldest = None
    for each in reversed(instances):
        if each.message_signature is not Verdict.PASS:
            break
        oldest = each.instance
    return oldest


_WORDS: dict[Verdict | None, str] = {
    Verdict.FAIL: "is broken",
    Verdict.TEMPERROR: "could not be checked",
    None: "was not evaluated",
}
