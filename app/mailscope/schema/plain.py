"""Data as JSON has it."""

import re
from typing import Any

Json = dict[str, Any]
"""An object of the JSON."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def plain(value: Any) -> Any:
    """The same data with words as plain str and lone surrogates as U+FFFD; its depth is that of the schema."""
    kind = type(value)
    if kind is dict:
        return {key if type(key) is str and key.isascii() else plain(key): plain(item) for key, item in value.items()}
    if kind is list:
        return [plain(item) for item in value]
    if isinstance(value, str):
        return str(value) if value.isascii() else _SURROGATE.sub("\ufffd", str(value))
    return value
