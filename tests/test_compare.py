"""Two reports side by side: the difference that decides is named, and nothing equal is called different."""

from datetime import UTC, datetime
from pathlib import Path

from mailscope.compare import Area, Comparison, compare_reports
from mailscope.dns.snapshot import SnapshotDns
from mailscope.report import examine

NOW = datetime(2026, 10, 6, 12, tzinfo=UTC)


def _compared(samples: Path, left: bytes | str, right: bytes | str) -> Comparison:
    dns = SnapshotDns(samples / "dns.json")
    one, other = (
        examine(samples / each if isinstance(each, str) else each, dns=dns, now=NOW) for each in (left, right)
    )
    return compare_reports(one, other)


def test_a_message_is_the_same_as_itself(samples: Path) -> None:
    name = "messages/01-clean-and-aligned.eml"
    found = _compared(samples, name, name)

    assert found.differing == ()
    assert found.reasons == ()
    assert len(found.rows) > 20


def test_names_the_field_and_the_line_that_were_changed(samples: Path) -> None:
    raw = (samples / "messages/01-clean-and-aligned.eml").read_bytes()
    changed = raw.replace(b"\r\n\r\n", b"\r\nX-Added: [/] \x1b[31m\r\n\r\nA line in front\r\n", 1)
    found = _compared(samples, raw, changed)
    fields = [row for row in found.differing if row.area is Area.FIELD]
    body = [row for row in found.differing if row.area is Area.BODY]

    assert [(row.name, row.left) for row in fields] == [("X-Added", None)]
    assert "\x1b" not in (fields[0].right or "")
    assert body[-1].right == "A line in front"


def test_says_why_one_passes_and_the_other_fails(samples: Path) -> None:
    raw = (samples / "messages/01-clean-and-aligned.eml").read_bytes()
    found = _compared(samples, raw, raw + b"-- \r\nA footer\r\n")

    assert any(reason.startswith("DKIM: ") and "body-hash" in reason for reason in found.reasons)
    assert any(row.area is Area.VERDICT and row.name.startswith("DKIM ") for row in found.differing)


def test_what_varies_between_any_two_messages_tells_nothing(samples: Path) -> None:
    found = _compared(samples, "messages/01-clean-and-aligned.eml", "messages/02-forwarded-spf-softfails.eml")
    untelling = {row.name.lower() for row in found.rows if not row.telling}

    assert "received" in untelling
    assert "subject" not in untelling
