"""Lines of an SMTP session, however a program marks who speaks."""

import re
from dataclasses import dataclass

_REPLY = re.compile(r"[2-5]\d\d(?:[ -]|$)")
_COMMAND = re.compile(
    r"(?:(?:EHLO|HELO|LHLO)\s+\S|MAIL\s+FROM:|RCPT\s+TO:|DATA\s*$|BDAT\s+\d|STARTTLS\s*$|AUTH\s+[A-Z0-9-]+\b(?!:)"
    r"|QUIT\s*$|RSET\s*$|NOOP\b|VRFY\s+\S|EXPN\s+\S|XCLIENT\s+\S|XFORWARD\s+\S|ETRN\s+\S)",
    re.IGNORECASE,
)
_STAMP = r"(?:[\[(]?\d[\d:T.,/+\-]*Z?(?:\s\d[\d:.,]*)?[\])]?\s*:?\s*)?"
# Each names who speaks by a mark before the text; the text follows.
_SERVER = re.compile(
    rf"\s*(?:{_STAMP}(?:S|R|SERVER|server|Server|Recv|RECV|recv|received|RECEIVED|Response|RX|Out)\s?[:>]\s?"
    rf"|{_STAMP}SERVER\s->\sCLIENT:\s|SMTP\s->\s(?:FROM\sSERVER|get_lines\(\)):\s?"
    r"|(?:\S+)?(?:<<<|<--)\s?|<(?:-|~|\*\*|~\*|=)\s+|SMTP(?:<<|\(close\)<<)\s?|<\s"
    r"|reply:\s(?:b?['\"]|retcode\s\()|\S{0,80}\sreply:\s)"
)
_CLIENT = re.compile(
    rf"\s*(?:{_STAMP}(?:C|CLIENT|client|Client|Sent|SENT|sent|Send|SEND|Request|TX|In)\s?[:>]\s?"
    rf"|{_STAMP}CLIENT\s->\sSERVER:\s|SMTP\s->\sFROM\sCLIENT:\s?"
    r"|(?:\S+)?(?:>>>|-->)\s?|(?:-|~|\*\*|=)>\s+|SMTP(?:>>|\+>|\|>)\s?|>\s|send:\s(?:b?['\"]))"
)
_ENVIRONS = re.compile(
    r"\s*(?:Trying\s[\d.:a-fA-F]+\.\.\.|Connected\sto\s\S|Escape\scharacter\sis|=== (?:Trying|Connected|TLS)"
    r"|\*{3}\s|\*\s+(?:Connected to|Trying|TLS|Host)|#\ssession\b|\*:\s|CONNECTED\(\d|Connection closed by foreign host"
    r"|connect:\s|connect\sto\s|DEBUG SMTP)"
)
_LINES = 2_000


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

    @property
    def is_session(self) -> bool:
        """Whether the text is the record of a session."""
        spoken = self.commands + self.replies
        if self.marked >= 1 and self.replies and self.marked * 2 >= self.lines - self.environs:
            # ">>> DATA", "<<< 550 …" alone may be quoted in a bounce: a command or a greeting must be there.
            return self.commands >= 1 or self.environs >= 1 or self.sessions >= 1
        if self.environs >= 2 and (self.replies or self.environs * 2 >= self.lines):
            return True  # a connection that never spoke SMTP is a session too
        return self.commands >= 2 and self.replies >= 2 and spoken * 4 >= self.lines

    @property
    def basis(self) -> str:
        """Why, in a few words."""
        return f"{_counted(self.commands, 'SMTP command')}, {_counted(self.replies, 'reply', 'replies')}"


def read_dialogue(text: str) -> Dialogue:
    """Count the lines of a session; linear, bounded."""
    lines = commands = replies = marked = environs = sessions = 0
    greeted = False
    for line in text.splitlines()[:_LINES]:
        if not line.strip():
            continue
        lines += 1
        line = line[:300]
        if _ENVIRONS.match(line):
            environs += 1
            continue
        server, client = _SERVER.match(line), _CLIENT.match(line)
        spoken = line[server.end() :] if server else line.lstrip()
        if _REPLY.match(spoken) or (server and server[0].lstrip().startswith("reply: retcode")):
            replies += 1
            marked += bool(server)
            if spoken.startswith("220") and not greeted:
                sessions += 1
                greeted = True
            continue
        spoken = line[client.end() :] if client else line.lstrip()
        spoken = spoken.split("\\r\\n")[0].rstrip("'\"") if client and "send:" in client[0] else spoken
        if _COMMAND.match(spoken):
            commands += 1
            marked += bool(client)
            greeted = False
        elif client and len(client[0].strip()) > 1:
            marked += 1
    return Dialogue(lines, commands, replies, marked, environs, sessions)


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
