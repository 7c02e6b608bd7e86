"""What the reader hands in, as specimens: bytes, files, mailboxes, folders."""

import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from mailscope.errors import LoadError
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.sources.binary import what_it_is
from mailscope.sources.detect import Guess, detect
from mailscope.sources.header import look_at
from mailscope.sources.mailbox import Letter, begins_mailbox, letters
from mailscope.sources.reading import open_file, read_beginning, too_big, unreadable
from mailscope.sources.unwrap import unwrap
from mailscope.specimen import Kind, Origin, Specimen, Step

_GIVEN = Origin()
_SAID = "you said so"
_PASTE = 4 * 1024 * 1024
_LOOK = 256 * 1024
"""Bytes by which it is told whether something too big is a record of which the beginning serves."""
_BLOCKS = 1_000
"""Several header blocks in one paste."""
_BETWEEN = re.compile(rb"(?:\r\n|\n|\r(?!\n))[ \t]*(?:\r\n|\n|\r(?!\n))[ \t\r\n]*")
_BOOKKEEPING = re.compile(
    r"(?:dovecot|courier|sqwebmail|maildirfolder$|maildirsize$|subscriptions$|cyrus\.(?:index|cache|header|squat)$)"
)
"""Files that mail servers keep beside the messages of a Maildir."""

_PROGRAMS = frozenset(
    ".c .cc .cpp .css .go .h .java .js .mjs .php .pl .py .pyi .rb .rs .sh .toml .ts".split()  # noqa: SIM905 - reads better
)
"""Endings of programs and their settings: a session or a refusal quoted in one is no record of mail."""


