"""Names as questions carry them: lower case, absolute, A-labels."""

import unicodedata
from functools import lru_cache

_DOTS = str.maketrans({"\u3002": ".", "\uff0e": ".", "\uff61": "."})


def absolute(text: str) -> str | None:
    """The name in lower case with A-labels and the final dot; None where DNS cannot carry it (RFC 1035 section 2.3.4).

    Labels of 1 to 63 octets, 253 in all. U-labels are folded as UTS 46 does without the transitional step, so that "ß"
    stays itself (RFC 5890).
    """
    # Only what may be a name is remembered: names come again and again, and hostile text never does.
    return _known(text) if len(text) <= 256 else _made(text)


def _made(text: str) -> str | None:
    name = text.lower()
    if not name.isascii():
        # Longer text cannot become a name, and folding it would only cost time.
        name = unicodedata.normalize("NFKC", name[:1024]).lower().translate(_DOTS)
    name = name.removesuffix(".")
    if not name:
        return "." if text else None
    labels = []
    for label in name.split("."):
        ascii_label = _ascii(label)
        if not ascii_label or len(ascii_label) > 63:
            return None
        labels.append(ascii_label)
    made = ".".join(labels)
    return f"{made}." if len(made) <= 253 else None


_known = lru_cache(maxsize=8192)(_made)


def _ascii(label: str) -> str:
    """The A-label, or "" where there is none."""
    if label.isascii():
        return label
    if len(label) > 63 or any("\ud800" <= char <= "\udfff" for char in label):
        return ""
    try:
        return "xn--" + label.encode("punycode").decode("ascii")
    except UnicodeError:
        return ""
