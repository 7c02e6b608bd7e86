"""mailscope: what a message's headers claim, and what can be proved.

Every name here is loaded when it is first used (PEP 562): importing mailscope costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailscope.arc.check import check_arc
    from mailscope.arc.verdicts import ArcCheck
    from mailscope.batch.scan import scan
    from mailscope.bounce.failure import Bounce
    from mailscope.casefile import CaseFile, open_case, save_case
    from mailscope.compare import Comparison, compare_reports
    from mailscope.context import Context
    from mailscope.dkim.check import check_dkim
    from mailscope.dkim.verdicts import DkimCheck
    from mailscope.dmarc.check import check_dmarc
    from mailscope.dmarc.verdicts import DmarcCheck
    from mailscope.dns.live import LiveDns
    from mailscope.dns.snapshot import NoDns, SnapshotDns
    from mailscope.errors import LoadError, MailscopeError
    from mailscope.export.write import Choice, render
    from mailscope.findings.finding import Finding
    from mailscope.report import Report, examine, explain
    from mailscope.settings import Settings
    from mailscope.spf.check import check_spf
    from mailscope.spf.verdicts import SpfCheck
    from mailscope.trace.hop import Hop
    from mailscope.trace.received import parse_received
    from mailscope.version import __version__

__all__ = [
    "ArcCheck",
    "Bounce",
    "CaseFile",
    "Choice",
    "Comparison",
    "Context",
    "DkimCheck",
    "DmarcCheck",
    "Finding",
    "Hop",
    "LiveDns",
    "LoadError",
    "MailscopeError",
    "NoDns",
    "Report",
    "Settings",
    "SnapshotDns",
    "SpfCheck",
    "__version__",
    "check_arc",
    "check_dkim",
    "check_dmarc",
    "check_spf",
    "compare_reports",
    "examine",
    "explain",
    "open_case",
    "parse_received",
    "render",
    "save_case",
    "scan",
]

_HOMES = {
    "ArcCheck": "arc.verdicts",
    "Bounce": "bounce.failure",
    "CaseFile": "casefile",
    "Choice": "export.write",
    "Comparison": "compare",
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
    "Settings": "settings",
    "SnapshotDns": "dns.snapshot",
    "SpfCheck": "spf.verdicts",
    "__version__": "version",
    "check_arc": "arc.check",
    "check_dkim": "dkim.check",
    "check_dmarc": "dmarc.check",
    "check_spf": "spf.check",
    "compare_reports": "compare",
    "examine": "report",
    "explain": "report",
    "open_case": "casefile",
    "parse_received": "trace.received",
    "render": "export.write",
    "save_case": "casefile",
    "scan": "batch.scan",
}
"""Where each name lives; a test holds it against the imports above, which only type checkers read."""


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'mailscope' has no attribute {name!r}")
    value = getattr(import_module(f"mailscope.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
