"""Words for people: what happened where, whose move it is, and what contradicts itself."""

import pytest

from mailscope.bounce.causes.conclude import conclude
from mailscope.bounce.failure import Phase, PhaseBasis
from mailscope.bounce.told import Told


def told(said: str, phase: Phase | None = None, **more: str | bool) -> Told:
    return Told(recipient="bob@example.org", said=said, phase=phase, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        (Phase.BANNER, "its reputation"),
        (Phase.MAIL, "its domain"),
        (Phase.RCPT, "the mailbox and its rules"),
        (Phase.MESSAGE, "content"),
    ],
)
def test_says_what_is_judged_at_the_phase(phase: Phase, words: str) -> None:
    row = conclude(told("554 5.7.1 Rejected", phase))

    assert words in (row.meaning or "")


def test_says_probably_where_the_phase_is_inferred() -> None:
    row = conclude(told("550 5.1.1 User unknown"))

    assert (row.meaning or "").startswith("Probably the server refused the recipient")


def test_speaks_in_the_providers_terms() -> None:
    row = conclude(told("550-5.7.26 Your email has been blocked because the sender is unauthenticated. - gsmtp"))

    assert row.provider == "google"
    assert "Google" in (row.meaning or "")
    assert "DKIM" in (row.remedy or "")


def test_says_whose_move_it_is() -> None:
    assert (conclude(told("552 5.2.2 Mailbox full")).remedy or "").startswith("The recipient's move: ")
    assert (conclude(told("550 5.1.1 User unknown")).remedy or "").startswith("The sender's move: ")


@pytest.mark.parametrize(
    ("row", "remark"),
    [
        (told("550 5.7.1 Rejected, please try again later"), "ask to try again"),
        (told("450 5.1.1 User unknown"), "the enhanced code 5.1.1 says final"),
        (told("550 5.2.2 Mailbox full"), "a 4xx code would have fit"),
        (told("450 4.1.1 User unknown"), "a 5xx code would have fit"),
        (told("550 5.1.1 User unknown", Phase.MESSAGE), "belongs to RCPT TO"),
        (told("550 5.7.1 Virus found", Phase.RCPT), "had not been sent yet"),
        (told("550 5.1.1 sent too many recipients this hour"), "the words were believed"),
        (told("550 5.7.1 Rejected", status="4.0.0"), "took it for passing"),
        (told("550 5.7.1 Rejected by 5.1.8"), "several enhanced codes"),
        (told("421 4.7.1 All mail will be permanently deferred; Retrying will NOT succeed"), "of no use"),
    ],
)
def test_remarks_contradictions_and_bad_manners(row: Told, remark: str) -> None:
    assert any(remark in one for one in conclude(row).remarks)


def test_remarks_nothing_where_all_agrees() -> None:
    assert conclude(told("550 5.1.1 User unknown", Phase.RCPT)).remarks == ()


@pytest.mark.parametrize(
    ("said", "phase", "category"),
    [
        ("502 5.5.1 Command not implemented", Phase.STARTTLS, "tls_failed"),
        ("554 5.7.1 Access denied", Phase.BANNER, "blocked"),
        ("550 5.1.2 example.com does not exist", Phase.MAIL, "sender_rejected"),
        ("550 5.7.1 Access denied", Phase.AUTH, "smtp_auth_required"),
    ],
)
def test_lets_the_phase_speak_about_the_cause(said: str, phase: Phase, category: str) -> None:
    assert conclude(told(said, phase)).category == category


def test_every_row_has_words() -> None:
    for said in ("", "550", "x", "421 4.3.2 busy"):
        row = conclude(told(said))

        assert row.meaning
        assert row.remedy
        assert row.retry_advice


def test_a_receivers_own_words_tell_where_it_says_them() -> None:
    said = "554 IP=192.0.2.254 - A problem occurred. (Ask your postmaster for help or to contact tosa@rx.t-online.de)"
    row = conclude(told(said))

    assert (row.provider, row.phase, row.phase_basis) == ("tonline", Phase.BANNER, PhaseBasis.INFERRED)


def test_a_sending_service_that_reports_a_refusal_is_not_taken_for_who_refused() -> None:
    row = conclude(told("550 5.7.1 Message rejected", remote="mx.example.org", reporting="a1.smtp-out.amazonses.com"))

    assert row.provider is None
