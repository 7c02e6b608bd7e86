"""What the big receivers ask of their senders, held against one message."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mailscope.analysis import Analysis, analyse
from mailscope.context import Context
from mailscope.dkim.coverage import Coverage
from mailscope.dkim.verdicts import DkimCheck
from mailscope.dns.snapshot import SnapshotDns
from mailscope.findings.requirement import LEVELS, State, listed
from mailscope.findings.requirements import _CHECKS, sender_requirements
from mailscope.specimen import Kind, Origin, Specimen
from mailscope.verdict import Verdict

RECEIVED = (
    "Received: from mail.example.com (mail.example.com [198.51.100.7])\r\n"
    "\tby mx.example.net (Postfix) with {with_} id 4F1\r\n"
    "\tfor <bob@example.net>; Mon, 5 Oct 2026 07:14:08 +0000 (UTC)\r\n"
)
HEAD = (
    "From: Anna <anna@example.com>\r\nTo: bob@example.net\r\nSubject: Hello\r\n"
    "Date: Mon, 5 Oct 2026 07:14:00 +0000\r\nMessage-ID: <1@example.com>\r\n"
)
DNS = SnapshotDns(
    {
        "example.com.": {"TXT": ["v=spf1 ip4:198.51.100.7 -all"]},
        "_dmarc.example.com.": {"TXT": ["v=DMARC1; p=none"]},
    }
)


def analysis_of(head: str = HEAD, with_: str = "ESMTP", received: str = RECEIVED) -> Analysis:
    raw = ("Return-Path: <anna@example.com>\r\n" + received.format(with_=with_) + head + "\r\nHi\r\n").encode()
    specimen = Specimen(raw, raw, Kind.MESSAGE, Origin())
    return analyse(specimen, Context(dns=DNS, now=datetime(2026, 10, 6, tzinfo=UTC), own_hosts=("mx.example.net",)))


def states(head: str = HEAD, with_: str = "ESMTP", received: str = RECEIVED) -> dict[str, State]:
    """The checklist of a message, by requirement."""
    return {row.id: row.state for row in sender_requirements(analysis_of(head, with_, received))}


def test_tells_what_is_met_what_is_not_and_what_nobody_can_know() -> None:
    got = states()

    assert got["spf"] is got["dmarc"] is got["alignment"] is got["ptr"] is got["message-id"] is State.PASS
    assert got["dkim"] is got["tls"] is State.FAIL
    assert got["complaints"] is got["reachable"] is got["one-click"] is State.UNKNOWN


def test_encrypted_transport_is_seen() -> None:
    assert states(with_="ESMTPS")["tls"] is State.PASS


@pytest.mark.parametrize("ident", ["", "<1@example.com> <2@example.com>", "1@example.com", "<1example.com>", "<a b@c>"])
def test_a_message_id_must_have_its_form(ident: str) -> None:
    assert states(HEAD.replace("<1@example.com>", ident))["message-id"] is State.FAIL


def test_a_field_that_stands_twice_is_not_well_formed() -> None:
    assert states(HEAD + "From: Bob <bob@example.org>\r\n")["format"] is State.FAIL


def test_mail_to_many_needs_one_click_unsubscribing() -> None:
    both = "List-Unsubscribe: <https://example.com/u>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"

    assert states(HEAD + "Precedence: bulk\r\n")["one-click"] is State.FAIL
    assert states(HEAD + "List-Unsubscribe: <mailto:u@example.com>\r\n")["one-click"] is State.FAIL
    assert states(HEAD + both)["one-click"] is State.FAIL, "nobody signs it"


@pytest.mark.parametrize(
    ("signed", "state"),
    [(("from", "list-unsubscribe", "list-unsubscribe-post"), State.PASS), (("from", "list-unsubscribe"), State.FAIL)],
)
def test_one_click_wants_both_fields_signed(signed: tuple[str, ...], state: State) -> None:
    both = "List-Unsubscribe: <https://example.com/u>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    analysis = analysis_of(HEAD + both)
    check = DkimCheck(0, 0, Verdict.PASS, domain="example.com", selector="s1")
    held = replace(analysis.authentication, dkim=(check,), coverage=(Coverage(0, (), signed),))
    got = {row.id: row.state for row in sender_requirements(replace(analysis, authentication=held))}

    assert got["one-click"] is state


def test_an_invented_gmail_address_is_seen() -> None:
    assert states(HEAD.replace("anna@example.com", "anna@gmail.com"))["gmail-from"] is not State.PASS


def test_every_requirement_has_its_check_its_words_and_a_source() -> None:
    rows = listed()

    assert set(rows) == set(_CHECKS)
    assert all(demand.source.startswith("https://") for row in rows.values() for demand in row.demands)
    assert all(row.level in LEVELS and row.remedy and row.reference for row in rows.values())


def test_only_mail_is_held_against_it() -> None:
    raw = b"550 5.1.1 no such user\r\n"
    specimen = Specimen(raw, raw, Kind.TRANSCRIPT, Origin())

    assert sender_requirements(analyse(specimen, Context(dns=DNS))) == ()


def test_alignment_by_dkim_is_a_thing_of_its_own() -> None:
    got = states()

    assert got["alignment"] is State.PASS
    assert got["dkim-alignment"] is State.FAIL


@pytest.mark.parametrize(("signer", "state"), [("mail.example.com", State.UNKNOWN), ("example.net", State.FAIL)])
@pytest.mark.parametrize("result", [Verdict.TEMPERROR, None])
def test_a_signature_of_the_author_that_could_not_be_checked_is_no_failure(
    signer: str, state: State, result: Verdict | None
) -> None:
    plain = analysis_of()
    check = DkimCheck(0, 0, result, domain=signer, selector="s", problem="the resolver was silent")
    analysis = replace(plain, authentication=replace(plain.authentication, dkim=(check,)))
    found = {row.id: row for row in sender_requirements(analysis)}["dkim-alignment"]

    assert found.state is state
    assert ("silent" in found.why) is (state is State.UNKNOWN)


def test_each_code_is_one_of_a_provider_that_asks() -> None:
    codes = {(demand.provider, code) for row in listed().values() for demand in row.demands for code in demand.codes}

    assert ("microsoft", "5.7.515") in codes
    assert ("google", "5.7.27") in codes
    assert all(code.split(".")[0] in "45" and len(code.split(".")) == 3 for _, code in codes)
    assert all(demand.bulk and demand.enforced for row in listed().values() for demand in row.demands)
