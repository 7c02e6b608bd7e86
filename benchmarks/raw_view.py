"""How long 50 MB take in the raw view: to show, to go to the end, to search through, and what memory that costs."""

import asyncio
import resource
import time

from textual.app import App, ComposeResult

from mailscope_widgets import RawView

SIZES = {"lines of 72 bytes": b"x" * 70 + b"\r\n", "empty lines": b"\n", "one line": b"x"}
BYTES = 50 * 1024 * 1024


class Alone(App[None]):
    """The view and nothing else."""

    def __init__(self, view: RawView) -> None:
        super().__init__()
        self.view = view

    def compose(self) -> ComposeResult:
        """The view."""
        yield self.view


async def measure(name: str, data: bytes) -> None:
    view = RawView()
    app = Alone(view)
    async with app.run_test(size=(120, 40)) as pilot:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        seconds = {}
        for what in ("show", "end", "search"):
            start = time.process_time()
            if what == "show":
                view.show(data)
                view.focus()
            elif what == "end":
                view.action_end(1)
            else:
                view.action_end(-1)
                view.find("not there")
                await app.workers.wait_for_complete()
            await pilot.pause()
            seconds[what] = time.process_time() - start
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    told = ", ".join(f"{what} {spent * 1000:.0f} ms" for what, spent in seconds.items())
    print(f"{name:<18} {told}, {grown:.0f} MB more")


def main() -> None:
    for name, line in SIZES.items():
        asyncio.run(measure(name, line * (BYTES // len(line))))


if __name__ == "__main__":
    main()
