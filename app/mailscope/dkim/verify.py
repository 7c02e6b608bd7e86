"""One signature against one key over given bytes: the mathematics, no policy, no DNS."""

from dataclasses import dataclass

from mailscope.dkim.canonical import Material, canonical_signature, header_digest, pick
from mailscope.dkim.key import PublicKey, verify
from mailscope.dkim.signature import Signature


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether the two hashes of a signature hold; None where one could not be computed."""

    header: bool | None
    """The signature value fits the picked fields."""
    body: bool | None
    """The body's hash is the one stated."""
    digest: bytes = b""
    """Of the picked fields and the signature's own: what should have been signed."""
    body_digest: bytes | None = None
    """The body's hash as it is; None where there is no body to hash."""
    picked: tuple[int | None, ...] = ()
    """For each name of h= the field it means, by place."""

    @property
    def holds(self) -> bool:
        """Whether both hold."""
        return bool(self.header and self.body)


def prove(signature: Signature, key: PublicKey | None, material: Material, own: int | None) -> Proof:
    """What a signature proves about this material (RFC 6376 section 6.1.3).

    own is the place of the signature's own field among the material's, None where it is not one of them; for proofs
    and diagnoses the material may be a changed one.
    """
    picked = pick(signature.names, material.keys, own)
    digest = signed_over(signature, material, picked)
    header = None
    if key is not None and key.type == signature.key_type and signature.value:
        header = verify(key, signature.value, digest, signature.hash)
    found = body = None
    if material.body is not None:
        found = material.body_digest(signature.body_canon, signature.hash, signature.body_length)
        body = None if signature.body_hash is None else found == signature.body_hash
    return Proof(header, body, digest, found, picked)


def signed_over(signature: Signature, material: Material, picked: tuple[int | None, ...]) -> bytes:
    """The digest that the signature value is made over (RFC 6376 section 3.7)."""
    fields = material.canonical_fields(picked, signature.header_canon)
    return header_digest(fields, canonical_signature(signature.raw, signature.header_canon), signature.hash)
