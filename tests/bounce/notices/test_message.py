"""Notices of many systems, as messages: who, where, why."""

import pytest

import mailscope
from mailscope.bounce.failure import Bounce, Manner, Notice, Phase, PhaseBasis
from mailscope.bounce.notices.message import read_message, read_report
from mailscope.limits import DEFAULT_LIMITS
from mailscope.mail.message import parse_message

HEAD = (
    "From: Mail Delivery System <MAILER-DAEMON@mail.example.com>\nTo: anna@example.com\nSubject: "
    "{}\nMIME-Version: 1.0\n"
)
RETURNED = (
    "Received: from desk.example.com by mail.example.com; Mon, 1 Jun 2026 10:00:00 +0000\nFrom: "
    "anna@example.com\nTo: bob@example.org\nSubject: Hello\n\nHi Bob\n"
)


def read(text: str) -> Notice:
    return read_message(parse_message(text.encode()), DEFAULT_LIMITS)


def only(notice: Notice) -> Bounce:
    assert len(notice.bounces) == 1
    return notice.bounces[0]


def plain(body: str, subject: str = "Undelivered Mail Returned to Sender") -> str:
    return f"{HEAD.format(subject)}Content-Type: text/plain; charset=utf-8\n\n{body}"


def report(body: str, status: str, subject: str = "Undelivered Mail Returned to Sender") -> str:
    return (
        f"{HEAD.format(subject)}Content-Type: multipart/report; report-type=delivery-status; boundary=B\n\n"
        f"--B\nContent-Type: text/plain\n\n{body}\n--B\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; mail.example.com\n\n{status}\n--B\nContent-Type: message/rfc822\n\n{RETURNED}\n--B--\n"
    )


FAILED = "Final-Recipient: rfc822; bob@example.org\nAction: failed\n"


def test_takes_code_words_and_hosts_from_a_delivery_report() -> None:
    row = only(
        read(
            report(
                "<bob@example.org>: host mx.example.org[192.0.2.9] said: 550 5.1.1 <bob@example.org>: Recipient\n"
                "    address rejected: User unknown (in reply to RCPT TO command)\n",
                f"{FAILED}Status: 5.1.1\nRemote-MTA: dns; mx.example.org\n"
                "Diagnostic-Code: smtp; 550 5.1.1 <bob@example.org>: Recipient address\n    rejected: User unknown\n",
            )
        )
    )

    assert (row.recipient, row.reply_code, row.enhanced_code) == ("bob@example.org", "550", "5.1.1")
    assert (row.phase, row.phase_basis) == (Phase.RCPT, PhaseBasis.STATED)
    assert (row.category, row.manner, row.permanent) == ("user_unknown", Manner.REJECTION, True)
    assert (row.remote_mta, row.reporting_mta) == ("mx.example.org", "mail.example.com")
    assert row.diagnostic == "550 5.1.1 <bob@example.org>: Recipient address rejected: User unknown"


def test_returns_the_enclosed_message() -> None:
    notice = read(report("", f"{FAILED}Status: 5.1.1\n"))

    assert notice.enclosed is not None
    assert b"Subject: Hello" in notice.enclosed


def test_takes_the_real_code_from_the_words_where_the_status_is_a_class_only() -> None:
    row = only(read(report("", f"{FAILED}Status: 5.0.0\nDiagnostic-Code: smtp; 552 5.2.2 Mailbox full\n")))

    assert (row.enhanced_code, row.category) == ("5.2.2", "mailbox_full")


