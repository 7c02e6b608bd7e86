"""Coming and going of dialogs, however early a key comes."""

from typing import TypeVar

from textual.screen import Screen

Given = TypeVar("Given")


class Dialog(Screen[Given]):
    """A screen that lies over another one and gives an answer; its parts have a title bar among them.

    A modal one names ModalScreen first: Textual takes styles from the first base alone.
    """

    def on_mount(self) -> None:
        """Fill the parts, where they are there: a dialog that is closed, or quit from, before that never gets them."""
        if self.query("#title"):
            self.fill()

    def fill(self) -> None:
        """Put into the parts what stands in them at first."""
        raise NotImplementedError

    def leave(self, answer: Given) -> None:
        """Close with this answer, once.

        Textual takes the topmost screen away, whoever asks: a second enter that was on its way would close the screen
        below, an answer that took its time the dialog that came on top meanwhile.
        """
        if self.is_active:
            self.dismiss(answer)
