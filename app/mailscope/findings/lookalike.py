"""Names that are made to be taken for others: borrowed brands, letters that look alike, mixed scripts."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise

from mailscope.dns.suffixes import organizational_domain
from mailscope.tables import read_table

_WORDS = re.compile(r"[^\W_]+")
_EAST = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_SEAM = re.compile(f"(?<=[{_EAST}])(?=[A-Za-z])|(?<=[A-Za-z])(?=[{_EAST}])")
"""Chinese, Japanese and Korean put no space between a foreign name and what follows."""
_TOGETHER = frozenset(("LATIN", "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "KATAKANA-HIRAGANA"))
"""Scripts that one word may honestly mix (Unicode Technical Standard 39, section 5.2)."""
_LONGEST = 300
_SHORTEST_GLUED = 4
"""Letters of a name to which a word of service may be glued."""
_SHORTEST_NEAR = 6
"""Letters of a name from which one letter more, less or other is still a likeness."""


@dataclass(frozen=True, slots=True)
class Brand:
    """A name that people trust, and where it sends from."""

    name: str
    domains: frozenset[str]
    common: bool = False
    """Whether people, towns or things bear the name too."""

    def owns(self, domain: str) -> bool:
        """Whether mail from this domain is the brand's own."""
        labels = domain.split(".")
        return any(".".join(labels[place:]) in self.domains for place in range(len(labels)))


def brand_named_in(text: str) -> Brand | None:
    """The brand whose name a display name bears as whole words, however its letters are disguised."""
    words = _disguised_words(text)
    for reading in dict.fromkeys((words, _letters_joined(words))):
        for name, brand in _names():
            before, found, after = reading.partition(f" {name} ")
            if found and (not brand.common or {*before.split(), *after.split()} <= {*_service_words(), *name.split()}):
                return brand
    listed = words.split()
    halves = (_single_names().get(one + other) for one, other in pairwise(listed))
    eastern = (brand for name, brand in _eastern_names() if name in words)
    return next((brand for brand in (*halves, *eastern) if brand), None)


def same_brand(one: str, other: str) -> bool:
    """Whether two hosts belong to one well-known name: "youtube.com" and "google.com"."""
    return any(brand.owns(one) and brand.owns(other) for _, brand in _brands())


def brand_worn_by(domain: str) -> Brand | None:
    """The brand that a foreign domain bears as a part of its name: "paypal-login.example", "paypalservice.example".

    A common name counts only beside a word of service: "norton-support.example".
    """
    suffix = (organizational_domain(domain) or domain).partition(".")[2]
    parts = [part for label in domain.removesuffix(suffix).split(".") for part in label.split("-")]
    for part in parts:
        brand = _labels().get(part)
        if brand is None or brand.owns(domain):
            continue
        if not brand.common or _service_words() & {*map(drawn_as, parts)} - {drawn_as(part)}:
            return brand
    own = (organizational_domain(domain) or domain).partition(".")[0]
    for known, brand in _labels().items():
        if brand.common or len(known) < _SHORTEST_GLUED or known not in own or brand.owns(domain):
            continue
        before, _, after = own.partition(known)
        if before + after and all(drawn_as(rest) in _service_words() for rest in (before, after) if rest):
            return brand
    return None


def brand_resembled_by(domain: str) -> tuple[Brand, str] | None:
    """The brand and its domain that a domain looks like without being it: other letters, a hyphen, one letter off."""
    own = organizational_domain(domain) or domain
    label = unicode_domain(own).partition(".")[0]
    labels = domain.split(".")
    if label in _labels() or own in _honest() or any(".".join(labels[at:]) in _owned() for at in range(len(labels))):
        return None
    whole = label.replace("-", "")
    drawn = {drawn_as(label), drawn_as(whole), *(drawn_as(part) for part in label.split("-") if part not in _labels())}
    for known, brand in _labels().items():
        likeness = len(known) > 2 and _drawn_labels()[known] in drawn
        near = not brand.common and len(known) >= _SHORTEST_NEAR and (_one_off(label, known) or whole == known)
        if likeness or near:
            shortest = sorted(
                (each for each in brand.domains if each.startswith(known + ".")), key=lambda it: (len(it), it)
            )
            return brand, next(iter(shortest), known)
    return None


def is_freemail(domain: str) -> bool:
    """Whether anybody gets an address there."""
    return domain in _freemail()


def unicode_domain(domain: str) -> str:
    """The domain as people are shown it: A-labels (xn--…) as the letters that they stand for."""
    return ".".join(_unicode_label(label) for label in domain.split("."))


