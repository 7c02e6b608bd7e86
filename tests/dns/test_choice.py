"""Who answers, as the settings choose."""

import pytest

from mailscope.dns.answer import DnsMode
from mailscope.settings import Settings


def test_a_resolver_may_be_named() -> None:
    settings = Settings(nameserver="192.0.2.53:5353")

    assert settings.context().dns.mode is DnsMode.LIVE
    assert settings.dns_label == "live from 192.0.2.53:5353"


@pytest.mark.parametrize(("dns", "nameserver"), [("live", "dns.example.org"), ("none", "192.0.2.53")])
def test_refuses_a_resolver_that_cannot_be_asked(dns: str, nameserver: str) -> None:
    with pytest.raises(ValueError, match="name server"):
        Settings(dns=dns, nameserver=nameserver)
