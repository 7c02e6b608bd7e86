"""What others stamped beside our own verdicts: agreement, and the reason where there is none."""

from datetime import UTC, datetime
from string import Formatter

import pytest

from mailscope.agreement import Ours, Stamp, reconcile
from mailscope.arc.verdicts import ArcCheck
from mailscope.claims.claim import Claim
from mailscope.dkim.verdicts import DkimCheck, DkimReason
from mailscope.dmarc.verdicts import DmarcCheck
from mailscope.spf.verdicts import Scope, SpfCheck
from mailscope.tables import read_table
from mailscope.verdict import Verdict

BORDER = SpfCheck(Verdict.FAIL, "example.com", Scope.MAIL_FROM, "203.0.113.9", mail_from="anna@example.com", hop=1)
FIRST_HOP = SpfCheck(Verdict.PASS, "example.com", Scope.MAIL_FROM, "198.51.100.7", mail_from="anna@example.com", hop=0)


def stamp(
    method: str,
    result: str,
    *,
    whose: str = "receiver",
    spf: SpfCheck | None = BORDER,
    dkim: DkimCheck | None = None,
    dmarc: Verdict | None = None,
    comment: str | None = None,
    **properties: str,
) -> Stamp:
    """One claim with properties as header__d="example.com", held against our verdicts."""
    stated = tuple((name.replace("__", ".").replace("_", "-"), value) for name, value in properties.items())
    claim = Claim(0, "Authentication-Results", "mx.example.net", method, result, None, stated, comment)
    checks = (dkim,) if dkim else ()
    verdicts = (DmarcCheck(dmarc, from_domain="example.com"),) * 2 if dmarc else ()
    ours = Ours(spf, checks, ArcCheck(Verdict.NONE), verdicts, (FIRST_HOP, BORDER))
    return reconcile((claim,), lambda _: whose, ours)[0]


def signature(result: Verdict, reason: DkimReason | None = None, expires: datetime | None = None) -> DkimCheck:
    return DkimCheck(0, 0, result, reason, domain="example.com", selector="s1", expires_at=expires)


def test_agrees_where_the_words_are_the_same() -> None:
    got = stamp("spf", "hardfail", smtp__mailfrom="anna@example.com")

    assert (got.agrees, got.ours, got.note) == (True, "fail", "")


def test_compares_with_the_hop_whose_client_they_evaluated() -> None:
    got = stamp("spf", "pass", client_ip="198.51.100.7", smtp__mailfrom="example.com")

    assert (got.agrees, got.ours) == (True, "pass")
    assert "hop 1" in got.note


def test_an_intermediary_is_compared_where_it_says_which_client_it_met() -> None:
    assert stamp("spf", "pass", whose="intermediary", client_ip="198.51.100.7").agrees is True
    assert stamp("spf", "pass", whose="intermediary").agrees is None


def test_another_client_is_named_and_no_cause_for_alarm() -> None:
    got = stamp("spf", "pass", client_ip="192.0.2.1", smtp__mailfrom="example.com")

    assert (got.agrees, got.expected) == (False, True)
    assert "192.0.2.1" in got.note
    assert "203.0.113.9" in got.note


def test_what_stands_below_the_border_is_not_compared() -> None:
    assert stamp("spf", "fail", whose="sender").agrees is None
    assert stamp("dmarc", "pass", whose="sender", dmarc=Verdict.FAIL).agrees is None


def test_another_identity_is_said_and_not_counted_as_a_difference() -> None:
    got = stamp("spf", "pass", smtp__mailfrom="bounce@example.org")

    assert got.agrees is None
    assert "example.org" in got.note


def test_a_record_published_or_withdrawn_since_is_told_apart() -> None:
    gone = SpfCheck(Verdict.NONE, "example.com", Scope.MAIL_FROM, "203.0.113.9")

    assert "since" in stamp("spf", "none").note
    assert "no longer published" in stamp("spf", "pass", spf=gone).note


def test_a_withdrawn_key_is_expected_and_no_forgery() -> None:
    got = stamp("dkim", "pass", dkim=signature(Verdict.PERMERROR, DkimReason.KEY_MISSING), header__d="example.com")

    assert (got.agrees, got.expected) == (False, True)
    assert "no sign of forgery" in got.note


def test_gmail_calls_a_missing_key_a_temporary_error() -> None:
    got = stamp(
        "dkim", "temperror", dkim=signature(Verdict.PERMERROR, DkimReason.KEY_MISSING), header__i="@example.com"
    )

    assert got.agrees is True


def test_a_changed_message_is_no_matter_of_time() -> None:
    got = stamp("dkim", "pass", dkim=signature(Verdict.FAIL, DkimReason.BODY_HASH), header__d="example.com")

    assert (got.agrees, got.expected) == (False, False)
    assert "changed after" in got.note


def test_an_expired_signature_says_when() -> None:
    expired = signature(Verdict.FAIL, DkimReason.EXPIRED, datetime(2026, 1, 2, tzinfo=UTC))

    assert "2026-01-02" in stamp("dkim", "pass", dkim=expired, header__d="example.com").note


def test_an_overruled_policy_is_told_with_its_source() -> None:
    got = stamp("dmarc", "pass", dmarc=Verdict.FAIL)
    habit = stamp("dmarc", "fail", dmarc=Verdict.PASS, comment="action=oreject")

    assert "overruled" in got.note
    assert habit.source.startswith("https://learn.microsoft.com/")


def test_a_guessed_spf_record_is_a_known_habit() -> None:
    none = SpfCheck(Verdict.NONE, "example.com", Scope.MAIL_FROM, "203.0.113.9")
    got = stamp("spf", "pass", spf=none, comment="best guess record for domain of anna@example.com")

    assert (got.agrees, got.expected) == (False, True)
    assert "guess" in got.note


def test_an_unknown_word_is_left_alone() -> None:
    assert stamp("dkim", "splendid", dkim=signature(Verdict.PASS)).agrees is None
    assert stamp("x-best", "pass").agrees is None


def test_the_reasons_ask_only_for_facts_that_are_given() -> None:
    given = {"theirs", "ours", "hop", "domain", "expires", "problem"}
    asked = {
        name
        for row in read_table("claims", "reasons.toml").values()
        for _, name, _, _ in Formatter().parse(row["text"])
        if name
    }

    assert asked <= given


def test_a_verdict_on_the_greeting_is_held_against_ours_on_the_greeting() -> None:
    claim = Claim(0, "Authentication-Results", "mx", "spf", "pass", None, (("smtp.helo", "mx.example.com"),))
    helo = SpfCheck(Verdict.PASS, "mx.example.com", Scope.HELO, "203.0.113.9", mail_from="", hop=1)
    got = reconcile((claim,), lambda _: "receiver", Ours(BORDER, (), ArcCheck(Verdict.NONE), (), (), helo))[0]

    assert (got.agrees, got.ours) == (True, "pass")


@pytest.mark.parametrize(
    "comment",
    [
        "example.net: domain of anna@example.com designates 198.51.100.7 as permitted sender",
        "sender IP is 198.51.100.7",
        "example.net: 198.51.100.7 is neither permitted nor denied by domain of anna@example.com",
    ],
)
def test_reads_the_client_that_stands_in_a_comment_only(comment: str) -> None:
    got = stamp("spf", "pass", comment=comment, smtp__mailfrom="anna@example.com")

    assert got.agrees is True
    assert "198.51.100.7" in got.note
