"""Addresses as header fields write them (RFC 5322 section 3.4, RFC 6532), obsolete and broken forms included."""

from dataclasses import dataclass, replace

from mailscope.idn import a_label, folded
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.decode import decoded_words, shown
from mailscope.mail.lexer import Token, TokenKind, decoded, tokens

_MOST = 2_000
"""Addresses read of one field; large mailings name a few hundred."""


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox; the parts are text for people, the domain is made for asking DNS."""

    display: str
    """The name, encoded words decoded; from a comment where no phrase stands before the address; "" for none."""
    local: str
    """Before the last @, quotes off; the whole where there is no @."""
    domain: str
    """Lower case, A-labels, no final dot; a domain literal with its brackets; "" for none."""
    problem: str = ""
    """What is wrong with how it is written; "" for nothing."""

    @property
    def spec(self) -> str:
        """local@domain, unquoted; the local part alone where there is no domain."""
        return f"{self.local}@{self.domain}" if self.domain else self.local


def parse_addresses(field_value: bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[Address, ...]:
    """Every mailbox of an address list, in order, groups opened; never raises, linear, bounded.

    What is no address at all comes back as an Address without a domain and with a problem.
    """
    cut = field_value[: limits.field_decoded_bytes]
    found: list[Address] = []
    grouped = False
    piece: list[Token] = []
    angle = route = at = False
    for token in tokens(cut.decode("utf-8", "surrogateescape")):
        if token.is_special("<"):
            angle, route = True, False
        elif token.is_special("@"):
            # "<@a,@b:c@d": an obsolete source route (RFC 5322 section 4.4) may hold commas.
            route = route or (angle and piece[-1:] != [] and piece[-1].is_special("<"))
            at = True
        elif token.is_special(">") or (token.is_special(",") and not route):
            angle = route = False  # "<a@b, c@d": the bracket was never closed
        if token.is_special(":") and not angle and not at and not grouped:
            grouped, piece = True, []  # what stood before it is the name of a group
        elif token.is_special(",;") and not angle:
            _close(piece, found, limits)
            piece, at = [], False
            grouped = grouped and token.text != ";"
        else:
            piece.append(token)
        if len(found) >= _MOST:
            found[-1] = replace(found[-1], problem=f"only the first {_MOST:,} addresses were read")
            return tuple(found)
    _close(piece, found, limits)
    if len(cut) < len(field_value) and found:
        found[-1] = replace(found[-1], problem=f"the list was read only up to {len(cut):,} bytes")
    return tuple(found)


_BLANKS = " \t\r\n"


def ascii_domain(text: str) -> str:
    """A domain in lower case with A-labels (RFC 5890), without its final dot; what cannot be encoded stays as it is."""
    text = text.strip(_BLANKS)
    if text.startswith("["):
        return text
    if text.isascii():
        return _undotted(text.lower())
    return ".".join(a_label(label) or label for label in _undotted(folded(text)).split("."))


def _undotted(domain: str) -> str:
    """Without the final dot; several are a fault, which stays."""
    bare = domain.strip(_BLANKS).rstrip(f"{_BLANKS}.")
    return domain if domain.count(".", len(bare)) > 1 else bare


def _close(piece: list[Token], found: list[Address], limits: Limits) -> None:
    """The address that these tokens make, if any, put to the others."""
    if not any(token.kind is not TokenKind.COMMENT for token in piece):
        return
    start = next((at for at, token in enumerate(piece) if token.is_special("<")), None)
    if start is None:
        found.append(_bare(piece, limits))
        return
    # The last bracketed address counts where broken software writes several: "<a@b> <c@d>".
    stop = next((at for at in range(start + 1, len(piece)) if piece[at].is_special(">")), len(piece))
    inner = piece[start + 1 : stop]
    colon = next((at for at, token in enumerate(inner) if token.is_special(":")), None)
    problem = "" if stop < len(piece) else "the angle bracket is never closed"
    if colon is not None and inner and inner[0].is_special("@"):
        inner, problem = inner[colon + 1 :], problem or "an obsolete source route stands before the address"
    display = _phrase(piece[:start], limits) or _comment(piece, limits)
    local, domain, trouble = _split(inner)
    rest = [token for token in piece[stop + 1 :] if token.kind is not TokenKind.COMMENT]
    if rest:
        trouble = trouble or "something stands after the address"
    found.append(Address(display, local, domain, problem or trouble))


def _bare(piece: list[Token], limits: Limits) -> Address:
    """An address without brackets: "a@b (Name)", or words that are none, or a name before an unbracketed address."""
    solid = [token for token in piece if token.kind is not TokenKind.COMMENT]
    at = next((place for place in range(len(solid) - 1, -1, -1) if solid[place].is_special("@")), None)
    if at is None:
        text = _phrase(solid, limits)
        return Address(_comment(piece, limits), text, "", "there is no @ in it")
    start = at
    while start > 0 and (start == at or _belongs(solid[start - 1], solid[start])):
        start -= 1
    name = _phrase(solid[:start], limits)
    local, domain, trouble = _split(solid[start:])
    if name:
        trouble = trouble or "a name stands before an address without angle brackets"
    return Address(name or _comment(piece, limits), local, domain, trouble)


def _belongs(before: Token, token: Token) -> bool:
    """Whether two tokens before the @ are of one local part: obsolete ones have blanks around their dots."""
    return not token.spaced or token.is_special(".") or (before.is_special(".") and before.spaced)


def _split(inner: list[Token]) -> tuple[str, str, str]:
    """Local part, domain and problem of what stands in the brackets."""
    solid = [token for token in inner if token.kind is not TokenKind.COMMENT]
    at = next((place for place in range(len(solid) - 1, -1, -1) if solid[place].is_special("@")), None)
    if at is None:
        text = _text("".join(token.text for token in solid))
        return text, "", "there is no @ in it" if text else "the address is empty"
    local = _text("".join(token.text for token in solid[:at]))
    written = _text("".join(token.text for token in solid[at + 1 :]))
    problem = ""
    if not local:
        problem = "nothing stands before the @"
    elif not written:
        problem = "nothing stands after the @"
    elif any(token.is_special("@") for token in solid[:at]):
        problem = "there is more than one @ in it"
    elif any(token.spaced for token in solid[1:]):
        problem = "there is white space within the address"
    domain = ascii_domain(written)
    if not problem and not domain:
        problem = "there is no domain after the @, only dots"
    if not problem and not domain.startswith("[") and len(domain) > 253:
        problem = "the domain is longer than 253 characters"
    return local, domain, problem


def _phrase(piece: list[Token], limits: Limits) -> str:
    """The words as a name; white space between them as one space, quotes off, encoded words decoded."""
    text = ""
    quoted = False
    for token in piece:
        if token.kind is TokenKind.COMMENT:
            continue
        text += (" " if token.spaced and text else "") + token.text
        quoted = quoted or token.kind is TokenKind.QUOTED
    return decoded_words(decoded(text), limits).strip() if text else ""


def _comment(piece: list[Token], limits: Limits) -> str:
    texts = [token.text for token in piece if token.kind is TokenKind.COMMENT]
    return decoded_words(decoded(texts[-1]), limits).strip() if texts else ""


def _text(text: str) -> str:
    """Text for people out of text with surrogate escapes."""
    return text if text.isascii() else shown(decoded(text))
