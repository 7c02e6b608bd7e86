"""What may stand on the command line, and the words that explain it."""

import argparse
from collections.abc import Callable, Sequence
from typing import NoReturn, TypeVar

from mailscope.errors import MailscopeError
from mailscope.specimen import Kind
from mailscope.verdict import Severity

Word = TypeVar("Word", Kind, Severity)

HELP = """\
mailscope: what a message's headers claim, and what can be proved

  mailscope [open] [PATH...]   look at mail in the terminal
  mailscope report PATH...|-   findings, as text, markdown, html or json
  mailscope scan PATH...       many messages, a row each, as jsonl or csv
  mailscope compare A B        why one message passes where another fails
  mailscope explain [TEXT|-]   what a bounce, a reply, a session or a log means

PATH: message, headers, bounce, transcript, log, mbox, Maildir, folder or case.

  --dns live|none|FILE   ask the network (default), nothing, or a snapshot
  --now TIME             judge as of this time, ISO 8601 (default: now)
  --own-host NAME        a host, .domain or network of your own side
  -h after a command     its other options       --version   the version

  mailscope ~/Maildir                           browse a mailbox
  mailscope report strange.eml                  one message, explained
  xclip -o | mailscope report -                 headers that were copied
  mailscope scan --format csv -o out.csv mail/  a table for a spreadsheet
  mailscope explain "550 5.7.26 unauthenticated email is not accepted"

Exit status: 0 done, 1 --fail-on was reached, 2 the call or input is unusable.
"""


class CallError(MailscopeError):
    """The command line cannot be understood; one line that says why and where to read on."""


class _Parser(argparse.ArgumentParser):
    """A parser that raises instead of leaving the program."""

    def error(self, message: str) -> NoReturn:
        raise CallError(f"{message} (see {self.prog} --help)")


def parse_arguments(words: Sequence[str]) -> argparse.Namespace:
    """The call as attributes, `command` among them; raises CallError.

    A command comes first, options apart; what is no command is a path to open.
    """
    command, rest = _command(list(words))
    name = f"mailscope {command}"
    parser = _Parser(
        prog=name,
        allow_abbrev=False,
        formatter_class=lambda prog: argparse.HelpFormatter(prog, max_help_position=26, width=79),
    )
    _COMMANDS[command](parser)
    _common(parser)
    parsed = parser.parse_args(rest)
    parsed.command = command
    return parsed


def wants_help(words: Sequence[str]) -> bool:
    """Whether help is asked for without a command."""
    return bool(words) and words[0] in ("-h", "--help", "help")


def _command(words: list[str]) -> tuple[str, list[str]]:
    """The command and the other words; options may stand before it (mailscope --dns none report mail.eml)."""
    place = 0
    while place < len(words):
        word = words[place]
        if word in ("--", "-") or not word.startswith("-"):
            if word in _COMMANDS:
                return word, words[:place] + words[place + 1 :]
            break
        place += 2 if word in _VALUED else 1
    return "open", words


_VALUED = (
    "--dns",
    "--now",
    "--record-dns",
    "--own-host",
    "--nameserver",
    "--format",
    "--jobs",
    "--fail-on",
    "--kind",
    "--config",
    "--sections",
    "--save-case",
    "-o",
    "--output",
)
"""Options whose value is the next word."""


def _open(parser: argparse.ArgumentParser) -> None:
    parser.description = "Look at mail in the terminal."
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files, folders, mbox, Maildir; - for standard input")


def _report(parser: argparse.ArgumentParser) -> None:
    parser.description = "What is found about a message, header block, bounce text, transcript or log, or several."
    parser.add_argument("paths", nargs="+", metavar="PATH", help="what to examine; - for standard input")
    _format(parser, ("text", "markdown", "html", "json"))
    parser.add_argument("--sections", metavar="A,B", help="only these sections: findings,path,… (all in JSON)")
    parser.add_argument("--redact", action="store_true", help="with stand-ins for addresses, names and subjects")
    parser.add_argument("--save-case", metavar="FILE", help="also save bytes, time and DNS answers as a case file")
    _kind(parser)
    _fail_on(parser)
    _record(parser)


def _scan(parser: argparse.ArgumentParser) -> None:
    parser.description = "Many messages, a row each, in the order in which they are found."
    parser.add_argument("paths", nargs="+", metavar="PATH", help="files, folders, mbox, Maildir")
    _format(parser, ("jsonl", "csv"))
    parser.add_argument("--jobs", type=_jobs, default=1, metavar="N", help="processes (default 1; 0: one a core)")
    parser.add_argument(
        "--forensics", action="store_true", help="with injection proofs and diagnosis of broken signatures"
    )
    _kind(parser)
    _fail_on(parser)
    _record(parser)


def _compare(parser: argparse.ArgumentParser) -> None:
    parser.description = "Two messages, side by side: why one passes where the other fails, and every field."
    parser.add_argument("paths", nargs=2, metavar="PATH", help="the two messages")
    _format(parser, ("text", "json"))
    parser.add_argument("--all", action="store_true", help="equal rows too, and what differs between any two messages")
    _kind(parser)


def _explain(parser: argparse.ArgumentParser) -> None:
    parser.description = "What a bounce text, an SMTP reply, a session transcript or mail-log lines mean."
    parser.add_argument(
        "text", nargs="*", metavar="TEXT", help="the text, or a file that holds it; - for standard input"
    )
    _format(parser, ("text", "json"))


_COMMANDS: dict[str, Callable[[argparse.ArgumentParser], None]] = {
    "open": _open,
    "report": _report,
    "scan": _scan,
    "compare": _compare,
    "explain": _explain,
}


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dns", metavar="live|none|FILE", help="who answers DNS (default: live)")
    parser.add_argument("--now", metavar="TIME", help="judge expiry and age as of this time, ISO 8601")
    parser.add_argument(
        "--own-host",
        action="append",
        default=[],
        dest="own_hosts",
        metavar="NAME",
        help="a host, .domain, address or network of the receiving side; may be repeated",
    )
    parser.add_argument("--nameserver", metavar="ADDRESS", help="ask this resolver instead of the system's")
    parser.add_argument("--config", metavar="FILE|none", help="your own defaults, a TOML file (docs/cli.md)")


def _format(parser: argparse.ArgumentParser, formats: tuple[str, ...]) -> None:
    parser.add_argument(
        "--format", choices=formats, default=formats[0], help=f"{', '.join(formats)} (default: {formats[0]})",
        metavar="FORMAT",
    )  # fmt: skip
    parser.add_argument("-o", "--output", metavar="FILE", help="write there instead of to standard output")


def _kind(parser: argparse.ArgumentParser) -> None:
    kinds = ", ".join(Kind)
    parser.add_argument(
        "--kind", type=_word(Kind, "kind"), metavar="KIND", help=f"what it is, where the guess is wrong: {kinds}"
    )


def _fail_on(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--fail-on",
        type=_word(Severity, "severity"),
        metavar="SEVERITY",
        help="exit with 1 when a finding is as loud as this: critical, warning, notice, info",
    )


def _record(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--record-dns", metavar="FILE", help="write the DNS answers of this run there, as a snapshot")


def _word(words: type[Word], what: str) -> Callable[[str], Word]:
    """A reader of one word of a vocabulary."""

    def read(text: str) -> Word:
        try:
            return words(text.lower())
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is no {what}; there are {', '.join(words)}") from None

    return read


def _jobs(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 4):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes")
    return int(text)
