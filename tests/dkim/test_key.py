"""Keys: what is published is read, measured and judged, and nothing in it can hurt."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailscope.dkim.key import parse_key_record, signed_digest, verify
from mailscope.dkim.signature import parse_signature
from mailscope.dkim.verdicts import DkimReason


def _der(modulus: int, exponent: int) -> str:
    def element(tag: int, content: bytes) -> bytes:
        size = len(content)
        if size < 128:
            return bytes((tag, size)) + content
        length = size.to_bytes((size.bit_length() + 7) // 8, "big")
        return bytes((tag, 0x80 | len(length))) + length + content

    def number(value: int) -> bytes:
        return element(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))

    return base64.b64encode(element(0x30, number(modulus) + number(exponent))).decode()


@pytest.mark.parametrize(
    ("key", "kind", "bits"), [("rsa", "rsa", 2048), ("short", "rsa", 1024), ("ed25519", "ed25519", 256)]
)
def test_a_good_record_gives_its_key(workshop: Any, key: str, kind: str, bits: int) -> None:
    record = parse_key_record(workshop.record(key))

    assert record.fault is None
    assert record.public is not None
    assert (record.public.type, record.public.bits, record.bare) == (kind, bits, False)


def test_the_fingerprint_is_of_the_key_and_not_of_how_it_is_written(workshop: Any) -> None:
    public = workshop.public("rsa")
    spaced = parse_key_record(f"p={public[:50]} \t{public[50:]};n=x").public
    numbers = workshop.keys["rsa"].public_key().public_numbers()
    bare = parse_key_record(f"v=DKIM1; p={_der(numbers.n, numbers.e)}")
    plain = parse_key_record(workshop.record()).public
    other = parse_key_record(workshop.record("short")).public

    assert spaced
    assert bare.public
    assert plain
    assert other
    assert spaced.fingerprint == bare.public.fingerprint == plain.fingerprint != other.fingerprint
    assert bare.bare


@pytest.mark.parametrize(
    ("text", "reason", "said"),
    [
        ("v=DKIM1; p=", DkimReason.KEY_REVOKED, "revoked"),
        ("v=DKIM1; k=rsa", DkimReason.KEY_SYNTAX, "no p="),
        ("v=DKIM2; p=AAAA", DkimReason.KEY_SYNTAX, "v=DKIM2"),
        ("k=rsa; v=DKIM1; p={key}", DkimReason.KEY_SYNTAX, "not first"),
        ("v=DKIM1; p={key}; p={key}", DkimReason.KEY_SYNTAX, "more than once"),
        ("v=DKIM1; p={key};;", DkimReason.KEY_SYNTAX, "two semicolons"),
        ("v=DKIM1\\; k=rsa\\; p={key}", DkimReason.KEY_SYNTAX, "backslash"),
        ('v=DKIM1; p=AA"BB', DkimReason.KEY_SYNTAX, "Quotation marks"),
        ("v=DKIM1; p=-----BEGIN PUBLIC KEY-----AAAA", DkimReason.KEY_SYNTAX, "frame of a key file"),
        ("v=DKIM1; p={cut}", DkimReason.KEY_SYNTAX, "cut off"),
        ("v=DKIM1; k=dsa; p={key}", DkimReason.KEY_UNSUITABLE, "k=dsa"),
        ("v=DKIM1; p={ed}", DkimReason.KEY_SYNTAX, "lacks k=ed25519"),
        ("v=DKIM1; k=ed25519; p={wrapped}", DkimReason.KEY_SYNTAX, "bare 32 bytes"),
        ("v=DKIM1; k=ed25519; p=QUJD", DkimReason.KEY_SYNTAX, "3 bytes"),
        ("v=spf1 -all", DkimReason.KEY_SYNTAX, "no key record"),
        ("google-site-verification", DkimReason.KEY_SYNTAX, "no key record"),
        ("v=DKIM1; p={even}", DkimReason.KEY_SYNTAX, "no RSA key"),
        ("v=DKIM1; p={long}", DkimReason.KEY_UNSUITABLE, "9,000 bits"),
        ("v=DKIM1; p={steep}", DkimReason.KEY_UNSUITABLE, "exponent"),
        ("v=DKIM1; p=" + "A" * 70_000, DkimReason.KEY_UNSUITABLE, "70,011 bytes"),
    ],
)
def test_a_bad_record_says_what_is_wrong(workshop: Any, text: str, reason: DkimReason, said: str) -> None:
    public = workshop.public("rsa")
    raw = base64.b64decode(workshop.public("ed25519"))
    parts = {
        "key": public,
        "cut": public[:200],
        "ed": workshop.public("ed25519"),
        "wrapped": base64.b64encode(bytes.fromhex("302a300506032b6570032100") + raw).decode(),
        "even": _der(1 << 2047, 65537),
        "long": _der((1 << 8999) + 1, 65537),
        "steep": _der((1 << 2047) + 1, (1 << 100) + 1),
    }
    record = parse_key_record(text.format_map(parts))

    assert record.fault is not None
    assert (record.fault.reason, said in record.fault.text) == (reason, True), record.fault


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ("k=ed25519; p={ed}", "a=rsa-sha256"),
        ("h=sha1; p={key}", "h=sha1"),
        ("s=tlsrpt; p={key}", "s=tlsrpt"),
        ("t=s; p={key}", "t=s"),
        ("h=sha1:sha256; s=other:email; t=y; p={key}", None),
    ],
)
def test_a_good_key_may_still_be_the_wrong_one(workshop: Any, tags: str, said: str | None) -> None:
    signature = parse_signature(
        b"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s; i=@sub.example.com; h=from; b=QUJD\r\n"
    )
    record = parse_key_record(tags.format(key=workshop.public("rsa"), ed=workshop.public("ed25519")))
    fault = record.unsuitable(signature)

    assert record.fault is None
    assert fault is None if said is None else fault is not None and said in fault.text


def test_the_signed_digest_comes_out_of_the_signature(workshop: Any) -> None:
    key = parse_key_record(workshop.record()).public
    other = parse_key_record(workshop.record("short")).public
    assert key
    assert other
    digest = bytes(range(32))
    value = workshop.value("rsa", digest)

    assert verify(key, value, digest, "sha256")
    assert not verify(key, value, digest[::-1], "sha256")
    assert signed_digest(key, value, "sha256") == digest
    assert signed_digest(other, value, "sha256") is None
    assert signed_digest(key, value[:-1] + bytes((value[-1] ^ 1,)), "sha256") is None


def test_values_that_are_no_signatures_verify_nothing(workshop: Any) -> None:
    rsa, edwards = (parse_key_record(workshop.record(name)).public for name in ("rsa", "ed25519"))
    assert rsa
    assert edwards

    for value in (b"", b"\0", b"\xff" * 256, b"\0" * 64, b"x" * 5000):
        assert not verify(rsa, value, b"\0" * 32, "sha256")
        assert not verify(edwards, value, b"\0" * 32, "sha256")


@given(text=st.text(max_size=200))
def test_any_text_gives_a_record(text: str) -> None:
    parse_key_record(text)


@given(data=st.binary(max_size=100), kind=st.sampled_from(["rsa", "ed25519"]))
def test_any_bytes_give_a_key_or_a_reason(data: bytes, kind: str) -> None:
    record = parse_key_record(f"v=DKIM1; k={kind}; p={base64.b64encode(data).decode()}")

    assert record.fault is not None or (record.public is not None and record.public.bits >= 128)
