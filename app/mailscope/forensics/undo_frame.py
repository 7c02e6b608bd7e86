"""What stood around the parts of a multipart: the text before the first one, and what follows the last (RFC 2046)."""

from collections.abc import Iterator

from mailscope.forensics.diagnosis import Cause
from mailscope.forensics.search import Original

_USUAL = (
    b"This is a multi-part message in MIME format.",
    b"This is a multipart message in MIME format.",
    b"This message is in MIME format.",
    b"This is a multi-part message in MIME format...",
)
_OTHERS = (
    b"This is a message with multiple parts in MIME format.",
    b"This is a MIME-encapsulated message",
    b"This is a MIME-encapsulated message.",
    b"This is a multipart MIME message.",
    b"This is a multi-part MIME message.",
    b"This is a MIME formatted message.",
    b"This is a multi-part message in MIME format. ",
    b"This is a cryptographically signed message in MIME format.",
    b"This is an S/MIME signed message",
    b"This is an OpenPGP/MIME signed message (RFC 4880 and 3156)",
    b"This is an OpenPGP/MIME signed message (RFC 2440 and 3156)",
    b"Content is in MIME format.",
    b"Dies ist eine mehrteilige Nachricht im MIME-Format.",
    b"Ceci est un message au format MIME.",
    (
        b"  This message is in MIME format.  The first part should be readable text,\r\n"
        b"  while the remaining parts are likely unreadable without MIME-aware tools."
    ),
    (
        b"This is a MIME-formatted message.  If you see this text it means that your\r\n"
        b"E-mail software does not support MIME-formatted messages."
    ),
    (
        b"This message is in MIME format. Since your mail reader does not understand\r\n"
        b"this format, some or all of this message may not be legible."
    ),
)
"""What mail programs write for readers that know no MIME."""
_SHOWN = "the text before the first part was %s"


def frame_originals(text: bytes) -> Iterator[Original]:
    """What a stretch between parts may have been: the text before a multipart's first part, and behind its last.

    text is a piece without a leaf: nothing, a preamble, a container's delimiter and header with its preamble, or a
    closing delimiter with an epilogue.
    """
    head, preamble = _halved(text)
    if preamble is None:
        yield from _behind(text)
        return
    note = _SHOWN % ("taken out" if not preamble.strip() else "written anew")
    yield Original(head, (Cause.MIME_REWRITTEN,), _SHOWN % "put in", likely=True)
    for number, each in enumerate((*_USUAL, *_OTHERS)):
        for place, form in enumerate(_framed(each)):
            likely = number < len(_USUAL) and place < 2  # the two forms that nearly all write
            yield Original(head + form, (Cause.MIME_REWRITTEN,), note, likely=likely)
    for blank in (b"\r\n", b"\r\n\r\n"):
        yield Original(head + blank, (Cause.MIME_REWRITTEN,), _SHOWN % "taken out", likely=blank == b"\r\n")
    if preamble.strip():
        bare = preamble.strip(b"\r\n")
        for form in _framed(bare)[:3]:
            note = "empty lines around the text before the first part were changed"
            yield Original(head + form, (Cause.WHITESPACE,), note, likely=True)


def _framed(text: bytes) -> tuple[bytes, ...]:
    """A text before the first part, with the empty lines that programs put around it."""
    line = text + b"\r\n"
    return line, line + b"\r\n", b"\r\n" + line, line + b"\r\n\r\n"


def _halved(text: bytes) -> tuple[bytes, bytes | None]:
    """What stands before the preamble, and the preamble; None where there can be none."""
    if not text.startswith(b"--"):
        return b"", text
    if b"\r\n\r\n" in text and not text.partition(b"\r\n")[0].endswith(b"--"):
        head, gap, preamble = text.partition(b"\r\n\r\n")
        return head + gap, preamble
    return text, None


def _behind(text: bytes) -> Iterator[Original]:
    """A closing delimiter with other empty lines behind it, or without what was written behind it."""
    line, end, rest = text.partition(b"\r\n")
    if not end:
        yield Original(text + b"\r\n", (Cause.WHITESPACE,), "the last line end was taken out", likely=True)
        return
    note = "empty lines behind the last part were changed"
    blanks = [Original(line + end * number, (Cause.WHITESPACE,), note, likely=True) for number in (1, 2, 3)]
    if rest.strip():
        yield Original(line + end, (Cause.FOOTER,), "text was put behind the last part", likely=True)
    else:
        yield from blanks
