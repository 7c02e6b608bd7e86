"""Writing files, off the screen's loop: whole or not at all, and the full path told afterwards."""

import json
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from mailscope.casefile import session_dns
from mailscope.errors import MailscopeError
from mailscope.report import Report
from mailscope.tui.dialogs.export import Export
from mailscope.tui.engine import Engine
from mailscope.tui.messages import Understood
from mailscope.visible import visible
from mailscope.whole import whole

Tell = Callable[[Understood], object]


class Saver:
    """Writes exports, case files and recordings, each in a thread of its own."""

    def __init__(self, engine: Engine, tell: Tell) -> None:
        self._engine = engine
        self._tell = tell
        """Told from the thread."""

    def export(self, reports: Iterable[Report], wanted: Export) -> None:
        """Write reports in the wanted form."""
        self._write(wanted.place, lambda path: self._pieces(path, reports, wanted))

    def case(self, reports: Iterable[Report], where: str, own_hosts: tuple[str, ...]) -> None:
        """Write a case file."""

        def write(path: Path) -> str:
            kept = tuple(reports)
            self._engine.save_case(path, kept, own_hosts)
            return f", {len(kept):,} with every DNS answer: it opens anywhere"

        self._write(where, write)

    def recording(self, reports: Iterable[Report], where: str) -> None:
        """Write every DNS answer behind these reports as a snapshot."""

        def write(path: Path) -> str:
            data = session_dns(reports)
            _put(path, [json.dumps(data, indent=1, sort_keys=True) + "\n"])
            return f", answers for {max(0, len(data) - 1):,} names: give it to --dns"

        self._write(where, write)

    def _pieces(self, path: Path, reports: Iterable[Report], wanted: Export) -> str:
        _put(path, self._engine.pieces(reports, wanted.format, wanted.choice))
        return ""

    def _write(self, where: str, write: Callable[[Path], str]) -> None:
        def work() -> None:
            try:
                path = Path(where).expanduser().resolve()
                more = write(path)
                told = Understood(f"Written: {path}{more}")
            except (OSError, MailscopeError, ValueError) as error:
                told = Understood(f"Not written: {error}", trouble=True)
            except Exception as error:  # noqa: BLE001 - one worker of the screen: its fault is a message, not the end
                told = Understood(f"Not written: {type(error).__name__}: {error}", trouble=True)
            self._tell(told)

        threading.Thread(target=work, daemon=True, name="mailscope_save").start()


def default_name(name: str) -> str:
    """A file name, without ending, for what is called name: no path, nothing that a shell would trip over."""
    last = visible(name).rsplit("/", 1)[-1]
    kept = "".join(char if char.isalnum() or char in "-_.#" else "-" for char in last).strip(".-")[:80]
    return f"{kept or 'report'}.mailscope"


def _put(path: Path, pieces: Iterable[str]) -> None:
    """Write text, UTF-8; quitting half-way leaves no half file under that name."""
    with whole(path) as part, part.open("w", encoding="utf-8", errors="replace", newline="") as file:
        for piece in pieces:
            file.write(piece)
