"""What is remarkable about a key, though it may verify: its record, its age, its kind."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from mailscope.dkim.fetch import Fetched
from mailscope.dkim.key import KeyRecord
from mailscope.dkim.verdicts import DkimCheck
from mailscope.tables import sentence
from mailscope.verdict import Verdict

OLD = timedelta(days=730)
"""Keys in use for longer deserve to be replaced; M3AAWG's key rotation advice asks for twice a year."""
_FIRST_YEAR = 2004
"""DKIM's forerunners begin here; smaller numbers are no years."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR_FIRST = re.compile(r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])?[-_.]?(0[1-9]|[12]\d|3[01])?(?!\d)")
_MONTH_FIRST = re.compile(rf"(?<![a-z])({'|'.join(_MONTHS)})[a-z]{{0,6}}[-_.]?(20\d\d)(?!\d)")
_USUAL_EXPONENT = 65537
_QUOTE = 255
"""As long as a domain name may be."""


def key_notes(fetched: Fetched, record: KeyRecord | None) -> Iterator[str]:
    """What its owner should mend about the key's record, a sentence each, safe to show."""
    if len(fetched.records) > 1:
        yield _said("several-records", count=len(fetched.records))
    if fetched.foreign and record:
        yield _said("other-records")
    if fetched.left:
        yield _said("unread-records", count=fetched.left)
    if record is None:
        return
    granularity = record.tags.get("g")
    if granularity is not None and granularity != "*":
        yield _said("granularity", value=granularity or "nothing")
    if record.hashes and "sha256" not in record.hashes:
        yield _said("no-sha256", hashes=":".join(record.hashes))
    if record.bare:
        yield _said("bare")
    if record.public and record.public.type == "rsa" and record.public.exponent < _USUAL_EXPONENT:
        yield _said("small-exponent", exponent=record.public.exponent)


def key_remarks(fetched: Fetched, record: KeyRecord | None) -> Iterator[str]:
    """What is allowed and good to know about the key's record, a sentence each, safe to show."""
    if fetched.answer and fetched.answer.aliases:
        yield _said("alias", target=fetched.answer.aliases[-1].rstrip("."))
    if record is None or record.foreign:
        return
    if fetched.answer and fetched.answer.validated:
        yield _said("validated")
    if record.tags.get("v") is None:
        yield _said("no-version")
    if "s" in record.flags:
        yield _said("strict-identity")
    if record.services != ("*",):
        yield _said("services", services=":".join(record.services))
    if record.hashes:
        yield _said("hashes", hashes=":".join(record.hashes))
    if len((record.tags.get("p") or "").split()) > 1:
        yield _said("spaced")
    if record.public and record.public.exponent > _USUAL_EXPONENT:
        yield _said("large-exponent", bits=record.public.exponent.bit_length())


def selector_date(selector: str | None) -> date | None:
    """The date that a selector bears (20230601, 2023-06, oct2016, s2015), its first day where only a part is told."""
    text = (selector or "")[:255].lower()
    named = _MONTH_FIRST.search(text)
    if named:
        return _day(int(named[2]), _MONTHS.index(named[1]) + 1, 1)
    found = _YEAR_FIRST.search(text)
    if found is None:
        return None
    return _day(int(found[1]), int(found[2] or 1), int(found[3] or 1) if found[2] else 1)


def key_age(check: DkimCheck, now: datetime) -> tuple[timedelta, str] | None:
    """How long the key has been in use at least and how that is known; None where nothing tells.

    A signature that still verifies shows that its key lives; a dated selector shows when it was born.
    """
    if check.result is not Verdict.PASS:
        return None
    born = selector_date(check.selector)
    if born is not None and born <= now.date():
        return now.date() - born, f"the selector {check.selector} bears the date {born:%Y-%m}"
    if check.signed_at is not None and check.signed_at < now:
        return now - check.signed_at, f"this signature was made on {check.signed_at:%Y-%m-%d}, and the key still stands"
    return None


def _said(ident: str, **facts: str | int) -> str:
    short = {name: fact[:_QUOTE] if isinstance(fact, str) else fact for name, fact in facts.items()}
    return sentence("dkim", "key.toml", ident, **short)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year >= _FIRST_YEAR else None
    except ValueError:
        return None
