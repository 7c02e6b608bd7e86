"""Coming and going of dialogs, however early a key comes."""

from typing import TypeVar

from textual.screen import Screen

Given = TypeVar("Given")


def leave(dialog: Screen[Given], answer: Given) -> None:
    """Close the dialog with this answer, once.

    Textual takes the topmost screen away, whoever asks: a second enter that was on its way would close the screen
    below, an answer that took its time the dialog that came on top meanwhile.
    """
    if dialog.is_active:
        dialog.dismiss(answer)


def there(dialog: Screen[Given]) -> bool:
    """Whether a dialog has its parts: one that is closed, or quit from, before it is mounted never gets them."""
    return bool(dialog.query("#title"))
