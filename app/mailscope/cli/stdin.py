"""Standard input, where it is what the reader hands in."""

import os
import stat
import sys

from mailscope.errors import LoadError
from mailscope.limits import DEFAULT_LIMITS, Limits


def stdin_bytes(limits: Limits = DEFAULT_LIMITS) -> bytes:
    """All of standard input, of what is too big a byte more than the limit; raises LoadError where it is closed."""
    if sys.stdin is None:
        raise LoadError("standard input is closed; name a file instead")
    if sys.stdin.isatty():
        print("Paste it here, then press ctrl-D on a line of its own.", file=sys.stderr)  # noqa: T201 - a prompt
    return sys.stdin.buffer.read(limits.file_bytes + 1)


def something_piped_in() -> bool:
    """Whether standard input is a pipe or a file, so that whoever called means something by it."""
    try:
        mode = os.fstat(0).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode)
