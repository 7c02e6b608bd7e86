"""What the call and the configuration say about who answers DNS, what time it is, and whose hosts are whose."""

from argparse import Namespace

from mailscope.cli.configuration import read_config
from mailscope.errors import LoadError
from mailscope.settings import Settings


def settings_of(call: Namespace, *, forensics: bool = True) -> Settings:
    """What the call says, and where it says nothing what the configuration says; raises LoadError."""
    config = read_config(call.config)
    try:
        return Settings(
            dns=call.dns if call.dns is not None else config.dns or "live",
            record_dns=getattr(call, "record_dns", None),
            now=call.now,
            own_hosts=tuple(dict.fromkeys((*call.own_hosts, *config.own_hosts))),
            limits=config.limits,
            nameserver=call.nameserver,
            forensics=forensics,
        )
    except ValueError as error:
        said = f"{error} (in {config.path}, or on the command line)" if config.path else str(error)
        raise LoadError(said) from error
