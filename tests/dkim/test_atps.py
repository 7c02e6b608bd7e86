"""Third parties that an author's domain lets sign for it."""

from typing import Any

import pytest

from mailscope.dkim.check import check_dkim
from mailscope.dkim.verdicts import Atps
from mailscope.verdict import Verdict


def _atps(workshop: Any, answer: Any, label: str = "example.com", **tags: str) -> Atps | None:
    message = workshop.message.replace(b"ann@example.com", b"ann@author.example")
    dns = workshop.dns(**{f"{label}._atps.author.example.": {"TXT": answer}})
    made = {"atps": "author.example", "atpsh": "none"} | tags
    (check,) = check_dkim(workshop.sign(message, **made), dns=dns, now="2026-10-06T12:00:00Z")
    return check.atps


def test_the_author_vouches_for_the_signer(workshop: Any) -> None:
    import base64
    import hashlib

    label = base64.b32encode(hashlib.sha256(b"example.com").digest()).decode().rstrip("=").lower()
    plain, hashed = _atps(workshop, ["v=ATPS1"]), _atps(workshop, ["v=ATPS1; d=Example.com"], label, atpsh="sha256")

    assert plain == Atps("author.example", Verdict.PASS, "example.com._atps.author.example")
    assert hashed is not None
    assert hashed.result is Verdict.PASS


@pytest.mark.parametrize(
    ("answer", "tags", "result"),
    [
        ("NXDOMAIN", {}, Verdict.FAIL),
        (["v=ATPS1; d=other.example"], {}, Verdict.FAIL),
        (["v=spf1 -all"], {}, Verdict.FAIL),
        ("SERVFAIL", {}, Verdict.TEMPERROR),
        ("NOT-RECORDED", {}, None),
        (["v=ATPS1"], {"atpsh": "md5"}, Verdict.PERMERROR),
        (["v=ATPS1"], {"atps": "stranger.example"}, Verdict.PERMERROR),
    ],
)
def test_or_does_not(workshop: Any, answer: Any, tags: dict[str, str], result: Verdict | None) -> None:
    found = _atps(workshop, answer, **tags)

    assert found is not None
    assert (found.result, bool(found.problem)) == (result, True)


def test_a_signature_that_claims_nothing_asks_nothing(workshop: Any) -> None:
    (check,) = check_dkim(workshop.sign(), dns=workshop.dns(), now="2026-10-06T12:00:00Z")

    assert check.atps is None
