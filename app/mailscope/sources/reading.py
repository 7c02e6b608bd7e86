"""Bytes from files, bounded: what never ends, never comes or may not be read is an error of one line."""

import errno
import os
import select
import stat
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from mailscope.errors import LoadError
from mailscope.limits import DEFAULT_LIMITS, Limits

_CHUNK = 1024 * 1024


def open_file(path: Path) -> int:
    """A descriptor of a regular file or FIFO, which the caller closes; raises LoadError for all else."""
    try:
        # O_NONBLOCK: opening a FIFO would wait for its writer.
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error
    mode = os.fstat(number).st_mode
    if stat.S_ISREG(mode) or stat.S_ISFIFO(mode):
        return number
    os.close(number)
    if stat.S_ISDIR(mode):
        raise LoadError(f"{path} is a folder, not a file")
    raise LoadError(f"{path} is a device or socket, no file that holds mail; for standard input write -")


def read_file(path: Path, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """All of a file or FIFO; raises LoadError where it cannot be read, is too big or does not end."""
    number = open_file(path)
    try:
        return read_opened(number, path, limits)
    finally:
        os.close(number)


def read_start(path: Path, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """As read_file(), but of what is too big a little more than the limit in place of an error."""
    number = open_file(path)
    try:
        return read_beginning(number, path, limits)
    finally:
        os.close(number)


def read_opened(number: int, path: Path, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """As read_file(), of a descriptor of open_file(), which stays open.

    A FIFO is opened once only: its writer would take the first closing for the last.
    """
    data = read_beginning(number, path, limits)
    if len(data) > limits.file_bytes:
        raise too_big(path, limits)
    return data


def read_beginning(number: int, path: Path, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """As read_opened(), but of what is too big a little more than the limit in place of an error."""
    try:
        if stat.S_ISFIFO(os.fstat(number).st_mode):
            return b"".join(_piped(number, path, limits))
        os.lseek(number, 0, os.SEEK_SET)
        return _whole(number, limits.file_bytes)
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError | ValueError) -> LoadError:
    """Why a file cannot be read, and what may be done."""
    number = error.errno if isinstance(error, OSError) else None
    reason = (error.strerror if isinstance(error, OSError) else None) or "not a usable name"
    hint = {
        errno.EACCES: "; ask for the right to read it, or run mailscope as a user who may",
        errno.ENOENT: "; check the name, or look whether it was moved meanwhile",
        errno.ELOOP: "; the link leads in a circle",
    }.get(number or 0, "")
    return LoadError(f"{path} cannot be read: {reason}{hint}")


def too_big(path: Path | str, limits: Limits) -> LoadError:
    """It is larger than what is read whole."""
    return LoadError(
        f"{path} is bigger than {limits.file_bytes // (1024 * 1024):,} MB, more than any message; "
        "cut out the part to examine"
    )


def _whole(number: int, most: int) -> bytes:
    """Up to most + 1 bytes of a regular file, which may grow or shrink meanwhile."""
    pieces: list[bytes] = []
    left = most + 1
    while left > 0:
        piece = os.read(number, min(left, _CHUNK))
        if not piece:
            break
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def _piped(number: int, path: Path, limits: Limits) -> Iterator[bytes]:
    """What comes through a FIFO, up to one piece beyond the limit."""
    poller = select.poll()
    poller.register(number, select.POLLIN)
    size = 0
    end = time.monotonic() + limits.pipe_total_seconds
    while size <= limits.file_bytes:
        wait = min(limits.pipe_seconds, end - time.monotonic())
        # Before a writer has come poll waits, where read would take its absence for the end.
        if wait <= 0 or not poller.poll(wait * 1000):
            if time.monotonic() >= end:
                raise LoadError(f"{path} is a pipe that did not end within {limits.pipe_total_seconds:,.0f} s")
            came = f"after {size:,} bytes" if size else "at all"
            raise LoadError(f"{path} is a pipe into which nobody wrote {came} for {limits.pipe_seconds:,.0f} s")
        try:
            piece = os.read(number, _CHUNK)
        except BlockingIOError:
            continue
        if not piece:
            return
        size += len(piece)
        yield piece


def check_paths(paths: Iterable[Path | str]) -> tuple[Path, ...]:
    """The paths, each of which exists; raises LoadError for the first that does not, TypeError for one bare path."""
    if isinstance(paths, str | bytes | Path):
        raise TypeError("paths are several: give a list of them")
    given = tuple(Path(path) for path in paths)
    for path in given:
        try:
            path.stat()
        except (OSError, ValueError) as error:
            if not path.is_symlink():
                reason = getattr(error, "strerror", None) or "not a usable name"
                raise LoadError(f"{path}: {reason}; check the name, or quote it if it holds blanks") from error
    return given
