"""All opinions on an analysis, loudest first."""

from collections.abc import Callable, Iterator

from mailscope.analysis import Analysis
from mailscope.findings.arc_rules import arc_rules
from mailscope.findings.behaviour_rules import behaviour_rules
from mailscope.findings.bounce_rules import bounce_rules
from mailscope.findings.claims_rules import claims_rules
from mailscope.findings.dkim_rules import dkim_rules
from mailscope.findings.dmarc_rules import dmarc_rules
from mailscope.findings.dns_rules import dns_rules
from mailscope.findings.finding import Finding
from mailscope.findings.forensics_rules import forensics_rules
from mailscope.findings.header_rules import header_rules
from mailscope.findings.identity_rules import identity_rules
from mailscope.findings.links_rules import links_rules
from mailscope.findings.recipient_rules import recipient_rules
from mailscope.findings.senders_rules import senders_rules
from mailscope.findings.spf_rules import spf_rules
from mailscope.findings.trace_rules import trace_rules

RULES: tuple[Callable[[Analysis], Iterator[Finding]], ...] = (
    bounce_rules,
    behaviour_rules,
    recipient_rules,
    dmarc_rules,
    dkim_rules,
    forensics_rules,
    spf_rules,
    arc_rules,
    header_rules,
    identity_rules,
    links_rules,
    claims_rules,
    trace_rules,
    senders_rules,
    dns_rules,
)
"""In the order in which findings of one severity are read."""


def judge(analysis: Analysis) -> tuple[Finding, ...]:
    """What a person should know about the analysis, loudest first; within a severity in the order of RULES."""
    found = [finding for rule in RULES for finding in rule(analysis)]
    return tuple(sorted(found, key=lambda finding: finding.severity.rank))
