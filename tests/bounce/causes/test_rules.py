"""Every rule of tables/bounces is held to its example, and every table to its form."""

import re
from pathlib import Path

import pytest

from mailscope.bounce.causes.classify import classify, enhanced_table, likely, plain, reply_table
from mailscope.bounce.causes.infer import wordings
from mailscope.bounce.causes.rules import Index, Rule, general_rules, phrase, providers
from mailscope.bounce.causes.topics import Pair, pairs, topical
from mailscope.bounce.failure import Phase
from mailscope.bounce.reply import read_codes
from mailscope.errors import TableError
from mailscope.tables import read_table, table_names

CATEGORIES = frozenset(
    [
        "user_unknown",
        "mailbox_full",
        "mailbox_disabled",
        "mailbox_moved",
        "recipient_refused",
        "domain_unknown",
        "domain_refuses_mail",
        "blocked",
        "bad_reputation",
        "no_reverse_dns",
        "auth_failed",
        "smtp_auth_required",
        "tls_failed",
        "rate_limited",
        "greylisted",
        "sender_rejected",
        "relay_denied",
        "policy",
        "spam",
        "virus",
        "content",
        "not_compliant",
        "too_big",
        "syntax_error",
        "network",
        "expired",
        "system_error",
        "system_full",
        "mailer_error",
        "suppressed",
        "on_hold",
        "undetermined",
        "vacation",
        "feedback",
        "delivered",
    ]
)
TABLES = table_names("bounces")
RULES: list[tuple[str, Rule]] = [
    *((provider.key, rule) for provider in providers() for rule in provider.rules),
    *(("general", rule) for rule in general_rules()),
]
ENTRIES = [
    ("general" if name.startswith("general") else name.removesuffix(".toml"), entry)
    for name in TABLES
    for entry in read_table("bounces", name).get("rule", ())
]
EXAMPLES = sorted({(table, rule["category"], rule["example"], rule.get("said_by", "")) for table, rule in ENTRIES})


@pytest.mark.parametrize(("table", "category", "example", "said_by"), EXAMPLES)
def test_every_example_is_judged_as_its_rule_says(table: str, category: str, example: str, said_by: str) -> None:
    codes = read_codes(example)

    cause = classify(example, codes.reply, codes.enhanced, (said_by,) if said_by else ())

    assert cause.category == category
    if table != "general":
        assert cause.provider == table


def test_each_provider_says_how_its_words_are_known() -> None:
    how = {"whole", "excerpt", "reported"}
    tables = [name for name in TABLES if not name.startswith("general")]

    assert [name for name in tables if read_table("bounces", name)["provider"].get("read") not in how] == []
    assert [entry["example"] for _, entry in ENTRIES if entry.get("read", "whole") not in how] == []


def test_the_guide_names_each_provider_by_how_its_words_are_known() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "bounces.md").read_text(encoding="utf-8")
    told = {row.split("|")[1].strip(): row.split("|")[2] for row in guide.splitlines() if row.startswith("| ")}
    rows = {
        "whole": told["its own page, whole"],
        "excerpt": told["its own page, in part"],
        "reported": told["reports of others, for it publishes nothing or nothing that could be found"],
    }
    about = [read_table("bounces", name)["provider"] for name in TABLES if not name.startswith("general")]

    assert [one["name"] for one in about if one["name"].removeprefix("a ") not in rows[one["read"]]] == []


_CODE = re.compile(r"^[245]\.\d\.\d{1,3}$")


def test_no_code_of_a_provider_is_the_beginning_of_another_cause_s_code() -> None:
    overlaps = []
    for provider in providers():
        codes = [
            (pattern, entry["category"])
            for table, entry in ENTRIES
            if table == provider.key
            for pattern in entry.get("patterns", ())
            if _CODE.match(pattern)
        ]
        overlaps += [
            (provider.key, short, long)
            for short, one in codes
            for long, other in codes
            if long != short and long.startswith(short) and one != other
        ]

    assert overlaps == []


@pytest.mark.parametrize(
    "text",
    [
        "554 5.7.1 <ec2-192-0-2-1.compute-1.amazonaws.com[192.0.2.1]>: Client host rejected: Access denied",
        "550 5.7.1 Client host [c-192-0-2-1.hsd1.pa.comcast.net] is not welcome here",
        "550 5.7.1 o1.ptr.example.sendgrid.net [192.0.2.1] is not welcome here",
        "550 5.7.1 mail-ed1-f41.google.com is not welcome here",
        "550 5.7.1 forward500a.mail.yandex.net is not welcome here",
        "550 5.7.1 smtp32.i.mail.ru is not welcome here",
        "550 5.7.1 mail-am6eur05on2054.outbound.protection.outlook.com is not welcome here",
        "550 5.7.1 sonic313-20.consmr.mail.ne1.yahoo.com is not welcome here",
        "550 5.7.1 out203-205-221-164.mail.qq.com is not welcome here",
        "550 5.7.1 sender4-op-o12.zoho.com is not welcome here",
        "550 5.7.1 m42-5.mailgun.net is not welcome here",
        "550 5.7.1 mx0a-00000001.pphosted.com is not welcome here",
        "550 5.7.1 eu-smtp-delivery-1.mimecast.com is not welcome here",
        "550 5.7.1 smtp25.services.sfr.fr, smtp5-g21.free.fr, smtp-out.orange.fr are not welcome here",
        "550 5.7.1 smtp95.ord1d.emailsrvr.com is not welcome here",
        "550 5.7.1 lion.maple.elm.relay.mailchannels.net is not welcome here",
        "550 5.7.1 mx-relay15-hz1.antispameurope.com is not welcome here",
        "550 5.7.1 falcon-t1.example.com, print-p1.example.com and dns-p1.example.com are not welcome here",
        "550 5.7.1 n1nlsmtp03.shr.prod.ams1.secureserver.net is not welcome here",
        "550 5.7.1 out-1.smtp.github.facebook.com, mta-p2.charter.net, relay.gandi.net are not welcome here",
        "550 5.7.1 out1-smtp.messagingengine.com, mx.softbank.ne.jp, mail.btinternet.com are not welcome here",
        "550 5.7.1 ironport1.example.com and mail.manitu.example are not welcome here",
        "550 5.7.1 Email rejected per DMARC policy for mail.ru",
        "550 5.7.1 <user@icloud.com>: Recipient address rejected: Access denied",
    ],
)
def test_who_is_refused_is_not_who_refuses(text: str) -> None:
    assert classify(text).provider is None


