"""Dates as mail writes them: RFC 5322 section 3.3, its obsolete forms, and the broken ones that real mail has."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta

from mailscope.mail.lexer import without_comments

_LONGEST = 500
_MONTHS = {
    1: "jan january janvier janv januar jaenner janner jenner enero ene gennaio gen janeiro januari tammi ocak leden "
       "sty stycznia янв января sijecanj 1月",
    2: "feb february fevrier fevr fev februar febrero febbraio fevereiro februari helmi subat unor lut lutego фев "
       "февраля",
    3: "mar march mars maerz marz mrz mar marzo marco maart mrt maaliskuu mart brezen marca мар марта",
    4: "apr april avril avr abril abr aprile huhti nisan duben kwi kwietnia апр апреля",
    5: "may mai mayo mag maggio maio mei maj touko mayis kveten maja мая май",
    6: "jun june juin juni junio giugno giu junho kesa haziran cerven cze czerwca июн июня",
    7: "jul july juillet juil juli julio luglio lug julho heina temmuz cervenec lip lipca июл июля",
    8: "aug august aout aou agosto ago augustus elo agustos srpen sie sierpnia авг августа",
    9: "sep sept september septembre septiembre settembre set setembro syys eylul zari wrz wrzesnia сен сентября",
    10: "oct october octobre okt oktober octubre ottobre ott outubro out loka ekim rijen paz pazdziernika окт октября",
    11: "nov november novembre noviembre novembro marras kasim listopad lis listopada ноя ноября",
    12: "dec december decembre dez dezember dic diciembre dicembre dezembro des joulu aralik prosinec gru grudnia дек "
        "декабря",
}  # fmt: skip
"""The first letters tell the months apart in every language listed; accents are folded before the look-up."""
_MONTH = {name: month for month, names in _MONTHS.items() for name in names.split()}
_ZONES = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420,
    "mdt": -360, "pst": -480, "pdt": -420, "cet": 60, "cest": 120, "met": 60, "mest": 120, "mez": 60, "mesz": 120,
    "bst": 60, "eet": 120, "eest": 180, "msk": 180, "msd": 240, "jst": 540, "kst": 540, "hkt": 480, "sgt": 480,
    "hst": -600, "akst": -540, "akdt": -480, "nzst": 720, "nzdt": 780, "aest": 600, "aedt": 660, "sast": 120,
    "brt": -180, "art": -180, "west": 60,
}  # fmt: skip
"""RFC 5322 section 4.3, and the names that mail bears besides; minutes east of UTC."""
_TIME = re.compile(r"(?<!\d)(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2}))?(?:[.,](\d{1,9}))?(?!\d)")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?(?:[.,](\d{1,9}))?(?!\d)")
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})[T ]?(\d{2})(\d{2})(\d{2})(?!\d)")
_OFFSET = re.compile(r"(?:^|\s|(?<=\d)|gmt|utc)([+-])(\d{1,2}):?(\d{2})?(?![\d:])", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+|\d+月")
_DAY_BEFORE = re.compile(r"(?<!\d)\d{1,2}[\s.,-]{0,3}(?:de\s)?$")


def parse_date(text: str) -> datetime | None:
    """The time that a Date field, a Received field's end, or a log line names: aware, in UTC; None for none.

    A missing zone and "-0000" are read as UTC; RFC 5322 section 4.3 says how short years are meant.
    """
    text = without_comments(text[: _LONGEST * 2]).strip()[:_LONGEST]
    if not text:
        return None
    folded = _folded(text)
    compact = _COMPACT.search(folded)
    if compact:
        year, month, day_number, hour, minute, second = (int(group) for group in compact.groups())
        return _moment((year, month, day_number), (hour, minute, second, 0), _offset(folded[compact.end() :]))
    clock = _CLOCK.search(folded) or _TIME.search(_blanked(folded))
    day = _calendar(folded, clock.span() if clock else None)
    if day is None:
        return None
    if clock is None:
        return _moment(day, (0, 0, 0, 0), 0)
    hour, minute, second = (int(group or 0) for group in clock.groups()[:3])
    micro = int((clock[4] or "0").ljust(6, "0")[:6])
    after = folded[clock.end() :]
    half = re.match(r"\s*([ap])\.?m\b", after)
    if half and hour <= 12:
        hour = hour % 12 + (12 if half[1] == "p" else 0)
    return _moment(day, (hour, minute, second, micro), _offset(after))


def _folded(text: str) -> str:
    """Lower case without accents, full-width digits as plain ones."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.lower())
    kept = "".join(char for char in apart if not unicodedata.combining(char))
    # й is и with a combining breve: folded alike on both sides of the look-up.
    return kept.replace("ı", "i").replace("ł", "l")


