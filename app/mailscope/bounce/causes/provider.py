"""Whose words they are: by the host that refused, and by marks that only one receiver writes."""

from mailscope.bounce.causes.rules import Provider, providers


def provider_of(text: str, hosts: tuple[str | None, ...]) -> Provider | None:
    """The provider behind a refusal: text in lower case, hosts that refused or reported; None where nobody is known."""
    for host in hosts:
        if not host:
            continue
        name = host.lower().rstrip(".")
        for provider in providers():
            if any(name == suffix or name.endswith(f".{suffix}") for suffix in provider.hosts):
                return provider
    # Whoever quotes a public list is somebody else: lists have no hosts, and come last.
    for provider in sorted(providers(), key=lambda one: not one.hosts):
        if any(mark in text for mark in provider.marks):
            return provider
    return None
