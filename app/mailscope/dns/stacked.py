"""Several that answer, one behind the other: what the first does not hold is asked of the next."""

from mailscope.dns.answer import Answer, Dns, DnsMode, Outcome


class StackedDns:
    """The first certain or uncertain answer that is not "never recorded", from the top.

    It calls itself a recording where anything but the network may answer, so that no report claims to be live.
    """

    def __init__(self, first: Dns, *rest: Dns) -> None:
        self._layers = (first, *rest)

    @property
    def mode(self) -> DnsMode:
        """Live only where every layer is."""
        live = all(layer.mode is DnsMode.LIVE for layer in self._layers)
        return DnsMode.LIVE if live else DnsMode.SNAPSHOT

    def ask(self, name: str, rdtype: str) -> Answer:
        """The answer of the first layer that holds one; of the last where none does."""
        answer = self._layers[0].ask(name, rdtype)
        for layer in self._layers[1:]:
            if answer.outcome is not Outcome.NOT_RECORDED:
                break
            answer = layer.ask(name, rdtype)
        return answer
