"""Domain names in other scripts, as the DNS spells them (RFC 5890, UTS 46 without its transitional step)."""

import unicodedata

_DOTS = str.maketrans({"\u3002": ".", "\uff0e": ".", "\uff61": "."})
_LONGEST = 1_024
"""Longer text cannot become a name, and folding it would only cost time."""
_LABEL = 63


def folded(text: str) -> str:
    """A name in lower case, compatibility forms folded, other scripts' dots as dots; "ß" stays itself."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text[:_LONGEST].lower()).lower().translate(_DOTS)


def a_label(label: str) -> str | None:
    """One folded label in ASCII; None where it has no such form."""
    if label.isascii():
        return label
    if len(label) > _LABEL:
        return None
    try:
        return "xn--" + label.encode("punycode").decode("ascii")
    except UnicodeError:
        return None
