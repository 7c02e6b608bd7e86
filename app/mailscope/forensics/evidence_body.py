"""What speaks for a change of the body where none of the likely ones could be undone: never a guess."""

import re
from collections.abc import Iterator

from mailscope.forensics.clues import Clues
from mailscope.forensics.diagnosis import Cause
from mailscope.forensics.evidence_header import Sign
from mailscope.forensics.pieces import Piece
from mailscope.forensics.target import Target
from mailscope.forensics.transfer import decoded

_CAUTION = re.compile(
    rb"(?:caution|warning|attention|external|achtung|vorsicht|atenci|avertissement|notice)\b.{0,200}?"
    rb"(?:external|outside|extern|unknown sender|do not (?:click|open)|unless you (?:recogni|trust|know)|exteri|fuera)",
    re.IGNORECASE | re.DOTALL,
)
_GONE = re.compile(
    rb"(?:attachment|attached file|file|part|content|anhang|pi.ce jointe|virus|document)\b.{0,120}?"
    rb"\b(?:was|were|has been|have been|wurde)\s+(?:\w{1,20}\s+)?"
    rb"(?:removed|deleted|stripped|blocked|quarantined|replaced|scrubbed|detached|discarded|entfernt|gel.scht)"
    rb"|(?:removed|deleted|stripped|blocked|scrubbed)\s+(?:an?\s+|the\s+)?(?:\w{1,20}\s+)?(?:attachment|file|html)"
    rb"|not allowed.{0,60}(?:attachment|file)",
    re.IGNORECASE | re.DOTALL,
)
_NOTICE = re.compile(
    r"(?:attachment|virus|file|content)[ _-]?(?:removed|deleted|blocked|warning|stripped|quarantin\w{1,3})"
    r"|(?:removed|deleted|blocked|stripped|quarantined)[ _-]?(?:attachment|file|content)",
    re.IGNORECASE,
)
_FILTERS = (
    "x-renattach-info", "x-content-filtered-by", "x-filtered-with", "x-attachment-removed", "x-mimedefang-action",
    "x-attachments-removed", "x-stripped", "x-amavis-alert", "x-quarantine-id",
)  # fmt: skip
_OPEN_TAG = re.compile(rb"<[A-Za-z/!][^<>]*$")
_TAG = 2_000
"""Bytes at the end of HTML in which a tag is looked for that does not end."""
_RULE = re.compile(rb"^(?:-- ?|[-_=*]{5,})$", re.MULTILINE)
_KEPT = 0.8
"""How much of the signed length may be left for it to count as cut off."""
_SMALL = 2_000
"""A notice that stands where a file stood."""
_LARGEST = 4 * 1024 * 1024
"""Bytes of a body in which mixed line ends are looked for."""
_TAIL = 3_000
"""Bytes at the end of a text in which a footer is looked for."""


def body_signs(target: Target, clues: Clues, pieces: tuple[Piece, ...], raw: bytes) -> Iterator[Sign]:
    """Signs of a changed body; raw is the body as it stands, its line ends not mended."""
    yield from _cut_off(target, pieces)
    if clues.authored or clues.listed:
        yield from _attachments(clues, pieces)
    yield from _recoded(clues, pieces)
    for piece in pieces:
        if piece.part is None or not piece.part.type.startswith("text/") or len(piece.content) > 1 << 20:
            continue
        text = piece.content
        plain = decoded(text, piece.part.encoding)
        text = text if plain is None else plain
        if clues.authored:
            yield from _banner(text)
        yield from _footer(text, clues)
    yield from _line_ends(raw[:_LARGEST])


def _cut_off(target: Target, pieces: tuple[Piece, ...]) -> Iterator[Sign]:
    body = target.material.body or b""
    length = target.signature.body_length
    size = len(target.material.canonical_body(target.signature.body_canon))
    # A little less may come of any change; where a good part is missing, it was cut off.
    if length is not None and size < length * _KEPT:
        why = f"The signature covers {length:,} bytes of body (l=); only {size:,} are there."
        yield Sign(Cause.TRUNCATED, "body", why)
    boundary = _boundary(target)
    if boundary and b"--" + boundary in body and b"--" + boundary + b"--" not in body:
        why = "The body begins with its boundary, but the boundary that closes it is missing: the end is cut off."
        yield Sign(Cause.TRUNCATED, "body", why)
    elif len(pieces) == 1 and pieces[0].part is not None:
        part, text = pieces[0].part, pieces[0].content.rstrip()
        if part.type == "text/html" and _OPEN_TAG.search(text[-_TAG:]):
            yield Sign(Cause.TRUNCATED, "body", "The HTML ends in the middle of a tag.")