def mixed_scripts(domain: str) -> tuple[str, ...]:
    """The scripts of the first label that mixes some which nobody mixes honestly; () for none."""
    for label in unicode_domain(domain).split("."):
        found = {_script(char) for char in label if char.isalpha()}
        if len(found) > 1 and not found <= _TOGETHER:
            return tuple(sorted(found))
    return ()


def drawn_as(text: str) -> str:
    """The text with every letter replaced by the plain one that it looks like, so that lookalikes are equal."""
    folded = unicodedata.normalize("NFKD", text[:_LONGEST].lower())
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    for sequence, letter in _sequences():
        plain = plain.replace(sequence, letter)
    return plain.translate(_letters())


def _disguised_words(text: str) -> str:
    plain = _SEAM.sub(" ", unicodedata.normalize("NFKC", text[:_LONGEST]))
    return f" {' '.join(drawn_as(word) for word in _WORDS.findall(plain))} "


def _letters_joined(words: str) -> str:
    """The words with those of single letters made one: "p a y p a l"."""
    runs = (("" if single else " ").join(run) for single, run in groupby(words.split(), lambda word: len(word) == 1))
    return f" {' '.join(runs)} "


def _unicode_label(label: str) -> str:
    if not label.startswith("xn--") or len(label) > 63:
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return label


def _script(char: str) -> str:
    return unicodedata.name(char, "UNKNOWN").partition(" ")[0]


def _one_off(one: str, other: str) -> bool:
    """Whether the two differ by one letter more, less, other, or by two neighbours that changed places."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, theirs = one[start:], other[start:]
    return (
        rest[1:] == theirs[1:]
        or rest[1:] == theirs
        or rest == theirs[1:]
        or (rest[:2] == theirs[1::-1] and rest[2:] == theirs[2:])
    )


@lru_cache(maxsize=1)
def _brands() -> tuple[tuple[tuple[str, ...], Brand], ...]:
    table = read_table("identity", "brands.toml")["brand"]
    return tuple(
        (tuple(entry["names"]), Brand(entry["names"][0], frozenset(entry["domains"]), entry.get("common", False)))
        for entry in table
    )


@lru_cache(maxsize=1)
def _names() -> tuple[tuple[str, Brand], ...]:
    """Each name as it is drawn, with its brand; one of several words is written as one word too."""
    return tuple(
        (_disguised_words(written).strip(), brand)
        for names, brand in _brands()
        for name in names
        for written in dict.fromkeys((name, name.replace(" ", "") if len(name) > _SHORTEST_NEAR else name))
    )


@lru_cache(maxsize=1)
def _single_names() -> dict[str, Brand]:
    """The names of one word that are told even when they are written as two."""
    return {
        name: brand for name, brand in _names() if " " not in name and len(name) >= _SHORTEST_NEAR and not brand.common
    }


@lru_cache(maxsize=1)
def _eastern_names() -> tuple[tuple[str, Brand], ...]:
    """The names in scripts that put no spaces between words."""
    return tuple((name, brand) for name, brand in _names() if len(name) > 2 and _SEAM.search(f"a{name[0]}"))


@lru_cache(maxsize=1)
def _labels() -> dict[str, Brand]:
    """The first labels of the brands' domains that are names rather than words."""
    found: dict[str, Brand] = {}
    for names, brand in _brands():
        told = {"".join(_WORDS.findall(name.lower())) for name in names}
        for domain in brand.domains:
            label = domain.partition(".")[0]
            if label in told:
                found.setdefault(label, brand)
    return found


@lru_cache(maxsize=1)
def _owned() -> frozenset[str]:
    """The domains of all brands whose labels are watched."""
    return frozenset(domain for brand in _labels().values() for domain in brand.domains)


@lru_cache(maxsize=1)
def _drawn_labels() -> dict[str, str]:
    """Each label of a brand, as it is drawn."""
    return {label: drawn_as(label) for label in _labels()}


@lru_cache(maxsize=1)
def _service_words() -> frozenset[str]:
    """As they are drawn."""
    return frozenset(map(drawn_as, read_table("identity", "brands.toml")["service"]["words"]))


@lru_cache(maxsize=1)
def _freemail() -> frozenset[str]:
    return frozenset(read_table("identity", "brands.toml")["freemail"]["domains"])


@lru_cache(maxsize=1)
def _honest() -> frozenset[str]:
    return frozenset(read_table("identity", "brands.toml")["honest"]["domains"])


@lru_cache(maxsize=1)
def _sequences() -> tuple[tuple[str, str], ...]:
    return tuple(
        (look, letter) for look, letter in read_table("identity", "brands.toml")["looks"].items() if len(look) > 1
    )


@lru_cache(maxsize=1)
def _letters() -> dict[int, str]:
    return {
        ord(look): letter for look, letter in read_table("identity", "brands.toml")["looks"].items() if len(look) == 1
    }
