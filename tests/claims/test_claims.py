"""What others say they checked: the dialects of Authentication-Results and its kin, and filters told in words."""

# ruff: noqa: E501  # header fields as they stand in mail

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailscope.claims.auth_results import parse_auth_results
from mailscope.claims.claim import Claim
from mailscope.claims.read import read_claims
from mailscope.claims.received_spf import parse_received_spf
from mailscope.mail.message import parse_message
from mailscope.tables import read_table


def claims(*lines: str) -> tuple[Claim, ...]:
    return read_claims(parse_message("\r\n".join((*lines, "", "")).encode()))


DIALECTS = [
    (
        "the standard",
        ('mx.example.com 1; dkim=pass (2048-bit key) reason="good; really" header.d=example.org header.i="@example.org";'
        " spf=fail smtp.mailfrom=a@example.org"),
        "mx.example.com",
        ["dkim=pass", "spf=fail"],
    ),
    (
        "Outlook, which names nobody",
        ("spf=pass (sender IP is 192.0.2.9) smtp.mailfrom=example.org; dkim=none (message not signed) header.d=none;"
        "dmarc=fail action=oreject header.from=example.org;compauth=fail reason=001"),
        None,
        ["spf=pass", "dkim=none", "dmarc=fail", "compauth=fail"],
    ),
    (
        "Yahoo of old, without a semicolon",
        "mta1.mail.bf1.yahoo.com from=example.org; domainkeys=neutral (no sig); from=example.org; dkim=pass (ok)",
        "mta1.mail.bf1.yahoo.com",
        ["domainkeys=neutral", "dkim=pass"],
    ),
    (
        "Gmail",
        ("mx.google.com; dkim=pass header.i=@example.org header.s=s1 header.b=oKv1rmKC; arc=pass (i=1);"
        " spf=pass (google.com: domain of a@example.org designates 192.0.2.9 as permitted sender) smtp.mailfrom=a@example.org;"
        " dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=example.org"),
        "mx.google.com",
        ["dkim=pass", "arc=pass", "spf=pass", "dmarc=pass"],
    ),
    ("FortiMail, without semicolons between its lines",
     ("fortimail.example.com;\r\n\tspf=pass (example.org: domain of a@example.org designates 192.0.2.9 as permitted sender)"
     " smtp.mailfrom=a@example.org\r\n\tdmarc=fail header.from=example.net"), "fortimail.example.com",
     ["spf=pass", "dmarc=fail"]),
    ("nothing was checked", "mx.example.com; none", "mx.example.com", []),
    ("results without semicolons", "mx.example.com; spf=pass smtp.mailfrom=x dkim=fail header.d=y", "mx.example.com",
     ["spf=pass", "dkim=fail"]),
    ("Amazon", "amazonses.com; spf=none (spfCheck: x) client-ip=192.0.2.9; helo=a.example; envelope-from=b@example.org;",
     "amazonses.com", ["spf=none"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "by", "results"), [case[1:] for case in DIALECTS], ids=[case[0] for case in DIALECTS])
def test_reads_every_dialect(text: str, by: str | None, results: list[str]) -> None:
    read = parse_auth_results(text)

    assert read.by == by
    assert [f"{each.method}={each.result}" for each in read.results] == results


def test_keeps_reason_properties_and_comment_with_their_method() -> None:
    read = parse_auth_results(DIALECTS[0][1])

    assert read.results[0].reason == "good; really"
    assert read.results[0].comment == "2048-bit key"
    assert read.results[0].properties == (("header.d", "example.org"), ("header.i", "@example.org"))


def test_reads_what_a_forwarder_kept_of_an_earlier_verdict() -> None:
    found = claims("X-Forwarder-Authentication-Results: mail.example.net; dkim=pass header.d=example.org")

    assert [(claim.by, claim.method, claim.result) for claim in found] == [("mail.example.net", "dkim", "pass")]


def test_keeps_the_instance_of_an_arc_set() -> None:
    found = claims(
        "ARC-Authentication-Results: i=2; mx.microsoft.com 1; spf=pass (sender ip is 192.0.2.9); arc=pass (0)"
    )

    assert [(claim.instance, claim.by, claim.method) for claim in found] == [
        (2, "mx.microsoft.com", "spf"), (2, "mx.microsoft.com", "arc")
    ]  # fmt: skip


def test_reads_received_spf_in_both_styles() -> None:
    by, postfix = parse_received_spf(
        "Softfail (mailfrom) identity=mailfrom; client-ip=192.0.2.9; helo=a.example;"
        ' envelope-from="b=c@example.org"; receiver=<UNKNOWN>'
    )
    google, pass_ = parse_received_spf(
        "pass (google.com: domain of a@example.org designates 192.0.2.9 as permitted sender) client-ip=192.0.2.9;"
    )

    assert (by, google) == (None, "google.com")
    assert postfix is not None
    assert postfix.result == "softfail"
    assert dict(postfix.properties)["envelope-from"] == "b=c@example.org"
    assert pass_ is not None
    assert dict(pass_.properties) == {"client-ip": "192.0.2.9"}
    assert parse_received_spf("(nothing)") == (None, None)


FILTERS = [
    ("X-Forefront-Antispam-Report: CIP:192.0.2.9;SCL:5;SFV:SPM;CAT:HPHISH;DIR:INB;", "spam", "spm",
     ["5 (spam)", "phishing, with high confidence"]),
    ("X-Microsoft-Antispam: BCL:8;ARA:1444111002|4022899009;", "bulk", "8", ["many complaints"]),
    ("X-Spam-Status: Yes, score=7.1 required=5.0 tests=BAYES_99,\r\n\tURIBL_BLACK autolearn=no version=4.0.0", "spam", "yes",
     ["verdict: Yes (spam)", "points: 7.1", "URIBL_BLACK"]),
    ("X-Spamd-Result: default: False [4.54 / 25.00]; SPOOF_DISPLAY_NAME(7.00)[x]; BAYES_HAM(-3.0)[99%]", "spam", "false",
     ["points: 4.54", "SPOOF_DISPLAY_NAME(7.00)"]),
    ("X-SES-Virus-Verdict: FAIL", "virus", "fail", ["a virus was found"]),
    ("X-Example-MailScanner: Found to be clean", "virus", "found to be clean", ["no virus found"]),
    ("X-Pm-Content-Encryption: on-delivery", "encryption", "on-delivery", ["when it arrived"]),
    ("X-TM-AS-Result: Yes-5.339-5.0-31-1", "spam", "yes", ["points: 5.339", "is spam: 5.0", "1 (spam)"]),
    ("X-TMASE-Result: 10--5.534000-4.000000", "spam", "-5.534000", ["is spam: 4.000000"]),
    ("X-CRM114-Status: GOOD (  30.14  )", "spam", "good", ["not spam", "30.14"]),
    ("X-Ham-Report: It is not spam. Content analysis details:   (-101.0 points, 5.0 required)", "spam", "-101.0", ["is spam: 5.0"]),
    ("X-Barracuda-Spam-Status: Yes, SCORE=3.60 using scores of TAG_LEVEL=3.5 QUARANTINE_LEVEL=9.0 tests=X", "spam", "yes",
     ["marked: 3.5", "held: 9.0"]),
    ("X-KSMG-AntiSpam-Status: massmail", "spam", "massmail", ["mass mailing"]),
    ("X-KSMG-AntiPhishing: Clean, bases: 2026/10/09 05:29:00", "phishing", "clean, bases: 2026/10/09 05:29:00", ["no phishing"]),
    ("X-PMX-Spam: Gauge=IIIIIII, Probability=7%, Report='BODY_SIZE 1'", "spam", "7%", ["rules that fitted: BODY_SIZE 1"]),
    ("X-Mimecast-Impersonation-Protect: Policy=Default;Internal User Name=true;Reply-to Address Mismatch=false", "sender", "default",
     ["somebody inside: true"]),
    ("X-SpamReason: No, hits=0.5 required=7.0 tests=A", "spam", "no", ["points: 0.5"]),
    ("X-UI-Filterresults: junk:10;V03:K0:abc", "spam", "junk", ["verdict: junk (spam)"]),
    ("UI-OutboundReport: notjunk:1;M01:P0:abc", "spam", "notjunk", ["not spam"]),
    ("X-Yandex-Spam: 4", "spam", "4", ["as it stands: 4"]),
    ("X-Acme-Spam-Flag: maybe", "spam", "maybe", ["as it stands: maybe"]),
]  # fmt: skip


@pytest.mark.parametrize(("line", "method", "result", "words"), FILTERS, ids=[case[0][:28] for case in FILTERS])
def test_tells_filters_verdicts_in_words(line: str, method: str, result: str, words: list[str]) -> None:
    (claim,) = claims(line)

    assert (claim.method, claim.result) == (method, result)
    told = "; ".join(map(str, claim.meanings))
    assert [word for word in words if word not in told] == []


def test_tells_why_microsofts_joint_verdict_came_out_so() -> None:
    found = claims("Authentication-Results: spf=none; dmarc=fail action=oreject;compauth=fail reason=001")

    assert "no strict policy" in str(found[2].meanings[0])
    assert "rejection" in str(found[1].meanings[0])


def test_reads_fortimails_own_fields() -> None:
    found = claims(
        "X-FEAS-SPF: spf-result=pass, ip=192.0.2.9, helo=a.example, mailFrom=a@example.org", "X-FEAS-DKIM: Valid"
    )

    assert [(claim.method, claim.result) for claim in found] == [("spf", "pass"), ("dkim", "pass")]
    assert found[0].property("client-ip") == "192.0.2.9"


PIECES = st.sampled_from(
    ["spf=", "pass", ";", "(", ")", '"', "=", " ", "dkim=pass", "header.d=", "x", "i=1;", "SCL:", "5", "Yes,", "score=",
     "[", "]", "\\", "False [", "\r\n ", "é"]
)  # fmt: skip


@given(
    st.sampled_from(["Authentication-Results", "ARC-Authentication-Results", "Received-SPF", "X-Spam-Status",
                     "X-Forefront-Antispam-Report", "X-Spamd-Result", "X-FEAS-SPF", "X-TM-AS-Result", "X-Spam-Report",
                     "X-CRM114-Status", "X-Mimecast-Impersonation-Protect"]),
    st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=100),
)  # fmt: skip
def test_gives_claims_for_anything(name: str, value: str) -> None:
    for claim in claims(f"{name}: {value}"):
        assert claim.method
        assert claim.field == name


def test_holds_the_table_of_filters_to_its_form() -> None:
    forms = {"colons", "dashes", "equals", "named", "number", "pairs", "report", "rspamd", "scored", "word"}
    for entry in read_table("claims", "filters.toml")["filter"]:
        assert entry["form"] in forms, entry["fields"]
        assert all(name == name.lower() for name in entry["fields"])
        assert all(key.get("means") for key in entry["keys"].values()), entry["fields"]
