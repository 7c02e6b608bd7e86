"""The key of a signature, fetched and judged (RFC 6376 section 6.1.2), for DKIM and ARC alike."""

from dataclasses import dataclass

from mailscope.dkim.key import KeyRecord, parse_key_record
from mailscope.dkim.signature import Fault, Signature
from mailscope.dkim.verdicts import DkimReason
from mailscope.dns.answer import Answer, Dns, Outcome
from mailscope.limits import DEFAULT_LIMITS, Limits


@dataclass(frozen=True, slots=True)
class Fetched:
    """What DNS holds where a signature's key should be."""

    name: str | None
    """Where it was looked for; None where the signature does not say."""
    answer: Answer | None = None
    records: tuple[KeyRecord, ...] = ()
    """Records that are keys, or try to be, in the order of the answer."""
    foreign: int = 0
    """Records of other kinds beside them."""
    left: int = 0
    """Records beyond the limit, not read."""
    fault: Fault | None = None
    """Why there is no key; None where there are records to try."""

    @property
    def unknown(self) -> bool:
        """Nobody was asked, or the recording does not know: neither there nor missing."""
        return self.answer is not None and self.answer.outcome in (Outcome.NOT_ASKED, Outcome.NOT_RECORDED)

    @property
    def transient(self) -> bool:
        """DNS failed: another try may find it."""
        failed = (Outcome.SERVFAIL, Outcome.REFUSED, Outcome.TIMEOUT)
        return self.answer is not None and self.answer.outcome in failed


def fetch_key(signature: Signature, dns: Dns, limits: Limits = DEFAULT_LIMITS) -> Fetched:
    """The key records of a signature; never raises."""
    name = signature.key_name
    if name is None:
        said = "The signature does not say where its key is (d= and s=)."
        return Fetched(None, fault=Fault(DkimReason.SYNTAX, said))
    answer = dns.ask(name, "TXT")
    if not answer:
        return Fetched(name, answer, fault=_no_answer(name, answer))
    texts = answer.records[: limits.key_records]
    read = [parse_key_record(text, limits) for text in texts]
    keys = tuple(record for record in read if not record.foreign)
    fault = None
    if len(read) > 1 and all(record.fault for record in read) and _joined(texts, limits):
        said = f"The key at {name} is split over {len(read)} records; it must be one record of several strings."
        fault = Fault(DkimReason.KEY_SYNTAX, said)
    elif not keys:
        fault = _no_key(name)
    return Fetched(name, answer, keys, len(read) - len(keys), len(answer.records) - len(texts), fault)


def _joined(texts: tuple[str, ...], limits: Limits) -> bool:
    """Whether the records are the pieces of one key: DNS panels cut long keys at the wrong place."""
    if sum(map(len, texts)) > limits.key_record_bytes:
        return False
    # DNS gives records in any order: the piece that begins the record is the one with tags.
    ordered = sorted(texts, key=lambda text: "p=" not in text)
    return parse_key_record("".join(ordered), limits).fault is None


def _no_key(name: str) -> Fault:
    text = f"Other TXT records stand at {name}, but no key; perhaps a wildcard answers there."
    return Fault(DkimReason.KEY_MISSING, text)


def _no_answer(name: str, answer: Answer) -> Fault:
    outcome = answer.outcome
    if outcome is Outcome.NXDOMAIN:
        return Fault(DkimReason.KEY_MISSING, f"The name {name} does not exist, so there is no key.")
    if outcome is Outcome.NODATA:
        return Fault(DkimReason.KEY_MISSING, f"The name {name} holds no TXT record, so there is no key.")
    if outcome is Outcome.INVALID:
        return Fault(DkimReason.SYNTAX, "DNS cannot carry the name that s= and d= make, so there can be no key.")
    if outcome is Outcome.NOT_ASKED:
        return Fault(DkimReason.DNS, "DNS was not asked for the key.")
    if outcome is Outcome.NOT_RECORDED:
        return Fault(DkimReason.DNS, f"The DNS recording does not hold {name}, so the key is unknown.")
    told = f": {answer.note}" if answer.note else ""
    return Fault(DkimReason.DNS, f"DNS gave no answer for {name} ({outcome.value}{told}).")
