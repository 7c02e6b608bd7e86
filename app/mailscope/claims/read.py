"""Every claim of a header block: what its fields say that somebody checked."""

import re
from collections.abc import Callable, Iterator
from itertools import islice

from mailscope.claims.auth_results import parse_auth_results
from mailscope.claims.claim import Claim
from mailscope.claims.filters import read_filter, result_meanings
from mailscope.claims.received_spf import parse_received_spf
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.field import Field
from mailscope.mail.message import Message

_INSTANCE = re.compile(r"\s*i\s*=\s*(\d{1,3})\s*;", re.ASCII)


def read_claims(message: Message, limits: Limits = DEFAULT_LIMITS) -> tuple[Claim, ...]:
    """The claims of a message's header fields, topmost first, as many as the limit allows; any message gives claims."""
    every = (claim for field in message.fields if not field.malformed for claim in _claims(field))
    return tuple(islice(every, limits.claims))


def _claims(field: Field) -> Iterator[Claim]:
    reader = _READERS.get(field.key)
    if reader is not None:
        yield from reader(field, field.unfolded[: DEFAULT_LIMITS.field_decoded_bytes])
    elif field.key.endswith("-authentication-results"):
        yield from _auth_results(field, field.unfolded[: DEFAULT_LIMITS.field_decoded_bytes])  # a forwarder's copy
    elif field.key in _FORTIMAIL:
        yield from _fortimail(field, field.unfolded[:1000])
    else:
        verdict = read_filter(field, field.unfolded[: DEFAULT_LIMITS.field_decoded_bytes])
        if verdict is not None:
            yield verdict


def _auth_results(field: Field, text: str, instance: int | None = None) -> Iterator[Claim]:
    read = parse_auth_results(text)
    for each in read.results:
        yield Claim(
            field.index,
            field.name,
            read.by,
            each.method,
            each.result,
            each.reason,
            each.properties,
            each.comment,
            instance,
            meanings=result_meanings(each.method, (("reason", each.reason or ""), *each.properties)),
        )


def _arc_auth_results(field: Field, text: str) -> Iterator[Claim]:
    found = _INSTANCE.match(text)
    yield from _auth_results(field, text[found.end() :] if found else text, int(found[1]) if found else None)


def _received_spf(field: Field, text: str) -> Iterator[Claim]:
    by, result = parse_received_spf(text)
    if result is not None:
        yield Claim(field.index, field.name, by, "spf", result.result, None, result.properties, result.comment)


def _fortimail(field: Field, text: str) -> Iterator[Claim]:
    """FortiMail's own two: "spf-result=pass, ip=…, helo=…, mailFrom=…" and a word for DKIM."""
    method = _FORTIMAIL[field.key]
    stated: dict[str, str] = {key.lower(): value for key, value in _PAIR.findall(text)}
    result = stated.pop("spf-result", "") or text.partition(" ")[0].strip(",;")
    named = {"ip": "client-ip", "mailfrom": "smtp.mailfrom", "helo": "smtp.helo"}
    properties = tuple((named.get(key, key), value.strip("<>")) for key, value in stated.items())
    if result:
        words = {"valid": "pass", "invalid": "fail"}
        yield Claim(
            field.index, field.name, None, method, words.get(result.lower(), result.lower()), properties=properties
        )


_FORTIMAIL = {"x-feas-spf": "spf", "x-feas-dkim": "dkim"}
_PAIR = re.compile(r"([A-Za-z][\w-]{0,40})=([^\s,;]*)")
_READERS: dict[str, Callable[[Field, str], Iterator[Claim]]] = {
    "authentication-results": _auth_results,
    "authentication-results-original": _auth_results,
    "x-original-authentication-results": _auth_results,
    "x-ms-exchange-authentication-results": _auth_results,
    "arc-authentication-results": _arc_auth_results,
    "received-spf": _received_spf,
}
