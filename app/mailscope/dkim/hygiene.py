"""What is remarkable about a key, though it may verify."""

from mailscope.dkim.fetch import Fetched
from mailscope.dkim.key import KeyRecord
from mailscope.dkim.signature import Signature


def key_notes(signature: Signature, fetched: Fetched, record: KeyRecord | None) -> tuple[str, ...]:
    """Remarks on the key record that was used or refused, a short sentence each."""
    notes = []
    if len(fetched.records) > 1:
        notes.append(f"{len(fetched.records)} key records stand at one name; receivers may use any of them.")
    if fetched.foreign and record:
        notes.append("Other records than the key stand at its name; some receivers take the first that comes.")
    return tuple(notes)
