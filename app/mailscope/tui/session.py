"""The whole of a session, put together: the desk, its bench, its keys. Importing this imports the engine."""

from dataclasses import dataclass

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode

from mailscope.tui.bench import Bench
from mailscope.tui.dialogs.save import Saver
from mailscope.tui.engine import Engine
from mailscope.tui.home import Home
from mailscope.tui.keys import keymap_of
from mailscope.tui.looks import Looks
from mailscope.tui.panes.headers import HeadersPane
from mailscope.tui.panes.pages import AuthenticationPane, SummaryPane
from mailscope.tui.panes.raw import RawPane
from mailscope.tui.recent import Recent
from mailscope.tui.screens.desk import DeskScreen
from mailscope.tui.surroundings import Surroundings
from mailscope_widgets import RowList, Sheet, Surface

_PLACES: tuple[type[DOMNode], ...] = (
    DeskScreen, Surface, Sheet, RowList, SummaryPane, AuthenticationPane, HeadersPane, RawPane
)  # fmt: skip
"""Where keys work that can be bound anew."""


@dataclass(frozen=True, slots=True)
class Session:
    """What the app shows and works with."""

    desk: DeskScreen
    bench: Bench
    keymap: dict[str, str]


def registry(app: type[App[int]]) -> tuple[Binding, ...]:
    """Every key that has an id, from the places where keys work."""
    places = (app.BINDINGS, *(place.BINDINGS for place in _PLACES))
    return tuple(binding for place in places for binding in Binding.make_bindings(place) if binding.id)


def build(
    app: type[App[int]],
    surroundings: Surroundings,
    home: Home,
    *,
    engine: Engine | None = None,
    examiners: int = 1,
    recent: Recent | None = None,
    looks: Looks | None = None,
) -> Session:
    """A session; raises LoadError, in one line, for a key that is bound to nothing there is."""
    engine = engine or Engine()
    keymap = keymap_of(looks or Looks(), registry(app))
    desk = DeskScreen(surroundings.dns_label, home)
    desk.own_hosts = surroundings.own_hosts
    desk.recent = recent
    desk.keymap = keymap
    desk.bench = Bench(desk.post_message, surroundings, engine, examiners)
    desk.saver = Saver(engine, desk.post_message)
    return Session(desk, desk.bench, keymap)
