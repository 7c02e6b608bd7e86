"""The app: one screen, its look, its driver, and the ways in and out."""

import asyncio
import contextlib
import gc
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from rich.text import Text
from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.filter import LineFilter
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input

from mailscope.errors import LoadError, MailscopeError
from mailscope.settings import Settings
from mailscope.tui.front import Front, WaitingFront
from mailscope.tui.ground import Ground
from mailscope.tui.home import Home, samples_folder
from mailscope.tui.keys import theme_of
from mailscope.tui.looks import Looks
from mailscope.tui.recent import Recent, recent_file
from mailscope.tui.surroundings import Surroundings
from mailscope.tui.theme import DARK, LIGHT, fitting
from mailscope.visible import visible, visible_lines
from mailscope_widgets import ControlNet

try:
    from mailscope.tui.driver import safe_driver
except (
    ImportError
):  # pragma: no cover - it rests on two private names; where a later Textual moves them, its own serves

    def safe_driver(stock: type[Driver]) -> type[Driver]:
        """The stock driver."""
        return stock


_PASTE_IN_A_LINE = 4_096
"""Characters that a paste into a one-line field may have; more is something to examine."""

_REPAINT_SECONDS = 0.3
_SWITCH_SECONDS = 0.0005
"""How long a thread that reads or examines may keep the interpreter from the screen's."""
_MOUNTING_SECONDS = 1.0
"""How long a key waits for a dialog at most."""
_GRACE_SECONDS = 3.0
"""From the word to end until that is done by force."""


