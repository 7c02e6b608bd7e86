"""One Received field, read by its grammar: clauses, comments, date (RFC 5321 section 4.4)."""

import re
from dataclasses import replace

from mailscope.mail.field import Field
from mailscope.trace.clauses import Clauses, comment_spans, read_clauses
from mailscope.trace.clock import Clock, read_clock
from mailscope.trace.family import EXIM, QMAIL, family_of
from mailscope.trace.hop import Hop
from mailscope.trace.peer import Peer, read_peer
from mailscope.trace.tls import tls_of_comment, tls_of_words

LONGEST = 16_384
"""Characters of one field that are read; real ones stay under 3,000."""
_TAIL = 512
"""Of a longer field the end is read too: the date stands there."""

_UNTOLD = ("envelope", "port=", "HELO", "EHLO", "ident=")
"""Comments that never speak of TLS, and in part are the client's own words."""
_VIA = re.compile(r"via (\S+)", re.IGNORECASE)
_LOOKS_UP = frozenset((EXIM, QMAIL, "ironport", "qpsmtpd"))
"""Families that print the looked-up name first, and the HELO name only where it differs."""


def parse_received(value: str | bytes) -> Hop:
    """What a Received field says, from its value; any input gives a Hop, in time linear in its length."""
    raw = _unfolded(value)
    text, long = (raw, False) if len(raw) <= LONGEST else (f"{raw[: LONGEST - _TAIL]} {raw[-_TAIL:]}", True)
    spans, unclosed = comment_spans(text)
    clock = read_clock(text, spans)
    clauses = read_clauses(text, spans, clock.span)
    by = _by(clauses)
    with_ = _with(clauses)
    ident = _first(clauses, "id")
    family = family_of(clauses, by, with_, ident)
    peer, family = _peer(clauses, family, clock, text, ident)
    version, cipher = _tls(clauses)
    problems = _problems(clauses, peer, clock, by=by, unclosed=unclosed, long=long)
    return Hop(
        raw,
        peer.helo,
        peer.rdns,
        peer.ip,
        by,
        _via(clauses),
        with_,
        ident,
        _first(clauses, "for"),
        version,
        cipher,
        clock.time,
        family,
        problems,
        name_forged=peer.forged,
    )


def read_hop(field: Field) -> Hop:
    """The Hop of a header field, with its place."""
    return replace(parse_received(field.value), field_index=field.index, span=field.span)


def _unfolded(value: str | bytes) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "surrogateescape")
    if "\r" in value or "\n" in value:
        # Some exports lose the blank that begins a folded line.
        value = _FOLD.sub(" ", value)
    return value.strip(" \t")


_FOLD = re.compile(r"[\r\n]+(?:[ \t](?=[ \t]))?[ \t]?")


def _by(clauses: Clauses) -> str | None:
    words = clauses.phrase("by")
    if not words:
        return None
    first = words[0]
    if len(words) == 1:
        return _plain(first)
    if first == "host" and "." in words[1]:
        return words[1]
    if "." in first or first[0] == "[" or not words[1][0].isalnum():
        # A host name, and words about its software.
        return _plain(first) if first != ":" else " ".join(words)
    return " ".join(words)


def _plain(word: str) -> str | None:
    return word.rstrip(",").strip("<>") or None


def _with(clauses: Clauses) -> str | None:
    words = clauses.phrase("with")
    if len(words) > 1 and words[1] == "encrypted":
        words = words[2:]
    for place, word in enumerate(words):
        if word in ("tls", "envelope-from"):
            words = words[:place]
            break
    return " ".join(words) or None


def _via(clauses: Clauses) -> str | None:
    words = clauses.phrase("via")
    if words:
        return " ".join(words)
    for clause, text in clauses.comments:
        if clause == "by" and text[:4].lower() == "via ":
            found = _VIA.match(text)
            return found[1] if found else None
    return None


def _first(clauses: Clauses, keyword: str) -> str | None:
    words = clauses.phrase(keyword)
    if not words:
        return None
    return words[0].strip("<>").rstrip(",") or None


def _peer(clauses: Clauses, family: str | None, clock: Clock, text: str, ident: str | None) -> tuple[Peer, str | None]:
    words, comments = clauses.words.get("from"), clauses.of("from")
    if words is None:
        # Some hosts cut the beginning off; what is left is a comment about the client.
        comments = [text for text in clauses.of("") if "helo=" in text or "[" in text]
        if not comments:
            return Peer(), family
        words = clauses.phrase("")
    words = [word for word in words if word]
    if family is None and _qmail_form(clauses, clock, text, ident):
        family = QMAIL
    peer = read_peer(words, comments, looked_up=family in _LOOKS_UP)
    if family is None and peer.exim:
        family = EXIM
        peer = read_peer(words, comments, looked_up=True)
    return peer, family


def _qmail_form(clauses: Clauses, clock: Clock, text: str, ident: str | None) -> bool:
    """No id, and a date without weekday: qmail and what comes from it."""
    if ident or clock.span is None or "for" in clauses.words or "with" not in clauses.words:
        return False
    return text[clock.span[0] : clock.span[0] + 2].strip().isdigit()


def _tls(clauses: Clauses) -> tuple[str | None, str | None]:
    version = cipher = None
    for _, text in clauses.comments:
        if text.startswith(_UNTOLD) or "helo=" in text:
            continue
        found_version, found_cipher = tls_of_comment(text)
        version, cipher = version or found_version, cipher or found_cipher
        if version and cipher:
            return version, cipher
    for keyword in ("with", "id"):
        words = clauses.words.get(keyword)
        if words and (len(words) > 1 or "/TLS/" in words[0]):
            cipher = cipher or tls_of_words(words)
    return version, cipher


def _problems(
    clauses: Clauses, peer: Peer, clock: Clock, *, by: str | None, unclosed: bool, long: bool
) -> tuple[str, ...]:
    problems = list(clock.problems)
    if peer.damaged and peer.ip is None:
        problems.append("There is no address where the client's address belongs.")
    if peer.forged:
        problems.append("The looked-up name does not lead back to the address (may be forged).")
    if by is None and "from" in clauses.words:
        problems.append("It does not say which host wrote it.")
    if unclosed:
        problems.append("A parenthesis is never closed.")
    if long:
        problems.append(f"Longer than {LONGEST:,} characters: the middle was not read.")
    return tuple(problems)
