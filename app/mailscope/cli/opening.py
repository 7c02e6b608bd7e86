"""The way to the screen: this file imports little, since the first paint waits for it."""

import sys
from argparse import Namespace

from mailscope.cli.configuration import read_config
from mailscope.cli.stdin import something_piped_in, stdin_bytes
from mailscope.cli.surroundings import settings_of
from mailscope.errors import LoadError
from mailscope.sources.reading import check_paths


def open_command(call: Namespace) -> int:
    """The screen, on paths and on what is piped in."""
    settings = settings_of(call)
    config = read_config(call.config)
    paths = check_paths(path for path in call.paths if path != "-")
    if not sys.stdout.isatty() or not sys.stderr.isatty():
        raise LoadError("the screen needs a terminal; for text try: mailscope report PATH, or mailscope scan PATH")
    piped = "-" in call.paths or (not call.paths and something_piped_in())
    stdin = stdin_bytes(settings.limits) if piped else None
    # late: the screens take three times as long to import as all the rest
    from mailscope.tui.app import run  # noqa: PLC0415
    from mailscope.tui.looks import Looks  # noqa: PLC0415

    looks = Looks(config.theme, config.keys, config.recent, str(config.path or "the configuration"))
    return run(paths, settings=settings, stdin=stdin or None, looks=looks)
