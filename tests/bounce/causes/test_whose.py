"""The same word means one cause or another by what it is said of."""

import pytest

from mailscope.bounce.causes.classify import classify, likely
from mailscope.bounce.failure import Bounce
from mailscope.bounce.notices.pasted import read_pasted
from mailscope.bounce.reply import read_codes
from mailscope.limits import DEFAULT_LIMITS


def read(text: str) -> Bounce:
    (row,) = read_pasted(text.encode(), DEFAULT_LIMITS).bounces
    return row


@pytest.mark.parametrize(
    ("text", "category"),
    [
        # a list
        ("554 Your host 192.0.2.7 was found on our blacklist", "blocked"),
        ("551 This sender is on the blacklist of our domain", "sender_rejected"),
        ("550 You are on the recipient's blacklist", "recipient_refused"),
        ("550 Blacklisted file type: exe", "content"),
        ("550 Rejected: host name has no PTR, see our blacklist policy", "no_reverse_dns"),
        # a limit
        ("550 Sending quota of your account exceeded", "rate_limited"),
        ("552 Maildir over its quota", "mailbox_full"),
        ("552 The domain size limit is exceeded", "mailbox_full"),
        ("552 Attachment size exceeds our limit", "too_big"),
        ("452 too many unknown recipients in this session", "rate_limited"),
        # who is unknown
        ("550 Sender domain must resolve", "sender_rejected"),
        ("550 Fake sender", "sender_rejected"),
        ("550 Could not verify the sender", "sender_rejected"),
        ("550 Recipient verification failed", "user_unknown"),
        # who may not
        ("550 Submission from this account is disabled", "sender_rejected"),
        ("550 Inactive mbox", "mailbox_disabled"),
        ("553 relay check failed for this host", "relay_denied"),
        ("550 Sender prohibited by SPF", "auth_failed"),
        ("451 auth error", "smtp_auth_required"),
        # what was wrong with it
        ("500 Line limit exceeded", "not_compliant"),
        ("501 syntactically invalid HELO", "syntax_error"),
        ("550 Virus found; attachment rejected", "virus"),
        ("550 Encrypted archives are refused", "content"),
        ("451 4.4.0 DNS lookup error", "network"),
        ("501 EHLO invalid domain address", "syntax_error"),
        ("550 Plaintext sessions are refused for this domain", "tls_failed"),
        ("550 Mailbox currently unavailable", "mailbox_disabled"),
        ("554 client [192.0.2.7] blocked using spam.lists.example.net", "blocked"),
        # the words around the reason
        ("550 <bob@example.org>: Recipient address rejected: policy violation", "policy"),
        ("550 Recipient rejected: no account by that name", "user_unknown"),
        ("521 5.3.2 System not accepting network messages", "domain_refuses_mail"),
        ("421 4.3.2 System not accepting network messages", "system_error"),
        # other languages
        ("550 Buzón no disponible", "user_unknown"),
        ("452 Sem espaço de armazenamento na caixa", "mailbox_full"),
        ("521 Nieaktywna skrzynka", "mailbox_disabled"),
        ("550 Retransmissão negada", "relay_denied"),
        ("550 该账号已被冻结", "mailbox_disabled"),
        ("550 수신자를 찾을 수 없습니다", "user_unknown"),
        ("550 送信者が拒否されました", "sender_rejected"),
    ],
)
def test_tells_whose_it_is(text: str, category: str) -> None:
    assert read(text).category == category


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("550 The name of your machine is unknown in reverse", "no_reverse_dns"),
        ("450 New here? Knock again in a while", "greylisted"),
        ("550 this alias is for our staff only", "recipient_refused"),
        ("550 Pictures are refused", "content"),
        ("450 You wrote enough for today", "rate_limited"),
    ],
)
def test_judges_words_that_no_table_holds_by_what_they_speak_of(text: str, category: str) -> None:
    codes = read_codes(text)

    assert likely(classify(text, codes.reply), text).category == category


def test_a_specific_code_weighs_more_than_words_that_only_hint() -> None:
    text = "550 5.5.1 That was an error"

    assert likely(classify(text, "550", "5.5.1"), text).category == "syntax_error"


def test_takes_a_sentence_without_code_that_is_not_about_mail_for_no_refusal() -> None:
    text = "I trust that you enjoy your holiday."

    assert likely(classify(text), text, coded=False).category == "on_hold"


def test_a_receivers_own_sentence_weighs_more_than_everybodys_words() -> None:
    said = "550 5.7.1 our system has detected that this message is likely unsolicited mail; mailbox full"

    cause = classify(said, "550", "5.2.2", ("mx.google.com",))

    assert cause.category == "spam"
