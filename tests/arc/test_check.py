"""Chains: whole, broken, too long, and exactly where."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailscope.arc.check import check_arc
from mailscope.arc.verdicts import ArcCheck
from mailscope.dns.snapshot import NoDns, SnapshotDns
from mailscope.verdict import Verdict


def _theirs(raw: bytes, dns: SnapshotDns) -> str:
    """dkimpy's word on the chain."""
    import dkim

    def found(name: bytes, timeout: int = 5) -> bytes:
        return "".join(dns.ask(name.decode(), "TXT").records[:1]).encode("latin-1")

    verdict, _, _ = dkim.ARC(raw).verify(dnsfunc=found)
    return (verdict or b"none").decode()


def _checked(raw: bytes, sealer: Any, **more: Any) -> ArcCheck:
    return check_arc(raw, dns=sealer.dns(), **more)


@pytest.mark.parametrize("hops", [1, 2, 5])
def test_a_whole_chain_passes_with_every_set_told(sealer: Any, hops: int) -> None:
    raw = sealer.chain(hops)
    check = _checked(raw, sealer)

    assert (check.result, check.broken_at, check.oldest_pass) == (Verdict.PASS, None, 1)
    assert [each.instance for each in check.instances] == list(range(1, hops + 1))
    assert [each.cv for each in check.instances] == ["none", *["pass"] * (hops - 1)]
    assert {(each.seal, each.message_signature, each.problem) for each in check.instances} == {
        (Verdict.PASS, Verdict.PASS, "")
    }
    first = check.instances[0]
    assert (first.domain, first.selector, first.authserv_id) == ("hop1.example", "rsa", "mx.hop1.example")
    assert first.claims == (("spf", "pass"), ("dkim", "pass"))
    assert first.sealed_at is not None
    assert _theirs(raw, sealer.dns()) == "pass"


def test_seals_with_ed25519_hold_too(sealer: Any) -> None:
    check = _checked(sealer.seal(sealer.seal(key="ed25519"), 2), sealer)

    assert (check.result, check.instances[0].algorithm) == (Verdict.PASS, "ed25519-sha256")


def test_fifty_sets_are_the_most(sealer: Any) -> None:
    fifty = sealer.chain(50, key="ed25519")
    more = sealer.seal(fifty, 51, key="ed25519")

    assert _checked(fifty, sealer).result is Verdict.PASS
    assert _checked(more, sealer).result is Verdict.FAIL
    assert "50" in _checked(more, sealer).reason


def test_a_list_that_changes_the_message_and_seals_anew_breaks_nothing(sealer: Any) -> None:
    changed = sealer.chain(2).replace(b"Subject: A", b"Subject: [list] A") + b"-- \r\nfooter\r\n"
    broken = _checked(changed, sealer)
    sealed = _checked(sealer.seal(changed, 3), sealer)

    assert (broken.result, broken.broken_at) == (Verdict.FAIL, 2)
    assert "message signature of instance 2" in broken.reason
    assert (sealed.result, sealed.oldest_pass) == (Verdict.PASS, 3)
    assert [each.message_signature for each in sealed.instances] == [Verdict.FAIL, Verdict.FAIL, Verdict.PASS]


def test_a_forged_result_breaks_the_seal_over_it(sealer: Any) -> None:
    raw = sealer.seal(sealer.seal(saw="dkim=fail"), 2)
    check = _checked(raw.replace(b"mx.hop1.example; dkim=fail", b"mx.hop1.example; dkim=pass"), sealer)

    assert (check.result, check.broken_at) == (Verdict.FAIL, 2)
    assert [each.seal for each in check.instances] == [Verdict.FAIL, Verdict.FAIL]
    assert "seal of instance 2" in check.reason


@pytest.mark.parametrize(
    ("change", "said", "broken"),
    [
        (lambda raw: raw.replace(b"ARC-Seal: i=2", b"X-Seal: i=2"), "Instance 2 lacks its ARC-Seal", 2),
        (lambda raw: raw.replace(b"ARC-Message-Signature: i=1", b"X: i=1"), "lacks its ARC-Message-Signature", 1),
        (lambda raw: raw.replace(b" i=2", b" i=3"), "Instance 2 is missing", 2),
        (lambda raw: raw.replace(b"ARC-Seal: i=2", b"ARC-Seal: i=1"), "more than one ARC-Seal", 1),
        (lambda raw: raw.replace(b"Results: i=1", b"Results: i=0"), "no instance number", None),
        (lambda raw: raw.replace(b"Results: i=1;", b"Results: i=1 "), "no instance number", None),
        (
            lambda raw: raw.replace(b"Results: i=1; mx.hop1.example;", b"Results: mx.hop1.example; i=1;"),
            "no inst",
            None,
        ),
        (lambda raw: raw.replace(b"Seal: i=1", b"Seal: i=99999999999"), "no instance number", None),
        (lambda raw: raw.replace(b"cv=none", b"cv=pass"), "cv=pass, where only cv=none", 1),
        (lambda raw: raw.replace(b"cv=pass", b"cv=none"), "cv=none, where only cv=pass", 2),
        (lambda raw: raw.replace(b"cv=pass", b"cv=fail"), "found the chain broken already", 2),
        (lambda raw: b"ARC-Seal: i=3\r\n" * 200 + raw, "206 ARC fields", None),
    ],
)
def test_a_chain_whose_parts_do_not_stand_together_says_where(
    sealer: Any, change: Any, said: str, broken: int | None
) -> None:
    check = _checked(change(sealer.chain(2)), sealer)

    assert (check.result, check.broken_at) == (Verdict.FAIL, broken)
    assert said in check.reason


