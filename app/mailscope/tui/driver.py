"""Terminal input that a hostile paste can neither type keys into nor kill; the stock driver where it does not fit.

Textual's parser takes an escape character inside a bracketed paste for the beginning of a key sequence, and dies of one
byte that is no UTF-8. Here the paste is cut out before the parser sees it, and decoding never fails. Terminals that
send a dropped path without brackets are understood too: a burst of text that nobody types is a paste.

The terminal is also asked for its background (OSC 11), where somebody wants to know. Nobody waits for the answer: it is
taken out of the input whenever it comes, and nothing else is.
"""

import os
import re
import selectors
import time
from codecs import getincrementaldecoder
from collections.abc import Generator, Iterator

from textual import events
from textual._xterm_parser import XTermParser
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from mailscope.tui.ground import ANSWER, ASK, BEGUN, SECONDS, heard

_START = "\x1b[200~"
_END = "\x1b[201~"
PASTE_CHARACTERS = 32 * 1024 * 1024
"""What is kept of one paste; the rest is read and dropped."""
_SURROGATES = re.compile("[\ud800-\udfff]")
_BURST_LENGTH = 8
_BURST_DISTINCT = 4
"""A burst is at least this long and varied; a key that repeats is neither."""
_BURST_SECONDS = 0.06
"""A pseudo-terminal hands over 4 kB at a time: what follows within this time belongs to the same drop."""
_SPLIT_SECONDS = 0.1
"""How long the beginning of a paste mark waits for its rest."""


class PasteCutter:
    """Takes decoded terminal input, gives messages; pastes are cut out, the rest goes to the stock parser."""

    def __init__(self, parser: XTermParser, *, asked: bool = False) -> None:
        """With asked, the terminal may tell its background soon."""
        self._parser = parser
        self._until = time.monotonic() + SECONDS if asked else 0.0
        self._held = ""
        self._since = 0.0
        self._paste: list[str] | None = None
        self._size = 0
        self._burst: list[str] = []
        self._burst_at = 0.0

    @property
    def waiting(self) -> bool:
        """Whether something is held back that tick() will give."""
        return bool(self._held or self._burst)

    def feed(self, data: str) -> Iterator[Message]:
        """Messages for one read; data may hold surrogates for bytes that were no UTF-8."""
        whole = data
        data = self._held + data
        self._held = ""
        if self._paste is None and self._is_burst(whole) and data == whole:
            self._burst.append(data)
            self._burst_at = time.monotonic()
            return
        yield from self._flush_burst()
        while data:
            if self._paste is not None:
                data = yield from self._in_paste(data)
            else:
                data = yield from self._outside(data)

    def tick(self) -> Iterator[Message]:
        """Messages that were only waiting for more to come."""
        now = time.monotonic()
        if self._burst and now - self._burst_at >= _BURST_SECONDS:
            yield from self._flush_burst()
        if self._held and self._paste is None and now - self._since >= _SPLIT_SECONDS:
            held, self._held = self._held, ""
            yield from self._parser.feed(_typed(held))
        yield from self._parser.tick()

    def _outside(self, data: str) -> Generator[Message, None, str]:
        at = data.find(_START)
        told = ANSWER.search(data) if "\x1b]" in data else None
        if told is not None and (at < 0 or told.start() < at):
            yield from self._parser.feed(_typed(data[: told.start()])) if told.start() else ()
            self._until = 0.0
            yield heard(told)
            return data[told.end() :]
        if at >= 0:
            if at:
                yield from self._parser.feed(_typed(data[:at]))
            self._paste, self._size = [], 0
            return data[at + len(_START) :]
        keep = _beginning(data, _START)
        begun = BEGUN.search(data) if time.monotonic() < self._until else None
        if begun is not None:
            keep = max(keep, len(data) - begun.start())
        if keep > 1 or begun is not None:  # else a lone ESC is left to the parser: it may be the key
            self._held, data, self._since = data[-keep:], data[:-keep], time.monotonic()
        if data:
            yield from self._parser.feed(_typed(data))
        return ""

    def _in_paste(self, data: str) -> Generator[Message, None, str]:
        at = data.find(_END)
        if at >= 0:
            self._collect(data[:at])
            text = "".join(self._paste or ())
            self._paste = None
            yield events.Paste(text)
            return data[at + len(_END) :]
        keep = _beginning(data, _END)
        self._held = data[len(data) - keep :]
        self._collect(data[: len(data) - keep])
        return ""

    def _collect(self, text: str) -> None:
        text = text[: max(0, PASTE_CHARACTERS - self._size)]
        if text and self._paste is not None:
            self._paste.append(text)
            self._size += len(text)

    def _is_burst(self, data: str) -> bool:
        """Whether this is text that nobody typed: a drop from a terminal that sends no brackets."""
        if any(char < " " and char not in "\t\r\n" for char in set(data)):
            return False
        if self._burst and time.monotonic() - self._burst_at < _BURST_SECONDS:
            return True
        return len(data) >= _BURST_LENGTH and len(set(data)) >= _BURST_DISTINCT

    def _flush_burst(self) -> Iterator[Message]:
        if self._burst:
            text = "".join(self._burst)
            self._burst.clear()
            yield events.Paste(text)


def _beginning(data: str, mark: str) -> int:
    """How many characters at the end of data are the beginning of mark."""
    for size in range(min(len(mark) - 1, len(data)), 0, -1):
        if data.endswith(mark[:size]):
            return size
    return 0


def _typed(data: str) -> str:
    """Keys cannot carry surrogates: bytes that were no UTF-8 become U+FFFD."""
    return data if data.isascii() else _SURROGATES.sub("\ufffd", data)


class PasteSafeDriver(LinuxDriver):
    """The stock driver with its input thread replaced."""

    def start_application_mode(self) -> None:
        """Ask for the background, too, where the app wants to know."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._asks:
            self.write(ASK)
            self.flush()

    @property
    def _asks(self) -> bool:
        asks: object = getattr(self._app, "asks_ground", False)
        return asks is True

    def run_input_thread(self) -> None:
        """Read, decode, cut pastes out, pass on; the stock loop takes over if this one does not fit."""
        try:
            cutter = PasteCutter(XTermParser(self._debug), asked=self._asks)
        except (TypeError, AttributeError):  # pragma: no cover - another Textual
            super().run_input_thread()
            return
        decode = getincrementaldecoder("utf-8")("surrogateescape").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(_BURST_SECONDS / 2 if cutter.waiting else 0.1):
                    try:
                        read = os.read(self.fileno, 64 * 1024)
                    except OSError:
                        return  # the terminal is gone; SIGHUP ends the program
                    if not read:
                        self.exit_event.wait(0.1)
                        continue
                    for message in cutter.feed(decode(read)):
                        self.process_message(message)
                for message in cutter.tick():
                    self.process_message(message)


def safe_driver(stock: type[Driver]) -> type[Driver]:
    """Our driver in the place of the stock Linux driver; any other driver stays."""
    return PasteSafeDriver if stock is LinuxDriver else stock
