"""Whether a text is the record of an SMTP session, however a program marks who speaks."""

import re
from dataclasses import dataclass

from mailscope.amounts import count
from mailscope.sources.speech import COMMAND, Speaker, Utterance, utterances

_ENVIRONS = re.compile(
    r"\s*(?:Trying\s[\d.:a-fA-F]+\.\.\.|Connected\sto\s\S|Escape\scharacter\sis|=== (?:Trying|Connected|TLS|Connection)"
    r"|\*{3}\s|\*\s+[A-Z(]|\*\s+connect\b|#\ssession\b|\*:\s|CONNECTED\(\d|Connection closed"
    r"|SMTP\(\w[\w ]{2,30}\)(?:<<|>>)|LOG: MAIN|delivering \S{6,40}$"
    r"|connect:\s|connect\sto\s|DEBUG SMTP|reply: retcode|data: \(|depth=\d|verify |[\w .-]{1,40} = \S"
    r"|\s+at\s\S|\s+File\s\"|Traceback |During handling|\s+[\^~]{3}|\s{4}(?:raise|self\.|return|s\.|\()"
    r"|[\w.]{1,60}(?:Error|Exception|Disconnected): |Net::\w+|Caused by:\s"
    r"|from\s\S{1,200}:\d+:in\s|/\S{1,200}:\d+:in\s[`']|at\s[\w.$/]{3,200}\("
    r"|.{0,90}?\b(?:Connecting to \S|[Cc]onnection (?:established|opened|closed)|Connected to \S|Resolv(?:ing|ed) \S"
    r"|[Tt]rying (?:to connect to )?[\d:a-fA-F.\"]{3}|[Cc]losing connection|on SMTP connection))"
)
_LINES = 2_000
_STRETCH = 5
"""Commands and replies that follow each other in a record within a longer text."""
_BOTH = 2
"""Commands and replies without which nobody is sure to have spoken."""
_GAP = 4
"""Other lines that may stand between two of them."""
_BEGUN = re.compile(
    r"\s*(?:#\ssession\b|=== (?:Trying|Connected)|Trying\s\d|\*\s+(?:Trying|Connected to)|connect:\sto|CONNECTED\("
    r"|DEBUG SMTP: trying|Net::SMTP>>> Net::SMTP"
    r"|.{0,90}?\b(?:Connecting to \S|Connection (?:established|opened:)|Connected to \S|Trying [\d:a-fA-F.]{3}))"
)
_PORT = re.compile(r"\bsmtps?\b|(?::|port )(?:25|465|587)\b", re.IGNORECASE)
_FAILED = re.compile(r"\bcommand failed:\s*[45]\d\d[ -]")
"""A refusal that a program tells of in place of showing it."""
_HEARD = re.compile(r"\b(?:recv|received|inbound|incoming)\W{0,4}$", re.IGNORECASE)
"""A mark in words that says where a reply came from: no notice quotes one so."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What speaks for an SMTP session among the first lines of a text."""

    lines: int
    """Lines that are not blank."""
    commands: int
    replies: int
    marked: int
    """Lines that say who speaks."""
    environs: int
    """Lines that tools write around a session: "Trying 192.0.2.1...", "=== Connected to …"."""
    sessions: int
    """Greetings (220 before any command)."""
    opened: int = 0
    """Commands that open a session or a mail: EHLO, HELO, LHLO, MAIL."""
    longest: int = 0
    """Commands and replies of the longest stretch in which they follow each other."""
    other: int = 0
    """Other lines within that stretch, the message itself left out."""
    begun: int = 0
    """Lines that say that a connection begins."""
    ports: int = 0
    """Lines of those tools that speak of SMTP or of its ports."""
    heard: int = 0
    """Replies whose mark says in a word that they were received."""

    @property
    def is_session(self) -> bool:
        """Whether the text is the record of a session."""
        spoken = self.commands + self.replies
        if self.marked >= 1 and self.replies and self.marked * 2 >= self.lines - self.environs:
            # ">>> DATA", "<<< 550 …" alone may be quoted in a bounce: a command or a greeting must be there.
            return self.commands >= 1 or self.environs >= 1 or self.sessions >= 1 or self.heard >= 1
        if self.environs >= 2 and (self.replies or (self.begun and self.environs * 2 >= self.lines)):
            return True
        if self.environs >= 2 and self.begun and (self.commands or self.ports) and self.environs * 3 >= self.lines:
            return True  # a connection on which nobody answered
        if self.commands and self.replies and spoken >= self.lines:
            return True
        if self.commands < 2 or self.replies < 2:
            return False
        # What a program prints before and after (its settings, a certificate) does not make it another thing.
        return spoken * 4 >= self.lines or (self.opened >= 1 and self.longest >= _STRETCH)

    @property
    def is_spoken(self) -> bool:
        """Whether most lines are one side's words, each with a mark before it: a time there makes it no log."""
        return self.commands >= 2 and self.replies >= 2 and self.marked * 5 >= (self.lines - self.environs) * 3

    @property
    def is_marked(self) -> bool:
        """Whether many of the lines are the two sides' words, and marks say who speaks, or hardly any are not."""
        spoken = self.commands + self.replies
        if min(self.commands, self.replies) >= _BOTH and spoken * 5 >= (self.lines - self.environs) * 4:
            return True  # hardly a line is anything else
        both = self.commands > 0 and self.replies > 0
        return both and self.marked >= self.commands and spoken * 5 >= (self.lines - self.environs) * 2

    @property
    def basis(self) -> str:
        """Why, in a few words."""
        return f"{count(self.commands, 'SMTP command')}, {count(self.replies, 'reply', 'replies')}"


