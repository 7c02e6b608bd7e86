"""The panes that only show a page."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from mailscope.report import Report
from mailscope.tui.dialogs.proofs import ask_to_save
from mailscope.tui.panes.pane import ReportPane
from mailscope.tui.present.authentication import authentication_page
from mailscope.tui.present.bounce import bounce_page
from mailscope.tui.present.dkim import proofs_of
from mailscope.tui.present.dns import dns_page
from mailscope.tui.present.path import path_page
from mailscope.tui.present.senders import KEY
from mailscope.tui.present.summary import summary_page
from mailscope.tui.present.wording import Page, touched


class SummaryPane(ReportPane):
    """The answer, the facts, the findings."""

    name_ = "Summary"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "asked", "What receivers ask", show=False, tooltip="The checklist", id="summary.asked"),
    ]

    def page(self, report: Report) -> Page:
        """The answer first."""
        return summary_page(report)

    def action_asked(self) -> None:
        """To the checklist, and open it."""
        if KEY in self.keys:
            self.go_to(KEY)
            self.action_choose()


class PathPane(ReportPane):
    """Hops, border, delays."""

    name_ = "Path"

    def page(self, report: Report) -> Page:
        """Newest hop on top."""
        return path_page(report, self.lit)

    def holder(self, report: Report) -> str:
        """The newest hop that holds evidence."""
        hops = reversed(tuple(enumerate(report.hops)))
        return next((f"hop:{place}" for place, hop in hops if hop.span and touched(hop.span, self.lit)), "")


class AuthenticationPane(ReportPane):
    """A card a mechanism and a signature."""

    name_ = "Authentication"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "proofs", "Save proofs", show=False, tooltip="Changed copies that pass", id="auth.proofs"),
    ]

    def page(self, report: Report) -> Page:
        """DMARC on top."""
        return authentication_page(report)

    def action_proofs(self) -> None:
        """Save the changed copies that still pass as the chosen signature's, else as the first that lets one pass."""
        report = self.report
        if report is None:
            return
        kind, _, place = self.cursor.partition(":")
        every = range(len(report.authentication.dkim))
        chosen = [int(place)] if kind == "dkim" else [number for number in every if proofs_of(report, number)]
        proofs = proofs_of(report, chosen[0]) if chosen else ()
        if proofs:
            ask_to_save(self, report, proofs)
        else:
            self.app.notify("No changed copy of this message passes as the signature's.", markup=False)


class BouncePane(ReportPane):
    """A card a recipient."""

    name_ = "Bounce"

    def page(self, report: Report) -> Page:
        """Failures first."""
        return bounce_page(report)


class DnsPane(ReportPane):
    """Every question."""

    name_ = "DNS"

    def page(self, report: Report) -> Page:
        """In the order in which they were asked."""
        return dns_page(report)
