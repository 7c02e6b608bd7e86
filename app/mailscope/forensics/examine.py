"""Everything that goes beyond verifying: what could be added, what broke it, how easily it could be sent again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mailscope.dkim.coverage import Coverage
from mailscope.dkim.verdicts import DkimCheck
from mailscope.dns.answer import Dns
from mailscope.forensics.added import Unvouched, unvouched
from mailscope.forensics.diagnose import diagnose
from mailscope.forensics.diagnosis import Diagnosis
from mailscope.forensics.inject import InjectionProof, prove_injections
from mailscope.forensics.replay import Replay, assess_replay
from mailscope.forensics.wrapped import WrappedSignature, find_wrapped
from mailscope.limits import Limits
from mailscope.mail.message import Message
from mailscope.spf.verdicts import SpfCheck
from mailscope.trace.hop import Route


@dataclass(frozen=True, slots=True)
class Forensics:
    """One entry a signature, in the order of the checks; all empty where forensics were left out."""

    proofs: tuple[tuple[InjectionProof, ...], ...] = ()
    """What can be added so that the signature still passes."""
    diagnoses: tuple[Diagnosis | None, ...] = ()
    """What broke it; None where nothing did."""
    replay: tuple[Replay | None, ...] = ()
    """None where it does not pass."""
    unvouched: tuple[tuple[Unvouched, ...], ...] = ()
    """The fields that it does not vouch for, and who probably wrote each: injected ones are among them."""
    wrapped: tuple[WrappedSignature, ...] = ()
    """Signatures of a message that this one was put around; not among the checks."""


NO_FORENSICS = Forensics()
"""Where they were left out."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the forensics need beside the message and its signatures."""

    route: Route
    spf: SpfCheck | None
    """At the border."""
    dns: Dns
    now: datetime
    limits: Limits
    cancelled: Callable[[], bool] | None = None
    """Asked often: True ends the search."""


def examine_signatures(
    message: Message, checks: tuple[DkimCheck, ...], coverage: tuple[Coverage, ...], about: Surroundings
) -> Forensics:
    """The forensics of every signature, within limits.forensics_seconds for the search; never raises."""
    limits, cancelled = about.limits, about.cancelled
    return Forensics(
        proofs=prove_injections(message, checks, limits=limits, cancelled=cancelled),
        diagnoses=diagnose(message, checks, hops=about.route.hops, limits=limits, cancelled=cancelled),
        replay=tuple(
            assess_replay(message, check, cover, about.route, about.spf)
            for check, cover in zip(checks, coverage, strict=True)
        ),
        unvouched=tuple(
            () if check.void else unvouched(message, cover) for check, cover in zip(checks, coverage, strict=True)
        ),
        wrapped=find_wrapped(message, dns=about.dns, now=about.now, limits=limits),
    )