@pytest.mark.parametrize(
    ("frame", "phase"),
    [
        ("SMTP error from remote mail server after MAIL FROM:<anna@example.com> SIZE=1:\n    550 no", Phase.MAIL),
        ("SMTP error from remote mail server after end of data:\n    550 no", Phase.MESSAGE),
        ("SMTP error from remote mail server after initial connection:\n    554 no", Phase.BANNER),
        ("SMTP error from remote mail server after pipelined DATA:\n    554 no valid recipients", Phase.DATA),
        ("SMTP error from remote mail server after EHLO mail.example.com:\n    550 no", Phase.HELO),
        ("connect to mx.example.org[192.0.2.9]:25: Connection refused", Phase.CONNECT),
        ("Host or domain name not found. Name service error for name=example.org type=MX", Phase.DNS),
        ("host mx.example.org[192.0.2.9] said: 550 5.7.1 no (in reply to end of DATA command)", Phase.MESSAGE),
        ("lost connection with mx.example.org[192.0.2.9] while receiving the initial server greeting", Phase.BANNER),
        ("lost connection with mx.example.org[192.0.2.9] while sending RCPT TO", Phase.RCPT),
        ("mx.example.org [192.0.2.9] did not like our RCPT TO:\n550 no", Phase.RCPT),
        ("192.0.2.9 does not like recipient.\nRemote host said: 550 no", Phase.RCPT),
        ("192.0.2.9 failed after I sent the message.\nRemote host said: 554 no", Phase.MESSAGE),
        ("Cannot start TLS: handshake failure", Phase.STARTTLS),
        ("SASL authentication failed; server mx.example.org[192.0.2.9] said: 535 5.7.8 no", Phase.AUTH),
        ("host mx.example.org[192.0.2.9] refused to talk to me: 554 5.7.1 no access from your network", Phase.BANNER),
    ],
)
def test_states_the_phase_that_the_reporting_side_names(frame: str, phase: Phase) -> None:
    row = only(read(plain(f"The following failed:\n\n<bob@example.org>:\n    {frame}\n")))

    assert (row.phase, row.phase_basis) == (phase, PhaseBasis.STATED)


def test_leaves_open_what_a_refusal_to_talk_answers_when_the_code_fits_both() -> None:
    row = only(read(plain("<bob@example.org>: host mx.example.org[192.0.2.9] refused to talk to me: 450 4.3.2 no\n")))

    assert row.phase_basis is not PhaseBasis.STATED


def test_takes_words_of_the_server_for_no_statement() -> None:
    row = only(read(report("", f"{FAILED}Status: 5.0.0\nDiagnostic-Code: smtp; 550 RCPT TO denied after DATA\n")))

    assert row.phase_basis is not PhaseBasis.STATED


SENDMAIL = (
    "   ----- The following addresses had permanent fatal errors -----\n<bob@example.org>\n    (reason: {0})\n\n"
    "   ----- Transcript of session follows -----\n... while talking to mx.example.org.:\n>>> DATA\n<<< {0}\n{1}\n"
)


def test_takes_a_pipelined_refusal_behind_data_for_the_recipients() -> None:
    text = SENDMAIL.format(
        "550 5.7.1 Rejected", "550 5.1.1 <bob@example.org>... User unknown\n<<< 503 5.5.1 Need RCPT (recipient)"
    )

    row = only(read(report(text, f"{FAILED}Status: 5.7.1\nDiagnostic-Code: SMTP; 550 5.7.1 Rejected\n")))

    assert (row.phase, row.reply_code) == (Phase.RCPT, "550")


def test_takes_a_refusal_behind_data_for_the_message_where_the_mailer_says_service_unavailable() -> None:
    text = SENDMAIL.format("554 5.7.1 Rejected", "554 5.0.0 Service unavailable")

    row = only(read(report(text, f"{FAILED}Status: 5.7.1\nDiagnostic-Code: SMTP; 554 5.7.1 Rejected\n")))

    assert (row.phase, row.phase_basis) == (Phase.MESSAGE, PhaseBasis.INFERRED)


def test_takes_a_reply_without_a_command_for_the_greeting() -> None:
    text = "UNDELIVERABLE MAIL\n\n<bob@example.org>:\n     mx.example.org [192.0.2.9]:\n <<< 554 No SMTP service here\n"

    row = only(read(report(text, f"{FAILED}Status: 5.0.0\nDiagnostic-Code: unknown; 554 No SMTP service here\n")))

    assert row.phase is Phase.BANNER


def test_knows_a_final_notice_that_calls_itself_a_delay() -> None:
    row = only(read(report("", "Final-Recipient: rfc822; bob@example.org\nAction: delayed\nStatus: 4.4.7\n"
                               "Diagnostic-Code: smtp; Envelope expired\n",
                               "Delivery status notification: delayed")))  # fmt: skip

    assert (row.manner, row.action) == (Manner.TIMEOUT, "delayed")


def test_knows_a_warning_for_what_it_is() -> None:
    row = only(read(plain("THIS IS A WARNING MESSAGE ONLY\n\n<bob@example.org>: 451 4.7.1 Greylisted, try later\n")))

    assert (row.manner, row.category, row.permanent) == (Manner.DELAY, "greylisted", False)
    assert row.retry_advice is not None
    assert "tries again by itself" in row.retry_advice


