"""qmail and its heirs: "delivery 12: failure: 192.0.2.1_does_not_like_recipient./Remote_host_said:_550_…"."""

import re

from mailscope.bounce.logline import LogLine
from mailscope.bounce.logs.book import Book, Event, Fortune

_CLOCK = re.compile(r"\d{10}(?:\.\d{1,9})? ")
_STARTING = re.compile(r"starting delivery (\d{1,12}): msg (\d{1,20}) to (local|remote) (\S{1,400})")
_DELIVERY = re.compile(r"delivery (\d{1,12}): (success|failure|deferral): ?(.*)", re.DOTALL)
_INFO = re.compile(r"info msg (\d{1,20}): bytes \d+ from <([^<>]{0,400})>")
_END = re.compile(
    r"(?:new|end) msg \d|status: |bounce msg |triple bounce|double bounce|running|exiting|tcp-?server: |warning: "
)
_SAID = re.compile(
    r"(?:[Rr]emote_host_said|[Cc]onnected_to_\S{3,120}?_but_\S{3,80}?|[Ss]aid|[Rr]esponse)[._:/]*(?=_?[245"
    r"]\d\d)|(?:^|[/_(:])(?=[45]\d\d[_-])"
)
_FORTUNES = {"success": Fortune.SENT, "failure": Fortune.FAILED, "deferral": Fortune.DEFERRED}


def read_qmail(line: LogLine, book: Book) -> bool:
    """Read a line of qmail-send into the book; False where it is none."""
    text = _CLOCK.sub("", line.text.lstrip())
    starting = _STARTING.match(text)
    if starting:
        book.keep(f"qmail {starting[1]}", f"{starting[2]} {starting[3]} {starting[4]}")
        return True
    delivery = _DELIVERY.match(text)
    if delivery:
        known = book.loose.pop(f"qmail {delivery[1]}", "")
        queue, channel, recipient = (
            known.split(" ", 2) if known.count(" ") >= 2 else (f"delivery {delivery[1]}", "", "")
        )
        book.add(queue, _plain(recipient, channel) or None, _event(delivery, channel, line))
        return True
    info = _INFO.match(text)
    if info:
        # qmail numbers messages by inode, and uses a number again
        stories = book.by_queue.pop(info[1], None)
        for story in stories or ():
            book.stories.pop((info[1], (story.recipient or "").lower()), None)
            story.queue = f"{info[1]} before {line.stamp} {len(book.stories)}"
            book.stories[(story.queue, (story.recipient or "").lower())] = story
        book.sender(info[1], "" if info[2] in ("#@[]", "") else info[2])
        return True
    return _END.match(text) is not None


def _event(match: re.Match[str], channel: str, line: LogLine) -> Event:
    coded = match[3].strip()
    said = _SAID.search(coded[:3000])
    frame = _decoded(coded)
    words = _decoded(coded[said.end() :]) if said else frame
    # qmail-remote ends with its own words, and with a code of its own in brackets: (#5.1.1)
    words = re.split(r"\s+(?:Giving up on |I'm not going to try again|STARTTLS proto=)", words, maxsplit=1)[0].strip()
    status = re.search(r"\(#([245]\.\d{1,3}\.\d{1,3})\)", frame)
    host = re.search(
        r"(?:Giving up on|Connected to|accepted message from|^)\s*((?:\d{1,3}\.){3}\d{1,3}"
        r"|[\w-]+(?:\.[\w-]+)+)\b(?= (?:does|failed|accepted)|\.| but|$)",
        frame,
    )
    event = Event(_FORTUNES[match[2]], line.stamp, line.seconds, said=words, frame=frame)
    event.status = status[1] if status else None
    event.remote = host[1] if host else None
    event.local = channel == "local"
    return event


def _decoded(text: str) -> str:
    """qmail-send writes a blank as "_" and a line's end as "/"."""
    return re.sub(r"/(?=[A-Z45 ]|$)(?<![:/]/)", " ", text.replace("_", " ")).strip(" /")


def _plain(recipient: str, channel: str) -> str:
    """Local deliveries bear the name of the virtual domain in front: "example.org-anna@example.org"."""
    if channel != "local" or "@" not in recipient:
        return recipient
    local, _, domain = recipient.rpartition("@")
    return f"{local.removeprefix(f'{domain}-')}@{domain}"
