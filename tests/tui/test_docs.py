"""What the documentation says of the screens is so."""

from pathlib import Path

from textual.binding import Binding

from mailscope.tui.dialogs.help import key_words
from mailscope.tui.screens.desk import DeskScreen

SCREENS = Path(__file__).resolve().parents[2] / "docs" / "screens.md"


def test_every_key_of_the_desk_is_told() -> None:
    text = SCREENS.read_text(encoding="utf-8")
    keys = {key_words(binding.key.split(",")[0]) for binding in Binding.make_bindings(DeskScreen.BINDINGS)}
    told = {key for key in keys if not key.isdigit() and "+" not in key and key != "f1"}

    assert {key for key in told if f"`{key}`" not in text} == set()
