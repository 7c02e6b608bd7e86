"""mailscope: what a message's headers claim, and what can be proved.

Every name here is loaded when it is first used (PEP 562): importing mailscope costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

_HOMES = {
    "ArcCheck": "arc.verdicts",
    "Bounce": "bounce.failure",
    "Context": "context",
    "DkimCheck": "dkim.verdicts",
    "DmarcCheck": "dmarc.verdicts",
    "Finding": "findings.finding",
    "Hop": "trace.hop",
    "LiveDns": "dns.live",
    "LoadError": "errors",
    "MailscopeError": "errors",
    "NoDns": "dns.snapshot",
    "Report": "report",
    "SnapshotDns": "dns.snapshot",
    "SpfCheck": "spf.verdicts",
    "check_arc": "arc.check",
    "check_dkim": "dkim.check",
    "check_dmarc": "dmarc.check",
    "check_spf": "spf.check",
    "examine": "report",
    "explain": "report",
    "parse_received": "trace.received",
    "scan": "batch.scan",
    "__version__": "version",
}

__all__ = sorted(_HOMES)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'mailscope' has no attribute {name!r}")
    value = getattr(import_module(f"mailscope.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
