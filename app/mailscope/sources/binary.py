"""What bytes are that are no mail: known by their first bytes, or by the share of bytes that text never holds."""

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "a JPEG image"),
    (0, b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (0, b"GIF8", "a GIF image"),
    (0, b"II*\0", "a TIFF image"),
    (0, b"MM\0*", "a TIFF image"),
    (8, b"WEBP", "a WebP image"),
    (4, b"ftyp", "a video or HEIC image"),
    (0, b"%PDF-", "a PDF document"),
    (0, b"PK\x03\x04", "a zip archive (or an Office document)"),
    (0, b"PK\x05\x06", "an empty zip archive"),
    (0, b"\x1f\x8b", "gzip-compressed"),
    (0, b"BZh", "bzip2-compressed"),
    (0, b"\xfd7zXZ\0", "xz-compressed"),
    (0, b"\x28\xb5\x2f\xfd", "zstd-compressed"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (257, b"ustar", "a tar archive"),
    (0, b"\x7fELF", "a program (ELF)"),
    (0, b"!BDN", "an Outlook data file (.pst or .ost)"),
    (0, b"\x78\x9f\x3e\x22", "an Outlook winmail.dat (TNEF)"),
    (0, b"SQLite format 3\0", "an SQLite database"),
    (0, b"ID3", "an MP3 recording"),
    (0, b"RIFF", "a sound or video recording"),
    (0, b"OggS", "an Ogg recording"),
    (0, b"{\\rtf", "a rich text document (RTF)"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = (b"<!doctype html", b"<html", b"<?xml", b"<svg")
_COMPRESSED = ("gzip", "bzip2", "xz", "zstd")
_SAMPLE = 64 * 1024
_ODD = bytes(range(9)) + bytes(range(14, 27)) + bytes(range(28, 32)) + b"\x7f"
"""Controls that no text holds; ESC stands in ISO-2022 mail."""


def what_it_is(raw: bytes) -> str:
    """What the bytes are, in words with an article: "a JPEG image"; "" where nothing speaks against text."""
    if raw.startswith(_OLE):
        # Streams of a message store their names in UTF-16 in the directory, wherever that lies.
        outlook = "__substg1.0_".encode("utf-16-le") in raw or "__properties".encode("utf-16-le") in raw
        return "an Outlook .msg file" if outlook else "an old Office document or Outlook .msg file"
    for offset, mark, name in _MAGIC:
        if raw.startswith(mark, offset):
            return name
    start = raw[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for mark in _MARKUP:
        if start.startswith(mark):
            return "an XML document" if mark == b"<?xml" else "a web page (HTML)"
    sample = raw[:_SAMPLE]
    odd = len(sample) - len(sample.translate(None, _ODD))
    return "binary data, no text" if odd * 50 > len(sample) else ""


def remedy(what: str) -> str:
    """What to do about it, in one clause."""
    if "Outlook .msg" in what:
        return "save it as .eml, or copy its Internet headers and paste them"
    if what.startswith(_COMPRESSED) or "archive" in what:
        return "unpack it first"
    if "HTML" in what:
        return "save the message itself (show original, download as .eml)"
    if "Outlook" in what:
        return "export the message as .eml"
    return "give the message itself, saved as .eml"
