"""What a log tells of each message and recipient, collected while its lines are read."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from mailscope.bounce.failure import Behaviour, Phase


class Fortune(StrEnum):
    """What one line says became of the mail for one recipient."""

    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    EXPIRED = "expired"
    REFUSED = "refused"
    """Turned away by the system that writes the log."""
    EXPANDED = "expanded"


@dataclass(slots=True)
class Event:
    """One attempt, or the end of all, for one recipient."""

    fortune: Fortune
    stamp: str = ""
    seconds: float | None = None
    said: str = ""
    """The other server's words, or what stands for them."""
    frame: str = ""
    """The logging system's own words."""
    status: str | None = None
    reply_code: str | None = None
    remote: str | None = None
    source: str | None = None
    """The address that the attempt was made from."""
    phase: Phase | None = None
    stated: bool = True
    local: bool = False
    before: str = ""
    """What another host of the same domain had said in this attempt."""
    telling: bool = True
    """False for a line that only says that nothing was tried, or that the queue gave up."""
    guessed: bool = False
    """Read by what the line holds, from no system's known form."""


@dataclass(slots=True)
class Story:
    """One message for one recipient."""

    queue: str
    recipient: str | None
    original: str | None = None
    events: list[Event] = field(default_factory=list)
    dropped: int = 0
    """Events of its middle that were let go."""


@dataclass(slots=True)
class Book:
    """All stories of a log, in the order in which they begin, and the loose facts on the way."""

    most: int
    """Stories that are kept."""
    stories: dict[tuple[str, str], Story] = field(default_factory=dict)
    by_queue: dict[str, list[Story]] = field(default_factory=dict)
    senders: dict[str, str] = field(default_factory=dict)
    loose: dict[str, str] = field(default_factory=dict)
    """Words that a reader keeps until the line that they belong to comes."""
    unread: int = 0
    ended: set[str] = field(default_factory=set)
    """Messages of which the end has been told, and nothing after it."""
    cut: bool = False
    """Long lines were not read whole."""
    spares: dict[str, Event] = field(default_factory=dict)
    seen: list[Behaviour] = field(default_factory=list)
    """What the log's own warnings tell."""
    hosts: dict[str, str] = field(default_factory=dict)
    host: str = ""
    """The system that writes the log."""

    def sender(self, queue: str, address: str) -> None:
        """Who sent a message; "" for the null sender."""
        if len(self.senders) < self.most * 4:
            self.senders[queue] = address

    def keep(self, key: str, words: str) -> None:
        """Remember words for a later line; the oldest are forgotten."""
        self.loose.pop(key, None)
        self.loose[key] = words[:4000]
        if len(self.loose) > _LOOSE:
            del self.loose[next(iter(self.loose))]

    def story(self, queue: str, recipient: str | None, original: str | None = None) -> Story | None:
        """The story of a recipient, begun where it is new; None beyond the limit."""
        key = (queue, (recipient or "").lower())
        found = self.stories.get(key)
        if found is None:
            if len(self.stories) >= self.most:
                self.unread += 1
                return None
            found = self.stories[key] = Story(queue, recipient)
            if queue:
                self.by_queue.setdefault(queue, []).append(found)
        if original and original.lower() != (recipient or "").lower():
            found.original = original
        return found

    def spare(self, event: Event) -> None:
        """Keep a refusal that names nobody, for a log that tells of nothing else; each wording once."""
        key = re.sub(r"\d+", "0", event.said[:200])
        if len(self.spares) < _SPARES:
            self.spares.setdefault(key, event)

    def takes(self, queue: str, recipient: str | None) -> bool:
        """Whether there is room for this story; counted as unread where there is none."""
        if len(self.stories) < self.most or (queue, (recipient or "").lower()) in self.stories:
            return True
        self.unread += 1
        return False

    def add(self, queue: str, recipient: str | None, event: Event, original: str | None = None) -> None:
        """An event of a recipient's story."""
        story = self.story(queue, recipient, original)
        if story is None:
            return
        if len(story.events) >= _EVENTS:
            # The first and the last tell most.
            del story.events[_EVENTS // 2]
            story.dropped += 1
        story.events.append(event)
        self.ended.discard(queue)

    def end(self, queue: str, event: Event) -> None:
        """An event of all recipients of a message whose mail is still waiting."""
        if queue in self.ended:
            return
        self.ended.add(queue)
        for story in self.by_queue.get(queue, ()):
            if story.events and story.events[-1].fortune is Fortune.DEFERRED:
                story.events.append(event)


_EVENTS = 200
"""Events of one recipient that are kept."""
_LOOSE = 4_000
_SPARES = 50