def test_keeps_an_unfolded_diagnostic_of_several_lines_together() -> None:
    row = only(
        read(
            report(
                "",
                f"{FAILED}Status: 5.7.1\nDiagnostic-Code: SMTP; 550-5.7.1 first part\n"
                "550-5.7.1 second part\n550 5.7.1 the end\n",
            )
        )
    )

    assert row.diagnostic == "550 5.7.1 first part second part the end"


def test_names_the_address_that_was_written_to() -> None:
    row = only(
        read(report("<bob@example.org> (expanded from <team@example.com>): 550 5.1.1 User unknown",
                    f"{FAILED}Original-Recipient: rfc822; team@example.com\nStatus: 5.1.1\n"))
    )  # fmt: skip

    assert (row.original_recipient, row.manner, row.phase) == ("team@example.com", Manner.ASYNCHRONOUS, Phase.DELIVERY)


def test_undoes_octal_escapes() -> None:
    row = only(read(plain("  bob@example.org\n    550 5.7.1 Message refus\\303\\251\n")))

    assert row.diagnostic is not None
    assert "refusé" in row.diagnostic


def test_reads_each_recipient_with_its_own_words() -> None:
    notice = read(
        plain(
            "<bob@example.org>: host mx said: 550 5.1.1 User unknown (in reply to RCPT TO command)\n\n"
            "<eve@example.net>: host mx said: 552 5.2.2 Over quota (in reply to RCPT TO command)\n"
        )
    )

    assert [(row.recipient, row.category) for row in notice.bounces] == [
        ("bob@example.org", "user_unknown"),
        ("eve@example.net", "mailbox_full"),
    ]


@pytest.mark.parametrize(
    ("body", "category"),
    [
        (
            "Der folgende Empfänger konnte nicht erreicht werden:\n\nbob@example.org\n\nEmpfänger unbekannt\n",
            "user_unknown",
        ),
        ("Le message n'a pas pu être remis à :\n\nbob@example.org\n\n552 5.2.2 Boîte pleine\n", "mailbox_full"),
        ("No se pudo entregar el mensaje a:\n\nbob@example.org\n\nUsuario desconocido\n", "user_unknown"),
        ("Il messaggio non è stato recapitato a:\n\nbob@example.org\n\nUtente sconosciuto\n", "user_unknown"),
        ("以下の宛先に配信できませんでした。\n\nbob@example.org\n\nこのメールアドレスは存在しません\n", "user_unknown"),
        ("无法投递到以下收件人：\n\nbob@example.org\n\n550 收件人不存在\n", "user_unknown"),
        ("Сообщение не доставлено:\n\nbob@example.org\n\n550 пользователь не найден\n", "user_unknown"),
        ("User bob@example.org not listed in public Name & Address Book\n", "user_unknown"),
        ("The mail server could not reach <bob@example.org>:\nConnection timed out\n", "network"),
    ],
)
def test_reads_a_system_that_nobody_has_seen(body: str, category: str) -> None:
    row = only(read(plain(body, "Delivery failure")))

    assert (row.recipient, row.category) == ("bob@example.org", category)


def test_takes_a_helpful_address_for_no_recipient() -> None:
    row = only(
        read(
            plain(
                "We could not deliver to bob@example.org: 550 5.1.1 User unknown\n\nQuestions? Contact "
                "help@example.net\n"
            )
        )
    )

    assert row.recipient == "bob@example.org"


def test_takes_the_sender_for_no_recipient() -> None:
    row = only(
        read(
            plain(
                "A message sent by\n\n  <carl@example.com>\n\ncould not be delivered:\n\n  bob@example.org\n    550 "
                "no such user\n"
            )
        )
    )

    assert row.recipient == "bob@example.org"


def test_reads_a_multipart_whose_boundary_never_occurs() -> None:
    text = (
        f"{HEAD.format('Returned mail')}Content-Type: multipart/report; boundary=NEVER\n\n"
        f"<bob@example.org>: 550 5.1.1 User unknown\n"
    )

    notice = read(text)

    assert only(notice).category == "user_unknown"
    assert notice.problems


def test_reads_iso_2022_jp() -> None:
    body = "bob@example.org\n    550 メールボックスが存在しません".encode("iso-2022-jp")
    raw = HEAD.format("failure").encode() + b"Content-Type: text/plain; charset=iso-2022-jp\n\n" + body

    row = only(read_message(parse_message(raw), DEFAULT_LIMITS))

    assert (row.recipient, row.category) == ("bob@example.org", "user_unknown")


