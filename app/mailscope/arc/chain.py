"""The ARC sets of a message, gathered (RFC 8617 section 4.2): which fields belong together, and whether they may."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailscope.dkim.canonical import Material
from mailscope.dkim.signature import Role, Signature, parse_instance, parse_signature
from mailscope.limits import DEFAULT_LIMITS, Limits

RESULTS = "arc-authentication-results"
_INSTANCE = re.compile(rb"[ \t\r\n]*i[ \t\r\n]*=[ \t\r\n]*([0-9]{1,10})[ \t\r\n]*;")
"""RFC 8617 section 4.1.1: the instance comes first and ends with a semicolon."""


@dataclass(frozen=True, slots=True)
class ArcSet:
    """The three fields of one instance; None where one is missing. Places are those of the header block."""

    instance: int
    results: int | None = None
    message: int | None = None
    seal: int | None = None
    message_signature: Signature | None = None
    seal_signature: Signature | None = None

    @property
    def complete(self) -> bool:
        """Whether all three are there."""
        return None not in (self.results, self.message, self.seal)


@dataclass(frozen=True, slots=True)
class Chain:
    """All sets, oldest first, and what is wrong with how they stand together."""

    sets: tuple[ArcSet, ...]
    fault: str = ""
    """One plain sentence; "" where the structure is sound (RFC 8617 section 5.2 steps 1 to 3)."""
    broken_at: int | None = None
    """The instance where the structure breaks; None where it cannot be named."""
    present: bool = True
    """Whether any ARC field stands in the message."""


def read_chain(material: Material, limits: Limits = DEFAULT_LIMITS) -> Chain:
    """The ARC fields of a message, put together by instance; never raises."""
    found: dict[int, dict[str, int]] = {}
    signatures: dict[int, Signature] = {}
    fault, broken = "", None
    places = [place for place, key in enumerate(material.keys) if key in _NAMES]
    most = 3 * limits.arc_sets
    if len(places) > most:
        fault = f"The message bears {len(places):,} ARC fields; {limits.arc_sets} sets of three are the most."
    for place in places[:most]:
        key = material.keys[place]
        if key == RESULTS:
            instance = _instance(material.fields[place])
        else:
            signatures[place] = parse_signature(material.fields[place], Role(key), limits)
            instance = signatures[place].instance
        if instance is None:
            fault = fault or f"An {_NAMES[key]} field has no instance number from 1 to 50 (i=)."
        elif key in found.setdefault(instance, {}):
            if not fault:
                fault, broken = f"Instance {instance} has more than one {_NAMES[key]} field.", instance
        else:
            found[instance][key] = place
    sets = tuple(_set(instance, found[instance], signatures) for instance in sorted(found))
    if not fault:
        fault, broken = _structure(sets)
    return Chain(sets, fault, broken, bool(places))


def _set(instance: int, fields: dict[str, int], signatures: dict[int, Signature]) -> ArcSet:
    message, seal = fields.get(Role.MESSAGE), fields.get(Role.SEAL)
    return ArcSet(
        instance,
        fields.get(RESULTS),
        message,
        seal,
        None if message is None else signatures[message],
        None if seal is None else signatures[seal],
    )


def _structure(sets: Sequence[ArcSet]) -> tuple[str, int | None]:
    """What is wrong with the sets as a chain, and at which instance."""
    for number, each in enumerate(sets, 1):
        if each.instance != number:
            return f"Instance {number} is missing from the chain.", number
        if not each.complete:
            missing = [
                name
                for name, place in zip(_NAMES.values(), (each.results, each.message, each.seal), strict=True)
                if place is None
            ]
            return f"Instance {number} lacks its {' and '.join(missing)} field.", number
        seal = each.seal_signature
        expected = "none" if number == 1 else "pass"
        if seal is not None and not seal.faults and seal.chain != expected:
            if seal.chain == "fail":
                return f"The sealer of instance {number} found the chain broken already (cv=fail).", number
            return f"The seal of instance {number} says cv={seal.chain}, where only cv={expected} can be.", number
    return "", None


def _instance(raw: bytes) -> int | None:
    found = _INSTANCE.match(raw.partition(b":")[2])
    return parse_instance(found[1].decode("ascii")) if found else None


_NAMES = {
    RESULTS: "ARC-Authentication-Results",
    Role.MESSAGE.value: "ARC-Message-Signature",
    Role.SEAL.value: "ARC-Seal",
}