def load_bytes(
    raw: bytes,
    *,
    origin: Origin = _GIVEN,
    kind: Kind | None = None,
    otherwise: Kind | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> tuple[Specimen, ...]:
    """Everything in these bytes: one specimen, or each message of a mailbox that was pasted.

    kind is what the reader says that it is; None: find out. otherwise is what text is taken for that looks like
    nothing. Of a log or a session's record that is too big the beginning is read, and its steps say so. Raises
    LoadError where it is empty, too big or no mail.
    """
    name = origin.path or origin.label
    if not raw.strip(b" \t\r\n\0"):
        raise LoadError(f"{name} is empty: there is nothing to examine")
    if len(raw) > limits.file_bytes:
        return (_beginning(raw, origin, kind, limits),)
    if kind in (None, Kind.MESSAGE, Kind.BOUNCE, Kind.REPORT) and begins_mailbox(raw):
        several = tuple(letters(_lines(raw), limits))
        if len(several) > 1:
            return tuple(_letter(each, place, origin, kind, limits) for place, each in enumerate(several))
        if several:
            return (_letter(several[0], None, origin, kind, limits),)
    blocks = _header_blocks(raw) if origin.path is None and kind in (None, Kind.HEADERS) else ()
    if len(blocks) > 1:
        return tuple(
            _specimen(block, replace(origin, index=place), Kind.HEADERS if kind else None, limits)
            for place, block in enumerate(blocks)
        )
    return (_specimen(raw, origin, kind, limits, otherwise),)


def load_path(path: Path, *, kind: Kind | None = None, limits: Limits = DEFAULT_LIMITS) -> Iterator[Specimen]:
    """Everything in a file: one specimen, or each message of an mbox, which is never read whole.

    Raises LoadError where the file cannot be read or is no mail.
    """
    origin = Origin(str(path))
    number = open_file(path)
    regular = stat.S_ISREG(os.fstat(number).st_mode)
    with os.fdopen(number, "rb") as stream:
        try:
            start = stream.peek(4096)[:4096] if regular else b""
            mailbox = begins_mailbox(start) and kind in (None, Kind.MESSAGE, Kind.BOUNCE, Kind.REPORT)
            if mailbox:
                yield from _mailbox(letters(stream, limits), origin, kind, limits)
                return
        except OSError as error:
            raise unreadable(path, error) from error
        raw = read_beginning(number, path, limits)
    if kind is None and path.suffix.lower() in _PROGRAMS and not look_at(raw).is_header:
        raise LoadError(f"{path}: by its name it is part of a program; if it is mail, say of which kind")
    # What is called a message is examined as one, however mangled it is.
    otherwise = Kind.MESSAGE if path.suffix.lower() == ".eml" or path.parent.name in ("cur", "new") else None
    yield from load_bytes(raw, origin=origin, kind=kind, otherwise=otherwise, limits=limits)


def walk(paths: Iterable[Path]) -> Iterator[Path]:
    """Every file to be looked at, in a stable order: the named ones, and those in folders, hidden ones apart.

    Folders are entered once, however many links lead there. Raises LoadError for a folder that cannot be listed.
    """
    for path in paths:
        try:
            folder = path.is_dir()
        except (OSError, ValueError) as error:
            raise unreadable(path, error) from error
        if folder:
            yield from _folder(path)
        else:
            yield path


def _folder(top: Path) -> Iterator[Path]:
    """The files below a folder, names in order, a folder's own files before those of its folders."""
    seen: set[tuple[int, int]] = set()
    waiting = [top]
    while waiting:
        place = waiting.pop()
        try:
            about = place.stat()
            if (about.st_dev, about.st_ino) in seen:
                continue
            seen.add((about.st_dev, about.st_ino))
            with os.scandir(place) as entries:
                files, folders = _sorted(place, list(entries))
        except OSError as error:
            if place == top:
                raise unreadable(place, error) from error
            yield place  # reading it will say what is wrong, and the other folders are not lost
            continue
        yield from files
        waiting.extend(reversed(folders))


def _sorted(place: Path, entries: "list[os.DirEntry[str]]") -> tuple[list[Path], list[Path]]:
    """Files and folders of one listing, without what is hidden or a mail server's own."""
    names = {entry.name for entry in entries}
    maildir = {"cur", "new"} <= names
    files: list[str] = []
    folders: list[str] = []
    for entry in entries:
        try:
            if entry.is_dir():
                inner = maildir and entry.name.startswith(".") and (place / entry.name / "cur").is_dir()
                if inner or not (entry.name.startswith(".") or (maildir and entry.name == "tmp")):
                    folders.append(entry.name)
            elif (
                not entry.name.startswith(".")
                and not (maildir and _BOOKKEEPING.match(entry.name))
                and (entry.is_file() or entry.is_symlink())
            ):
                files.append(entry.name)
        except OSError:
            files.append(entry.name)  # reading it will say what is wrong
    return [place / name for name in sorted(files)], [place / name for name in sorted(folders)]


def _mailbox(found: Iterator[Letter], origin: Origin, kind: Kind | None, limits: Limits) -> Iterator[Specimen]:
    """The messages of an mbox; a single one has no place in it. What was too big is told at the end."""
    first = next(found, None)
    if first is None:
        raise LoadError(f"{origin.name} is an mbox without a message")
    second = next(found, None)
    if second is None:
        if first.cut:
            raise too_big(origin.name, limits)
        yield _letter(first, None, origin, kind, limits)
        return
    passed: list[str] = []
    place = 0
    pair: tuple[Letter | None, ...] = (first, second)
    while pair[0] is not None:
        letter = pair[0]
        if letter.cut:
            passed.append(str(place + 1))
        else:
            yield _letter(letter, place, origin, kind, limits)
        place += 1
        pair = (pair[1], next(found, None)) if pair[1] is not None else (None, None)
    if passed:
        raise LoadError(
            f"{origin.name}: message {', '.join(passed[:10])} of the mbox is bigger than "
            f"{limits.file_bytes // (1024 * 1024):,} MB and was passed over"
        )


def _letter(letter: Letter, place: int | None, origin: Origin, kind: Kind | None, limits: Limits) -> Specimen:
    """A message out of a mailbox; whatever stands there is taken for one, since the mailbox says so."""
    undone = unwrap(letter.content)
    guess = detect(undone.content, limits)
    if kind is not None:
        guess = Guess(kind, _SAID)
    elif guess.kind is None:
        guess = Guess(Kind.MESSAGE, "an entry of a mailbox")
    assert guess.kind is not None
    steps = (Step.MBOX_FROM, *((Step.MBOX_ESCAPED,) if letter.escaped else ()), *undone.steps)
    return Specimen(
        raw=letter.raw,
        content=undone.content,
        kind=guess.kind,
        origin=replace(origin, index=place) if place is not None else origin,
        steps=tuple(dict.fromkeys(steps)),
        guessed=kind is None,
        kind_basis=guess.basis,
    )


def _specimen(raw: bytes, origin: Origin, kind: Kind | None, limits: Limits, otherwise: Kind | None = None) -> Specimen:
    undone = unwrap(raw, pasted=origin.path is None)
    guess = Guess(kind, _SAID) if kind is not None else detect(undone.content, limits)
    if guess.kind is None and otherwise is not None and not what_it_is(undone.content):
        guess = Guess(otherwise, "nothing but its name or place tells what it is")
    if guess.kind is None:
        raise LoadError(f"{origin.name}: {guess.basis}")
    return Specimen(raw, undone.content, guess.kind, origin, undone.steps, guessed=kind is None, kind_basis=guess.basis)


def _beginning(raw: bytes, origin: Origin, kind: Kind | None, limits: Limits) -> Specimen:
    """The whole lines within the limit of a log or session record; raises LoadError for anything else.

    Half a message is another message.
    """
    if kind is None:
        kind = detect(unwrap(raw[:_LOOK]).content, limits).kind
    if kind not in (Kind.LOG, Kind.TRANSCRIPT):
        raise too_big(origin.name, limits)
    end = raw.rfind(b"\n", 0, limits.file_bytes) + 1
    found = _specimen(raw[: end or limits.file_bytes], origin, kind, limits)
    return replace(found, steps=(*found.steps, Step.CUT))


def _header_blocks(raw: bytes) -> tuple[bytes, ...]:
    """The header blocks of a paste that is nothing but several of them, each with an author of its own."""
    if len(raw) > _PASTE or raw.count(b"\n") < 4:
        return ()
    blocks = [block for block in _BETWEEN.split(raw) if block.strip()]
    if not 1 < len(blocks) <= _BLOCKS:
        return ()
    for block in blocks:
        look = look_at(block)
        if not look.is_header or look.odd or look.telling < 2 or not look.message.first("From"):
            return ()
    return tuple(blocks)


def _lines(raw: bytes) -> Iterator[bytes]:
    """The lines of some bytes, as a file would give them."""
    position = 0
    while position < len(raw):
        end = raw.find(b"\n", position) + 1 or len(raw)
        yield raw[position:end]
        position = end
