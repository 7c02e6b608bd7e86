"""DMARC by both standards: the policy found, what aligns, and what follows."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailscope.dmarc.check import check_dmarc
from mailscope.dmarc.differ import differences
from mailscope.dmarc.discover import walked
from mailscope.dmarc.verdicts import DmarcCheck, Standard
from mailscope.dns.snapshot import NoDns, SnapshotDns

NEW, OLD = Standard.RFC9989, Standard.RFC7489


@dataclass(frozen=True)
class Checked:
    """An SPF or DKIM check, as far as DMARC cares."""

    domain: str | None
    result: str | None = "pass"


def zone(records: dict[str, Any], **others: Any) -> SnapshotDns:
    """DMARC records by domain; a list for several, a word of the snapshot form for a failure."""
    texts = {
        f"_dmarc.{domain}.": {"TXT": text if isinstance(text, list) or text.isupper() else [text]}
        for domain, text in records.items()
    }
    return SnapshotDns({**texts, **others})


def check(
    domain: str, records: dict[str, Any], *dkim: str, spf: str | None = None, standard: Standard = NEW, **others: Any
) -> DmarcCheck:
    return check_dmarc(
        domain,
        Checked(spf) if spf else None,
        [Checked(each) for each in dkim],
        dns=zone(records, **others),
        standard=standard,
    )


def test_walks_from_the_name_to_its_last_seven_labels_and_up() -> None:
    assert walked("a.example.org") == ("a.example.org", "example.org", "org")
    assert walked("a.b.c.d.e.f.g.h.mail.example.com") == (
        "a.b.c.d.e.f.g.h.mail.example.com",
        "e.f.g.h.mail.example.com",
        "f.g.h.mail.example.com",
        "g.h.mail.example.com",
        "h.mail.example.com",
        "mail.example.com",
        "example.com",
        "com",
    )


@given(st.from_regex(r"([a-z]{1,3}\.){0,40}[a-z]{2,3}", fullmatch=True))
def test_a_walk_asks_eight_names_at_most(domain: str) -> None:
    names = walked(domain)

    assert len(names) <= 8
    assert names[0] == domain
    assert all(domain.endswith(name) for name in names)


@pytest.mark.parametrize(
    ("record", "policy", "tag"),
    [
        ("v=DMARC1; p=reject", "reject", "p"),
        ("v=DMARC1; p=reject; sp=quarantine", "quarantine", "sp"),
        ("v=DMARC1; p=reject; sp=quarantine; np=none", "quarantine", "sp"),
    ],
)
@pytest.mark.parametrize("standard", [NEW, OLD])
def test_a_subdomain_takes_what_the_organization_says_about_it(
    record: str, policy: str, tag: str, standard: Standard
) -> None:
    found = check(
        "www.example.org", {"example.org": record}, standard=standard, **{"www.example.org.": {"A": ["192.0.2.1"]}}
    )

    assert (found.result, found.policy, found.policy_tag) == ("fail", policy, tag)
    assert (found.record_domain, found.organizational_domain) == ("example.org", "example.org")


def test_np_speaks_about_names_that_do_not_exist_by_the_new_standard_only() -> None:
    records = {"example.org": "v=DMARC1; p=none; sp=quarantine; np=reject"}
    new, old = (check("made-up.example.org", records, standard=standard) for standard in (NEW, OLD))

    assert (new.policy, new.policy_tag, new.exists) == ("reject", "np", False)
    assert (old.policy, old.policy_tag) == ("quarantine", "sp")
    assert "np=reject" in " ".join(differences(new, old))


def test_a_name_between_others_exists() -> None:
    found = check(
        "mid.example.org",
        {"example.org": "v=DMARC1; p=none; np=reject"},
        **{"host.mid.example.org.": {"A": ["192.0.2.1"]}},
    )

    assert (found.policy_tag, found.exists) == ("p", True)


@pytest.mark.parametrize(("standard", "disposition"), [(NEW, "quarantine"), (OLD, "reject")])
def test_t_makes_the_new_standard_one_step_milder(standard: Standard, disposition: str) -> None:
    found = check("example.org", {"example.org": "v=DMARC1; p=reject; t=y"}, standard=standard)

    assert (found.policy, found.disposition) == ("reject", disposition)


@pytest.mark.parametrize(
    ("standard", "pct", "disposition", "percent"),
    [(NEW, "0", "reject", None), (OLD, "0", "quarantine", 0), (OLD, "40", "reject", 40), (OLD, "x", "reject", None)],
)
def test_pct_counts_for_the_old_standard(standard: Standard, pct: str, disposition: str, percent: int | None) -> None:
    found = check("example.org", {"example.org": f"v=DMARC1; p=reject; pct={pct}"}, standard=standard)

    assert (found.disposition, found.percent) == (disposition, percent)


def test_a_public_suffix_speaks_where_its_registrants_do_not() -> None:
    records = {"bank": "v=DMARC1; p=reject; psd=y"}
    found = check("a.little.bank", records, "little.bank", standard=NEW)

    assert (found.record_domain, found.organizational_domain) == ("bank", "little.bank")
    assert found.dkim_aligned
    assert check("a.little.bank", records, standard=OLD).result == "none"


def test_psd_n_makes_a_department_an_organization_of_its_own() -> None:
    records = {"example.org": "v=DMARC1; p=none", "dept.example.org": "v=DMARC1; p=reject; psd=n"}
    found = check("mail.dept.example.org", records, "example.org", spf="bounce.dept.example.org")

    assert (found.record_domain, found.policy) == ("dept.example.org", "reject")
    assert (found.spf_aligned, found.dkim_aligned) == (True, False)


@pytest.mark.parametrize("standard", [NEW, OLD])
def test_strict_alignment_wants_the_very_name(standard: Standard) -> None:
    records = {"example.org": "v=DMARC1; p=reject; adkim=s; aspf=r"}
    found = check("example.org", records, "www.example.org", spf="bounce.example.org", standard=standard)

    assert (found.dkim_aligned, found.spf_aligned, found.result) == (False, True, "pass")


@pytest.mark.parametrize("standard", [NEW, OLD])
@pytest.mark.parametrize("other", ["evil-example.org", "example.org.example", "org", "example.net"])
def test_names_that_only_look_alike_do_not_align(standard: Standard, other: str) -> None:
    found = check("example.org", {"example.org": "v=DMARC1; p=reject"}, other, standard=standard)

    assert found.result == "fail"


@pytest.mark.parametrize("standard", [NEW, OLD])
def test_several_records_count_as_none(standard: Standard) -> None:
    found = check("example.org", {"example.org": ["v=DMARC1; p=none", "v=DMARC1; p=reject"]}, standard=standard)

    assert found.result == "none"
    assert "more than one" in found.reason
    assert found.faults


def test_past_several_records_only_the_new_standard_walks_on() -> None:
    records = {"example.org": "v=DMARC1; p=reject", "www.example.org": ["v=DMARC1; p=none", "v=DMARC1; p=none"]}
    new, old = (check("www.example.org", records, standard=standard) for standard in (NEW, OLD))

    assert (new.result, old.result) == ("fail", "none")
    assert "more than one record" in " ".join(differences(new, old))


@pytest.mark.parametrize(
    ("record", "result"),
    [
        ("v=DMARC1; rua=mailto:d@example.org", "fail"),
        ("v=DMARC1; p=block; rua=mailto:d@example.org!10m", "fail"),
        ("v=DMARC1; p=block; rua=d@example.org", "none"),
        ("v=DMARC1; p=reject; sp=block", "none"),
        ("v=DMARC1", "none"),
    ],
)
@pytest.mark.parametrize("standard", [NEW, OLD])
def test_a_record_without_a_policy_that_can_be_read_counts_only_where_it_asks_for_reports(
    record: str, result: str, standard: Standard
) -> None:
    found = check("example.org", {"example.org": record}, standard=standard)

    assert (found.result, found.policy) == (result, "none" if result == "fail" else None)


@pytest.mark.parametrize("word", ["TIMEOUT", "SERVFAIL", "REFUSED"])
@pytest.mark.parametrize("standard", [NEW, OLD])
def test_a_dns_error_is_neither_a_policy_nor_none(word: str, standard: Standard) -> None:
    for failing in ("www.example.org", "example.org"):
        found = check("www.example.org", {failing: word}, "www.example.org", standard=standard)

        assert found.result == "temperror"
        assert failing in found.reason


def test_an_error_above_matters_only_where_alignment_hangs_on_it() -> None:
    records = {"example.org": "v=DMARC1; p=reject", "org": "SERVFAIL"}

    assert check("example.org", records, "example.org").result == "pass"
    assert check("example.org", records, "www.example.org").result == "temperror"
    assert check("example.org", records, "example.net").result == "fail"
    assert check("example.org", records).result == "fail"


@pytest.mark.parametrize("standard", [NEW, OLD])
def test_what_was_not_evaluated_is_not_failed(standard: Standard) -> None:
    dns = zone({"example.org": "v=DMARC1; p=reject"})

    def result(spf: Checked | None, *dkim: Checked) -> str | None:
        return check_dmarc("example.org", spf, dkim, dns=dns, standard=standard).result

    assert result(None) == "fail"
    assert result(Checked(None, None)) is None
    assert result(Checked("example.net", None)) == "fail"
    assert result(Checked("example.org", "temperror")) == "temperror"
    assert result(Checked("example.org", "temperror"), Checked("www.example.org")) == "pass"
    assert result(None, Checked("example.org", None), Checked("example.net")) is None


def test_without_dns_there_is_no_verdict_and_the_reason_says_so() -> None:
    found = check_dmarc("example.org", None, (), dns=NoDns())

    assert found.result is None
    assert "not asked" in found.reason


@pytest.mark.parametrize("domain", ["", "..", "a..example", "x" * 70 + ".example"])
def test_a_domain_that_no_dns_carries_is_an_error_for_good(domain: str) -> None:
    assert check_dmarc(domain, None, (), dns=NoDns()).result == "permerror"


def test_names_in_other_scripts_and_capitals_are_one() -> None:
    found = check("Post.BÜCHER.example.", {"xn--bcher-kva.example": "v=DMARC1; p=reject"}, "bücher.EXAMPLE")

    assert (found.result, found.from_domain) == ("pass", "post.xn--bcher-kva.example")


def test_tells_every_name_that_was_asked_and_what_stood_there() -> None:
    found = check("a.b.example.org", {"example.org": "v=DMARC1; p=none; psd=n", "b.example.org": "hello"})

    assert found.tried == ("_dmarc.a.b.example.org", "_dmarc.b.example.org", "_dmarc.example.org")
    assert [look.said for look in found.looks] == ["no record", "text, but no DMARC record", "a record with psd=n"]


def test_tells_where_a_record_is_kept_that_is_only_an_alias() -> None:
    aliased = {"_dmarc.example.org.": {"CNAME": ["example-org.hosted.example."]},
               "example-org.hosted.example.": {"TXT": ["v=DMARC1; p=reject"]}}  # fmt: skip
    found = check_dmarc("example.org", None, (), dns=SnapshotDns(aliased))

    assert found.policy == "reject"
    assert found.looks[0].said == "a record, kept at example-org.hosted.example"


def test_refuses_a_standard_that_is_none() -> None:
    with pytest.raises(ValueError, match="rfc0"):
        check_dmarc("example.org", None, (), dns=NoDns(), standard="rfc0")


@given(
    st.text(max_size=40),
    st.text(max_size=60)
    | st.from_regex(r"v=DMARC1;( ?(p|sp|np|psd|t|pct|rua|adkim)=[a-z0-9:@.]{0,9};){0,6}", fullmatch=True),
    st.lists(
        st.builds(Checked, st.none() | st.text(max_size=20), st.sampled_from(["pass", "fail", None, "temperror"]))
    ),
)
def test_nothing_that_mail_or_dns_hold_raises(domain: str, record: str, dkim: list[Checked]) -> None:
    dns = SnapshotDns({"_dmarc.example.org.": {"TXT": [record.encode("utf-8", "replace").decode("latin-1")]}})
    for author in (domain, "www.example.org"):
        new, old = (check_dmarc(author, None, dkim, dns=dns, standard=standard) for standard in (NEW, OLD))

        assert new.reason
        assert isinstance(differences(new, old), tuple)


def vectors(shared: Path) -> Iterator[dict[str, Any]]:
    with (shared / "corpora" / "dmarc.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            case = json.loads(line)
            if case["kind"] == "evaluate":
                yield case


def snapshot(zone: dict[str, Any]) -> SnapshotDns:
    """The vectors' form: a list of parts a record, or a word."""
    return SnapshotDns(
        {
            f"{name}.": {
                kind: value if isinstance(value, str) or kind == "TXT" else [" ".join(map(str, part)) for part in value]
                for kind, value in types.items()
            }
            for name, types in zone.items()
        }
    )


