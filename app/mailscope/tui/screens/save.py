"""Writing an export, off the screen's loop."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from mailscope.errors import MailscopeError
from mailscope.report import Report
from mailscope.tui.engine import Engine
from mailscope.tui.messages import Understood
from mailscope.visible import visible


class Saver:
    """Renders reports and writes them in a thread of its own."""

    def __init__(self, engine: Engine, call: Callable[[Callable[[], object]], object]) -> None:
        self._engine = engine
        self._call = call
        """Runs something on the screen's loop, from any thread."""

    def save(self, reports: Sequence[Report], where: str, tell: Callable[[Understood], object]) -> None:
        """Write reports to a file; what became of it is told."""

        def work() -> None:
            try:
                path = Path(where).expanduser().resolve()
                data = self._engine.markdown(reports)
                path.write_bytes(data.encode("utf-8", "replace") if isinstance(data, str) else data)
                told = Understood(f"Written: {path}")
            except (OSError, MailscopeError) as error:
                told = Understood(f"Not written: {error}", trouble=True)
            except Exception as error:  # noqa: BLE001 - one worker of the screen: its fault is a message, not the end
                told = Understood(f"Not written: {type(error).__name__}: {error}", trouble=True)
            self._call(lambda: tell(told))

        threading.Thread(target=work, daemon=True, name="mailscope_save").start()


def default_name(name: str) -> str:
    """A file name for the report on what is called name: no path, nothing that a shell would trip over."""
    last = visible(name).rsplit("/", 1)[-1]
    kept = "".join(char if char.isalnum() or char in "-_.#" else "-" for char in last).strip(".-")[:80]
    return f"{kept or 'report'}.mailscope.md"
