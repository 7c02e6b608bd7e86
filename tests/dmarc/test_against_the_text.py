"""DMARC beside a second reading of RFC 9989 (sections 4.7, 4.10 and 5.3), written from its text step by step."""

import re
from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mailscope.dmarc.check import check_dmarc
from mailscope.dmarc.verdicts import Identifier
from mailscope.dns.snapshot import SnapshotDns

POLICIES = ("none", "quarantine", "reject")
Tags = dict[str, str]
Verdict = tuple[str | None, str | None, str | None]
NOTHING: Verdict = ("none", None, None)

names = st.builds(
    lambda labels, base: ".".join((*labels, base)),
    st.lists(st.sampled_from("ab"), max_size=8),
    st.sampled_from(("example.com", "example.co.uk", "b.example.com", "example.org")),
)
tags = st.builds(
    "{}{}{}".format,
    st.sampled_from(("p", "p", "sp", "np", "psd", "t", "adkim", "aspf", "rua", "pct", "x")),
    st.sampled_from(("=", " = ", "= ")),
    st.sampled_from(("none", "reject", "QUARANTINE", "bad", "y", "n", "u", "s", "r", "mailto:a@b.example!10m",
                     "foo", "")),
)  # fmt: skip
records = st.builds(
    lambda version, rest, end: "; ".join((version, *rest)) + end,
    st.sampled_from(("v=DMARC1",) * 6 + ("V = DMARC1", "v=dmarc1", " v=DMARC1", "p=none; v=DMARC1")),
    st.lists(tags, max_size=6),
    st.sampled_from(("", ";", " ; ")),
)
answers = st.lists(records, max_size=2)
identifiers = st.lists(st.tuples(names, st.sampled_from(("pass", "pass", "fail"))), min_size=1, max_size=3)


def read(text: str) -> Tags | None:
    """The tags of a record whose first tag is v=DMARC1 (section 4.7); the first of a repeated tag counts."""
    pairs = [tuple(part.strip(" \t") for part in piece.partition("=")[::2]) for piece in text.split(";")]
    if text[:1] not in ("v", "V") or pairs[0][0].lower() != "v" or pairs[0][1] != "DMARC1":
        return None
    found: Tags = {}
    for piece, (name, value) in zip(text.split(";"), pairs, strict=True):
        if "=" in piece:
            found.setdefault(name.lower(), value)
    return found


class Reading:
    """One set of published records."""

    def __init__(self, zone: Mapping[str, Any]) -> None:
        self.dns = SnapshotDns(zone)

    def at(self, name: str) -> Tags | None:
        found = [record for text in self.dns.ask(f"_dmarc.{name}", "TXT").records if (record := read(text)) is not None]
        return found[0] if len(found) == 1 else None

    def walk(self, name: str) -> dict[str, Tags]:
        """Section 4.10, steps 1 to 7."""
        found: dict[str, Tags] = {}
        labels, target = name.split("."), name
        while True:
            record = self.at(target)
            if record is not None:
                found[target] = record
                if record.get("psd", "").lower() in ("y", "n"):
                    return found
            rest = target.split(".")
            rest = labels[-7:] if target == name and len(labels) >= 8 else rest[1:]
            if not rest:
                return found
            target = ".".join(rest)

    def organization(self, name: str) -> str:
        """Section 4.10.2."""
        found = self.walk(name)
        for domain, record in found.items():
            flag = record.get("psd", "").lower()
            if flag == "n":
                return domain
            if flag == "y" and domain != name:
                return ".".join(name.split(".")[-len(domain.split(".")) - 1 :])
        return list(found)[-1] if found else name

    def applied(self, author: str) -> tuple[str, Tags] | None:
        """Section 4.10.1: the author domain, its organization, its public suffix."""
        own = self.at(author)
        if own is not None:
            return author, own
        found = self.walk(author)
        organization = self.organization(author)
        if organization in found:
            return organization, found[organization]
        return next(((name, tags) for name, tags in found.items() if tags.get("psd", "").lower() == "y"), None)

    def verdict(self, author: str, marks: list[tuple[str, str, str]]) -> Verdict:
        """Result, policy, disposition."""
        applied = self.applied(author)
        if applied is None:
            return NOTHING
        where, record = applied
        policies = {name: record[name].lower() for name in ("p", "sp", "np") if name in record}
        if policies.get("p") not in POLICIES or not set(policies.values()) <= set(POLICIES):
            if not any(
                re.fullmatch(r" *mailto:[^@]+@[\w.-]+(!\d+[kmgt]?)? *", uri) for uri in record.get("rua", "").split(",")
            ):
                return NOTHING
            policies = {"p": "none"}
        tag = "p"
        if where != author:
            tag = "sp"
            if "np" in policies and self.dns.ask(author, "A").outcome.exists is False:
                tag = "np"
        policy = policies.get(tag, policies["p"])
        aligned = any(self.aligned(author, record, *mark) for mark in marks)
        milder = {"reject": "quarantine"}.get(policy, "none")
        return "pass" if aligned else "fail", policy, milder if record.get("t", "").lower() == "y" else policy

    def aligned(self, author: str, record: Tags, method: str, domain: str, result: str) -> bool:
        """Section 4.4."""
        if result != "pass":
            return False
        strict = record.get("aspf" if method == "spf" else "adkim", "").lower() == "s"
        return domain == author or (not strict and self.organization(domain) == self.organization(author))


@given(st.data(), names, identifiers)
@settings(max_examples=80)
def test_two_readings_of_the_text_come_to_one_verdict(
    data: st.DataObject, author: str, found: list[tuple[str, str]]
) -> None:
    above = {".".join(name.split(".")[at:]) for name in (author, *(each for each, _ in found)) for at in range(12)} - {
        ""
    }
    drawn = {name: data.draw(answers) for name in sorted(above)}
    zone: dict[str, Any] = {f"_dmarc.{name}.": {"TXT": texts} for name, texts in drawn.items() if texts}
    zone |= {f"{name}.": {"A": ["192.0.2.1"]} for name in sorted(above) if data.draw(st.booleans())}
    marks = [("dkim" if place else "spf", name, result) for place, (name, result) in enumerate(found)]
    checks = [Identifier(*mark) for mark in marks]
    ours = check_dmarc(author, checks[0], checks[1:], dns=SnapshotDns(zone))

    assert (ours.result, ours.policy, ours.disposition) == Reading(zone).verdict(author, marks)
