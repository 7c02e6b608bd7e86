"""Whole messages: what passes, what does not, and for which reason."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailscope.dkim.check import check_dkim, key_of
from mailscope.dkim.verdicts import DkimCheck, DkimReason
from mailscope.dns.snapshot import NoDns, SnapshotDns
from mailscope.limits import Limits
from mailscope.mail.message import parse_message
from mailscope.verdict import Verdict

NOW = "2026-10-06T12:00:00Z"
NAME = "s._domainkey.example.com."


def _one(raw: bytes, dns: Any, **more: Any) -> DkimCheck:
    (check,) = check_dkim(raw, dns=dns, **({"now": NOW} | more))
    return check


@pytest.mark.parametrize("canon", ["simple/simple", "relaxed/simple", "simple/relaxed", "relaxed/relaxed"])
@pytest.mark.parametrize("key", ["rsa", "short", "ed25519"])
def test_what_is_signed_verifies(workshop: Any, key: str, canon: str) -> None:
    check = _one(workshop.sign(key=key, canon=canon), workshop.dns(workshop.record(key)))

    assert (check.result, check.reason, check.problem) == (Verdict.PASS, None, "")
    assert (check.domain, check.selector, check.key_type) == (
        "example.com",
        "s",
        "ed25519" if key == "ed25519" else "rsa",
    )
    assert check.signed_fields == (1, 2, 3, 4)
    assert (check.signature_ok, check.body_hash_ok, check.made_with_key) == (True, True, True)


@pytest.mark.parametrize("canon", ["simple/simple", "relaxed/relaxed"])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_signed_byte_that_is_changed_breaks_it(workshop: Any, canon: str, data: Any) -> None:
    raw = workshop.sign(key="ed25519", canon=canon, t="1")
    message = parse_message(raw)
    # The trailing blank lines and the signature's own value are not what is signed.
    end = len(raw.rstrip(b"\r\n"))
    spots = [*range(raw.index(b"v=1"), raw.index(b"\tb=")), *range(message.fields[1].span.start, end)]
    spot = data.draw(st.sampled_from(spots))
    if raw[spot : spot + 1].isspace():
        return
    changed = raw[:spot] + (b"#" if raw[spot : spot + 1] != b"#" else b"$") + raw[spot + 1 :]
    check = _one(changed, workshop.dns(workshop.record("ed25519")))

    assert check.result is not Verdict.PASS
    assert check.reason is not None


def test_a_changed_body_and_a_changed_field_have_different_reasons(workshop: Any) -> None:
    raw, dns = workshop.sign(), workshop.dns()
    body = _one(raw.replace(b"ten", b"two"), dns)
    header = _one(raw.replace(b"Subject: A", b"Subject: [list] A"), dns)
    both = _one(raw.replace(b"ten", b"two").replace(b"Subject: A", b"Subject: [list] A"), dns)

    assert (body.result, body.reason, body.signature_ok) == (Verdict.FAIL, DkimReason.BODY_HASH, True)
    assert body.body_hash_computed != body.body_hash_stated
    assert (header.result, header.reason, header.body_hash_ok) == (Verdict.FAIL, DkimReason.SIGNATURE, True)
    assert (both.reason, both.signature_ok, both.made_with_key) == (DkimReason.BODY_HASH, False, True)


def test_a_changed_field_is_told_from_another_key(workshop: Any) -> None:
    raw = workshop.sign()
    changed = _one(raw.replace(b"Subject: A", b"Subject: B"), workshop.dns())
    replaced = _one(raw, workshop.dns(workshop.record("short")))

    assert (changed.made_with_key, replaced.made_with_key) == (True, False)
    assert (changed.reason, replaced.reason) == (DkimReason.SIGNATURE, DkimReason.SIGNATURE)
    assert "did not make it" in replaced.problem


@pytest.mark.parametrize(
    ("answer", "result", "reason"),
    [
        ("NXDOMAIN", Verdict.PERMERROR, DkimReason.KEY_MISSING),
        ("NODATA", Verdict.PERMERROR, DkimReason.KEY_MISSING),
        ("SERVFAIL", Verdict.TEMPERROR, DkimReason.DNS),
        ("TIMEOUT", Verdict.TEMPERROR, DkimReason.DNS),
        ("REFUSED", Verdict.TEMPERROR, DkimReason.DNS),
        ("NOT-RECORDED", None, None),
        (["v=DKIM1; p="], Verdict.PERMERROR, DkimReason.KEY_REVOKED),
        (["v=DKIM1; p=????"], Verdict.PERMERROR, DkimReason.KEY_SYNTAX),
        (["v=spf1 -all"], Verdict.PERMERROR, DkimReason.KEY_MISSING),
        (["v=spf1 -all", "hello"], Verdict.PERMERROR, DkimReason.KEY_MISSING),
        ([""], Verdict.PERMERROR, DkimReason.KEY_SYNTAX),
    ],
)
def test_what_dns_says_decides_the_reason(
    workshop: Any, answer: Any, result: Verdict | None, reason: DkimReason | None
) -> None:
    check = _one(workshop.sign(), SnapshotDns({NAME: {"TXT": answer}}))

    assert (check.result, check.reason) == (result, reason)
    assert check.problem
    assert check.body_hash_ok is True


def test_without_dns_a_changed_body_is_certain_and_the_rest_is_unknown(workshop: Any) -> None:
    raw = workshop.sign()

    assert _one(raw, NoDns()).result is None
    assert _one(raw.replace(b"ten", b"two"), NoDns()).reason is DkimReason.BODY_HASH


def test_weak_signatures_never_pass_but_their_mathematics_is_told(workshop: Any) -> None:
    sha1 = _one(workshop.sign(a="rsa-sha1"), workshop.dns())
    weak = _one(workshop.sign(key="weak"), workshop.dns(workshop.record("weak")))

    assert (sha1.result, sha1.reason) == (Verdict.POLICY, DkimReason.UNSUPPORTED)
    assert (weak.result, weak.reason, weak.key_bits) == (Verdict.POLICY, DkimReason.KEY_UNSUITABLE, 512)
    for check in (sha1, weak):
        assert check.signature_ok
        assert "mathematics held" in check.problem


def test_times_are_judged_against_the_clock_that_is_given(workshop: Any) -> None:
    raw, dns = workshop.sign(t="1790000000", x="1790003600"), workshop.dns()

    assert _one(raw, dns, now="2026-09-21T14:30:00Z").result is Verdict.PASS
    assert _one(raw, dns, now="2026-09-21T15:30:00Z").reason is DkimReason.EXPIRED
    assert _one(raw, dns, now="2026-09-21T13:30:00Z").result is Verdict.PASS  # within the clock's tolerance
    assert _one(raw, dns, now="2026-09-20T14:00:00Z").reason is DkimReason.FUTURE
    assert _one(raw.replace(b"ten", b"two"), dns).reason is DkimReason.BODY_HASH


@pytest.mark.parametrize("digits", ["99999999999", "253402300800", "999999999999"])
def test_times_beyond_every_calendar_are_no_error(workshop: Any, digits: str) -> None:
    check = _one(workshop.sign(t=digits, x="999999999999"), workshop.dns())

    assert (check.result, check.reason) == (Verdict.FAIL, DkimReason.FUTURE)


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"v": "2"}, DkimReason.UNSUPPORTED),
        ({"names": "to:subject"}, DkimReason.SYNTAX),
        ({"i": "@other.example"}, DkimReason.DOMAIN_MISMATCH),
        ({"q": "http"}, DkimReason.UNSUPPORTED),
    ],
)
def test_what_is_refused_by_form_still_says_that_the_mathematics_held(
    workshop: Any, tags: dict[str, str], reason: DkimReason
) -> None:
    check = _one(workshop.sign(**tags), workshop.dns())

    assert (check.result, check.reason) == (Verdict.PERMERROR, reason)
    assert check.problem.endswith("The mathematics held, though.")
    assert check.key_bits == 2048


def test_a_body_length_covers_what_it_says_and_not_more_than_there_is(workshop: Any) -> None:
    raw, dns = workshop.sign(l="10"), workshop.dns()
    short = workshop.sign(l="10000")

    assert _one(raw + b"more and more\r\n", dns).result is Verdict.PASS
    assert _one(raw + b"more\r\n", dns).body_length == 10
    assert (_one(short, dns).result, _one(short, dns).reason) == (Verdict.PERMERROR, DkimReason.SYNTAX)
    assert "only" in _one(short.replace(b"ten", b"x"), dns).problem


def test_the_key_that_verifies_is_found_among_several(workshop: Any) -> None:
    records = ("v=spf1 -all", "v=DKIM1; p=", workshop.record("short"), workshop.record())
    check = _one(workshop.sign(), workshop.dns(*records))

    assert (check.result, check.key_bits) == (Verdict.PASS, 2048)
    assert any("3 key records" in note for note in check.key_notes)
    assert any("Other records" in note for note in check.key_notes)


def test_a_key_that_was_cut_into_several_records_is_recognized(workshop: Any) -> None:
    record = workshop.record()
    check = _one(workshop.sign(), workshop.dns(record[200:], record[:200]))

    assert check.reason is DkimReason.KEY_SYNTAX
    assert "split over 2 records" in check.problem


def test_a_malformed_signature_hides_no_neighbour(workshop: Any) -> None:
    good = workshop.sign()
    junk = b"DKIM-Signature:\r\nDKIM-Signature : v=1; a=;;; b\r\nDKIM-Signature: \xff\xfe=\r\n no colon in this\r\n"
    first, second, third, last = check_dkim(junk + good, dns=workshop.dns(), now=NOW)

    assert [first.result, second.result, third.result] == [Verdict.PERMERROR] * 3
    assert (last.result, last.index, last.field_index) == (Verdict.PASS, 3, 3)


def test_lines_that_are_no_fields_and_odd_names_do_not_matter(workshop: Any) -> None:
    raw = b"From nobody Tue Oct  6\r\nno colon\r\n" + workshop.sign(names="from:to:x-none:to") + b"x"
    spaced = workshop.sign(workshop.message.replace(b"Subject:", b"Subject \t:"))

    assert _one(raw.removesuffix(b"x"), workshop.dns()).result is Verdict.PASS
    assert _one(spaced, workshop.dns()).result is Verdict.PASS


@pytest.mark.parametrize("ends", [b"\n", b"\r"])
def test_a_message_stored_with_other_line_ends_is_verified_as_it_was_sent(workshop: Any, ends: bytes) -> None:
    raw = workshop.sign(canon="simple/simple")
    check = _one(raw.replace(b"\r\n", ends), workshop.dns())

    assert (check.result, check.line_ends_mended) == (Verdict.PASS, True)
    assert _one(raw, workshop.dns()).line_ends_mended is False


def test_a_bare_line_feed_inside_a_message_counts_as_its_signer_saw_it(workshop: Any) -> None:
    import base64
    import hashlib

    body = b"one\ntwo\r\n"
    stated = base64.b64encode(hashlib.sha256(body).digest()).decode()
    message = workshop.message.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + body
    as_given = _one(workshop.sign(message, bh=stated), workshop.dns())
    as_mended = _one(workshop.sign(message), workshop.dns())

    assert (as_given.result, as_given.line_ends_mended) == (Verdict.PASS, False)
    assert (as_mended.result, as_mended.line_ends_mended) == (Verdict.PASS, True)


def test_a_header_block_alone_never_fails_for_want_of_its_body(workshop: Any) -> None:
    header = workshop.sign().partition(b"\r\n\r\n")[0] + b"\r\n"
    good = _one(header, workshop.dns(), headers_only=True)
    changed = _one(header.replace(b"Subject: A", b"Subject: B"), workshop.dns(), headers_only=True)
    missing = _one(header, SnapshotDns({}), headers_only=True)

    assert (good.result, good.signature_ok, good.body_hash_ok) == (None, True, None)
    assert (changed.result, changed.signature_ok) == (None, False)
    assert "body is not at hand" in changed.problem
    assert missing.reason is DkimReason.KEY_MISSING


def test_a_signature_signs_those_that_were_there_before_it_and_not_itself(workshop: Any) -> None:
    once = workshop.sign()
    twice = workshop.sign(once, names="from:dkim-signature:dkim-signature")
    above, below = check_dkim(twice, dns=workshop.dns(), now=NOW)

    assert (above.result, below.result) == (Verdict.PASS, Verdict.PASS)
    assert (
        check_dkim(twice.replace(b"subject:date", b"subject:DATE"), dns=workshop.dns(), now=NOW)[0].result
        is Verdict.FAIL
    )


def test_signatures_beyond_the_limit_are_listed_and_said_to_be_left(workshop: Any) -> None:
    raw = workshop.sign()
    field = raw[: -len(workshop.message)]
    checks = check_dkim(field * 200 + workshop.message, dns=workshop.dns(), now=NOW, limits=Limits(signatures=3))

    assert [check.result for check in checks] == [Verdict.PASS] * 3 + [None] * 197
    assert all(check.skipped and check.problem for check in checks[3:])


def test_heaps_of_nonsense_do_not_crowd_out_a_good_signature(workshop: Any) -> None:
    checks = check_dkim(b"DKIM-Signature: x\r\n" * 100 + workshop.sign(), dns=workshop.dns(), now=NOW)

    assert checks[100].result is Verdict.PASS


def test_a_header_block_too_long_to_read_is_no_verdict(workshop: Any) -> None:
    raw = workshop.sign() + b""
    padded = raw.replace(b"\r\n\r\n", b"\r\n" + b"X: y\r\n" * 50 + b"\r\n", 1)
    check = _one(padded, workshop.dns(), limits=Limits(fields=20))

    assert check.result is None
    assert "longer than is read" in check.problem


def test_the_key_is_made_again_from_what_the_check_remembers(workshop: Any) -> None:
    check = _one(workshop.sign(), workshop.dns())
    key = key_of(check)

    assert key is not None
    assert key.fingerprint == check.key_fingerprint


def test_unusable_calls_raise_and_nothing_else_does(workshop: Any) -> None:
    with pytest.raises(TypeError):
        check_dkim("From: a", dns=NoDns())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="ISO 8601"):
        check_dkim(workshop.sign(), dns=NoDns(), now="yesterday")


@given(raw=st.binary(max_size=400))
def test_any_bytes_have_checks(raw: bytes) -> None:
    check_dkim(b"DKIM-Signature: " + raw, dns=SnapshotDns({}), now=NOW)


PIECE = st.sampled_from(
    [" ", "\t", "\r\n ", "=", ";", ":", "1", "rsa-sha256", "relaxed/relaxed", "from", "QUJD", "\u00fc"]
)

NAMES = st.sampled_from(["v", "a", "b", "bh", "c", "d", "h", "i", "l", "q", "s", "t", "x", "atps"])


@given(tags=st.dictionaries(NAMES, st.lists(PIECE).map("".join)))
def test_any_tags_have_a_verdict_with_its_reason(workshop: Any, tags: dict[str, str]) -> None:
    text = ";".join(f"{name}={value}" for name, value in tags.items())
    (check,) = check_dkim(b"DKIM-Signature: " + text.encode() + b"\r\n" + workshop.message, dns=workshop.dns(), now=NOW)

    assert check.result is not Verdict.PASS
    assert check.problem


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"From: a\r\n\r\n" + b" \t" * 500_000 + b"x\r\n", id="a megabyte of spaces"),
        pytest.param(b"From: a\r\nX: " + b"y\r\n " * 100_000 + b"\r\n\r\nx", id="a field of 100,000 lines"),
        pytest.param(b"From: a\r\n" + b"X: y\r\n" * 100_000 + b"\r\nx", id="100,000 fields"),
        pytest.param(b"DKIM-Signature: v=1\r\n" * 9_000 + b"\r\n" + b"x y\r\n" * 100_000, id="9,000 signatures"),
        pytest.param((b"DKIM-Signature: " + b"a=b;" * 30_000 + b"\r\n") * 30 + b"\r\nx", id="900,000 tags"),
    ],
)
def test_what_kills_others_is_only_work(workshop: Any, raw: bytes) -> None:
    field = workshop.sign()[: -len(workshop.message)].replace(b"h=from", b"h=from:x" + b":x" * 100)
    spaced = field.replace(b"\tb=", b"\tb=" + b" " * 20_000)

    assert check_dkim(spaced + field + raw, dns=workshop.dns(), now=NOW)[0].problem
