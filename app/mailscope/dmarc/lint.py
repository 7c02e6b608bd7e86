"""What is wrong or unwise in a DMARC record, in words from tables/dmarc."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from mailscope.dmarc.record import POLICIES, RECORD_BYTES, Record, is_record, mail_address, valid_uri
from mailscope.dns.suffixes import public_suffix
from mailscope.tables import read_table, sentence

_VALUES = {"adkim": ("r", "s"), "aspf": ("r", "s"), "psd": ("y", "n", "u"), "t": ("y", "n")}
_DEFAULTS = {"adkim": "r", "aspf": "r", "psd": "u", "t": "n", "fo": "0", "pct": "100"}
_KNOWN = frozenset({"v", "p", "sp", "np", "rua", "ruf", "fo", "pct", "rf", "ri", *_VALUES})
_FO = frozenset({"0", "1", "d", "s"})
_COMFORTABLE = 450
_QUOTE = 80
"""Characters of a record that a remark quotes."""
_MOST = 12
"""Remarks of one kind that are made; a record that earns more is beyond words."""
_LOOKS_MEANT = re.compile(r"[\s\"'\ufeff\u00ef\u00bb\u00bf]*v\s*=\s*[\"']?(dmarc[^\s;\"']*)([^;]?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to say about a record."""

    text: str
    """Safe to show."""
    fault: bool
    """Whether it keeps the record, or a part of it, from working."""


def remark(ident: str, **facts: str | int | None) -> Remark:
    """The remark of this name in tables/dmarc/record.toml, its facts filled in."""
    short = {name: fact[:_QUOTE] if isinstance(fact, str) else fact for name, fact in facts.items()}
    text = sentence("dmarc", "record.toml", ident, **short)
    return Remark(text, bool(read_table("dmarc", "record.toml")[ident].get("fault")))


def lint(record: Record, domain: str, organization: str | None) -> tuple[Remark, ...]:
    """Every remark on a record that was found at domain, whose organizational domain is given; faults first."""
    made = (*_form(record), *_policies(record, domain, organization), *_others(record), *_addresses(record))
    return tuple(sorted(dict.fromkeys(made), key=lambda each: not each.fault))


def near_misses(texts: tuple[str, ...], domain: str) -> tuple[Remark, ...]:
    """What keeps texts at _dmarc.domain, that seem to be meant as records, from being some."""
    return tuple(made for text in texts[:_MOST] if not is_record(text) and (made := _near_miss(text, domain)))


def _near_miss(text: str, domain: str) -> Remark | None:
    meant = _LOOKS_MEANT.match(text)
    if meant is None:
        late = re.search(r"(?:^|[;\s])v\s*=\s*DMARC1\b", text[:RECORD_BYTES])
        return remark("near-first", domain=domain) if late else None
    version = meant[1]
    if text.lstrip()[:1] in "\"'":
        return remark("near-quoted", domain=domain)
    if not text.startswith(("v", "V")):
        return remark("near-first", domain=domain)
    if version == "DMARC1":
        return remark("near-semicolon", domain=domain)
    return remark("near-case" if version.upper() == "DMARC1" else "near-version", domain=domain, version=version)


def _form(record: Record) -> Iterator[Remark]:
    """The record as a list of tags."""
    if record.size > RECORD_BYTES:
        yield remark("too-long", size=record.size, read=RECORD_BYTES)
    elif record.size > _COMFORTABLE:
        yield remark("long", size=record.size)
    if not all(" " <= char <= "~" or char == "\t" for char in record.text):
        yield remark("characters")
    for piece in record.tags.malformed[:_MOST]:
        yield remark("no-tag", piece=piece)
    names = [tag.name.lower() for tag in record.tags.tags]
    for name in [name for name, count in Counter(names).items() if count > 1][:_MOST]:
        yield remark("repeated", tag=name)
    for name in list(dict.fromkeys(name for name in names if name not in _KNOWN))[:_MOST]:
        yield remark("unknown", tag=name)
    if "p" in names and names.index("p") != 1:
        yield remark("p-late")


def _policies(record: Record, domain: str, organization: str | None) -> Iterator[Remark]:
    """The tags p, sp, np, t and psd."""
    for name in record.faulty:
        yield remark("policy-none" if record.reports else "policy-unused", tag=name, value=record.values[name])
    if record.p is None and "p" not in record.faulty:
        yield remark("p-missing" if record.reports else "p-missing-unused")
    if organization is not None and domain != organization and record.psd != "y":
        for name in ("sp", "np"):
            if name in record.values:
                yield remark("below-organization", tag=name, organization=organization)
    elif record.p is not None and not record.faulty:
        sub = record.sp or record.p
        if _rank(sub) < _rank(record.p):
            yield remark("sp-weaker", sp=sub, p=record.p, domain=domain)
        if record.np is not None and _rank(record.np) < _rank(sub):
            yield remark("np-weaker", np=record.np, sp=sub)
    if record.psd == "y" and public_suffix(domain) != domain:
        yield remark("psd-own", domain=domain)
    if record.psd == "y" and record.ruf:
        yield remark("psd-reports")
    if record.testing and (record.p, record.sp, record.np) != ("none", None, None):
        yield remark("testing")


def _rank(policy: str) -> int:
    return POLICIES.index(policy)


def _others(record: Record) -> Iterator[Remark]:
    """The tags that choose among a few values, and those that are historic."""
    for name, allowed in _VALUES.items():
        value = record.values.get(name)
        if value is not None and value.lower() not in allowed:
            yield remark("value", tag=name, value=value, default=_DEFAULTS[name])
    options = record.values.get("fo")
    if options is not None:
        if not record.ruf:
            yield remark("fo-alone")
        if not _FO.issuperset(option.strip().lower() for option in options.split(":")):
            yield remark("value", tag="fo", value=options, default=_DEFAULTS["fo"])
    percent = record.values.get("pct")
    if percent is not None:
        if not (percent.isascii() and percent.isdigit() and len(percent) <= 3 and int(percent) <= 100):
            yield remark("value", tag="pct", value=percent, default=_DEFAULTS["pct"])
        else:
            yield remark("pct-all" if int(percent) == 100 else "pct", value=percent)
    for name in ("rf", "ri"):
        if name in record.values:
            yield remark("historic", tag=name)


def _addresses(record: Record) -> Iterator[Remark]:
    """The destinations of reports."""
    if "rua" not in record.values:
        nothing = record.p == "none" and record.sp in (None, "none") and record.np in (None, "none")
        yield remark("nothing" if nothing else "no-reports")
    for tag, uris in (("rua", record.rua), ("ruf", record.ruf)):
        if tag in record.values and not uris:
            yield remark("address-empty", tag=tag)
        if len(uris) > 2:
            yield remark("address-many", tag=tag, count=len(uris))
        for uri in uris[:_MOST]:
            yield from _address(tag, uri)


def _address(tag: str, uri: str) -> Iterator[Remark]:
    if not valid_uri(uri):
        bare = "@" in uri and mail_address(f"mailto:{uri}") is not None
        yield remark("address-bare" if bare else "address-broken", tag=tag, uri=uri)
    elif not uri.lower().startswith("mailto:"):
        yield remark("address-scheme", tag=tag, uri=uri)
    elif "!" in uri.partition("?")[0]:
        yield remark("address-size", tag=tag, uri=uri)
