"""Where text goes: standard output, or a file that is opened when there is something to write."""

import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from mailscope.errors import MailscopeError
from mailscope.visible import visible


class Output:
    """A place for text, UTF-8; a file stays as it was until the first word for it has come."""

    def __init__(self, path: str | None, inputs: Sequence[Path] = ()) -> None:
        self.path = Path(path) if path is not None and path != "-" else None
        self._stream: TextIO | None = None
        if self.path is not None:
            for given in inputs:
                if given.exists() and self.path.exists() and given.samefile(self.path) and given.is_file():
                    raise MailscopeError(f"{self.path} is what is to be examined; write to another file")

    @property
    def on_terminal(self) -> bool:
        """Whether what is written shows on a terminal at once."""
        return self.path is None and sys.stdout.isatty()

    def write(self, text: str) -> None:
        """Write some text; raises MailscopeError where the file cannot be written, BrokenPipeError as it comes."""
        try:
            if self._stream is None:
                self._stream = self._open()
            self._stream.write(text)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise self._refused(error) from error

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Bring what was written to where it belongs."""
        if self._stream is None:
            return
        try:
            if self.path is None:
                self._stream.flush()
            else:
                self._stream.close()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise self._refused(error) from error

    def _open(self) -> TextIO:
        if self.path is not None:
            return self.path.open("w", encoding="utf-8", errors="replace", newline="")
        if sys.stdout is None:
            raise MailscopeError("standard output is closed; name a file with -o")
        if isinstance(sys.stdout, io.TextIOWrapper):
            # A pipe gets UTF-8 whatever the locale; a terminal what it says that it can show.
            sys.stdout.reconfigure(encoding=None if sys.stdout.isatty() else "utf-8", errors="replace", newline="")
        return sys.stdout

    def _refused(self, error: OSError) -> MailscopeError:
        return MailscopeError(f"{self.path or 'standard output'} cannot be written: {error.strerror or error}")


def complain(line: str) -> None:
    """One line on standard error, safe to show."""
    if sys.stderr is None:
        return
    with suppress(OSError):  # nobody can be told that telling failed
        print(f"mailscope: {visible(line)}", file=sys.stderr)  # noqa: T201 - this is where the program speaks


def drop_output() -> None:
    """Point standard output at nothing, so that the interpreter's last flush of a broken pipe stays silent."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