class MailscopeApp(App[int]):
    """The terminal UI; with an engine (a tui.engine.Engine) at once, else the first screen before it is imported."""

    TITLE = "mailscope"
    CSS_PATH = "mailscope.tcss"
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (18, "-roomy")]  # noqa: RUF012 - Textual declares it on the instance
    """For dialogs; the desk has its own."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "quit", "Quit", id="app.quit"),
        Binding("ctrl+z", "suspend_process", "To the shell", show=False, id="app.suspend"),
    ]

    def __init__(
        self,
        paths: Sequence[Path],
        surroundings: Surroundings,
        *,
        stdin: bytes | None = None,
        engine: object | None = None,
        examiners: int = 1,
        recent: Recent | None = None,
        looks: Looks | None = None,
    ) -> None:
        super().__init__()
        self._paths = tuple(paths)
        self._stdin = stdin
        self._net = ControlNet()
        self._repaint: Timer | None = None
        self._reached: Screen[Any] | None = None
        """The screen that the last key went to."""
        self.surroundings = surroundings
        self._recent = recent
        self._looks = looks = looks or Looks()
        self._examiners = examiners
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self._theme_wanted = theme_of(looks, self.available_themes)
        self.theme = self._theme_wanted or DARK.name
        self.failure: MailscopeError | None = None
        """Why the app ended before it began."""
        samples = samples_folder() if recent is not None or engine is None else None
        home = Home(recent.paths if recent else (), samples)
        self._front = WaitingFront(surroundings.dns_label, home)
        self.desk: Front = self._front
        if engine is not None:
            self._build(engine)

    def get_default_screen(self) -> Screen[None]:
        """The first screen, or the session's where the engine is there already."""
        return self.desk

    @property
    def asks_ground(self) -> bool:
        """Whether the terminal's background would change the look: none is wished for, and it has colours enough."""
        return self._theme_wanted is None and fitting(self.console.color_system) == DARK.name

    def on_ground(self, event: Ground) -> None:
        """A light terminal has the light theme, unless another was picked meanwhile."""
        if self.asks_ground and event.light and self.theme == DARK.name:
            self.theme = LIGHT.name

    def get_driver_class(self) -> type[Driver]:
        """Ours on Linux and its kin."""
        return safe_driver(super().get_driver_class())

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's own, and the net under everything that is drawn."""
        return [*super().get_line_filters(), self._net]

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: what Textual offers, and every key of the desk by its name."""
        yield from super().get_system_commands(screen)
        for binding in Binding.make_bindings(self.desk.BINDINGS):
            action = binding.action
            yield SystemCommand(binding.description, binding.tooltip or "", self._runner(action))

    def on_mount(self) -> None:
        """Fit the look to the terminal, listen to signals, begin to read."""
        if not self.is_headless:
            self.theme = self._theme_wanted or fitting(self.console.color_system)
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, lambda number, _: self._told_to_end(loop, number))
        # back from the shell: Textual draws only what changes after that
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        if self.desk is self._front:
            self.call_after_refresh(self._load_engine)
        else:
            self.desk.hand_in(self._paths, self._stdin)

    async def on_event(self, event: events.Event) -> None:
        """Pastes are caught here: they are something to examine wherever the focus is, a dialog's line apart."""
        if isinstance(event, events.Paste) and not event.is_forwarded:
            text = event.text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
            if isinstance(self.focused, Input) and "\n" not in text and len(text) <= _PASTE_IN_A_LINE:
                await super().on_event(events.Paste(visible(text)))
            else:
                self.desk.take_paste(event.text)
            return
        if isinstance(event, events.Key | events.MouseDown):
            self.desk.touched = True
            await self._until_there()
        if isinstance(event, events.Resize):
            # terminals that resize in steps (tmux) may show the paint for a size that was never theirs: paint once more
            if self._repaint is not None:
                self._repaint.stop()
            self._repaint = self.set_timer(_REPAINT_SECONDS, lambda: self.refresh(layout=True))
        await super().on_event(event)

    async def _until_there(self) -> None:
        """A key for a dialog that is not there yet waits for it: it would find nothing to work on, and be lost."""
        end = time.monotonic() + _MOUNTING_SECONDS
        while self.screen_stack and self.screen is not self._reached and time.monotonic() < end:
            screen, focused = self.screen, self.screen.focused
            if screen.is_mounted and (not screen.AUTO_FOCUS or (focused is not None and focused.size.width)):
                self._reached = screen
                return
            await asyncio.sleep(0.002)

    def _told_to_end(self, loop: asyncio.AbstractEventLoop, number: int) -> None:
        """Leave as a reader would; and anyway, where the loop waits for a terminal that is gone.

        A plain handler, since the loop's own would wait for the loop.
        """
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(self.exit, 128 + number)

        def leave() -> None:
            time.sleep(_GRACE_SECONDS)
            os._exit(128 + number)

        threading.Thread(target=leave, daemon=True, name="mailscope_leave").start()

    def _load_engine(self) -> None:
        """Import the engine beside the screen that is painted already."""

        def work() -> None:
            # late: the engine takes as long to import as Textual, and the first screen needs none of it
            import mailscope.tui.session  # noqa: F401, PLC0415

            with contextlib.suppress(RuntimeError):  # the app has ended meanwhile
                self.call_from_thread(self._engine_loaded)

        threading.Thread(target=work, daemon=True, name="mailscope_load").start()

    def _engine_loaded(self) -> None:
        """The engine is there: the session takes over what was handed in meanwhile."""
        try:
            self._build(None)
        except MailscopeError as error:
            self.failure = error
            self.exit(2)
            return
        gc.freeze()  # what was imported stays: looking through it again and again would hold up keys
        self.push_screen(self.desk)
        self.desk.hand_in(self._paths, self._stdin)
        for text in self._front.pastes:
            self.desk.take_paste(text)
        self.desk.call_after_refresh(self._press_early_keys)

    def _press_early_keys(self) -> None:
        for key in self._front.keys:
            self.simulate_key(key)

    def _build(self, engine: object) -> None:
        # late: as above
        from mailscope.tui.engine import Engine  # noqa: PLC0415
        from mailscope.tui.session import build  # noqa: PLC0415

        session = build(
            type(self),
            self.surroundings,
            self._front.home,
            engine=engine if isinstance(engine, Engine) else None,
            examiners=self._examiners,
            recent=self._recent,
            looks=self._looks,
        )
        self.desk, self.bench = session.desk, session.bench
        self.set_keymap(session.keymap)

    def _fatal_error(self) -> None:
        """Say where it happened and no more: Textual would print every frame's locals, which are somebody's mail."""
        lines = visible_lines("".join(traceback.format_exception(*sys.exc_info())))
        note = "\nThis is a fault of mailscope, not of the message; what it was given is unharmed.\n"
        self._exit_renderables.append(Text(lines + note))
        self._close_messages_no_wait()

    def _runner(self, action: str) -> Callable[[], None]:
        def run() -> None:
            self.run_worker(self.desk.run_action(action), exit_on_error=False)

        return run


def run(paths: Sequence[Path], *, settings: Settings, stdin: bytes | None = None, looks: Looks | None = None) -> int:
    """Open the screen on these paths, or on what came from standard input; the exit status.

    Raises LoadError where there is no terminal to draw on or to read keys from, and MailscopeError where the
    settings cannot be met.
    """
    settings.context()
    _need_terminal()
    sys.setswitchinterval(_SWITCH_SECONDS)
    recent = Recent(recent_file()) if looks is None or looks.recent else None
    examiners = 3 if settings.dns == "live" else max(1, min(4, (os.cpu_count() or 2) - 1))
    app = MailscopeApp(paths, settings, stdin=stdin, examiners=examiners, recent=recent, looks=looks)
    app.run()
    if app.failure is not None:
        raise app.failure
    return app.return_value if app.return_value is not None else app.return_code or 0


def _need_terminal() -> None:
    """Keys come from the terminal even when standard input was something else."""
    if not sys.__stderr__ or not sys.__stderr__.isatty():
        raise LoadError("The screen is drawn on standard error, which is not a terminal here; try: mailscope report")
    if not sys.__stdin__ or not sys.__stdin__.isatty():
        try:
            terminal = os.open("/dev/tty", os.O_RDWR)
        except OSError as error:
            raise LoadError("There is no terminal to read keys from; try: mailscope report") from error
        os.dup2(terminal, 0)
        os.close(terminal)
