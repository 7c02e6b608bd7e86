"""What the user chose: plain data that crosses processes, from which each of them makes its Context."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path

from mailscope.context import Context
from mailscope.dns.answer import Dns
from mailscope.dns.cache import CachingDns
from mailscope.dns.live import LiveDns
from mailscope.dns.snapshot import NoDns, SnapshotDns
from mailscope.errors import LoadError
from mailscope.limits import DEFAULT_LIMITS, Limits
from mailscope.moment import as_utc


@dataclass(frozen=True, slots=True)
class Settings:
    """Who answers DNS, what time it is, which hosts are the user's own, and how deep to look.

    Raises ValueError, in one line, for a time, a network or a name server that is none.
    """

    dns: str = "live"
    """"live", "none", or the path of a snapshot (a file called "live" is "./live")."""
    nameserver: str | None = None
    """The resolver that live DNS asks, an address like 192.0.2.53 or [2001:db8::53]:5353; None: the system's."""
    record_dns: str | None = None
    """Where the DNS answers of the run are to be written as a snapshot."""
    now: datetime | str | None = None
    """A time or its ISO 8601 form; None: whenever a context is made."""
    own_hosts: tuple[str, ...] = ()
    """Host names, domains with a leading dot, addresses or networks of the receiving side."""
    limits: Limits = DEFAULT_LIMITS
    forensics: bool = True

    def __post_init__(self) -> None:
        if not self.dns:
            raise ValueError("DNS is asked live, not at all (none), or of a snapshot file: no name was given")
        if self.nameserver is not None:
            if self.dns != "live":
                raise ValueError("a name server is for live DNS; none and a snapshot ask nobody")
            LiveDns(self.nameserver)
        if self.record_dns is not None and self.dns == "none":
            raise ValueError("with DNS none nothing is asked, so there is nothing to record")
        if self.now is not None:
            as_utc(self.now)
        for host in self.own_hosts:
            _check_host(host)

    @property
    def dns_label(self) -> str:
        """Who answers DNS, in words: "live", "live from 192.0.2.53", "none", "recording samples/dns.json"."""
        if self.nameserver is not None:
            return f"live from {self.nameserver}"
        return self.dns if self.dns in ("live", "none") else f"recording {self.dns}"

    def context(self) -> Context:
        """The surroundings for examinations in this process.

        Raises LoadError, in one line, where the snapshot cannot be read.
        """
        return Context(
            dns=self._answerer(),
            now=as_utc(self.now),
            own_hosts=self.own_hosts,
            limits=self.limits,
            forensics=self.forensics,
        )

    def _answerer(self) -> Dns:
        if self.dns == "none":
            return NoDns()
        if self.dns == "live":
            return CachingDns(LiveDns(self.nameserver, seconds=self.limits.dns_seconds))
        return _snapshot(self.dns)


def _snapshot(spec: str) -> Dns:
    try:
        return SnapshotDns(Path(spec))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise LoadError(
            f"the DNS snapshot {spec} cannot be read ({reason}); --dns takes live, none or a snapshot file"
        ) from error
    except ValueError as error:
        raise LoadError(f"{spec} is no DNS snapshot: {error}") from error


def _check_host(host: str) -> None:
    if not host.strip() or any(char.isspace() for char in host):
        raise ValueError(f"an own host is a name, a .domain, an address or a network, not {host[:60]!r}")
    if "/" in host:
        try:
            ip_network(host, strict=False)
        except ValueError:
            raise ValueError(f"an own network is written like 192.0.2.0/24, not {host[:60]!r}") from None
