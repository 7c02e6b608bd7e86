"""Amounts as people say them: numbers with their noun, durations, sizes."""


def count(number: int, one: str, many: str = "") -> str:
    """A number and its noun: "1 field", "3 fields"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def duration(seconds: float) -> str:
    """Seconds for people: "4 s", "3 min 20 s", "2 h 5 min", "3 d 4 h", "1,261 d"; negative where clocks disagree."""
    sign = "-" if seconds < 0 else ""
    whole = abs(round(seconds))
    for size, unit, smaller, small_unit in ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            rest = whole % size // smaller if whole < 10 * 86_400 else 0
            return f"{sign}{whole // size:,} {unit}" + (f" {rest} {small_unit}" if rest else "")
    return f"{sign}{whole} s"


def size_words(size: int) -> str:
    """Bytes for people: "812 bytes", "64 kB", "25 MB"."""
    if size < 10_000:
        return count(size, "byte")
    return f"{size / 1000:,.0f} kB" if size < 10_000_000 else f"{size / 1e6:,.0f} MB"
