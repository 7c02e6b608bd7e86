"""Tag lists (RFC 6376 section 3.2): "v=1; a=rsa-sha256; …", as DKIM, ARC and DMARC write them."""

from dataclasses import dataclass

_FWS = " \t\r\n"
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


@dataclass(frozen=True, slots=True)
class Tag:
    """One name and value; white space around both is off, inside the value it stands as written."""

    name: str
    value: str
    start: int
    """Offset of the name in the text that was parsed."""
    stop: int
    """One past the value, the semicolon not counted."""

    @property
    def compact(self) -> str:
        """The value with all folding white space out: base64, and lists that may be folded."""
        return "".join(self.value.split())


@dataclass(frozen=True, slots=True)
class TagList:
    """The tags in order, and what is wrong with the list."""

    tags: tuple[Tag, ...] = ()
    duplicates: tuple[str, ...] = ()
    """Names that stand more than once; RFC 6376 section 3.2 makes the whole list invalid."""
    malformed: tuple[str, ...] = ()
    """Pieces that are no tag: no equals sign, or a name with other than letters, digits and underscores."""

    def tag(self, name: str) -> Tag | None:
        """The first tag of this name; names are compared as written (RFC 6376: case counts)."""
        return next((tag for tag in self.tags if tag.name == name), None)

    def get(self, name: str) -> str | None:
        """The value of the first tag of this name."""
        tag = self.tag(name)
        return tag.value if tag else None

    def compact(self, name: str) -> str | None:
        """As get(), with all folding white space out."""
        tag = self.tag(name)
        return tag.compact if tag else None

    def list(self, name: str) -> tuple[str, ...]:
        """The value as a colon-separated list, white space off, empty entries left out; () where there is none."""
        value = self.get(name)
        return tuple(item for part in value.split(":") if (item := part.strip(_FWS))) if value else ()


def parse_tags(text: str | bytes) -> TagList:
    """The tags of a value; bytes are read as UTF-8 with surrogate escapes. Linear, and any text gives a TagList."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "surrogateescape")
    tags: list[Tag] = []
    malformed: list[str] = []
    seen: dict[str, int] = {}
    position = 0
    pieces = text.split(";")
    for place, piece in enumerate(pieces):
        name, equals, value = piece.partition("=")
        bare = name.strip(_FWS)
        # RFC 6376 allows one semicolon after the last tag: an empty piece anywhere else is no tag.
        if not equals and not bare and place == len(pieces) - 1:
            continue
        if not equals or not bare or not _NAME.issuperset(bare) or not bare[0].isalpha():
            malformed.append(piece.strip(_FWS))
        else:
            start = position + len(name) - len(name.lstrip(_FWS))
            tags.append(Tag(bare, value.strip(_FWS), start, position + len(piece.rstrip(_FWS))))
            seen[bare] = seen.get(bare, 0) + 1
        position += len(piece) + 1
    return TagList(tuple(tags), tuple(name for name, count in seen.items() if count > 1), tuple(malformed))
