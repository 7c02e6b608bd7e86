"""What the big receivers ask of their senders, held against one message: pass, fail, or one cannot know."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from mailscope.agreement import Whose
from mailscope.analysis import Analysis
from mailscope.dns.suffixes import owner
from mailscope.findings.requirement import Requirement, State, listed
from mailscope.findings.spf_rules import would_have_passed
from mailscope.mail.field import ONCE
from mailscope.specimen import Kind
from mailscope.verdict import Verdict
from mailscope.visible import visible

Judged = tuple[State, str]

_MESSAGE_ID = re.compile(rb"[^\x00-\x20<>@\x7f]+@[^\x00-\x20<>@\x7f]+")
_HTTPS = re.compile(rb"<\s*https://[^<>\s]{1,2000}\s*>", re.IGNORECASE)
_WRITES_S_FOR_TLS = ("postfix", "exim", "gmail", "exchange", "microsoft")
"""Software that writes ESMTPS, or the cipher, whenever TLS was used (RFC 3848), so that its silence tells."""
_GMAIL = ("gmail.com", "googlemail.com")
_SMALLEST_RSA = 1024


def sender_requirements(analysis: Analysis) -> tuple[Requirement, ...]:
    """The checklist for a message or its header block; empty for anything else."""
    if analysis.specimen.kind not in (Kind.MESSAGE, Kind.HEADERS) or not analysis.message.fields:
        return ()
    rows = []
    for ident, requirement in listed().items():
        state, why = _CHECKS[ident](analysis)
        rows.append(replace(requirement, state=state, why=visible(why)))
    return tuple(rows)


def _spf(analysis: Analysis) -> Judged:
    check = analysis.authentication.spf
    if check is None or check.result in (None, Verdict.TEMPERROR):
        return State.UNKNOWN, (check and check.problem) or "No client address is known to judge."
    if check.result is Verdict.PASS:
        return State.PASS, f"{check.domain} lets {check.ip} send."
    earlier = would_have_passed(analysis)
    if earlier is not None:
        hop = (earlier.hop or 0) + 1
        return State.UNKNOWN, f"It came by a forwarder ({check.ip}); at hop {hop} ({earlier.ip}) it would have passed."
    return State.FAIL, check.problem or f"SPF of {check.domain} says {check.result} to {check.ip}."


def _dkim(analysis: Analysis) -> Judged:
    checks = analysis.authentication.dkim
    if not checks:
        return State.FAIL, "The message bears no signature."
    passing = [check.name for check in checks if check.result is Verdict.PASS]
    if passing:
        return State.PASS, f"The signature of {passing[0]} holds."
    if any(check.result in (None, Verdict.TEMPERROR) for check in checks):
        return State.UNKNOWN, next(
            c.problem for c in checks if c.result in (None, Verdict.TEMPERROR)
        ) or "Not evaluated."
    return State.FAIL, checks[0].problem or "No signature holds."


def _authenticated(analysis: Analysis) -> Judged:
    found = [_spf(analysis), _dkim(analysis)]
    for state in (State.PASS, State.UNKNOWN):
        for judged in found:
            if judged[0] is state:
                return judged
    return State.FAIL, "Neither SPF nor DKIM passes."


def _dkim_key(analysis: Analysis) -> Judged:
    known = [check for check in analysis.authentication.dkim if check.key_type == "ed25519" or check.key_bits]
    if not known:
        return State.UNKNOWN, "No key of a signature could be read."
    weak = [check for check in known if check.key_type != "ed25519" and (check.key_bits or 0) < _SMALLEST_RSA]
    told = ", ".join(f"{check.name}: {check.key_bits or 256} bits" for check in (weak or known)[:3])
    return (State.FAIL if weak else State.PASS), f"{told}."


def _dmarc(analysis: Analysis) -> Judged:
    check = analysis.authentication.dmarc.rfc9989
    domain = analysis.envelope.from_domain or "the author"
    if check.policy:
        return State.PASS, f"{domain} is covered by p={check.policy} at {check.record_domain or domain}."
    if check.result in (Verdict.NONE, Verdict.PERMERROR):
        return State.FAIL, check.reason or f"{domain} publishes no policy."
    return State.UNKNOWN, check.reason or "The policy could not be asked for."


def _alignment(analysis: Analysis) -> Judged:
    check = analysis.authentication.dmarc.rfc9989
    ways = [name for name, aligned in (("SPF", check.spf_aligned), ("DKIM", check.dkim_aligned)) if aligned]
    if ways:
        return State.PASS, f"By {' and '.join(ways)}: {analysis.envelope.from_domain}."
    if check.spf_aligned is False and check.dkim_aligned is False:
        earlier = would_have_passed(analysis)
        if earlier is not None and earlier.domain == analysis.envelope.from_domain:
            return State.UNKNOWN, "SPF speaks for the From domain, but the message came by a forwarder."
        return State.FAIL, check.reason or "Neither SPF nor DKIM passes for the From domain."
    return State.UNKNOWN, check.reason or "SPF or DKIM was not evaluated."


def _dkim_alignment(analysis: Analysis) -> Judged:
    check = analysis.authentication.dmarc.rfc9989
    if check.dkim_aligned:
        return State.PASS, f"By DKIM: {analysis.envelope.from_domain}."
    if not analysis.authentication.dkim:
        return State.FAIL, "The message bears no signature."
    author = owner(analysis.envelope.from_domain or "")
    unsure = [one for one in analysis.authentication.dkim if one.result in (None, Verdict.TEMPERROR)]
    for one in unsure:  # the next time it may hold
        if author and owner(one.domain or "") == author:
            return State.UNKNOWN, one.problem or "The signature of the From domain was not evaluated."
    if check.dkim_aligned is False:
        return State.FAIL, "No signature that holds is of the From domain's organization."
    return State.UNKNOWN, check.reason or "Without a DMARC policy alignment was not looked at."


def _ptr(analysis: Analysis) -> Judged:
    for stamp in analysis.authentication.stamped:
        if stamp.claim.method == "iprev" and stamp.whose is Whose.RECEIVER:
            good = stamp.claim.result == "pass"
            said = f"The receiver stamped iprev={stamp.claim.result}."
            return (State.PASS if good else State.FAIL if stamp.claim.result == "fail" else State.UNKNOWN), said
    place = analysis.route.border.hop
    if place is None:
        return State.UNKNOWN, "No hop can be trusted to tell."
    hop = analysis.route.hops[place]
    if hop.from_rdns:
        return State.PASS, f"The receiver looked {hop.from_ip or 'the address'} up and found {hop.from_rdns}."
    if hop.family == "postfix" and re.search(r"\(unknown \[", hop.raw):
        return State.FAIL, f"The receiver found no name for {hop.from_ip} that leads back to it."
    return State.UNKNOWN, "The receiver's Received field does not say what name it found."


def _tls(analysis: Analysis) -> Judged:
    place = analysis.route.border.hop
    if place is None:
        return State.UNKNOWN, "No hop can be trusted to tell."
    hop = analysis.route.hops[place]
    with_ = (hop.with_ or "").upper().split(" ")[0]
    if (
        hop.tls_version
        or hop.tls_cipher
        or with_ in ("ESMTPS", "ESMTPSA", "LMTPS", "LMTPSA", "UTF8SMTPS", "UTF8SMTPSA")
    ):
        return State.PASS, f"Taken with {' '.join(filter(None, (hop.tls_version, hop.tls_cipher))) or with_}."
    if hop.family in _WRITES_S_FOR_TLS and with_ in ("SMTP", "ESMTP"):
        return State.FAIL, f"Taken with {with_}, and {hop.family} would have said if there had been TLS."
    return State.UNKNOWN, "The receiver's Received field does not say."


def _format(analysis: Analysis) -> Judged:
    fields = analysis.message.fields
    counts = Counter(field.name.lower() for field in fields if not field.malformed)
    twice = [name for name in map(str.lower, ONCE) if counts[name] > 1]
    missing = [name for name in ("from", "date") if not counts[name]]
    broken = sum(field.malformed for field in fields)
    wrong = [f"{name} stands {counts[name]} times" for name in twice] + [f"{name} is missing" for name in missing]
    if broken:
        wrong.append(f"{broken} lines are no header fields")
    if len(analysis.envelope.authors) == 0 and "from" not in missing:
        wrong.append("From holds no address")
    return (State.FAIL, f"{'; '.join(wrong)}.") if wrong else (State.PASS, "Each field that may stand once does.")


def _message_id(analysis: Analysis) -> Judged:
    fields = analysis.message.all("Message-ID")
    if len(fields) != 1:
        return State.FAIL, "There is no Message-ID." if not fields else f"There are {len(fields)} Message-ID fields."
    value = b" ".join(fields[0].value.split())[:2_000]
    inner = value[1:-1] if value[:1] == b"<" and value[-1:] == b">" else b""
    good = _MESSAGE_ID.fullmatch(inner) is not None
    return (State.PASS if good else State.FAIL), f"It reads {value[:200].decode('utf-8', 'replace')}"


def _gmail_from(analysis: Analysis) -> Judged:
    domain = analysis.envelope.from_domain
    if domain is None:
        return State.UNKNOWN, "From names no single domain."
    if domain not in _GMAIL:
        return State.PASS, f"From is in {domain}."
    result = analysis.authentication.dmarc.rfc9989.result
    state = {Verdict.PASS: State.PASS, Verdict.FAIL: State.FAIL}.get(result or Verdict.NONE, State.UNKNOWN)
    return state, f"From is in {domain}, and DMARC says {result or 'nothing'}."


def _one_click(analysis: Analysis) -> Judged:
    message = analysis.message
    where, how = message.first("List-Unsubscribe"), message.first("List-Unsubscribe-Post")
    if where is None:
        if _looks_sent_to_many(analysis):
            return State.FAIL, "The message is marked as sent to many, and bears no List-Unsubscribe."
        return State.UNKNOWN, "It is asked of marketing and subscribed mail; nothing says that this is such."
    if not _HTTPS.search(b"".join(where.value.split())):
        return State.FAIL, "List-Unsubscribe has no https address."
    if how is None or b"".join(how.value.split()).lower() != b"list-unsubscribe=one-click":
        return State.FAIL, "List-Unsubscribe-Post: List-Unsubscribe=One-Click is missing."
    both = {"list-unsubscribe", "list-unsubscribe-post"}
    auth = analysis.authentication
    for check, coverage in zip(auth.dkim, auth.coverage, strict=False):
        if check.result is Verdict.PASS and both <= set(coverage.signed):
            return State.PASS, f"Both fields are there, and {check.name} signs them."
    if any(check.result in (None, Verdict.TEMPERROR) for check in auth.dkim):
        return State.UNKNOWN, "Both fields are there; whether a valid signature covers them is not known."
    return State.FAIL, "Both fields are there, but no valid signature covers both."


def _looks_sent_to_many(analysis: Analysis) -> bool:
    message = analysis.message
    precedence = message.first("Precedence")
    marked = precedence is not None and precedence.value.strip().lower() in (b"bulk", b"list")
    return marked or any(message.first(name) is not None for name in ("List-Id", "Feedback-ID"))


def _unsubscribe_link(_: Analysis) -> Judged:
    return State.UNKNOWN, "Whether a link is easy to see takes a reader's eye; it is asked of marketing mail."


def _unsubscribed_soon(_: Analysis) -> Judged:
    return State.UNKNOWN, "Only the sender's lists tell; it is asked of marketing mail."


def _consent(_: Analysis) -> Judged:
    return State.UNKNOWN, "Only the sender knows who subscribed, and how."


def _reachable(_: Analysis) -> Judged:
    return State.UNKNOWN, "A message does not tell whether its addresses take replies."


def _complaints(_: Analysis) -> Judged:
    return State.UNKNOWN, "Only the receiver knows how many recipients complain."


_CHECKS: dict[str, Callable[[Analysis], Judged]] = {
    "authenticated": _authenticated,
    "spf": _spf,
    "dkim": _dkim,
    "dkim-key": _dkim_key,
    "dmarc": _dmarc,
    "alignment": _alignment,
    "dkim-alignment": _dkim_alignment,
    "ptr": _ptr,
    "tls": _tls,
    "format": _format,
    "message-id": _message_id,
    "gmail-from": _gmail_from,
    "one-click": _one_click,
    "unsubscribe-link": _unsubscribe_link,
    "unsubscribed-soon": _unsubscribed_soon,
    "consent": _consent,
    "reachable": _reachable,
    "complaints": _complaints,
}
