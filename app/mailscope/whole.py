"""Files that are written whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Where to write what is to stand at path: it is put there when the block ends well, else nothing has changed.

    A link is followed; a device or a pipe is written to itself. Raises OSError where the file cannot be put there.
    """
    place = path.resolve()
    if place.exists() and not place.is_file():
        yield place
        return
    part = place.with_name(f".{place.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(place)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