@pytest.mark.parametrize(
    ("table", "rule"), RULES[::7], ids=lambda value: value if isinstance(value, str) else value.category
)
def test_rules_name_a_known_category_a_source_and_a_phase(table: str, rule: Rule) -> None:
    assert rule.category in CATEGORIES
    assert rule.source
    assert rule.example
    assert not rule.phase or Phase(rule.phase)
    if table != "general":
        assert rule.meaning.endswith(".")
        assert rule.remedy.endswith(".")


def test_every_phase_of_a_rule_is_one() -> None:
    assert [rule.example for _, rule in RULES if rule.phase and rule.phase not in set(Phase)] == []


def test_each_category_has_words_for_people() -> None:
    told = read_table("smtp", "causes.toml")

    assert set(told) == CATEGORIES


def test_each_phase_is_explained() -> None:
    assert {phase.value for phase in Phase} == set(read_table("smtp", "phases.toml"))


def test_the_registry_of_enhanced_codes_is_whole() -> None:
    # https://www.iana.org/assignments/smtp-enhanced-status-codes: subject -> last detail, with the gaps that it has.
    registry = {
        0: range(1),
        1: range(11),
        2: range(5),
        3: range(7),
        4: range(8),
        5: range(7),
        6: range(11),
        7: range(31),
    }

    missing = [
        f"{subject}.{detail}"
        for subject, details in registry.items()
        for detail in details
        if f"{subject}.{detail}" not in enhanced_table()
    ]

    assert missing == []


def test_the_basic_reply_codes_are_all_explained() -> None:
    basic = [
        "421",
        "432",
        "450",
        "451",
        "452",
        "454",
        "455",
        "458",
        "459",
        "500",
        "501",
        "502",
        "503",
        "504",
        "521",
        "523",
        "524",
        "525",
        "530",
        "534",
        "535",
        "538",
        "550",
        "551",
        "552",
        "553",
        "554",
        "555",
        "556",
    ]

    assert [code for code in basic if not reply_table().get(code, {}).get("meaning")] == []


@pytest.mark.parametrize("entry", read_table("smtp", "wording.toml")["wording"], ids=lambda entry: str(entry["phase"]))
def test_each_wording_is_found_in_its_example(entry: dict[str, object]) -> None:
    text = str(entry["example"]).lower()
    patterns = entry["patterns"]

    assert isinstance(patterns, list)
    assert any(phrase(str(pattern)).found_in(text) for pattern in patterns)


def test_wordings_are_read_in_the_order_of_their_table() -> None:
    assert [one.phase.value for one in wordings()] == [
        entry["phase"] for entry in read_table("smtp", "wording.toml")["wording"]
    ]


def test_a_pattern_with_too_many_gaps_is_refused() -> None:
    with pytest.raises(TableError):
        phrase("a * b * c * d * e")


def test_a_phrase_begins_at_the_start_of_a_word() -> None:
    assert not phrase("script").found_in("transcript of session")
    assert phrase("script").found_in("transcript by a script")


def test_a_pipe_before_a_program_is_no_choice() -> None:
    assert phrase("|/").found_in('"|/usr/bin/vacation"')
    assert not phrase("|/").found_in("mailbox full")


def test_tables_are_named_like_their_provider() -> None:
    assert all(re.fullmatch(r"[a-z0-9]+(?:_[a-z]+)?\.toml", name) for name in TABLES)


def test_the_index_leaves_no_rule_out_that_fits() -> None:
    rules = [rule for _, rule in RULES]
    index = Index(rules)

    for text in (plain(example) for _, _, example, _ in EXAMPLES[::3]):
        fitting = [rule for rule in rules if rule.phrase.found_in(text)]

        assert [rule for rule in index.worth_trying(text) if rule.phrase.found_in(text)] == fitting


@pytest.mark.parametrize("pair", pairs(), ids=lambda pair: f"{pair.topic} {pair.said}")
def test_every_pair_of_topic_and_word_is_judged_as_it_says(pair: Pair) -> None:
    codes = read_codes(pair.example)

    cause = likely(classify(pair.example, codes.reply, codes.enhanced), pair.example)

    assert cause.category == pair.category


def test_a_denied_word_means_what_it_denies_and_a_distant_one_nothing() -> None:
    assert topical("we do not know such a person") == ("user_unknown", 4.6)
    assert topical("the person is well known") is None
    assert topical(f"the person {'and so on ' * 9} is unknown") is None
