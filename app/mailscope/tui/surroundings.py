"""What the screens need of the settings."""

from typing import Protocol

from mailscope.context import Context


class Surroundings(Protocol):
    """Who answers DNS, and which hosts are the reader's own."""

    @property
    def dns_label(self) -> str:
        """Who answers DNS, in words: "live", "none", "recording samples/dns.json"."""
        ...

    @property
    def own_hosts(self) -> tuple[str, ...]:
        """Hosts of the receiving side."""
        ...

    def context(self) -> Context:
        """A fresh context; raises MailscopeError where the settings cannot be met."""
        ...