def test_reads_the_notice_inside_a_forwarded_message() -> None:
    inner = report("<bob@example.org>: 550 5.1.1 User unknown", f"{FAILED}Status: 5.1.1\n")
    text = (
        f"From: carl@example.com\nTo: anna@example.com\nSubject: Fwd: what is this?\n"
        f"Content-Type: multipart/mixed; boundary=O\n\n--O\n\nLook.\n--O\n"
        f"Content-Type: message/rfc822\n\n{inner}\n--O--\n"
    )

    assert only(read(text)).recipient == "bob@example.org"


def test_reads_exchange_in_its_own_words() -> None:
    body = (
        "Delivery has failed to these recipients or groups:\n\nBob (bob@example.org)<mailto:bob@example.org>\nThe "
        "group takes no mail.\n\n"
        "Diagnostic information for administrators:\n\nGenerating server: mail.example.org\n\nbob@example.org\n"
        "#550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required ##\n"
    )

    row = only(read(plain(body)))

    assert (row.phase, row.category, row.enhanced_code) == (Phase.DELIVERY, "recipient_refused", "5.7.133")


COMPLAINT = (
    "From: reports@example.org\nTo: abuse@example.com\nSubject: complaint\nMIME-Version: 1.0\n"
    "Content-Type: multipart/report; report-type=feedback-report; boundary=B\n\n--B\n\nThis is a report.\n--B\n"
    "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nOriginal-Rcpt-To: bob@example.org\nSource-IP: "
    "192.0.2.1\n"
    f"\n--B\nContent-Type: message/rfc822\n\n{RETURNED}\n--B--\n"
)


def test_reads_a_complaint() -> None:
    row = only(read_report(parse_message(COMPLAINT.encode()), DEFAULT_LIMITS))

    assert (row.recipient, row.category, row.manner, row.permanent) == (
        "bob@example.org",
        "feedback",
        Manner.REPORT,
        None,
    )


def test_reads_a_receipt() -> None:
    text = (
        "From: bob@example.org\nTo: anna@example.com\nSubject: Read: Hello\n"
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=B\n\n--B\n\nYour message was "
        "displayed.\n"
        "--B\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; bob@example.org\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\n\n--B--\n"
    )

    row = only(read_report(parse_message(text.encode()), DEFAULT_LIMITS))

    assert (row.recipient, row.manner, row.category) == ("bob@example.org", Manner.DELIVERED, "delivered")


def test_takes_an_automatic_answer_for_no_failure() -> None:
    text = (
        "From: Bob <bob@example.org>\nTo: anna@example.com\nSubject: Automatic reply: Hello\nAuto-Submitted: "
        "auto-replied\n\nI am away until Monday.\n"
    )

    row = only(read_report(parse_message(text.encode()), DEFAULT_LIMITS))

    assert (row.recipient, row.category, row.manner) == ("bob@example.org", "vacation", Manner.REPLY)


def test_reads_a_success_report() -> None:
    row = only(
        read(
            report(
                "delivered",
                "Final-Recipient: rfc822; bob@example.org\nAction: delivered\nStatus: 2.1.5\nDiagnostic-Code: smtp; "
                "250 2.1.5 Ok\n",
            )
        )
    )

    assert (row.manner, row.category, row.permanent, row.reply_code) == (Manner.DELIVERED, "delivered", None, "250")


def test_reads_an_internationalised_report() -> None:
    row = only(read(report("", "Final-Recipient: utf-8; j\\x{F6}rg@example.org\nAction: failed\nStatus: 5.6.7\n")))

    assert row.recipient == "jörg@example.org"


def test_tells_a_report_of_failed_authentication_from_a_complaint() -> None:
    text = COMPLAINT.replace("Feedback-Type: abuse", "Feedback-Type: auth-failure\nAuth-Failure: dmarc")

    row = only(read_report(parse_message(text.encode()), DEFAULT_LIMITS))

    assert "failed authentication" in (row.meaning or "")
    assert row.feedback_type == "auth-failure"


def test_names_both_hosts_of_a_notice_in_words() -> None:
    row = only(
        read(
            plain(
                "This is the mail system at host mail.example.com.\n\n"
                "<bob@example.org>: host mx.example.org[192.0.2.9] said: 550 5.1.1 no (in reply to RCPT TO command)\n"
            )
        )
    )

    assert (row.remote_mta, row.reporting_mta) == ("mx.example.org", "mail.example.com")


