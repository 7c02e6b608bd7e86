"""Keys and theme as the reader's configuration wants them, held to what there is."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from textual.binding import Binding

from mailscope.errors import LoadError
from mailscope.tui.looks import Looks


def keymap_of(looks: Looks, bindings: Iterable[Binding]) -> dict[str, str]:
    """Keys by the id of what they do; raises LoadError, in one line, for an id that there is not."""
    known = {binding.id for binding in bindings if binding.id}
    for ident in looks.keys:
        if ident not in known:
            near = get_close_matches(ident, known, 1, 0.4)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise LoadError(f"{looks.source}: keys.{ident}: nothing has this name{hint} (? on the screen lists all)")
    return dict(looks.keys)


def theme_of(looks: Looks, themes: Mapping[str, object]) -> str | None:
    """The theme that is wanted; raises LoadError, in one line, for one that there is not."""
    if looks.theme is None or looks.theme in themes:
        return looks.theme
    near = get_close_matches(looks.theme, themes, 1, 0.4)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise LoadError(f"{looks.source}: theme: there is no {looks.theme!r}{hint} ({', '.join(sorted(themes))})")
