"""Every bound on what comes from outside, each with its reason; a bound that bites becomes a finding."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one examination; sizes in bytes, times in seconds."""

    file_bytes: int = 64 * 1024 * 1024
    """A message or text read into memory whole; the large receivers refuse beyond 25 to 150 MB."""
    pipe_seconds: float = 30.0
    """Waiting for a pipe or FIFO to give its first or next byte: a writer that never comes is not a hang."""
    pipe_total_seconds: float = 300.0
    """A pipe or FIFO from its first to its last byte: a writer that dribbles for ever is not waited for."""
    header_bytes: int = 4 * 1024 * 1024
    """Header block that is taken apart into fields; real ones stay under 256 kB."""
    fields: int = 10_000
    """Fields kept apart; the rest of the header block is kept as one malformed field."""
    field_decoded_bytes: int = 64 * 1024
    """How much of one field is decoded for showing; encoded words explode in the standard library."""
    received: int = 200
    """Received fields that are parsed; RFC 5321 section 6.3 counts 100 as a loop."""
    claims: int = 1_000
    """Verdicts of others that are read, one a method; real mail bears under a hundred."""
    mime_parts: int = 1_000
    """MIME parts listed."""
    mime_depth: int = 50
    """Nesting of MIME parts followed."""
    signatures: int = 20
    """DKIM signatures that are verified; further ones are listed unchecked (RFC 6376 section 6.1 allows a bound)."""
    signatures_listed: int = 200
    """DKIM signatures that are listed at all; what lies beyond is only counted."""
    signature_bytes: int = 128 * 1024
    """A signature field longer than this is not read; real ones stay under 4 kB."""
    second_opinion_bytes: int = 1_000_000
    """Messages longer than this are not given to the second verifier, which is slow; 0 never asks it."""
    arc_sets: int = 50
    """ARC sets (RFC 8617 section 4.2.1 fixes 50)."""
    signed_names: int = 1_000
    """Names in one h= that are followed."""
    key_record_bytes: int = 16 * 1024
    """A key record longer than this is refused as unsuitable."""
    key_records: int = 8
    """Records of one answer that are tried as the key (RFC 6376 section 6.1.2 lets a verifier try all)."""
    rsa_bits: int = 8_192
    """Longest RSA modulus that is used; longer keys only cost time."""
    rsa_exponent_bits: int = 64
    """Longest RSA public exponent that is used."""
    spf_lookups: int = 10
    """RFC 7208 section 4.6.4."""
    spf_void_lookups: int = 2
    """RFC 7208 section 4.6.4."""
    spf_record_bytes: int = 32 * 1024
    """A record longer than this is not evaluated (permerror); the largest real ones stay under 8 kB."""
    spf_hops: int = 40
    """Hops at which SPF is asked again; a sender can invent as many as he likes, and each may cost ten questions."""
    spf_tree_records: int = 30
    """Records read to weigh the whole tree of includes; ten lookups allow eleven."""
    dns_seconds: float = 5.0
    """One question, all tries together."""
    dns_total_seconds: float = 20.0
    """All questions of one examination; RFC 7208 section 4.6.4 asks for at least 20 s for SPF."""
    dns_questions: int = 400
    """Questions of one examination; the rest are answered as timed out."""
    dns_ahead: int = 150
    """Questions of one examination that may be asked before their turn, sixteen at a time; 0: one after the other."""
    links: int = 1_000
    """Links of the bodies that are read; newsletters have some hundred."""
    links_bytes: int = 2_000_000
    """Bytes of all text parts together that are looked through for links."""
    enclosed_depth: int = 3
    """Messages inside messages (a bounce about a bounce) that are examined in their turn."""
    bounce_rows: int = 10_000
    """Recipients of one delivery report."""
    forensics_seconds: float = 2.0
    """Search for the change that broke a signature, a message."""


DEFAULT_LIMITS = Limits()