def test_reads_a_recipient_of_the_system_itself_by_name_alone() -> None:
    row = only(
        read(plain("   ----- The following addresses had fatal errors -----\nnosuch\n    (reason: User unknown)\n"))
    )

    assert (row.recipient, row.category) == ("nosuch", "user_unknown")


def test_reads_a_list_of_recipients_within_a_sentence() -> None:
    notice = read(
        plain("Delivery failed for: bob@example.org, eve@example.org and kim@example.net\n\n550 5.1.1 Unknown\n")
    )

    assert [row.recipient for row in notice.bounces] == ["bob@example.org", "eve@example.org", "kim@example.net"]


def test_takes_the_receipt_of_a_filter_that_refused_for_a_failure() -> None:
    mail = (
        "From: Mail Delivery Subsystem <postmaster@example.net>\nTo: ann@example.org\nSubject: Rejected: Lunch\n"
        'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=disposition-notification; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nYour message to <bea@example.net> was automatically rejected:\n"
        "Quota exceeded (mailbox for user is full)\n\n"
        "--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; bea@example.net\n"
        "Disposition: automatic-action/MDN-sent-automatically; deleted\n\n--b--\n"
    )

    (bounce,) = mailscope.examine(mail.encode(), dns=mailscope.NoDns()).bounces

    assert (bounce.recipient, bounce.category, bounce.phase) == ("bea@example.net", "mailbox_full", Phase.DELIVERY)
    assert bounce.manner is not Manner.DELIVERED


def test_names_the_address_that_was_written_to_where_the_final_one_is_local() -> None:
    report = (
        "Reporting-MTA: dns; mx.example.net\n\nOriginal-Recipient: rfc822; bea@example.net\n"
        "Final-Recipient: local; beatrice\nAction: failed\nStatus: 5.1.1\n"
    )

    (bounce,) = mailscope.examine(report.encode(), dns=mailscope.NoDns()).bounces

    assert bounce.recipient == "bea@example.net"


@pytest.mark.parametrize(
    ("words", "phase"),
    [
        ("SMTP error, RCPT TO: 550 5.1.1 nobody here", Phase.RCPT),
        ("RCPT TO generated following response: 550 5.1.1 nobody here", Phase.RCPT),
        ("SMTP-Fehler vom entfernten Server nach RCPT-Befehl: 550 5.1.1 nobody here", Phase.RCPT),
        ("192.0.2.25 did not like our final DATA: 550 5.1.1 nobody here", Phase.MESSAGE),
    ],
)
def test_takes_the_command_right_before_a_reply_for_what_was_refused(words: str, phase: Phase) -> None:
    (bounce,) = mailscope.explain(words)

    assert (bounce.phase, bounce.phase_basis) == (phase, PhaseBasis.STATED)


ORIGINAL = (
    "Received: from a.example.org by b.example.org; 1 May 2026 10:00:00 +0000\nFrom: ann@example.org\nSubject: Lunch\n"
)


@pytest.mark.parametrize(
    ("body", "category"),
    [
        (f"It was undeliverable to the following:\n\tbea@example.net (No such user)\n\n{ORIGINAL}", "user_unknown"),
        (
            f"Your mail could not be delivered.\n\nRecipient: bea@example.net\nReason: account closed\n\n{ORIGINAL}",
            "mailbox_disabled",
        ),
        (
            (
                f"Included is a copy of the message header:\n-----------\n{ORIGINAL}-----------\n"
                "The following addresses had delivery errors:\n\n<bea@example.net>: Unknown user\n"
            ),
            "user_unknown",
        ),
    ],
)
def test_finds_the_reason_wherever_the_original_stands(body: str, category: str) -> None:
    mail = f"From: MAILER-DAEMON@mx.example.net\nTo: ann@example.org\nSubject: Returned mail\n\n{body}"

    (bounce,) = mailscope.examine(mail.encode(), dns=mailscope.NoDns()).bounces

    assert (bounce.recipient, bounce.category) == ("bea@example.net", category)


def test_what_a_server_said_is_no_field_however_its_name_is_written() -> None:
    said = "Diagnostic-code: smtp; 554 5.7.1 refused: see: Action: none Status: 2.0.0"
    row = only(read(report("", f"{FAILED}{said}\nStatus: 5.7.1\n")))

    assert (row.enhanced_code, row.permanent) == ("5.7.1", True)
    assert row.diagnostic == said.partition("; ")[2]
