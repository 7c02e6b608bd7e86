"""Every key, read from the bindings themselves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.keys import format_key
from textual.screen import ModalScreen

from mailscope.tui.dialogs.dialog import Dialog
from mailscope_widgets import Bar, Block, Gap, Pairs, Piece, Pieces, Rule, Sheet, Tone, words

_WORDS = {
    "pagedown": "page down",
    "pageup": "page up",
    "enter": "enter",
    "escape": "escape",
    "question_mark": "?",
    "slash": "/",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
}


def key_words(key: str) -> str:
    """A binding's keys as people read them."""
    return ", ".join(_WORDS.get(each, format_key(each) if "+" not in each else each) for each in key.split(","))


def rebound(bindings: Iterable[BindingType], keymap: Mapping[str, str]) -> list[BindingType]:
    """Bindings with the keys that the reader gave them."""
    made: list[BindingType] = []
    seen: set[str] = set()
    for binding in Binding.make_bindings(bindings):
        new = keymap.get(binding.id or "")
        if new is None:
            made.append(binding)
        elif binding.id and binding.id not in seen:
            seen.add(binding.id)
            made.append(replace(binding, key=new))
    return made


def help_blocks(sections: Iterable[tuple[str, Sequence[BindingType]]], *, ids: bool = False) -> tuple[Block, ...]:
    """A heading and its keys for each place where keys work; with the ids by which they can be bound anew."""
    blocks: list[Block] = []
    for title, bindings in sections:
        rows: list[tuple[str, Pieces]] = []
        for binding in Binding.make_bindings(bindings):
            rows_key = key_words(binding.key)
            if rows and rows[-1][1][0].text == binding.description:
                rows[-1] = (f"{rows[-1][0]}, {rows_key}", rows[-1][1])
                continue
            more = f"  {binding.tooltip}" if binding.tooltip else ""
            more += f"  {binding.id}" if ids and binding.id else ""
            rows.append((rows_key, (Piece(binding.description), Piece(more, Tone.DIM))))
        blocks += [Rule(words(title, Tone.LABEL)), Pairs(tuple(rows), 18), Gap()]
    return tuple(blocks)


class HelpScreen(ModalScreen[None], Dialog[None]):
    """Shows keys by the place where they work."""

    AUTO_FOCUS = "Sheet"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter", "close", "Close", id="help.close"),
        Binding("i", "ids", "Ids", id="help.ids"),
    ]

    def __init__(self, sections: Sequence[tuple[str, Sequence[BindingType]]]) -> None:
        super().__init__()
        self._sections = tuple(sections)
        self._ids = False

    def compose(self) -> ComposeResult:
        """A title and the keys."""
        with Vertical(classes="dialog tall"):
            yield Bar(id="title")
            yield Sheet(help_blocks(self._sections))
            yield Bar(id="hint")

    def fill(self) -> None:
        """Fill the bars."""
        self.query_one("#title", Bar).show(words(" Keys", strong=True))
        self.query_one("#hint", Bar).show(words(" escape closes · i the ids for the configuration", Tone.DIM))

    def action_ids(self) -> None:
        """With or without ids."""
        self._ids = not self._ids
        self.query_one(Sheet).show(help_blocks(self._sections, ids=self._ids), keep=True)

    def action_close(self) -> None:
        """Back."""
        self.leave(None)
