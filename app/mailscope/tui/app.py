"""The app: one screen, its look, its driver, and the ways in and out."""

import asyncio
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.filter import LineFilter
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input

from mailscope.errors import LoadError
from mailscope.settings import Settings
from mailscope.tui.bench import Bench
from mailscope.tui.engine import Engine, Surroundings
from mailscope.tui.home import Home, samples_folder
from mailscope.tui.keys import PLACES, keymap_of, theme_of
from mailscope.tui.looks import Looks
from mailscope.tui.messages import Opened
from mailscope.tui.recent import Recent, recent_file
from mailscope.tui.screens.desk import DeskScreen
from mailscope.tui.screens.save import Saver
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


class MailscopeApp(App[int]):
    """The terminal UI."""

    TITLE = "mailscope"
    CSS_PATH = "mailscope.tcss"
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
        engine: Engine | None = None,
        examiners: int = 1,
        recent: Recent | None = None,
        looks: Looks | None = None,
    ) -> None:
        super().__init__()
        self._paths = tuple(paths)
        self._stdin = stdin
        self._net = ControlNet()
        self._repaint: Timer | None = None
        engine = engine or Engine()
        self.surroundings = surroundings
        looks = looks or Looks()
        self._recent = recent
        home = Home(recent.paths if recent else (), samples_folder() if recent else None)
        self.desk = DeskScreen(surroundings.dns_label, home)
        self.desk.own_hosts = surroundings.own_hosts
        self.bench = Bench(self.desk.post_message, surroundings, engine, examiners)
        self.desk.bench = self.bench
        self.desk.saver = Saver(engine, self.desk.post_message)
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self._theme_wanted = theme_of(looks, self.available_themes)
        self.theme = self._theme_wanted or DARK.name
        self.desk.keymap = keymap_of(looks, self.bindings_everywhere())
        self.set_keymap(self.desk.keymap)

    def get_default_screen(self) -> Screen[None]:
        """The one screen."""
        return self.desk

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

    @classmethod
    def bindings_everywhere(cls) -> tuple[Binding, ...]:
        """The registry: every key that has an id, from the places where keys work."""
        places = (cls.BINDINGS, *(place.BINDINGS for place in PLACES))
        return tuple(binding for place in places for binding in Binding.make_bindings(place) if binding.id)

    def on_opened(self, event: Opened) -> None:
        """Remember what held mail."""
        if self._recent is not None:
            self._recent.add(event.paths)

    def on_mount(self) -> None:
        """Fit the look to the terminal, listen to signals, begin to read."""
        if not self.is_headless:
            self.theme = self._theme_wanted or fitting(self.console.color_system)
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGHUP):
                loop.add_signal_handler(number, self.exit, 128 + number)
        # back from the shell: Textual draws only what changes after that
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        if self._stdin is not None:
            self.bench.take(self._stdin, "standard input")
        if self._paths:
            self.bench.open(self._paths)

    async def on_event(self, event: events.Event) -> None:
        """Pastes are caught here: they are something to examine wherever the focus is, a dialog's line apart."""
        if isinstance(event, events.Paste) and not event.is_forwarded:
            text = event.text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
            if isinstance(self.focused, Input) and "\n" not in text and len(text) <= _PASTE_IN_A_LINE:
                await super().on_event(events.Paste(visible(text)))
            else:
                self.desk.take_paste(event.text)
            return
        if isinstance(event, events.Resize):
            # terminals that resize in steps (tmux) may show the paint for a size that was never theirs: paint once more
            if self._repaint is not None:
                self._repaint.stop()
            self._repaint = self.set_timer(_REPAINT_SECONDS, lambda: self.refresh(layout=True))
        await super().on_event(event)

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
    recent = Recent(recent_file()) if looks is None or looks.recent else None
    examiners = 3 if settings.dns == "live" else 1
    app = MailscopeApp(paths, settings, stdin=stdin, examiners=examiners, recent=recent, looks=looks)
    app.run()
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