def test_dns_that_fails_or_is_not_asked_is_no_broken_chain(sealer: Any) -> None:
    raw = sealer.chain(2)
    slow = sealer.dns(**{"rsa._domainkey.hop1.example.": {"TXT": "TIMEOUT"}})
    gone = sealer.dns(**{"rsa._domainkey.hop1.example.": {"TXT": "NXDOMAIN"}})

    assert check_arc(raw, dns=NoDns()).result is None
    assert check_arc(raw, dns=slow).result is Verdict.TEMPERROR
    assert (check_arc(raw, dns=gone).result, check_arc(raw, dns=gone).broken_at) == (Verdict.FAIL, 1)
    assert "does not exist" in check_arc(raw, dns=gone).reason


def test_the_key_that_fits_is_found_beside_another(sealer: Any) -> None:
    records = [sealer.records["ed25519"], "v=spf1 -all", "v=DKIM1; p=", sealer.records["rsa"]]
    dns = sealer.dns(**{"rsa._domainkey.hop1.example.": {"TXT": records}})

    assert check_arc(sealer.seal(), dns=dns).result is Verdict.PASS


def test_a_broken_seal_is_told_even_where_another_key_is_unknown(sealer: Any) -> None:
    raw = re.sub(rb"(ARC-Seal: i=2;.* b=)....", rb"\1AAAA", sealer.chain(2), count=1)
    slow = sealer.dns(**{"rsa._domainkey.hop1.example.": {"TXT": "TIMEOUT"}})

    assert (check_arc(raw, dns=slow).result, check_arc(raw, dns=slow).broken_at) == (Verdict.FAIL, 2)


def test_a_header_block_alone_never_fails_for_want_of_its_body(sealer: Any) -> None:
    header = sealer.chain(2).partition(b"\r\n\r\n")[0] + b"\r\n"
    check = _checked(header, sealer, headers_only=True)

    assert check.result is None
    assert "body is not at hand" in check.reason
    assert [each.seal for each in check.instances] == [Verdict.PASS, Verdict.PASS]


def test_an_expired_message_signature_is_judged_by_the_clock_that_is_given(sealer: Any) -> None:
    raw = sealer.seal(message_tags=" x=1790000000;")

    assert _checked(raw, sealer, now="2026-09-01T00:00:00Z").result is Verdict.PASS
    assert "expired" in _checked(raw, sealer, now="2026-10-06T00:00:00Z").reason


def test_what_is_forbidden_in_a_seal_or_a_message_signature_breaks_it(sealer: Any) -> None:
    named = _checked(sealer.seal(seal_tags=" h=from;"), sealer)
    sealing = _checked(sealer.seal(sealer.seal(), 2, names="from:arc-seal"), sealer)

    assert "h= tag" in named.reason
    assert "must not sign" in sealing.reason


def test_a_message_without_a_chain_has_none(sealer: Any) -> None:
    check = _checked(sealer.message, sealer)

    assert (check.result, check.instances) == (Verdict.NONE, ())
    assert _checked(b"", sealer).result is Verdict.NONE


@pytest.mark.parametrize("ends", [b"\n", b"\r"])
def test_a_chain_stored_with_other_line_ends_is_read_as_it_was_sealed(sealer: Any, ends: bytes) -> None:
    assert _checked(sealer.chain(2).replace(b"\r\n", ends), sealer).result is Verdict.PASS


@given(spot=st.integers(0, 10_000), byte=st.integers(33, 126))
def test_a_changed_byte_of_a_sealed_field_never_passes(sealer: Any, spot: int, byte: int) -> None:
    raw = CHAINS.get("two") or CHAINS.setdefault("two", sealer.chain(2, key="ed25519"))
    # The newest seal's own value is not sealed, and base64 has spare bits at its end.
    own = range(raw.index(b" b="), raw.index(b"\r\n"))
    spot %= raw.index(b"From:")
    if spot in own or raw[spot : spot + 1].isspace() or chr(raw[spot]).lower() == chr(byte).lower():
        return
    check = _checked(raw[:spot] + bytes((byte,)) + raw[spot + 1 :], sealer)

    assert check.result is not Verdict.PASS


@given(
    pieces=st.lists(
        st.tuples(
            st.sampled_from(["ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results"]), st.binary(max_size=60)
        )
    )
)
def test_any_fields_have_a_verdict(pieces: list[tuple[str, bytes]]) -> None:
    raw = b"".join(
        f"{name}:".encode() + value.replace(b"\r", b"").replace(b"\n", b"") + b"\r\n" for name, value in pieces
    )
    check = check_arc(raw + b"From: a\r\n\r\nx", dns=SnapshotDns({}))

    assert check.result in ((Verdict.NONE,) if not pieces else (Verdict.FAIL,))


CHAINS: dict[str, bytes] = {}