_FOLDED_MONTH = {_folded(name): month for name, month in _MONTH.items()}


def _blanked(text: str) -> str:
    """The text with dotted dates out, so that "24.11.2026" is not read as a time."""
    return _NUMERIC.sub(lambda match: " " * len(match[0]), _ISO.sub(lambda match: " " * len(match[0]), text))


def _calendar(text: str, clock: tuple[int, int] | None) -> tuple[int, int, int] | None:
    """Year, month and day."""
    iso = _ISO.search(text)
    if iso:
        return int(iso[1]), int(iso[2]), int(iso[3])
    numeric = _NUMERIC.search(text)
    if numeric:
        first, second, year = int(numeric[1]), int(numeric[3]), int(numeric[4])
        # 11/24/2026 is American, 24.11.2026 and 24-11-2026 are not; a number over 12 decides.
        american = second > 12 or (numeric[2] == "/" and first <= 12)
        return (year, first, second) if american else (year, second, first)
    return _named(text, clock)


def _named(text: str, clock: tuple[int, int] | None) -> tuple[int, int, int] | None:
    """Year, month and day where the month is a word: "24 nov 2026", "nov 24 10:00:00 2026", "24-nov-26"."""
    found = [match for match in _WORD.finditer(text) if _month(match[0])]
    if not found:
        return None
    # "Mar" and "Sept" may be week days ("mar. 24 nov."): the word after the day number counts, else the last.
    word = next((match for match in found if _DAY_BEFORE.search(text[: match.start()])), found[-1])
    month = _month(word[0])
    assert month is not None
    start, stop = clock or (len(text), len(text))
    before = [match for match in re.finditer(r"\d+", text[: word.start()]) if match.start() < start]
    later = list(re.finditer(r"\d+", text[word.end() :]))
    after = [
        match[0]
        for match in later
        if not start <= match.start() + word.end() < stop and not _is_offset(text, match.start() + word.end())
    ]
    day: str | None = before[-1][0] if before and len(before[-1][0]) <= 2 else None
    years = after
    if day is None:
        if not after:
            return None
        day, years = after[0], after[1:]
        if before and len(before[-1][0]) == 4:  # "2026 Nov 24"
            years = [before[-1][0]]
    year = next((number for number in years if 2 <= len(number) <= 4), None)
    if year is None or len(day) > 2:
        return None
    return _full_year(year), month, int(day)


def _month(word: str) -> int | None:
    if word in _FOLDED_MONTH:
        return _FOLDED_MONTH[word]
    return int(word[:-1]) if word.endswith("月") and word[:-1].isdigit() and len(word) <= 3 else None


def _is_offset(text: str, at: int) -> bool:
    """Whether the number here is a zone: a sign before it, and no word before the sign."""
    return at > 0 and (text[at - 1] == "+" or (text[at - 1] == "-" and at > 1 and text[at - 2] in " \tct"))


def _full_year(digits: str) -> int:
    """RFC 5322 section 4.3: 00 to 49 are of this century, 50 to 999 count from 1900."""
    year = int(digits)
    if len(digits) == 2 and year < 50:
        return 2000 + year
    return 1900 + year if len(digits) < 4 else year


def _offset(after: str) -> int:
    """Minutes east of UTC, by what follows the time."""
    match = _OFFSET.search(after)
    if match:
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        if minutes <= 24 * 60:
            return -minutes if match[1] == "-" else minutes
        return 0
    for word in _WORD.findall(after):
        if word in _ZONES:
            return _ZONES[word]
    return 0


def _moment(day: tuple[int, int, int], time: tuple[int, int, int, int], offset: int) -> datetime | None:
    hour, minute, second, micro = time
    try:
        # A leap second is the last second of its minute to everyone who computes with it.
        moment = datetime(*day, hour, minute, min(second, 59) if second <= 60 else second, micro, tzinfo=UTC)
        return moment - timedelta(minutes=offset)
    except (ValueError, OverflowError):
        return None
