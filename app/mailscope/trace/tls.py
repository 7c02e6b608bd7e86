"""What a Received field says about the encryption of the line."""

import re

_USING = re.compile(r"\b(?:using|tls:?)\s+((?:TLS|SSL)v?\d[\w./]*)\s+with\s+cipher\s+([\w-]+)", re.IGNORECASE)
_VERSION = re.compile(r"\bversion[=:]\s*(?:TLS\\)?((?:TLS|SSL)[v_]?\d[\w./]*)", re.IGNORECASE)
_CIPHER = re.compile(r"\bcipher[=:]\s*([A-Za-z0-9][\w-]*)", re.IGNORECASE)
_COLONS = re.compile(r"(?:^|[\s(])((?:TLS|SSL)[v-]?\d[\w.]*):([A-Za-z0-9][\w-]{4,})(?::\d+|$|[\s:,)])", re.IGNORECASE)
_COMMAS = re.compile(
    r"\b(?:TLS|SSL):\s*((?:TLS|SSL)v?\d[\w./]*),\s*(?:\d+\s*bits?,\s*)?([A-Za-z0-9][\w-]+)", re.IGNORECASE
)
_SPACED = re.compile(r"^\s*((?:TLS|SSL)v?\d[\w.]*)\s+([A-Z0-9]+(?:[_-][A-Z0-9]+){2,})\b")
_BARE = re.compile(r"(?:^|[\s,])((?:TLS|SSL)[v-]?\d(?:[._]\d)?)(?=$|[\s,;)])", re.IGNORECASE)
_ENCRYPTED = re.compile(r"^\(?([A-Z][A-Z0-9]+(?:[_-][A-Z0-9]+)+)\s+encrypted", re.IGNORECASE)
_SPELLED = re.compile(r"(TLS|SSL)[v_-]?(\d)(?:[._]?(\d))?(?![\d.])(.*)", re.IGNORECASE)


def tls_of_comment(text: str) -> tuple[str | None, str | None]:
    """(version, cipher) that a comment names; None for what it does not."""
    if "ipher" not in text and "TLS" not in text and "SSL" not in text and "ncrypted" not in text and "ls" not in text:
        return None, None
    found = _USING.search(text) or _COLONS.search(text) or _COMMAS.search(text) or _SPACED.search(text)
    if found:
        return spelled(found[1]), found[2]
    version, cipher = _VERSION.search(text), _CIPHER.search(text)
    if version or cipher:
        return spelled(version[1]) if version else None, cipher[1] if cipher else None
    encrypted = _ENCRYPTED.match(text)
    if encrypted:
        return None, encrypted[1]
    bare = _BARE.search(text)
    return (spelled(bare[1]) if bare else None), None


def tls_of_words(words: list[str]) -> str | None:
    """The cipher in "tls TLS_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-SHA encrypted SMTP" or "ESMTP/TLS/CIPHER"."""
    for place, word in enumerate(words[:-1]):
        if word == "tls" and "_" in words[place + 1]:
            return words[place + 1]
        if words[place + 1].lower() == "encrypted" and "-" in word:
            return word
    for word in words:
        protocol, slash, cipher = word.partition("/TLS/")
        if slash and protocol.isalpha() and cipher:
            return cipher
    return None


def spelled(version: str) -> str:
    """A TLS version in one spelling: "TLS1_2", "TLS1.2" and "Tls12" are "TLSv1.2"; "TLSv1/SSLv3" stays."""
    version = version.rstrip(".,")
    found = _SPELLED.fullmatch(version)
    if not found:
        return version
    major, minor, rest = found[2], found[3], found[4]
    return f"{found[1].upper()}v{major}{f'.{minor}' if minor else ''}{rest}"
