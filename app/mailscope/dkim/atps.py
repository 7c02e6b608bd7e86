"""Third parties that an author's domain lets sign for it (RFC 6541)."""

import base64
import hashlib

from mailscope.dkim.signature import Signature
from mailscope.dkim.verdicts import Atps
from mailscope.dns.answer import Answer, Dns, Outcome
from mailscope.mail.address import ascii_domain
from mailscope.mail.tags import parse_tags
from mailscope.verdict import Verdict

_HASHES = ("sha1", "sha256", "none")


def check_atps(signature: Signature, author: str | None, dns: Dns) -> Atps | None:
    """Whether the author's domain vouches for the signer; None where the signature does not claim it.

    author is the domain of From. To be asked of signatures that verify: the rest prove no signer.
    """
    claimed = signature.tags.compact("atps")
    if not claimed or not signature.domain:
        return None
    domain = ascii_domain(claimed[:255])
    if domain != author:
        said = f"The signature claims to sign for {domain}, which is not the author's domain."
        return Atps(domain, Verdict.PERMERROR, problem=said)
    algorithm = signature.tags.get("atpsh") or ""
    if algorithm not in _HASHES:
        said = "The signature does not say by a known hash where its authorization is published (atpsh=)."
        return Atps(domain, Verdict.PERMERROR, problem=said)
    name = f"{_label(signature.domain, algorithm)}._atps.{domain}"
    return _answered(domain, signature.domain, name, dns.ask(name, "TXT"))


def _label(signer: str, algorithm: str) -> str:
    """The signer as it stands in the name (RFC 6541 section 4.1)."""
    if algorithm == "none":
        return signer
    digest = hashlib.new(algorithm, signer.encode("utf-8", "surrogateescape")).digest()
    return base64.b32encode(digest).decode().rstrip("=").lower()


def _answered(domain: str, signer: str, name: str, answer: Answer) -> Atps:
    if answer.outcome in (Outcome.NOT_ASKED, Outcome.NOT_RECORDED):
        return Atps(domain, None, name, f"DNS does not tell whether {domain} authorizes {signer}.")
    if not answer and not answer.outcome.certain and answer.outcome is not Outcome.INVALID:
        return Atps(domain, Verdict.TEMPERROR, name, f"DNS gave no answer for {name}.")
    for record in answer.records[:8]:
        tags = parse_tags(record[:1024].encode("latin-1", "replace"))
        listed = tags.get("d")
        if tags.get("v") == "ATPS1" and (listed is None or ascii_domain(listed) == signer):
            return Atps(domain, Verdict.PASS, name)
    return Atps(domain, Verdict.FAIL, name, f"{domain} does not authorize {signer} to sign for it.")
