"""One call from its words to its exit status, and the one place where what mailscope raises is caught."""

import errno
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence

from mailscope.cli.arguments import HELP, parse_arguments, wants_help
from mailscope.cli.opening import open_command
from mailscope.cli.output import complain, drop_output
from mailscope.errors import MailscopeError
from mailscope.version import __version__

UNUSABLE = 2
INTERRUPTED = 130
BROKEN_PIPE = 141
"""As shells count programs that SIGINT and SIGPIPE ended."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one call; the exit status. Standard error gets one line where the call or the input is unusable."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        status = _run(words)
        if sys.stdout is not None:
            sys.stdout.flush()
    except MailscopeError as error:
        complain(str(error))
        return UNUSABLE
    except BrokenPipeError:
        drop_output()
        return BROKEN_PIPE
    except OSError as error:
        # Help, or the last of what was written, met a full disk; all else says by itself what it could not do.
        if error.errno != errno.ENOSPC:
            raise
        drop_output()
        complain(f"standard output cannot be written: {error.strerror}")
        return UNUSABLE
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def _run(words: list[str]) -> int:
    if wants_help(words):
        _say(HELP)
        return 0
    if words == ["--version"]:
        _say(f"mailscope {__version__}\n")
        return 0
    try:
        call = parse_arguments(words)
    except SystemExit as leaving:
        # argparse leaves the program once it has printed a command's help
        return int(leaving.code or 0)
    return _command(call.command)(call)


def _command(name: str) -> Callable[[Namespace], int]:
    """What to call for a command; the screen is painted before anything else is imported."""
    if name == "open":
        return open_command
    # late: these import the whole engine, and the screen does that itself once it is painted
    from mailscope.cli.commands import explain_command, report_command, scan_command  # noqa: PLC0415
    from mailscope.cli.comparing import compare_command  # noqa: PLC0415

    return {"report": report_command, "scan": scan_command, "explain": explain_command, "compare": compare_command}[
        name
    ]


def _say(text: str) -> None:
    if sys.stdout is not None:  # closed by whoever called
        sys.stdout.write(text)
