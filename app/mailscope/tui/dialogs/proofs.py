"""Saving the changed copies of a message that still pass: what shows others that a signature leaves a door open."""

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from textual.widget import Widget

from mailscope.amounts import count
from mailscope.forensics.inject import InjectionProof
from mailscope.report import Report
from mailscope.tui.dialogs.ask_path import PathScreen
from mailscope.tui.messages import Understood
from mailscope.visible import visible


def ask_to_save(pane: Widget, report: Report, proofs: tuple[InjectionProof, ...]) -> None:
    """Ask where, and write a file a proof; the pane's screen is told what became of it."""
    screen = pane.screen
    raw = report.analysis.message.raw
    name = re.sub(r"[^\w.-]+", "-", visible(report.analysis.specimen.origin.name).rsplit("/", 1)[-1])[:80].strip("-.")
    question = f"Save {count(len(proofs), 'changed copy', 'changed copies')}; their names begin with"

    def answer(value: str | None) -> None:
        if value:
            save(raw, proofs, Path(value), screen.post_message)

    pane.app.push_screen(PathScreen(question, f"{name.removesuffix('.eml') or 'message'}.proof"), answer)


def save(
    raw: bytes, proofs: tuple[InjectionProof, ...], begin: Path, tell: Callable[[Understood], object]
) -> threading.Thread:
    """Write the copies in a thread of its own; files that are there already are left alone, and that is said."""

    def work() -> None:
        try:
            start = begin.expanduser().resolve()
            for place, proof in zip(names(start, proofs), proofs, strict=True):
                with place.open("xb") as file:
                    file.write(proof.message(raw))
            told = Understood(f"Written: {count(len(proofs), 'file')}, the first is {next(names(start, proofs))}")
        except FileExistsError as error:
            told = Understood(f"Not written: {error.filename} is there already", trouble=True)
        except OSError as error:
            told = Understood(f"Not written: {error}", trouble=True)
        except Exception as error:  # noqa: BLE001 - one worker of the screen: its fault is a message, not the end
            told = Understood(f"Not written: {type(error).__name__}: {error}", trouble=True)
        tell(told)

    thread = threading.Thread(target=work, daemon=True, name="mailscope_proofs")
    thread.start()
    return thread


def names(begin: Path, proofs: tuple[InjectionProof, ...]) -> Iterator[Path]:
    """A file a proof: the beginning, a number, and what was added."""
    for number, proof in enumerate(proofs, 1):
        what = re.sub(r"[^a-z0-9]+", "-", proof.name.lower()).strip("-") or "change"
        yield begin.with_name(f"{begin.name}-{number}-{what}.eml")
