"""The panes that only show a page."""

from mailscope.report import Report
from mailscope.tui.panes.pane import ReportPane
from mailscope.tui.present.authentication import authentication_page
from mailscope.tui.present.body import body_page
from mailscope.tui.present.bounce import bounce_page
from mailscope.tui.present.dns import dns_page
from mailscope.tui.present.path import path_page
from mailscope.tui.present.summary import summary_page
from mailscope.tui.present.wording import Page


class SummaryPane(ReportPane):
    """The answer, the facts, the findings."""

    name_ = "Summary"

    def page(self, report: Report) -> Page:
        """The answer first."""
        return summary_page(report)


class PathPane(ReportPane):
    """Hops, border, delays."""

    name_ = "Path"

    def page(self, report: Report) -> Page:
        """Newest hop on top."""
        return path_page(report)


class AuthenticationPane(ReportPane):
    """A card a mechanism and a signature."""

    name_ = "Authentication"

    def page(self, report: Report) -> Page:
        """DMARC on top."""
        return authentication_page(report)


class BouncePane(ReportPane):
    """A card a recipient."""

    name_ = "Bounce"

    def page(self, report: Report) -> Page:
        """In the order of the notice."""
        return bounce_page(report)


class DnsPane(ReportPane):
    """Every question."""

    name_ = "DNS"

    def page(self, report: Report) -> Page:
        """In the order in which they were asked."""
        return dns_page(report)


class BodyPane(ReportPane):
    """Parts, attachments, links, text."""

    name_ = "Body"

    def page(self, report: Report) -> Page:
        """Parts first."""
        return body_page(report)
