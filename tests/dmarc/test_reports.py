"""Where reports go: the consent of others, and reports about reports."""

from typing import Any

import pytest

from mailscope.dmarc.check import check_dmarc
from mailscope.dmarc.loop import report_loop
from mailscope.dmarc.verdicts import DmarcCheck
from mailscope.dns.snapshot import SnapshotDns


def judged(rua: str, **others: Any) -> DmarcCheck:
    record = f"v=DMARC1; p=none; rua={rua}"
    return check_dmarc("example.org", None, (), dns=SnapshotDns({"_dmarc.example.org.": {"TXT": [record]}, **others}))


@pytest.mark.parametrize(
    ("agreement", "authorized"),
    [
        (["v=DMARC1"], True),
        (["v=DMARC1;", "junk"], True),
        (["v=DMARC1; rua=mailto:other@reports.example"], True),
        (["v=DMARC1; rua=mailto:other@elsewhere.example"], False),
        (["v=spf1 -all"], False),
        ("NXDOMAIN", False),
        ("TIMEOUT", None),
    ],
)
def test_another_organization_has_to_agree(agreement: Any, authorized: bool | None) -> None:
    (only,) = judged(
        "mailto:d@reports.example", **{"example.org._report._dmarc.reports.example.": {"TXT": agreement}}
    ).reports

    assert (only.external, only.authorized) == (True, authorized)


def test_the_own_organization_need_not_agree() -> None:
    made = judged("mailto:d@example.org, mailto:e@reports.example.org").reports

    assert [(each.external, each.authorized) for each in made] == [(False, None), (False, None)]


def test_asks_only_so_many_organizations() -> None:
    made = judged(",".join(f"mailto:d@n{number}.example" for number in range(50))).reports

    assert len(made) == 50
    assert sum(each.authorized is False for each in made) == 10


def test_a_message_to_the_authors_own_report_address_is_seen() -> None:
    found = report_loop(
        ["ann@example.net", "D@EXAMPLE.org"], judged("mailto:d@example.org"), is_report=False, dns=SnapshotDns({})
    )

    assert found is not None
    assert (found.address, found.domain, found.tag, found.own) == ("d@example.org", "example.org", "rua", True)


def test_a_report_to_where_the_recipient_wants_it_is_seen() -> None:
    dns = SnapshotDns({"_dmarc.example.net.": {"TXT": ["v=DMARC1; p=none; rua=mailto:in@example.net"]}})
    sent = ["in@example.net"]

    found = report_loop(sent, judged("mailto:d@example.org"), is_report=True, dns=dns)

    assert found is not None
    assert not found.own
    assert report_loop(sent, judged("mailto:d@example.org"), is_report=False, dns=dns) is None
