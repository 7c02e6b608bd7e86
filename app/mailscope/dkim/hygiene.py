"""What is remarkable about a key, though it may verify: its record, its age, its kind."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from mailscope.dkim.fetch import Fetched
from mailscope.dkim.key import KeyRecord
from mailscope.dkim.verdicts import DkimCheck
from mailscope.verdict import Verdict

OLD = timedelta(days=730)
"""Keys in use for longer deserve to be replaced; M3AAWG's key rotation advice asks for twice a year."""
_FIRST_YEAR = 2004
"""DKIM's forerunners begin here; smaller numbers are no years."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR_FIRST = re.compile(r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])?[-_.]?(0[1-9]|[12]\d|3[01])?(?!\d)")
_MONTH_FIRST = re.compile(rf"(?<![a-z])({'|'.join(_MONTHS)})[a-z]{{0,6}}[-_.]?(20\d\d)(?!\d)")
_USUAL_EXPONENT = 65537


def key_notes(fetched: Fetched, record: KeyRecord | None) -> Iterator[str]:
    """What its owner should mend about the key's record, a sentence each."""
    if len(fetched.records) > 1:
        yield f"{len(fetched.records)} key records stand at one name; which of them a receiver takes is left to chance."
    if fetched.foreign and record:
        yield "Other records than the key stand at its name; some receivers take the first that comes."
    if fetched.left:
        yield f"{fetched.left} more records stand at the name; they were not read."
    if record is None:
        return
    granularity = record.tags.get("g")
    if granularity is not None and granularity != "*":
        said = granularity[:40] or "nothing"
        yield f"g={said} is obsolete since RFC 6376; a verifier that still obeys it accepts only such local parts."
    if record.hashes and "sha256" not in record.hashes:
        yield f"h={':'.join(record.hashes)[:40]} leaves out sha256, the only hash that may be believed."
    if record.bare:
        yield "The key lacks its SubjectPublicKeyInfo wrapping, which some verifiers insist on."
    if record.public and record.public.type == "rsa" and record.public.exponent < _USUAL_EXPONENT:
        yield f"The key's exponent is {record.public.exponent}; 65537 is the usual one, small ones have a bad history."


def key_remarks(fetched: Fetched, record: KeyRecord | None) -> Iterator[str]:
    """What is allowed and good to know about the key's record, a sentence each."""
    if fetched.answer and fetched.answer.aliases:
        yield f"The name is an alias: whoever runs {fetched.answer.aliases[-1].rstrip('.')} holds the key."
    if record is None or record.foreign:
        return
    if fetched.answer and fetched.answer.validated:
        yield "DNSSEC vouches for the answer."
    if record.tags.get("v") is None:
        yield "The record does not begin with v=DKIM1, which is allowed, but recommended."
    if "s" in record.flags:
        yield "t=s: i= must name the signing domain itself, no subdomain."
    if record.services != ("*",):
        yield f"s={':'.join(record.services)[:40]}: the key is for these services only."
    if record.hashes:
        yield f"h={':'.join(record.hashes)[:40]}: only these hashes may be used."
    if len((record.tags.get("p") or "").split()) > 1:
        yield "White space stands inside p=, which is allowed, but trips some verifiers."
    if record.public and record.public.exponent > _USUAL_EXPONENT:
        yield f"The key's exponent has {record.public.exponent.bit_length()} bits; 65537 is the usual one."


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


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year >= _FIRST_YEAR else None
    except ValueError:
        return None
