"""dma and nullmailer: systems that log sentences, one after the other, about the message at hand."""

import re

from mailscope.bounce.failure import Phase
from mailscope.bounce.logline import LogLine
from mailscope.bounce.logs.book import Book, Event, Fortune
from mailscope.bounce.logs.wording import answer
from mailscope.bounce.unwrap import rejoined

_QUEUED = re.compile(r"mail to=<([^<>]{0,400})> queued as (\S{3,60})")
_NEW = re.compile(r"new mail from user=\S* uid=\S* envelope_from=<([^<>]{0,400})>")
_TRYING = re.compile(r"<([^<>\s]{1,400})> (trying|delivery successful)")
_TO_HOST = re.compile(r"trying (?:remote )?delivery to (\S{1,250})(?: \[([^\]\s]{2,45})\])?")
_FAILED = re.compile(
    r"(?:remote|local) delivery (?:(?P<soft>deferred): |(?P<hard>failed): |to )(?P<host>[\w.-]{1,250})?(?:"
    r" \[[^\]]{2,60}\])?(?: pref \d+)? ?(?:failed )?(?P<text>.*)",
    re.DOTALL,
)
_CONNECT = re.compile(r"connect to (\S{1,250}) \[[^\]]{2,60}\] failed: (.*)")
_GREETING = re.compile(r"[Cc]ould not perform server greeting at (\S{1,250}) \[[^\]]{2,60}\]: (.*)", re.DOTALL)
_BOUNCING = re.compile(r"delivery failed, bouncing as (\S{3,60})|cannot deliver|giving up")
_PHASES = {
    "connect": Phase.BANNER, "ehlo": Phase.HELO, "helo": Phase.HELO, "ehlo/helo": Phase.HELO,
    "starttls": Phase.STARTTLS, "mail from": Phase.MAIL,
    "rcpt to": Phase.RCPT, "data": Phase.DATA, "final data": Phase.MESSAGE, "smtp login": Phase.AUTH,
    "auth": Phase.AUTH, "login": Phase.AUTH,
}  # fmt: skip
_AFTER = re.compile(r"after (?P<what>[A-Za-z /]{3,20}): (?P<text>.*)", re.DOTALL)


def read_dma(line: LogLine, book: Book) -> bool:
    """Read a line of the DragonFly mail agent into the book; False where it is none."""
    queue, text = line.pid, line.text.strip()
    if not queue:
        return False
    queued = _QUEUED.match(text)
    if queued:
        book.keep(f"dma {queued[2]}", queued[1])
        sender = book.senders.get(f"dma {queue}")
        if sender is not None:
            book.sender(queued[2], sender)
        return True
    new = _NEW.match(text)
    if new:
        book.sender(f"dma {queue}", new[1])
        return True
    trying = _TRYING.match(text)
    if trying:
        book.keep(f"dma {queue}", trying[1])
        if trying[2] != "trying":
            book.add(
                queue,
                trying[1],
                Event(Fortune.SENT, line.stamp, line.seconds, remote=book.loose.get(f"dma host {queue}")),
            )
        return True
    host = _TO_HOST.match(text)
    if host:
        book.keep(f"dma host {queue}", host[1])
        return True
    return _dma_trouble(queue, text, line, book)


def _dma_trouble(queue: str, text: str, line: LogLine, book: Book) -> bool:
    recipient = book.loose.get(f"dma {queue}")
    connect = _CONNECT.match(text)
    if connect:
        book.keep(f"dma connect {queue}", text)
        event = Event(
            Fortune.DEFERRED,
            line.stamp,
            line.seconds,
            said=connect[2],
            frame=text,
            remote=connect[1],
            phase=Phase.CONNECT,
        )
        book.add(queue, recipient, event)
        return True
    greeting = _GREETING.match(text)
    if greeting:
        fortune = Fortune.FAILED if greeting[2].startswith("5") else Fortune.DEFERRED
        event = Event(
            fortune,
            line.stamp,
            line.seconds,
            said=answer(greeting[2]),
            frame=text,
            remote=greeting[1],
            phase=Phase.HELO,
        )
        book.add(queue, recipient, event)
        return True
    bouncing = _BOUNCING.match(text)
    if bouncing:
        if bouncing[1]:
            book.keep(f"notice {bouncing[1]}", queue)
        book.end(queue, Event(Fortune.EXPIRED, line.stamp, line.seconds, frame=text, telling=False))
        return True
    match = _FAILED.match(text)
    if match is None:
        return (
            text.startswith(("Server ", "using SMTP", "flush", "queue", "SSL", "remote delivery"))
            or recipient is not None
        )
    after = _AFTER.search(match["text"])
    words = after["text"] if after else match["text"] or text
    event = Event(
        Fortune.DEFERRED if match["soft"] else Fortune.FAILED, line.stamp, line.seconds, said=answer(words), frame=text
    )
    event.remote = match["host"] if match["host"] and "." in match["host"] else book.loose.get(f"dma host {queue}")
    event.phase = _PHASES.get(after["what"].lower().strip()) if after else None
    if match["soft"] and not after and f"dma connect {queue}" in book.loose:
        return True  # the line that says how the connection failed has told it
    book.add(queue, recipient, event)
    return True