NAMES = {
    "result": "result",
    "policy": "policy",
    "disposition": "disposition",
    "policy_domain": "record_domain",
    "org_domain": "organizational_domain",
    "spf_aligned": "spf_aligned",
    "dkim_aligned": "dkim_aligned",
}


def test_agrees_with_the_vectors_that_lie_beside_the_project(shared: Path) -> None:
    wrong = []
    for case in vectors(shared):
        dns = snapshot(case["zone"])
        spf = Checked(**case["spf"]) if case["spf"] else None
        for standard, key in ((NEW, "ref_9989"), (OLD, "ref_7489")):
            wanted = case.get(key)
            if not wanted or (case["source"] != "matrix" and standard[3:] not in (case.get("rfc") or [standard[3:]])):
                continue
            domain = case["from"].rpartition("@")[2]
            got = check_dmarc(domain, spf, [Checked(**each) for each in case["dkim"]], dns=dns, standard=standard)
            keys = ["result"] if wanted["result"] not in ("pass", "fail") else list(NAMES)
            keys = [each for each in keys if wanted.get(each) is not None]
            keys = [each for each in keys if each != "disposition" or wanted["result"] == "fail"]
            wrong += [(case["name"], standard, each) for each in keys if getattr(got, NAMES[each]) != wanted[each]]

    assert wrong == []
