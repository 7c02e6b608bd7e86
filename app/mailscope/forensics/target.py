"""What a signature says that the message was: the hashes to find again, and the bytes as they are."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from mailscope.dkim.canonical import Material
from mailscope.dkim.key import PublicKey, parse_key_record, signed_digest, verify
from mailscope.dkim.signature import Signature, parse_signature
from mailscope.dkim.verdicts import DkimCheck
from mailscope.dkim.verify import prove
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.decode import decoded_words

_WORDS = re.compile(rb"=\?[^?\s]{1,40}\?[bBqQ]\?[^?\s]{0,400}\?=(?:\s{1,8}=\?[^?\s]{1,40}\?[bBqQ]\?[^?\s]{0,400}\?=)*")


@dataclass(frozen=True, slots=True)
class Target:
    """One signature, the message as it is, and whether the two fit."""

    index: int
    own: int
    """The place of the signature's own field."""
    signature: Signature
    """Repaired where its own field was damaged in a way that can be undone."""
    material: Material
    key: PublicKey | None
    picked: tuple[int | None, ...]
    header_ok: bool | None
    """None where there is no key to tell."""
    body_ok: bool | None
    digest: bytes | None
    """The hash that was signed, taken out of an RSA signature; None where it cannot be."""
    damaged: bool = False
    """Whether the signature's own field had to be repaired."""

    @property
    def foreign(self) -> bool:
        """The key did not make this signature value: another key did, or the value was damaged."""
        return self.header_ok is False and self.digest is None and self.key is not None and self.key.type == "rsa"

    @property
    def header_fits(self) -> Callable[[bytes], bool]:
        """Whether a header hash is the one that was signed."""
        key, value, algorithm = self.key, self.signature.value, self.signature.hash
        if self.digest is not None:
            return self.digest.__eq__
        if key is None or key.type == "rsa":
            return lambda _: False
        return lambda digest: verify(key, value, digest, algorithm)

    def body_fits(self, digest: bytes) -> bool:
        """Whether a body hash is the one that bh= states."""
        return digest == self.signature.body_hash


def target_of(material: Material, check: DkimCheck, limits: Limits = DEFAULT_LIMITS) -> Target | None:
    """The target of a signature that was checked; None where its field names nothing that could be found again."""
    own = check.field_index
    if not 0 <= own < len(material.fields):
        return None
    raw = material.fields[own]
    signature = parse_signature(raw, limits=limits)
    damaged = False
    if signature.faults and b"=?" in raw:
        repaired = parse_signature(_WORDS.sub(lambda m: decoded_words(m[0]).encode(), raw), limits=limits)
        damaged = len(repaired.faults) < len(signature.faults)
        signature = repaired if damaged else signature
    if not signature.names or not signature.body_hash:
        return None
    key = parse_key_record(check.key_record, limits).public if check.key_record else None
    if key is not None and key.type != signature.key_type:
        key = None
    proof = prove(signature, key, material, own)
    header = False if damaged and proof.header is not None else proof.header
    digest = signed_digest(key, signature.value, signature.hash) if key and header is False else None
    return Target(check.index, own, signature, material, key, proof.picked, header, proof.body, digest, damaged)
