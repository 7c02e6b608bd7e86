"""What could be added to a signed message unnoticed, proved: the changed message is verified by the same verifier."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from mailscope.dkim.canonical import Material, material
from mailscope.dkim.key import PublicKey, parse_key_record
from mailscope.dkim.signature import Signature, parse_signature
from mailscope.dkim.verdicts import DkimCheck
from mailscope.dkim.verify import prove
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.mail.message import LineEnds, Message
from mailscope.verdict import Verdict

_LARGEST = 16 * 1024 * 1024
"""Bodies beyond this are not appended to: each try hashes the whole."""
_BOUNDARY = b"mailscope-demonstration"
_TEXT = b"This text was added after signing, as a demonstration. The signature still verifies."
FIELDS: dict[str, bytes] = {
    "From": b" Demonstration <demonstration@attacker.example>",
    "Subject": b" This Subject was added after signing (demonstration)",
    "To": b" Somebody else <demonstration@recipient.example>",
    "Cc": b" Somebody else <demonstration@recipient.example>",
    "Date": b" Thu, 01 Jan 2026 00:00:00 +0000",
    "Reply-To": b" Demonstration <demonstration@attacker.example>",
    "Content-Type": b' multipart/mixed; boundary="' + _BOUNDARY + b'"',
    "Sender": b" Demonstration <demonstration@attacker.example>",
    "List-Unsubscribe": b" <https://attacker.example/demonstration>",
}
"""What is tried, by name: the value, with its leading blank."""
_EFFECTS = {
    "From": "mail readers that show the topmost From name this author",
    "Subject": "mail readers that show the topmost Subject show this one",
    "To": "mail readers show this recipient",
    "Cc": "mail readers show this recipient",
    "Date": "mail readers that show the topmost Date show this one",
    "Reply-To": "answers go to this address",
    "Content-Type": "mail readers that take the topmost Content-Type read the body by it, and may show none of the "
    "signed text",
    "Sender": "mail readers that show Sender name this one",
    "List-Unsubscribe": "the button to unsubscribe leads here",
}
_APPENDED = "this text stands at the end of the message"
_REPLACED = "mail readers show this text instead of the signed one"


@dataclass(frozen=True, slots=True)
class InjectionProof:
    """A changed message that still verifies: one thing that was added, and as whose it passes."""

    index: int
    """Of the signature, as in DkimCheck.index."""
    what: str
    """A short sentence: "A second Subject on top"."""
    name: str
    """The field that was added, as spelt; "body" where text was appended."""
    top: bytes
    """Bytes put in front of the message, with its line ends; b"" for none."""
    end: bytes
    """Bytes put behind the message, with its line ends; b"" for none."""
    domain: str
    """As whose message it passes: d=."""
    selector: str
    effect: str
    """What a reader would see, a clause."""

    @property
    def added(self) -> bytes:
        """Everything that was added."""
        return self.top + self.end

    def message(self, raw: bytes) -> bytes:
        """The changed message, given the examined content: what is saved as .eml."""
        return self.top + raw + self.end


def prove_injections(
    message: Message,
    checks: Iterable[DkimCheck],
    *,
    limits: Limits = DEFAULT_LIMITS,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[tuple[InjectionProof, ...], ...]:
    """For each signature what can be added to the message so that it still passes; () for one that does not pass."""
    checks = tuple(checks)
    if not message.has_body or not any(check.result is Verdict.PASS for check in checks):
        return tuple(() for _ in checks)
    stuff = material(message)
    newline = {LineEnds.LF: b"\n", LineEnds.CR: b"\r"}.get(message.line_ends, b"\r\n")
    found: list[tuple[InjectionProof, ...]] = []
    for check in checks:
        if check.result is not Verdict.PASS or (cancelled is not None and cancelled()):
            found.append(())
            continue
        found.append(tuple(_proofs(stuff, message, check, newline, limits)))
    return tuple(found)


def _proofs(
    stuff: Material, message: Message, check: DkimCheck, newline: bytes, limits: Limits
) -> Iterator[InjectionProof]:
    verifier = verifier_of(stuff, check, limits)

    def proof(what: str, name: str, added: tuple[bytes, bytes], effect: str) -> InjectionProof:
        top, end = (each.replace(b"\r\n", newline) for each in added)
        return InjectionProof(check.index, what, name, top, end, check.domain or "", check.selector or "", effect)

    for name, value in FIELDS.items():
        field = name.encode("utf-8", "surrogateescape") + b":" + value + b"\r\n"
        if verifier.passes(field):
            count = sum(1 for key in stuff.keys if key == name.lower())
            number = "A second" if count == 1 else "Another"
            what = f"{number} {name} on top" if count else f"A {name} where there is none"
            yield proof(what, name, (field, b""), _EFFECTS[name])
    if len(stuff.body or b"") > _LARGEST:
        return
    tail = _tail(message.body_bytes)
    text = tail + b"\r\n" + _TEXT + b"\r\n"
    if verifier.passes(text=text):
        yield proof("Text appended to the body", "body", (b"", text), _APPENDED)
        field = b"Content-Type:" + FIELDS["Content-Type"] + b"\r\n"
        mark = b"--" + _BOUNDARY
        parts = tail + mark + b"\r\nContent-Type: text/plain\r\n\r\n" + _TEXT + b"\r\n" + mark + b"--\r\n"
        if verifier.passes(field, parts):
            what = "Another content: a Content-Type on top, and a part of its own behind the signed body"
            yield proof(what, "Content-Type", (field, parts), _REPLACED)


def _tail(body: bytes) -> bytes:
    """What ends the last line."""
    return b"" if not body or body.endswith((b"\n", b"\r")) else b"\r\n"


@dataclass(frozen=True, slots=True)
class Verifier:
    """A signature with its key, ready to verify changed copies of its message."""

    material: Material
    signature: Signature
    key: PublicKey | None
    own: int
    """The place of the signature's own field."""

    def passes(self, field: bytes = b"", text: bytes = b"") -> bool:
        """Whether it verifies with a field on top and text at the end (CRLF line ends)."""
        if self.key is None:
            return False
        stuff, own = self.material, self.own
        if field:
            name = field.partition(b":")[0].decode("latin-1").lower()
            stuff = stuff.with_fields((name, *stuff.keys), (field, *stuff.fields))
            own += 1
        if text:
            stuff = stuff.with_body((stuff.body or b"") + text)
        return prove(self.signature, self.key, stuff, own).holds


def verifier_of(stuff: Material, check: DkimCheck, limits: Limits = DEFAULT_LIMITS) -> Verifier:
    """The verifier of a signature whose key is at hand in the check."""
    signature = parse_signature(stuff.fields[check.field_index], limits=limits)
    key = parse_key_record(check.key_record, limits).public if check.key_record else None
    return Verifier(stuff, signature, key, check.field_index)
