"""Where the two standards come to different ends, and whom that concerns; words from tables/dmarc."""

from collections.abc import Iterator

from mailscope.dmarc.verdicts import DmarcCheck
from mailscope.tables import sentence
from mailscope.verdict import Verdict


def differs(new: DmarcCheck, old: DmarcCheck) -> bool:
    """Whether a receiver by RFC 9989 (new) treats the message otherwise than one by RFC 7489 (old)."""
    return _treatment(new) != _treatment(old)


def differences(new: DmarcCheck, old: DmarcCheck) -> tuple[str, ...]:
    """Why RFC 9989 (new) and RFC 7489 (old) judge or treat one message differently, a sentence each; () where not."""
    if new.result is None or old.result is None:
        return ()
    same = (new.policy, new.record_domain, new.percent) == (old.policy, old.record_domain, old.percent)
    if same and not differs(new, old):
        return ()
    return tuple(dict.fromkeys(_causes(new, old)))


def _causes(new: DmarcCheck, old: DmarcCheck) -> Iterator[str]:
    author = new.from_domain or "the author"
    if (new.result is Verdict.TEMPERROR) != (old.result is Verdict.TEMPERROR):
        yield _words("unanswered")
        return
    applied = (new.record_domain is None, old.record_domain is None)
    same_tag = new.policy_tag == old.policy_tag and new.policy != old.policy
    if new.record is not None and new.record == old.record and (applied[0] != applied[1] or same_tag):
        yield _words("faulty")
        return
    several = next((look.domain for look in old.looks if look.count > 1), None)
    if several is not None and old.record_domain is None and new.record_domain is not None:
        yield _words("several", domain=several)
    elif new.record_domain != old.record_domain:
        yield _found(author, new, old)
    elif new.policy_tag != old.policy_tag:
        yield _words("np", author=author, policy=new.policy, old_tag=old.policy_tag, old_policy=old.policy)
    if new.testing and new.policy != "none" and old.record_domain is not None:
        yield _words("testing", new=new.disposition, policy=new.policy, old=old.disposition)
    if old.percent is not None and old.policy != "none":
        yield _words("percent", percent=old.percent)
    if None not in (new.record_domain, old.record_domain):
        yield from _aligned(author, new, old)


def _aligned(author: str, new: DmarcCheck, old: DmarcCheck) -> Iterator[str]:
    """The identifier that counts by one of the standards only, with the organizations that make the difference."""
    for ours, theirs in zip(new.identifiers, old.identifiers, strict=True):
        if ours.result != Verdict.PASS or None in (ours.aligned, theirs.aligned) or ours.aligned == theirs.aligned:
            continue
        if new.organizational_domain != old.organizational_domain:
            yield _words("organization", author=author, new=new.organizational_domain, old=old.organizational_domain)
        else:
            yield _words(
                "identifier",
                author=author,
                domain=ours.domain,
                new=ours.organizational_domain or "another",
                old=theirs.organizational_domain or "another",
            )
        return


def _found(author: str, new: DmarcCheck, old: DmarcCheck) -> str:
    if old.record_domain is None:
        return _words(
            "found-new-only", author=author, new=new.record_domain, organization=old.organizational_domain or author
        )
    if new.record_domain is None:
        return _words("found-old-only", old=old.record_domain)
    return _words("found-elsewhere", author=author, new=new.record_domain, old=old.record_domain)


def _treatment(check: DmarcCheck) -> tuple[Verdict | None, str | None]:
    return check.result, check.disposition if check.result is Verdict.FAIL else None


def _words(ident: str, **facts: str | int | None) -> str:
    return sentence("dmarc", "differ.toml", ident, **facts)
