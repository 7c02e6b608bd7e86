"""The public suffix list (publicsuffix.org): where one organization's names end and another's begin."""

from functools import lru_cache

from mailscope.dns.name import absolute
from mailscope.tables import read_text

_EXAMPLES = frozenset(("example", "invalid", "localhost", "test"))
"""Top-level domains of RFC 2606, which are in no list."""


def organizational_domain(domain: str) -> str | None:
    """The public suffix and one label more, lower case, A-labels, no final dot (RFC 7489 section 3.2).

    None for a public suffix itself and for what is no domain name.
    """
    labels = _labels(domain)
    size = _suffix_size(labels)
    return ".".join(labels[-size - 1 :]) if 0 < size < len(labels) else None


def public_suffix(domain: str) -> str | None:
    """The part under which anybody may register, e.g. "co.uk"; None for what is no domain name."""
    labels = _labels(domain)
    size = _suffix_size(labels)
    return ".".join(labels[-size:]) if size else None


def owner(host: str) -> str:
    """Whom a host belongs to: its organizational domain; "" where no public suffix is known, as for names of files.

    Names that RFC 2606 keeps for examples count as hosts.
    """
    labels = _labels(host)
    known = len(labels) > 1 and (labels[-1] in _rules() or f"*.{labels[-1]}" in _rules() or labels[-1] in _EXAMPLES)
    return (organizational_domain(host) or ".".join(labels)) if known else ""


def _labels(domain: str) -> list[str]:
    name = absolute(domain)
    return name[:-1].split(".") if name is not None and name != "." else []


def _suffix_size(labels: list[str]) -> int:
    """Labels of the public suffix: the longest rule that fits, an exception before all, "*" where none does."""
    rules = _rules()
    for size in range(len(labels), 0, -1):
        name = ".".join(labels[-size:])
        if f"!{name}" in rules:
            return size - 1
        if name in rules or (size > 1 and f"*.{name.partition('.')[2]}" in rules):
            return size
    return 1 if labels else 0


@lru_cache(maxsize=1)
def _rules() -> frozenset[str]:
    """Every rule of the list, A-labels; read at the first question."""
    rules = []
    for line in read_text("suffixes", "public_suffix_list.dat").split("\n"):
        if not line or line.startswith("//"):
            continue
        rule = line.split(None, 1)[0]
        rules.append(rule if rule.isascii() else _ascii_rule(rule))
    return frozenset(rules)


def _ascii_rule(rule: str) -> str:
    mark = "!" if rule.startswith("!") else ""
    name = absolute(rule.removeprefix("!"))
    return mark + (name or rule).removesuffix(".").removeprefix("!")