def _boundary(target: Target) -> bytes:
    for key, raw in zip(target.material.keys, target.material.fields, strict=True):
        if key == "content-type":
            match = re.search(rb'boundary\s{0,9}=\s{0,9}(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))', raw, re.IGNORECASE)
            return (match[1] or match[2]) if match else b""
    return b""


def _attachments(clues: Clues, pieces: tuple[Piece, ...]) -> Iterator[Sign]:
    marks = [name for name in _FILTERS if clues.values(name)]
    for piece in pieces:
        part = piece.part
        if part is None:
            continue
        emptied = not piece.content.strip()
        if piece.header and part.filename and emptied:
            yield Sign(Cause.ATTACHMENT_REMOVED, "body", f"The attachment {part.filename[:60]} has no content.")
            return
        if piece.header and part.type.startswith("text/") and _NOTICE.search(part.filename):
            why = f"A text stands where an attachment stood: {part.filename[:60]}."
            yield Sign(Cause.ATTACHMENT_REMOVED, "body", why)
            return
        if (
            len(pieces) > 2
            and part.type.startswith("text/")
            and 0 < len(piece.content) < _SMALL
            and not _first(piece, pieces)
        ):
            plain = decoded(piece.content, part.encoding) or piece.content
            if _GONE.search(plain):
                said = " ".join(plain.decode("utf-8", "replace").split())[:80]
                yield Sign(Cause.ATTACHMENT_REMOVED, "body", f"A part says that an attachment was taken out: “{said}”.")
                return
    if marks:
        yield Sign(Cause.ATTACHMENT_REMOVED, "body", f"The header bears a filter's mark: {marks[0].title()}.")


def _first(piece: Piece, pieces: tuple[Piece, ...]) -> bool:
    return next((each for each in pieces if each.part is not None), None) is piece


def _recoded(clues: Clues, pieces: tuple[Piece, ...]) -> Iterator[Sign]:
    inner = any(b"x-mime-autoconverted:" in piece.header.lower() for piece in pieces)
    if inner or clues.values("x-mime-autoconverted"):
        yield Sign(Cause.RECODED, "body", "X-MIME-Autoconverted says that the transfer encoding was changed.")


def _banner(text: bytes) -> Iterator[Sign]:
    head = re.sub(rb"<[^>]{0,400}>", b" ", text[:6000]).lstrip()[:400]
    match = _CAUTION.search(head)
    if match and match.start() < 120:
        yield Sign(Cause.BANNER, "body", "The text begins with a warning about mail from outside.")


def _footer(text: bytes, clues: Clues) -> Iterator[Sign]:
    tail = text[-_TAIL:]
    rules = list(_RULE.finditer(tail))
    if not rules or not clues.listed:
        return
    last = tail[rules[-1].end() :].lower()
    if any(name and name in last for name in _list_names(clues)):
        yield Sign(Cause.FOOTER, "body", "Behind a line, the text ends with the list's own address.")


def _list_names(clues: Clues) -> Iterator[bytes]:
    for field in ("list-post", "list-unsubscribe", "list-subscribe"):
        for value in clues.values(field):
            for match in re.finditer(rb"(?:mailto:|https?://)([^>?\s]{5,200})", value):
                yield match[1].lower()


def _line_ends(raw: bytes) -> Iterator[Sign]:
    """Lines that end in LF alone among lines that end in CRLF were put in by another program."""
    bare = raw.count(b"\n") - raw.count(b"\r\n")
    if not bare or raw.count(b"\r\n") < 3:
        return
    blocks = re.findall(rb"(?:(?<=\r\n)|^)((?:[^\r\n]{0,998}\n){1,30})\r\n", raw)
    texts = [block for block in blocks if block.strip()]
    if texts and sum(block.count(b"\n") for block in blocks) == bare:
        said = " ".join(b" ".join(texts[0].split()).decode("utf-8", "replace").split())[:60]
        why = f"Lines that end in LF alone stand at the end of a text whose lines end in CRLF: “{said}”."
        yield Sign(Cause.FOOTER, "body", why)
