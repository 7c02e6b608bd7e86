"""Standard input, where it is what the reader hands in."""

import os
import stat
import sys

from mailscope.errors import LoadError
from mailscope.limits import DEFAULT_LIMITS, Limits


def stdin_bytes(limits: Limits = DEFAULT_LIMITS) -> bytes:
    """All of standard input; raises LoadError where it is closed or larger than the limit."""
    if sys.stdin is None:
        raise LoadError("standard input is closed; name a file instead")
    if sys.stdin.isatty():
        print("Paste it here, then press ctrl-D on a line of its own.", file=sys.stderr)  # noqa: T201 - a prompt
    data = sys.stdin.buffer.read(limits.file_bytes + 1)
    if len(data) > limits.file_bytes:
        raise LoadError(f"standard input holds more than {limits.file_bytes:,} bytes; save it and name the file")
    return data


def something_piped_in() -> bool:
    """Whether standard input is a pipe or a file, so that whoever called means something by it."""
    try:
        mode = os.fstat(0).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode)
