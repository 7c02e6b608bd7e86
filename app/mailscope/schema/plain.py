"""Data as JSON has it."""

import re
from typing import Any

Json = dict[str, Any]
"""An object of the JSON."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def plain(value: Any) -> Any:
    """The same data with words as plain str and lone surrogates as U+FFFD; its depth is that of the schema."""
    if isinstance(value, str):
        return str(value) if value.isascii() else _SURROGATE.sub("\ufffd", str(value))
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value