_START = re.compile(
    r"Starting delivery: host: (\S{1,250})(?: protocol: (\S+))?(?: file: (\S{1,200}))?"
    r"|Starting delivery: protocol: (\S+) host: (\S{1,250}) file: (\S{1,200})"
)
_ENVELOPE = re.compile(r"From: <([^<>]{0,400})>,? to: (<.{0,4000})")
_RESULT = re.compile(r"(?:smtp|qmqp|smtps?|\S{2,20}): (Failed|Succeeded): ?(.*)", re.DOTALL)
_SENDING = re.compile(
    r"Sending (failed: ?|timed out)(.*)|Sent file|Protocol (?:error|crashed)|nullmailer-send: \S+ crashed"
)
_MOVED = re.compile(r"Moving message (\S{1,200}) into failed")
_GENERATING = re.compile(r"(?:Generating|Not generating double) bounce for (\S{1,200})")


class Nullmailer:
    """Reads nullmailer's lines, which name the message once and then speak of it."""

    def __init__(self) -> None:
        self.queue = ""
        self.host: str | None = None
        self.recipients: tuple[str, ...] = ()
        self.words: list[str] | None = None
        """Lines of an answer that goes on; None where none does."""

    @property
    def goes_on(self) -> bool:
        """Whether the next line may belong to the answer that was begun."""
        return self.words is not None

    def read(self, line: LogLine, book: Book) -> bool:
        """Read a line into the book; False where it is none of nullmailer's."""
        text = line.text.strip()
        start = _START.match(text)
        if start:
            self.queue, self.host = start[3] or start[6] or self.queue, start[1] or start[5]
            self.recipients, self.words = (), None
            return True
        envelope = _ENVELOPE.match(text)
        if envelope and self.queue:
            self.recipients = tuple(re.findall(r"<([^<>\s]{1,400})>", envelope[2]))[:1000]
            book.sender(self.queue, envelope[1])
            return True
        result = _RESULT.match(text)
        if result and self.queue:
            self.words = [result[2].strip()] if result[1] == "Failed" else None
            return True
        if _SENDING.match(text) and self.queue:
            self._attempt(text, line, book)
            return True
        moved = _MOVED.match(text)
        if moved:
            book.end(moved[1], Event(Fortune.EXPIRED, line.stamp, line.seconds, frame=text, telling=False))
            return True
        if _GENERATING.match(text) or text.startswith(
            ("Rescanning queue", "Delivery complete", "Trigger pulled", "Starting delivery,", "Message-I")
        ):
            return True
        if self.words is not None and self.queue:
            self.words.append(text)
            return True
        return False

    def _attempt(self, text: str, line: LogLine, book: Book) -> None:
        said = rejoined("\n".join(self.words)) if self.words else ""
        self.words = None
        if text.startswith("Sent file"):
            fortune = Fortune.SENT
        elif text.startswith("Sending failed: Permanent") or re.match(r"5\d\d", said):
            fortune = Fortune.FAILED
        else:
            fortune = Fortune.DEFERRED
        if "crashed" in text and self.recipients and (self.queue, self.recipients[0].lower()) in book.stories:
            return  # what "timed out" has told
        own = text.partition(": ")[2] or text
        words = own if said in ("", "Connect failed") else said
        event = Event(fortune, line.stamp, line.seconds, said=words, frame=f"{text} {said}".strip(), remote=self.host)
        event.phase = None if said[:3].isdigit() else _nullmailer_phase(words, text)
        for recipient in self.recipients:
            book.add(self.queue, recipient, event)


def _nullmailer_phase(words: str, text: str) -> Phase | None:
    both = f"{text} {words}"
    if re.search(r"gethostbyname|host not found|lookup", both, re.IGNORECASE):
        return Phase.DNS
    return Phase.CONNECT if re.search(r"connection refused|unreachable|no route", both, re.IGNORECASE) else None
