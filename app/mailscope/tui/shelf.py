"""Where reports lie that nobody looks at: a nameless file, so that the number of messages is not bounded by memory."""

import pickle
import tempfile
import threading
import zlib

from mailscope.report import Report


def packed(report: Report) -> bytes:
    """A report as it lies on the shelf."""
    return zlib.compress(pickle.dumps(report, pickle.HIGHEST_PROTOCOL), 1)


class Shelf:
    """Keeps reports by number in a temporary file that has no name and vanishes with the program.

    Only what this program wrote is ever unpickled. Where the disk is full, reports are kept in memory instead.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._file = tempfile.TemporaryFile(prefix="mailscope-")  # noqa: SIM115 - it lives as long as the program
        self._places: dict[int, tuple[int, int]] = {}
        self._end = 0
        self._kept: dict[int, bytes] = {}

    def put(self, number: int, report: Report | bytes) -> None:
        """Keep a report, or one that is packed already; an earlier one of that number is forgotten."""
        data = report if isinstance(report, bytes) else packed(report)
        with self._lock:
            try:
                self._file.seek(self._end)
                self._file.write(data)
                self._file.flush()
            except OSError:
                self._kept[number] = data
                self._places.pop(number, None)
                return
            self._kept.pop(number, None)
            self._places[number] = (self._end, len(data))
            self._end += len(data)

    def get(self, number: int) -> Report | None:
        """The report of that number, or None where there is none (or it cannot be read any more)."""
        with self._lock:
            data = self._kept.get(number)
            place = self._places.get(number)
            if data is None and place is None:
                return None
            if data is None and place is not None:
                try:
                    self._file.seek(place[0])
                    data = self._file.read(place[1])
                except OSError:
                    return None
        assert data is not None
        report = pickle.loads(zlib.decompress(data))  # noqa: S301 - nobody else can reach the file
        assert isinstance(report, Report)
        return report

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._file.close()
