"""Names as questions carry them: lower case, absolute, A-labels."""

import re
from functools import lru_cache

from mailscope.idn import a_label, folded

_SURROGATE = re.compile("[\ud800-\udfff]")


def absolute(text: str) -> str | None:
    """The name in lower case with A-labels and the final dot; None where DNS cannot carry it (RFC 1035 section 2.3.4).

    Labels of 1 to 63 octets, 253 in all. U-labels are folded and spelled as A-labels.
    """
    # Only what may be a name is remembered: names come again and again, and hostile text never does.
    return _known(text) if len(text) <= 256 else _made(text)


def _made(text: str) -> str | None:
    name = folded(text).removesuffix(".")
    if not name:
        return "." if text else None
    if not name.isascii() and _SURROGATE.search(name):
        return None
    labels = []
    for label in name.split("."):
        spelled = a_label(label)
        if not spelled or len(spelled) > 63:
            return None
        labels.append(spelled)
    made = ".".join(labels)
    return f"{made}." if len(made) <= 253 else None


_known = lru_cache(maxsize=8192)(_made)
