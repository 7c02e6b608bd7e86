"""Signature fields: every tag read, every fault named, nothing raised."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailscope.dkim.signature import Role, Signature, parse_instance, parse_signature
from mailscope.dkim.verdicts import DkimReason
from mailscope.limits import Limits

HASH = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
GOOD = {"v": "1", "a": "rsa-sha256", "d": "example.com", "s": "s1", "h": "From : to", "bh": HASH, "b": "QUJD"}
TAGS = st.sampled_from(["v", "a", "b", "bh", "c", "d", "h", "i", "l", "q", "s", "t", "x", "cv", "z", ""])


def _read(role: Role = Role.DKIM, **tags: str | None) -> Signature:
    # What is put in stands first: after the last tag a semicolon more is allowed.
    made = {name: value for name, value in (tags | GOOD | tags).items() if value is not None}
    text = "; ".join(f"{name}={value}" for name, value in made.items())
    return parse_signature(f"{role}: {text}\r\n".encode(), role)


def test_a_good_signature_is_read_whole() -> None:
    read = _read(i="ann=40home@Mail.Example.com", t="1", x="2", l="10", c="relaxed", d="EXAMPLE.com", q="http:dns/txt")

    assert read.faults == ()
    assert (read.key_type, read.hash, read.value) == ("rsa", "sha256", b"ABC")
    assert read.body_hash is not None
    assert read.body_hash_text == HASH
    assert (read.header_canon, read.body_canon) == ("relaxed", "simple")
    assert read.key_name == "s1._domainkey.example.com"
    assert read.identity == "ann@home@Mail.Example.com"
    assert (read.names, read.body_length, read.signed_at, read.expires_at) == (("From", "to"), 10, 1, 2)


def test_names_in_other_scripts_are_asked_for_as_a_labels() -> None:
    assert _read(d="b\u00fccher.example").key_name == "s1._domainkey.xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("tags", "reason", "said"),
    [
        ({"v": "2"}, DkimReason.UNSUPPORTED, "v=2"),
        ({"v": None}, DkimReason.SYNTAX, "no v= tag"),
        ({"a": "rsa-md5"}, DkimReason.UNSUPPORTED, "a=rsa-md5"),
        ({"a": "RSA-SHA256"}, DkimReason.UNSUPPORTED, "a=RSA-SHA256"),
        ({"b": ""}, DkimReason.SYNTAX, "b= tag is empty"),
        ({"b": "Q!=="}, DkimReason.SYNTAX, "b= is no base64"),
        ({"bh": "QUJD"}, DkimReason.SYNTAX, "bh= holds 3 bytes"),
        ({"c": "relaxed/tidy"}, DkimReason.UNSUPPORTED, "c=relaxed/tidy"),
        ({"d": "exa(mple.com"}, DkimReason.SYNTAX, "no domain name"),
        ({"d": "example..com"}, DkimReason.SYNTAX, "no domain name"),
        ({"s": ".s1"}, DkimReason.SYNTAX, "no selector"),
        ({"h": None}, DkimReason.SYNTAX, "no h= tag"),
        ({"h": "to:subject"}, DkimReason.SYNTAX, "does not name From"),
        ({"h": "from:to you"}, DkimReason.SYNTAX, "no field name"),
        ({"i": "ann"}, DkimReason.SYNTAX, "no @"),
        ({"i": "ann@badexample.com"}, DkimReason.DOMAIN_MISMATCH, "badexample.com"),
        ({"i": "ann@example.com.evil.example"}, DkimReason.DOMAIN_MISMATCH, "nor below it"),
        ({"q": "http"}, DkimReason.UNSUPPORTED, "q=http"),
        ({"l": "-1"}, DkimReason.SYNTAX, "l=-1"),
        ({"l": "9" * 77}, DkimReason.SYNTAX, "no number of bytes"),
        ({"t": "9" * 5000}, DkimReason.SYNTAX, "no time"),
        ({"t": "20", "x": "10"}, DkimReason.SYNTAX, "x= lies before t="),
        ({"z": "1; a=rsa-sha256"}, DkimReason.SYNTAX, "more than once"),
        ({"z": "1; junk"}, DkimReason.SYNTAX, "'junk' is no tag"),
        ({"z": "1;"}, DkimReason.SYNTAX, "two semicolons"),
    ],
)
def test_every_fault_is_named(tags: dict[str, str | None], reason: DkimReason, said: str) -> None:
    fault = _read(**tags).faults[0]

    assert (fault.reason, said in fault.text) == (reason, True), fault


def test_a_seal_has_no_names_and_a_message_signature_does_not_sign_seals() -> None:
    seal = _read(Role.SEAL, v=None, h=None, bh=None, cv="pass", i="2")
    with_names = _read(Role.SEAL, v=None, bh=None, cv="pass", i="2")
    message = _read(Role.MESSAGE, v=None, i="50", h="from:arc-seal")

    assert (seal.faults, seal.chain, seal.instance) == ((), "pass", 2)
    assert "h= tag" in with_names.faults[0].text
    assert "ARC-Seal" in message.faults[0].text
    assert message.instance == 50


def test_instances_go_from_1_to_50() -> None:
    assert [parse_instance(text) for text in ("1", "50", "01")] == [1, 50, 1]
    assert [parse_instance(text) for text in ("0", "51", "-1", "1.0", "\u0661", "", "9" * 5000)] == [None] * 7


def test_a_huge_field_and_a_huge_list_are_refused_with_their_bound() -> None:
    names = ":".join(f"x{number}" for number in range(50))
    raw = f"DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=s; bh={HASH}; b=QUJD; h=from:{names}\r\n".encode()
    listed = parse_signature(raw, limits=Limits(signed_names=10))
    long = parse_signature(raw, limits=Limits(signature_bytes=100))

    assert (listed.faults[0].reason, len(listed.names)) == (DkimReason.UNSUPPORTED, 10)
    assert "100" in long.faults[0].text


@given(value=st.binary(max_size=300), role=st.sampled_from(list(Role)))
def test_any_bytes_give_a_signature(value: bytes, role: Role) -> None:
    parse_signature(b"DKIM-Signature:" + value, role)


@given(tags=st.lists(st.tuples(TAGS, st.text(max_size=20))), role=st.sampled_from(list(Role)))
def test_any_tags_give_a_signature(tags: list[tuple[str, str]], role: Role) -> None:
    text = ";".join(f"{name}={value}" for name, value in tags)
    read = parse_signature(f"X: {text}".encode("utf-8", "surrogatepass"), role)

    assert read.faults or (read.value and read.domain)


@pytest.mark.parametrize("tag", ["d", "s", "a", "i"])
def test_endless_names_are_kept_out_of_what_is_told(tag: str) -> None:
    read = _read(**{tag: "x." * 40_000 + "example"})

    assert read.faults
    assert all(len(fault.text) < 200 for fault in read.faults)
    assert len(f"{read.domain}{read.selector}{read.algorithm}{read.identity}") < 2_000
