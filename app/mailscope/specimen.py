"""The bytes under the scope, what they are, and where they came from."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a specimen is; it decides which questions are asked of it."""

    MESSAGE = "message"
    HEADERS = "headers"
    BOUNCE = "bounce"
    TRANSCRIPT = "transcript"
    LOG = "log"
    REPORT = "report"


class Step(StrEnum):
    """Something that was undone before the bytes could be read as mail; always shown, never silent."""

    BOM = "byte order mark removed"
    MBOX_FROM = "mbox From line removed"
    QUOTED = "quotation marks (> ) removed"
    BASE64 = "base64 of the whole decoded"
    LEADING_BLANK = "blank lines before the first field removed"
    UTF16 = "UTF-16 decoded"
    INDENTED = "indentation removed"
    MBOX_ESCAPED = "mbox >From quoting undone"
    EMLX = "Apple Mail's length line and property list removed"
    PREAMBLE = "text before the first field removed"
    GAPS = "blank lines between fields removed"
    CUT = "only its beginning read, since it is too big"
    COLOURS = "terminal colours removed"
    REFOLDED = "lines that had lost their indentation joined to the fields above"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a specimen came from: a path (None for pasted or given text) and its place in a mailbox or paste."""

    path: str | None = None
    index: int | None = None
    """Place within a mailbox or paste of several, from 0; None where the path is one specimen."""
    label: str = "given"
    """What to call it where there is no path: "standard input", "pasted", "given"."""

    @property
    def name(self) -> str:
        """The path or label, with the place where there is one."""
        name = self.path or self.label
        return name if self.index is None else f"{name}#{self.index + 1}"


@dataclass(frozen=True, slots=True)
class Specimen:
    """One thing to examine: raw is what was handed in, content what is left after the steps."""

    raw: bytes
    content: bytes
    kind: Kind
    origin: Origin = Origin()
    steps: tuple[Step, ...] = ()
    guessed: bool = True
    """False when the reader said what it is."""
    kind_basis: str = ""
    """Why it was taken for this kind, in a few words: "41 known header fields, no body"."""

    @property
    def size(self) -> int:
        """Bytes handed in."""
        return len(self.raw)

    @property
    def sha256(self) -> str:
        """Of the bytes handed in, in hex."""
        return hashlib.sha256(self.raw).hexdigest()
