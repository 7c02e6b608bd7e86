"""Whose word a stamp is: by its place, by the habits of services, and never by the name it bears."""

# ruff: noqa: E501  # header fields as they stand in mail

from collections.abc import Callable

from mailscope.tables import read_table

Owners = Callable[..., list[str]]

BORDER = (
    "Received: from out.example.org (out.example.org [192.0.2.9]) by mx.example.com (Postfix) with ESMTPS id A;"
    " Tue, 24 Nov 2026 10:00:02 +0000"
)
LOWER = (
    "Received: from in.example.org (in.example.org [192.0.2.8]) by out.example.org (Postfix) with ESMTPS id B;"
    " Tue, 24 Nov 2026 10:00:01 +0000"
)


def test_takes_what_stands_above_the_border_for_the_receivers(owners: Owners) -> None:
    assert owners("Authentication-Results: mx.example.com; dkim=pass header.d=example.org", BORDER) == ["dkim:receiver"]


def test_takes_a_stamp_below_for_the_senders_though_it_bears_the_receivers_name(owners: Owners) -> None:
    assert owners(BORDER, "Authentication-Results: mx.example.com; dkim=pass header.d=bank.example") == ["dkim:sender"]


def test_takes_a_stamp_of_a_host_on_the_way_for_its_own(owners: Owners) -> None:
    stamp = "Authentication-Results: out.example.org; spf=pass smtp.mailfrom=a@example.org"
    sealed = "ARC-Authentication-Results: i=1; list.example.net; spf=pass smtp.mailfrom=a@example.org"

    assert owners(BORDER, stamp, LOWER) == ["spf:intermediary"]
    assert owners(BORDER, sealed) == ["spf:intermediary"]
    assert owners(BORDER, LOWER, stamp) == ["spf:sender"]


GMAIL = (
    "Received: from out.example.org (out.example.org. [192.0.2.9]) by mx.google.com with ESMTPS id"
    " ww2si1.994.2026.11.24.02.00.02 for <x@example.com>; Tue, 24 Nov 2026 02:00:02 -0800 (PST)"
)


def test_knows_that_gmail_stamps_below_its_own_field_and_only_once(owners: Owners) -> None:
    real = "Authentication-Results: mx.google.com; spf=fail (google.com: x) smtp.mailfrom=a@example.org"
    added = "Authentication-Results: mx.google.com; spf=pass smtp.mailfrom=a@example.org"

    assert owners(GMAIL, real, added) == ["spf:receiver", "spf:sender"]
    assert owners(GMAIL, LOWER, real)[0] != "spf:receiver"


def test_knows_that_proton_groups_fields_by_name(owners: Owners) -> None:
    border = BORDER.replace("mx.example.com", "mailin045.protonmail.ch")
    real = "Authentication-Results: mail.protonmail.ch; spf=fail smtp.mailfrom=example.org"
    dmarc = "Authentication-Results: mail.protonmail.ch; dmarc=fail header.from=example.org"
    arc = "Authentication-Results: mail.protonmail.ch; arc=none smtp.remote-ip=192.0.2.9"
    added = "Authentication-Results: mail.protonmail.ch; spf=pass smtp.mailfrom=example.org"
    theirs = "Authentication-Results: out.example.org; dkim=pass"

    assert owners(border, LOWER, real, dmarc, arc, added, theirs)[:4] == [
        "spf:receiver", "dmarc:receiver", "arc:receiver", "spf:sender"
    ]  # fmt: skip
    assert owners(border, "X-Pm-Spam-Action: inbox") == ["spam:receiver"]


EXCHANGE = (
    "Received: from out.example.org (192.0.2.9) by AA1.mail.protection.outlook.com (10.1.1.1) with Microsoft SMTP Server"
    " id 15.20.1; Tue, 24 Nov 2026 10:00:00 +0000"
)


def test_tells_exchanges_own_report_from_an_untrusted_one(owners: Owners) -> None:
    assert owners(EXCHANGE, "X-Forefront-Antispam-Report: SFV:NSPM;SCL:1;") == ["spam:receiver"]
    assert owners(EXCHANGE, "X-Forefront-Antispam-Report-Untrusted: SFV:NSPM;SCL:1;") == ["spam:sender"]
    assert owners("Authentication-Results-Original: x; dkim=pass", EXCHANGE) == ["dkim:intermediary"]
    assert owners(BORDER, "X-Forefront-Antispam-Report: SFV:NSPM;SCL:1;") == ["spam:sender"]


def test_takes_a_kept_verdict_for_anothers_word_wherever_it_stands(owners: Owners) -> None:
    assert owners("X-Forwarder-Authentication-Results: mx.example.com; dkim=pass", BORDER) == ["dkim:intermediary"]


def test_calls_everything_a_claim_where_there_is_no_border(owners: Owners) -> None:
    assert owners("Authentication-Results: mx.example.com; spf=pass") == ["spf:sender"]


def test_holds_the_tables_to_their_form() -> None:
    table = read_table("trace", "borders.toml")

    assert all(entry["name"] and entry["host"] for entry in table["border"])
    assert all(entry["name"] and entry["domain"] for entry in table["gateway"])
    domains = [domain for entry in table["gateway"] for domain in entry["domain"]]
    assert len(domains) == len(set(domains))