def read_dialogue(text: str) -> Dialogue:
    """Count the lines of a session; linear, bounded."""
    found = _Count()
    for one in utterances(text.splitlines()[:_LINES]):
        found.hear(one)
    return Dialogue(
        found.lines, found.commands, found.replies, found.marked, found.environs, found.sessions, found.opened,
        found.longest, found.other, found.begun, found.ports, found.heard,
    )  # fmt: skip


class _Count:
    """The counts while a text is heard."""

    def __init__(self) -> None:
        self.lines = self.commands = self.replies = self.marked = self.environs = self.sessions = self.opened = 0
        self.longest = self.other = self.begun = self.ports = self.heard = 0
        self.stretch = self.gaps = self.since = 0
        self.greeted = self.message = False

    def hear(self, one: Utterance) -> None:
        """Count one utterance."""
        if not one.text and one.speaker is Speaker.NOTE:
            return
        self.lines += 1
        self.since += not self.message
        if one.speaker is Speaker.NOTE:
            self.environs += bool(_ENVIRONS.match(one.mark + one.text))
            self.begun += bool(_BEGUN.match(one.mark + one.text))
            self.ports += _PORT.search(one.text, 0, 200) is not None
            self.replies += bool(_FAILED.search(one.text, 0, 200))
        elif one.speaker is Speaker.SERVER:
            self._server(one)
        else:
            self._client(one)

    def _server(self, one: Utterance) -> None:
        self.marked += one.sure
        if not one.text[:3].isdigit():
            return
        self.replies += 1
        self.heard += one.sure and _HEARD.search(one.mark) is not None
        self._spoken()
        if one.text.startswith("220") and not self.greeted:
            self.sessions += 1
            self.greeted = True
        self.message = one.text.startswith("354")

    def _client(self, one: Utterance) -> None:
        self.marked += one.sure
        if one.text == ".":
            self.message = False
            return
        if self.message or not COMMAND.match(one.text):
            return
        word = one.text[:4].upper()
        self.commands += 1
        self.opened += word in ("EHLO", "HELO", "LHLO", "MAIL")
        self.greeted = False
        self._spoken()

    def _spoken(self) -> None:
        """A line of the dialogue: it goes on with the stretch, or begins another."""
        others = self.since - 1
        if others > _GAP:
            self.stretch = self.gaps = 0
        self.stretch += 1
        self.gaps += max(others, 0)
        self.since = 0
        if self.stretch > self.longest:
            self.longest, self.other = self.stretch, self.gaps
