"""Examining in another process: a long list loads there, and the screen keeps this one for itself.

`python -m mailscope.tui.labor` is that process: it reads settings and then specimens from standard input, and writes
gists and packed reports to standard output; it ends with its input, or when it is killed, at any moment.
"""

import os
import pickle
import struct
import subprocess
import sys
from contextlib import suppress
from typing import IO, Any

from mailscope.report import examine_specimen
from mailscope.settings import Settings
from mailscope.specimen import Specimen
from mailscope.tui.gist import Gist
from mailscope.tui.present.row import gist_of
from mailscope.tui.shelf import packed

_SIZE = struct.Struct("!Q")
_NICE = 5
"""The screen goes first."""


class Gone(Exception):  # noqa: N818 - it is no error: it was sent away
    """The process has ended, as a rule because it was told to."""


class Laborer:
    """One such process; used by one thread at a time, sent away by any."""

    def __init__(self, settings: Settings) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "mailscope.tui.labor"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # where the screen is drawn
            start_new_session=True,  # the terminal's ctrl+c and ctrl+z are not for it
        )
        self._send(settings)

    def examine(self, specimen: Specimen) -> tuple[Gist, bytes]:
        """The gist and the packed report; raises Gone where the process was sent away or has died of it."""
        self._send(specimen)
        assert self._process.stdout is not None
        try:
            answer = _read(self._process.stdout)
        except (OSError, EOFError, ValueError) as error:
            raise Gone from error
        gist, blob = answer
        return gist, blob

    def dismiss(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        with suppress(OSError, subprocess.TimeoutExpired):
            self._process.wait(0.5)

    def _send(self, value: object) -> None:
        assert self._process.stdin is not None
        try:
            _write(self._process.stdin, value)
        except (OSError, ValueError) as error:
            raise Gone from error


def _write(stream: IO[bytes], value: object) -> None:
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    stream.write(_SIZE.pack(len(data)))
    stream.write(data)
    stream.flush()


def _read(stream: IO[bytes]) -> Any:
    head = stream.read(_SIZE.size)
    if len(head) < _SIZE.size:
        raise EOFError
    return pickle.loads(stream.read(_SIZE.unpack(head)[0]))  # noqa: S301 - both ends of the pipe are ours


def main() -> None:
    """The process: settings first, then specimens until the input ends."""
    with suppress(OSError, AttributeError):
        os.nice(_NICE)
    given, told = sys.stdin.buffer, sys.stdout.buffer
    with suppress(EOFError, OSError, KeyboardInterrupt):
        context = _read(given).context()
        while True:
            report = examine_specimen(_read(given), context)
            _write(told, (gist_of(report), packed(report)))


if __name__ == "__main__":
    main()
