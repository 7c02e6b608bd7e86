"""The report's JSON, readable where it can be, and safe to print: what a terminal would obey is escaped."""

import json
import re
from functools import lru_cache
from typing import Any

from mailscope.visible import visible

_OTHER = re.compile(r"[^\n\x20-\x7e]")


def json_text(data: Any, *, indent: int | None = None) -> str:
    """Data as JSON; outside its strings it holds only ASCII, so any character may be escaped where it stands."""
    return _OTHER.sub(_escape, json.dumps(data, ensure_ascii=False, indent=indent, allow_nan=False))


def _escape(found: re.Match[str]) -> str:
    return _escaped(found[0])


@lru_cache(maxsize=4096)
def _escaped(char: str) -> str:
    return char if visible(char) == char else json.dumps(char)[1:-1]
